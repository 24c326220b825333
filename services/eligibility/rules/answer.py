"""An evaluation as plain data, as the endpoint answers and a decision stores it (认定结论)."""

from collections.abc import Sequence
from typing import Any

import orjson

from services.eligibility.rules.categories import CATEGORIES, CATEGORY_EN, CATEGORY_ZH
from services.eligibility.rules.evaluation import Evaluation
from services.eligibility.rules.reasons import is_silent
from services.eligibility.rules.stating import PARENTS
from services.eligibility.rules.vocabulary import VOCABULARY
from shared.law import About, Finding, Rule, Verdict, plain

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


NESTED = {category.part.name for category in CATEGORIES}


def branch(finding: Finding) -> dict[str, Any]:
    """A finding with what it rests on, in two languages.

    What nobody said anything about is one line, and a category inside a limb is told in its
    own place.
    """
    found: dict[str, Any] = orjson.loads(branch_json(finding))
    return found


def branch_json(finding: Finding, depth: int = 0) -> bytes:
    """The branch as JSON, made once for all who share the finding."""
    kept, name = finding.__dict__, "nested" if depth else "json"
    if name not in kept:
        kept[name] = orjson.dumps(_line(finding, depth), default=plain)
    made: bytes = kept[name]
    return made


def _line(finding: Finding, depth: int) -> dict[str, Any]:
    part = finding.part
    if isinstance(part, About) and finding.parts:
        inner = _line(finding.parts[0], depth)
        return inner | {"zh": part.zh, "en": part.en} if part.subject in PARENTS else inner
    if isinstance(part, Rule):
        return finding.tree()
    line: dict[str, Any] = {
        "rule": part.name,
        "clause": part.clause,
        "zh": part.zh,
        "en": part.en,
        "verdict": finding.verdict.name,
    }
    if is_silent(finding) and finding.verdict is Verdict.NOT_MET:
        return line | {"unmentioned": True}
    if finding.unknown:
        line["missing"] = finding.missing()
    below = [p for p in finding.parts if not (depth and _told_elsewhere(p))]
    nested = [orjson.Fragment(branch_json(part, depth and depth + 1)) for part in below]
    return line | {"parts": nested}


def _told_elsewhere(finding: Finding) -> bool:
    return finding.part.name in NESTED


def tree(evaluation: Evaluation, *, as_json: bool = False) -> dict[str, Any]:
    """The finding: the scope's tree and each category's, with clause, facts and figures.

    `as_json` leaves the parts as JSON, for an answer that is sent and not read here.
    """
    findings = evaluation.findings.values()
    made = [branch_json(evaluation.scope_finding, 1), *(branch_json(f) for f in findings)]
    return {
        "rule": "evaluation",
        "clause": "WL24:1",
        "zh": "困境儿童认定",
        "en": "Determination of a child in difficulty",
        "verdict": evaluation.scope_finding.verdict.name,
        "parts": [orjson.Fragment(part) if as_json else orjson.loads(part) for part in made],
    }
