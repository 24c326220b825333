"""Runs with their steps, lines, blocked rows, payments, outcomes and control totals."""

from collections.abc import AsyncIterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.payments.models import (
    Arrival,
    BankFile,
    BlockedRow,
    Explanation,
    Line,
    Outcome,
    Payment,
    Run,
    RunPart,
    RunStep,
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


def payments(run_id: UUID) -> Select[Payment]:
    """The payments of a run."""
    return select(Payment).where(Payment.run_id == run_id)


def arrivals(run_id: UUID, town: str | None) -> Select[Arrival]:
    """The payments of a run that are asked after, of one town or of all."""
    wanted = select(Arrival).where(Arrival.run_id == run_id)
    return wanted if town is None else wanted.where(Arrival.town == town)


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


async def banks(session: AsyncSession, run_id: UUID) -> list[str]:
    """The banks a run pays through."""
    rows = await session.scalars(
        select(Payment.bank_code).where(Payment.run_id == run_id).distinct()
    )
    return sorted(rows)


async def files(session: AsyncSession, run_id: UUID) -> list[BankFile]:
    """The files made for a run."""
    rows = await session.scalars(
        select(BankFile).where(BankFile.run_id == run_id).order_by(BankFile.bank_code)
    )
    return list(rows)


async def payments_of_bank(
    session: AsyncSession, run_id: UUID, bank_code: str, batch: int
) -> AsyncIterator[list[Any]]:
    """Number, payee and amount of a bank's payments in order, some at a time."""
    last = 0
    while True:
        rows = (
            await session.execute(
                select(Payment.number, Payment.payee_id, Payment.amount)
                .where(
                    Payment.run_id == run_id,
                    Payment.bank_code == bank_code,
                    Payment.number > last,
                )
                .order_by(Payment.number)
                .limit(batch)
            )
        ).all()
        if not rows:
            return
        last = rows[-1].number
        yield list(rows)


async def outcome_counts(session: AsyncSession, run_id: UUID) -> dict[str, tuple[int, Decimal]]:
    """How many payments are paid, returned or open, and their sums."""
    state = func.coalesce(Outcome.state, "open")
    rows = await session.execute(
        select(state, func.count(), func.sum(Payment.amount))
        .select_from(Payment)
        .outerjoin(Outcome, Outcome.payment_id == Payment.id)
        .where(Payment.run_id == run_id)
        .group_by(state)
    )
    return {name: (count, total) for name, count, total in rows}


async def unrepaid(session: AsyncSession, run_id: UUID) -> list[Payment]:
    """Returned payments of a run that no later payment took up, unless that came back too."""
    rows = await session.execute(text(UNREPAID), {"run": run_id})
    ids = [row.id for row in rows]
    found = await session.scalars(
        select(Payment).where(Payment.id.in_(ids)).order_by(Payment.number)
    )
    return list(found)


UNREPAID = """
SELECT p.id FROM payment p JOIN outcome o ON o.payment_id = p.id
 AND (o.state = 'returned' OR EXISTS (SELECT FROM reversal v WHERE v.payment_id = p.id))
WHERE p.run_id = :run AND NOT EXISTS (
  SELECT FROM payment again JOIN run r ON r.id = again.run_id AND r.state <> 'rejected'
  LEFT JOIN outcome oo ON oo.payment_id = again.id
  WHERE again.original_id = p.id)
"""


async def original_chain(session: AsyncSession, payment_id: UUID) -> UUID:
    """The first payment of a chain of repayments."""
    found = await session.get(Payment, payment_id)
    while found is not None and found.original_id is not None:
        payment_id = found.original_id
        found = await session.get(Payment, payment_id)
    return payment_id
