"""Objection, reconsideration, suit: received, in time or not, and what came of it (救济)."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.eligibility.models import Decision, Objection
from services.eligibility.operations.applying import open_an_application
from services.eligibility.operations.law import law_of
from services.eligibility.operations.steps import step
from services.eligibility.queries.procedure import one, open_application
from services.eligibility.queries.register import the_child
from services.eligibility.rules.procedure import OBJECTION
from shared import deadlines, vault
from shared.access import Particular
from shared.calendar import corresponding_day
from shared.database import new_id, now, today
from shared.identity import Principal


def last_day(decision: Decision, kind: str) -> date | None:
    """The last day of a remedy; an objection to the office itself has none."""
    figures = law_of(decision.decided_on).figures
    if kind == "reconsideration":
        return date.fromordinal(
            decision.decided_on.toordinal() + int(figures["reconsideration_days"])
        )
    if kind == "lawsuit":
        return corresponding_day(decision.decided_on, months=int(figures["lawsuit_months"]))
    return None


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
    day = received_on or today(session)
    last = last_day(decision, kind)
    row = Objection(
        id=new_id(),
        child_id=decision.child_id,
        decision_id=decision.id,
        kind=kind,
        state=OBJECTION.first,
        received_on=day,
        received_by=actor.department,
        in_time=last is None or day <= last,
    )
    session.add(row)
    await session.flush()
    await vault.keep(session, row.id, Particular.NOTES, {"grounds": grounds})
    await deadlines.start(session, "objection_reply", row.id, "civil_affairs", town=decision.town)
    return row


async def answer(
    session: AsyncSession, actor: Principal, objection_id: UUID, result: str, reason: str
) -> Objection:
    """Somebody else than the confirming officer answers; a revision opens the case again."""
    row = await one(session, Objection, objection_id, lock=True)
    decision = await one(session, Decision, row.decision_id)
    first = decision.confirmed_by if result != "withdrawal" else None
    await step(session, actor, OBJECTION, row, result, reason=reason, first_officer=first)
    row.result, row.decided_by, row.decided_at = result, actor.person(), now(session)
    await deadlines.meet(session, "objection_reply", row.id)
    if result == "revision" and await open_application(session, row.child_id) is None:
        child = await the_child(session, row.child_id, lock=True)
        application = await open_an_application(
            session, actor, child, "guardian", town=decision.town
        )
        row.new_application_id = application.id
    return row
