"""Children, their people, their facts."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.eligibility.models import Child, ChildRef, Fact, FactConflict, Merge, Person
from shared.problem import NotFound


async def the_child(session: AsyncSession, child_id: UUID, *, lock: bool = False) -> Child:
    """A child by its id or by any reference it is known under; NotFound when there is none."""
    ref = await session.get(ChildRef, child_id)
    wanted = select(Child).where(Child.id == (ref.child_id if ref else child_id))
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    found = await session.scalar(wanted)
    if found is None:
        raise NotFound()
    return found


def children(town: str | None, state: str | None) -> Select[Any]:
    """The files of a town, or of all; merged ones are not listed."""
    wanted = select(Child).where(Child.merged_into.is_(None))
    if town is not None:
        wanted = wanted.where(Child.town == town)
    return wanted.where(Child.state == state) if state is not None else wanted


async def facts_of(session: AsyncSession, child_id: UUID) -> list[Fact]:
    """Every statement about a child, in the order they were learned."""
    rows = select(Fact).where(Fact.child_id == child_id).order_by(Fact.known_at, Fact.id)
    return list(await session.scalars(rows))


async def facts_of_origin(session: AsyncSession, origin_id: UUID) -> list[Fact]:
    """The statements one event or import made."""
    return list(await session.scalars(select(Fact).where(Fact.origin_id == origin_id)))


async def open_conflicts(session: AsyncSession, child_id: UUID) -> list[FactConflict]:
    """Contradictions nobody has decided yet."""
    rows = select(FactConflict).where(
        FactConflict.child_id == child_id, FactConflict.resolved_at.is_(None)
    )
    return list(await session.scalars(rows.order_by(FactConflict.id)))


async def the_conflict(session: AsyncSession, conflict_id: UUID) -> FactConflict:
    """One contradiction, locked; NotFound when there is none."""
    found = await session.get(FactConflict, conflict_id, with_for_update=True)
    if found is None:
        raise NotFound()
    return found


async def people_of(session: AsyncSession, child_id: UUID) -> list[Person]:
    """Everybody in a child's life, the longest known first."""
    rows = select(Person).where(Person.child_id == child_id).order_by(Person.since, Person.id)
    return list(await session.scalars(rows))


async def payee_on(session: AsyncSession, child_id: UUID, day: date) -> Person | None:
    """Who is paid for the child on a day."""
    rows = select(Person).where(
        Person.child_id == child_id,
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


async def living_files(session: AsyncSession, ids: Sequence[UUID]) -> list[Child]:
    """Those of the ids that are files of their own and not merged into another."""
    rows = select(Child).where(Child.id.in_(ids), Child.merged_into.is_(None))
    return list(await session.scalars(rows.order_by(Child.id)))
