"""What coming months cost by town and class, and what was paid against the budget (4.1f-1)."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.payments.models import Budget

HEADS = """
WITH gone AS (
    SELECT child_id, min(since) AS since FROM block
    WHERE lifted_at IS NULL AND reason <> 'payee_in_prison' AND reason <> 'custody_changed'
    GROUP BY child_id)
SELECT g::date AS month, a.town, a.rate_class, a.other_relief, count(*) AS children,
       count(*) FILTER (WHERE a.infant_until >= g::date) AS infants,
       count(*) FILTER (WHERE n.day < g::date) AS changing,
       count(*) FILTER (WHERE upper(a.months) = (g + interval '1 month')::date
                        OR date_trunc('month', n.day) = g) AS leaving
FROM award_period a
LEFT JOIN next_change n ON n.child_id = a.child_id
LEFT JOIN gone ON gone.child_id = a.child_id,
     generate_series(CAST(:first AS date), CAST(:last AS date), interval '1 month') g
WHERE a.months @> g::date AND (gone.since IS NULL OR g < gone.since)
GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
"""

BESIDE = """
SELECT g::date AS month, n.town, n.benefit, count(DISTINCT n.child_id) AS children,
       sum(n.amount) AS amount
FROM entitlement n,
     generate_series(CAST(:first AS date), CAST(:last AS date), interval '1 month') g
WHERE n.state = 'confirmed' AND n.amount IS NOT NULL AND n.months @> g::date
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""

PAID = """
SELECT l.town, coalesce(e.rate_class, '') AS rate_class, sum(l.amount) AS amount
FROM line l JOIN run r ON r.id = l.run_id
  AND r.state IN ('approved', 'funded', 'sent', 'reconciled', 'closed')
LEFT JOIN explanation e ON e.id = l.explanation_id
WHERE extract(year FROM r.month) = :year GROUP BY 1, 2 ORDER BY 1, 2
"""


async def heads(session: AsyncSession, first: date, last: date) -> list[Any]:
    """Awarded children by month, town and class, with infants and those known to leave."""
    return list((await session.execute(text(HEADS), {"first": first, "last": last})).all())


async def beside(session: AsyncSession, first: date, last: date) -> list[Any]:
    """Sums beside the award granted for these months, by month, town and benefit."""
    return list((await session.execute(text(BESIDE), {"first": first, "last": last})).all())


async def paid(session: AsyncSession, year: int) -> dict[tuple[str, str], Decimal]:
    """What approved runs of a year decided, by town and class."""
    rows = await session.execute(text(PAID), {"year": year})
    return {(row.town, row.rate_class): row.amount for row in rows}


async def budgets(session: AsyncSession, year: int) -> dict[tuple[str, str], Decimal]:
    """What was set aside for a year, by town and class."""
    rows = await session.scalars(select(Budget).where(Budget.year == year))
    return {(row.town, row.rate_class): row.amount for row in rows}
