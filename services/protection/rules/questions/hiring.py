"""Questions about who may work with minors: the check at hiring, every year, and what it finds.

Pure: a situation and the law of the day in, an answer with clauses out, or nothing.
"""

import re
from collections.abc import Mapping
from datetime import date

from services.protection.rules.questions.facts import FACTS
from services.protection.rules.questions.reports import Topic
from services.protection.rules.questions.situation import Answer, County, Situation, answer, day_in
from services.protection.rules.reporting import check_due_on, may_be_employed, records_in
from shared.law import Facts, Finding, LawOfDay, Verdict


def staff_check(situation: Situation, law: LawOfDay, _: County) -> Answer | None:
    """Checks at hiring and every year; a record bars from the work (3.1a-2)."""
    if not _of_hiring(situation):
        return None
    hired, checked = (
        situation.day("hire_date"),
        situation.day("check_date", "checked", "check_result"),
    )
    records = _records(situation)
    unchecked = _unchecked(situation) or _one_unchecked(situation)
    overdue = _overdue(checked, situation.day("as_of") or law.day, law)
    overdue = True if overdue is None and _NOT_AGAIN.search(situation.facts()) else overdue
    facts = Facts()
    facts |= {"hired_on": hired} if hired else {}
    facts |= {"checked_on": checked} if checked else {}
    if unchecked:
        facts |= {"hired_on": date.min, "checked_on": date.max}
    elif records is not None and not checked and not situation.has("hire_date"):
        facts |= {"checked_on": date.min, "hired_on": date.max}  # asked before any first day
    if records is not None:
        facts["records"] = tuple(records)
    found = may_be_employed.find(facts, law)
    return _check_answer(found, records, unchecked, overdue)


def _of_hiring(situation: Situation) -> bool:
    """Whether it is told of who works in a unit, and of a check or of what one found."""
    about = situation.has("hire_date", "check_date", "check_result")
    about = about or (situation.has("employee") and situation.says(*_OF_HIRING))
    about = about and not situation.has("separate_zone", "dedicated_staff", "victim", "interviews")
    entrusted = situation.says("委托") and not situation.has("unit")
    words = not entrusted and situation.says(*_CHECKS)
    found_out = _FOUND_OUT.search(situation.facts()) is not None
    return about or words or found_out or situation.asks("staff_check")


_CHECKS = (
    *("入职查询", "违法犯罪记录", "背景查询", "从业人员查询", "前科", "未经查询", "未查询"),
    *("应聘", "录用"),
)
# A record that came to light of somebody employed there.
_FOUND_OUT = re.compile(
    "(?:老师|教师|教练|员工?|保安|司机|医生|护工|厨师)[^，。；]{0,4}[^。；]{0,16}(?:罪(?:判决|记录|前科)|前科|犯罪记录)"
)
_OF_RECORDS = ("记录", "前科", "犯罪", "罪", "判", "曾因", "convict", "record")
_OF_HIRING = (
    *("查询", "录用", "上岗", "入职", "应聘", "聘用", "聘", "hire", "employ", "start", "check"),
    *_OF_RECORDS,
)


def _one_unchecked(situation: Situation) -> bool:
    """Whether, of several people told one by one, anybody was not checked."""
    listed = [v for v in situation.given.values() if isinstance(v, list)]
    people = [one for v in listed for one in v if isinstance(one, Mapping)]
    said = [v for one in people for k, v in one.items() if FACTS.fact(k) in _CHECKED]
    return any(v is False or (isinstance(v, str) and _UNDONE.search(v)) for v in said)


_CHECKED = ("check_result", "check_date", "checked")


def _unchecked(situation: Situation) -> bool:
    if situation.has("checked") and situation.flag("checked") is False:
        return True
    result = situation.value("check_result")
    undone = result is False or (isinstance(result, str) and _UNDONE.search(result) is not None)
    undone = undone or situation.flag("check_date") is False
    return undone or _UNCHECKED.search(situation.text()) is not None


