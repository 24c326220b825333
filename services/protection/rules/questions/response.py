"""Questions about how fast somebody acts: a case's level, first contact, plan, visits (分级响应).

Pure: a situation and the law of the day in, an answer with clauses out, or nothing.
"""

import re
from collections.abc import Iterator, Mapping

from services.protection.rules.cases import LEVELS, Level, LevelText, level_of, level_of_report
from services.protection.rules.grounds import grounds_in
from services.protection.rules.guardianship import TemporaryGround
from services.protection.rules.questions.guardianless import temporary_grounds
from services.protection.rules.questions.reports import Topic
from services.protection.rules.questions.situation import (
    LEGAL_ZONE,
    Answer,
    County,
    Situation,
    answer,
)
from shared.ages import child_age_in
from shared.law import LawOfDay

_ASKED = re.compile(
    "响应(?:等级|时限|级别|时间)|分级响应|(?:风险|个案|预警)(?:等级|级别)|首次(?:接触|走访|上门)|"
    "走访.{0,4}(?:频次|间隔|几次|多久)|多久.{0,6}(?:走访|接触|上门)|"
    "response (?:level|class|time)|(?:risk|case|which) level|first (?:contact|visit)|"
    "(?:frequency of|how often).{0,16}visit|how (?:fast|soon).{0,30}(?:contact|visit|act|respond)",
    re.IGNORECASE,
)
_LEVEL_WORD = re.compile(
    "(?:列为|评为|定为|属于?|为)?(紧急|高|中|低|[红橙黄蓝])(?:色|度)?(?:风险|等级|级别|个案)"
)
_CRIMES = {TemporaryGround.LED_INTO_CRIME, TemporaryGround.SERIOUS_HARM}
_LEFT_ALONE = re.compile("独自|反锁|锁在|单独(?:在家|留)|无人(?:照[料看顾管]|看[护管])|一个?人在家")
_MIDDLE = re.compile(
    "监护(?:能力)?不足|厌学|逃学|辍学|旷课|拒学|不肯?(?:去)?上学|拒绝上学|school refusal"
)
_HIGH = re.compile("监护(?:缺失|失当|不当)|双双外出不归|失联|下落不明")
_LOW = re.compile(
    "按月(?:领取|享受|发放)|常规|平稳|监护(?:情况)?(?:正常|良好)|(?:正常|定期)(?:领取|享受)|无(?:明显)?风险|"
    "routine|subsidi[sz]ed"
)
UNITS = {"hours": "小时", "days": "日", "working_days": "个工作日", "months": "个月"}


def response(situation: Situation, law: LawOfDay, county: County) -> Answer | None:
    """How fast the first contact, the plan and the visits of a case are due, by its level."""
    asked = situation.asks("response") or _ASKED.search(situation.text()) is not None
    if not asked and not situation.has("level"):
        return None
    level = _level(situation, law)
    if level is None:
        return answer(
            "response",
            "WL24:3.0",
            zh="须先确定个案等级",
            en="The level of the case must be known first",
            status="undetermined",
            missing=["level"],
            levels={one.zh: _clocks(text, law) for one, text in LEVELS.items()},
        )
    return _of_level(level, situation, law, county)


def _of_level(level: Level, situation: Situation, law: LawOfDay, county: County) -> Answer:
    clocks = _clocks(LEVELS[level], law)
    urgent = level is Level.URGENT
    return answer(
        "response",
        "WL24:3.0",
        "WL24:4.2c-2",
        zh=f"{level.zh}：" + ("立即报告公安机关，" if urgent else "") + "，".join(clocks.values()),
        en="First contact, plan and visits by the level of the case",
        level=level.zh,
        level_code=level.value,
        colour=level.colour,
        first_contact=clocks["first_contact"],
        plan=clocks["plan"],
        visits=clocks["visits"] + ("，安全后每周" if urgent else ""),
        report_to="公安机关" if urgent else None,
        when="立即" if urgent else None,
        deadline=_due(LEVELS[level].first_contact, situation, law, county),
        decision_by_person_needed=True,
    )


def _level(situation: Situation, law: LawOfDay) -> Level | None:
    """The level that is told, else the most urgent one that the words show."""
    told = situation.word("level")
    text = situation.facts()
    word = _LEVEL_WORD.search(told or text)
    if named := level_of(told.removesuffix("色")) or (level_of(word[1]) if word else None):
        return named
    return min(_shown(situation, text, law), key=list(Level).index, default=None)


def _shown(situation: Situation, text: str, law: LawOfDay) -> Iterator[Level]:
    age = situation.number("age")
    age = child_age_in(text) if age is None else age
    grounds = temporary_grounds(situation)
    if found := grounds_in(text):
        yield level_of_report(found)
    if _CRIMES & set(grounds):
        yield Level.URGENT
    if _LEFT_ALONE.search(text) and age is not None and age < int(law.figures["unattended_age"]):
        yield Level.URGENT
    if grounds or _HIGH.search(text):
        yield Level.HIGH
    if _MIDDLE.search(text):
        yield Level.MIDDLE
    if _LOW.search(text):
        yield Level.LOW


def _figure(kind: str, law: LawOfDay) -> tuple[int, str]:
    """The length of a clock and its unit, by the figure of its name."""
    unit = next(unit for unit in UNITS if f"{kind}_{unit}" in law.figures)
    return int(law.figures[f"{kind}_{unit}"]), unit


def _clocks(text: LevelText, law: LawOfDay) -> dict[str, str]:
    said = {"first_contact": "首次接触", "plan": "制定方案", "visits": "走访间隔"}
    kinds = {"first_contact": text.first_contact, "plan": text.plan, "visits": text.visit}
    lengths = {name: _figure(kind, law) for name, kind in kinds.items()}
    return {n: f"{said[n]}{length}{UNITS[unit]}" for n, (length, unit) in lengths.items()}


def _due(kind: str, situation: Situation, law: LawOfDay, county: County) -> str | None:
    """By when the first contact is due, where it is told when the case was known."""
    known = situation.instant("discovered_at", "received_at", "event", "finding")
    if known is None:
        return None
    length, unit = _figure(kind, law)
    due = county.calendar.due(known, length, unit)
    return due.at.astimezone(LEGAL_ZONE).isoformat() if unit == "hours" else due.day.isoformat()


RESPONSE_TOPICS: Mapping[str, Topic] = {"response": response}
