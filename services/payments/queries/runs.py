"""Runs with their steps, towns, lines, prices, seals and what they did not pay."""

from collections.abc import AsyncIterator, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Select, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.payments.models import (
    BlockedRow,
    Explanation,
    Line,
    Recalculation,
    Run,
    RunPart,
    RunStep,
    Seal,
)
from shared.clock import legal_day
from shared.problem import NotFound


async def run(session: AsyncSession, run_id: UUID, *, lock: bool = False) -> Run:
    """One run; NotFound when there is none."""
    found = await session.get(Run, run_id, with_for_update=lock or None)
    if found is None:
        raise NotFound()
    return found


def runs(kind: str | None, state: str | None) -> Select[Run]:
    """Runs of a kind or in a state."""
    wanted = select(Run)
    if kind is not None:
        wanted = wanted.where(Run.kind == kind)
    if state is not None:
        wanted = wanted.where(Run.state == state)
    return wanted


async def steps(session: AsyncSession, run_id: UUID) -> list[RunStep]:
    """The steps a run took, in order."""
    rows = await session.scalars(
        select(RunStep).where(RunStep.run_id == run_id).order_by(RunStep.id)
    )
    return list(rows)


async def sent_on(session: AsyncSession, run_id: UUID) -> date:
    """The legal day on which a run went to the bank."""
    step = select(RunStep.at).where(RunStep.run_id == run_id, RunStep.verb == "sending")
    return legal_day((await session.scalars(step)).one())


async def parts(session: AsyncSession, run_id: UUID) -> list[RunPart]:
    """The towns of a run and which are prepared."""
    rows = await session.scalars(
        select(RunPart).where(RunPart.run_id == run_id).order_by(RunPart.town)
    )
    return list(rows)


def lines(run_id: UUID) -> Select[Line]:
    """The lines of a run."""
    return select(Line).where(Line.run_id == run_id)


def blocked(run_id: UUID) -> Select[BlockedRow]:
    """What a run did not pay."""
    return select(BlockedRow).where(BlockedRow.run_id == run_id)


async def explanations(session: AsyncSession, ids: Sequence[int]) -> dict[int, Explanation]:
    """Explanations by id."""
    rows = await session.scalars(select(Explanation).where(Explanation.id.in_(ids)))
    return {row.id: row for row in rows}


BEFORE = """
SELECT l.id, coalesce(sum(o.amount), 0) AS amount FROM line l
JOIN line o ON o.child_id = l.child_id AND o.month = l.month AND o.benefit = l.benefit
  AND o.id < l.id
JOIN run r ON r.id = o.run_id AND r.state <> 'rejected'
WHERE l.id = ANY(:ids) GROUP BY l.id
"""


async def decided_before(session: AsyncSession, ids: Sequence[int]) -> dict[int, Decimal]:
    """What earlier lines of the same child, month and benefit had decided, by line."""
    rows = await session.execute(text(BEFORE), {"ids": list(ids)})
    return {row.id: row.amount for row in rows}


CORRECTS = """
SELECT id FROM run WHERE kind = 'monthly' AND state <> 'rejected'
  AND month IN (SELECT month FROM line WHERE run_id = :run) ORDER BY month
"""


async def corrects(session: AsyncSession, run_id: UUID) -> list[UUID]:
    """The monthly runs whose months the lines of a correction change."""
    return list(await session.scalars(text(CORRECTS), {"run": run_id}))


async def prices(session: AsyncSession, run_id: UUID, month: date,
                 benefits: Sequence[str]) -> list[Explanation]:  # fmt: skip
    """What each class of a run's month was worked out at, of some benefits."""
    rows = await session.scalars(
        select(Explanation).where(
            Explanation.run_id == run_id,
            Explanation.month == month,
            Explanation.benefit.in_(benefits),
        )
    )
    return list(rows)


async def explained(
    session: AsyncSession, run_id: UUID, batch: int
) -> AsyncIterator[Sequence[tuple[Line, Explanation | None]]]:
    """The lines of a run with why, some at a time, in the order they were written."""
    last = 0
    while True:
        found = await session.execute(
            select(Line, Explanation)
            .outerjoin(Explanation, Explanation.id == Line.explanation_id)
            .where(Line.run_id == run_id, Line.id > last)
            .order_by(Line.id)
            .limit(batch)
        )
        rows = [(line, why) for line, why in found]
        if not rows:
            return
        last = rows[-1][0].id
        yield rows
        session.expunge_all()


async def next_part(session: AsyncSession, run_id: UUID) -> RunPart | None:
    """A town that nobody prepares yet, locked; none when every town is prepared or at work."""
    return await session.scalar(
        select(RunPart)
        .where(RunPart.run_id == run_id, RunPart.done_at.is_(None))
        .order_by(RunPart.town)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


async def following(session: AsyncSession, run_id: UUID) -> list[str]:
    """The states of the runs that pay again what came back of a run."""
    states = select(Run.state).where(Run.original_id == run_id, Run.state != "rejected")
    return list(await session.scalars(states))


async def waiting(session: AsyncSession) -> int:
    """How many children's months wait to be worked out again."""
    wanted = select(func.count()).where(Recalculation.done_in.is_(None))
    return await session.scalar(wanted) or 0


async def blocked_since(session: AsyncSession, child_id: UUID) -> date | None:
    """The first month a run did not pay a child."""
    return await session.scalar(
        select(func.min(Run.month))
        .join(BlockedRow, BlockedRow.run_id == Run.id)
        .where(BlockedRow.child_id == child_id, Run.state != "rejected")
    )


async def seal(session: AsyncSession, run_id: UUID, what: str) -> Seal | None:
    """The seal on rows of a run."""
    return await session.scalar(select(Seal).where(Seal.run_id == run_id, Seal.what == what))
