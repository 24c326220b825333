"""Schooling and training as people state them, made into a state and dated events."""

import re
from datetime import date, timedelta
from typing import Any, TypedDict

from services.payments.rules.situation import Care, Event, School, Schooling
from services.payments.rules.vocabulary import Happening
from services.payments.schemas.amounts import A_DAY, denied, first_day, period_in
from services.payments.schemas.evaluations import ChildIn, PeriodIn, SchoolingIn, TrainingIn
from shared.problem import Invalid

POSTGRADUATE = ("硕士", "研究生", "博士", "master", "postgraduate")
PART_TIME = ("函授", "自学考试", "自考", "成人", "夜大", "网络教育", "开放大学", "非全日制", "part")
OUT = (
    "(不|未|没有|没)(在校|在读|就学|就读|上学|入学|升学|读书)|失学|无学籍|待业|务工|打工|就业"
    "|已工作|已离校|^离校|^无$|^否$|not_in_school|not_at_school|out_of_school|not_enrolled"
    "|^(none|no|out|false)$"
)
AT_SCHOOL = (
    "在校|在读|就读|在学|复读|毕业班|(预计|将于|即将|应届).*毕业"
    "|enrolled|attending|in_school|at_school|studying"
)
STAGES = (
    "小学|初中|高中|中学|中职|中专|职高|技校|大专|高职|专科|本科|大学|学院|学校|研究生|硕士|博士"
    "|幼儿园|函授|自考|夜大|[一二三四五六七八九]中$|[一二三四五六七八九]年级|[初高大][一二三四]|^(yes|true)$|^[是有]$"
    "|primary|junior|senior|school|vocational|college|university|bachelor|undergraduate"
    "|master|postgraduate|doctor|kindergarten|student"
)
# Words for where somebody stands with school, in the order they are looked for.
STATES: tuple[tuple[School, str], ...] = (
    (School.NOT_ATTENDING, OUT),
    (School.ON_LEAVE, "休学|suspended|leave_of_absence|on_leave"),
    (School.DROPPED_OUT, "退学|辍学|肄业|开除|drop"),
    (School.IN_THE_ARMY, "入伍|参军|服役|服兵役|enlist|army|military"),
    (School.ATTENDING, AT_SCHOOL),
    (School.GRADUATED, "(?<![未没])毕业|graduated"),
    (School.ATTENDING, STAGES),
)
ALLOWED = "在校 不在校 休学 退学 已毕业 入伍 普通高中 中职 大专 本科 硕士研究生"


NO_TRAINING = re.compile(
    "(未|没有?|无|不)(参加|接受|开展|进行|在)?(康复)?训练|^(无|否|没有|none|no)$"
)


NOT_DESIGNATED = re.compile(
    "(?:未|非|不|没|无)[^，。；]{0,8}(?:指定|认定|定点|资质|名单|名录)|"
    "(?:指定|认定|定点|资质)[^，。；]{0,4}(?:过期|失效|到期|取消|撤销)|"
    "undesignated|not (?:designated|recogni)"
)


class UnknownSchooling(Invalid):
    """Words about school that say neither where nor whether somebody studies."""

    zh, en = "无法识别的就学情况", "Words about school that are not understood"


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


def _in_words(text: str, where: str = "child.schooling") -> Schooling:
    return Schooling(_state(text, where), **_course(text))


def _state(text: str, where: str) -> School:
    """Where somebody stands with school by the words for it, or UnknownSchooling."""
    said = re.sub(r"\s", "_", text.strip().lower())
    for state, pattern in STATES:
        if re.search(pattern, said):
            return state
    raise UnknownSchooling(where=where, allowed=ALLOWED.split())


def _says_nothing(text: str) -> bool:
    """Whether words beside a yes or no say nothing more of where somebody stands: 实习."""
    said = text.strip().lower()
    return not any(re.search(pattern, said) for _, pattern in STATES)


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
    told = given.model_fields_set & {"enrolled", "status", "stage"}
    if any(getattr(given, name) is None for name in told):
        unknown.add("child.schooling")
    state = _said_state(given, bool(dated))
    there = given.enrolled or (given.status and state is School.ATTENDING)
    if not dated and not there and _left_nobody_knows_when(given):
        unknown.add("child.schooling")
    next_told = "next_admission" in given.model_fields_set
    if next_told and (given.next_admission is None or _awaited(given.next_admission)):
        unknown.add("child.schooling.next_admission")
    course = _course(stage)
    if given.full_time is False:
        course["full_time"] = False
    return Schooling(
        state,
        given.expected_graduation or date.max,
        **course,
    )


def _left_nobody_knows_when(given: SchoolingIn) -> bool:
    """Whether a day on which school ended or was left is told as unknown."""
    days = {"graduated_on", "dropped_out_on", "left", "leave_of_absence_from", "enlisted_on"}
    return any(getattr(given, name) is None for name in given.model_fields_set & days)


# What a day in it tells: before that day the person was at school.
ENDED = (School.GRADUATED, School.DROPPED_OUT, School.IN_THE_ARMY, School.ON_LEAVE)


