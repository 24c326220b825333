"""What the document promises at school: placement, no refusal, waivers by stage (二（三）)."""

from dataclasses import dataclass

from shared.law import Part, all_of, any_of, none_of, rule

KINDERGARTEN = "kindergarten"
COMPULSORY = frozenset({"primary", "junior", "compulsory"})
SENIOR = frozenset({"senior", "ordinary_senior", "vocational_senior", "secondary_specialised"})


@rule("WL24:2.3.2a", "是否为孤儿")
def help_for_orphan(orphan: bool) -> bool:
    """The child is an orphan."""
    return orphan


@rule("WL24:2.3.3a", "是否为困境儿童")
def help_for_child_in_difficulty(in_difficulty: bool) -> bool:
    """The child is a child in difficulty of any category."""
    return in_difficulty


@rule("WL24:2.3.2a-1", "是否在幼儿园")
def help_at_kindergarten(stage: str) -> bool:
    """The child is at kindergarten."""
    return stage == KINDERGARTEN


@rule("WL24:2.3.2a-1", "幼儿园是否公办")
def kindergarten_is_public(public_school: bool) -> bool:
    """The kindergarten is a public one."""
    return public_school


@rule("WL24:2.3.2b", "幼儿园是否民办")
def kindergarten_is_private(public_school: bool) -> bool:
    """The kindergarten is a private one."""
    return not public_school


@rule("WL24:2.3.2a-2", "是否在义务教育学校")
def in_compulsory_stage(stage: str) -> bool:
    """The child is at a school of compulsory education."""
    return stage in COMPULSORY


@rule("WL24:2.3.2a-3", "是否在高中段学校")
def in_senior_stage(stage: str) -> bool:
    """The child is at a senior secondary school, ordinary or vocational."""
    return stage in SENIOR


@rule("WL24:2.3.2c", "就读学段是否属于助学范围")
def in_a_stage_with_student_aid(stage: str, *, student_aid_stages: tuple[str, ...]) -> bool:
    """A course from vocational secondary to master's, as the document lists them."""
    return stage in student_aid_stages


@rule("WL24:2.3.2c", "是否全日制")
def studies_full_time(full_time: bool) -> bool:
    """The course is a full-time one."""
    return full_time


@rule("WL24:2.3.2c", "是否已成年")
def help_after_coming_of_age(adult: bool) -> bool:
    """The person has come of age."""
    return adult


@rule("WL24:2.3.3b-2", "家庭是否困难")
def family_in_hardship(hardship: bool) -> bool:
    """The family's hardship calls for targeted help."""
    return hardship


@rule("WL24:2.3.1b-1", "是否健康")
def healthy_child(severity: str) -> bool:
    """The child has no disability."""
    return severity == "none"


@rule("WL24:2.3.1b-2", "是否轻度残疾")
def mildly_disabled(severity: str) -> bool:
    """The child is mildly disabled."""
    return severity == "mild"


@rule("WL24:2.3.1b-3", "是否中度残疾")
def moderately_disabled(severity: str) -> bool:
    """The child is moderately disabled."""
    return severity == "moderate"


@rule("WL24:2.3.1b-4", "是否重度残疾")
def severely_disabled(severity: str) -> bool:
    """The child is severely disabled."""
    return severity == "severe"


@rule("WL24:2.3.1c", "是否适龄")
def age_of_compulsory_school(
    age: int, *, education_age_from_years: int, education_age_until_years: int
) -> bool:
    """The child is of the age of compulsory education."""
    return education_age_from_years <= age <= education_age_until_years


@rule("WL24:2.3.1d", "是否不能到特殊学校就读")
def cannot_attend_special_school(special_school_possible: bool) -> bool:
    """The child cannot attend a special school."""
    return not special_school_possible


@rule("WL24:2.3.1d", "是否残疾")
def disabled_orphan_child(disabled: bool) -> bool:
    """The child is disabled."""
    return disabled


@dataclass(frozen=True, slots=True)
class Benefit:
    """A benefit in the document's words, the service that brings it, and what it depends on."""

    zh: str
    service: str
    clause: str
    part: Part
    note: str = ""


def _both(name: str, clause: str, zh: str, en: str, *parts: Part) -> Part:
    return all_of(name, zh, en, *parts, clause=clause)


