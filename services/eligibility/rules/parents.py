"""The parents: who is lost, who is unable, and what follows for the child (孤儿、事实无人抚养).

The table of 民发〔2019〕62号 and 民发〔2020〕125号: A (死亡、失踪) and B (重残 … 被遣送出境).
Both A is an orphan; one B and the other A or B is de facto unsupported; one able parent is neither.
Every rule here is asked of one parent; `about` says of which.
"""

from datetime import date
from typing import NewType

from shared.calendar import corresponding_day
from shared.law import all_of, any_of, rule

Grade = NewType("Grade", int)  # one of four words for a disability: a code, and no count
MZ62, MZ125 = "MZ2019-62:1", "MZ2020-125:1"


@rule("CIVIL:46", "死亡")
def dead(life: str) -> bool:
    """The parent has died or was declared dead."""
    return life in ("dead", "declared_dead")


@rule("CIVIL:40", "经人民法院宣告失踪")
def declared_missing(life: str) -> bool:
    """A court has declared the parent missing; a police search alone is not that."""
    return life == "declared_missing"


@rule("GB2010-54:1", "查找不到生父母")
def unfindable(life: str) -> bool:
    """The birth parent cannot be found after the search the law asks for."""
    return life == "unfindable"


lost = any_of(
    "lost_parent",
    "死亡、失踪或者查找不到",
    "Dead, declared missing or not to be found",
    dead,
    declared_missing,
    unfindable,
    clause="GB2010-54:1",
)


@rule(
    MZ62,
    "一级、二级残疾",
)
def of_the_severe_grades(disability_grade: Grade, *, severe_grades: tuple[int, ...]) -> bool:
    """Disability of grade one or two, of whatever type."""
    return disability_grade in severe_grades


@rule(MZ62, "三级、四级精神或者智力残疾")
def of_the_mental_grades(disability_grade: Grade, *, severe_mental_grades: tuple[int, ...]) -> bool:
    """Disability of grade three or four."""
    return disability_grade in severe_mental_grades


@rule(MZ62, "精神或者智力残疾")
def mental_or_intellectual(
    disability_type: tuple[str, ...], *, severe_mental_types: tuple[str, ...]
) -> bool:
    """One of the disabilities is mental or intellectual."""
    return any(kind in severe_mental_types for kind in disability_type)


@rule(MZ62, "持有残疾证或者经评定")
def certified(disability_certificate: bool) -> bool:
    """The disability is certified or assessed."""
    return disability_certificate


@rule(MZ62, "经认定重残")
def found_severely_disabled(severe_disability: bool) -> bool:
    """A competent body has found the disability to be severe."""
    return severe_disability


severely_disabled = any_of(
    "severely_disabled",
    "重残",
    "Severely disabled",
    found_severely_disabled,
    all_of(
        "severe_by_certificate",
        "按残疾证属重残",
        "Severe by certificate",
        certified,
        any_of(
            "severe_by_grade",
            "残疾等级属重残",
            "Severe by type and grade",
            of_the_severe_grades,
            all_of(
                "severe_mental",
                "三级、四级精神或者智力残疾",
                "Mental or intellectual, grade 3 or 4",
                of_the_mental_grades,
                mental_or_intellectual,
            ),
        ),
    ),
    clause=MZ62,
)


@rule(MZ62, "所患疾病列入当地重病目录")
def illness_listed(illness: tuple[str, ...], *, serious_illnesses: tuple[str, ...]) -> bool:
    """A diagnosis is on the local list of serious illnesses."""
    return any(named in name for name in illness for named in serious_illnesses)


@rule(MZ62, "经认定患重病")
def found_seriously_ill(serious_illness: bool) -> bool:
    """Found seriously ill by the health authority."""
    return serious_illness


seriously_ill = any_of(
    "seriously_ill", "患重病", "Seriously ill", illness_listed, found_seriously_ill, clause=MZ62
)


@rule(MZ62, "服刑在押")
def in_prison(custody: str) -> bool:
    """Serving a sentence in custody."""
    return custody == "prison"


@rule(MZ62, "强制隔离戒毒")
def in_drug_isolation(custody: str) -> bool:
    """In compulsory isolation for drug rehabilitation."""
    return custody == "drug_isolation"


@rule(MZ62, "被执行其他限制人身自由的措施")
def otherwise_held(custody: str) -> bool:
    """Under another measure that takes away liberty (criminal detention, arrest, 留置)."""
    return custody in (
        "criminal_detention",
        "arrest",
        "administrative_detention",
        "other_restraint",
    )


