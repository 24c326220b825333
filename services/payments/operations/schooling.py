"""Schooling and training as people state them, made into a state and dated events."""

from datetime import date
from typing import Any, TypedDict

from services.payments.rules.situation import Care, Event, School, Schooling
from services.payments.rules.vocabulary import Happening
from services.payments.schemas.amounts import day as read_day
from services.payments.schemas.evaluations import ChildIn, PeriodIn, SchoolingIn, TrainingIn

POSTGRADUATE = ("硕士", "研究生", "博士", "master", "postgraduate")
PART_TIME = ("函授", "自学考试", "自考", "成人", "夜大", "网络教育", "开放大学", "非全日制", "part")
OUT_OF_SCHOOL = ("不在校", "未就学", "不就学", "失学", "none", "no", "not_in_school", "out")


def schooling_of(
    child: ChildIn, events: list[Event], said: set[str], unknown: set[str]
) -> Schooling:
    """The state before the events; dates in it become events of their own."""
    if "schooling" not in child.model_fields_set:
        return Schooling()
    said.add("child.schooling")
    given = child.schooling
    if given is None:
        unknown.add("child.schooling")
        return Schooling()
    if isinstance(given, bool):
        return Schooling(School.ATTENDING if given else School.NOT_ATTENDING)
    if isinstance(given, str):
        return _in_words(given)
    return _in_parts(given, events, unknown)


def _in_words(text: str) -> Schooling:
    plain = text.strip().lower()
    if plain.startswith(OUT_OF_SCHOOL):
        return Schooling(School.NOT_ATTENDING)
    for word, state in (("休学", School.ON_LEAVE), ("退学", School.DROPPED_OUT),
                        ("已毕业", School.GRADUATED)):  # fmt: skip
        if word in plain:
            return Schooling(state)
    return Schooling(School.ATTENDING, **_course(plain))


class Course(TypedDict):
    """What kind of course a stage is."""

    postgraduate: bool
    full_time: bool


def _course(stage: str) -> Course:
    lower = stage.lower()
    return {
        "postgraduate": any(word in lower for word in POSTGRADUATE),
        "full_time": not any(word in lower for word in PART_TIME),
    }


def _in_parts(given: SchoolingIn, events: list[Event], unknown: set[str]) -> Schooling:
    stage = given.stage or ""
    dated = _dated(given)
    events += dated
    if "enrolled" in given.model_fields_set and given.enrolled is None:
        unknown.add("child.schooling")
    attending = given.enrolled if given.enrolled is not None else bool(stage or dated)
    if dated and given.enrolled is False:
        attending = True
    if "next_admission" in given.model_fields_set and given.next_admission is None:
        unknown.add("child.schooling.next_admission")
    course = _course(stage)
    if given.full_time is False:
        course["full_time"] = False
    return Schooling(
        School.ATTENDING if attending else School.NOT_ATTENDING,
        given.expected_graduation or date.max,
        **course,
    )


def _dated(given: SchoolingIn) -> list[Event]:
    """The events a schooling states by their dates, in no particular order."""
    found = []
    if given.graduated_on:
        found.append(Event(given.graduated_on, Happening.GRADUATED))
    if given.dropped_out_on:
        found.append(Event(given.dropped_out_on, Happening.DROPPED_OUT))
    if given.leave_of_absence_from:
        found.append(Event(given.leave_of_absence_from, Happening.LEAVE_OF_ABSENCE))
    if given.enlisted_on:
        found.append(Event(given.enlisted_on, Happening.ENLISTED))
    if given.returned_on:
        kept = given.status_retained is not False
        found.append(Event(given.returned_on, Happening.RETURNED_TO_SCHOOL, status_retained=kept))
    if given.left:
        found.append(_left(given.left))
    if given.next_admission:
        found += _admission(given.next_admission, given.graduated_on or given.expected_graduation)
    return found


def _left(given: Any) -> Event:
    """A day with words: graduated, or else left without graduating."""
    text = str(given)
    graduated = "毕业" in text and "未毕业" not in text
    what = Happening.GRADUATED if graduated else Happening.DROPPED_OUT
    if "休学" in text:
        what = Happening.LEAVE_OF_ABSENCE
    return Event(read_day(given), what, text=text)


def _admission(given: Any, graduated: date | None) -> list[Event]:
    """An admission to the next stage; without a day it begins in September of that year."""
    if given is False or (isinstance(given, dict) and given.get("admitted") is False):
        return []
    details = given if isinstance(given, dict) else {}
    stage = str(details.get("stage", given))
    starts = details.get("starts") or details.get("starts_on") or details.get("begins")
    if starts is None and isinstance(given, str) and given[:4].isdigit():
        starts = given
    if starts is None and graduated is None:
        return []
    begin = read_day(starts) if starts else date(graduated.year, 9, 1)  # type: ignore[union-attr]
    course = _course(stage)
    admitted = Event(graduated or begin, Happening.ADMITTED, starts=begin, **course)
    return [admitted, Event(begin, Happening.ENROLLED, **course)]


def care(
    child: ChildIn, unknown: set[str]
) -> tuple[tuple[Care, ...], tuple[Care, ...], tuple[Care, ...]]:
    """Training, rehabilitation-living and nursing periods, as stated."""
    training = _training(child.training)
    rehabilitation = _training(child.rehabilitation)
    nursing: tuple[Care, ...] = ()
    if "nursing" in child.model_fields_set:
        if child.nursing is None:
            unknown.add("child.nursing")
            nursing = (Care(asked=True),)
        elif isinstance(child.nursing, PeriodIn):
            nursing = (_period(child.nursing),)
        elif child.nursing not in (False, "否", "无"):
            nursing = (Care(asked=True),)
    return training, rehabilitation, nursing


def _period(given: PeriodIn | TrainingIn) -> Care:
    return Care(given.since or date.min, given.until or date.max, asked=True)


def _training(given: TrainingIn | PeriodIn | str | bool | None) -> tuple[Care, ...]:
    if given is None or given is False:
        return ()
    if isinstance(given, str):
        return (Care(designated=_designated(given), asked=True),)
    if given is True:
        return (Care(designated="unknown", asked=True),)
    if isinstance(given, PeriodIn):
        return (_period(given),)
    words = {True: "yes", False: "no", None: "unknown"}
    since, until = given.since or date.min, given.until or date.max
    return (Care(since, until, words[given.designated], asked=True),)


def _designated(text: str) -> str:
    """Whether a sentence says that the institution is designated or recognised."""
    if any(word in text for word in ("未经", "非指定", "未指定", "未认定", "不是", "undesignated")):
        return "no"
    if any(word in text for word in ("指定", "认定", "定点", "designated", "yes")):
        return "yes"
    return "unknown"
