"""The invariants of the books, found after every run and whenever somebody asks (平衡核对).

Two reconciliations: orders with decisions, and the bank with the books. Beside them: every month
of every child is what the law says of it today, or it is known why not yet.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.payments.models import Proof, Run
from services.payments.operations.explaining import current_book, explain_classes
from services.payments.operations.sql import BY_SETS, CLASSES_OF_MONTH
from services.payments.queries.ledger import balances
from shared.database import now, to_json
from shared.problem import Refused


class BooksDoNotHold(Refused):
    """An invariant of the books is off; the proof says by how much."""

    zh, en = "账目不平，不能办结", "The books do not hold"
    clause = "WL24:2.1.0b-1"


PROOFS: dict[str, str] = {
    # Replay of every order equals what was decided.
    "orders_equal_decisions": """
        SELECT coalesce((SELECT sum(l.amount) FROM line l JOIN run r ON r.id = l.run_id
                 AND r.state IN ('approved', 'funded', 'sent', 'reconciled', 'closed')), 0)
             - coalesce((SELECT sum(CASE cause WHEN 'decided' THEN amount ELSE -amount END)
                 FROM transfer WHERE cause IN ('decided', 'overpaid')), 0)""",
    # What the bank was told to pay is what was decided less what was kept for debts.
    "payments_equal_decisions": """
        SELECT coalesce((SELECT sum(total - netted) FROM run
                 WHERE state IN ('sent', 'reconciled', 'closed')), 0)
             - coalesce((SELECT sum(p.amount) FROM payment p JOIN run r ON r.id = p.run_id
                 AND r.state IN ('sent', 'reconciled', 'closed')), 0)""",
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
    # What is still owed back is what the debts say.
    "receivable_equals_debts": """
        SELECT coalesce((SELECT sum(amount - recovered) FROM debt WHERE state <> 'waived'), 0)
             - coalesce((SELECT sum(CASE WHEN debit = 'receivable' THEN amount ELSE -amount END)
                 FROM transfer WHERE 'receivable' IN (debit, credit)), 0)""",
    # Nobody's month was decided below nothing.
    "no_month_below_nothing": """
        SELECT count(*) FROM (SELECT FROM line l JOIN run r ON r.id = l.run_id
            AND r.state <> 'rejected'
            GROUP BY l.child_id, l.month, l.benefit HAVING sum(l.amount) < 0) x""",
    # Every line names an explanation of its own run.
    "every_line_explained": """
        SELECT count(*) FROM line l LEFT JOIN explanation e
            ON e.id = l.explanation_id AND e.run_id = l.run_id WHERE e.id IS NULL""",
}

# Of one run: its rows come to what is signed for, and each to what its class was worked out at.
OF_RUN: dict[str, str] = {
    "rows_equal_totals": """
        SELECT abs(coalesce(sum(l.amount), 0) - (r.total - r.overpaid))
               + abs(count(l.id) - r.lines)
        FROM run r LEFT JOIN line l ON l.run_id = r.id WHERE r.id = :run
        GROUP BY r.id, r.total, r.overpaid, r.lines""",
    "lines_equal_explanations": """
        SELECT count(*) FROM line l JOIN run r ON r.id = l.run_id AND r.kind = 'monthly'
        LEFT JOIN explanation e ON e.id = l.explanation_id
        WHERE l.run_id = :run AND l.amount IS DISTINCT FROM e.amount
          AND l.benefit IN ('basic_living', 'infant_nutrition', 'price_subsidy')""",
    # A new standard changes amounts and nothing else: no new month, benefit or child.
    "a_new_standard_changes_amounts_only": """
        SELECT count(*) FROM line l
        WHERE l.run_id = :run
          AND EXISTS (SELECT FROM recalculation c WHERE c.done_in = :run
                      AND c.child_id = l.child_id)
          AND NOT EXISTS (SELECT FROM recalculation c WHERE c.done_in = :run
                          AND c.child_id = l.child_id AND c.cause NOT LIKE 'standard:%')
          AND NOT EXISTS (SELECT FROM blocked_row b WHERE b.child_id = l.child_id)
          AND NOT EXISTS (SELECT FROM line o WHERE o.child_id = l.child_id
                          AND o.month = l.month AND o.benefit = l.benefit
                          AND o.run_id <> :run)""",
}

# Every month of a child is what the law's price class says of it today, unless a late fact waits
# to be worked out or somebody could not be paid.
MONTH_EQUALS_LAW = """
WITH law AS (
    SELECT * FROM jsonb_to_recordset(CAST(:law AS jsonb))
        AS x(benefit text, rate_class text, other_relief numeric, infant boolean, amount numeric)),
