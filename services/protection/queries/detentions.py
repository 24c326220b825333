"""Detentions and the children in them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import Detention, DetentionChild
from services.protection.queries.children import of_child


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
        .where(of_child(DetentionChild.child_ref, child_ref))
        .order_by(Detention.began_on, Detention.id)
    )
    return [(detention, child) for detention, child in rows]
