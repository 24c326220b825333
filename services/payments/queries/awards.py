"""Awards, payees and blocks of a child."""

from datetime import date
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.payments.models import (
    AwardPeriod,
    Block,
    ChildLink,
    Payee,
    ReliefEpisode,
    Run,
)
from shared.problem import NotFound


async def periods(session: AsyncSession, child_id: UUID) -> list[AwardPeriod]:
    """Every period of a child's awards that has months, in order."""
    rows = await session.scalars(
        select(AwardPeriod)
        .where(AwardPeriod.child_id == child_id, ~func.isempty(AwardPeriod.months))
        .order_by(func.lower(AwardPeriod.months))
    )
    return list(rows)


async def of_award(session: AsyncSession, award_id: UUID) -> list[AwardPeriod]:
    """The periods of one award, in order, locked."""
    rows = await session.scalars(
        select(AwardPeriod)
        .where(AwardPeriod.award_id == award_id, ~func.isempty(AwardPeriod.months))
        .order_by(func.lower(AwardPeriod.months))
        .with_for_update()
    )
    return list(rows)


async def payees(session: AsyncSession, child_id: UUID) -> list[Payee]:
    """A child's payees that have months, in order."""
    rows = await session.scalars(
        select(Payee)
        .where(Payee.child_id == child_id, ~func.isempty(Payee.months))
        .order_by(func.lower(Payee.months))
    )
    return list(rows)


async def payee(session: AsyncSession, payee_id: UUID) -> Payee:
    """One payee, locked; NotFound when there is none."""
    found = await session.get(Payee, payee_id, with_for_update=True)
    if found is None:
        raise NotFound()
    return found


async def open_blocks(session: AsyncSession, child_id: UUID) -> list[Block]:
    """The blocks of a child nobody lifted."""
    rows = await session.scalars(
        select(Block).where(Block.child_id == child_id, Block.lifted_at.is_(None))
    )
    return list(rows)


async def last_decided_month(session: AsyncSession) -> date | None:
    """The newest month a monthly run decided."""
    return await session.scalar(
        select(func.max(Run.month)).where(Run.kind == "monthly", Run.state != "rejected")
    )


async def known_as(session: AsyncSession, child_id: UUID) -> UUID:
    """The register's id of a child another service met first."""
    while found := await session.get(ChildLink, child_id):
        child_id = found.child_id
    return child_id


async def town_of(session: AsyncSession, child_id: UUID) -> str | None:
    """The town of a child's newest award."""
    return await session.scalar(
        select(AwardPeriod.town)
        .where(AwardPeriod.child_id == child_id)
        .order_by(AwardPeriod.opened_at.desc(), AwardPeriod.id.desc())
        .limit(1)
    )


async def any_award(session: AsyncSession) -> bool:
    """Whether a child has an award at all."""
    return bool(await session.scalar(select(exists(select(AwardPeriod.id)))))


async def episodes(session: AsyncSession, child_id: UUID) -> list[ReliefEpisode]:
    """The days of a child in relief, in order."""
    rows = await session.scalars(
        select(ReliefEpisode)
        .where(ReliefEpisode.child_id == child_id)
        .order_by(func.lower(ReliefEpisode.days))
    )
    return list(rows)