# No record: "无", "未发现违法犯罪记录". Nothing done: "未查询", "没有做", "否".
_CLEAR = re.compile(
    "^(?:无(?![法从])|none|clear|clean|no record|nothing)|"
    "[，,；;]\\s*无$|(?:无(?![法从])|没有|未发现|未查到|未见|未有).{0,10}(?:记录|犯罪|前科|异常)"
)
_UNDONE = re.compile(
    "^(?:not\\b|none made|omitted|unchecked|skipped)|^(?:未|没|否|尚未|"
    "不)(?!.*(?:记录|发现|查到|犯罪|前科|异常))|(?:未|没有?)(?:经)?查(?![到出见])|没有?查询|"
    "无[法从]查|(?:不用|无需|无须|不必|不需要?|免)查"
)


# Once checked and not again within the year: 三年未复查, 没有每年查询.
_NOT_AGAIN = re.compile(
    r"(?:[2-9]|[两二三四五六七八九])年(?:来|多|内)?(?:都|均|从)?(?:未|没有?)[^，。；]{0,4}查|"
    "(?:未|没有?)(?:再|按年|每年|定期|年度)[^，。；]{0,4}查|(?:超过|逾)(?:一|"
    "1)年[^，。；]{0,4}(?:未|没)"
)
_UNCHECKED = re.compile("(?:未|没有?)(?:经|做|进行|作)?[^，。；]{0,10}查询|先上岗")


def _records(situation: Situation) -> list[str] | None:
    told = situation.word("check_result")
    if not told or day_in(told):  # the day of the check alone says nothing of what it found
        told = situation.word("result") or told
    if not told:
        recorded = situation.says(*_OF_RECORDS)  # what a pupil tells is no record of who hears it
        return ([r.value for r in records_in(situation.text())] or None) if recorded else None
    if _CLEAR.search(told):
        return []
    found = [r.value for r in records_in(told)]
    # An offence of another kind is a record, and none that bars.
    return found if found or re.search("罪|违法|记录|前科|处罚|处分|拘留", told) else None


def _overdue(checked: date | None, day: date, law: LawOfDay) -> bool | None:
    years = law.figures.get("staff_check_years")
    if checked is None or years is None:
        return None
    return day > check_due_on(checked, years)


def _check_answer(
    found: Finding, records: list[str] | None, unchecked: bool, overdue: bool | None
) -> Answer:
    verdict, steps = found.verdict, []
    if records:
        steps = ["不得录用", "在职的及时解聘、调离接触未成年人岗位"]
    elif unchecked:
        steps = ["上岗前向公安机关、人民检察院查询", "补查完成前不得接触未成年人"]
    elif overdue:
        steps = ["补做年度查询"]
    elif verdict is Verdict.NOT_MET:
        steps = ["应在入职（上岗）前查询"]
    bad = verdict is Verdict.NOT_MET or unchecked or bool(records) or overdue is True
    return answer(
        "staff_check",
        "WL24:3.1a-2",
        "MINORS:62",
        *(["MINORS:126"] if bad else []),
        zh="；".join(steps)
        or "入职前查询，之后每年查询；有性侵害、虐待、拐卖、暴力伤害记录的不得录用",
        en="Query before the first day and every year; a record of harm bars from the work",
        may_employ=None if verdict is Verdict.UNKNOWN else verdict is Verdict.MET,
        allowed=None if verdict is Verdict.UNKNOWN else verdict is Verdict.MET,
        compliant=False if bad else (True if verdict is Verdict.MET else None),
        status="undetermined" if verdict is Verdict.UNKNOWN and not bad else None,
        missing=found.missing() if verdict is Verdict.UNKNOWN and not bad else None,
        records=records,
        yearly_check_overdue=overdue,
        next=steps or None,
    )


HIRING_TOPICS: Mapping[str, Topic] = {"staff_check": staff_check}
