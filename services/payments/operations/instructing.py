"""Making payments of a run's lines, and again of what came back (支付指令)."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.payments.models import Run
from services.payments.operations.sql import SETTINGS
from services.payments.rules.months import last_day

PAY = """
INSERT INTO payment (run_id, number, child_id, payee_id, bank_code, amount, town)
SELECT :run, row_number() OVER (ORDER BY s.town, s.child_id), s.child_id, p.id, p.bank_code,
       s.amount - coalesce(n.amount, 0), s.town
FROM (SELECT child_id, min(town) AS town, sum(amount) AS amount FROM line
      WHERE run_id = :run AND amount > 0 GROUP BY child_id) s
LEFT JOIN (SELECT child_id, sum(amount) AS amount FROM netting WHERE run_id = :run
           GROUP BY child_id) n ON n.child_id = s.child_id
JOIN payee p ON p.child_id = s.child_id AND p.months @> CAST(:month AS date)
  AND p.verified_at IS NOT NULL AND p.refused IS NULL
WHERE s.amount > coalesce(n.amount, 0)
  AND NOT EXISTS (SELECT FROM block b WHERE b.child_id = s.child_id AND b.lifted_at IS NULL
                  AND b.since <= CAST(:end AS date) AND b.set_at > :prepared_at)
"""

PAY_AGAIN = """
INSERT INTO payment (run_id, number, child_id, payee_id, bank_code, amount, town, original_id)
SELECT :run, row_number() OVER (ORDER BY p.number), p.child_id, y.id, y.bank_code, p.amount,
       p.town, p.id
FROM payment p JOIN outcome o ON o.payment_id = p.id
 AND (o.state = 'returned' OR EXISTS (SELECT FROM reversal v WHERE v.payment_id = p.id))
JOIN payee y ON y.child_id = p.child_id AND y.months @> CAST(:month AS date)
  AND y.verified_at IS NOT NULL AND y.refused IS NULL
WHERE p.run_id = :original
  AND NOT EXISTS (SELECT FROM block b WHERE b.child_id = p.child_id AND b.lifted_at IS NULL
                  AND b.since <= CAST(:end AS date))
  AND NOT EXISTS (SELECT FROM payment again JOIN run r ON r.id = again.run_id
                  WHERE again.original_id = p.id AND r.state <> 'rejected')
"""

BY_BANK = """
SELECT bank_code, count(*) AS payments, sum(amount) AS amount FROM payment
WHERE run_id = :run GROUP BY bank_code ORDER BY bank_code
"""


async def pay(session: AsyncSession, run: Run) -> None:
    """One payment a child, to who may be paid now, less what is kept for debts."""
    values = {"run": run.id, "month": run.month, "end": last_day(run.month),
              "prepared_at": run.created_at}  # fmt: skip
    await session.execute(text(SETTINGS))
    await session.execute(text(PAY), values)


async def pay_again(session: AsyncSession, run: Run) -> int:
    """Payments of what came back of the run's original; how many can be made by now."""
    values = {"run": run.id, "original": run.original_id, "month": run.month,
              "end": last_day(run.month)}  # fmt: skip
    made: Any = await session.execute(text(PAY_AGAIN), values)
    return int(made.rowcount)


async def by_bank(session: AsyncSession, run: Run) -> list[dict[str, Any]]:
    """How many payments of which sum each bank has."""
    rows = await session.execute(text(BY_BANK), {"run": run.id})
    return [
        {"bank_code": r.bank_code, "payments": r.payments, "amount": str(r.amount)} for r in rows
    ]
