"""Everything a child was paid, by month, with what each line rests on."""

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

LINES = """
SELECT l.month, l.benefit, l.amount, l.decision_id, l.run_id, r.kind, r.state, r.month AS paid_in,
       e.clauses, e.working, e.figures, e.reason, e.rate_class
FROM line l JOIN run r ON r.id = l.run_id AND r.state <> 'rejected'
LEFT JOIN explanation e ON e.id = l.explanation_id
WHERE l.child_id = :child ORDER BY l.month, l.benefit, l.id
"""

PAYMENTS = """
SELECT p.id, p.run_id, r.month, p.amount, coalesce(o.state, 'with_bank') AS state, o.day,
       p.original_id
FROM payment p JOIN run r ON r.id = p.run_id AND r.state <> 'rejected'
LEFT JOIN outcome o ON o.payment_id = p.id
WHERE p.child_id = :child ORDER BY r.created_at, p.original_id NULLS FIRST, p.number
"""

DEBTS = """
SELECT id, amount, recovered, cause, state, way, run_id FROM debt
WHERE child_id = :child ORDER BY recorded_at
"""

BLOCKED = """
SELECT b.run_id, r.month, b.reason FROM blocked_row b
JOIN run r ON r.id = b.run_id AND r.state <> 'rejected'
WHERE b.child_id = :child ORDER BY r.month
"""


async def rows(session: AsyncSession, query: str, child_id: UUID) -> list[Any]:
    """The rows of one of this module's queries for a child."""
    return list((await session.execute(text(query), {"child": child_id})).all())
