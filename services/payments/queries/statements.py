"""Everything a child was paid, by month, with what each line rests on."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

# A run as it stood at a moment: one that was rejected later had not been rejected then.
RUN = """
JOIN LATERAL (SELECT s.after AS state FROM run_step s
              WHERE s.run_id = r.id AND s.at <= :known_at ORDER BY s.at DESC, s.id DESC LIMIT 1) t
  ON t.state <> 'rejected'
"""

LINES = f"""
SELECT l.month, l.benefit, l.amount, l.decision_id, l.run_id, r.kind, t.state, r.month AS paid_in,
       r.created_at, e.clauses, e.working, e.figures, e.reason, e.rate_class,
       sum(l.amount) OVER (PARTITION BY l.month, l.benefit ORDER BY l.id) AS owed
FROM line l JOIN run r ON r.id = l.run_id {RUN}
LEFT JOIN explanation e ON e.id = l.explanation_id
WHERE l.child_id = :child ORDER BY l.month, l.benefit, l.id
"""  # noqa: S608 - made of this module's own text

PAYMENTS = f"""
SELECT p.id, p.run_id, r.month, p.amount, coalesce(v.day, o.day) AS day, p.original_id,
       CASE WHEN v.payment_id IS NULL THEN coalesce(o.state, 'with_bank')
            ELSE 'returned' END AS state
FROM payment p JOIN run r ON r.id = p.run_id {RUN} AND t.state IN ('sent', 'reconciled', 'closed')
LEFT JOIN outcome o ON o.payment_id = p.id AND o.at <= :known_at
LEFT JOIN reversal v ON v.payment_id = p.id AND v.at <= :known_at
WHERE p.child_id = :child ORDER BY r.created_at, r.id, p.original_id NULLS FIRST, p.number
"""  # noqa: S608 - made of this module's own text

NETTED = f"""
SELECT n.run_id, r.month, n.debt_id, n.amount FROM netting n JOIN run r ON r.id = n.run_id {RUN}
WHERE n.child_id = :child ORDER BY r.month, r.id, n.debt_id
"""  # noqa: S608 - made of this module's own text

# What was settled of a debt is told by the books, which know when.
DEBTS = """
SELECT d.id, d.run_id, d.amount, d.cause, b.came_back + b.kept AS recovered,
       CASE WHEN b.waived THEN 'waived' WHEN b.came_back + b.kept = d.amount THEN 'settled'
            ELSE 'open' END AS state
FROM debt d CROSS JOIN LATERAL (
    SELECT coalesce(sum(t.amount) FILTER (WHERE t.cause = 'recovered'), 0.00) AS came_back,
           coalesce(bool_or(t.cause = 'waived'), false) AS waived,
           (SELECT coalesce(sum(n.amount), 0.00) FROM netting n
            JOIN run_step s ON s.run_id = n.run_id AND s.after = 'approved' AND s.at <= :known_at
            WHERE n.debt_id = d.id) AS kept
    FROM transfer t WHERE t.cause IN ('recovered', 'waived') AND t.posted_at <= :known_at
      AND split_part(t.reference, '|', 1) = d.id::text) b
WHERE d.child_id = :child AND d.recorded_at <= :known_at ORDER BY d.recorded_at, d.id
"""

BLOCKED = f"""
SELECT b.run_id, r.month, b.reason FROM blocked_row b JOIN run r ON r.id = b.run_id {RUN}
WHERE b.child_id = :child ORDER BY r.month, r.id
"""  # noqa: S608 - made of this module's own text


async def rows(session: AsyncSession, query: str, child_id: UUID, known_at: datetime) -> list[Any]:
    """The rows of one of this module's queries for a child, as known by a moment."""
    values = {"child": child_id, "known_at": known_at}
    return list((await session.execute(text(query), values)).all())
