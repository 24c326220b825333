"""Unidentified children and missing children: who may be the same, for a person to decide (寻亲).

Pure. Likeness proposes and never decides: what only one side knows is unknown and neither helps
nor harms; what both know and cannot both be true excludes. Two people confirm, on evidence.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from shared.moves import Move, Moves


class TraceKind(StrEnum):
    """A child somebody misses, or a child nobody knows."""

    MISSING = "missing"
    FOUND = "found"

    @property
    def other(self) -> "TraceKind":
        """The kind it is compared with."""
        return TraceKind.FOUND if self is TraceKind.MISSING else TraceKind.MISSING


class MatchBasis(StrEnum):
    """On what two people confirm that two are one (比对依据)."""

    DNA = "dna"
    DOCUMENT = "document"
    RECOGNISED = "recognised_by_family"


SEEKERS = ("police", "civil_affairs", "protection_centre", "welfare_institution")
NEVER_CHANGES = frozenset({"blood", "birthmark", "eyes"})  # two values cannot be one child


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of a child: approximate age, sex, places, marks such as `scar:left_hand`."""

    at: datetime
    age_from: int | None = None
    age_to: int | None = None
    sex: str | None = None
    places: frozenset[str] = frozenset()
    marks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two are: points, what agrees, what differs, what only one side knows."""

    points: int
    agree: list[str]
    differ: list[str]
    unknown: list[str]


def likeness(missing: Seen, found: Seen, figures: Mapping[str, Any]) -> Likeness | None:
    """The likeness of a missing and a found child; None when they cannot be the same."""
    if found.at < missing.at or _contradict(missing, found):
        return None
    found_ages = _ages(missing, found, int(figures["trace_age_tolerance_years"]))
    if found_ages is False:
        return None
    facts = {
        "age": found_ages,
        "sex": None if None in (missing.sex, found.sex) else True,
        "place": _share(missing.places, found.places),
    }
    points = sum(int(figures[f"trace_points_{name}"]) for name, same in facts.items() if same)
    marks = sorted(missing.marks & found.marks)
    points += int(figures["trace_points_mark"]) * len(marks)
    return Likeness(
        points=points,
        agree=[name for name, same in facts.items() if same] + marks,
        differ=[name for name, same in facts.items() if same is False]
        + sorted(_kinds(missing) & _kinds(found) - {mark.split(":")[0] for mark in marks}),
        unknown=[name for name, same in facts.items() if same is None],
    )


def _contradict(missing: Seen, found: Seen) -> bool:
    if missing.sex and found.sex and missing.sex != found.sex:
        return True
    fixed = _kinds(missing) & _kinds(found) & NEVER_CHANGES
    return any(
        {m for m in missing.marks if m.startswith(f"{kind}:")}.isdisjoint(found.marks)
        for kind in fixed
    )


def _kinds(seen: Seen) -> set[str]:
    return {mark.split(":")[0] for mark in seen.marks}


def _share(one: frozenset[str], other: frozenset[str]) -> bool | None:
    return bool(one & other) if one and other else None


def _ages(missing: Seen, found: Seen, tolerance: int) -> bool | None:
    """Whether the missing child, grown by the years since, is of the found one's age."""
    if missing.age_from is None or found.age_from is None:
        return None
    grown = (found.at - missing.at).days // 365
    youngest = missing.age_from + grown - tolerance
    oldest = (missing.age_to or missing.age_from) + grown + 1 + tolerance
    return youngest <= (found.age_to or found.age_from) and found.age_from <= oldest


TRACE_MOVES = Moves(
    "trace",
    "寻亲比对",
    "open",
    [
        Move("match", "确认为同一儿童", ("open",), "matched", "WL24:4.1c-1", SEEKERS, None, True),
        Move("closure", "停止寻找", ("open",), "closed", "WL24:4.1c-1", SEEKERS),
        Move("reopening", "重新寻找", ("matched", "closed"), "open", "WL24:4.1c-1", SEEKERS),
    ],
)
