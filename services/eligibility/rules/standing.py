"""Which statements stand on a day, out of all that were made: two times, many sources (事实在册).

Every statement has the days it holds for and the moment we learned it. Of one fact, the
statement with the latest beginning counts; one whose days are over leaves the fact unknown; two
departments that contradict each other leave it unknown until a person has decided.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.eligibility.rules import silence
from services.eligibility.rules.statements import parents
from services.eligibility.rules.statements.reading import Statement, facts_of
from services.eligibility.rules.vocabulary import VOCABULARY
from shared.law import Facts, LawOfDay, plain

# What does not change back: a contradiction about it is never news, always a conflict.
IRREVERSIBLE = ("child.birth_date", "child.foundling", "child.alive", "father.life", "mother.life")
# Who was lost may be found, and who was declared dead or missing may come back (民法典 45, 50).
MAY_RETURN = ("declared_dead", "declared_missing", "unfindable", "untraced")
SEALED_AS: Mapping[str, str] = {"birth_date": "identity", "hiv": "hiv"} | dict.fromkeys(
    (
        "disability_type",
        "disability_grade",
        "disability_certificate",
        "severe_disability",
        "illness",
        "serious_illness",
        "rare_illness",
    ),
    "health",
)


@dataclass(frozen=True, slots=True)
class Said:
    """One statement of one fact. `until` is the first day it no longer holds."""

    id: UUID
    name: str
    value: Any
    since: date
    until: date | None
    department: str
    known_at: datetime
    supersedes: UUID | None = None
    withdrawn: bool = False


@dataclass(slots=True)
class Standing:
    """What stands on a day: the facts for the rules, their statements, open contradictions."""

    facts: Facts
    sources: dict[str, Said] = field(default_factory=dict)
    contested: tuple[str, ...] = ()


def sealed_as(name: str) -> str | None:
    """The class of particulars a fact's value is sealed under, or None when it tells nobody."""
    return SEALED_AS.get(name.split(".", 1)[1])


def typed(name: str, value: Any) -> Any:
    """A stored value in the type the rules read."""
    if value is None:
        return None
    kind = VOCABULARY[name].kind
    if kind == "date":
        return date.fromisoformat(value)
    if kind == "yuan":
        return Decimal(value)
    return tuple(value) if isinstance(value, list) else value


def stored(value: Any) -> Any:
    """A value as it is kept: plain data, exact decimals as text."""
    return plain(value)


def in_force(rows: Iterable[Said], known_at: datetime) -> list[Said]:
    """The statements known by a moment that nothing known by then has taken the place of."""
    known = [row for row in rows if row.known_at <= known_at]
    gone = {row.supersedes for row in known if row.supersedes is not None}
    return [row for row in known if row.id not in gone and not row.withdrawn]


DEATH: Mapping[str, Any] = {"child.alive": False, "father.life": "dead", "mother.life": "dead"}


def impossible(one: Said, other: Said) -> bool:
    """Whether somebody would be dead by one statement and alive by the other on a later day.

    One declared dead or missing by a court may come back (民法典 45, 50); the dead do not.
    """
    if one.name not in DEATH or one.value == other.value or None in (one.value, other.value):
        return False
    dead = next((said for said in (one, other) if said.value == DEATH[said.name]), None)
    if dead is None:
        return False
    return (other if dead is one else one).since >= dead.since


def contradict(one: Said, other: Said) -> bool:
    """Whether two departments say otherwise of the same days, and neither is news to the other."""
    if one.department == other.department or one.value == other.value:
        return False
    if None in (one.value, other.value):
        return False
    overlap = (one.until is None or other.since < one.until) and (
        other.until is None or one.since < other.until
    )
    if not overlap:
        return False
    if one.name not in IRREVERSIBLE:
        return one.since == other.since
    return one.name == "child.birth_date" or not _is_news(one, other)


def _is_news(one: Said, other: Said) -> bool:
    """Alive or lost, and later dead or found: the later one is news. Dead, and later alive, is a
    contradiction."""
    first, second = sorted((one, other), key=lambda said: said.since)
    return first.since < second.since and first.value in (True, "alive", *MAY_RETURN)


def standing_on(
    rows: Sequence[Said], law: LawOfDay, known_at: datetime, contested: Iterable[str] = ()
) -> Standing:
    """What stands on the law's day as known by a moment."""
    day, disputed = law.day, tuple(sorted(set(contested)))
    statement = Statement(law, lambda _: False, implicit=False)
    sources: dict[str, Said] = {}
    for row in sorted(in_force(rows, known_at), key=lambda row: (row.since, row.known_at)):
        if row.since <= day and row.name in VOCABULARY:
            sources[row.name] = row
        elif row.since > day and row.name in VOCABULARY:
            earliest = statement.until.get(row.name, row.since)
            statement.until[row.name] = min(earliest, row.since)
    for name, row in sources.items():
        over = row.until is not None and row.until <= day
        statement.stated[name] = None if over or name in disputed else row.value
        if row.until is not None and not over:
            statement.until[name] = min(statement.until.get(name, row.until), row.until)
    for parent in parents.PARENTS:
        silence.searched(statement, parent)
        if f"{parent}.custody" in sources:
            parents.free_again(statement, parent, sources[f"{parent}.custody"].since)
    silence.claimed(statement)
    facts = facts_of(statement, register=True)
    facts.source = {name: row.department for name, row in sources.items() if name in facts}
    return Standing(facts, sources, disputed)
