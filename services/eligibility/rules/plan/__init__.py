"""The benefit plan: every line of help beyond the monthly subsidy, with its clause (保障方案).

Each line of 2.0 to 2.4 is a part like any other: met, not met, or missing a fact. It names the
service as the lead-unit table of the county does, so that a referral can be made of it.
"""

from collections.abc import Mapping
from typing import Any

from services.eligibility.rules.plan.lines import LINES
from shared.law import Clause, Facts, LawOfDay, Verdict


def lines_of(
    facts: Facts, law: LawOfDay, clauses: Mapping[str, Clause], found: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The lines a child has, or would have if a missing fact is as needed (保障方案).

    `found` gives the plan's own facts: `categories` and `rate_class`.
    """
    asked = Facts(facts | {f"plan.{name}": value for name, value in found.items()})
    lines = []
    for line in LINES:
        finding = line.part.find(asked, law)
        if finding.verdict is Verdict.NOT_MET:
            continue
        clause = clauses.get(line.clause)
        lines.append(
            {
                "service": line.service,
                "clause": line.clause,
                "zh": line.zh,
                "en": line.en,
                "status": "entitled" if finding.met else "undetermined",
                "lead": (clause.lead if clause else None) or line.departments[0],
                "departments": list(line.departments),
                "carried_by": line.carried_by,
                "amount": line.amount,
                "sealed": line.sealed,
                "missing": finding.missing(),
            }
        )
    return lines
