"""What was paid too much: taken back only as a second person approved (多发款, R29).

Ways: offset against later payments (only with consent), instalments, repayment at once, waiver;
which are open follows from time and fault (`rules/recovery.py`). A lump sum that was due is
never silently reduced.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.payments.models import Debt
from services.payments.operations.ledger import post
from services.payments.queries import debts
from services.payments.rules.accounts import Cause
from services.payments.rules.arrears import instalments
from services.payments.rules.months import later, month_of
from services.payments.rules.moves import DEBT
from services.payments.rules.recovery import CLAUSE, Fault, Way, needs_consent, ways
from shared.clock import legal_day
from shared.database import figure, today
from shared.identity import Principal
from shared.jurisdiction import jurisdiction
from shared.problem import Invalid, NotFound, Refused


class ConsentNeeded(Refused):
    """Later money is kept, and money of who did nothing wrong taken back, only as they agree."""

    zh, en = "须经监护人书面同意", "This needs the guardian's written consent"
    clause = CLAUSE


class NotHeard(Refused):
    """Nothing is taken back from a family nobody heard."""

    zh, en = "追回前须先听取家庭陈述", "The family must be heard before anything is taken back"
    clause = CLAUSE


class WayNotOpen(Refused):
    """Too late, or not to be forgiven: the problem names the ways that are open."""

    zh, en = "按时效和过错，不能采用这一方式", "Time and fault do not leave this way open"
    clause = CLAUSE


class TooManyInstalments(Invalid):
    """More instalments than the jurisdiction allows, or none."""

    zh, en = "分期月数不符合规定", "That many instalments are not allowed"


async def _debt(session: AsyncSession, debt_id: UUID) -> Debt:
    found = await session.get(Debt, debt_id, with_for_update=True)
    if found is None:
        raise NotFound()
    return found


async def propose_recovery(
    session: AsyncSession,
    actor: Principal,
    debt_id: UUID,
    way: Way,
    *,
    fault: Fault,
    heard_on: date | None,
    months: int,
    consent: str | None,
    reason: str,
) -> Debt:
    """Propose how a debt is settled; nothing happens before another person approves."""
    debt = await _debt(session, debt_id)
    DEBT.make(debt.state, "proposal", department=actor.department, officer=actor.person())
    day = today(session)
    _may(debt, way, fault, heard_on, day)
    if needs_consent(fault, way) and not consent:
        raise ConsentNeeded(where="consent")
    longest = figure(session, "recovery_longest_months")
    if way in SPREAD and not 1 <= months <= longest:
        raise TooManyInstalments(where="months", allowed=[1, longest])
    debt.plan = _plan(debt.amount - debt.recovered, way, months, month_of(day))
    debt.way, debt.fault, debt.heard_on = way.value, fault.value, heard_on
    debt.consent, debt.reason = consent, reason
    debt.state, debt.proposed_by = "proposed", actor.person()
    return debt


SPREAD = (Way.INSTALMENTS, Way.OFFSET)


def _may(debt: Debt, way: Way, fault: Fault, heard_on: date | None, day: date) -> None:
    """Facts, then time, then fault (先听取陈述，再看时效，再看过错)."""
    if heard_on is not None and heard_on > day:
        raise Invalid(where="heard_on", allowed=[f"<={day}"])
    if heard_on is None and way is not Way.WAIVER:
        raise NotHeard(where="heard_on")
    limitation = jurisdiction().law.on(day).figures["recovery_limitation_months"]
    found = ways(fault, legal_day(debt.recorded_at), day, limitation)
    if way not in found:
        raise WayNotOpen(where="way", allowed=list(found))


def _plan(amount: Decimal, way: Way, months: int, this: date) -> list[dict[str, Any]]:
    parts = instalments(amount, months) if way in SPREAD else [amount]
    return [
        {"month": f"{later(this, n + 1):%Y-%m}", "amount": f"{part:.2f}"}
        for n, part in enumerate(parts)
    ]


async def approve_recovery(session: AsyncSession, actor: Principal, debt_id: UUID) -> Debt:
    """A second person approves; a waiver settles it in the books at once."""
    debt = await _debt(session, debt_id)
    DEBT.make(
        debt.state,
        "approval",
        department=actor.department,
        officer=actor.person(),
        first_officer=debt.proposed_by,
    )
    debt.state, debt.approved_by = "approved", actor.person()
    if debt.way == Way.WAIVER:
        await post(session, Cause.WAIVED, debt.amount - debt.recovered, str(debt.id), debt.run_id)
        debt.state = "waived"
    return debt


async def refuse_recovery(
    session: AsyncSession, actor: Principal, debt_id: UUID, reason: str
) -> Debt:
    """Not in this way; another may be proposed."""
    debt = await _debt(session, debt_id)
    DEBT.make(debt.state, "refusal", department=actor.department, officer=actor.person())
    debt.state, debt.reason = "refused", reason
    return debt


async def withdraw_recovery(
    session: AsyncSession, actor: Principal, debt_id: UUID, reason: str
) -> Debt:
    """The family takes its consent back, or the way does not work: nothing more is kept."""
    debt = await _debt(session, debt_id)
    DEBT.make(debt.state, "withdrawal", department=actor.department, officer=actor.person())
    debt.state, debt.reason, debt.consent = "refused", reason, None
    return debt


async def receive(
    session: AsyncSession, actor: Principal, debt_id: UUID, amount: Decimal, reference: str
) -> Debt:
    """Money that came back; the same reference counts once, and never more than is owed."""
    debt = await _debt(session, debt_id)
    DEBT.make(debt.state, "settlement", department=actor.department, officer=actor.person())
    left = debt.amount - debt.recovered - await debts.pending(session, debt.id)
    if amount <= 0 or amount > left:
        raise Invalid(where="amount", allowed=[f"{left:.2f}"])
    if reference in _received(debt.plan):
        return debt
    await post(session, Cause.RECOVERED, amount, f"{debt.id}|{reference}", debt.run_id)
    debt.recovered += amount
    debt.plan = [*debt.plan, {"received": f"{amount:.2f}", "reference": reference}]
    if debt.recovered == debt.amount:
        debt.state = "settled"
    return debt


def _received(plan: Sequence[Any]) -> set[str]:
    return {entry["reference"] for entry in plan if "reference" in entry}
