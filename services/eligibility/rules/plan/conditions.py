"""The conditions of single lines of help, as rules of the sentence they stand in (保障条件)."""

from datetime import date

from services.eligibility.rules.child import a_minor, an_infant
from services.eligibility.rules.parents import Grade
from services.eligibility.rules.periods import birthday
from shared.law import Part, about, all_of, rule

ORPHANS = ("orphan_institution", "orphan_scattered")


@rule("WL24:2.2.1-1", "享受基本生活费补助")
def receives_the_subsidy(rate_class: str) -> bool:
    """The child receives the basic living subsidy at some rate."""
    return rate_class != "none"


@rule("WL24:2.3.2a", "孤儿")
def is_an_orphan(categories: tuple[str, ...]) -> bool:
    """An orphan, in an institution or in the community."""
    return any(code in ORPHANS for code in categories)


@rule("WL24:2.2.2a", "自身困境儿童")
def is_in_own_difficulty(categories: tuple[str, ...]) -> bool:
    """A child in difficulty of its own."""
    return "own_difficulty" in categories


@rule("WL24:2.2.2c", "低保、低边等困难家庭儿童")
def of_a_poor_family(categories: tuple[str, ...]) -> bool:
    """Of a dibao or dibao-margin family."""
    return "dibao" in categories or "dibao_margin" in categories


@rule("WL24:4.1b-2", "农村留守儿童")
def is_left_behind(categories: tuple[str, ...]) -> bool:
    """A rural left-behind child."""
    return "left_behind" in categories


@rule("WL24:2.2.4", "流浪儿童")
def is_on_the_street(categories: tuple[str, ...]) -> bool:
    """A street child."""
    return "street" in categories


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


def _stage(clause: str, name: str, zh: str, en: str, stages: tuple[str, ...]) -> Part:
    """Study at one of some stages."""

    def at_stage(study_stage: str, study_status: str) -> bool:
        return study_stage in stages and study_status in ("enrolled", "between")

    at_stage.__name__, at_stage.__doc__ = name, en
    return about("child", "", rule(clause, zh)(at_stage))


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


def child(part: Part) -> Part:
    """The part, asked of the child."""
    return about("child", "", part)


def plan(part: Part) -> Part:
    """The part, asked of what the evaluation has found."""
    return about("plan", "", part)


def both(*parts: Part) -> Part:
    """All of the parts, for one line of the plan."""
    return all_of("line", "符合以下条件", "All of these", *parts)


# The parts that read the birth date: what they answer is all the plan needs to know of it.
minor_part, infant_part = about("child", "", a_minor), about("child", "", an_infant)
school_age_part = about("child", "", of_school_age)
