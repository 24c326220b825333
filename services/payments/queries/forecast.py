"""What coming months cost by town and class, and what was paid against the budget (4.1f-1)."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

HEADS = """
SELECT g::date AS month, a.town, a.rate_class, a.other_relief, count(*) AS children,
       count(*) FILTER (WHERE a.infant_until >= g::date) AS infants,
       count(*) FILTER (WHERE upper(a.months) = (g + interval '1 month')::date) AS leaving
FROM award_period a, generate_series(CAST(:first AS date), CAST(:last AS date),
                                     interval '1 month') g
WHERE a.months @> g::date GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
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


async def paid(session: AsyncSession, year: int) -> dict[tuple[str, str], Decimal]:
    """What approved runs of a year decided, by town and class."""
    rows = await session.execute(text(PAID), {"year": year})
    return {(row.town, row.rate_class): row.amount for row in rows}
