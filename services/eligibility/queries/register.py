"""Children, their people, their facts."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CTE,
    Date,
    Row,
    Select,
    Uuid,
    bindparam,
    case,
    func,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncSession

from services.eligibility.models import Child, ChildRef, Fact, FactConflict, Merge, Person
from shared.database import now
from shared.problem import NotFound

_ID = bindparam("id", type_=Uuid)
_KNOWN_AS = select(ChildRef.child_id).where(ChildRef.ref == _ID).scalar_subquery()
_CHILD = select(Child).where(Child.id == func.coalesce(_KNOWN_AS, _ID))
_CHILD_LOCKED = _CHILD.with_for_update().execution_options(populate_existing=True)


async def the_child(session: AsyncSession, child_id: UUID, *, lock: bool = False) -> Child:
    """A child by its id or by any reference it is known under; NotFound when there is none.

    A merged file leads to the one that was kept.
    """
    found: UUID | None = child_id
    while found is not None:
        child = await session.scalar(_CHILD_LOCKED if lock else _CHILD, {"id": found})
        if child is None:
            break
        found = child.merged_into
        if found is None:
            return child
    raise NotFound()


async def file_under(session: AsyncSession, child: Child, told_as: UUID) -> UUID:
    """The file in which what is told under an id belongs: the child's own, or one merged into it,
    so that to undo the merge gives it back."""
    if told_as == child.id:
        return told_as
    file = await session.scalar(_CHILD, {"id": told_as})
    return child.id if file is None else file.id


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


# What is asked of a child's files is written once and given its values when it is asked: to build
# such a statement costs as much as to carry it out.
AT = bindparam("at", type_=TIMESTAMP(timezone=True))
DAY = bindparam("day", type_=Date)


def _files_of() -> CTE:
    children = bindparam("children", type_=ARRAY(Uuid))
    asked = select(func.unnest(children).label("child")).subquery()
    same = select(asked.c.child, asked.c.child.label("id")).cte("same", recursive=True)
    other = case((Merge.kept_id == same.c.id, Merge.merged_id), else_=Merge.kept_id)
    return same.union(
        select(same.c.child, other).where(
            or_(Merge.kept_id == same.c.id, Merge.merged_id == same.c.id),
            Merge.confirmed_at <= AT,
            or_(Merge.undone_at.is_(None), Merge.undone_at > AT),
        )
    )


# Every file known at a moment to be of the same child (一人一档): `child` has the file `id`.
# A merge moves nothing: what was stated or decided under a file stays there, and is read with
# the others for as long as the merge stands, so that it can be undone and replayed.
FILES_OF = _files_of()
FILES = select(FILES_OF.c.id)


def of(children: UUID | Sequence[UUID], at: datetime, **more: Any) -> dict[str, Any]:
    """The values of a statement about the files of these children, as known at a moment."""
    ids = [children] if isinstance(children, UUID) else list(children)
    return {"children": ids, "at": at, **more}


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


_STATEMENTS = (
    select(FILES_OF.c.child, *Fact.__table__.columns)
    .join(FILES_OF, FILES_OF.c.id == Fact.child_id)
    .order_by(Fact.known_at, Fact.id)
)


async def statements(
    session: AsyncSession, children: Sequence[UUID], at: datetime
) -> Sequence[Row[Any]]:
    """Every statement about these children, with the `child` it is about, as it was learned."""
    return (await session.execute(_STATEMENTS, of(children, at))).all()


_FACTS = select(Fact).where(Fact.child_id.in_(FILES)).order_by(Fact.known_at, Fact.id)


async def facts_of(session: AsyncSession, child_id: UUID, at: datetime | None = None) -> list[Fact]:
    """Every statement about a child, in the order they were learned."""
    return list(await session.scalars(_FACTS, of(child_id, at or now(session))))


async def facts_of_origin(session: AsyncSession, origin_id: UUID) -> list[Fact]:
    """The statements one event or import made."""
    return list(await session.scalars(select(Fact).where(Fact.origin_id == origin_id)))


_UNDECIDED = (
    FactConflict.opened_at <= AT,
    or_(FactConflict.resolved_at.is_(None), FactConflict.resolved_at > AT),
)
_CONFLICTS = (
    select(FactConflict)
    .where(FactConflict.child_id.in_(FILES), *_UNDECIDED)
    .order_by(FactConflict.id)
)


async def open_conflicts(
    session: AsyncSession, child_id: UUID, at: datetime | None = None
) -> list[FactConflict]:
    """Contradictions nobody had decided yet at a moment (now, unless another is named)."""
    return list(await session.scalars(_CONFLICTS, of(child_id, at or now(session))))


_CONTESTED = (
    select(FILES_OF.c.child, FactConflict.name)
    .join(FILES_OF, FILES_OF.c.id == FactConflict.child_id)
    .where(*_UNDECIDED)
)


async def contested(
    session: AsyncSession, children: Sequence[UUID], at: datetime
) -> Sequence[Row[UUID, str]]:
    """The children and the names of the facts of each that were contradicted at a moment."""
    return (await session.execute(_CONTESTED, of(children, at))).all()


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


_PEOPLE = select(Person).where(Person.child_id.in_(FILES))
_ON_THE_DAY = Person.since <= DAY, or_(Person.until.is_(None), Person.until > DAY)
_ALL_PEOPLE = _PEOPLE.order_by(Person.since, Person.id)
_PEOPLE_THEN = _ALL_PEOPLE.where(*_ON_THE_DAY)
_PAYEE = (
    _PEOPLE.where(Person.role == "payee", *_ON_THE_DAY)
    .order_by(Person.since.desc(), Person.id.desc())
    .limit(1)
)


async def people_of(session: AsyncSession, child_id: UUID, day: date | None = None) -> list[Person]:
    """Everybody in a child's life, or who was on a day; the longest known first."""
    wanted = _ALL_PEOPLE if day is None else _PEOPLE_THEN
    return list(await session.scalars(wanted, of(child_id, now(session), day=day)))


async def payee_on(session: AsyncSession, child_id: UUID, day: date) -> Person | None:
    """Who is paid for the child on a day."""
    return await session.scalar(_PAYEE, of(child_id, now(session), day=day))


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
    found = [
        await the_child(session, child.id) if child.merged_into else child
        for child in await session.scalars(rows)
    ]
    return sorted({child.id: child for child in found}.values(), key=lambda child: child.id)
