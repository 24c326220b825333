"""The benefit plan: every line of help beyond the monthly subsidy, with its clause (保障方案).

Each line of 2.0 to 2.4 is a part like any other: met, not met, or missing a fact. It names the
service as the lead-unit table of the county does, so that a referral can be made of it.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from services.eligibility.rules.plan import conditions as when
from services.eligibility.rules.plan.lines import LINES, Line, adult
from shared.law import Asked, Group, LawOfDay, Verdict, reads

AGES = (when.minor_part, when.infant_part, when.school_age_part)


def _read(lines: Iterable[Line]) -> tuple[str, ...]:
    """The facts these lines read, but for those the plan is told itself."""
    names = [name for line in lines for name in reads(line.part)]
    own = ("child.birth_date", "day")
    return tuple(dict.fromkeys(n for n in names if n not in own and not n.startswith("plan.")))


# A minor has none of the lines of those of age, whatever else is known.
MINORS = tuple(
    line for line in LINES if not isinstance(line.part, Group) or adult not in line.part.parts
)
READ, READ_OF_MINORS = _read(LINES), _read(MINORS)
MOST, DAYS = 20_000, 64


def lines_of(asked: Asked, found: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    """The lines a child has, or would have if a missing fact is as needed (保障方案).

    `found` gives the plan's own facts: `categories` and `rate_class`. What is asked of the same
    values on the same day, and at the same stage of age, is answered from memory.
    """
    ages = tuple([asked.find(part).verdict for part in AGES])
    get = asked.facts.get
    minor = ages[0] is Verdict.MET and not asked.law.waived
    some, names = (MINORS, READ_OF_MINORS) if minor else (LINES, READ)
    rests = ages, *found.values(), *[get(name, "absent") for name in names]
    known = _known(asked.law)
    lines = known.get(rests)
    if lines is None:
        if len(known) >= MOST:
            known.clear()
        own = {f"plan.{name}": value for name, value in found.items()}
        lines = known[rests] = _lines(some, asked.told(own))
    return lines


@lru_cache(DAYS)
def _known(law: LawOfDay) -> dict[Any, tuple[dict[str, Any], ...]]:
    """Plans of one day by what they rest on."""
    del law
    return {}


def _lines(lines: Iterable[Line], asked: Asked) -> tuple[dict[str, Any], ...]:
    found = [(line, asked.find(line.part)) for line in lines]
    return tuple(
        _shown(asked.law, line, finding.met, tuple(finding.missing()))
        for line, finding in found
        if finding.verdict is not Verdict.NOT_MET
    )


@lru_cache(MOST)
def _shown(law: LawOfDay, line: Line, met: bool, missing: tuple[str, ...]) -> dict[str, Any]:
    clause = law.law.clauses.get(line.clause)
    return {
        "service": line.service,
        "clause": line.clause,
        "zh": line.zh,
        "en": line.en,
        "status": "entitled" if met else "undetermined",
        "lead": (clause.lead if clause else None) or line.departments[0],
        "departments": list(line.departments),
        "carried_by": line.carried_by,
        "amount": line.amount,
        "sealed": line.sealed,
        "missing": list(missing),
    }
