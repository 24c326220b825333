"""What the register knows by its own decisions: which subsidy a person had before (此前享受).

Nobody has to tell the register what it decided itself. A decision speaks of the days from its own
on; whoever replays it leaves it out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.eligibility.rules.standing import Said

NAME, STUDY, SERVING = "child.previous_award", "child.study_status", "enlisted"


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision: what it came to, at which rate, on which legal day, signed when."""

    id: UUID
    outcome: str
    rate_class: str
    legal_day: date
    decided_at: datetime


def awarded(decisions: Sequence[Decided], rows: Sequence[Said]) -> list[Said]:
    """The statements `previous_award` that decisions make, the oldest first.

    An ending says that nothing is paid any more, except for service during study: the subsidy
    resumes on return (WL24:2.1.0d-4), so it is still the one before.
    """
    found = []
    for decision in decisions:
        if decision.outcome == "ended" and not _serving(decision, rows):
            found.append(_said(decision, "none"))
        elif decision.outcome in ("granted", "changed"):
            found.append(_said(decision, decision.rate_class))
    return found


def _said(decision: Decided, value: str) -> Said:
    since, known_at = decision.legal_day, decision.decided_at
    return Said(decision.id, NAME, value, since, None, "civil_affairs", known_at)


def _serving(decision: Decided, rows: Sequence[Said]) -> bool:
    """Whether the ending was for military service during study (就学期间应征入伍)."""
    gone = {row.supersedes for row in rows}
    told = [
        row
        for row in rows
        if row.name == STUDY
        and row.id not in gone
        and not row.withdrawn
        and row.since <= decision.legal_day
        and row.known_at <= decision.decided_at
    ]
    last = max(told, key=lambda row: (row.since, row.known_at), default=None)
    return last is not None and last.value == SERVING
