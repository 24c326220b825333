"""Stating facts: typed, of the right department, never overwritten, contradictions kept (事实)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.eligibility.models import Child, Fact, FactConflict
from services.eligibility.operations.law import law_of, registered_here
from services.eligibility.queries.procedure import decisions_of
from services.eligibility.queries.register import facts_of, open_conflicts, the_conflict
from services.eligibility.rules.awarded import Decided, awarded
from services.eligibility.rules.standing import (
    Said,
    Standing,
    contradict,
    in_force,
    sealed_as,
    standing_on,
    stored,
    typed,
)
from services.eligibility.rules.vocabulary import VOCABULARY
from services.eligibility.rules.ways import stated
from shared import vault
from shared.database import new_id, now, today
from shared.identity import Principal
from shared.problem import Conflict, Forbidden, Invalid

TECHNICAL = "service:"


class NotYourFact(Forbidden):
    """Another department answers for this fact; each error names those that may state it."""

    zh, en = "该事实不由本部门提供", "Another department states this fact"
    clause = "WL24:4.2a-1"


class EndsBeforeItBegins(Invalid):
    """The period of a fact ends before it starts."""

    zh, en = "期间结束早于开始", "The period ends before it begins"


class AlreadyResolved(Conflict):
    """Somebody has decided this contradiction."""

    zh, en = "该冲突已经处理", "This contradiction was decided already"


class NotInConflict(Invalid):
    """The statement to keep is neither of the two."""

    zh, en = "所保留的陈述不在冲突之中", "The statement to keep is neither of the two"


@dataclass(frozen=True, slots=True)
class Origin:
    """How a statement came: api, import, event or resolution, and of what."""

    kind: str = "api"
    id: UUID | None = None
    department: str | None = None


BY_API = Origin()


@dataclass(frozen=True, slots=True)
class Told:
    """What is stated, since when and until when, on which evidence."""

    facts: Mapping[str, Any]
    valid_from: date
    valid_until: date | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)
    corrects: UUID | None = None


def read_told(told: Told, department: str) -> dict[str, tuple[Any, date | None]]:
    """Name → value and last day, read strictly; NotYourFact, FactsInvalid, EndsBeforeItBegins."""
    if told.valid_until is not None and told.valid_until <= told.valid_from:
        raise EndsBeforeItBegins(where="valid_until", allowed=[f"> {told.valid_from}"])
    statement = stated(told.facts, law_of(told.valid_from), registered_here)
    if not department.startswith(TECHNICAL):
        _only_their_own(statement.stated, department)
    read = {}
    for name, value in statement.stated.items():
        ends = [d for d in (statement.until.get(name), told.valid_until) if d is not None]
        read[name] = (value, min(ends) if ends else None)
    return read


def _only_their_own(names: Iterable[str], department: str) -> None:
    errors = [
        {
            "field": name,
            "rule": "该事实由其他部门提供",
            "rule_en": "stated by another department",
            "right": list(VOCABULARY[name].departments),
        }
        for name in names
        if department not in VOCABULARY[name].departments
    ]
    if errors:
        raise NotYourFact(errors=errors)


async def state_facts(
    session: AsyncSession, actor: Principal, child: Child, told: Told, origin: Origin = BY_API
) -> list[Fact]:
    """Record a statement of a department; contradictions are opened for a person to decide.

    Nothing is changed: a correction names what it corrects, news simply begin later.
    """
    department = origin.department or actor.department
    read = read_told(told, department)
    known = await said_of(session, child.id)
    moment = now(session)
    before = {row.name: row for row in in_force(known, moment) if row.department == department}
    made = []
    for name, (value, until) in read.items():
        same = before.get(name)
        replaces = same is not None and same.since == told.valid_from
        if same is not None and replaces and (same.value, same.until) == (value, until):
            continue
        fact = await _row(session, child, name, value, until, told, origin, actor, department)
        fact.supersedes = told.corrects or (same.id if same is not None and replaces else None)
        session.add(fact)
        made.append(fact)
        said = _said(fact, value)
        others = [o for o in in_force(known, moment) if o.name == name and o.id != fact.supersedes]
        await _note_conflicts(session, child, said, others)
    await session.flush()
    return made


async def _row(
    session: AsyncSession,
    child: Child,
    name: str,
    value: Any,
    until: date | None,
    told: Told,
    origin: Origin,
    actor: Principal,
    department: str,
) -> Fact:
    fact = Fact(
        id=new_id(),
        child_id=child.id,
        name=name,
        valid_from=told.valid_from,
        valid_until=until,
        department=department,
        officer=actor.officer,
        evidence=dict(told.evidence),
        origin=origin.kind,
        origin_id=origin.id,
        known_at=now(session),
        withdrawn=False,
    )
    kind = sealed_as(name)
    if kind is None or value is None:
        fact.value = stored(value)
    else:
        fact.sealed = await vault.seal_value(session, child.id, kind, str(fact.id), stored(value))
    return fact


def _said(fact: Fact, value: Any) -> Said:
    return Said(
        fact.id,
        fact.name,
        value,
        fact.valid_from,
        fact.valid_until,
        fact.department,
        fact.known_at,
        fact.supersedes,
        fact.withdrawn,
    )


async def _note_conflicts(
    session: AsyncSession, child: Child, said: Said, others: Sequence[Said]
) -> None:
    await session.flush()
    for other in others:
        if contradict(said, other):
            session.add(
                FactConflict(
                    id=new_id(),
                    child_id=child.id,
                    name=said.name,
                    one_id=other.id,
                    other_id=said.id,
                    opened_at=now(session),
                )
            )


async def said_of(session: AsyncSession, child_id: UUID) -> list[Said]:
    """Every statement about a child with its value opened."""
    rows = await facts_of(session, child_id)
    values: dict[UUID, Any] = {row.id: row.value for row in rows}
    for kind in ("identity", "health", "hiv"):
        sealed = [r for r in rows if r.sealed is not None and sealed_as(r.name) == kind]
        wanted = [(child_id, str(r.id), r.sealed) for r in sealed if r.sealed is not None]
        if wanted:
            opened = await vault.unseal_values(session, kind, wanted)
            values |= dict(zip((r.id for r in sealed), opened, strict=True))
    return [_said(row, typed(row.name, values[row.id])) for row in rows]


async def told_of(session: AsyncSession, child_id: UUID, before: UUID | None = None) -> list[Said]:
    """Every statement about a child, with what the register's own decisions say of it.

    `before` leaves a decision and all that followed it out, for its replay.
    """
    rows = await said_of(session, child_id)
    decisions = [
        Decided(row.id, row.outcome, row.rate_class, row.legal_day, row.decided_at)
        for row in reversed(await decisions_of(session, child_id))
        if before is None or row.id < before
    ]
    return [*rows, *awarded(decisions, rows)]


async def standing_of(
    session: AsyncSession,
    child_id: UUID,
    day: date | None = None,
    known_at: datetime | None = None,
    before: UUID | None = None,
) -> Standing:
    """What stands of a child on a legal day, as known by a moment (今天 by default).

    `before` is a decision that is not heard, nor any after it.
    """
    contested = [] if known_at else [c.name for c in await open_conflicts(session, child_id)]
    moment = known_at or now(session)
    rows = await told_of(session, child_id, before)
    return standing_on(rows, law_of(day or today(session)), moment, contested)


async def resolve_conflict(
    session: AsyncSession, actor: Principal, conflict_id: UUID, keep: UUID, reason: str
) -> FactConflict:
    """A person of civil affairs decides which statement stands; the other is withdrawn."""
    actor.of("civil_affairs")
    conflict = await the_conflict(session, conflict_id)
    if conflict.resolved_at is not None:
        raise AlreadyResolved()
    if keep not in (conflict.one_id, conflict.other_id):
        raise NotInConflict(allowed=[str(conflict.one_id), str(conflict.other_id)])
    loser = await session.get(
        Fact, conflict.other_id if keep == conflict.one_id else conflict.one_id
    )
    assert loser is not None
    session.add(_withdrawal(session, actor, loser, reason))
    conflict.resolved_at, conflict.resolved_by = now(session), actor.person()
    conflict.kept_id, conflict.reason = keep, reason
    await session.flush()
    return conflict


def _withdrawal(session: AsyncSession, actor: Principal, fact: Fact, reason: str) -> Fact:
    """A statement that another one does not stand; it says no value of its own."""
    return Fact(
        id=new_id(),
        child_id=fact.child_id,
        name=fact.name,
        valid_from=fact.valid_from,
        valid_until=fact.valid_until,
        department=actor.department,
        officer=actor.officer,
        evidence={"reason": reason},
        origin="resolution",
        supersedes=fact.id,
        withdrawn=True,
        known_at=now(session),
    )
