"""The basis of the award, one at the best rate that fits, and what comes next (发放标准)."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from services.eligibility.rules.adulthood import Adulthood
from services.eligibility.rules.categories import CATEGORIES
from services.eligibility.rules.child import an_infant, harmed_or_threatened, relief_is_over
from services.eligibility.rules.periods import birthday
from shared.law import Asked, LawOfDay, Verdict, about

RELIEF_IS_OVER = about("relief", "", relief_is_over)
INFANT, HARMED = about("child", "", an_infant), about("child", "", harmed_or_threatened)
MARGIN, TAKEN_OUT = "dibao_margin_supplement", "NONE"
ORDER = ("institution", "scattered", "street_relief", "dibao_supplement", MARGIN)
CLAUSE_OF = {
    "orphan_institution": "WL24:2.1.1a",
    "orphan_scattered": "WL24:2.1.1b",
    "de_facto_unsupported": "WL24:2.1.2",
    "own_difficulty": "WL24:2.1.2",
    "hiv_affected": "WL24:2.1.3",
    "dibao": "WL24:2.1.4a",
    "dibao_margin": "WL24:2.1.0a-3",
    "street": "WL24:2.1.5b",
}
RATE_OF = {category.code: category.rate_class for category in CATEGORIES}


def rate_of(law: LawOfDay, category: str) -> str:
    """The rate a category leads to; a county may pay children of the dibao margin too (R13)."""
    if category == "dibao_margin" and law.figures.get("dibao_margin_paid_monthly"):
        return MARGIN
    return RATE_OF.get(category, "none")


class Award(NamedTuple):
    """The rate class and the words for it; `top_up` when other living relief is set off (补差).

    Where the county takes the child out of the other relief instead, `taken_out` (R9).
    """

    rate_class: str
    zh: str
    en: str
    clause: str | None
    category: str | None = None
    top_up: bool = False
    infant_until: date | None = None
    taken_out: bool = False


def _percent(law: LawOfDay, figure: str) -> str:
    return f"{law.figures[figure] * 100:.0f}%" if figure in law.figures else "按规定比例"


# Each rate in words; where it is a share, the figure that gives it.
WORDS: Mapping[str, tuple[str, str, str]] = {
    "institution": ("福利机构孤儿标准 100%", "100 % of the institution-orphan standard", ""),
    "scattered": ("社会散居孤儿标准 100%", "100 % of the scattered-orphan standard", ""),
    "dibao_supplement": (
        "社会散居孤儿标准 {share}（在低保之外）",
        "The dibao child's share of the scattered-orphan standard, on top of dibao",
        "dibao_child_minimum_ratio",
    ),
    "street_relief": (
        "社会散居孤儿标准 {share}（救助期间）",
        "The street child's share of the scattered-orphan standard, while in relief",
        "street_child_minimum_ratio",
    ),
    MARGIN: (
        "社会散居孤儿标准 {share}（低保边缘家庭儿童）",
        "The dibao-margin child's share of the scattered-orphan standard",
        "dibao_margin_ratio",
    ),
    "none": ("不发放基本生活费补助（0.00）", "No basic living subsidy (0.00)", ""),
    "undetermined": ("待查明", "Undetermined", ""),
}


@lru_cache(256)
def _words(law: LawOfDay, rate_class: str) -> tuple[str, str]:
    zh, en, figure = WORDS[rate_class]
    return zh.format(share=_percent(law, figure)) if figure else zh, en


def award_of(
    asked: Asked,
    reached: Verdict,
    categories: Sequence[str],
    adult: Adulthood | None,
    unknown: Sequence[str],
) -> Award:
    """One award at the best rate of all categories (R10); monthly ones need registration here.

    While one of the `unknown` categories could bring an award, none is not the answer.
    """
    if adult is not None and not adult.goes_on:
        rate = "undetermined" if adult.status in ("undetermined", "manual_review") else "none"
        return Award(rate, *_words(asked.law, rate), clause=adult.clause)
    if adult is not None:
        return _going_on(asked, categories, adult)
    if asked.facts.get("child.study_status") == "enlisted":
        return Award("none", *_words(asked.law, "none"), clause="WL24:2.1.0d-3")
    best: tuple[str, str] | None = None
    for code in categories:
        rate = rate_of(asked.law, code)
        if rate == "none" or not _open_to(asked, rate):
            continue
        if best is None or ORDER.index(rate) < ORDER.index(best[1]):
            best = code, rate
    infant = _infant_until(asked, categories)
    if best is None:
        rate = _nothing_yet(
            reached, any(_brings_award(asked, code) for code in (*categories, *unknown))
        )
        return Award(rate, *_words(asked.law, rate), clause="WL24:2.1.0a-3", infant_until=infant)
    code, rate = best
    relieved = rate in ("institution", "scattered") and _other_living_relief(asked, categories)
    top_up = relieved and asked.law.figures.get("living_relief_mode") != TAKEN_OUT
    out = relieved and not top_up
    return Award(rate, *_words(asked.law, rate), CLAUSE_OF[code], code, top_up, infant, out)


def _brings_award(asked: Asked, code: str) -> bool:
    """Whether a category would, for all that is known, lead to an award."""
    rate = rate_of(asked.law, code)
    if rate in ("none", "street_relief"):
        return rate != "none" and _open_to(asked, rate)
    return asked.facts.get("child.hukou_here") is not False


def _nothing_yet(reached: Verdict, open_yet: bool) -> str:
    """Out of scope is nothing; not yet decided is undetermined, never nothing."""
    undecided = reached is Verdict.UNKNOWN or (reached is Verdict.MET and open_yet)
    return "undetermined" if undecided else "none"


def _going_on(asked: Asked, categories: Sequence[str], adult: Adulthood) -> Award:
    """After eighteen the award goes on at the rate of its category, else at the one before."""
    rates = [rate for code in categories if (rate := rate_of(asked.law, code)) in ORDER]
    rate = min(rates, key=ORDER.index) if rates else str(asked.facts["child.previous_award"])
    return Award(rate, *_words(asked.law, rate), clause=adult.clause)


def _open_to(asked: Asked, rate_class: str) -> bool:
    if rate_class == "street_relief":
        return not asked.find(RELIEF_IS_OVER).met
    return asked.facts.get("child.hukou_here") is True


def _other_living_relief(asked: Asked, categories: Sequence[str]) -> bool:
    """Dibao, destitute support or a living allowance of the child: the sum is one standard (R9)."""
    relief = set(asked.facts.get("child.other_relief", ())) - {"disabled_nursing"}
    destitute = asked.facts.get("household.economic_class") == "tekun"
    return bool(relief) or "dibao" in categories or destitute


def _infant_until(asked: Asked, categories: Sequence[str]) -> date | None:
    """The first day of the last month of the infant's nutrition subsidy, or None."""
    if not {"dibao", "dibao_margin"} & set(categories):
        return None
    if not asked.find(INFANT).met:
        return None
    return birthday(asked.facts["child.birth_date"], asked.law.figures["infant_years"]).replace(
        day=1
    )


