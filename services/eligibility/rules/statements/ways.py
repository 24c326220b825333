"""What a statement may use beside the vocabulary (陈述格式).

`WAYS` is the table: a field somebody writes → its meaning in a sentence and the function that
makes facts of it. The documentation of the endpoint is written from it; how a statement is read as
a whole stands in `whole`.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from services.eligibility.rules.periods import last_day_in
from services.eligibility.rules.statements import (
    circumstances,
    health,
    income,
    parents,
    phrases,
    registration,
    schooling,
    spoken,
)
from services.eligibility.rules.statements.disabilities import certificate, disability
from services.eligibility.rules.statements.naming import named
from services.eligibility.rules.statements.reading import Statement
from services.eligibility.rules.statements.stories import PARENT as A_PARENT
from services.eligibility.rules.statements.stories import of_the_household
from services.eligibility.rules.vocabulary import SUBJECTS, VOCABULARY
from shared.told import Named

Way = Callable[[Statement, str, Any, Mapping[str, Any]], None]


def nothing(_: Statement, __: str, ___: Any, ____: Mapping[str, Any]) -> None:
    """A detail that is read together with another field."""


# What is given a household no longer, by a note beside its class: 3月起停发.
_ENDED = re.compile(
    "(?!.*(?:未|没有|撤回|邻|亲|[叔伯舅姑姨]|他人|申请)).*(?:停发|停止|取消|退出|终止|注销|清退)"
)


def note(statement: Statement, subject: str, value: Any, said: Mapping[str, Any]) -> None:
    """Free words are kept; they decide nothing but what nobody else speaks of: how parents stand,
    and the class of the household (备注)."""
    statement.notes.append(f"{subject}：{value}")
    classed = of_the_household(str(value)) if subject == "household" else None
    if classed is not None and said.get("class") is None and said.get("economic_class") is None:
        statement.unless_stated("household.economic_class", classed)
    if subject == "household" and _ENDED.match(str(value)):  # whether it was, somebody must say
        statement.unless_stated("household.dibao_active", None)
    if subject == "child" and A_PARENT.search(str(value)) and phrases.a_sentence(value):
        statement.stories.append(str(value))


def same_as(name: str) -> Way:
    """Another name of a fact of the vocabulary."""

    def way(statement: Statement, subject: str, value: Any, _: Mapping[str, Any]) -> None:
        statement.take(f"{subject}.{name}", f"{subject}.{name}", value)

    return way


def economic_class(statement: Statement, subject: str, value: Any, said: Mapping[str, Any]) -> None:
    """The class of a household; where it begins on a later day, today's is unknown."""
    begins = last_day_in(str(value))
    to_come = begins is not None and not statement.reached(begins)
    same_as("economic_class")(statement, subject, None if to_come else value, said)


