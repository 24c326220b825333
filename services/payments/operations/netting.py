"""Keeping part of a child's money for a debt its family agreed to have kept (抵扣, R29).

Only of the monthly living subsidy, in the months of the approved plan, never of a lump sum, and
never more than the run pays the child; what one month cannot bear is kept in a later one.
"""

from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.payments.models import Run
from services.payments.operations.ledger import post
from services.payments.queries import debts
from services.payments.rules.accounts import Cause
from shared.problem import Refused


class DebtsChanged(Refused):
    """A debt this run keeps money for was settled, withdrawn or paid since it was prepared."""

    zh, en = (
        "编制后抵扣事项有变化，请退回批次后重新编制",
        "What is kept for debts changed since preparation",
    )
    clause = "WL24:2.1.0b-1"


NET = """
WITH planned AS (
    SELECT d.id, d.child_id, d.town, d.recorded_at, d.amount,
           (SELECT coalesce(sum((p ->> 'amount')::numeric), 0) FROM jsonb_array_elements(d.plan) p
            WHERE p ->> 'month' <= :month) AS due,
           (SELECT coalesce(sum((p ->> 'received')::numeric), 0)
            FROM jsonb_array_elements(d.plan) p) AS received,
           (SELECT coalesce(sum(n.amount), 0) FROM netting n JOIN run r ON r.id = n.run_id
            AND r.state <> 'rejected' WHERE n.debt_id = d.id) AS kept
    FROM debt d WHERE d.state = 'approved' AND d.way = 'offset'),
due AS (
    SELECT id, child_id, town, recorded_at,
           least(due - kept, amount - received - kept) AS due FROM planned),
in_turn AS (
    SELECT d.id, d.child_id, d.town, d.due, p.amount AS paid,
           coalesce(sum(d.due) OVER (PARTITION BY d.child_id ORDER BY d.recorded_at, d.id
               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before
    FROM due d JOIN LATERAL (
        SELECT sum(l.amount) AS amount FROM line l
        WHERE l.child_id = d.child_id AND l.run_id = :run AND l.amount > 0
          AND l.benefit = 'basic_living') p ON p.amount > 0
    WHERE d.due > 0)
INSERT INTO netting (run_id, debt_id, child_id, amount, town)
SELECT :run, id, child_id, least(due, paid - before), town FROM in_turn WHERE paid > before
"""

SETTLE = """
UPDATE debt SET recovered = recovered + n.amount, version = version + 1,
       state = CASE WHEN recovered + n.amount = debt.amount THEN 'settled' ELSE state END
FROM netting n WHERE n.run_id = :run AND n.debt_id = debt.id
  AND debt.state = 'approved' AND debt.way = 'offset' AND recovered + n.amount <= debt.amount
"""


async def net_debts(session: AsyncSession, run: Run) -> Decimal:
    """Keep what the plans say is due by the run's month; how much it is."""
    await session.execute(text(NET), {"run": run.id, "month": f"{run.month:%Y-%m}"})
    return (await debts.kept(session, run.id))[1]


async def settle_netted(session: AsyncSession, run: Run) -> None:
    """With the approval: the debts are less by what is kept; DebtsChanged when one is not."""
    count, _ = await debts.kept(session, run.id)
    settled: Any = await session.execute(text(SETTLE), {"run": run.id})
    if settled.rowcount != count:
        raise DebtsChanged()
    await post(session, Cause.NETTED, run.netted, str(run.id), run.id)
