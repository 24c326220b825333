"""Posting to the books: every step of a run moves money between accounts (记账)."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.payments.models import Run, Transfer
from services.payments.rules.accounts import POSTINGS, Cause
from shared.database import now

# What a run decided, of which sign, by town and benefit, into the books.
POST_LINES = """
INSERT INTO transfer (debit, credit, amount, run_id, cause, reference, benefit, town, posted_at)
SELECT CAST(:debit AS text), CAST(:credit AS text), sum(abs(amount)), :run,
       CAST(:cause AS text), :reference, benefit, town, :at
FROM line WHERE run_id = :run AND sign(amount) = CAST(:sign AS int) GROUP BY benefit, town
ON CONFLICT DO NOTHING
"""

DEBTS = """
INSERT INTO debt (id, run_id, child_id, town, amount, recovered, cause, state, plan,
                  recorded_at, version)
SELECT gen_random_uuid(), :run, l.child_id, min(l.town), -sum(l.amount), 0,
       coalesce(min(c.cause), 'correction'), 'recorded', '[]', :at, 1
FROM line l
LEFT JOIN (SELECT DISTINCT ON (child_id) child_id, cause FROM recalculation
           WHERE done_in = :run ORDER BY child_id, id) c ON c.child_id = l.child_id
WHERE l.run_id = :run AND l.amount < 0 GROUP BY l.child_id
ON CONFLICT DO NOTHING
"""


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
