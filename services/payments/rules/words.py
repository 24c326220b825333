"""The Chinese words people write, read as codes: categories, households, relief (用语).

A phrase is read only when it is one of these; anything else stays unclear and goes to a person.
"""

import re

from services.payments.rules.vocabulary import (
    BENEFIT_ZH,
    CATEGORY_ZH,
    Benefit,
    Category,
    Household,
    ReliefKind,
)

_CATEGORY_WORDS: tuple[tuple[Category, tuple[str, ...]], ...] = (
    (
        Category.INSTITUTION_ORPHAN,
        (
            "孤儿（福利机构）",
            "福利机构孤儿",
            "机构孤儿",
            "机构养育孤儿",
            "集中养育孤儿",
            "集中供养孤儿",
        ),
    ),
    (Category.SCATTERED_ORPHAN, ("孤儿（社会散居）", "社会散居孤儿", "散居孤儿")),
    (Category.DE_FACTO_UNSUPPORTED, ("事实无人抚养",)),
    (Category.OWN_DIFFICULTY, ("自身困境",)),
    (Category.HIV_AFFECTED, ("受艾滋病影响", "艾滋病病毒感染儿童", "艾滋病感染儿童")),
    (Category.DIBAO_MARGIN_CHILD, ("低保边缘", "低边", "最低生活保障边缘")),
    (Category.DIBAO_CHILD, ("低保家庭", "低保儿童", "最低生活保障家庭")),
    (Category.RURAL_LEFT_BEHIND, ("留守",)),
    (Category.STREET_CHILD, ("流浪", "临时代为抚养", "代为抚养")),
    (Category.OTHER_DIFFICULTY, ("其他困境",)),
)

_CODES = {
    "institution": Category.INSTITUTION_ORPHAN,
    "orphan_institution": Category.INSTITUTION_ORPHAN,
    "institutional_orphan": Category.INSTITUTION_ORPHAN,
    "scattered": Category.SCATTERED_ORPHAN,
    "orphan_scattered": Category.SCATTERED_ORPHAN,
    "orphan": Category.SCATTERED_ORPHAN,
    "de_facto": Category.DE_FACTO_UNSUPPORTED,
    "de_facto_orphan": Category.DE_FACTO_UNSUPPORTED,
    "own": Category.OWN_DIFFICULTY,
    "self_difficulty": Category.OWN_DIFFICULTY,
    "hiv": Category.HIV_AFFECTED,
    "dibao": Category.DIBAO_CHILD,
    "dibao_family": Category.DIBAO_CHILD,
    "dibao_family_child": Category.DIBAO_CHILD,
    "dibao_margin": Category.DIBAO_MARGIN_CHILD,
    "dibao_margin_family": Category.DIBAO_MARGIN_CHILD,
    "left_behind": Category.RURAL_LEFT_BEHIND,
    "street": Category.STREET_CHILD,
    "other": Category.OTHER_DIFFICULTY,
}


def plain(text: str) -> str:
    """Without spaces, with Chinese brackets."""
    return re.sub(r"\s", "", text).replace("(", "（").replace(")", "）")


def category_of(name: str) -> Category | None:
    """The category of a code or of the words of the document; None when it is neither."""
    code = re.sub("[^a-z]+", "_", name.lower()).strip("_")
    for short in (code, re.sub("_(child|children)$", "", code)):
        if short in Category.__members__.values():
            return Category(short)
        if short in _CODES:
            return _CODES[short]
    text = plain(name)
    for category, words in _CATEGORY_WORDS:
        if text == CATEGORY_ZH[category] or any(word in text for word in words):
            return category
    return Category.SCATTERED_ORPHAN if text == "孤儿" else None


def categories_in(text: str) -> frozenset[Category]:
    """Every category a sentence names; 低保边缘 is not 低保."""
    text, found = plain(text), set()
    for category, words in _CATEGORY_WORDS:
        for word in words:
            if word in text:
                found.add(category)
                text = text.replace(word, "")
    return frozenset(found)


