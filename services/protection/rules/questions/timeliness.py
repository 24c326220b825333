"""Questions about when a report was made: at once, to the police, and filed (3.1a-4).

Pure: a situation and the law of the day in, an answer with clauses out, or nothing.
"""

import re
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from services.protection.rules.grounds import grounds_in
from services.protection.rules.questions.reports import Topic, in_the_words
from services.protection.rules.questions.situation import (
    Answer,
    County,
    Situation,
    answer,
    day_in,
    delay_in,
    instant_of,
    time_in,
)
from services.protection.rules.reporting import MissedReport, sanctions
from shared.law import LawOfDay

_POLICE_WORDS = ("报案", "报警", "公安", "派出所", "110", "举报")
_AUTHORITY_WORDS = ("备案", "主管部门", "教育局", "卫健局", "卫生健康局", "民政局", "文旅")
_STOPPED = (
    "(?:欲|想|要|准备|提出|打算)(?:报警|报案|报告|举报)[^。；]{0,10}"
    "(?:不准|不让|不许|不同意|阻止|拦|压下|禁止|制止)"
)
_SILENT = re.compile(
    f"{_STOPPED}|(?:未|没有?|不|无需|无须|不必|不用|别)[^，。；]{{0,4}}(?:惊动|通知|告诉|联系)"
    "[^，。；]{0,4}(?:公安|派出所|警)|"
    "(?:局|部门|镇政府|街道)[^，。；]{0,2}(?:再|代为)?转[^，。；]{0,2}(?:公安|派出所)|"
    "隐瞒|瞒报|未(?:依法)?履行(?:强制)?报告|私下|内部[^，。；]{0,4}处理|自行处理|压下|"
    "息事宁人|私了|了事|了结|不了了之|大事化小|和解(?:书|协议)|(?:仅|只)(?:向|告诉|报告|通知)(?!公安|派出所|警)|"
    "(?:未|没有?|尚未|不(?:要|让|准|许|得(?!不)|用|必|想|敢)?|别|勿|拒绝|阻止|禁止|放弃)"
    "(?:及时|立即|再|向公安机关|向公安|向派出所){0,2}(?:去|上)?(?:报(?!备)|举报|拨打)"
)
_UNFILED = re.compile("(?:未|没有?|无须|无需|不必|不用|不需要?|拒绝).{0,10}备案|未向主管部门")
# An inquiry of one's own first: at once is no longer possible.
_AFTERWARDS = re.compile(
    "(?:明[天日]|后天|下周|改[天日]|过[几两]天|节后|假后)[^，。；]{0,8}(?:报案|报警|举报|派出所)|"
    "(?:正在|仍在|还在)[^，。；]{0,4}(?:调查|核实|了解|查)|(?:核实|调查)中|"
    "先.{0,16}(?:再|才|之?后)(?:决定是否)?(?:报案|报警|举报|上报)|"
    "等[^。；]{0,20}再(?:说|定|决定|处理|看|议|报)|"
    "(?:调查|核实|查清|弄清|确认|请示|开会|商量|讨论|取证|处理|处分|完毕|结束).{0,8}(?:后|再|才)(?:决定是否)?(?:报案|"
    "报警|举报)"
)
_BLOCK = re.compile(
    f"{_STOPPED}|阻止|压下|(?:不准|不让|不得|不要|禁止|不许|别)(?:去|再)?(?:报|拨打)"
)
_TO_FILE = "应向主管部门备案"


def timeliness(situation: Situation, law: LawOfDay, county: County) -> Answer | None:
    """Whether the unit reported at once, to the police, and filed (3.1a-4)."""
    found_at, action = _found_and_done(situation)
    police_at = situation.instant("reported_to_police_at")
    if found_at is None and police_at and not situation.has("discovered_at"):
        earlier = situation.unnamed_instant()
        found_at = earlier if earlier and earlier <= police_at else None
    told = situation.value("told")
    asked = situation.asks("timeliness")
    if not asked and _of_another_duty(action):
        return None
    reported = situation.has("reported_to_police_at", "filed_at")
    bound = situation.has("unit") or bool(found_at and (action or reported))
    if not bound and (grounds_in(action) or _SILENT.search(action)):
        bound = bool(in_the_words(situation, "", "", county)[0])
    if not asked and not (bound and (action or told or reported)):
        return None
    police_told = _told_police(action, told, police_at)
    if situation.flag("reported_to_police_at") is False:
        police_told = False
    waited = _waited(action, found_at, police_at, situation.word("delay"))
    filed = _filed(situation, action, told)
    hours = int(law.figures.get("immediate_report_hours", 0))
    late = _filed_late(situation, found_at, int(law.figures["authority_filing_hours"]), county)
    serious = _GRAVE.search(situation.facts()) is not None
    said = _timeliness_answer((police_told, waited, filed and not late), hours, action, serious)
    if filed is None and situation.has("filed_at") and said["compliant"] is True:
        said |= {"compliant": "undetermined", "status": "undetermined", "zh": "需查明是否已备案"}
    if filed and late and said["reason"] is not None:  # filed it is, and too late by the figure
        limit = int(law.figures["authority_filing_hours"])
        tardy = f"向主管部门备案迟于{limit}小时"
        said |= {name: said[name].replace(_TO_FILE, tardy) for name in ("reason", "zh")}
    return said


