"""Two references are one child, or are two after all: awards and payees follow (身份归并)."""

from typing import Any
from uuid import UUID

from sqlalchemy import and_, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.payments.models import (
    AwardPeriod,
    Block,
    ChildLink,
    Enrolment,
    Entitlement,
    Payee,
    Recalculation,
    ReliefEpisode,
)
from services.payments.queries.awards import known_as, payees

# What follows a child, and by which column it is found again when the link is undone.
FOLLOWS: tuple[tuple[Any, Any], ...] = (
    (AwardPeriod, AwardPeriod.award_id),
    (Entitlement, Entitlement.id),
    (Recalculation, Recalculation.id),
    (Payee, Payee.id),
    (Block, Block.id),
    (ReliefEpisode, ReliefEpisode.id),
    (Enrolment, Enrolment.year),
)


async def link(session: AsyncSession, child_ref: UUID, child_id: UUID) -> None:
    """What stands under the reference goes to the child, and it is written down what went.

    Months both were paid for stay under the reference: they were paid twice, for people to settle.
    """
    if await session.get(ChildLink, child_ref) is not None:
        return
    child = await known_as(session, child_id)
    moved: dict[str, list[str]] = {}
    for table, key in FOLLOWS:
        if table is Payee and await payees(session, child):
            continue
        wanted = update(table).where(table.child_id == child_ref, *_free(table, child))
        went = await session.scalars(
            wanted.values(child_id=child).returning(key),
            execution_options={"synchronize_session": False},
        )
        moved[table.__tablename__] = [str(one) for one in went]
    session.add(ChildLink(child_ref=child_ref, child_id=child, moved=moved))
    await session.flush()


def _free(table: Any, child_id: UUID) -> list[Any]:
    """Only what the child does not have already: months of an award, days in relief, a year of
    insurance, an open reason to block."""
    if table is AwardPeriod:
        other = aliased(AwardPeriod)
        same = and_(other.child_id == child_id, other.months.op("&&")(AwardPeriod.months))
        return [~exists(select(other.id).where(same))]
    if table is ReliefEpisode:
        days = aliased(ReliefEpisode)
        same = and_(days.child_id == child_id, days.days.op("&&")(ReliefEpisode.days))
        return [~exists(select(days.id).where(same))]
    if table is Enrolment:
        years = select(Enrolment.year).where(Enrolment.child_id == child_id)
        return [Enrolment.year.not_in(years)]
    if table is Block:
        reasons = select(Block.reason).where(Block.child_id == child_id, Block.lifted_at.is_(None))
        return [Block.reason.not_in(reasons)]
    return []


async def unlink(session: AsyncSession, child_ref: UUID) -> None:
    """They are two children after all: what went with the link comes back (撤销归并)."""
    known = await session.get(ChildLink, child_ref)
    if known is None:
        return
    for table, key in FOLLOWS:
        went = [key.type.python_type(one) for one in known.moved.get(table.__tablename__, [])]
        back = update(table).where(table.child_id == known.child_id, key.in_(went))
        await session.execute(
            back.values(child_id=child_ref), execution_options={"synchronize_session": False}
        )
    await session.delete(known)