CHILD: dict[str, tuple[str, Way]] = {
    "hukou_city": ("户籍所在地；Place of the child's own hukou", registration.hukou),
    **dict.fromkeys(("hukou", "hukou_place"), ("同 hukou_city", registration.hukou)),
    "hukou_district": ("户籍所在县（市、区），与 hukou_city 同写时以此为准", registration.district),
    "hukou_type": ("同 hukou_kind", same_as("hukou_kind")),
    "rural": ("农村户籍（是/否）", registration.rural),
    "hukou_moved_to": ("户籍迁往何地，须同时写明迁出日期", registration.hukou_moved_to),
    "hukou_moved_out_on": ("户籍迁出日期", registration.hukou_moved_out),
    "hukou_moved_in_on": ("户籍迁入日期", registration.hukou_moved_in),
    "hukou_history": ("户籍变动 [{place, from, until}]", registration.hukou_history),
    "livelihood": ("基本生存保障：有，或者已经失去", circumstances.livelihood),
    "age": ("年龄（岁），出生日期不明时", circumstances.age),
    "age_months": ("月龄", circumstances.age_months),
    "apparent_age": ("推断年龄（岁），同 age", circumstances.apparent_age),
    "found_place": ("发现地点；离开监护人的，据此认定流落地", circumstances.found_place),
    "standing": ("此前已认定的类别，或情形", circumstances.standing),
    "id_no": ("公民身份号码：只读其中的出生日期", circumstances.id_no),
    "placement": ("安置方式，如“与姑母共同生活”", spoken.placement),
    "died_on": ("死亡日期", spoken.died),
    "adopted": ("已被收养（是/否），或收养登记日期", spoken.adopted),
    "adopted_on": ("收养登记日期", spoken.adopted),
    "adoption_date": ("同 adopted_on", spoken.adopted),
    **dict.fromkeys(("found_notice_on", "notice_date"), ("同 notice_on", same_as("notice_on"))),
    "other_difficulty": ("已书面认定的其他困境", circumstances.other_difficulty),
    "notice_days": ("公告已满天数，公告日期不明时", circumstances.notice_days),
    "guardianship": ("监护状况：词，或一句话", spoken.guardianship),
    "harm": ("伤害：词，或 {kind, place, guardianship}", spoken.harm),
    "harm_place": ("侵害发生地", spoken.harm_place),
    **dict.fromkeys(("situation", "description"), ("情形，如“露宿温岭街头”", spoken.situation)),
    "disability": ("残疾：“智力二级”，{type, level, certificate}，或多项", disability),
    "disability_certificate": ("持有残疾证（是/否），或20位证号", certificate),
    "illness": ("疾病名称，或 {name, certified}", health.illness),
    **dict.fromkeys(("disease", "diagnosis"), ("同 illness", health.illness)),
    "health": ("健康状况：残疾、疾病，或“良好”", health.health),
    "illness_kind": ("病种：重病、罕见病", health.illness_kind),
    "rare_disease": ("经认定患罕见病，或其病名", health.rare_illness),
    "serious_illness": ("经认定患重病，或其病名", health.serious_illness),
    "autism": ("孤独症", health.autism),
    "grade": ("年级，由此得知学段", schooling.grade),
    "in_school": ("在校（是/否）", schooling.in_school),
    **dict.fromkeys(("hiv", "hiv_status"), ("感染、受影响、阴性，或一句话", health.hiv_of_child)),
    "hiv_affected": ("受艾滋病影响（是/否）", health.hiv_affected),
    "hiv_infected": ("感染艾滋病病毒（是/否）", health.hiv_infected),
    "schooling": ("就学：词，或 {stage, enrolled, status, mode, …}", schooling.schooling),
    "enlisted_on": ("入伍日期", schooling.enlisted),
    "returned_from_service_on": ("退役返校日期", nothing),
    "training": ("康复训练情况", spoken.training),
    "categories": ("此前已认定的类别", same_as("recognised")),
    "previous_category": ("同 categories", same_as("recognised")),
    "lump_sum_paid": ("已发放过六个月一次性补助（是/否，或何时）", circumstances.lump_sum),
    "prior_award": ("同 previous_award", same_as("previous_award")),
    **dict.fromkeys(
        ("note", "school", "sex", "hukou_before"),
        ("备注、学校、性别、迁入前户籍，不影响认定", note),
    ),
    **dict.fromkeys(
        ("lives_in", "residence", "guardian"),
        ("居住地或者监护人，如福利机构", circumstances.residence),
    ),
}
PARENT: dict[str, tuple[str, Way]] = {
    "status": ("状态：一个或几个词，如“服刑”“失联”“健在”", nothing),
    **dict.fromkeys(parents.STATUS_DETAILS, ("状态的日期、期限等细节", nothing)),
    "alive": ("在世（是/否）", spoken.parent_alive),
    "dead": ("已死亡（是/否）", spoken.parent_dead),
    "declared_missing": ("经法院宣告失踪（是/否）", circumstances.declared),
    "in_contact": ("与儿童有无联系", spoken.in_contact),
    "kind": ("强制措施等状态的种类，如“刑事拘留”", nothing),
    "at_liberty": ("缓刑、假释、监外执行、取保候审（是/否）", nothing),
    "cause": ("死亡原因；因艾滋病去世的，儿童受其影响", health.cause_of_death),
    "disability_certificate": ("持有残疾证（是/否），或20位证号", certificate),
    "disability": ("残疾，同儿童", disability),
    "illness": ("疾病，同儿童", health.illness),
    "health": ("健康状况，同儿童", health.health),
    "serious_illness": ("经认定患重病，或其病名", health.serious_illness),
    "hiv_status": ("同 hiv", same_as("hiv")),
    **dict.fromkeys(("hiv_infected", "died_of_aids"), ("感染或因艾滋病去世", health.hiv_infected)),
    "found": ("失联后是否已找到（是/否）", circumstances.found),
    "guardianship_revoked": ("监护人资格是否被撤销，如“被法院撤销”", circumstances.guardianship),
    "evidence": ("失联查证方式", same_as("lost_contact_evidence")),
    "illness_found": ("所述疾病已认定为重病（是/否）", health.illness_found),
    "police_receipt": ("公安查找回执单（是/否）", spoken.receipt),
    "reported_to_police": ("报警日期，或是否报警", circumstances.reported),
    "performing_duty": ("同 performs_duty", same_as("performs_duty")),
    "able": ("有监护能力", same_as("guardianship_capacity")),
    "lives_with_child": ("与儿童共同生活，不影响认定", note),
    **dict.fromkeys(("remarried", "nationality", "note"), ("备注，不影响认定", note)),
}
HOUSEHOLD: dict[str, tuple[str, Way]] = {
    "members": ("家庭人数，或成员名单", circumstances.members),
    "class": ("同 economic_class", economic_class),
    "other_income_monthly": ("同 income_monthly", same_as("income_monthly")),
    "total_income_monthly": ("含儿童基本生活费补助的月收入", income.total_income),
    "subsidy_included": ("所述收入中所含的儿童基本生活费补助", nothing),
    "basic_living_subsidy_of_child": ("儿童基本生活费补助，不计入收入", income.subsidy),
    "dibao_line_per_head": ("同 dibao_line", same_as("dibao_line")),
    "income_yearly": ("家庭年收入（不含补助）", income.income_yearly),
    "per_capita_income": ("家庭月人均收入（不含补助）", income.per_capita),
    "dibao": ("是否低保家庭", income.is_dibao),
    "dibao_since": ("纳入低保的日期", circumstances.dibao_since),
    "standing": ("低保的申请或者享受状态", circumstances.dibao_standing),
    "certificate": ("所持证件，如“低保证”", circumstances.certificate),
    "valid_until": ("证件有效期至；过期的，是否在享待查", circumstances.valid_until),
    "dibao_stopped_on": ("低保停发日期", circumstances.dibao_stopped),
    "dibao_amount": ("所领低保金（元/月）", income.dibao_amount),
    "note": ("备注，不影响认定", note),
}
RELIEF: dict[str, tuple[str, Way]] = {
    "from": ("同 since", same_as("since")),
    "to": ("同 until", same_as("until")),
    "note": ("备注，不影响认定", note),
}
EMERGENCY: dict[str, tuple[str, Way]] = {
    "event": ("突发事件", spoken.emergency),
    "type": ("同 event", spoken.emergency),
    "date": ("发生日期", note),
    "note": ("备注，不影响认定", note),
    "expected_end": ("同 until", same_as("until")),
}
WAYS: Mapping[str, Mapping[str, tuple[str, Way]]] = {
    "child": CHILD,
    "father": PARENT,
    "mother": PARENT,
    "household": HOUSEHOLD,
    "relief": RELIEF,
    "emergency": EMERGENCY,
}


def _fields(subject: str) -> Named:
    """The fields of a subject by all their names."""
    zh = SUBJECTS[subject][0]
    kinds = [kind for kind in VOCABULARY.values() if kind.subject == subject]
    chinese = {kind.name.split(".")[1]: kind.zh.removeprefix(zh) for kind in kinds}
    return named(subject, (*WAYS[subject], *chinese), chinese)


FIELDS: Mapping[str, Named] = {subject: _fields(subject) for subject in SUBJECTS}