_HOUSEHOLDS = {
    "低保": Household.DIBAO,
    "低保家庭": Household.DIBAO,
    "低保户": Household.DIBAO,
    "最低生活保障": Household.DIBAO,
    "最低生活保障家庭": Household.DIBAO,
    "低保边缘": Household.DIBAO_MARGIN,
    "低保边缘家庭": Household.DIBAO_MARGIN,
    "低保边缘户": Household.DIBAO_MARGIN,
    "最低生活保障边缘家庭": Household.DIBAO_MARGIN,
    "低边": Household.DIBAO_MARGIN,
    "低边家庭": Household.DIBAO_MARGIN,
    "margin": Household.DIBAO_MARGIN,
    "低收入": Household.LOW_INCOME,
    "低收入家庭": Household.LOW_INCOME,
    "困难家庭": Household.LOW_INCOME,
    "一般": Household.ORDINARY,
    "普通": Household.ORDINARY,
    "一般家庭": Household.ORDINARY,
    "普通家庭": Household.ORDINARY,
    "非低保": Household.ORDINARY,
    "无": Household.ORDINARY,
    "none": Household.ORDINARY,
    "其他": Household.ORDINARY,
}


def household_of(name: str) -> Household | None:
    """The household class of a code or a Chinese word."""
    code = name.strip().lower()
    if code in Household.__members__.values():
        return Household(code)
    bare = re.sub("(?<=.)（[^（）]*）$", "", plain(code))  # how it is so, in brackets
    return _HOUSEHOLDS.get(bare)


_RELIEF_WORDS: tuple[tuple[ReliefKind, tuple[str, ...]], ...] = (
    (ReliefKind.DESTITUTE_SUPPORT, ("特困", "destitute", "tekun")),
    (ReliefKind.DISABLED_LIVING, ("残疾人生活补贴", "困难残疾人", "disabled_living")),
    (ReliefKind.NOT_LIVING, (
        "护理", "康复", "医疗", "教育", "助学", "住房", "慈善", "价格补贴", "受灾", "not_living",
        "nursing", "medical", "education", "housing", "charity",
    )),
    (ReliefKind.DIBAO, ("低保", "最低生活保障", "dibao")),
    (ReliefKind.OTHER_LIVING, (
        "生活补助", "生活救助", "生活补贴", "基本生活", "生活费", "other_living", "living",
    )),
)  # fmt: skip


def relief_of(name: str) -> ReliefKind:
    """What kind of relief a name means; unclear when it is none of the known ones."""
    code = name.strip().lower()
    for kind, words in _RELIEF_WORDS:
        if code == kind.value or any(word in code for word in words):
            return kind
    return ReliefKind.UNCLEAR


def benefit_of(name: str) -> Benefit | None:
    """The benefit of a code or of its Chinese name."""
    code = name.strip().lower()
    if code in Benefit.__members__.values():
        return Benefit(code)
    for benefit, zh in BENEFIT_ZH.items():
        if zh in name or name in zh:
            return benefit
    return next((b for word, b in _BENEFIT_WORDS.items() if word in code), None)


_BENEFIT_WORDS = {
    "康复生活": Benefit.REHABILITATION_LIVING,
    "康复训练": Benefit.TRAINING,
    "护理": Benefit.NURSING,
    "个人缴费": Benefit.INSURANCE,
    "医保": Benefit.INSURANCE,
    "价格补贴": Benefit.PRICE_SUBSIDY,
    "营养": Benefit.INFANT_NUTRITION,
    "一次性": Benefit.LUMP_SUM,
    "流浪": Benefit.STREET_RELIEF,
    "临时": Benefit.TEMPORARY_RELIEF,
    "基本生活": Benefit.BASIC_LIVING,
    "care": Benefit.NURSING,
    "rehab_training": Benefit.TRAINING,
    "rehab_living": Benefit.REHABILITATION_LIVING,
}
