"""Questions about reports: the duty, whom it binds and whom it is told to, the contact.

Pure: a situation and the law of the day in, an answer with clauses out, or nothing.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from services.protection.rules.adoption import age_on
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
)
from shared.ages import child_age_in
from shared.law import Facts, LawOfDay

Topic = Callable[[Situation, LawOfDay, County], Answer | None]

PRIVATE_PERSONS = re.compile(
    "邻居|(?<!校车)司机|公民|路人|个人|市民|群众|居民王|骑手|外卖员|快递员|乘客|顾客|亲戚|亲属|"
    "朋友|网友|热心|"
    "游客|旅客|citizen|neighbour|passer|tourist|travell?er"
)


def duty(situation: Situation, law: LawOfDay, county: County) -> Answer | None:
    """Who must report what, to whom and when (3.1a)."""
    if situation.paths.keys() == {"unit"} and not situation.asked:
        return _bound(situation, county)
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
    if _voluntary(situation, finding) or _of_the_grown(situation, finding):
        return _undetermined(["trigger"])
    if not found.met and (harmless_in(finding) or not told or not close):
        return _undetermined(found.missing())
    # What a unit asks about and nobody calls ordinary is at least suspected: report when in doubt.
    return _duty_answer(situation, known, trigger or Trigger.SUSPECTED, finding)


_DUTIES = (
    "明确强制报告工作联系人",
    "落实从业人员入职查询",
    "发现遭受、疑似遭受不法侵害或面临不法侵害危险的，立即向公安机关报案或举报",
    "向主管部门备案",
)


def _bound(situation: Situation, county: County) -> Answer | None:
    """Whether a unit of which nothing else is told is bound, and by what (3.1a)."""
    unit = situation.word("unit")
    known = county.institutions.recognise(unit)
    close = known.named or known.close_contact
    if not close or PRIVATE_PERSONS.search(unit):
        return None
    return answer(
        "duty_to_report",
        "WL24:3.1a-1" if known.named else "WL24:3.1a",
        "WL24:3.1a-2",
        "WL24:3.1a-3",
        zh="密切接触未成年人的单位：明确联系人、入职查询、发现即报公安并备案",
        en="A unit in close contact with minors: a contact, checks at hiring, reports at once",
        bound=True,
        duties=list(_DUTIES),
        liaison_required=True,
        **_whereto(known),
    )


def _whereto(known: InstitutionType) -> dict[str, Any]:
    """Where a report of a unit goes: the police at once, its authority besides (3.1a-1, 3.1a-4)."""
    return {
        "report_to": "公安机关",
        "report_to_code": "police",
        "when": "立即",
        "also": "向主管部门备案",
        "authority_code": known.authority,
        "authority_alternatives_codes": list(known.also_possible),
        "unit_type": known.code,
    }


def _who_and_what(situation: Situation, county: County) -> tuple[str, str]:
    """Who found what: by the fields, else by the words."""
    unit, finding = situation.word("unit"), situation.word("finding")
    who = situation.word("requester", "person")
    if not unit and PRIVATE_PERSONS.search(who):
        unit = who
    if situation.asks("duty_to_report"):
        return in_the_words(situation, unit, finding, county)
    if unit and not finding and not situation.has("hire_date", "check_date", "check_result"):
        told_so = situation.facts()
        finding = told_so if grounds_in(told_so) else ""
    return unit, finding


def in_the_words(situation: Situation, unit: str, finding: str, county: County) -> tuple[str, str]:
    """Unit and finding as a sentence tells them, where no field does."""
    text = situation.text()
    if not unit and county.institutions.recognise(text).code != "other":
        unit = text
    event = situation.word("event", "victim", "child")
    return unit, finding or (event if situation.has("unit") or grounds_in(event) else "")


def _trigger(situation: Situation, finding: str) -> Trigger | None:
    given = situation.word("trigger")
    for trigger in Trigger:
        if given in {trigger.value, trigger.zh}:
            return trigger
    if given:
        return trigger_in(given)
    return Trigger.SUSPECTED if situation.has("grounds") and not finding else trigger_in(finding)


def _age(situation: Situation, finding: str) -> int | None:
    """The child's age in years: told, or by its birthday on the day of the finding."""
    told = situation.number("age") or child_age_in(finding)
    born = situation.day("customer_birth") if told is None else None
    seen = situation.day("discovered_at", "as_of")
    return age_on(born, seen) if born and seen else told


def _voluntary(situation: Situation, finding: str) -> bool:
    """A pregnancy from fourteen on, called voluntary: by itself no sign of harm (R3)."""
    age = _age(situation, finding)
    grounds = grounds_of_person(grounds_in(finding), age, sexual=True)
    only = grounds == [Ground.GIRL_14_UP_SEXUAL] and age is not None
    return only and re.search("自愿|无(?:受)?侵害|未受侵害|恋爱", finding) is not None


_YOUNG = re.compile(
    "孩|儿|童|未成年|学生|[中小]学|高中|初中|婴|幼|弟|妹|少[年女男]|姑娘|[父母]|"
    "child|girl|boy|minor|son|daughter",
    re.IGNORECASE,
)
_NO_CHILD = re.compile("(?:无|没有)(?:未成年)?(?:子女|孩子|小孩|儿女)")


def _of_the_grown(situation: Situation, finding: str) -> bool:
    """Whether all that is told of are grown up, so that no minor is known to be harmed."""
    age = _age(situation, finding)
    return age is not None and age >= 18 and not _YOUNG.search(_NO_CHILD.sub("", finding))


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
    age = _age(situation, finding)
    sexual = re.search("性侵|孕|流产|引产|堕胎|妊娠|强奸|猥亵", finding) is not None
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
        **_whereto(known),
        authority_to_be_assigned=known.to_be_assigned,
        reason=f"{listed}；{known.why}" if known.why else listed,
        grounds=[f"{g.description.number} {g.description.zh}" for g in grounds],
        grounds_codes=[g.value for g in grounds],
        **more,
    )


def liaison(situation: Situation, _law: LawOfDay, _i: County) -> Answer | None:
    """Every unit names a contact for mandatory reports (3.1a-3)."""
    said = situation.says("强制报告工作联系人", "报告联系人") or situation.asks("liaison")
    if not said and not situation.has("liaison"):
        return None
    named = situation.flag("liaison")
    if situation.says("未明确", "未确定", "没有联系人", "无联系人", "没有指定"):
        named = False
    elif named is None and (situation.words("liaison") or any(situation.said_under("liaison"))):
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
    "liaison": liaison,
}
