"""What the document promises in sickness: insurance, rehabilitation, rescue (二（二）)."""

from services.referrals.rules.education import Benefit
from shared.law import all_of, any_of, rule


@rule("WL24:2.2.4-2", "是否为弃婴（儿童）或流浪儿童")
def abandoned_or_street_child(abandoned_or_street: bool) -> bool:
    """The child was abandoned or lives on the street."""
    return abandoned_or_street


@rule("WL24:2.2.4-2", "是否亟需医疗救治")
def in_urgent_need_of_treatment(urgent: bool) -> bool:
    """The child needs medical treatment urgently."""
    return urgent


TREAT_FIRST = all_of(
    "treat_first_settle_later",
    "首诊负责、先救治后结算",
    "First diagnosis is responsible, treatment before settlement",
    abandoned_or_street_child,
    in_urgent_need_of_treatment,
    clause="WL24:2.2.4-2",
)


@rule("WL24:2.2.1-1", "是否享受基本生活费补助")
def receives_basic_living_subsidy(receives_subsidy: bool) -> bool:
    """The child receives the basic living subsidy."""
    return receives_subsidy


@rule("WL24:2.2.1-1", "是否参加城乡居民基本医疗保险")
def joins_residents_insurance(joins_insurance: bool) -> bool:
    """The child joins the residents' basic medical insurance."""
    return joins_insurance


@rule("WL24:2.2.1-3", "是否为脑瘫、智障残疾儿童")
def cerebral_palsy_or_intellectual(palsy_or_intellectual: bool) -> bool:
    """The child has cerebral palsy or an intellectual disability."""
    return palsy_or_intellectual


@rule("WL24:2.2.1-4", "是否残疾、患重病或罕见病")
def disabled_or_seriously_ill(disabled_or_ill: bool) -> bool:
    """The child is disabled, or seriously or rarely ill."""
    return disabled_or_ill


@rule("WL24:2.2.2b-1", "是否有康复需求和适应指征")
def rehabilitation_is_indicated(rehabilitation_indicated: bool) -> bool:
    """There is a need of rehabilitation, and an indication for it."""
    return rehabilitation_indicated


@rule("WL24:2.2.2b-1", "残疾类别是否在康复服务范围")
def in_a_rehabilitation_group(
    disability_kind: str, *, rehabilitation_service_groups: tuple[str, ...]
) -> bool:
    """Visual, hearing, speech, intellectual or physical disability, or autism.

    Several disabilities (多重残疾) hold one of these, since only the mental kind is none.
    """
    return disability_kind == "multiple" or disability_kind in rehabilitation_service_groups


@rule("WL24:2.2.2b-2", "康复机构是否为残联指定或认定")
def institution_is_designated(designated: bool) -> bool:
    """The institution is designated or recognised by the disabled persons' federation."""
    return designated


@rule("WL24:2.2.2c", "是否低保低边等困难家庭")
def hard_up_family(hardship: bool) -> bool:
    """The family is a dibao, dibao-margin or otherwise hard-up one."""
    return hardship


@rule("WL24:2.2.2c", "是否正在接受基本康复训练")
def in_basic_training(training: bool) -> bool:
    """The child is in basic rehabilitation training."""
    return training


@rule("WL24:2.2.2a-1", "是否为自身困境儿童")
def in_difficulty_of_their_own(own_difficulty: bool) -> bool:
    """The child is in difficulty of its own."""
    return own_difficulty


@rule("WL24:2.2.3", "是否已确认感染")
def infection_confirmed(confirmed_infection: bool) -> bool:
    """An examination has confirmed the infection."""
    return confirmed_infection


@rule("WL24:2.2.2d", "是否孤弃儿童")
def orphaned_or_abandoned(orphaned_or_abandoned_child: bool) -> bool:
    """The child is an orphan or was abandoned."""
    return orphaned_or_abandoned_child


REHABILITATION = all_of(
    "rehabilitation_services",
    "康复服务",
    "Rehabilitation services",
    rehabilitation_is_indicated,
    in_a_rehabilitation_group,
    clause="WL24:2.2.2b",
)
TRAINING_SUBSIDY = all_of(
    "training_subsidy",
    "医疗康复训练补贴",
    "The medical rehabilitation training subsidy",
    rehabilitation_is_indicated,
    in_a_rehabilitation_group,
    institution_is_designated,
    clause="WL24:2.2.2b-3",
)
LIVING_SUBSIDY = all_of(
    "rehabilitation_living",
    "康复生活补贴",
    "The rehabilitation living subsidy",
    hard_up_family,
    in_basic_training,
    clause="WL24:2.2.2c",
)
CONTRIBUTION = all_of(
    "contribution_paid_by_the_city",
    "个人缴费补助",
    "The city pays the personal contribution",
    receives_basic_living_subsidy,
    joins_residents_insurance,
    clause="WL24:2.2.1-1",
)
COLLECTIVE_CARE = all_of(
    "collective_care_and_rehabilitation",
    "困难家庭重病和残疾儿童集中养育康复",
    "Collective care and rehabilitation for a hard-up family's ill or disabled child",
    hard_up_family,
    disabled_or_seriously_ill,
    clause="WL24:2.2.2d",
)

INSURANCE = (
    Benefit("个人缴费部分由市财政补助", "insurance_contribution", "WL24:2.2.1-1", CONTRIBUTION),
    Benefit(
        "医疗康复项目医保支付",
        "rehabilitation_insurance_items",
        "WL24:2.2.1-3",
        cerebral_palsy_or_intellectual,
    ),
    Benefit("基层责任医生签约服务", "family_doctor", "WL24:2.2.1-4", disabled_or_seriously_ill),
)
CARE = (
    Benefit("免费手术", "rehabilitation_surgery", "WL24:2.2.2b-2", REHABILITATION),
    Benefit("辅助器具配置", "assistive_devices", "WL24:2.2.2b-2", REHABILITATION),
    Benefit("基本康复训练", "rehabilitation_training", "WL24:2.2.2b-2", REHABILITATION),
    Benefit(
        "医疗康复训练补贴", "rehabilitation_training_subsidy", "WL24:2.2.2b-3", TRAINING_SUBSIDY
    ),
    Benefit("康复生活补贴", "rehabilitation_living_subsidy", "WL24:2.2.2c", LIVING_SUBSIDY),
    Benefit("护理补贴", "nursing_subsidy", "WL24:2.2.2a-2", in_difficulty_of_their_own),
    Benefit(
        "福利机构医疗康复",
        "institution_rehabilitation",
        "WL24:2.2.2d",
        any_of(
            "institution_care",
            "儿童福利机构医疗康复",
            "Care in the welfare institution",
            orphaned_or_abandoned,
            COLLECTIVE_CARE,
            clause="WL24:2.2.2d",
        ),
    ),
)
SPECIAL_TREATMENT = Benefit(
    "专项救助治疗费用，在指定机构治疗", "special_treatment", "WL24:2.2.3", infection_confirmed
)
