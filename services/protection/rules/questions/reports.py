"""Questions about reports: duty, recipients, lateness, police, measures, secrecy.

Pure: a situation and the law of the day in, an answer with clauses out, or nothing.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from services.protection.rules.grounds import (
    Ground,
    Trigger,
    ground_of,
    grounds_in,
    grounds_of_person,
    harmless_in,
    trigger_in,
)
from services.protection.rules.institutions import InstitutionType, duty_to_report
from services.protection.rules.questions.situation import (
    Answer,
    County,
    Situation,
    answer,
    child_age_in,
    delay_in,
    instant_of,
    time_in,
)
from services.protection.rules.reporting import MissedReport, sanctions
from shared.law import Facts, LawOfDay

Topic = Callable[[Situation, LawOfDay, County], Answer | None]

PRIVATE_PERSONS = re.compile(
    "邻居|(?<!校车)司机|公民|路人|个人|市民|群众|居民王|骑手|外卖员|快递员|乘客|顾客|亲戚|亲属|朋友|网友|热心|"
    "游客|旅客|citizen|neighbour|passer|tourist|travell?er"
)
_POLICE_WORDS = ("报案", "报警", "公安", "派出所", "110", "举报")
_AUTHORITY_WORDS = ("备案", "主管部门", "教育局", "卫健局", "卫生健康局", "民政局", "文旅")
_SILENT = re.compile(
    "隐瞒|瞒报|未(?:依法)?履行(?:强制)?报告|私下|内部处理|自行处理|压下|息事宁人|私了|(?:仅|只)(?:向|告诉|报告|通知)(?!公安|派出所|警)|"
    "(?:未|没有?|尚未|不(?:要|让|准|许|得(?!不)|用|必|想|敢)?|别|勿|拒绝|阻止|禁止|放弃)"
    "(?:及时|立即|再|向公安机关|向公安|向派出所){0,2}(?:去|上)?(?:报(?!备)|举报|拨打)"
)
_UNFILED = re.compile("(?:未|没有?|无须|无需|不必|不用|不需要?|拒绝).{0,10}备案|未向主管部门")
# An inquiry of one's own first: at once is no longer possible.
_AFTERWARDS = re.compile(
    "先.{0,16}(?:再|才|之?后)(?:决定是否)?(?:报案|报警|举报|上报)|"
    "(?:调查|核实|查清|弄清|确认|请示|开会|商量|讨论|取证).{0,8}(?:后|再|才)(?:决定是否)?(?:报案|报警|举报)"
)
_BLOCK = re.compile("阻止|压下|(?:不准|不让|不得|不要|禁止|不许|别)(?:去|再)?(?:报|拨打)")


def duty(situation: Situation, law: LawOfDay, county: County) -> Answer | None:
    """Who must report what, to whom and when (3.1a)."""
    unit, finding = _who_and_what(situation, county)
    told = finding or situation.has("trigger", "grounds")
    if not unit or not (told or situation.asks("duty_to_report")):
        return None
    if PRIVATE_PERSONS.search(unit):
        return _right_of_everyone(finding)
    known = county.institutions.recognise(unit)
    trigger = _trigger(situation, finding)
    facts = Facts({"unit_named": known.named, "close_contact": known.close_contact})
    if trigger is not None:
        facts["trigger"] = trigger.value
    found = duty_to_report.find(facts, law)
    close = known.named or known.close_contact
    if _voluntary(situation, finding):
        return _undetermined(["trigger"])
    if not found.met and (harmless_in(finding) or not told or not close):
        return _undetermined(found.missing())
    # What a unit asks about and nobody calls ordinary is at least suspected: report when in doubt.
    return _duty_answer(situation, known, trigger or Trigger.SUSPECTED, finding)


def _who_and_what(situation: Situation, county: County) -> tuple[str, str]:
    """Who found what: by the fields, else by the words."""
    unit, finding = situation.word("unit"), situation.word("finding")
    if not unit and PRIVATE_PERSONS.search(situation.word("requester")):
        unit = situation.word("requester")
    if situation.asks("duty_to_report"):
        return _in_the_words(situation, unit, finding, county)
    if unit and not finding and not situation.has("hire_date", "check_date", "check_result"):
        told_so = situation.text().removesuffix(situation.question)
        finding = told_so if grounds_in(told_so) else ""
    return unit, finding


def _in_the_words(situation: Situation, unit: str, finding: str, county: County) -> tuple[str, str]:
    """Unit and finding as a sentence tells them, where no field does."""
    text = situation.text()
    if not unit and county.institutions.recognise(text).code != "other":
        unit = text
    event = situation.word("event", "victim", "child")
    return unit, finding or (event if grounds_in(event) else "")


def _trigger(situation: Situation, finding: str) -> Trigger | None:
    given = situation.word("trigger")
    for trigger in Trigger:
        if given in {trigger.value, trigger.zh}:
            return trigger
    if given:
        return trigger_in(given)
    return Trigger.SUSPECTED if situation.has("grounds") and not finding else trigger_in(finding)


def _voluntary(situation: Situation, finding: str) -> bool:
    """A pregnancy from fourteen on, called voluntary: by itself no sign of harm (R3)."""
    age = situation.number("age") or child_age_in(finding)
    grounds = grounds_of_person(grounds_in(finding), age, sexual=True)
    only = grounds == [Ground.GIRL_14_UP_SEXUAL] and age is not None
    return only and re.search("自愿|无(?:受)?侵害|未受侵害|恋爱", finding) is not None


def _undetermined(missing: list[str]) -> Answer:
    return answer(
        "duty_to_report",
        "WL24:3.1a-4",
        zh="需查明是否遭受、疑似遭受不法侵害或面临不法侵害危险；有疑问时应先报告",
        en="Undetermined: was there harm, suspected harm or danger? When in doubt, report",
        duty="undetermined",
        status="undetermined",
        bound=True,
        next=["无侵害迹象的，继续观察、心理关爱；有疑问先报告"],
        missing=missing,
    )


def _right_of_everyone(finding: str) -> Answer:
    return answer(
        "duty_to_report",
        "MINORS:11-2",
        zh="个人有权劝阻、制止或向公安等部门检举、控告；强制报告义务主体是单位及其工作人员",
        en="Anybody may report; the duty binds units and their staff",
        duty="有权检举、控告",
        bound=False,
        may_report=True,
        report_to="公安机关",
        report_to_code="police",
        grounds=[g.value for g in grounds_in(finding)],
    )


def _grounds(situation: Situation, finding: str) -> list[Ground]:
    given = situation.value("grounds")
    named = [ground_of(str(word)) for word in given] if isinstance(given, (list, tuple)) else []
    found = [g for g in named if g is not None] or grounds_in(finding)
    age = situation.number("age") or child_age_in(finding)
    sexual = re.search("性侵|孕|流产|妊娠|强奸|猥亵", finding) is not None
    return grounds_of_person(found, age, sexual) or [Ground.OTHER_SERIOUS_HARM_OR_DANGER]


def _duty_answer(
    situation: Situation, known: InstitutionType, trigger: Trigger, finding: str
) -> Answer:
    grounds = _grounds(situation, finding)
    listed = "属文件列举单位" if known.named else "“等密切接触未成年人的单位”为开放列举"
    more: dict[str, Any] = {}
    if known.code in {"hotel", "online_rental"}:
        more["besides"] = ["询问父母或其他监护人联系方式和入住人员身份关系", "及时联系监护人"]
    return answer(
        "duty_to_report",
        "WL24:3.1a-1" if known.named else "WL24:3.1a",
        "WL24:3.1a-4",
        *(["MINORS:57"] if more else []),
        *(g.description.clause for g in grounds),
        zh=f"{listed}，{trigger.zh}的，立即向公安机关报案或举报，并向主管部门备案",
        en="Report to the police at once and file with the competent authority",
        duty="强制报告",
        bound=True,
        trigger=trigger.zh,
        trigger_code=trigger.value,
        report_to="公安机关",
        report_to_code="police",
        when="立即",
        also="向主管部门备案",
        authority_code=known.authority,
        authority_alternatives_codes=list(known.also_possible),
        authority_to_be_assigned=known.to_be_assigned,
        unit_type=known.code,
        reason=f"{listed}；{known.why}" if known.why else listed,
        grounds=[f"{g.description.number} {g.description.zh}" for g in grounds],
        grounds_codes=[g.value for g in grounds],
        **more,
    )


_TO_FILE = "应向主管部门备案"


def timeliness(situation: Situation, law: LawOfDay, county: County) -> Answer | None:
    """Whether the unit reported at once, to the police, and filed (3.1a-4)."""
    delay = situation.word("delay")
    action = situation.word("action") or (f"{delay}后报案" if delay else _silence(situation))
    found_at = situation.instant("discovered_at")
    police_at = situation.instant("reported_to_police_at")
    told = situation.value("told")
    asked = situation.asks("timeliness")
    if not asked and _of_another_duty(action):
        return None
    reported = situation.has("reported_to_police_at", "filed_at")
    bound = situation.has("unit") or bool(found_at and (action or reported))
    if not bound and grounds_in(action):
        bound = bool(_in_the_words(situation, "", "", county)[0])
    if not asked and not (bound and (action or told or reported)):
        return None
    police_told = _told_police(action, told, police_at)
    if situation.flag("reported_to_police_at") is False:
        police_told = False
    waited = _waited(action, found_at, police_at)
    filed = _filed(situation, action, told)
    hours = int(law.figures.get("immediate_report_hours", 0))
    late = _filed_late(situation, found_at, int(law.figures["authority_filing_hours"]))
    if waited is None and _AFTERWARDS.search(action):
        waited = timedelta.max
    said = _timeliness_answer(police_told, waited, filed and not late, hours, action)
    if filed is None and situation.has("filed_at") and said["compliant"] is True:
        said |= {"compliant": "undetermined", "status": "undetermined", "zh": "需查明是否已备案"}
    if filed and late and said["reason"] is not None:  # filed it is, and too late by the figure
        limit = int(law.figures["authority_filing_hours"])
        tardy = f"向主管部门备案迟于{limit}小时"
        said |= {name: said[name].replace(_TO_FILE, tardy) for name in ("reason", "zh")}
    return said


def _of_another_duty(action: str) -> bool:
    """Whether what a unit did is of guests or customers, and says nothing of a report."""
    words = (*_POLICE_WORDS, *_AUTHORITY_WORDS, "上报", "报告", "隐瞒")
    other = re.search("入住|同住|开房|住宿|[文纹]身", action) is not None
    return other and not grounds_in(action) and not any(word in action for word in words)


_OF_FAMILY = re.compile("(?:家长|父|母|家属|孩子|学生|女孩|男孩|本人|被害人|受害人)[^，。；]{0,8}$")


def _silence(situation: Situation) -> str:
    """The words that say a unit kept silent, when not the family's wish; empty when none do."""
    text = situation.text().removesuffix(situation.question)
    found = _SILENT.search(text)
    return text if found and not _OF_FAMILY.search(text[: found.start()]) else ""


