"""The whole evaluation of one child on one day: scope, categories, award, plan, what is missing.

Pure: facts and the law of the day in, an `Evaluation` out. Three answers stand beside yes and no:
undetermined (and what to ask), manual review (a person decides), and nothing due.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from services.eligibility.rules import parents
from services.eligibility.rules.adulthood import Adulthood, after_eighteen
from services.eligibility.rules.award import ORDER, Award, award_of, next_steps, rate_of
from services.eligibility.rules.categories import CATEGORIES, orphan
from services.eligibility.rules.child import a_minor, violated_here
from services.eligibility.rules.household import (
    meets_dibao_test,
    meets_margin_test,
    per_capita_income,
)
from services.eligibility.rules.periods import birthday
from services.eligibility.rules.plan import KNOWN, lines_of
from services.eligibility.rules.reasons import next_change, why_not, why_out
from services.eligibility.rules.scope import LIMBS, here, in_scope
from shared.law import Asked, Facts, Finding, LawOfDay, Verdict, about

MINOR = about("child", "", a_minor)
SCOPE = {Verdict.MET: "in", Verdict.NOT_MET: "out", Verdict.UNKNOWN: "undetermined"}
GUARANTEED = {
    "orphan_institution",
    "orphan_scattered",
    "de_facto_unsupported",
    "own_difficulty",
    "hiv_affected",
}


class Evaluation(NamedTuple):
    """What the law says of a child on a day. `scope` is in, out or undetermined."""

    day: date
    status: str
    scope: str
    limbs: tuple[str, ...]
    categories: tuple[str, ...]
    excluded: tuple[str, ...]
    undetermined: tuple[str, ...]
    award: Award
    missing: tuple[str, ...]
    changes_on: date | None
    adult_on: date | None
    adulthood: Adulthood | None
    reasons: tuple[dict[str, Any], ...]
    manual_review: tuple[dict[str, str], ...]
    next_steps: tuple[dict[str, str], ...]
    plan: tuple[dict[str, Any], ...]
    household_class: str | None
    per_capita_income: Any
    facts: Facts
    scope_finding: Finding
    findings: dict[str, Finding]


class Standing(NamedTuple):
    """Which categories are met, which do not hold, and of which facts are missing."""

    met: tuple[str, ...]
    denied: tuple[str, ...]
    unknown: tuple[str, ...]


class Determined(NamedTuple):
    """What is decided of a child, before any of it is explained."""

    asked: Asked
    scope: Finding
    findings: dict[str, Finding]
    standing: Standing
    adult: Adulthood | None
    reached: Verdict
    categories: tuple[str, ...]
    award: Award


def determine(facts: Facts, law: LawOfDay) -> Determined:
    """Every rule of section one asked of one child's facts on the day of `law`."""
    asked = Asked(facts, law)
    scope = asked.find(in_scope)
    findings = {category.code: asked.find(category.part) for category in CATEGORIES}
    standing = _standing(tuple([finding.verdict for finding in findings.values()]))
    adult = _adulthood(asked, findings)
    reached = _reached(scope, adult)
    categories = _categories(asked, standing, reached, adult)
    award = award_of(asked, reached, categories, adult, standing.unknown)
    return Determined(asked, scope, findings, standing, adult, reached, categories, award)


def evaluate(facts: Facts, law: LawOfDay) -> Evaluation:
    """What is decided of a child, and why, until when, what is missing and what it is entitled to.

    All reasons are given at once; nothing is refused for a fact nobody has stated.
    """
    determined = determine(facts, law)
    asked, scope, findings, standing, adult, reached, categories, award = determined
    review = _manual_review(asked, adult, reached)
    missing = _missing(scope, findings, standing, adult, award, asked, reached)
    plan = _plan(determined, missing, review)
    return Evaluation(
        day=law.day,
        status=_status(reached, adult, review),
        scope=SCOPE[reached],
        limbs=_limbs(tuple([limb.verdict for limb in scope.parts[-1].parts])) if reached else (),
        categories=categories,
        excluded=standing.denied if reached else tuple(findings),
        undetermined=standing.unknown if reached else (),
        award=award,
        missing=missing,
        changes_on=_changes_on(scope, findings, adult, asked),
        adult_on=_adult_on(asked),
        adulthood=adult,
        reasons=tuple(_reasons(asked, scope, findings, standing, reached, adult)),
        manual_review=tuple(review),
        next_steps=tuple(next_steps(asked, reached, categories, award, plan)),
        plan=plan,
        household_class=_household_class(asked),
        per_capita_income=per_head(asked),
        facts=facts,
        scope_finding=scope,
        findings=findings | ({"adulthood": adult.finding} if adult and adult.finding else {}),
    )


