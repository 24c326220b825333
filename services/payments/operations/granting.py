"""Sums beside the monthly award: nursing, training, rehabilitation, emergencies (2.2.2, 2.1.6).

Entered by one person, confirmed by another; paid by the runs like everything else. Relief by days
and insurance are not granted in sums: a run works them out of days and enrolments.
"""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.payments.models import Entitlement
from services.payments.operations.awards import ask_again, months_from, town_known
from services.payments.rules.vocabulary import Benefit
from shared.database import new_id, now
from shared.identity import Principal
from shared.problem import Conflict, Forbidden, Invalid, NotFound, SecondPersonNeeded

CLAUSES = {
    Benefit.NURSING: "WL24:2.2.2a-2",
    Benefit.TRAINING: "WL24:2.2.2b-3",
    Benefit.REHABILITATION_LIVING: "WL24:2.2.2c",
    Benefit.TEMPORARY_RELIEF: "WL24:2.1.6",
}
SPONSORS = {
    Benefit.TRAINING: ("civil_affairs", "disabled_federation"),
    Benefit.REHABILITATION_LIVING: ("civil_affairs", "disabled_federation"),
    Benefit.NURSING: ("civil_affairs", "disabled_federation"),
}


class GrantedAlready(Conflict):
    """The same decision gave the child this benefit already."""

    zh, en = "该决定已发放此项目", "This decision gave this benefit already"


async def propose_entitlement(
    session: AsyncSession,
    actor: Principal,
    child_id: UUID,
    benefit: Benefit,
    amount: Decimal,
    first: date,
    last: date,
    decision_id: UUID,
    town: str,
) -> Entitlement:
    """Enter a sum a month from one month to another, resting on a decision."""
    if benefit not in CLAUSES:
        raise Invalid(where="benefit", allowed=[b.value for b in CLAUSES])
    actor.of(*SPONSORS.get(benefit, ("civil_affairs",)))
    if amount <= 0:
        raise Invalid(where="amount", allowed=["0.01"])
    months: Range[date] = months_from(first, last)
    if months.isempty:
        raise Invalid("结束月份早于开始", "It ends before it begins", where="last_month")
    entitlement = Entitlement(
        id=new_id(),
        child_id=child_id,
        benefit=benefit.value,
        months=months,
        amount=amount,
        decision_id=decision_id,
        clause=CLAUSES[benefit],
        town=town_known(town),
        state="proposed",
        proposed_by=actor.person(),
        created_at=now(session),
    )
    session.add(entitlement)
    try:
        await session.flush()
    except IntegrityError as error:
        raise GrantedAlready(where="decision_id") from error
    return entitlement


async def confirm_entitlement(
    session: AsyncSession, actor: Principal, entitlement_id: UUID
) -> Entitlement:
    """A second person of civil affairs confirms; months decided before are worked out again."""
    actor.of("civil_affairs")
    found = await session.get(Entitlement, entitlement_id, with_for_update=True)
    if found is None:
        raise NotFound()
    if found.state != "proposed":
        return found
    if found.proposed_by == actor.person():
        raise SecondPersonNeeded(clause=found.clause)
    found.state, found.confirmed_by = "confirmed", actor.person()
    await session.flush()
    if found.months.lower is not None:
        await ask_again(session, found.child_id, found.months.lower, f"granted:{found.benefit}")
    return found


async def withdraw_entitlement(
    session: AsyncSession, actor: Principal, entitlement_id: UUID, reason: str
) -> Entitlement:
    """End an entitlement that should not have been; what was paid of it is worked out again."""
    actor.of("civil_affairs")
    found = await session.get(Entitlement, entitlement_id, with_for_update=True)
    if found is None:
        raise NotFound()
    if found.confirmed_by == actor.person():
        raise Forbidden(clause=found.clause)
    found.state = "withdrawn"
    await session.flush()
    if found.months.lower is not None:
        await ask_again(session, found.child_id, found.months.lower, f"withdrawn:{reason[:40]}")
    return found
