"""What lines of help have in common: whom they are for, and what a line is (保障方案的构成)."""

from dataclasses import dataclass

from services.eligibility.rules.child import living, of_age_for_care, rarely_ill
from services.eligibility.rules.household import verified_as_poor_otherwise
from services.eligibility.rules.parentless import found_abandoned
from services.eligibility.rules.parents import seriously_ill
from services.eligibility.rules.plan import conditions as when
from services.eligibility.rules.scope import here
from shared.law import Part, about, all_of, any_of, none_of

child, plan, both = when.child, when.plan, when.both
care, fallen = plan(when.in_care), plan(when.in_difficulty)
orphaned, poor = plan(when.is_an_orphan), plan(when.of_a_poor_family)
own = plan(when.is_in_own_difficulty)
minor = of_age_for_care
adult = none_of("adult", "已成年", "Of age", minor)
# 2.2.1 and 2.2.2b name children by their illness or disability, at no grade and no income: who
# is registered here has these lines though none of the limbs is met.
served = any_of(
    "served",
    "困境儿童，或者具有本市户籍的儿童",
    "In difficulty, or a child registered here",
    care,
    all_of("a_child_here", "具有本市户籍的儿童", "A child of the city", minor, here, child(living)),
)
hard_up = any_of(
    "hard_up",
    "低保、低边等困难家庭",
    "A dibao, dibao-margin or otherwise hard-up family",
    poor,
    about("household", "家庭", verified_as_poor_otherwise),
    clause="WL24:2.2.2c",
)
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
found_or_straying = any_of(
    "found_or_straying",
    "弃婴或者流浪儿童",
    "Abandoned or on the street",
    child(found_abandoned),
    plan(when.is_on_the_street),
)
school_age_child = both(minor, child(when.of_school_age))
not_orphaned = none_of("not_orphaned", "不属于孤儿", "Not an orphan", orphaned)
# The class of the institution is there instead of a school of its own (WL24:2.3.1d).
to_special_class = all_of(
    "to_special_class",
    "不能到特殊学校就读的残疾孤儿",
    "A disabled orphan who cannot attend a special school",
    orphaned,
    child(when.disabled),
    child(when.unfit_for_special_school),
    clause="WL24:2.3.1d",
)
elsewhere = none_of(
    "no_special_class", "不入福利机构特教班", "Not in the institution's class", to_special_class
)
studies_further = both(when.in_further_education, child(when.studies_full_time))


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One line: the service's code, its clause, who gives it, and when the child has it.

    `review`: where this is met too, a person decides about it.
    """

    service: str
    clause: str
    zh: str
    en: str
    departments: tuple[str, ...]
    part: Part
    carried_by: str = "referrals"
    sealed: bool = False
    amount: str = "none"
    review: Part | None = None
