"""The benefit plan: every line of help beyond the monthly subsidy, with its clause (保障方案).

Each line of 2.0 to 2.4 is a part like any other: met, not met, or missing a fact. It names the
service as the lead-unit table of the county does, so that a referral can be made of it.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from services.eligibility.rules.categories import orphan
from services.eligibility.rules.plan import conditions as when
from services.eligibility.rules.plan.lines import LINES
from services.eligibility.rules.plan.parts import Line, adult
from shared.law import Asked, Finding, Group, LawOfDay, Verdict, reads

KNOWN = {Verdict.MET: True, Verdict.NOT_MET: False}
AGES = (when.minor_part, when.infant_part, when.school_age_part)
# What the evaluation tells the plan of itself, and the categories lines speak of by their codes.
FOUND = ("in_care", "in_difficulty", "subsidy", "insured_otherwise")
STANDS: Mapping[str, tuple[str, ...]] = {
    "orphan": ("orphan_institution", "orphan_scattered"),
    "own_difficulty": ("own_difficulty",),
    "poor": ("dibao", "dibao_margin"),
    "left_behind": ("left_behind",),
    "street": ("street",),
}
SPOKEN_OF = tuple(code for codes in STANDS.values() for code in codes)
Means = Mapping[str, tuple[str, ...]]


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
    asked: Asked,
    found: tuple[bool | None, ...],
    findings: Mapping[str, Finding],
    missing: tuple[str, ...],
) -> tuple[dict[str, Any], ...]:
    """The lines a child has, or would have if a missing fact is as needed (保障方案).

    `found` gives the plan's own facts (FOUND), of which None is not known yet: `missing` is asked
    for then. What is asked of the same values on the same day, and at the same stage of age, is
    answered from memory.
    """
    ages = tuple([asked.find(part).verdict for part in AGES])
    minor = ages[0] is Verdict.MET and not asked.law.waived
    some, names = (MINORS, READ_OF_MINORS) if minor else (LINES, READ)
    stands = tuple([findings[code].verdict for code in SPOKEN_OF])
    orphaned = asked.find(orphan).verdict
    open_ones = None in found or Verdict.UNKNOWN in stands
    means = _means(found, findings, missing) if open_ones else {}
    rests = ages, found, stands, orphaned, *means.values(), *map(asked.facts.get, names)
    known = _known(asked.law)
    lines = known.get(rests)
    if lines is None:
        if len(known) >= MOST:
            known.clear()
        own = _own(found, findings, orphaned)
        lines = known[rests] = _lines(some, asked.told(own), means)
    return lines


def _own(
    found: tuple[bool | None, ...], findings: Mapping[str, Finding], orphaned: Verdict
) -> dict[str, bool]:
    """The plan's own facts, as far as they are known."""
    own = {f"plan.{name}": value for name, value in zip(FOUND, found, strict=True)}
    for name, codes in STANDS.items():
        verdict = max([findings[code].verdict for code in codes])
        # Whoever raises an orphan, it is one.
        own[f"plan.{name}"] = KNOWN.get(max(verdict, orphaned) if name == "orphan" else verdict)
    return {name: value for name, value in own.items() if value is not None}


def _means(
    found: tuple[bool | None, ...], findings: Mapping[str, Finding], missing: tuple[str, ...]
) -> Means:
    """What has to be asked for each of the plan's own facts that is not known."""
    means = {f"plan.{name}": missing for name, v in zip(FOUND, found, strict=True) if v is None}
    for name, codes in STANDS.items():
        asks = [finding for code in codes if (finding := findings[code]).unknown]
        if asks:
            names = [one for finding in asks for one in finding.missing()]
            means[f"plan.{name}"] = tuple(dict.fromkeys(names))
    return means


@lru_cache(DAYS)
def _known(law: LawOfDay) -> dict[Any, tuple[dict[str, Any], ...]]:
    """Plans of one day by what they rest on."""
    del law
    return {}


def _lines(lines: Iterable[Line], asked: Asked, means: Means) -> tuple[dict[str, Any], ...]:
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
