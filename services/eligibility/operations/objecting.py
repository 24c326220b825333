"""Delivery, objection, reconsideration, suit: in time or not, and what came of it (送达、救济)."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.eligibility.models import Decision, Delivery, Objection
from services.eligibility.operations.applying import open_an_application
from services.eligibility.operations.law import law_of
from services.eligibility.operations.steps import NotYetHappened, step, subject_of
from services.eligibility.queries.procedure import delivered, one, open_application
from services.eligibility.queries.register import the_child
from services.eligibility.rules.procedure import ANSWERS, REMEDIES
from shared import access, audit, deadlines, vault
from shared.access import Particular
from shared.calendar import corresponding_day
from shared.database import new_id, now, today
from shared.identity import Principal


async def deliver(
    session: AsyncSession,
    actor: Principal,
    decision_id: UUID,
    delivered_on: date,
    way: str,
    receiver: str,
) -> Delivery:
    """Record that the notice reached the family: from then the time of remedies runs (送达)."""
    actor.of("civil_affairs", "town")
    decision = await one(session, Decision, decision_id)
    access.may_know(actor, subject_of(await the_child(session, decision.child_id)))
    if not decision.decided_on <= delivered_on <= today(session):
        span = f"{decision.decided_on} … {today(session)}"
        raise NotYetHappened(where="delivered_on", allowed=[span])
    row = Delivery(
        id=new_id(),
        child_id=decision.child_id,
        decision_id=decision.id,
        delivered_on=delivered_on,
        way=way,
        receiver=receiver,
        department=actor.department,
        officer=actor.person(),
        at=now(session),
    )
    session.add(row)
    await session.flush()
    return row


async def last_day(session: AsyncSession, decision: Decision, kind: str) -> date | None:
    """The last day of a remedy, counted from the delivery of the notice.

    None while nobody has delivered it, and for an objection to the office itself.
    """
    known = await delivered(session, decision.id)
    if known is None or kind == "objection":
        return None
    figures = law_of(known.delivered_on).figures
    if kind == "reconsideration":
        days = int(figures["reconsideration_days"])
        return date.fromordinal(known.delivered_on.toordinal() + days)
    return corresponding_day(known.delivered_on, months=int(figures["lawsuit_months"]))


async def receive(
    session: AsyncSession,
    actor: Principal,
    decision_id: UUID,
    kind: str,
    grounds: str,
    received_on: date | None,
) -> Objection:
    """Take a remedy against a decision; late ones are taken too, and marked as late."""
    actor.of("civil_affairs", "town", "justice", "court")
    decision = await one(session, Decision, decision_id)
    child = await the_child(session, decision.child_id, lock=True)
    answers, clock = ANSWERS[kind]
    if actor.department != answers:  # a court has to do with the child by the suit itself
        access.may_know(actor, subject_of(child))
    day = received_on or today(session)
    if not decision.decided_on <= day <= today(session):
        span = f"{decision.decided_on} … {today(session)}"
        raise NotYetHappened(where="received_on", allowed=[span])
    last = await last_day(session, decision, kind)
    row = Objection(
        id=new_id(),
        child_id=decision.child_id,
        decision_id=decision.id,
        kind=kind,
        state=REMEDIES[kind].first,
        received_on=day,
        received_by=actor.department,
        in_time=last is None or day <= last,
    )
    session.add(row)
    await session.flush()
    audit.concerns(session, decision.child_id)
    await vault.keep(session, row.id, Particular.NOTES, {"grounds": grounds})
    child.tasks = sorted({*child.tasks, answers})
    await deadlines.start(session, clock, row.id, answers, town=decision.town)
    return row


async def grounds_shown(
    session: AsyncSession, actor: Principal, row: Objection
) -> dict[str, dict[str, Any]]:
    """The family's own words, as this caller may read them; the access is recorded."""
    child = await the_child(session, row.child_id)
    access.may_know(actor, subject_of(child))
    said = await vault.read(session, row.id, Particular.NOTES)
    return await access.disclose(session, actor, subject_of(child), {"notes": said})


async def answer(
    session: AsyncSession, actor: Principal, objection_id: UUID, result: str, reason: str
) -> Objection:
    """Who decides a remedy answers it; a revision opens the case again.

    An objection is answered by somebody else than the officer who confirmed the decision.
    """
    row = await one(session, Objection, objection_id, lock=True)
    decision = await one(session, Decision, row.decision_id)
    first = decision.confirmed_by if result != "withdrawal" else None
    await step(session, actor, REMEDIES[row.kind], row, result, reason=reason, first_officer=first)
    row.result, row.decided_by, row.decided_at = result, actor.person(), now(session)
    await deadlines.meet(session, ANSWERS[row.kind][1], row.id)
    if result == "revision" and await open_application(session, row.child_id) is None:
        child = await the_child(session, row.child_id, lock=True)
        application = await open_an_application(
            session, actor, child, "guardian", town=child.town or decision.town
        )
        row.new_application_id = application.id
    return row
