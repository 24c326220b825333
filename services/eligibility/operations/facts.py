"""Stating facts: typed, of the right department, never overwritten, contradictions kept (事实)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.eligibility.models import Child, Fact, FactConflict
from services.eligibility.operations.knowing import as_said, said_of
from services.eligibility.operations.law import law_of, registered_here
from services.eligibility.operations.particulars import held
from services.eligibility.queries.register import (
    open_conflicts,
    people_of,
    the_conflict,
)
from services.eligibility.rules.identity import card_faults
from services.eligibility.rules.standing import (
    Said,
    contradict,
    impossible,
    in_force,
    sealed_as,
    stored,
)
from services.eligibility.rules.statements.reading import Statement
from services.eligibility.rules.statements.whole import FactsInvalid, stated
from services.eligibility.rules.vocabulary import VOCABULARY
from shared import audit, vault
from shared.access import Particular
from shared.database import new_id, now
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


class NotYoursToCorrect(Invalid):
    """A correction names a statement in force of the same department about the same fact."""

    zh, en = "只能更正本部门就同一事实所作、仍在册的陈述", "Not a statement of yours of this fact"


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
    """What is stated, since when and until when, on which evidence.

    `file` is the one it is told under, where that is not the child's own but merged into it.
    """

    facts: Mapping[str, Any]
    valid_from: date
    valid_until: date | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)
    corrects: UUID | None = None
    file: UUID | None = None


def read_told(told: Told, department: str) -> Statement:
    """What is stated, until when; strict: NotYourFact, FactsInvalid, EndsBeforeItBegins."""
    if told.valid_until is not None and told.valid_until <= told.valid_from:
        raise EndsBeforeItBegins(where="valid_until", allowed=[f"> {told.valid_from}"])
    statement = stated(told.facts, law_of(told.valid_from), registered_here)
    if not department.startswith(TECHNICAL):
        _only_their_own(statement.stated, department)
    for name in statement.stated:
        ends = [d for d in (statement.until.get(name), told.valid_until) if d is not None]
        if ends:
            statement.until[name] = min(ends)
    return statement


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
    statement = read_told(told, origin.department or actor.department)
    said = await said_of(session, child.id)
    news = await news_of(session, actor, child, told, statement, origin, said)
    put_on_record(session, news.facts)
    return await record(session, news)


@dataclass(frozen=True, slots=True)
class News:
    """What a statement adds to a file: its rows, what they say, what they contradict."""

    facts: list[Fact]
    said: list[Said]
    conflicts: list[FactConflict]


async def record(session: AsyncSession, news: News) -> list[Fact]:
    """Add what was stated to the register; the contradictions name facts, so they come after."""
    session.add_all(news.facts)
    await session.flush()
    session.add_all(news.conflicts)
    await session.flush()
    return news.facts


def put_on_record(session: AsyncSession, facts: Sequence[Fact]) -> None:
    """Who stated them stands among those who wrote of the child, by the class of each fact."""
    for fact in facts:
        audit.wrote(session, fact.child_id, [f"{sealed_as(fact.name) or 'fact'}.{fact.name}"])


async def news_of(
    session: AsyncSession,
    actor: Principal,
    child: Child,
    told: Told,
    statement: Statement,
    origin: Origin,
    before: Sequence[Said],
) -> News:
    """What a statement, as it was read, adds to what was said before; nothing is written yet."""
    department = origin.department or actor.department
    await _own_cards(session, child, statement)
    known = in_force(before, now(session))
    corrected = _corrected(told, known, statement, department)
    news = News([], [], [])
    for name, value in statement.stated.items():
        until = statement.until.get(name)
        same = corrected or _same(known, name, department, told.valid_from)
        said = (value, told.valid_from, until)
        if same is not None and (same.value, same.since, same.until) == said:
            continue
        fact = await _row(session, child, name, value, until, told, origin, actor, department)
        fact.supersedes = same.id if same is not None else None
        others = [row for row in known if row.name == name and row is not corrected]
        if origin.kind != "event":
            _not_of_itself(as_said(fact, value), others)
        news.facts.append(fact)
        news.said.append(as_said(fact, value))
        news.conflicts.extend(_conflicts(session, child, as_said(fact, value), others))
    return news


def _same(known: Sequence[Said], name: str, department: str, since: date) -> Said | None:
    """What the department said of the fact from the same day on: it is said anew."""
    said = (name, department, since)
    return next((r for r in known if (r.name, r.department, r.since) == said), None)


async def _own_cards(session: AsyncSession, child: Child, statement: Statement) -> None:
    """A disability certificate carries the number of the person it is stated of (残疾证号)."""
    errors = []
    for subject, card in statement.cards.items():
        identity = await _identity(session, child, subject)
        born = identity.get("birth_date")
        errors += card_faults(
            card,
            identity.get("id_no"),
            date.fromisoformat(born) if born else None,
            f"{subject}.disability.number",
        )
    if errors:
        raise FactsInvalid(errors=errors)


async def _identity(session: AsyncSession, child: Child, subject: str) -> dict[str, Any]:
    """Who a subject of facts is, as far as the register knows."""
    if subject == "child":
        return await held(session, child.id, Particular.IDENTITY)
    parents = [person for person in await people_of(session, child.id) if person.role == subject]
    return await vault.read(session, parents[-1].id, Particular.IDENTITY) if parents else {}


def _corrected(
    told: Told, known: Sequence[Said], statement: Statement, department: str
) -> Said | None:
    """The statement a correction takes the place of: in force, the same fact, one's own."""
    if told.corrects is None:
        return None
    own = [row for row in known if row.department == department and row.name in statement.stated]
    found = next((row for row in own if row.id == told.corrects), None)
    if found is None or len(statement.stated) != 1:
        raise NotYoursToCorrect(where="corrects", allowed=[str(row.id) for row in own])
    return found


def _not_of_itself(said: Said, others: Sequence[Said]) -> None:
    """A department does not say of the same days that somebody is dead and alive."""
    for other in others:
        if other.department == said.department and impossible(said, other):
            error = {
                "field": said.name,
                "rule": f"本部门已陈述自{other.since}起死亡，同一日不能既死亡又在世",
                "rule_en": f"stated dead since {other.since} already: not alive and dead on a day",
                "right": f"corrects: {other.id}",
            }
            raise FactsInvalid(errors=[error])


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
    file = told.file or child.id
    fact = Fact(
        id=new_id(),
        child_id=file,
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
        fact.sealed = await vault.seal_value(session, file, kind, str(fact.id), stored(value))
    return fact


def _conflicts(
    session: AsyncSession, child: Child, said: Said, others: Sequence[Said]
) -> list[FactConflict]:
    return [
        FactConflict(
            id=new_id(),
            child_id=child.id,
            name=said.name,
            one_id=other.id,
            other_id=said.id,
            opened_at=now(session),
        )
        for other in others
        if other.id != said.supersedes and (contradict(said, other) or impossible(said, other))
    ]


async def compare(session: AsyncSession, child: Child) -> None:
    """Files that were put together may contradict each other: a person decides between them."""
    known = in_force(await said_of(session, child.id), now(session))
    waiting = {frozenset((c.one_id, c.other_id)) for c in await open_conflicts(session, child.id)}
    for at, said in enumerate(known):
        others = [
            row
            for row in known[:at]
            if row.name == said.name and frozenset((row.id, said.id)) not in waiting
        ]
        session.add_all(_conflicts(session, child, said, others))


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
