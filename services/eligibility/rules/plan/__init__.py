"""The benefit plan: every line of help beyond the monthly subsidy, with its clause (保障方案).

Each line of 2.0 to 2.4 is a part like any other: met, not met, or missing a fact. It names the
service as the lead-unit table of the county does, so that a referral can be made of it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
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
MOST, DAYS = 20_000, 64


@dataclass(frozen=True, slots=True, eq=False)
class Section:
    """Lines that stand together, with what they read: of the plan's own facts, and of others."""

    lines: tuple[Line, ...]
    own: tuple[str, ...]
    others: tuple[str, ...]


def _section(lines: tuple[Line, ...]) -> Section:
    parts = [part for line in lines for part in (line.part, line.review) if part is not None]
    names = dict.fromkeys(name for part in parts for name in reads(part))
    own = tuple(name for name in names if name.startswith("plan."))
    of_age = ("child.birth_date", "day")  # of which it is told the stage
    return Section(lines, own, tuple(name for name in names if name not in (*own, *of_age)))


def _sections(lines: Iterable[Line]) -> tuple[Section, ...]:
    """Up to 2.2 and from 2.3 on: a child's health and its school vary by themselves."""
    by = groupby(lines, key=lambda line: line.clause.partition(":")[2] < "2.3")
    return tuple(_section(tuple(some)) for _, some in by)


SECTIONS = _sections(LINES)
# A minor has none of the lines of those of age, whatever else is known.
SECTIONS_OF_MINORS = _sections(
    line for line in LINES if not isinstance(line.part, Group) or adult not in line.part.parts
)


def lines_of(
    asked: Asked,
    found: tuple[bool | None, ...],
    findings: Mapping[str, Finding],
    missing: tuple[str, ...],
) -> tuple[dict[str, Any], ...]:
    """The lines a child has, or would have if a missing fact is as needed (保障方案).

    `found` gives the plan's own facts (FOUND), of which None is not known yet: `missing` is asked
    for then. What a section is asked of the same values on the same day, and at the same stage of
    age, is answered from memory.
    """
    ages = tuple([asked.find(part).verdict for part in AGES])
    minor = ages[0] is Verdict.MET and not asked.law.waived
    stands = tuple([findings[code].verdict for code in SPOKEN_OF])
    own = _own(found, stands, asked.find(orphan).verdict)
    means = _means(found, findings, missing) if None in own.values() else {}
    known, facts = _known(asked.law), asked.facts
    told: Asked | None = None
    shown: list[dict[str, Any]] = []
    for section in SECTIONS_OF_MINORS if minor else SECTIONS:
        rests = section, ages, *map(own.get, section.own), *map(facts.get, section.others)
        if means:
            rests += tuple(map(means.get, section.own))
        lines = known.get(rests)
        if lines is None:
            if len(known) >= MOST:
                known.clear()
            told = told or asked.told({name: so for name, so in own.items() if so is not None})
            lines = known[rests] = _lines(section.lines, told, means)
        shown += lines
    return tuple(shown)


@lru_cache(MOST)
def _own(
    found: tuple[bool | None, ...], stands: tuple[Verdict, ...], orphaned: Verdict
) -> Mapping[str, bool | None]:
    """The plan's own facts; None where one is not known."""
    own = {f"plan.{name}": value for name, value in zip(FOUND, found, strict=True)}
    of = dict(zip(SPOKEN_OF, stands, strict=True))
    for name, codes in STANDS.items():
        verdict = max([of[code] for code in codes])
        # Whoever raises an orphan, it is one.
        own[f"plan.{name}"] = KNOWN.get(max(verdict, orphaned) if name == "orphan" else verdict)
    return own


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
    """The lines of each section on one day by what they rest on."""
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