PUBLIC_KINDERGARTEN = _both(
    "orphan_in_public_kindergarten",
    "WL24:2.3.2a-1",
    "孤儿在公办幼儿园",
    "An orphan at a public kindergarten",
    help_for_orphan,
    help_at_kindergarten,
    kindergarten_is_public,
)
PRIVATE_KINDERGARTEN = _both(
    "orphan_in_private_kindergarten",
    "WL24:2.3.2b",
    "孤儿在民办幼儿园",
    "An orphan at a private kindergarten",
    help_for_orphan,
    help_at_kindergarten,
    kindergarten_is_private,
)
ORPHAN_COMPULSORY = _both(
    "orphan_in_compulsory_school",
    "WL24:2.3.2a-2",
    "孤儿在义务教育学校",
    "An orphan at a school of compulsory education",
    help_for_orphan,
    in_compulsory_stage,
)
ORPHAN_SENIOR = _both(
    "orphan_in_senior_school",
    "WL24:2.3.2a-3",
    "孤儿在高中段学校",
    "An orphan at a senior secondary school",
    help_for_orphan,
    in_senior_stage,
)
ADULT_ORPHAN_STUDENT = _both(
    "adult_orphan_student",
    "WL24:2.3.2c",
    "成年孤儿在校就读",
    "A grown orphan who studies",
    help_for_orphan,
    help_after_coming_of_age,
    in_a_stage_with_student_aid,
    studies_full_time,
)
OTHERS_COMPULSORY = _both(
    "child_in_difficulty_in_compulsory_school",
    "WL24:2.3.3b-1",
    "困境儿童在义务教育阶段",
    "A child in difficulty in the compulsory stage",
    help_for_child_in_difficulty,
    in_compulsory_stage,
    none_of("not_an_orphan", "非孤儿", "Not an orphan", help_for_orphan),
)
OTHERS_SENIOR = _both(
    "child_in_difficulty_in_senior_school",
    "WL24:2.3.3b-2",
    "困境儿童在高中阶段",
    "A child in difficulty in senior secondary school",
    help_for_child_in_difficulty,
    in_senior_stage,
    family_in_hardship,
)
BENEFITS = (
    Benefit("免收保育费", "kindergarten_fee_waiver", "WL24:2.3.2a-1", PUBLIC_KINDERGARTEN),
    Benefit(
        "适当补助",
        "private_kindergarten_grant",
        "WL24:2.3.2b",
        PRIVATE_KINDERGARTEN,
        "金额文件未定，须由市教育局、市财政局确定",
    ),
    Benefit("免住宿费", "boarding_fee_waiver", "WL24:2.3.2a-2", ORPHAN_COMPULSORY),
    Benefit("免费爱心营养餐", "nutrition_meals", "WL24:2.3.2a-2", ORPHAN_COMPULSORY),
    Benefit("免学费", "senior_fee_waiver", "WL24:2.3.2a-3", ORPHAN_SENIOR),
    Benefit("免住宿费", "senior_fee_waiver", "WL24:2.3.2a-3", ORPHAN_SENIOR),
    Benefit("免代管费", "senior_fee_waiver", "WL24:2.3.2a-3", ORPHAN_SENIOR),
    Benefit("公益金助学", "student_aid", "WL24:2.3.2c", ADULT_ORPHAN_STUDENT, "符合相关规定的"),
    Benefit("困难大学生助学", "student_aid", "WL24:2.3.2c", ADULT_ORPHAN_STUDENT, "符合相关规定的"),
    Benefit("优先享受学费减免", "student_aid", "WL24:2.3.2c", ADULT_ORPHAN_STUDENT),
    Benefit("优先享受国家助学金", "student_aid", "WL24:2.3.2c", ADULT_ORPHAN_STUDENT),
    Benefit("优先享受国家助学贷款补贴", "student_aid", "WL24:2.3.2c", ADULT_ORPHAN_STUDENT),
    Benefit(
        "免住宿费优先对象",
        "boarding_and_meals_priority",
        "WL24:2.3.3b-1",
        OTHERS_COMPULSORY,
        "优先，不是当然免除",
    ),
    Benefit(
        "营养餐优先对象",
        "boarding_and_meals_priority",
        "WL24:2.3.3b-1",
        OTHERS_COMPULSORY,
        "优先，不是当然免除",
    ),
    Benefit("结对帮扶", "charity_and_pairing", "WL24:2.3.3b-2", OTHERS_SENIOR, "根据家庭困难情况"),
    Benefit("慈善救助", "charity_and_pairing", "WL24:2.3.3b-2", OTHERS_SENIOR, "根据家庭困难情况"),
)

SPECIAL_CLASS = _both(
    "special_class_in_the_institution",
    "WL24:2.3.1d",
    "不能到特殊学校就读的残疾孤儿",
    "A disabled orphan who cannot attend a special school",
    help_for_orphan,
    disabled_orphan_child,
    cannot_attend_special_school,
)
PLACEMENTS = (
    Benefit("福利机构特殊教育班", "special_class", "WL24:2.3.1d", SPECIAL_CLASS),
    Benefit("普通教育", "ordinary_schooling", "WL24:2.3.1b-1", healthy_child),
    Benefit("随班就读", "regular_class", "WL24:2.3.1b-2", mildly_disabled),
    Benefit("集中接受特殊教育", "special_school", "WL24:2.3.1b-3", moderately_disabled),
    Benefit("送教上门", "home_teaching", "WL24:2.3.1b-4", severely_disabled),
)
CHILD_TO_BE_ADMITTED = any_of(
    "child_to_be_admitted",
    "适龄儿童",
    "A child of school age",
    age_of_compulsory_school,
    clause="WL24:2.3.1c",
)