@cache
def _standing(verdicts: tuple[Verdict, ...]) -> Standing:
    """The categories by their verdicts, in the order of the document."""
    of = [(category.code, verdict) for category, verdict in zip(CATEGORIES, verdicts, strict=True)]
    return Standing(
        *[
            tuple(code for code, verdict in of if verdict is asked)
            for asked in (Verdict.MET, Verdict.NOT_MET, Verdict.UNKNOWN)
        ]
    )


@cache
def _limbs(verdicts: tuple[Verdict, ...]) -> tuple[str, ...]:
    """Which limbs of the definition are met, by their letters."""
    return tuple(
        letter for letter, verdict in zip(LIMBS, verdicts, strict=True) if verdict is Verdict.MET
    )


def _adulthood(asked: Asked, findings: dict[str, Finding]) -> Adulthood | None:
    """How it stands after eighteen; None for a minor, and for somebody of unknown age."""
    if asked.find(MINOR).verdict is not Verdict.NOT_MET:
        return None
    if asked.facts.get("child.alive") is False:
        return None
    qualifies = max(f.verdict for code, f in findings.items() if code in GUARANTEED)
    return after_eighteen(asked, would_qualify=min(qualifies, asked.find(here).verdict))


def _reached(scope: Finding, adult: Adulthood | None) -> Verdict:
    """Whether the guarantee reaches this person: by the definition, or beyond eighteen."""
    if adult is None:
        return scope.verdict
    if adult.goes_on:
        return Verdict.MET
    return Verdict.UNKNOWN if adult.status == "undetermined" else Verdict.NOT_MET


def _categories(
    asked: Asked, standing: Standing, reached: Verdict, adult: Adulthood | None
) -> tuple[str, ...]:
    """Every category that is met, in the order of the document; `other` where none is named.

    An orphan of whom nobody says who raises it is of one of two categories, and of no other.
    """
    if reached is not Verdict.MET or standing.met:
        return standing.met if reached is Verdict.MET else ()
    return ("other",) if adult is None and not asked.find(orphan).met else ()


def _missing(
    scope: Finding,
    findings: dict[str, Finding],
    standing: Standing,
    adult: Adulthood | None,
    award: Award,
    asked: Asked,
    reached: Verdict,
) -> tuple[str, ...]:
    """The questions that could change scope or award, and no others."""
    if adult is not None:
        return adult.missing
    names = [] if scope.verdict is not Verdict.UNKNOWN else scope.missing()
    if reached is not Verdict.NOT_MET:
        for code in standing.unknown:
            if _would_matter(code, award, asked):
                names += findings[code].missing()
    if "child.birth_date" in names:
        names = [name for name in names if name != "child.apparent_age"]
    return tuple(dict.fromkeys(names))


def _plan(
    said: Determined, missing: tuple[str, ...], review: Sequence[Mapping[str, str]]
) -> tuple[dict[str, Any], ...]:
    """The lines of help; of who is of age also those that come after care."""
    asked, adult, rate = said.asked, said.adult, said.award.rate_class
    if asked.facts.get("child.alive") is False:
        return ()
    cared = None if review and said.reached is Verdict.NOT_MET else KNOWN.get(said.reached)
    fallen = cared if adult is None else _was_in_difficulty(asked, said.standing, adult)
    subsidy = None if rate == "undetermined" else rate != "none"
    found = cared, fallen, subsidy, adult is not None or rate == "street_relief"
    return lines_of(asked, found, said.findings, missing)


def _was_in_difficulty(asked: Asked, standing: Standing, adult: Adulthood) -> bool | None:
    """Whether somebody of age is, or was on coming of age, a child in difficulty of this city."""
    paid = asked.facts.get("child.previous_award") not in (None, "none")
    if not (standing.met or paid or adult.goes_on):
        return None if standing.unknown else False
    return KNOWN.get(Verdict.MET if paid or adult.goes_on else asked.find(here).verdict)


def _would_matter(category: str, award: Award, asked: Asked) -> bool:
    """Whether a category, once established, would bring another award than the present one."""
    order, rate = (*ORDER, "none"), rate_of(asked.law, category)
    best = award.rate_class if award.rate_class in order else "none"
    if asked.facts.get("child.hukou_here") is False and rate != "street_relief":
        return False
    return order.index(rate) < order.index(best)