def _filed_late(situation: Situation, found_at: datetime | None, hours: int) -> bool:
    """Whether the authority was told after the hours of the figure; a bare day counts whole."""
    filed_at = situation.instant("filed_at")
    if filed_at is None or found_at is None:
        return False
    limit = found_at + timedelta(hours=hours)
    bare = filed_at.time() == time()
    return filed_at.date() > limit.date() if bare else filed_at > limit


def _told_police(action: str, told: Any, police_at: datetime | None) -> bool | None:
    if _SILENT.search(action):
        return False
    if police_at is not None or any(word in action for word in _POLICE_WORDS):
        return True
    words = "；".join(map(str, told)) if isinstance(told, (list, tuple)) else str(told or "")
    if words:
        return "police" in words or any(word in words for word in _POLICE_WORDS)
    return False if action else None


def _waited(action: str, found_at: datetime | None, police_at: datetime | None) -> timedelta | None:
    """From finding to report; None when it is not told, or the hours told cannot be."""
    if found_at is not None and police_at is None:
        police_at = _told_at(action, found_at)
    if found_at is not None and police_at is not None:
        return police_at - found_at if police_at >= found_at else None
    return delay_in(_about_police(action))


_MONTH_AND_DAY = re.compile(r"(?<!\d)(1[0-2]|[1-9])月([12]\d|3[01]|[1-9])日")


