"""Every line of help of sections 2.1 to 2.4, in the order of the document (保障方案各项)."""

from dataclasses import dataclass

from services.eligibility.rules.child import (
    a_minor,
    an_infant,
    infected,
    rarely_ill,
    suddenly_without_support,
)
from services.eligibility.rules.parentless import found_abandoned
from services.eligibility.rules.parents import seriously_ill
from services.eligibility.rules.plan import conditions as when
from services.eligibility.rules.study import able_to_work
from shared.law import Part, about, any_of, none_of

child, plan, both = when.child, when.plan, when.both
orphaned, poor = plan(when.is_an_orphan), plan(when.of_a_poor_family)
own = plan(when.is_in_own_difficulty)
minor = child(a_minor)
adult = none_of("adult", "已成年", "Of age", minor)
disabled_or_ill = any_of(
    "disabled_or_ill",
    "残疾、患重病或者罕见病",
    "Disabled, seriously or rarely ill",
    child(when.disabled),
    child(seriously_ill),
    child(rarely_ill),
)
may_train = both(
    any_of(
        "rehabilitation_group",
        "属于康复服务对象",
        "Of a group rehabilitation serves",
        child(when.of_a_rehabilitation_group),
        child(when.autistic),
    ),
    child(when.needs_rehabilitation),
)
school_age_child = both(minor, child(when.of_school_age))
not_orphaned = none_of("not_orphaned", "不属于孤儿", "Not an orphan", orphaned)


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One line: the service's code, its clause, who gives it, and when the child has it."""

    service: str
    clause: str
    zh: str
    en: str
    departments: tuple[str, ...]
    part: Part
    carried_by: str = "referrals"
    sealed: bool = False
    amount: str = "none"


