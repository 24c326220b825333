"""The categories of section one, in the order of the document (困境儿童的类别).

A child may be of several; all are recorded (WL24:1-6). What each needs of registration and
place is said once, in `scope`; here stands what makes the category itself.
"""

from dataclasses import dataclass

from services.eligibility.rules.child import (
    affected_by_hiv,
    no_income_test,
    of_age_for_care,
    of_rural_registration,
    own_grounds,
    straying,
    young_enough_to_be_left_behind,
)
from services.eligibility.rules.household import dibao_household, margin_household, poor_household
from services.eligibility.rules.parentless import (
    away_for_work,
    no_guardian,
    not_adopted,
    unsupported,
    without_parents,
)
from shared.law import Part, about, all_of, any_of, none_of, rule

LISTED = "WL24:1-6"


@rule("MINORS:94", "由民政部门长期监护并在儿童福利机构养育")
def raised_in_an_institution(placement: str) -> bool:
    """Raised by a child welfare institution, its foster families included."""
    return placement in ("welfare_institution", "institution_foster")


def _recognised(code: str) -> Part:
    """Recognised before, and nobody states the facts that would decide it anew."""

    @rule(LISTED, "此前已认定该类别")
    def recognised_before(recognised: tuple[str, ...]) -> bool:
        """Recognised in this category before."""
        return code in recognised

    recognised_before.name = f"recognised_as_{code}"
    return about("child", "", recognised_before)


orphan = all_of(
    "orphan",
    "孤儿",
    "An orphan",
    without_parents,
    about("child", "", not_adopted),
    clause="GB2010-54:1",
)

orphan_in_institution = any_of(
    "orphan_institution",
    "孤儿（福利机构）",
    "Orphan raised in an institution",
    all_of(
        "orphan_raised_there",
        "孤儿且由福利机构养育",
        "An orphan, raised in an institution",
        orphan,
        about("child", "", raised_in_an_institution),
    ),
    _recognised("orphan_institution"),
    clause=LISTED,
)

orphan_in_community = any_of(
    "orphan_scattered",
    "孤儿（社会散居）",
    "Orphan living in the community",
    all_of(
        "orphan_elsewhere",
        "孤儿且社会散居",
        "An orphan, living in the community",
        orphan,
        none_of(
            "not_in_institution",
            "不在福利机构养育",
            "Not raised in an institution",
            about("child", "", raised_in_an_institution),
        ),
    ),
    _recognised("orphan_scattered"),
    clause=LISTED,
)

de_facto_unsupported = any_of(
    "de_facto_unsupported",
    "事实无人抚养儿童",
    "De facto unsupported",
    unsupported,
    _recognised("de_facto_unsupported"),
    clause=LISTED,
)

own_difficulty = any_of(
    "own_difficulty",
    "自身困境儿童",
    "In difficulty for reasons of its own",
    all_of(
        "own_difficulty_grounds",
        "重残、重病或者罕见病",
        "Severe disability or illness",
        own_grounds,
        any_of(
            "income_in_order",
            "符合家庭收入条件",
            "Income test, where there is one",
            no_income_test,
            poor_household,
        ),
    ),
    _recognised("own_difficulty"),
    clause=LISTED,
)

hiv_affected = any_of(
    "hiv_affected",
    "受艾滋病影响儿童",
    "Affected by HIV",
    affected_by_hiv,
    _recognised("hiv_affected"),
    clause=LISTED,
)

dibao = any_of(
    "dibao",
    "低保家庭儿童",
    "Child of a dibao family",
    dibao_household,
    _recognised("dibao"),
    clause=LISTED,
)

dibao_margin = any_of(
    "dibao_margin",
    "低保边缘家庭儿童",
    "Child of a dibao-margin family",
    margin_household,
    _recognised("dibao_margin"),
    clause=LISTED,
)

left_behind = any_of(
    "left_behind",
    "农村留守儿童",
    "Rural left-behind child",
    all_of(
        "left_behind_at_home",
        "父母外出务工，无法与父母正常共同生活",
        "Parents away for work",
        any_of(
            "parents_away",
            "父母双方外出务工，或者一方外出务工另一方无监护能力",
            "Both away, or one away and the other no guardian",
            all_of(
                "both_away",
                "父母双方外出务工",
                "Both parents away",
                about("father", "父亲", away_for_work),
                about("mother", "母亲", away_for_work),
            ),
            all_of(
                "father_away",
                "父亲外出务工、母亲不能监护",
                "Father away, mother no guardian",
                about("father", "父亲", away_for_work),
                about("mother", "母亲", no_guardian),
            ),
            all_of(
                "mother_away",
                "母亲外出务工、父亲不能监护",
                "Mother away, father no guardian",
                about("mother", "母亲", away_for_work),
                about("father", "父亲", no_guardian),
            ),
        ),
        about("child", "", of_rural_registration),
        about("child", "", young_enough_to_be_left_behind),
    ),
    _recognised("left_behind"),
    clause=LISTED,
)

street = any_of(
    "street",
    "流浪儿童",
    "Street child",
    all_of("a_street_child", "未成年且流浪", "A minor on the street", of_age_for_care, straying),
    _recognised("street"),
    clause=LISTED,
)


@dataclass(frozen=True, slots=True)
class Category:
    """A category: its rule, what it is paid, and whether registration here is needed for it."""

    code: str
    zh: str
    en: str
    part: Part
    rate_class: str
    sealed: bool = False


CATEGORIES: tuple[Category, ...] = (
    Category(
        "orphan_institution",
        "孤儿（福利机构）",
        "Orphan in an institution",
        orphan_in_institution,
        "institution",
    ),
    Category(
        "orphan_scattered",
        "孤儿（社会散居）",
        "Orphan in the community",
        orphan_in_community,
        "scattered",
    ),
    Category(
        "de_facto_unsupported",
        "事实无人抚养儿童",
        "De facto unsupported child",
        de_facto_unsupported,
        "scattered",
    ),
    Category(
        "own_difficulty",
        "自身困境儿童",
        "Child in difficulty of its own",
        own_difficulty,
        "scattered",
    ),
    Category(
        "hiv_affected",
        "受艾滋病影响儿童",
        "HIV-affected child",
        hiv_affected,
        "scattered",
        sealed=True,
    ),
    Category("dibao", "低保家庭儿童", "Child of a dibao family", dibao, "dibao_supplement"),
    Category(
        "dibao_margin", "低保边缘家庭儿童", "Child of a dibao-margin family", dibao_margin, "none"
    ),
    Category("left_behind", "农村留守儿童", "Rural left-behind child", left_behind, "none"),
    Category("street", "流浪儿童", "Street child", street, "street_relief"),
)
OTHER_ZH, OTHER_EN = "其他困境儿童", "Other child in difficulty"
CATEGORY_ZH = {category.code: category.zh for category in CATEGORIES} | {"other": OTHER_ZH}
CATEGORY_EN = {category.code: category.en for category in CATEGORIES} | {"other": OTHER_EN}