def _said_state(given: SchoolingIn, dated: bool) -> School:
    """The state before the events: as said, at school where days tell what came after."""
    words = [(given.status, "status"), (given.stage if given.enrolled is None else None, "stage")]
    for text, name in words:
        if text is not None and not (given.enrolled is not None and _says_nothing(text)):
            state = _state(text, f"child.schooling.{name}")
            return School.ATTENDING if dated and state in ENDED else state
    attending = dated if given.enrolled is None else given.enrolled or dated
    return School.ATTENDING if attending else School.NOT_ATTENDING


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
    if given.next_admission and not _awaited(given.next_admission):
        found += _admission(given.next_admission, given.graduated_on or given.expected_graduation)
    return found


def _day_of(given: Any, field: str) -> date:
    try:
        return first_day(given)
    except ValueError as error:
        raise Invalid(str(error), str(error), where=f"child.schooling.{field}") from error


def _left(given: Any) -> Event:
    """A day with words: graduated, or else left without graduating."""
    text = str(given)
    graduated = "毕业" in text and "未毕业" not in text
    what = Happening.GRADUATED if graduated else Happening.DROPPED_OUT
    if "休学" in text:
        what = Happening.LEAVE_OF_ABSENCE
    elif re.search("入伍|参军|enlist", text) and not graduated:
        what = Happening.ENLISTED
    return Event(_day_of(given, "left"), what, text=text)


# What is said of the time after school: nobody knows yet, or no further school at all.
_AWAITED = re.compile("等待?|待定|尚未公布|申请中|准备|备考|打算|拟")
_NO_SCHOOL = re.compile("落榜|失败|放弃|业|工作|务工|打工|上班|在家|\\b(?:work|job|employ)")
_A_SCHOOL = re.compile("录取|考[入取上]|升[入学]|(?<!就)(?<!失)学|校")


def _awaited(given: Any) -> bool:
    """Whether nobody knows yet if there is a further school: 等待录取结果."""
    return isinstance(given, str) and not denied(given) and _AWAITED.search(given) is not None


def _to_no_school(given: Any) -> bool:
    """Whether words say that no school follows: 考研失败，已就业."""
    text = str(given) if isinstance(given, str) else ""
    return _NO_SCHOOL.search(text) is not None and _A_SCHOOL.search(text) is None


def _admission(given: Any, graduated: date | None) -> list[Event]:
    """An admission to the next stage; without a day it begins in September of that year."""
    if denied(given) or (isinstance(given, dict) and denied(given.get("admitted"))):
        return []
    if _to_no_school(given):
        return []
    details = given if isinstance(given, dict) else {}
    stage = str(details.get("stage", given))
    starts = details.get("starts") or details.get("starts_on") or details.get("begins")
    if starts is None and isinstance(given, str) and (told := A_DAY.search(given)):
        starts = told[0]
    if starts is None and graduated is None:
        return []
    begin = _day_of(starts, "next_admission") if starts else date(graduated.year, 9, 1)  # type: ignore[union-attr]
    course = _course(stage)
    admitted = Event(graduated or begin, Happening.ADMITTED, starts=begin, **course)
    return [admitted, Event(begin, Happening.ENROLLED, **course)]


def care(
    child: ChildIn, unknown: set[str]
) -> tuple[tuple[Care, ...], tuple[Care, ...], tuple[Care, ...]]:
    """Training, rehabilitation-living and nursing periods, as stated."""
    training = _training(child.training, asked="training" in child.model_fields_set)
    asked = "rehabilitation" in child.model_fields_set
    rehabilitation = _training(child.rehabilitation, asked=asked)
    if not training and any(one.designated == "no" for one in rehabilitation):
        training = rehabilitation  # who says that it is not designated asks of the training too
    nursing: tuple[Care, ...] = ()
    if "nursing" in child.model_fields_set:
        if child.nursing is None:
            unknown.add("child.nursing")
            nursing = (Care(asked=True),)
        elif isinstance(child.nursing, PeriodIn):
            nursing = (_period(child.nursing),)
        elif child.nursing not in (False, "否", "无"):
            nursing = (Care(*period_in(str(child.nursing)), asked=True),)
    return training, rehabilitation, nursing


def _period(given: PeriodIn | TrainingIn) -> Care:
    return Care(given.since or date.min, given.until or date.max, asked=True)


def _training(given: TrainingIn | PeriodIn | str | bool | None, *, asked: bool) -> tuple[Care, ...]:
    if given is False or (given is None and not asked):
        return ()
    if isinstance(given, str) and NO_TRAINING.search(given):
        return ()
    if isinstance(given, str):
        since, until = period_in(given)
        return (Care(since, until, _designated(given), asked=True),)
    if given is True or given is None:
        return (Care(designated="unknown", asked=True),)
    if isinstance(given, PeriodIn):
        return (_period(given),)
    words = {True: "yes", False: "no", None: "unknown"}
    since, until = given.since or date.min, given.until or date.max
    told = words[given.designated]
    if "designated" not in given.model_fields_set and given.institution:
        told = _designated(given.institution)
    ends = given.designated_until
    if ends is None or told == "no":
        return (Care(since, until, told, asked=True),)
    named, later = Care(since, min(until, ends), told, asked=True), ends + timedelta(days=1)
    return (named, Care(max(since, later), until, "no", asked=True)) if ends < until else (named,)


def _designated(text: str) -> str:
    """Whether a sentence says that the institution is designated or recognised."""
    if NOT_DESIGNATED.search(text):
        return "no"
    if any(word in text for word in ("指定", "认定", "定点", "designated", "yes")):
        return "yes"
    return "unknown"
