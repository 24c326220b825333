"""The conditions of single lines of help, as rules of the sentence they stand in (保障条件)."""

from datetime import date

from services.eligibility.rules.child import a_minor, an_infant
from services.eligibility.rules.parents import Grade
from services.eligibility.rules.periods import birthday
from shared.law import Part, about, all_of, rule


def child(part: Part) -> Part:
    """The part, asked of the child."""
    return about("child", "", part)


def plan(part: Part) -> Part:
    """The part, asked of what the evaluation has found."""
    return about("plan", "", part)


def both(*parts: Part) -> Part:
    """All of the parts, for one line of the plan."""
    return all_of("line", "符合以下条件", "All of these", *parts)


# What the evaluation has found is told to the plan as facts: true, false, or unknown.


@rule("WL24:2.0", "在保障之中")
def in_care(in_care: bool) -> bool:
    """Within the definition, or beyond eighteen by the sentence on study."""
    return in_care


@rule("WL24:2.4.2a-1", "困境儿童，或者成年前为困境儿童")
def in_difficulty(in_difficulty: bool) -> bool:
    """Is a child in difficulty, or was one on coming of age."""
    return in_difficulty


@rule("WL24:2.2.1-1", "享受基本生活费补助")
def receives_the_subsidy(subsidy: bool) -> bool:
    """The child receives the basic living subsidy at some rate."""
    return subsidy


@rule("WL24:2.2.1-1", "成年学生、救助期间的流浪儿童")
def insured_otherwise_perhaps(insured_otherwise: bool) -> bool:
    """Of age, or on the street: whether the residents' insurance takes them in is seen to (R21)."""
    return insured_otherwise


@rule("WL24:2.3.2a", "孤儿")
def is_an_orphan(orphan: bool) -> bool:
    """An orphan, in an institution or in the community."""
    return orphan


@rule("WL24:2.2.2a", "自身困境儿童")
def is_in_own_difficulty(own_difficulty: bool) -> bool:
    """A child in difficulty of its own."""
    return own_difficulty


@rule("WL24:2.1.4b", "低保、低保边缘家庭儿童")
def of_a_poor_family(poor: bool) -> bool:
    """Of a dibao or dibao-margin family."""
    return poor


@rule("WL24:4.1b-2", "农村留守儿童")
def is_left_behind(left_behind: bool) -> bool:
    """A rural left-behind child."""
    return left_behind


@rule("WL24:2.2.4", "流浪儿童")
def is_on_the_street(street: bool) -> bool:
    """A street child."""
    return street


@rule("WL24:2.2.2b-1", "残疾类别属于康复服务对象")
def of_a_rehabilitation_group(
    disability_type: tuple[str, ...], *, rehabilitation_service_groups: tuple[str, ...]
) -> bool:
    """Visual, hearing, speech, intellectual or physical disability."""
    return any(kind in rehabilitation_service_groups for kind in disability_type)


@rule("WL24:2.2.2b-1", "孤独症")
def autistic(illness: tuple[str, ...]) -> bool:
    """A child with autism."""
    return any("孤独症" in name or "自闭症" in name for name in illness)


@rule("WL24:2.2.2b-1", "有康复需求和适应指征")
def needs_rehabilitation(rehabilitation_need: bool) -> bool:
    """Needs rehabilitation and is suited to it."""
    return rehabilitation_need


@rule("WL24:2.2.2b-3", "正在接受基本康复训练")
def trains(in_training: bool) -> bool:
    """In basic rehabilitation training."""
    return in_training


@rule("WL24:2.2.2b-2", "训练机构经残联指定或者认定")
def trains_where_designated(training_designated: bool) -> bool:
    """At an institution the federation has designated or recognised."""
    return training_designated


@rule("WL24:2.2.1-4", "残疾")
def disabled(disability_grade: Grade) -> bool:
    """With a disability of any type and grade."""
    return disability_grade > 0


@rule("WL24:2.2.1-3", "脑瘫或者智力残疾")
def with_insured_rehabilitation(
    illness: tuple[str, ...],
    disability_type: tuple[str, ...],
    *,
    insured_rehabilitation_illnesses: tuple[str, ...],
) -> bool:
    """With cerebral palsy or an intellectual disability."""
    listed = any(named in name for name in illness for named in insured_rehabilitation_illnesses)
    return listed or "intellectual" in disability_type


@rule("WL24:2.2.4-2", "亟需医疗救治")
def urgently_ill(urgent_treatment: bool) -> bool:
    """In urgent need of treatment: treat first, settle later."""
    return urgent_treatment


