"""Families that are asked whether the money came, and what they said."""

from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.payments.models import Arrival

DENIED = ("short", "not_received")


def arrivals(run_id: UUID, town: str | None) -> Select[Arrival]:
    """The payments of a run that are asked after, of one town or of all."""
    wanted = select(Arrival).where(Arrival.run_id == run_id)
    return wanted if town is None else wanted.where(Arrival.town == town)


async def answers(session: AsyncSession, run_id: UUID) -> list[str | None]:
    """What was said of each payment of a run that was drawn; nothing yet is None."""
    return list(await session.scalars(select(Arrival.answer).where(Arrival.run_id == run_id)))


async def unasked(session: AsyncSession, run_id: UUID) -> int:
    """How many families of a run are still to be asked."""
    wanted = select(func.count()).where(Arrival.run_id == run_id, Arrival.answer.is_(None))
    return await session.scalar(wanted) or 0


async def doubts(session: AsyncSession, run_id: UUID) -> int:
    """Answers that deny the bank's and that nobody has cleared up."""
    wanted = select(func.count()).where(
        Arrival.run_id == run_id, Arrival.answer.in_(DENIED), Arrival.conclusion.is_(None)
    )
    return await session.scalar(wanted) or 0
