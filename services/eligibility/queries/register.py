"""Children, their people, their facts."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CTE,
    ColumnElement,
    Row,
    Select,
    Uuid,
    case,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession

from services.eligibility.models import Child, ChildRef, Fact, FactConflict, Merge, Person
from shared.database import now
from shared.problem import NotFound


async def the_child(session: AsyncSession, child_id: UUID, *, lock: bool = False) -> Child:
    """A child by its id or by any reference it is known under; NotFound when there is none.

    A merged file leads to the one that was kept.
    """
    ref = await session.get(ChildRef, child_id)
    found: UUID | None = ref.child_id if ref else child_id
    while found is not None:
        wanted = select(Child).where(Child.id == found)
        if lock:
            wanted = wanted.with_for_update().execution_options(populate_existing=True)
        child = await session.scalar(wanted)
        if child is None:
            break
        found = child.merged_into
        if found is None:
            return child
    raise NotFound()


async def the_children(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, Child]:
    """The children these ids and references lead to, locked; who is none is left out."""
    rows = select(ChildRef.ref, ChildRef.child_id).where(ChildRef.ref.in_(ids))
    refs = {row.ref: row.child_id for row in await session.execute(rows)}
    wanted = select(Child).where(Child.id.in_({refs.get(id_, id_) for id_ in ids}))
    locked = wanted.order_by(Child.id).with_for_update()
    found = {child.id: child for child in await session.scalars(locked)}
    for child in list(found.values()):
        if child.merged_into is not None:
            found[child.id] = await the_child(session, child.id, lock=True)
    return {id_: found[refs.get(id_, id_)] for id_ in ids if refs.get(id_, id_) in found}


def files(child_id: UUID, at: datetime) -> Select[UUID]:
    """The ids of every file that was known at a moment to be of the same child (一人一档)."""
    return select(files_of([child_id], at).c.id)


def files_of(children: Sequence[UUID], at: datetime) -> CTE:
    """The same of many children: `child` has the file `id`.

    A merge moves nothing: what was stated or decided under a file stays there, and is read with
    the others for as long as the merge stands, so that it can be undone and replayed.
    """
    asked = select(func.unnest(literal(list(children), ARRAY(Uuid))).label("child")).subquery()
    same = select(asked.c.child, asked.c.child.label("id")).cte("same", recursive=True)
    other = case((Merge.kept_id == same.c.id, Merge.merged_id), else_=Merge.kept_id)
    return same.union(
        select(same.c.child, other).where(
            or_(Merge.kept_id == same.c.id, Merge.merged_id == same.c.id),
            Merge.confirmed_at <= at,
            or_(Merge.undone_at.is_(None), Merge.undone_at > at),
        )
    )


async def references_of(session: AsyncSession, child: Child) -> list[UUID]:
    """Every other id that leads to a child's file."""
    wanted = (
        select(ChildRef.ref)
        .where(ChildRef.child_id == child.id)
        .order_by(ChildRef.at, ChildRef.ref)
    )
    return list(await session.scalars(wanted))


def children(town: str | None, state: str | None) -> Select[Any]:
    """The files of a town, or of all; merged ones are not listed."""
    wanted = select(Child).where(Child.merged_into.is_(None))
    if town is not None:
        wanted = wanted.where(Child.town == town)
    return wanted.where(Child.state == state) if state is not None else wanted


async def statements(
    session: AsyncSession, children: Sequence[UUID], at: datetime
) -> Sequence[Row[Any]]:
    """Every statement about these children, with the `child` it is about, as it was learned."""
    of = files_of(children, at)
    rows = select(of.c.child, *Fact.__table__.columns).join(of, of.c.id == Fact.child_id)
    return (await session.execute(rows.order_by(Fact.known_at, Fact.id))).all()


async def facts_of(session: AsyncSession, child_id: UUID, at: datetime | None = None) -> list[Fact]:
    """Every statement about a child, in the order they were learned."""
    rows = select(Fact).where(Fact.child_id.in_(files(child_id, at or now(session))))
    return list(await session.scalars(rows.order_by(Fact.known_at, Fact.id)))


async def facts_of_origin(session: AsyncSession, origin_id: UUID) -> list[Fact]:
    """The statements one event or import made."""
    return list(await session.scalars(select(Fact).where(Fact.origin_id == origin_id)))


async def open_conflicts(
    session: AsyncSession, child_id: UUID, at: datetime | None = None
) -> list[FactConflict]:
    """Contradictions nobody had decided yet at a moment (now, unless another is named)."""
    moment = at or now(session)
    rows = select(FactConflict).where(
        FactConflict.child_id.in_(files(child_id, moment)), *_undecided(moment)
    )
    return list(await session.scalars(rows.order_by(FactConflict.id)))


async def contested(
    session: AsyncSession, children: Sequence[UUID], at: datetime
) -> Sequence[Row[UUID, str]]:
    """The children and the names of the facts of each that were contradicted at a moment."""
    of = files_of(children, at)
    rows = select(of.c.child, FactConflict.name).join(of, of.c.id == FactConflict.child_id)
    return (await session.execute(rows.where(*_undecided(at)))).all()


def _undecided(at: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    undecided = or_(FactConflict.resolved_at.is_(None), FactConflict.resolved_at > at)
    return FactConflict.opened_at <= at, undecided


def conflicts(town: str | None) -> Select[Any]:
    """The contradictions that wait for a person, of a town or of all."""
    wanted = select(FactConflict).where(FactConflict.resolved_at.is_(None))
    if town is None:
        return wanted
    return wanted.join(Child, Child.id == FactConflict.child_id).where(Child.town == town)


async def the_conflict(session: AsyncSession, conflict_id: UUID) -> FactConflict:
    """One contradiction, locked; NotFound when there is none."""
    found = await session.get(FactConflict, conflict_id, with_for_update=True)
    if found is None:
        raise NotFound()
    return found


async def people_of(session: AsyncSession, child_id: UUID, day: date | None = None) -> list[Person]:
    """Everybody in a child's life, or who was on a day; the longest known first."""
    rows = select(Person).where(Person.child_id.in_(files(child_id, now(session))))
    if day is not None:
        rows = rows.where(Person.since <= day, or_(Person.until.is_(None), Person.until > day))
    return list(await session.scalars(rows.order_by(Person.since, Person.id)))


async def payee_on(session: AsyncSession, child_id: UUID, day: date) -> Person | None:
    """Who is paid for the child on a day."""
    rows = select(Person).where(
        Person.child_id.in_(files(child_id, now(session))),
        Person.role == "payee",
        Person.since <= day,
        or_(Person.until.is_(None), Person.until > day),
    )
    return await session.scalar(rows.order_by(Person.since.desc(), Person.id.desc()).limit(1))


async def the_merge(session: AsyncSession, merge_id: UUID) -> Merge:
    """One merge, locked."""
    found = await session.get(Merge, merge_id, with_for_update=True)
    if found is None:
        raise NotFound()
    return found


def merges(state: str | None) -> Select[Any]:
    """The merges that were proposed, by where they stand."""
    wanted = select(Merge)
    return wanted.where(Merge.state == state) if state is not None else wanted


async def files_among(session: AsyncSession, ids: Sequence[UUID]) -> list[Child]:
    """The files the ids lead to, each once; an id that is no child's leads nowhere."""
    rows = select(Child).where(Child.id.in_(ids))
    found = [await the_child(session, child.id) for child in await session.scalars(rows)]
    return sorted({child.id: child for child in found}.values(), key=lambda child: child.id)