# An event that tells how long a unit waited before it told the police.
_LATER = re.compile("(?:后|之后|才|再)[^，。；]{0,6}(?:报案|报警|举报)")


def _found_and_done(situation: Situation) -> tuple[datetime | None, str]:
    """When it was found and what was done, by the fields, else by one sentence of both."""
    delay, found_at = situation.word("delay"), situation.instant("discovered_at")
    action = situation.word("action") or (f"{delay}后报案" if delay else _silence(situation))
    event = situation.word("event")
    if not action and situation.has("unit") and _LATER.search(event):
        action = event
    if not action and situation.has("unit") and _AFTERWARDS.search(situation.facts()):
        action = situation.facts()
    return (found_at, action) if found_at or action else _told_in_a_sentence(situation)


_FOUND_ON = re.compile("发现|得知|获知|知悉|接诊|察觉|看到")
_BY_POLICE = re.compile("(?:公安|派出所|民警|警方)[^，。；]{0,10}(?:接到|接报|受理|立案|受案|出警)")


def _told_in_a_sentence(situation: Situation) -> tuple[datetime | None, str]:
    """When it was found, and what was done when, where sentences say both with their days."""
    told = situation.facts()
    dated = [part for part in re.split("[，,；;。]", told) if day_in(part)]
    found = next((part for part in dated if _FOUND_ON.search(part)), None)
    done = [part for part in dated if part != found]
    if not found or not any(w in p for p in done for w in _POLICE_WORDS) or _BY_POLICE.search(told):
        return None, ""
    return instant_of(found), "；".join(done)


def _of_another_duty(action: str) -> bool:
    """Whether what a unit did is of guests or customers, and says nothing of a report."""
    words = (*_POLICE_WORDS, *_AUTHORITY_WORDS, "上报", "报告", "隐瞒")
    other = re.search("入住|同住|开房|住宿|[文纹]身", action) is not None
    return other and not grounds_in(action) and not any(word in action for word in words)


# What followed upon a report that was not made (未成年人保护法117).
_GRAVE = re.compile(
    "严重后果|身亡|打死|致死|死亡|自杀|重伤|致残|(?:再次|又|继续)(?:被|遭)[^，。；]{0,6}(?:侵|打|"
    "害)"
)
_OF_FAMILY = re.compile(
    "(?<!尊重)(?<!听从)(?<!同意)(?<!依从)(?<!按照)(?<!应)(?<!按)(?<!让)(?<!双方)(?<!劝)"
    "(?:家长|父母?|(?<!父)母|家属|孩子|学生|女孩|男孩|本人|被害人|受害人)[^，。；]{0,8}$"
)


def _silence(situation: Situation) -> str:
    """The words that say a unit kept silent, when not the family's wish; empty when none do."""
    text = situation.facts()
    own = any(not _OF_FAMILY.search(text[: found.start()]) for found in _SILENT.finditer(text))
    return text if own else ""


def _filed_late(
    situation: Situation, found_at: datetime | None, hours: int, county: County
) -> bool:
    """Whether the authority was told after the hours of the figure; a bare day counts whole.

    An office that is closed when they end is told on its next working day (民法典203).
    """
    filed_at = situation.instant("filed_at")
    if filed_at is None or found_at is None:
        return False
    limit = found_at + timedelta(hours=hours)
    opens = county.calendar.next_working_day(limit.date())
    bare = filed_at.time() == time() or opens > limit.date()
    limit = limit if opens == limit.date() else datetime.combine(opens, time(), limit.tzinfo)
    return filed_at.date() > limit.date() if bare else filed_at > limit


def _told_police(action: str, told: Any, police_at: datetime | None) -> bool | None:
    if police_at is not None:
        return True
    if _SILENT.search(action):
        return False
    if any(word in action for word in _POLICE_WORDS):
        return True
    words = "；".join(map(str, told)) if isinstance(told, (list, tuple)) else str(told or "")
    if words:
        return "police" in words or any(word in words for word in _POLICE_WORDS)
    return False if action else None