owed AS (
    SELECT a.child_id, law.benefit, law.amount FROM award_period a
    JOIN law ON law.rate_class = a.rate_class AND law.other_relief = a.other_relief
     AND (NOT law.infant OR a.infant_until >= :month)
    WHERE a.months @> CAST(:month AS date) AND law.amount > 0),
decided AS (
    SELECT l.child_id, l.benefit, sum(l.amount) AS amount FROM line l
    JOIN run r ON r.id = l.run_id AND r.state <> 'rejected'
    WHERE l.month = :month
      AND l.benefit IN ('basic_living', 'infant_nutrition', 'price_subsidy')
    GROUP BY l.child_id, l.benefit)
SELECT count(*) FROM owed o FULL JOIN decided d USING (child_id, benefit)
WHERE coalesce(o.amount, 0) <> coalesce(d.amount, 0)
  AND NOT EXISTS (SELECT FROM recalculation c WHERE c.child_id = coalesce(o.child_id, d.child_id)
                  AND c.done_in IS NULL AND c.since <= :month)
  AND NOT (coalesce(o.amount, 0) > coalesce(d.amount, 0)
           AND EXISTS (SELECT FROM blocked_row b WHERE b.child_id = o.child_id))
"""


async def month_equals_law(session: AsyncSession, month: date) -> int:
    """How many children's month was decided otherwise than the law says today, and unexplained."""
    everywhere = {"everywhere": True, "towns": []}
    rows = await session.execute(text(CLASSES_OF_MONTH), everywhere | {"month": month})
    classes = {(row.month, row.rate_class, row.other_relief) for row in rows}
    law = await explain_classes(session, UUID(int=0), classes, await current_book(session))
    found = await session.scalar(
        text(MONTH_EQUALS_LAW), {"law": to_json([_plain(row) for row in law]), "month": month}
    )
    return int(found or 0)


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    names = ("benefit", "rate_class", "infant")
    return {name: row[name] for name in names} | {
        "amount": str(row["amount"]), "other_relief": str(row["other_relief"]),
    }  # fmt: skip


async def proofs(session: AsyncSession) -> dict[str, Any]:
    """Each invariant of the books with what it is off by; `holds` when all are off by nothing."""
    await session.execute(text(BY_SETS))
    found = {name: str(await session.scalar(text(sql)) or 0) for name, sql in PROOFS.items()}
    found["books_balance"] = str(sum((await balances(session)).values(), Decimal(0)))
    return _judged(found)


async def proofs_of(session: AsyncSession, run: Run) -> dict[str, Any]:
    """The invariants of one run's own rows, and of its month."""
    found: dict[str, Any] = {}
    if run.kind != "follow_up":
        await session.execute(text(BY_SETS))
        for name, query in OF_RUN.items():
            found[name] = str(await session.scalar(text(query), {"run": run.id}) or 0)
        found["month_equals_law"] = str(await month_equals_law(session, run.month))
    return _judged(found)


def _judged(found: dict[str, Any]) -> dict[str, Any]:
    return found | {"holds": all(Decimal(value) == 0 for value in found.values())}


async def prove(session: AsyncSession, run: Run, step: str) -> dict[str, Any]:
    """Prove everything after a step and keep what was found."""
    found = await proofs(session) | {"run": await proofs_of(session, run)}
    found["holds"] = bool(found["holds"] and found["run"]["holds"])
    kept = Proof(run_id=run.id, step=step, holds=found["holds"], found=found, at=now(session))
    session.add(kept)
    await session.flush()
    return found


def off(found: dict[str, Any]) -> Sequence[str]:
    """The names of the invariants that are off."""
    own = found.get("run", {})
    wrong = [n for n, v in {**found, **own}.items() if isinstance(v, str) and Decimal(v) != 0]
    return sorted(wrong)
