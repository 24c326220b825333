"""The benefit plan: every line of help beyond the monthly subsidy, with its clause (保障方案).

Each line of 2.0 to 2.4 is a part like any other: met, not met, or missing a fact. It names the
service as the lead-unit table of the county does, so that a referral can be made of it.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from services.eligibility.rules.categories import (
    dibao,
    dibao_margin,
    left_behind,
    orphan,
    orphan_in_community,
    orphan_in_institution,
    own_difficulty,
    street,
)
from services.eligibility.rules.plan import conditions as when
from services.eligibility.rules.plan.lines import LINES
from services.eligibility.rules.plan.parts import Line, adult
from shared.law import Asked, Finding, Group, LawOfDay, Part, Verdict, reads

AGES = (when.minor_part, when.infant_part, when.school_age_part)
# The categories lines speak of: a child is of one when one of these is met.
STANDS: Mapping[str, tuple[Part, ...]] = {
    "orphan": (orphan_in_institution, orphan_in_community, orphan),
    "own_difficulty": (own_difficulty,),
    "poor": (dibao, dibao_margin),
    "left_behind": (left_behind,),
    "street": (street,),
}
KNOWN = {Verdict.MET: True, Verdict.NOT_MET: False}


def _read(lines: Iterable[Line]) -> tuple[str, ...]:
    """The facts these lines read, but for those the plan is told itself."""
    parts = [part for line in lines for part in (line.part, line.review) if part is not None]
    names = [name for part in parts for name in reads(part)]
    own = ("child.birth_date", "day")
    return tuple(dict.fromkeys(n for n in names if n not in own and not n.startswith("plan.")))


# A minor has none of the lines of those of age, whatever else is known.
MINORS = tuple(
    line for line in LINES if not isinstance(line.part, Group) or adult not in line.part.parts
)
READ, READ_OF_MINORS = _read(LINES), _read(MINORS)
MOST, DAYS = 20_000, 64


def lines_of(
    asked: Asked, found: Mapping[str, bool | None], missing: tuple[str, ...]
) -> tuple[dict[str, Any], ...]:
    """The lines a child has, or would have if a missing fact is as needed (保障方案).

    `found` gives the plan's own facts, of which None is not known yet: `missing` is asked for then.
    What is asked of the same values on the same day, and at the same stage of age, is answered
    from memory.
    """
    ages = tuple([asked.find(part).verdict for part in AGES])
    get = asked.facts.get
    minor = ages[0] is Verdict.MET and not asked.law.waived
    some, names = (MINORS, READ_OF_MINORS) if minor else (LINES, READ)
    own, means = _own(asked, found, missing)
    rests = ages, *own.items(), *means.items(), *[get(name, "absent") for name in names]
    known = _known(asked.law)
    lines = known.get(rests)
    if lines is None:
        if len(known) >= MOST:
            known.clear()
        lines = known[rests] = _lines(some, asked.told(own), means)
    return lines


def _own(
    asked: Asked, found: Mapping[str, bool | None], missing: tuple[str, ...]
) -> tuple[dict[str, bool], dict[str, tuple[str, ...]]]:
    """The plan's own facts, and for each that is not known what has to be asked instead."""
    own: dict[str, bool] = {}
    means: dict[str, tuple[str, ...]] = {}
    for name, value in found.items():
        if value is None:
            means[f"plan.{name}"] = missing
        else:
            own[f"plan.{name}"] = value
    for name, parts in STANDS.items():
        findings = [asked.find(part) for part in parts]
        verdict = max([finding.verdict for finding in findings])
        if verdict is Verdict.UNKNOWN:
            means[f"plan.{name}"] = _asks(findings)
        else:
            own[f"plan.{name}"] = KNOWN[verdict]
    return own, means


def _asks(findings: Iterable[Finding]) -> tuple[str, ...]:
    names = [name for finding in findings if finding.unknown for name in finding.missing()]
    return tuple(dict.fromkeys(names))


@lru_cache(DAYS)
def _known(law: LawOfDay) -> dict[Any, tuple[dict[str, Any], ...]]:
    """Plans of one day by what they rest on."""
    del law
    return {}


def _lines(
    lines: Iterable[Line], asked: Asked, means: Mapping[str, tuple[str, ...]]
) -> tuple[dict[str, Any], ...]:
    shown = []
    for line in lines:
        finding = asked.find(line.part)
        if finding.verdict is Verdict.NOT_MET:
            continue
        names = [real for name in finding.missing() for real in means.get(name, (name,))]
        if "child.birth_date" in names:
            names = [name for name in names if name != "child.apparent_age"]
        missing = tuple(dict.fromkeys(names))
        shown.append(_shown(asked.law, line, _status(asked, line, finding, missing), missing))
    return tuple(shown)


def _status(asked: Asked, line: Line, finding: Finding, missing: tuple[str, ...]) -> str:
    """Entitled, or undetermined; where no fact is missing and yet it is open, a person decides."""
    if finding.unknown:
        return "undetermined" if missing else "manual_review"
    reviewed = line.review is not None and asked.find(line.review).met
    return "manual_review" if reviewed else "entitled"


@lru_cache(MOST)
def _shown(law: LawOfDay, line: Line, status: str, missing: tuple[str, ...]) -> dict[str, Any]:
    clause = law.law.clauses.get(line.clause)
    return {
        "service": line.service,
        "clause": line.clause,
        "zh": line.zh,
        "en": line.en,
        "status": status,
        "lead": (clause.lead if clause else None) or line.departments[0],
        "departments": list(line.departments),
        "carried_by": line.carried_by,
        "amount": line.amount,
        "sealed": line.sealed,
        "missing": list(missing),
    }
