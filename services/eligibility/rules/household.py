"""The household: dibao, dibao-margin, the income test without the child's subsidy (家庭)."""

from decimal import Decimal

from shared.law import about, all_of, any_of, none_of, rule

POOR = "WL24:1-1"


@rule("WL24:2.1.0b-2", "家庭月人均收入（不计儿童基本生活费补助）")
def per_capita_income(income_monthly: Decimal, members: int) -> Decimal:
    """Monthly income per head; the basic living subsidy of a child is not in it."""
    return income_monthly / members


@rule("ZJSA:9", "月人均收入低于低保标准")
def below_the_line(income_monthly: Decimal, members: int, dibao_line: Decimal) -> bool:
    """Per-head income is below the dibao line."""
    return income_monthly < dibao_line * members


@rule("ZJSA:13", "月人均收入不超过低保边缘标准")
def below_the_margin(
    income_monthly: Decimal, members: int, dibao_line: Decimal, *, margin_income_ratio: Decimal
) -> bool:
    """Per-head income is at most the multiple of the line that the province names."""
    return income_monthly <= dibao_line * margin_income_ratio * members


@rule("ZJSA:9", "家庭财产符合规定")
def within_property_limits(property_ok: bool) -> bool:
    """The property test is passed."""
    return property_ok


@rule(POOR, "经认定为低保家庭")
def verified_as_dibao(economic_class: str) -> bool:
    """The household is verified as a dibao household."""
    return economic_class == "dibao"


@rule(POOR, "经认定为低保边缘家庭")
def verified_as_margin(economic_class: str) -> bool:
    """The household is verified as a dibao-margin household."""
    return economic_class == "dibao_margin"


@rule(POOR, "经认定为特困或者其他困难家庭")
def verified_as_poor_otherwise(economic_class: str) -> bool:
    """The household is verified as destitute or hard up in another way."""
    return economic_class in ("tekun", "hardship")


@rule("WL24:2.1.4a-1", "低保待遇在享")
def dibao_is_paid(dibao_active: bool) -> bool:
    """The dibao of the household is being received."""
    return dibao_active


@rule("WL24:2.1.4a-1", "儿童为低保家庭共同生活成员")
def counted_in(includes_child: bool) -> bool:
    """The child is counted as a member of the household."""
    return includes_child


@rule("ZJSA:9", "已申报家庭收入")
def income_was_declared(income_declared: bool) -> bool:
    """Somebody has declared the household's income, so that it can be tested."""
    return income_declared


meets_dibao_test = all_of(
    "meets_dibao_test",
    "收入、财产符合低保条件",
    "Income and property within the dibao rules",
    about("household", "", income_was_declared),
    about("household", "", below_the_line),
    about("household", "", within_property_limits),
    clause="ZJSA:9",
)

meets_margin_test = all_of(
    "meets_margin_test",
    "收入、财产符合低保边缘条件",
    "Income and property within the margin rules",
    about("household", "", income_was_declared),
    none_of(
        "not_below_line",
        "月人均收入不低于低保标准",
        "Not below the dibao line",
        about("household", "", below_the_line),
    ),
    about("household", "", below_the_margin),
    about("household", "", within_property_limits),
    clause="ZJSA:13",
)

dibao_household = all_of(
    "dibao_household",
    "低保家庭且儿童为其成员",
    "A dibao household that contains the child",
    any_of(
        "is_dibao",
        "属于低保家庭",
        "Verified as dibao, or within its rules",
        about("household", "家庭", verified_as_dibao),
        meets_dibao_test,
    ),
    about("household", "", dibao_is_paid),
    about("household", "", counted_in),
    clause=POOR,
)

margin_household = all_of(
    "margin_household",
    "低保边缘家庭且儿童为其成员",
    "A dibao-margin household with the child",
    any_of(
        "is_margin",
        "属于低保边缘家庭",
        "Verified as margin, or within its rules",
        about("household", "家庭", verified_as_margin),
        meets_margin_test,
    ),
    about("household", "", counted_in),
    clause=POOR,
)

poor_household = any_of(
    "poor_household",
    "家庭贫困",
    "Family poverty",
    dibao_household,
    margin_household,
    about("household", "家庭", verified_as_poor_otherwise),
    clause=POOR,
)