@rule(MZ62, "期限达到规定月数")
def term_long_enough(term_months: int, *, custody_months: int) -> bool:
    """The term is at least as long as the rule asks; the number itself is enough."""
    return term_months >= custody_months


def _completes(since: date, day: date, *, custody_months: int) -> date | None:
    return corresponding_day(since, months=custody_months)


@rule(MZ62, "已被限制人身自由达到规定月数", changes=_completes)
def held_long_enough(custody_since: date, day: date, *, custody_months: int) -> bool:
    """Held already for as long as the rule asks, whatever term will follow."""
    return corresponding_day(custody_since, months=custody_months) <= day


@rule(MZ62, "期限尚未确定")
def of_no_fixed_term(term_fixed: bool) -> bool:
    """No term is fixed yet, so that the time already held must do."""
    return not term_fixed


in_custody = all_of(
    "in_custody",
    "服刑在押、强制隔离戒毒或者被限制人身自由且达到期限",
    "In prison, drug isolation or otherwise held, for the months the rule asks",
    any_of(
        "held",
        "被限制人身自由",
        "Deprived of liberty",
        in_prison,
        in_drug_isolation,
        otherwise_held,
    ),
    any_of(
        "for_long",
        "期限达到规定",
        "For long enough",
        term_long_enough,
        all_of(
            "held_without_term",
            "期限未定但已达到规定月数",
            "No term yet, but held for the months the rule asks",
            of_no_fixed_term,
            held_long_enough,
        ),
    ),
    clause=MZ62,
)


@rule(MZ62, "失联")
def out_of_contact(lost_contact: bool) -> bool:
    """Nobody can reach the parent."""
    return lost_contact


@rule(MZ62, "未履行监护抚养责任")
def not_caring(performs_duty: bool) -> bool:
    """The parent neither supports the child nor keeps contact."""
    return not performs_duty


def _lost_completes(since: date, day: date, *, lost_contact_months: int) -> date | None:
    return corresponding_day(since, months=lost_contact_months)


@rule(MZ62, "失联达到规定月数", changes=_lost_completes)
def lost_long_enough(lost_contact_since: date, day: date, *, lost_contact_months: int) -> bool:
    """Out of contact and without care for as long as the rule asks."""
    return corresponding_day(lost_contact_since, months=lost_contact_months) <= day


@rule(MZ125, "失联经过规定方式查证")
def established(lost_contact_evidence: str) -> bool:
    """Established by a police search, the five papers of the commitment path, or minutes."""
    return lost_contact_evidence in ("police_receipt", "commitment_file", "special_minutes")


@rule(MZ125, "不经公安查找途径查证")
def not_by_police_search(lost_contact_evidence: str) -> bool:
    """Established by papers or minutes, because police could not search."""
    return lost_contact_evidence in ("commitment_file", "special_minutes")


def _search_completes(since: date, day: date, *, lost_contact_months: int) -> date | None:
    return corresponding_day(since, months=lost_contact_months)


@rule(MZ125, "公安登记查找达到规定月数仍未找到", changes=_search_completes)
def searched_long_enough(
    police_registered_on: date, day: date, *, lost_contact_months: int
) -> bool:
    """Police registered the search that long ago and have not found the parent."""
    return corresponding_day(police_registered_on, months=lost_contact_months) <= day


lost_from_contact = all_of(
    "lost_from_contact",
    "失联且未履行监护抚养责任达到期限",
    "Out of contact and not caring for the months the rule asks",
    out_of_contact,
    not_caring,
    lost_long_enough,
    established,
    any_of(
        "searched",
        "查找期限届满",
        "The search is over",
        not_by_police_search,
        searched_long_enough,
    ),
    clause=MZ125,
)


@rule(MZ125, "被撤销监护资格")
def stripped_of_guardianship(guardianship_revoked: bool) -> bool:
    """A court has revoked the parent's guardianship and not restored it."""
    return guardianship_revoked


@rule(MZ125, "被遣送（驱逐）出境")
def sent_out_of_the_country(deported: bool) -> bool:
    """A foreign parent was deported."""
    return deported


deported_and_absent = all_of(
    "deported_and_absent",
    "被遣送（驱逐）出境且未履行抚养责任",
    "Deported and not caring",
    sent_out_of_the_country,
    not_caring,
    clause=MZ125,
)

unable = any_of(
    "unable_parent",
    "无法履行抚养义务",
    "Unable to raise the child",
    severely_disabled,
    seriously_ill,
    in_custody,
    lost_from_contact,
    stripped_of_guardianship,
    deported_and_absent,
    clause=MZ62,
)
