"""Reviews: the day a decision names, the monthly queue, a pause nobody undoes (动态复核)."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.eligibility.models import Application, Child, Decision, Review
from services.eligibility.operations.applying import (
    ask_for_missing,
    evaluated,
    lapse,
    still_open,
)
from services.eligibility.operations.steps import ITSELF, step
from services.eligibility.queries.procedure import (
    decisions_of,
    one,
    open_application,
    open_reviews,
    recognised_at,
)
from services.eligibility.queries.register import the_child
from services.eligibility.rules.procedure import REVIEW
from services.eligibility.rules.results import outcome_of
from shared import deadlines
from shared.bus import emit
from shared.database import new_id, now
from shared.events.eligibility import ApplicationOpened, ReviewDue
from shared.identity import Principal
from shared.jurisdiction import jurisdiction
from shared.problem import Refused


class NotUnchanged(Refused):
    """What is known today leads elsewhere, or nowhere yet: two people decide it anew."""

    zh, en = (
        "情形已有变化或者待查明，须另作决定",
        "Something has changed or is not known: decide anew",
    )
    clause = "WL24:2.1.0b-1"


async def name_the_day(session: AsyncSession, decision: Decision, day: date | None) -> None:
    """The decision is looked at again on the day it names, and not before (WL24:2.1.0b-1)."""
    if day is None:
        return
    review = await _review(session, decision, day, "named_day")
    await session.flush()
    at = jurisdiction().calendar.start_of(day)
    await deadlines.remind(session, "review_day", review.id, at, town=review.town)


async def _review(session: AsyncSession, decision: Decision, due_on: date, cause: str) -> Review:
    """A review is the affair of the town the child lives in, whoever verified it once."""
    child = await the_child(session, decision.child_id)
    review = Review(
        id=new_id(),
        child_id=decision.child_id,
        decision_id=decision.id,
        town=child.town or decision.town,
        due_on=due_on,
        cause=cause,
        state=REVIEW.first,
    )
    session.add(review)
    return review


async def conclude_reviews(session: AsyncSession, decision: Decision) -> None:
    """A new decision answers every review of the one before."""
    for review in await open_reviews(session, decision.child_id):
        await step(session, ITSELF, REVIEW, review, "conclusion")
        review.done_at, review.outcome = now(session), decision.outcome
        await _no_longer_due(session, review)


async def _no_longer_due(session: AsyncSession, review: Review) -> None:
    await deadlines.meet(session, "eligibility_review", review.id)
    await deadlines.cancel(session, review.id, why="decided")


async def open_review(session: AsyncSession, review_id: UUID) -> None:
    """The day has come: the review is open, unless a person has paused it."""
    review = await one(session, Review, review_id, lock=True)
    if review.state == "waiting":
        await _begin(session, review)


async def _begin(session: AsyncSession, review: Review) -> None:
    await step(session, ITSELF, REVIEW, review, "opening")
    review.opened_at = now(session)
    await deadlines.start(
        session, "eligibility_review", review.id, "civil_affairs", town=review.town
    )
    child = await the_child(session, review.child_id, lock=True)
    await _application_of(session, child, review)
    await emit(
        session,
        ReviewDue(
            child_id=review.child_id,
            decision_id=review.decision_id,
            review_id=review.id,
            due_on=review.due_on,
            town=review.town,
        ),
    )


async def _application_of(session: AsyncSession, child: Child, review: Review) -> None:
    """A review is decided like an application; the town's word is already in the facts."""
    if await open_application(session, child.id) is not None:
        return
    application = Application(
        id=new_id(),
        child_id=child.id,
        applicant="proactive",
        route="local",
        town=review.town,
        state="verified",
        review_id=review.id,
        opened_at=now(session),
    )
    session.add(application)
    await session.flush()
    await emit(
        session,
        ApplicationOpened(
            child_id=child.id,
            application_id=application.id,
            by="proactive",
            town=review.town,
        ),
    )
    await ask_for_missing(session, application)


async def review_now(session: AsyncSession, child_id: UUID, cause: str, due_on: date) -> None:
    """Something happened that the decision rests on: review it today (释放、死亡、迁移…).

    A review a person has paused stays paused; the happening waits with it.
    """
    decided = await decisions_of(session, child_id)
    if await recognised_at(session, child_id) is None:
        return
    waiting = await open_reviews(session, child_id)
    if any(review.state in ("open", "paused") for review in waiting):
        return
    review = next(iter(waiting), None) or await _review(session, decided[0], due_on, cause)
    review.cause, review.due_on = cause, min(review.due_on, due_on)
    await session.flush()
    await _begin(session, review)


async def unchanged(
    session: AsyncSession, actor: Principal, review_id: UUID, reason: str
) -> Review:
    """Nothing has changed: the decision stands, and its next day is named (情形未变).

    NotUnchanged when the law says otherwise of what is known today: that is decided by two.
    """
    review = await one(session, Review, review_id, lock=True)
    said = await evaluated(session, review.child_id)
    stands = await recognised_at(session, review.child_id)
    if said["contested"] or outcome_of(said, stands) != "continued":
        raise NotUnchanged(missing=still_open(said))
    await step(session, actor, REVIEW, review, "confirmation", reason=reason)
    review.done_at, review.outcome = now(session), "continued"
    await _no_longer_due(session, review)
    application = await open_application(session, review.child_id)
    if application is not None and application.review_id == review.id:
        await lapse(session, actor, application, reason)
    decision = await one(session, Decision, review.decision_id)
    coming = said["changes_on"]
    await name_the_day(session, decision, date.fromisoformat(coming) if coming else None)
    return review


async def pause(session: AsyncSession, actor: Principal, review_id: UUID, reason: str) -> Review:
    """A person stops a review on purpose; no re-check undoes that (暂停)."""
    review = await one(session, Review, review_id, lock=True)
    await step(session, actor, REVIEW, review, "pause", reason=reason)
    review.paused_by, review.paused_why = actor.person(), reason
    await deadlines.pause(session, "eligibility_review", review.id, reason)
    return review


async def resume(session: AsyncSession, actor: Principal, review_id: UUID) -> Review:
    """A person lets a paused review go on (恢复)."""
    review = await one(session, Review, review_id, lock=True)
    await step(session, actor, REVIEW, review, "resumption")
    review.paused_by = review.paused_why = None
    review.opened_at = review.opened_at or now(session)
    await deadlines.resume(session, "eligibility_review", review.id)
    child = await the_child(session, review.child_id, lock=True)
    await _application_of(session, child, review)
    return review
