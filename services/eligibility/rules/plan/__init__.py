"""The benefit plan: every line of help beyond the monthly subsidy, with its clause (保障方案).

Each line of 2.0 to 2.4 is a part like any other: met, not met, or missing a fact. It names the
service as the lead-unit table of the county does, so that a referral can be made of it.
"""

from collections.abc import Mapping
from typing import Any

from services.eligibility.rules.plan import conditions as when
from services.eligibility.rules.plan.lines import LINES
from services.eligibility.rules.remembering import reads
from shared.law import Clause, Facts, LawOfDay, Verdict

AGES = (when.minor_part, when.infant_part, when.school_age_part)
READ = tuple(
    dict.fromkeys(name for line in LINES for name in reads(line.part) if name != "child.birth_date")
)
_KNOWN: dict[Any, list[dict[str, Any]]] = {}
MOST = 20_000


def lines_of(
    facts: Facts, law: LawOfDay, clauses: Mapping[str, Clause], found: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The lines a child has, or would have if a missing fact is as needed (保障方案).

    `found` gives the plan's own facts: `categories` and `rate_class`. What is asked of the same
    values on the same day, and at the same stage of age, is answered from memory.
    """
    own = {f"plan.{name}": value for name, value in found.items()}
    ages = tuple([part.find(facts, law).verdict for part in AGES])
    values = tuple([facts.get(name, own.get(name, "absent")) for name in READ])
    seen = (law, ages, values)
    known = _KNOWN.get(seen)
    if known is None:
        if len(_KNOWN) >= MOST:
            _KNOWN.clear()
        known = _KNOWN[seen] = _lines(Facts(facts | own), law, clauses)
    return known


def _lines(asked: Facts, law: LawOfDay, clauses: Mapping[str, Clause]) -> list[dict[str, Any]]:
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