def _manual_review(asked: Asked, adult: Adulthood | None, reached: Verdict) -> list[dict[str, str]]:
    found = []
    if adult is not None and adult.status == "manual_review":
        found.append({"zh": adult.zh, "en": adult.en, "clause": adult.clause})
    if asked.facts.get("child.other_claimed") and reached is not Verdict.MET:
        found.append(
            {
                "zh": "所反映的其他困境须书面说明理由后人工认定",
                "en": "The difficulty claimed needs a person's decision with reasons",
                "clause": "WL24:1-6",
            }
        )
    if adult is None and reached is not Verdict.MET and _violated_at_home(asked):
        found.append(
            {
                "zh": "本市户籍儿童在本市遭受侵害、监护无不当：是否属其他困境须书面说明理由认定",
                "en": "Registered and harmed here, well guarded: a person decides, with reasons",
                "clause": "WL24:1-6",
            }
        )
    for one, other in (("father", "mother"), ("mother", "father")):
        if adult is not None or not asked.facts.get(f"{one}.unidentified"):
            continue
        if any(asked.find(part, other).met for part in (parents.lost, parents.unable)):
            found.append(
                {
                    "zh": "父母一方身份不明，另一方无法抚养，须一事一议",
                    "en": "One parent never identified, the other gone: decided case by case",
                    "clause": "MZ2020-125:1",
                }
            )
    return found


def _violated_at_home(asked: Asked) -> bool:
    """A child of the city harmed in it: the sentence speaks of bad guardianship and of children
    from elsewhere; of this one it is silent, and silence is no refusal."""
    return asked.find(here).met and asked.find(violated_here).met


def _status(reached: Verdict, adult: Adulthood | None, review: list[dict[str, str]]) -> str:
    if review and reached is not Verdict.MET:
        return "manual_review"
    if adult is not None:
        return adult.status
    return {
        Verdict.MET: "eligible",
        Verdict.UNKNOWN: "undetermined",
        Verdict.NOT_MET: "not_eligible",
    }[reached]


def _changes_on(
    scope: Finding,
    findings: dict[str, Finding],
    adult: Adulthood | None,
    asked: Asked,
) -> date | None:
    if adult is not None:
        days = [
            asked.facts.until.get("child.study_status"),
            asked.facts.get("child.expected_graduation"),
        ]
        if adult.finding is not None:
            days.append(next_change([adult.finding], asked))
    else:
        days = [next_change([scope, *findings.values()], asked)]
    return min((day for day in days if day is not None and day > asked.law.day), default=None)


def _adult_on(asked: Asked) -> date | None:
    born, years = asked.facts.get("child.birth_date"), asked.law.figures.get("adult_age")
    return birthday(born, years) if born is not None and years is not None else None


def _reasons(
    asked: Asked,
    scope: Finding,
    findings: dict[str, Finding],
    standing: Standing,
    reached: Verdict,
    adult: Adulthood | None,
) -> list[dict[str, Any]]:
    """Why not: the scope first, then each category that is not met."""
    reasons: list[dict[str, Any]] = []
    if adult is not None:
        zh, en, clause = adult.zh, adult.en, adult.clause
        reasons.append({"about": "adulthood", "zh": zh, "en": en, "clause": clause})
    if reached is Verdict.NOT_MET:
        reasons += why_out(scope, asked.facts)
    # Whose child has died is told that, and not what else it was not.
    for code in standing.denied if asked.facts.get("child.alive") is not False else ():
        reasons += why_not(findings[code], asked.facts)
    return reasons


def _household_class(asked: Asked) -> str | None:
    """The verified class, or the one the income test gives; None where it is not decided."""
    facts = asked.facts
    stated = facts.get("household.economic_class") if facts["household.class_told"] else None
    if stated not in (None, "ordinary") or "household.income_monthly" not in facts:
        return stated
    if asked.find(meets_dibao_test).met:
        return "dibao"
    margin = asked.find(meets_margin_test)
    if margin.met:
        return "dibao_margin"
    return None if margin.unknown or asked.find(meets_dibao_test).unknown else "ordinary"


def per_head(asked: Asked) -> Any:
    """Monthly income per head without the child's subsidy, or None."""
    if "household.income_monthly" not in asked.facts:
        return None
    found = per_capita_income.find(asked.facts, asked.law, "household")
    return None if found.unknown else round(found.value, 2)
