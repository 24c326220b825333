"""Two references are one child, or are two after all: awards and payees follow (身份归并).

What a run has decided of a reference stays with it, beside its lines; what is still to come goes
on under the child. Months both have an award for are due once: those of the reference end, and
what was paid of them is found by the next correction as paid twice, for people to settle (R29).
"""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, select, update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.ext.asyncio import AsyncSession

from services.payments.models import (
    AwardPeriod,
    Block,
    ChildLink,
    Enrolment,
    Entitlement,
    Payee,
    ReliefEpisode,
)
from services.payments.operations.awards import ask_again, split
from services.payments.queries.awards import known_as, last_decided_month, payees, periods
from services.payments.rules.months import later

# What follows a child, and by which column it is found again when the link is undone.
FOLLOWS: tuple[tuple[Any, Any], ...] = (
    (AwardPeriod, AwardPeriod.award_id),
    (Entitlement, Entitlement.id),
    (Payee, Payee.id),
    (Block, Block.id),
    (ReliefEpisode, ReliefEpisode.id),
    (Enrolment, Enrolment.year),
)
ENDED = "ended"


async def link(session: AsyncSession, child_ref: UUID, child_id: UUID) -> None:
    """What of the reference is still to come goes to the child; it is written down what went."""
    if await session.get(ChildLink, child_ref) is not None:
        return
    child, decided = await known_as(session, child_id), await last_decided_month(session)
    moved = {ENDED: await _end_what_is_twice(session, child_ref, child)}
    if decided is not None:
        await _apart(session, child_ref, later(decided))
    for table, key in FOLLOWS:
        if table is Payee and await payees(session, child):
            continue
        wanted = update(table).where(table.child_id == child_ref, *_free(table, child, decided))
        went = await session.scalars(
            wanted.values(child_id=child).returning(key),
            execution_options={"synchronize_session": False},
        )
        moved[table.__tablename__] = [str(one) for one in went]
    session.add(ChildLink(child_ref=child_ref, child_id=child, moved=moved))
    await session.flush()


async def _end_what_is_twice(session: AsyncSession, child_ref: UUID, child: UUID) -> list[str]:
    """The months of the reference's awards that the child has too are due no more."""
    ended = []
    for own in await periods(session, child):
        for found in await periods(session, child_ref):
            period = found
            if (twice := _both(period.months, own.months)) is None:
                continue
            first, after = twice.lower, twice.upper
            assert first is not None  # every award begins
            if period.months.lower != first:
                period = await split(session, period, first)
            if after is not None and period.months.upper != after:
                await split(session, period, after)
            period.months = Range(empty=True)
            await session.flush()
            await ask_again(session, child_ref, first, "paid_twice")
            ended.append(f"{period.id} {first} {after or ''}".strip())
    return ended


def _both(one: Range[date], other: Range[date]) -> Range[date] | None:
    """The months two awards have in common."""
    common = one.intersection(other)
    return None if common.isempty else common


async def _apart(session: AsyncSession, child_ref: UUID, first: date) -> None:
    """Part what is to come, from a month on, from what was decided before."""
    for period in await periods(session, child_ref):
        lower, upper = period.months.lower, period.months.upper
        if lower is not None and lower < first and (upper is None or first < upper):
            await split(session, period, first)
    await session.flush()


def _free(table: Any, child_id: UUID, decided: date | None) -> list[Any]:
    """Only what is still to come, and what the child does not have already."""
    coming = decided if decided is not None else date.min
    if table is AwardPeriod:
        return [~func.isempty(AwardPeriod.months), func.lower(AwardPeriod.months) > coming]
    if table is Entitlement:
        return [func.lower(Entitlement.months) > coming]
    if table is ReliefEpisode:
        same = ReliefEpisode.__table__.alias()
        there = (same.c.child_id == child_id, same.c.days.op("&&")(ReliefEpisode.days))
        return [~exists(select(same.c.id).where(*there)), func.lower(ReliefEpisode.days) > coming]
    if table is Enrolment:
        years = select(Enrolment.year).where(Enrolment.child_id == child_id)
        return [Enrolment.year.not_in(years), Enrolment.year > coming.year]
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
    for row in known.moved.get(ENDED, []):
        id_, lower, *upper = row.split()
        period = await session.get_one(AwardPeriod, UUID(id_))
        first, last = date.fromisoformat(lower), [date.fromisoformat(day) for day in upper]
        period.months = Range(first, last[0] if last else None, bounds="[)")
        await session.flush()
        await ask_again(session, child_ref, first, "unlinked")
    await session.delete(known)
