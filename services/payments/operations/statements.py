"""A child's statement by month with explanation, as data and as a page to print (发放明细单)."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.payments.queries import statements as queries
from services.payments.queries.awards import town_of
from services.payments.rules.reasons import Reason
from services.payments.rules.vocabulary import BENEFIT_ZH, Benefit
from shared import access
from shared.database import now
from shared.identity import Principal
from shared.jurisdiction import jurisdiction
from shared.printing import templates_of
from shared.problem import NotFound

PAGES = templates_of("services.payments")
STATE_ZH = {"paid": "已到账", "returned": "银行退回", "with_bank": "银行办理中"}


async def statement(
    session: AsyncSession, actor: Principal, child_id: UUID, known_at: datetime | None = None
) -> dict[str, Any]:
    """Months, lines with clause and working, payments and what became of them, debts, blocks.

    As it stood at `known_at`, by default now; what was done later is not in it.
    """
    town = await town_of(session, child_id)
    if town is None:
        raise NotFound()
    access.may_know(actor, access.Subject(child_id, town=town))
    moment = known_at or now(session)
    lines = await queries.rows(session, queries.LINES, child_id, moment)
    told: dict[str, Any] = {
        "child_id": str(child_id),
        "town": town,
        "known_at": moment.isoformat(),
        "day": jurisdiction().calendar.legal_day(moment).isoformat(),
        "lines": [_line(row) for row in lines],
        "total": f"{sum(row.amount for row in lines):.2f}",
    }
    for name, query in OTHERS.items():
        rows = await queries.rows(session, query, child_id, moment)
        told[name] = [_shown(row) for row in rows]
    return told


OTHERS = {
    "payments": queries.PAYMENTS,
    "netted": queries.NETTED,
    "debts": queries.DEBTS,
    "blocked": queries.BLOCKED,
}


def _line(row: Any) -> dict[str, Any]:
    clauses, place = row.clauses or [], jurisdiction()
    decided = place.calendar.legal_day(row.created_at)
    return {
        "month": f"{row.month:%Y-%m}",
        "paid_in": f"{row.paid_in:%Y-%m}",
        "benefit": row.benefit,
        "zh": BENEFIT_ZH[Benefit(row.benefit)],
        "amount": f"{row.amount:.2f}",
        "owed": f"{row.owed:.2f}",
        "decided_before": f"{row.owed - row.amount:.2f}",
        "kind": row.kind,
        "rate_class": row.rate_class or None,
        "decided_on": decided.isoformat(),
        "clauses": [{"id": c, "text": place.law.words(c, decided)} for c in clauses],
        "working": row.working,
        "figures": row.figures,
        "reason": Reason[row.reason.upper()].zh if row.reason else "",
        "decision_id": str(row.decision_id) if row.decision_id else None,
        "run_id": str(row.run_id),
        "run_state": row.state,
    }


def _shown(row: Any) -> dict[str, Any]:
    return {
        name: value if value is None or isinstance(value, (int, str)) else str(value)
        for name, value in row._mapping.items()
    }


def printed(found: dict[str, Any]) -> str:
    """The statement as a page that prints; it names no category and no person."""
    kept = sum((Decimal(row["amount"]) for row in found["netted"]), Decimal("0.00"))
    return PAGES.get_template("statement.html").render(found, kept=kept, states=STATE_ZH)