def _waited(
    action: str, found_at: datetime | None, police_at: datetime | None, delay: str
) -> timedelta | None:
    """From finding to report; None when it is not told, or the hours told cannot be."""
    if found_at is not None and police_at is None:
        police_at = _told_at(action, found_at)
    if found_at is not None and police_at is not None:
        late = _AFTERWARDS.search(action) and police_at < found_at
        return police_at - found_at if police_at >= found_at else timedelta.max if late else None
    waited = delay_in(_about_police(action))
    waited = delay_in(delay) if waited is None else waited
    return timedelta.max if waited is None and _AFTERWARDS.search(action) else waited


_MONTH_AND_DAY = re.compile(r"(?<!\d)(1[0-2]|[1-9])月([12]\d|3[01]|[1-9])日")


def _about_police(action: str) -> str:
    """The part of what was done that speaks of the police; all of it when none does."""
    english = re.match("[A-Za-z]{2}", action)  # one sentence, and behind it its words in Chinese
    parts = [action] if english else re.split("[，,；;。]", action)
    return next((p for p in parts if any(word in p for word in _POLICE_WORDS)), action)


def _told_at(action: str, found_at: datetime) -> datetime | None:
    """When the police were told, by the words; a bare hour is that of the day of the finding."""
    part = _about_police(action)
    if not any(word in part for word in _POLICE_WORDS):
        return None
    if (told_at := instant_of(part)) is not None:
        return told_at
    hour = time_in(part)
    if hour is None and found_at.time() == time() and re.search("当[日天]|同[日天]", part):
        return found_at  # as near as both are told: the same day
    if found := _MONTH_AND_DAY.search(part):
        day = day_in(f"{found_at.year}年{found[0]}")
        if day is None:
            return None
        same = day == found_at.date() and hour is None
        return None if same else datetime.combine(day, hour or time(), found_at.tzinfo)
    if hour is None:
        return None
    later = delay_in(part) or timedelta(0)
    return datetime.combine(found_at.date(), hour, found_at.tzinfo) + timedelta(days=later.days)


def _filed(situation: Situation, action: str, told: Any) -> bool | None:
    if situation.has("filed_at"):
        value = situation.value("filed_at")
        return None if value is None else situation.flag("filed_at") is not False
    words = f"{action}；{told or ''}"
    if _UNFILED.search(words):
        return False
    village = re.search("村|居委|社区居", situation.word("unit")) is not None
    of_town = village and re.search("街道办|镇政府|镇人民政府|街道办事处", words) is not None
    return True if of_town or any(word in words for word in _AUTHORITY_WORDS) else None


def _timeliness_answer(
    told: tuple[bool | None, timedelta | None, bool | None], hours: int, action: str, serious: bool
) -> Answer:
    police_told, waited, filed = told
    reasons, breach = _breaches(police_told, waited, filed, hours)
    late = waited is not None and waited > timedelta(hours=hours)
    compliant: bool | str = not reasons
    missing = [
        name for name, known in (("报案时间", waited), ("主管部门备案", filed)) if known is None
    ]
    if not reasons and waited is None:
        compliant = "undetermined"
    block = _BLOCK.search(action)
    blocked = block is not None and not _OF_FAMILY.search(action[: block.start()])
    return answer(
        "timeliness",
        "WL24:3.1a-4",
        *(["MINORS:117"] if reasons else []),
        zh="；".join(reasons) or ("已立即报案" if compliant is True else "需查明报案时间"),
        en="Not in accordance with the duty" if reasons else "As far as told, in accordance",
        compliant=compliant,
        status="undetermined" if compliant == "undetermined" else None,
        reason="；".join(reasons) or None,
        late=late if waited is not None else None,
        waited_minutes=None
        if waited in (None, timedelta.max)
        else int(waited.total_seconds() // 60),
        missing=missing or None,
        sanctions=[s.value for s in sanctions(breach, serious, blocked)] if breach else None,
    )


def _breaches(
    police_told: bool | None, waited: timedelta | None, filed: bool | None, hours: int
) -> tuple[list[str], MissedReport | None]:
    reasons: list[str] = []
    breach: MissedReport | None = None
    if filed is False:
        reasons.append(_TO_FILE)
        breach = MissedReport.WRONG_ADDRESSEE
    if waited is not None and waited > timedelta(hours=hours):
        reasons.append("应立即报案，内部调查不是延迟报告的理由")
        breach = MissedReport.LATE
    if police_told is False:
        reasons.append("应立即向公安机关报案或举报，仅内部处理或仅告知他人不足")
        breach = MissedReport.NOT_REPORTED
    return reasons, breach


TIMELINESS_TOPICS: Mapping[str, Topic] = {"timeliness": timeliness}
