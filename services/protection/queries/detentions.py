"""Detentions and the children in them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import ChildKey, Detention, DetentionChild
from shared import vault


def detentions(state: str | None, town: str | None) -> Select[Detention]:
    """Detentions by state and town."""
    wanted = select(Detention)
    if state is not None:
        wanted = wanted.where(Detention.state == state)
    if town is not None:
        wanted = wanted.where(
            (Detention.town == town)
            | Detention.id.in_(
                select(DetentionChild.detention_id).where(DetentionChild.town == town)
            )
        )
    return wanted


async def children_of(
    session: AsyncSession, ids: Sequence[UUID]
) -> dict[UUID, list[DetentionChild]]:
    """The children of detentions."""
    found: dict[UUID, list[DetentionChild]] = {id_: [] for id_ in ids}
    rows = await session.scalars(
        select(DetentionChild)
        .where(DetentionChild.detention_id.in_(ids))
        .order_by(DetentionChild.child_ref)
    )
    for row in rows:
        found[row.detention_id].append(row)
    return found


async def detentions_of(
    session: AsyncSession, child_ref: UUID
) -> list[tuple[Detention, DetentionChild]]:
    """Every detention of a child's parents, oldest first."""
    rows = await session.execute(
        select(Detention, DetentionChild)
        .join(DetentionChild, DetentionChild.detention_id == Detention.id)
        .where(DetentionChild.child_ref == child_ref)
        .order_by(Detention.began_on, Detention.id)
    )
    return [(detention, child) for detention, child in rows]


async def key_of(session: AsyncSession, child_ref: UUID) -> ChildKey | None:
    """A child by reference, or by the id under which the register knows it: any of its keys."""
    digest = vault.digest("protection.child", f"ref|{child_ref}")
    found: ChildKey | None = await session.scalar(
        select(ChildKey)
        .where((ChildKey.child_ref == child_ref) | (ChildKey.digest == digest))
        .order_by(ChildKey.child_ref != child_ref)
        .limit(1)
    )
    return found
