"""Posting to the books and proving them: every step of a run moves money between accounts."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.payments.models import Run, Transfer
from services.payments.operations.sql import DEBTS, POST_LINES
from services.payments.rules.accounts import POSTINGS, Cause
from shared.database import now


async def post(
    session: AsyncSession, cause: Cause, amount: Decimal, reference: str, run_id: UUID | None
) -> None:
    """Move an amount between the accounts of its cause; the same reference moves once."""
    if amount <= 0:
        return
    debit, credit = POSTINGS[cause]
    await session.execute(
        insert(Transfer)
        .values(
            debit=debit.value,
            credit=credit.value,
            amount=amount,
            run_id=run_id,
            cause=cause.value,
            reference=reference,
            benefit="",
            town="",
            posted_at=now(session),
        )
        .on_conflict_do_nothing()
    )


async def post_decided(session: AsyncSession, run: Run) -> None:
    """What a run decided, and what it found paid too much, by town and benefit."""
    for cause, sign in ((Cause.DECIDED, 1), (Cause.OVERPAID, -1)):
        debit, credit = POSTINGS[cause]
        await session.execute(
            text(POST_LINES),
            {
                "debit": debit.value,
                "credit": credit.value,
                "run": run.id,
                "cause": cause.value,
                "reference": str(run.id),
                "sign": sign,
                "at": now(session),
            },
        )
    await session.execute(text(DEBTS), {"run": run.id, "at": now(session)})


async def balances(session: AsyncSession) -> dict[str, Decimal]:
    """Every account's debits less its credits; together they are nothing."""
    found: dict[str, Decimal] = {}
    for column, sign in ((Transfer.debit, 1), (Transfer.credit, -1)):
        rows = await session.execute(select(column, func.sum(Transfer.amount)).group_by(column))
        for account, amount in rows:
            found[account] = found.get(account, Decimal("0.00")) + sign * amount
    return found


PROOFS: dict[str, str] = {
    # Replay of every order equals what was decided.
    "orders_equal_decisions": """
        SELECT coalesce((SELECT sum(l.amount) FROM line l JOIN run r ON r.id = l.run_id
                 AND r.state IN ('approved', 'funded', 'sent', 'reconciled', 'closed')), 0)
             - coalesce((SELECT sum(CASE cause WHEN 'decided' THEN amount ELSE -amount END)
                 FROM transfer WHERE cause IN ('decided', 'overpaid')), 0)""",
    # The bank's outcomes equal the books.
    "bank_equals_ledger": """
        SELECT coalesce((SELECT sum(p.amount) FROM payment p JOIN outcome o
                 ON o.payment_id = p.id AND o.state = 'paid'), 0)
             - coalesce((SELECT sum(amount) FROM transfer WHERE cause = 'paid'), 0)""",
    # What is in transit is what the bank has not answered for.
    "transit_equals_unanswered": """
        SELECT coalesce((SELECT sum(p.amount) FROM payment p JOIN run r ON r.id = p.run_id
                 AND r.state IN ('sent', 'reconciled', 'closed')
                 LEFT JOIN outcome o ON o.payment_id = p.id WHERE o.payment_id IS NULL), 0)
             + coalesce((SELECT sum(CASE WHEN debit = 'in_transit' THEN amount ELSE -amount END)
                 FROM transfer WHERE 'in_transit' IN (debit, credit)), 0)""",
    # Nobody's month was decided below nothing.
    "no_month_below_nothing": """
        SELECT count(*) FROM (SELECT FROM line l JOIN run r ON r.id = l.run_id
            AND r.state <> 'rejected' GROUP BY l.child_id, l.month, l.benefit
            HAVING sum(l.amount) < 0) x""",
    # Every line names an explanation of its own run.
    "every_line_explained": """
        SELECT count(*) FROM line l LEFT JOIN explanation e
            ON e.id = l.explanation_id AND e.run_id = l.run_id WHERE e.id IS NULL""",
}

# Every month of a child that a run decided is what the law's price class says of it today.
MONTH_EQUALS_LAW = """
SELECT count(*) FROM (
    SELECT l.child_id, sum(l.amount) AS decided, max(e.amount) AS law
    FROM line l JOIN run r ON r.id = l.run_id AND r.state <> 'rejected'
    JOIN award_period a ON a.child_id = l.child_id AND a.months @> l.month
    JOIN explanation e ON e.run_id = :run AND e.month = l.month AND e.benefit = l.benefit
      AND e.rate_class = a.rate_class AND e.other_relief = a.other_relief
    WHERE l.month = :month AND l.benefit = 'basic_living'
    GROUP BY l.child_id HAVING sum(l.amount) <> max(e.amount)) x
"""


async def proofs(session: AsyncSession, run: Run | None = None) -> dict[str, Any]:
    """Each invariant with what it is off by; `holds` when all are off by nothing."""
    found: dict[str, Any] = {}
    for name, query in PROOFS.items():
        found[name] = str(await session.scalar(text(query)) or 0)
    if run is not None and run.kind == "monthly":
        values = {"run": run.id, "month": run.month}
        found["month_equals_law"] = str(await session.scalar(text(MONTH_EQUALS_LAW), values) or 0)
    found["books_balance"] = str(sum((await balances(session)).values(), Decimal(0)))
    found["holds"] = all(Decimal(value) == 0 for value in found.values())
    return found