def _reaches(
    birth_date: date, day: date, *, education_age_from_years: int, education_age_until_years: int
) -> date | None:
    first = birthday(birth_date, education_age_from_years)
    return first if first > day else birthday(birth_date, education_age_until_years)


@rule("WL24:2.3.1a", "义务教育适龄", changes=_reaches)
def of_school_age(
    birth_date: date, day: date, *, education_age_from_years: int, education_age_until_years: int
) -> bool:
    """Of the age of compulsory education."""
    first = birthday(birth_date, education_age_from_years)
    return first <= day < birthday(birth_date, education_age_until_years)


def _grade(clause: str, zh: str, en: str, figure: str) -> Part:
    """A severity of disability as the county maps grades to schooling."""

    def of_grade(disability_grade: Grade, **grades: tuple[int, ...]) -> bool:
        return disability_grade in grades[figure]

    of_grade.__name__, of_grade.__doc__ = f"of_the_{figure}", en
    made = rule(clause, zh)(of_grade)
    made.facts, made.figures, made._keys = ("disability_grade",), (figure,), {}
    return about("child", "", made)


@rule("WL24:2.3.1b-1", "健康")
def healthy(disability_grade: Grade) -> bool:
    """Without disability."""
    return disability_grade == 0


@rule("WL24:2.3.1d", "不能到特殊学校就读")
def unfit_for_special_school(fit_for_school: bool) -> bool:
    """Cannot attend a special school."""
    return not fit_for_school


@rule("WL24:2.3.1a", "在校就读或者升学衔接")
def at_school(study_status: str) -> bool:
    """Enrolled, or between two stages."""
    return study_status in ("enrolled", "between")


def _stage(clause: str, name: str, zh: str, en: str, stages: tuple[str, ...]) -> Part:
    """Study at one of some stages."""

    def of_stage(study_stage: str) -> bool:
        return study_stage in stages

    of_stage.__name__, of_stage.__doc__ = f"of_stage_{name}", en
    parts = (child(at_school), child(rule(clause, zh)(of_stage)))
    return all_of(name, zh, en, *parts, clause=clause)


at_kindergarten = _stage(
    "WL24:2.3.2a-1", "at_kindergarten", "在幼儿园", "At kindergarten", ("kindergarten",)
)
in_compulsory_school = _stage(
    "WL24:2.3.2a-2",
    "in_compulsory_school",
    "在义务教育学校",
    "In compulsory school",
    ("primary", "junior"),
)
in_senior_school = _stage(
    "WL24:2.3.2a-3",
    "in_senior_school",
    "在高中段学校",
    "In senior secondary school",
    ("senior", "vocational"),
)
in_further_education = _stage(
    "WL24:2.3.2c",
    "in_further_education",
    "在中专、大专、本科或者硕士阶段",
    "In further or higher education",
    ("vocational", "college", "bachelor", "master"),
)


@rule("WL24:2.3.2c", "普通全日制就读")
def studies_full_time(study_mode: str) -> bool:
    """Full-time study."""
    return study_mode == "full_time"


@rule("WL24:2.3.2a-1", "公办幼儿园")
def public_kindergarten(kindergarten: str) -> bool:
    """A public kindergarten."""
    return kindergarten == "public"


@rule("WL24:2.4.1b", "农村户籍")
def rural(hukou_kind: str) -> bool:
    """Rural registration."""
    return hukou_kind == "rural"


@rule("WL24:2.4.1b", "有住房")
def housed(has_housing: bool) -> bool:
    """Has a home."""
    return has_housing


@rule("WL24:2.4.1b", "符合建房条件")
def meets_building_conditions(may_build: bool) -> bool:
    """Meets the conditions to build."""
    return may_build


@rule("WL24:2.4.1c", "符合住房保障条件")
def meets_housing_conditions(housing_conditions: bool) -> bool:
    """Meets the conditions of housing support."""
    return housing_conditions


@rule("WL24:2.4.1c", "具有独立生活能力")
def lives_independently(independent: bool) -> bool:
    """Able to live independently."""
    return independent


@rule("WL24:2.4.2a-3", "符合就业困难人员条件")
def hard_to_employ(hard_to_employ: bool) -> bool:
    """Recognised as hard to employ."""
    return hard_to_employ


# The parts that read the birth date: what they answer is all the plan needs to know of it.
minor_part, infant_part = about("child", "", a_minor), about("child", "", an_infant)
school_age_part = about("child", "", of_school_age)
