"""Standards and price orders as they stand."""

from datetime import date
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.payments.models import PriceOrder, Standard
from services.payments.rules.book import Published
from shared.problem import NotFound


async def published(session: AsyncSession) -> list[Published]:
    """Every published figure as entries of the book, the oldest first."""
    rows = await session.scalars(
        select(Standard)
        .where(Standard.state == "published")
        .order_by(Standard.since, Standard.announced_on, Standard.published_at, Standard.id)
    )
    return [
        Published(row.key, row.since, row.amount, row.announced_on, str(row.id)) for row in rows
    ]


async def standard(session: AsyncSession, standard_id: UUID, *, lock: bool = False) -> Standard:
    """One standard; NotFound when there is none."""
    found = await session.get(Standard, standard_id, with_for_update=lock or None)
    if found is None:
        raise NotFound()
    return found


def standards(key: str | None, state: str | None) -> Select[Standard]:
    """The standards of a key or in a state."""
    wanted = select(Standard)
    if key is not None:
        wanted = wanted.where(Standard.key == key)
    if state is not None:
        wanted = wanted.where(Standard.state == state)
    return wanted


async def price_order(session: AsyncSession, month: date) -> PriceOrder | None:
    """The confirmed order of price subsidy for a month."""
    return await session.scalar(
        select(PriceOrder).where(PriceOrder.month == month, PriceOrder.state == "confirmed")
    )


async def price_orders(session: AsyncSession) -> list[PriceOrder]:
    """Every order, the newest month first."""
    found = await session.scalars(select(PriceOrder).order_by(PriceOrder.month.desc()).limit(600))
    return list(found)
