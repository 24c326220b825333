"""An evaluation as plain data, as the endpoint answers and a decision stores it (认定结论)."""

from collections.abc import Sequence
from typing import Any

from services.eligibility.rules.categories import CATEGORY_EN, CATEGORY_ZH
from services.eligibility.rules.evaluation import Evaluation
from services.eligibility.rules.vocabulary import VOCABULARY

STATUS_ZH = {
    "eligible": "符合",
    "not_eligible": "不符合",
    "undetermined": "待查明",
    "manual_review": "转人工认定",
}


def questions(missing: Sequence[str]) -> list[dict[str, Any]]:
    """What to ask and whom: a missing fact in words, with the departments that may state it."""
    asked = []
    for name in missing:
        kind = VOCABULARY.get(name)
        if kind is None:
            asked.append({"fact": name, "zh": name, "en": name, "departments": []})
        else:
            departments = list(kind.departments)
            asked.append({"fact": name, "zh": kind.zh, "en": kind.en, "departments": departments})
    return asked


def answer(evaluation: Evaluation) -> dict[str, Any]:
    """The evaluation without its tree; days are ISO text, amounts exact text."""
    award, adult = evaluation.award, evaluation.adulthood
    return {
        "day": evaluation.day.isoformat(),
        "status": evaluation.status,
        "status_zh": STATUS_ZH[evaluation.status],
        "scope": evaluation.scope,
        "limbs": list(evaluation.limbs),
        "categories": list(evaluation.categories),
        "categories_zh": [CATEGORY_ZH[code] for code in evaluation.categories],
        "categories_en": [CATEGORY_EN[code] for code in evaluation.categories],
        "categories_excluded": list(evaluation.excluded),
        "categories_undetermined": list(evaluation.undetermined),
        "award_basis": award.rate_class,
        "award_basis_zh": award.zh,
        "award_basis_en": award.en,
        "award_clause": award.clause,
        "top_up": award.top_up,
        "infant_until": award.infant_until.isoformat() if award.infant_until else None,
        "missing": list(evaluation.missing),
        "questions": questions(evaluation.missing),
        "changes_on": evaluation.changes_on.isoformat() if evaluation.changes_on else None,
        "adult_on": evaluation.adult_on.isoformat() if evaluation.adult_on else None,
        "exit": adult.exit if adult else None,
        "reasons": list(evaluation.reasons),
        "manual_review": list(evaluation.manual_review),
        "next_steps": list(evaluation.next_steps),
        "plan": list(evaluation.plan),
        "household_class": evaluation.household_class,
        "per_capita_income": _text(evaluation.per_capita_income),
    }


def _text(amount: Any) -> str | None:
    return None if amount is None else str(amount)


def tree(evaluation: Evaluation) -> dict[str, Any]:
    """The finding: the scope's tree and each category's, with clause, facts and figures."""
    return {
        "rule": "evaluation",
        "clause": "WL24:1",
        "zh": "困境儿童认定",
        "en": "Determination of a child in difficulty",
        "verdict": evaluation.scope_finding.verdict.name,
        "parts": [
            evaluation.scope_finding.tree(),
            *(finding.tree() for finding in evaluation.findings.values()),
        ],
    }
