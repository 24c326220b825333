"""What a run pays through its banks, and what came of it: payments, files, outcomes."""

from collections.abc import AsyncIterator, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.payments.models import BankFile, Outcome, Payment


def payments(run_id: UUID) -> Select[Payment]:
    """The payments of a run."""
    return select(Payment).where(Payment.run_id == run_id)


async def numbered(
    session: AsyncSession, run_id: UUID, numbers: Sequence[int]
) -> dict[int, Payment]:
    """Payments of a run by the numbers the bank knows them by."""
    rows = await session.scalars(payments(run_id).where(Payment.number.in_(numbers)))
    return {row.number: row for row in rows}


async def told_to_pay(session: AsyncSession, run_id: UUID) -> tuple[int, Decimal]:
    """How many payments a run has, and what they come to."""
    sums = select(func.count(), func.coalesce(func.sum(Payment.amount), 0))
    count, total = (await session.execute(sums.where(Payment.run_id == run_id))).one()
    return count, total


async def unanswered(session: AsyncSession, run_id: UUID) -> list[Payment]:
    """The payments of a run the bank said nothing of yet."""
    rows = await session.scalars(
        payments(run_id)
        .outerjoin(Outcome, Outcome.payment_id == Payment.id)
        .where(Outcome.payment_id.is_(None))
    )
    return list(rows)


async def states(session: AsyncSession, payment_ids: Sequence[UUID]) -> dict[UUID, str]:
    """What the bank said of payments, where it said anything."""
    rows = await session.scalars(select(Outcome).where(Outcome.payment_id.in_(payment_ids)))
    return {row.payment_id: row.state for row in rows}


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
