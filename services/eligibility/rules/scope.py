"""Who is a child in difficulty: the five limbs of section one (困境儿童的范围)."""

from services.eligibility.rules.categories import (
    de_facto_unsupported,
    dibao,
    dibao_margin,
    hiv_affected,
    left_behind,
    orphan,
    orphan_in_community,
    orphan_in_institution,
    own_difficulty,
    street,
)
from services.eligibility.rules.child import (
    decided_otherwise_in_difficulty,
    hard_through_disability,
    harmed_through_guardianship,
    living,
    of_age_for_care,
    registered_here,
    stranded,
    suddenly_without_support,
    violated_here,
)
from services.eligibility.rules.household import poor_household
from services.eligibility.rules.parentless import found_abandoned
from shared.law import about, all_of, any_of, none_of

here = about("child", "", registered_here)

limb_a = all_of(
    "limb_a",
    "具有本市户籍，因家庭贫困导致困难",
    "Registered here, difficulty through family poverty",
    here,
    any_of("poverty", "家庭贫困", "Family poverty", poor_household, dibao, dibao_margin),
    clause="WL24:1-1",
)

limb_b = all_of(
    "limb_b",
    "具有本市户籍，因自身残疾、疾病导致困难",
    "Registered here, difficulty of its own",
    here,
    any_of("own", "自身困境", "A difficulty of its own", own_difficulty, hard_through_disability),
    clause="WL24:1-2",
)

limb_c = all_of(
    "limb_c",
    "具有本市户籍，因监护缺失或者监护不当受到威胁或者侵害",
    "Registered here, threatened or harmed through absent or improper guardianship",
    here,
    any_of(
        "guardianship_fails",
        "监护缺失或者监护不当",
        "Guardianship absent or improper",
        orphan,
        orphan_in_institution,
        orphan_in_community,
        de_facto_unsupported,
        left_behind,
        street,
        harmed_through_guardianship,
        about("child", "", found_abandoned),
        clause="WL24:1-3",
    ),
    clause="WL24:1-3",
)

# Harm in the city through failed guardianship counts whoever's registration it is, 1-3 or 1-4,
# so that a foundling need not wait for its own; by a stranger, only of a child from elsewhere.
elsewhere = any_of(
    "elsewhere_or_unguarded",
    "非本市户籍，或者监护缺失、监护不当",
    "Registered elsewhere, or badly guarded",
    none_of("registered_elsewhere", "非本市户籍", "Not registered here", here),
    harmed_through_guardianship,
    about("child", "", found_abandoned),
    clause="WL24:1-4",
)

limb_d = all_of(
    "limb_d",
    "非本市户籍（或者监护缺失、不当），在本市辖区内遭受侵害",
    "Registered elsewhere or badly guarded, and harmed within the city",
    elsewhere,
    *violated_here.parts,
    clause="WL24:1-4",
)

limb_e = all_of(
    "limb_e",
    "离开监护人流落本市失去基本生存保障",
    "Strayed here without means",
    *stranded.parts,
    clause="WL24:1-5",
)

listed = all_of(
    "listed",
    "具有本市户籍，属于所列的其他类别",
    "Registered here, of a category the sentence lists",
    here,
    any_of(
        "listed_categories",
        "受艾滋病影响、暂时失依或者经认定的其他困境",
        "Listed otherwise",
        hiv_affected,
        about("emergency", "", suddenly_without_support),
        about("child", "", decided_otherwise_in_difficulty),
        clause="WL24:1-6",
    ),
    clause="WL24:1-6",
)

LIMBS = {"A": limb_a, "B": limb_b, "C": limb_c, "D": limb_d, "E": limb_e, "listed": listed}

in_difficulty = any_of(
    "in_difficulty",
    "属于困境儿童范围之一",
    "Within one of the limbs of the definition",
    limb_a,
    limb_b,
    limb_c,
    limb_d,
    limb_e,
    listed,
    clause="WL24:1",
)

in_scope = all_of(
    "in_scope",
    "属于困境儿童的范围",
    "A child in difficulty in the sense of the document",
    about("child", "", living),
    of_age_for_care,
    in_difficulty,
    clause="WL24:1",
)
