"""Two references are one child, or are two after all: what names the child follows (身份归并)."""

from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.models import ChildLink, Matter, Push, Referral, ShieldedChild, Student
from shared import vault
from shared.access import Particular

FOLLOWS: tuple[Any, ...] = (Referral, Push, Matter)


async def link_child(session: AsyncSession, child_ref: UUID, child_id: UUID) -> None:
    """Everything that names the reference names the child from now on; what went is kept."""
    if await session.get(ChildLink, child_ref) is not None:
        return
    moved: dict[str, list[str]] = {}
    for table in FOLLOWS:
        went = await session.scalars(
            select(table.id).where(table.child_ref == child_ref).with_for_update()
        )
        moved[table.__tablename__] = [str(one) for one in went]
        await _name(session, table, moved[table.__tablename__], child_id)
    if await session.get(Student, child_id) is None:
        await _enrol(session, child_ref, child_id)
        moved["student"] = [str(child_id)]
    if await session.get(ShieldedChild, child_ref) is not None:
        await shield(session, child_id, on=True)
    told = [kind for kind in Particular if await _told_of(session, kind, child_ref, child_id)]
    moved["particulars"] = [str(kind) for kind in told]
    session.add(ChildLink(child_ref=child_ref, child_id=child_id, moved=moved))
    await session.flush()


async def unlink_child(session: AsyncSession, child_ref: UUID) -> None:
    """They are two children after all: what went with the link comes back (撤销归并)."""
    known = await session.get(ChildLink, child_ref)
    if known is None:
        return
    for table in FOLLOWS:
        await _name(session, table, known.moved.get(table.__tablename__, []), child_ref)
    if "student" in known.moved:
        await _enrol(session, known.child_id, child_ref)
    for kind in known.moved.get("particulars", []):
        await vault.keep(session, known.child_id, kind, {})
    await session.delete(known)


async def shield(session: AsyncSession, child_ref: UUID, on: bool) -> None:
    """Remember whose whereabouts are a secret, or forget it."""
    kept = await session.get(ShieldedChild, child_ref)
    if on and kept is None:
        session.add(ShieldedChild(child_ref=child_ref))
    elif kept is not None and not on:
        await session.delete(kept)


async def _name(session: AsyncSession, table: Any, ids: list[str], child: UUID) -> None:
    wanted = update(table).where(table.id.in_([UUID(one) for one in ids]))
    await session.execute(wanted.values(child_ref=child))


async def _enrol(session: AsyncSession, before: UUID, after: UUID) -> None:
    await session.execute(
        update(Student).where(Student.child_ref == before).values(child_ref=after)
    )


async def _told_of(session: AsyncSession, kind: Particular, ref: UUID, child: UUID) -> bool:
    """Who the child is, if only the reference knew; what the child's own file says stays."""
    said = await vault.read(session, ref, kind)
    if not said or await vault.read(session, child, kind):
        return False
    await vault.keep(session, child, kind, said)
    return True
