"""Whom a change of standards concerns, counted by what matters for the money (测算范围).

Awards are first counted by their shape, then spread over the months: a nation of awards has few
shapes. Months decided before count only those who were decided something since the first month,
as back pay does. `held` are those nobody may pay now.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ARRAY, Boolean, Date, Numeric, String, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.payments.models import Budget
from services.payments.rules.months import last_day
from services.payments.rules.vocabulary import GONE

STANDING = """
WITH held AS (
    SELECT DISTINCT child_id FROM block
    WHERE lifted_at IS NULL AND since <= CAST(:end AS date) AND reason <> ALL(:gone)),
gone AS (
    SELECT child_id, min(since) AS since FROM block
    WHERE lifted_at IS NULL AND reason = ANY(:gone) GROUP BY child_id),
decided AS (
    SELECT DISTINCT l.child_id FROM line l JOIN run r ON r.id = l.run_id AND r.state <> 'rejected'
    WHERE CAST(:first AS date) <= CAST(:last AS date)
      AND l.month BETWEEN CAST(:first AS date) AND CAST(:last AS date))
"""

HEADS = f"""{STANDING},
shapes AS MATERIALIZED (
    SELECT a.months, a.infant_until, a.rate_class, a.other_relief, gone.since AS gone,
           held.child_id IS NOT NULL OR p.verified_at IS NULL OR p.refused IS NOT NULL AS held,
           decided.child_id IS NOT NULL AS decided, count(*) AS children
    FROM award_period a
    LEFT JOIN payee p ON p.child_id = a.child_id AND p.months @> CAST(:at AS date)
    LEFT JOIN held ON held.child_id = a.child_id
    LEFT JOIN gone ON gone.child_id = a.child_id
    LEFT JOIN decided ON decided.child_id = a.child_id
    WHERE a.months && daterange(CAST(:first AS date), CAST(:until AS date), '[]')
    GROUP BY 1, 2, 3, 4, 5, 6, 7)
SELECT g::date AS month, s.rate_class, s.other_relief, s.held, sum(s.children)::int AS children,
       coalesce(sum(s.children) FILTER (WHERE s.infant_until >= g::date), 0)::int AS infants
FROM shapes s,
     generate_series(CAST(:first AS date), CAST(:until AS date), interval '1 month') g
WHERE s.months @> g::date AND (s.gone IS NULL OR g::date < s.gone)
  AND (CAST(:last AS date) IS NULL OR g::date > CAST(:last AS date) OR s.decided)
GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
"""  # noqa: S608 - made of this module's own text

LUMP_SUMS = f"""{STANDING}
SELECT lower(n.months) AS month, n.rate_class, n.multiple,
       held.child_id IS NOT NULL OR p.verified_at IS NULL OR p.refused IS NOT NULL AS held,
       EXISTS (SELECT FROM line l JOIN run r ON r.id = l.run_id AND r.state <> 'rejected'
               WHERE l.child_id = n.child_id AND l.benefit = n.benefit
                 AND l.month = lower(n.months)) AS paid,
       count(*)::int AS children
FROM entitlement n
LEFT JOIN payee p ON p.child_id = n.child_id AND p.months @> CAST(:at AS date)
LEFT JOIN held ON held.child_id = n.child_id
WHERE n.state = 'confirmed' AND n.multiple IS NOT NULL AND NOT isempty(n.months)
  AND lower(n.months) BETWEEN CAST(:first AS date) AND CAST(:until AS date)
GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
"""  # noqa: S608 - made of this module's own text

AFFECTED = """
SELECT count(DISTINCT a.child_id) FROM award_period a
JOIN unnest(:classes, :reliefs, :infants, :firsts, :uppers)
     AS g(rate_class, other_relief, infant, first, upper)
  ON a.rate_class = g.rate_class AND a.other_relief = g.other_relief
 AND a.months && daterange(g.first, g.upper)
 AND (NOT g.infant OR a.infant_until >= g.first)
"""


def _bound(first: date, until: date, last: date | None, at: date) -> dict[str, Any]:
    values = {"first": first, "until": until, "last": last, "at": at, "end": last_day(at)}
    return values | {"gone": list(GONE)}


async def heads(
    session: AsyncSession, first: date, until: date, last: date | None, at: date
) -> list[Any]:
    """Awarded children by month, class and relief; `at` is the month in which they are paid."""
    return list((await session.execute(text(HEADS), _bound(first, until, last, at))).all())


async def lump_sums(
    session: AsyncSession, first: date, until: date, last: date | None, at: date
) -> list[Any]:
    """Multiples of a month's standard that arose in these months, paid or still to be."""
    return list((await session.execute(text(LUMP_SUMS), _bound(first, until, last, at))).all())


AFFECTED_TEXT = text(AFFECTED).bindparams(
    bindparam("classes", type_=ARRAY(String)),
    bindparam("reliefs", type_=ARRAY(Numeric)),
    bindparam("infants", type_=ARRAY(Boolean)),
    bindparam("firsts", type_=ARRAY(Date)),
    bindparam("uppers", type_=ARRAY(Date)),
)


async def affected(
    session: AsyncSession, spans: Sequence[tuple[str, Decimal, bool, date, date]]
) -> int:
    """How many children have an award of one of these classes in one of these spans of months."""
    names = ("classes", "reliefs", "infants", "firsts", "uppers")
    if not spans:
        return 0
    columns = zip(names, zip(*spans, strict=True), strict=True)
    values = {name: list(column) for name, column in columns}
    return int(await session.scalar(AFFECTED_TEXT, values) or 0)


async def set_aside(session: AsyncSession, year: int) -> Decimal | None:
    """What finance set aside for a year; None where it has not said so."""
    amounts = list(await session.scalars(select(Budget.amount).where(Budget.year == year)))
    return sum(amounts, Decimal("0.00")) if amounts else None