NEXT: Mapping[str, tuple[str, str, str]] = {
    "adult_relief": (
        "按成年流浪乞讨人员救助转介救助站",
        "Refer to the relief station for adults",
        "WL24:2.1.5b",
    ),
    "hukou_place": (
        "向户籍地民政部门申请，可在本市任一镇（街道）通过跨省通办、异地受理提出",
        "Apply at the place of registration; any town here takes the application",
        "MZ2019-62:3",
    ),
    "register_hukou": (
        "由公安机关查明身份或者协助办理户口登记",
        "Police establish identity or registration",
        "WL24:1-1",
    ),
    "assessment": (
        "转介残联、卫健部门评定，不影响康复服务",
        "Refer for assessment; rehabilitation is not delayed",
        "WL24:2.2.2b-1",
    ),
    "protection": (
        "通报市未保委办公室并开立保护个案",
        "Tell the protection office and open a case",
        "WL24:3.0",
    ),
    "relief": (
        "由民政部门接收救助，公安机关核查身份",
        "Civil affairs admits the child, police identify it",
        "WL24:2.1.5b-1",
    ),
    "top_up": (
        "与其他生活救助不重复享受：按补差发放",
        "Topped up to one standard, never the sum",
        "WL24:2.1.0b-3",
    ),
    "take_out": (
        "与其他生活救助不重复享受：将儿童从其他生活救助中分出，按全额发放",
        "Taken out of the other relief, and paid in full",
        "WL24:2.1.0b-3",
    ),
    "other": (
        "其他困境须书面说明理由，由人签署认定",
        "Another difficulty is decided in writing, with reasons",
        "WL24:1-6",
    ),
    "designated": (
        "转介残联指定或认定的机构",
        "Refer to an institution the federation has designated",
        "WL24:2.2.2b-2",
    ),
    "temporary_relief": (
        "给予临时救助，金额由个案决定",
        "Temporary relief; its amount is decided in the case",
        "WL24:2.1.6",
    ),
}
STEPS: Mapping[str, dict[str, str]] = {
    code: {"code": code, "zh": zh, "en": en, "clause": clause}
    for code, (zh, en, clause) in NEXT.items()
}


def next_steps(
    asked: Asked,
    reached: Verdict,
    categories: Sequence[str],
    award: Award,
    plan: Sequence[Mapping[str, Any]],
) -> list[dict[str, str]]:
    """What should be done next, whatever the answer is; each with its clause."""
    facts = asked.facts
    straying = facts.get("child.left_guardian") and facts.get("child.means_lost")
    harmed = asked.find(HARMED).met
    elsewhere = facts.get("child.hukou_here") is False
    wanted = {
        "adult_relief": straying and reached is Verdict.NOT_MET,
        "hukou_place": elsewhere and not straying and facts.get("child.alive") is True,
        "register_hukou": "child.hukou_here" not in facts,
        "assessment": "child.disability_certificate" not in facts
        or "child.disability_grade" not in facts,
        "protection": harmed,
        "relief": "street" in categories and facts.get("relief.by") == "none",
        "top_up": award.top_up,
        "take_out": award.taken_out,
        "other": "other" in categories,
        "designated": facts.get("child.training_designated") is False,
        "temporary_relief": any(line["service"] == "temporary_relief" for line in plan),
    }
    return [STEPS[code] for code, so in wanted.items() if so]
