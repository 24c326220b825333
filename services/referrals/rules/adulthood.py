"""What the document promises after eighteen: a roof and work (二（四）)."""

from services.referrals.rules.education import Benefit, help_after_coming_of_age
from shared.law import Part, all_of, rule


@rule("WL24:2.4.1a", "是否为孤儿")
def housing_for_orphan(orphan: bool) -> bool:
    """The person is an orphan; the housing clause speaks of nobody else."""
    return orphan


@rule("WL24:2.4.1b", "是否农村户籍")
def rural_hukou(rural: bool) -> bool:
    """The person's household registration is rural."""
    return rural


@rule("WL24:2.4.1c", "是否城镇户籍")
def urban_hukou(rural: bool) -> bool:
    """The person's household registration is urban."""
    return not rural


@rule("WL24:2.4.1b", "是否没有住房")
def without_housing(has_housing: bool) -> bool:
    """The person has no dwelling."""
    return not has_housing


@rule("WL24:2.4.1b", "是否符合建房条件")
def may_build(building_conditions: bool) -> bool:
    """The conditions for building a house are met."""
    return building_conditions


@rule("WL24:2.4.1c", "是否符合住房保障条件")
def meets_housing_conditions(housing_conditions: bool) -> bool:
    """The conditions of housing security are met."""
    return housing_conditions


@rule("WL24:2.4.1c", "是否具有独立生活能力")
def able_to_live_alone(lives_independently: bool) -> bool:
    """The person is able to live independently."""
    return lives_independently


@rule("WL24:2.4.2a-1", "是否为困境儿童")
def was_a_child_in_difficulty(in_difficulty: bool) -> bool:
    """The person was a child in difficulty, of any category."""
    return in_difficulty


@rule("WL24:2.4.2a-1", "是否有劳动能力")
def able_to_work(labour_capacity: bool) -> bool:
    """The person is able to work."""
    return labour_capacity


@rule("WL24:2.4.2a-3", "是否符合就业困难人员条件")
def hard_to_employ_person(hard_to_employ: bool) -> bool:
    """The person counts as hard to employ."""
    return hard_to_employ


@rule("WL24:2.4.2b", "是否残疾")
def disabled_youth(disabled: bool) -> bool:
    """The person is disabled."""
    return disabled


def _all(name: str, clause: str, zh: str, en: str, *parts: Part) -> Part:
    return all_of(name, zh, en, *parts, clause=clause)


RURAL = _all(
    "rural_orphan_housing",
    "WL24:2.4.1b",
    "农村户籍成年孤儿住房",
    "Housing for a rural orphan",
    housing_for_orphan,
    help_after_coming_of_age,
    rural_hukou,
    without_housing,
    may_build,
)
URBAN = _all(
    "urban_orphan_housing",
    "WL24:2.4.1c",
    "城镇户籍成年孤儿住房",
    "Housing for an urban orphan",
    housing_for_orphan,
    help_after_coming_of_age,
    urban_hukou,
    meets_housing_conditions,
    able_to_live_alone,
)
EMPLOYMENT = _all(
    "employment_help",
    "WL24:2.4.2a",
    "成年困境儿童就业帮扶",
    "Help into work",
    was_a_child_in_difficulty,
    help_after_coming_of_age,
    able_to_work,
)
PUBLIC_POST = _all(
    "public_welfare_post",
    "WL24:2.4.2a-3",
    "公益性岗位",
    "A public-welfare post",
    was_a_child_in_difficulty,
    help_after_coming_of_age,
    able_to_work,
    hard_to_employ_person,
)
DISABLED_WORK = _all(
    "disabled_employment",
    "WL24:2.4.2b",
    "残疾儿童成年后就业",
    "Work for a disabled youth",
    disabled_youth,
    help_after_coming_of_age,
    able_to_work,
)

HOUSING = (
    Benefit("镇人民政府（街道办事处）帮助解决住房困难", "rural_housing", "WL24:2.4.1b", RURAL),
    Benefit("公共租赁房", "urban_housing", "WL24:2.4.1c", URBAN),
    Benefit("租赁补贴", "urban_housing", "WL24:2.4.1c", URBAN),
)
WORK = (
    Benefit("免费就业服务", "employment_service", "WL24:2.4.2a-1", EMPLOYMENT),
    Benefit("就业援助", "employment_service", "WL24:2.4.2a-1", EMPLOYMENT),
    Benefit("职业技能培训补贴", "employment_policies", "WL24:2.4.2a-2", EMPLOYMENT),
    Benefit("社会保险补贴", "employment_policies", "WL24:2.4.2a-2", EMPLOYMENT),
    Benefit("创业担保贷款和贴息", "employment_policies", "WL24:2.4.2a-2", EMPLOYMENT),
    Benefit("公益性岗位", "public_welfare_post", "WL24:2.4.2a-3", PUBLIC_POST, "根据用人单位需求"),
    Benefit("残疾人就业政策", "disabled_employment", "WL24:2.4.2b", DISABLED_WORK),
    Benefit("推荐到集中就业企业就业", "disabled_employment", "WL24:2.4.2b", DISABLED_WORK),
)