def _about_police(action: str) -> str:
    """The part of what was done that speaks of the police; all of it when none does."""
    parts = re.split("[，,；;。]", action)
    return next((p for p in parts if any(word in p for word in _POLICE_WORDS)), action)


def _told_at(action: str, found_at: datetime) -> datetime | None:
    """When the police were told, by the words; a bare hour is that of the day of the finding."""
    part = _about_police(action)
    if not any(word in part for word in _POLICE_WORDS):
        return None
    if (told_at := instant_of(part)) is not None:
        return told_at
    hour = time_in(part)
    if found := _MONTH_AND_DAY.search(part):
        day = found_at.replace(month=int(found[1]), day=int(found[2])).date()
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
    return True if any(word in words for word in _AUTHORITY_WORDS) else None


def _timeliness_answer(
    police_told: bool | None, waited: timedelta | None, filed: bool | None, hours: int, action: str
) -> Answer:
    reasons, breach = _breaches(police_told, waited, filed, hours)
    late = waited is not None and waited > timedelta(hours=hours)
    compliant: bool | str = not reasons
    missing = [
        name for name, known in (("报案时间", waited), ("主管部门备案", filed)) if known is None
    ]
    if not reasons and waited is None:
        compliant = "undetermined"
    blocked = _BLOCK.search(action) is not None
    return answer(
        "timeliness",
        "WL24:3.1a-4",
        *(["MINORS:117"] if reasons else []),
        zh="；".join(reasons) or ("已立即报案" if compliant is True else "需查明报案时间"),
        en="Not in accordance with the duty" if reasons else "As far as told, in accordance",
        compliant=compliant,
        reason="；".join(reasons) or None,
        late=late if waited is not None else None,
        waited_minutes=None
        if waited in (None, timedelta.max)
        else int(waited.total_seconds() // 60),
        missing=missing or None,
        sanctions=[s.value for s in sanctions(breach, "严重后果" in action, blocked)]
        if breach
        else None,
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


def liaison(situation: Situation, _law: LawOfDay, _i: County) -> Answer | None:
    """Every unit names a contact for mandatory reports (3.1a-3)."""
    said = situation.says("强制报告工作联系人", "报告联系人") or situation.asks("liaison")
    if not said and not situation.has("liaison"):
        return None
    named = situation.flag("liaison")
    if situation.says("未明确", "未确定", "没有联系人", "无联系人", "没有指定"):
        named = False
    elif named is None and situation.word("liaison"):
        named = True
    return answer(
        "liaison",
        "WL24:3.1a-3",
        zh="单位应明确强制报告工作联系人",
        en="Every unit names a contact for mandatory reports",
        liaison_required=True,
        compliant=named,
        status="undetermined" if named is None else None,
        missing=["liaison"] if named is None else None,
    )


REPORT_TOPICS: Mapping[str, Topic] = {
    "duty_to_report": duty,
    "timeliness": timeliness,
    "liaison": liaison,
}
