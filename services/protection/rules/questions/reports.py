"""Questions about reports: duty, recipients, lateness, police, measures, secrecy.

Pure: a situation and the law of the day in, an answer with clauses out, or nothing.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
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
from services.protection.rules.institutions import Institutions, InstitutionType, duty_to_report
from services.protection.rules.questions.situation import (
    Answer,
    Situation,
    age_in,
    answer,
    delay_in,
    instant_of,
)
from services.protection.rules.reporting import (
    MEASURE_DEPARTMENTS,
    MEASURES,
    MissedReport,
    measures_for,
    sanctions,
)
from shared.law import Facts, LawOfDay

Topic = Callable[[Situation, LawOfDay, Institutions], Answer | None]

PRIVATE_PERSONS = ("邻居", "公民", "路人", "个人", "市民", "群众", "居民王", "citizen", "neighbour")
_POLICE_WORDS = ("报案", "报警", "公安", "派出所", "110", "举报")
_AUTHORITY_WORDS = ("备案", "主管部门", "教育局", "卫健局", "卫生健康局", "民政局", "文旅")
_SILENT_WORDS = (
    "未报",
    "没有报",
    "未向公安",
    "没有向公安",
    "不报",
    "隐瞒",
    "私下",
    "内部处理",
    "自行处理",
    "仅向",
    "只向",
    "只告诉",
    "仅报告",
    "压下",
    "息事宁人",
)
_BLOCK_WORDS = ("阻止", "不准报", "不让报", "要求不得报", "禁止报", "压下", "不许报")


def duty(situation: Situation, law: LawOfDay, institutions: Institutions) -> Answer | None:
    """Who must report what, to whom and when (3.1a)."""
    unit, finding = situation.word("unit"), situation.word("finding")
    told = finding or situation.has("trigger", "grounds")
    if not unit or not (told or situation.asks("duty_to_report")):
        return None
    if any(word in unit for word in PRIVATE_PERSONS):
        return _right_of_everyone(finding)
    known = institutions.recognise(unit)
    trigger = _trigger(situation, finding)
    facts = Facts({"unit_named": known.named, "close_contact": known.close_contact})
    if trigger is not None:
        facts["trigger"] = trigger.value
    found = duty_to_report.find(facts, law)
    close = known.named or known.close_contact
    if not found.met and (harmless_in(finding) or not told or not close):
        return _undetermined(found.missing())
    # What a unit asks about and nobody calls ordinary is at least suspected: report when in doubt.
    return _duty_answer(situation, known, trigger or Trigger.SUSPECTED, finding)


def _trigger(situation: Situation, finding: str) -> Trigger | None:
    given = situation.word("trigger")
    for trigger in Trigger:
        if given in {trigger.value, trigger.zh}:
            return trigger
    if given:
        return trigger_in(given)
    return Trigger.SUSPECTED if situation.has("grounds") and not finding else trigger_in(finding)


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
    age = situation.number("age") or age_in(finding)
    sexual = any(word in finding for word in ("性侵", "怀孕", "流产", "强奸", "猥亵"))
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


def timeliness(situation: Situation, law: LawOfDay, _: Institutions) -> Answer | None:
    """Whether the unit reported at once, to the police, and filed (3.1a-4)."""
    action = situation.word("action")
    found_at = situation.instant("discovered_at")
    police_at = situation.instant("reported_to_police_at")
    told = situation.value("told")
    asked = situation.asks("timeliness")
    if not (action or told or asked or (found_at and situation.has("reported_to_police_at"))):
        return None
    if not situation.has("unit") and not found_at:
        return None
    police_told = _told_police(action, told, police_at)
    waited = _waited(action, found_at, police_at)
    filed = _filed(situation, action, told)
    hours = int(law.figures.get("immediate_report_hours", 0))
    return _timeliness_answer(police_told, waited, filed, hours, action)


def _told_police(action: str, told: Any, police_at: datetime | None) -> bool | None:
    if any(word in action for word in _SILENT_WORDS):
        return False
    if police_at is not None or any(word in action for word in _POLICE_WORDS):
        return True
    words = "；".join(map(str, told)) if isinstance(told, (list, tuple)) else str(told or "")
    if words:
        return "police" in words or any(word in words for word in _POLICE_WORDS)
    return False if action else None


def _waited(action: str, found_at: datetime | None, police_at: datetime | None) -> timedelta | None:
    if found_at is not None and police_at is not None:
        return police_at - found_at
    waited = delay_in(action)
    if waited is None and found_at is not None and any(word in action for word in _POLICE_WORDS):
        told_at = instant_of(action)
        return told_at - found_at if told_at else None
    return waited


def _filed(situation: Situation, action: str, told: Any) -> bool | None:
    if situation.has("filed_at"):
        return situation.flag("filed_at") is not False and situation.value("filed_at") is not None
    words = f"{action}；{told or ''}"
    if re.search("(?:未|没有?).{0,10}备案|未向主管部门", words):
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
    blocked = any(word in action for word in _BLOCK_WORDS)
    return answer(
        "timeliness",
        "WL24:3.1a-4",
        *(["MINORS:117"] if reasons else []),
        zh="；".join(reasons) or ("已立即报案" if compliant is True else "需查明报案时间"),
        en="Not in accordance with the duty" if reasons else "As far as told, in accordance",
        compliant=compliant,
        reason="；".join(reasons) or None,
        late=late if waited is not None else None,
        waited_minutes=None if waited is None else int(waited.total_seconds() // 60),
        missing=missing or None,
        sanctions=[s.value for s in sanctions(breach, False, blocked)] if breach else None,
    )


def _breaches(
    police_told: bool | None, waited: timedelta | None, filed: bool | None, hours: int
) -> tuple[list[str], MissedReport | None]:
    reasons: list[str] = []
    breach: MissedReport | None = None
    if filed is False:
        reasons.append("应向主管部门备案")
        breach = MissedReport.WRONG_ADDRESSEE
    if waited is not None and waited > timedelta(hours=hours):
        reasons.append("应立即报案，内部调查不是延迟报告的理由")
        breach = MissedReport.LATE
    if police_told is False:
        reasons.append("应立即向公安机关报案或举报，仅内部处理或仅告知他人不足")
        breach = MissedReport.NOT_REPORTED
    return reasons, breach


def liaison(situation: Situation, _law: LawOfDay, _i: Institutions) -> Answer | None:
    """Every unit names a contact for mandatory reports (3.1a-3)."""
    said = situation.says("强制报告工作联系人", "报告联系人") or situation.asks("liaison")
    if not said and not situation.has("liaison"):
        return None
    named = situation.flag("liaison")
    if named is None:
        named = bool(situation.word("liaison")) and not situation.says("未明确", "没有")
    return answer(
        "liaison",
        "WL24:3.1a-3",
        zh="单位应明确强制报告工作联系人",
        en="Every unit names a contact for mandatory reports",
        liaison_required=True,
        compliant=named,
    )


def police_duty(situation: Situation, _law: LawOfDay, _i: Institutions) -> Answer | None:
    """Police accept at once and go; there is no refusal (3.1d)."""
    asked = situation.has("police_action")
    asked = asked or situation.asks("police_duty")
    about_police = situation.says("派出所", "公安机关接", "公安接", "民警", "警方", "出警", "立案")
    if not asked and not (about_police and situation.says("报案", "举报", "报警", "接警", "出警")):
        return None
    refused = situation.says("拒绝", "不予受理", "不接受", "推诿", "不受理", "让其先", "要求先")
    delayed = situation.says("次日出警", "第二天出警", "隔天", "未出警", "没有出警", "三天后出警")
    not_filed = situation.says("不予立案", "不立案", "未立案")
    return answer(
        "police_duty",
        "WL24:3.1d-1",
        "WL24:3.1d-2",
        *(["GJF2020-9:11"] if not_filed else []),
        zh="公安机关应立即接受、及时出警，依法受案审查或立案侦查；不得拒绝，不属管辖的先接受再移送",
        en="Police accept at once and attend; no refusal; transfer comes after acceptance",
        must_accept=True,
        may_refuse=False,
        when="立即接受、及时出警",
        next=["受案审查", "立案侦查"],
        compliant=False if refused or delayed else None,
        supervision="市检察院可要求说明不立案理由并通知立案" if not_filed else None,
        other_jurisdiction="先立即接受，采取必要措施后及时移送有管辖权的机关",
    )


def measures(situation: Situation, _law: LawOfDay, _i: Institutions) -> Answer | None:
    """The measures for a harmed child and family, and who carries them (3.1h-1)."""
    need = situation.word("victim")
    harmed = situation.says("受侵儿童", "被侵害儿童", "受害儿童") and situation.says(
        "措施", "救助", "帮扶", "measure"
    )
    if not (need or harmed or situation.says("保护措施") or situation.asks("measures")):
        return None
    found = measures_for(need or situation.text())
    if "医疗费" in need and all(m.value != "medical_treatment" for m in found):
        found.append(next(m for m in MEASURES if m.value == "medical_treatment"))
    return answer(
        "measures",
        "WL24:3.1h-1",
        "MINORS:111",
        zh="民政、团委、妇联、司法等部门视情采取保护措施（措施与部门均为开放列举）",
        en="Departments take protective measures as the case needs; both lists are open",
        measures_include=[m.zh for m in found],
        measures_codes=[m.value for m in found],
        all_measures=[m.zh for m in MEASURES],
        measure_departments_codes=list(MEASURE_DEPARTMENTS),
        by_measure_codes={m.zh: list(m.departments) for m in found},
        open_list=True,
    )


def secrecy(situation: Situation, _law: LawOfDay, _i: Institutions) -> Answer | None:
    """Child and reporter are confidential towards all without a task in the case (3.1h-2)."""
    field = situation.word("field")
    asked = field in {"reporter_identity", "child_identity", "victim_identity"} or situation.says(
        "报告人", "举报人", "谁举报", "公开姓名", "媒体", "隐私", "保密", "照片发布", "身份信息"
    )
    if not asked and not situation.asks("secrecy"):
        return None
    task = situation.flag("has_task")
    if task is None:
        who = situation.word("requester", "event")
        task = re.search("(?<!非)(?<!不)(?<!不是)(?:承办|办案|经办|主办)", who) is not None
    reporter = "reporter" in field or situation.says("报告人", "举报人", "谁举报")
    return answer(
        "secrecy",
        "WL24:3.1h-2",
        "MINORS:103",
        *(["GJF2020-9:13"] if reporter else []),
        zh="受侵儿童及报告人信息保密：对无本案任务者一律保密，包括公安内部和报告单位内部",
        en="Confidential towards everybody without a task in this case, inside the unit too",
        allowed=task,
        logged=True,
        needs="本案任务、目的和第二人批准，并留痕" if reporter else "本案任务，并留痕",
        confidential=["受侵儿童", "报告人"],
    )


REPORT_TOPICS: Mapping[str, Topic] = {
    "duty_to_report": duty,
    "timeliness": timeliness,
    "liaison": liaison,
    "police_duty": police_duty,
    "measures": measures,
    "secrecy": secrecy,
}