LINES: tuple[Line, ...] = (
    Line(
        "infant_nutrition",
        "WL24:2.1.4b",
        "婴幼儿营养补贴",
        "Infant nutrition subsidy",
        ("civil_affairs",),
        both(poor, child(an_infant)),
        "payments",
        amount="figure",
    ),
    Line(
        "temporary_relief",
        "WL24:2.1.6",
        "突发事件临时救助",
        "Relief after a sudden event",
        ("civil_affairs", "town"),
        about("emergency", "", suddenly_without_support),
        amount="undetermined",
    ),
    Line(
        "insurance_contribution",
        "WL24:2.2.1-1",
        "城乡居民基本医疗保险个人缴费补助",
        "Insurance contribution",
        ("medical_insurance", "finance"),
        plan(when.receives_the_subsidy),
        amount="figure",
    ),
    Line(
        "serious_illness_insurance",
        "WL24:2.2.1-2",
        "大病保险",
        "Serious-illness insurance",
        ("medical_insurance",),
        plan(when.receives_the_subsidy),
    ),
    Line(
        "medical_assistance",
        "WL24:2.2.1-2",
        "医疗救助",
        "Medical assistance",
        ("medical_insurance", "civil_affairs"),
        plan(when.receives_the_subsidy),
    ),
    Line(
        "rehabilitation_insurance_items",
        "WL24:2.2.1-3",
        "医疗康复项目医保支付",
        "Insured rehabilitation items",
        ("medical_insurance",),
        child(when.with_insured_rehabilitation),
    ),
    Line(
        "family_doctor",
        "WL24:2.2.1-4",
        "基层责任医生签约服务",
        "Family doctor",
        ("health", "town"),
        disabled_or_ill,
    ),
    Line(
        "rehabilitation_plan",
        "WL24:2.2.2a-1",
        "康复救助",
        "Rehabilitation plan",
        ("disabled_federation",),
        own,
    ),
    Line(
        "nursing_subsidy",
        "WL24:2.2.2a-2",
        "护理补贴",
        "Nursing subsidy",
        ("civil_affairs", "disabled_federation"),
        own,
        amount="undetermined",
    ),
    Line(
        "rehabilitation_training",
        "WL24:2.2.2b-2",
        "免费手术、辅助器具配置和基本康复训练",
        "Surgery, devices and basic training",
        ("disabled_federation",),
        may_train,
    ),
    Line(
        "rehabilitation_training_subsidy",
        "WL24:2.2.2b-3",
        "医疗康复训练补贴",
        "Training subsidy",
        ("disabled_federation", "finance"),
        both(may_train, child(when.trains), child(when.trains_where_designated)),
        amount="undetermined",
    ),
    Line(
        "rehabilitation_living_subsidy",
        "WL24:2.2.2c",
        "康复生活补贴",
        "Living subsidy in training",
        ("disabled_federation", "civil_affairs"),
        both(poor, child(when.trains)),
        amount="undetermined",
    ),
    Line(
        "institution_rehabilitation",
        "WL24:2.2.2d",
        "儿童福利机构医疗康复与集中养育康复",
        "Rehabilitation at the welfare institution",
        ("civil_affairs",),
        both(
            any_of(
                "orphaned_or_poor",
                "孤弃儿童或者困难家庭",
                "Orphaned, abandoned or poor",
                orphaned,
                child(found_abandoned),
                poor,
            ),
            disabled_or_ill,
        ),
    ),
    Line(
        "special_treatment",
        "WL24:2.2.3",
        "定点专项治疗",
        "Treatment at the designated institution",
        ("health",),
        child(infected),
        sealed=True,
        amount="undetermined",
    ),
    Line(
        "emergency_treatment",
        "WL24:2.2.4-2",
        "首诊负责、先救治后结算",
        "Treat first, settle later",
        ("health", "police", "civil_affairs"),
        both(
            any_of(
                "found_or_straying",
                "弃婴或者流浪儿童",
                "Abandoned or on the street",
                child(found_abandoned),
                plan(when.is_on_the_street),
            ),
            child(when.urgently_ill),
        ),
    ),
    Line(
        "ordinary_schooling",
        "WL24:2.3.1b-1",
        "普通教育",
        "Ordinary schooling",
        ("education",),
        both(school_age_child, child(when.healthy)),
    ),
    Line(
        "regular_class",
        "WL24:2.3.1b-2",
        "随班就读",
        "Regular class with support",
        ("education",),
        both(
            school_age_child,
            when._grade("WL24:2.3.1b-2", "轻度残疾", "Mildly disabled", "mild_grades"),
        ),
    ),
    Line(
        "special_school",
        "WL24:2.3.1b-3",
        "集中特殊教育",
        "Special school",
        ("education",),
        both(
            school_age_child,
            when._grade("WL24:2.3.1b-3", "中度残疾", "Moderately disabled", "moderate_grades"),
        ),
    ),
    Line(
        "home_teaching",
        "WL24:2.3.1b-4",
        "送教上门",
        "Teaching at home",
        ("education",),
        both(
            school_age_child,
            when._grade("WL24:2.3.1b-4", "重度残疾", "Severely disabled", "profound_grades"),
        ),
    ),
    Line(
        "special_class",
        "WL24:2.3.1d",
        "福利机构特殊教育班",
        "Special class of the institution",
        ("civil_affairs", "education"),
        both(
            school_age_child, orphaned, child(when.disabled), child(when.unfit_for_special_school)
        ),
    ),
    Line(
        "kindergarten_fee_waiver",
        "WL24:2.3.2a-1",
        "公办幼儿园免收保育费",
        "Kindergarten fee waived",
        ("education",),
        both(orphaned, when.at_kindergarten, child(when.public_kindergarten)),
    ),
    Line(
        "boarding_fee_waiver",
        "WL24:2.3.2a-2",
        "免收住宿费",
        "Boarding fee waived",
        ("education",),
        both(orphaned, when.in_compulsory_school),
    ),
    Line(
        "nutrition_meals",
        "WL24:2.3.2a-2",
        "免费爱心营养餐",
        "Free meals",
        ("education",),
        both(orphaned, when.in_compulsory_school),
    ),
    Line(
        "senior_fee_waiver",
        "WL24:2.3.2a-3",
        "免除学费、住宿费和代管费",
        "Senior school fees waived",
        ("education",),
        both(orphaned, when.in_senior_school),
    ),
    Line(
        "private_kindergarten_grant",
        "WL24:2.3.2b",
        "民办幼儿园适当补助",
        "Private kindergarten grant",
        ("education", "finance"),
        both(
            orphaned,
            when.at_kindergarten,
            none_of(
                "private", "民办幼儿园", "A private kindergarten", child(when.public_kindergarten)
            ),
        ),
        amount="undetermined",
    ),
    Line(
        "student_aid",
        "WL24:2.3.2c",
        "助学政策优先享受",
        "Student aid with priority",
        ("education", "charity"),
        both(orphaned, adult, when.in_further_education),
    ),
    Line(
        "boarding_and_meals_priority",
        "WL24:2.3.3b-1",
        "免住宿费和营养餐优先",
        "Priority at school",
        ("education",),
        both(not_orphaned, when.in_compulsory_school),
    ),
    Line(
        "charity_and_pairing",
        "WL24:2.3.3b-2",
        "结对帮扶和慈善救助",
        "Pairing and charity",
        ("charity", "education", "town"),
        both(not_orphaned, when.in_senior_school),
    ),
    Line(
        "rural_housing",
        "WL24:2.4.1b",
        "农村建房帮扶",
        "Help to build",
        ("town", "agriculture_water"),
        both(
            orphaned,
            adult,
            child(when.rural),
            none_of("no_home", "没有住房", "Without a home", child(when.housed)),
            child(when.meets_building_conditions),
        ),
    ),
    Line(
        "urban_housing",
        "WL24:2.4.1c",
        "公共租赁房、租赁补贴",
        "Public rental or rent subsidy",
        ("housing",),
        both(
            orphaned,
            adult,
            none_of("urban", "城镇户籍", "Urban registration", child(when.rural)),
            child(when.meets_housing_conditions),
            child(when.lives_independently),
        ),
    ),
    Line(
        "employment_service",
        "WL24:2.4.2a-1",
        "就业服务和就业援助",
        "Employment service",
        ("human_resources", "town"),
        both(adult, child(able_to_work)),
    ),
    Line(
        "employment_policies",
        "WL24:2.4.2a-2",
        "技能培训、社保补贴、创业担保贷款和贴息",
        "Employment policies",
        ("human_resources",),
        both(adult, child(able_to_work)),
    ),
    Line(
        "disabled_employment",
        "WL24:2.4.2b",
        "残疾人就业或者集中就业",
        "Employment of the disabled",
        ("human_resources", "disabled_federation"),
        both(adult, child(able_to_work), child(when.disabled)),
    ),
    Line(
        "left_behind_care",
        "WL24:4.1b-2",
        "农村留守儿童关爱服务",
        "Care for left-behind children",
        ("civil_affairs", "town"),
        plan(when.is_left_behind),
    ),
    Line(
        "psychological_counselling",
        "WL24:3.4b",
        "心理咨询、心理疏导",
        "Psychological counselling",
        ("education", "health"),
        minor,
    ),
)
