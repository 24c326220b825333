"""The court looks again at a protection order, or at its refusal: once, in five days (复议)."""

from collections.abc import Sequence
from datetime import date
from typing import TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import Order, Petition, Review
from services.protection.operations.cases import the_case
from services.protection.operations.opening import entry
from services.protection.operations.orders import (
    change_on_review,
    the_order,
    withdraw_on_review,
)
from services.protection.operations.petitions import (
    JudgmentNeeded,
    by_the_petitioner,
    the_petition,
)
from services.protection.operations.steps import seal_note, step, the_day
from services.protection.queries.care import refused_by, reviews_of
from services.protection.rules.orders import PROTECTS, Relief
from services.protection.rules.reviews import (
    COURT,
    REVIEW_CLOCK,
    REVIEW_MOVES,
    review_in_time,
)
from services.protection.schemas.care import OrderShown, PetitionShown
from services.protection.schemas.reviews import ReviewMove, ReviewShown, ReviewTold
from shared import deadlines
from shared.clock import start_of
from shared.database import figure, new_id, now
from shared.identity import Principal
from shared.jurisdiction import jurisdiction
from shared.problem import Invalid, NotFound, Refused

Viewed = TypeVar("Viewed", OrderShown, PetitionShown)
PROTECTING = frozenset(kind.value for kind in PROTECTS)


class NotReviewable(Refused):
    """Only a protection order in force, and the refusal of one, is looked at again."""

    zh, en = "仅人身安全保护令及其驳回裁定可以申请复议", "Only a protection order or its refusal is"
    clause = "DV:31"


class ReviewedOnce(Refused):
    """There is one review, not two."""

    zh, en = "已申请过复议，复议以一次为限", "It was asked for already: there is one review"
    clause = "DV:31"


class ReviewTooLate(Refused):
    """The days in which a review is asked for are over; `allowed` names the last of them."""

    zh, en = "已超过申请复议的期限", "The days to ask for a review are over"
    clause = "DV:31"


class NothingChanged(Invalid):
    """A changed order says what is other than before."""

    zh, en = "变更须注明新的期限或者义务", "What is changed: until when, or which duties?"
    clause = "DV:31"


class OrderNotMade(Refused):
    """A refusal is not upheld when the court makes the order after all; that order is named."""

    zh, en = "不维持驳回的，应当作出人身安全保护令并注明", "Make the protection order and name it"
    clause = "DV:31"


async def ask_of_order(
    session: AsyncSession, actor: Principal, order_id: UUID, told: ReviewTold
) -> Review:
    """Who the order is made to asks the court, which takes it down; the order is carried out."""
    actor.of(*COURT)
    order = await the_order(session, actor, order_id)
    if order.kind not in PROTECTING or order.state in {"fulfilled", "withdrawn"}:
        raise NotReviewable()
    return await _ask(session, actor, order, "order", order.issued_on, order.issued_by, told)


async def ask_of_refusal(
    session: AsyncSession, actor: Principal, petition_id: UUID, told: ReviewTold
) -> Review:
    """Who asked for protection and was refused asks once more."""
    petition = await the_petition(session, actor, petition_id)
    if actor.department not in COURT:
        by_the_petitioner(actor, petition, NotReviewable.clause)
    refused = petition.decided_on if petition.state == "refused" else None
    if refused is None or Relief.PROTECTION_RULING.value not in petition.reliefs:
        raise NotReviewable()
    made_by = await refused_by(session, petition.id) or ""
    return await _ask(session, actor, petition, "petition", refused, made_by, told)


async def _ask(
    session: AsyncSession,
    actor: Principal,
    subject: Order | Petition,
    of: str,
    since: date,
    made_by: str,
    told: ReviewTold,
) -> Review:
    if await reviews_of(session, [subject.id]):
        raise ReviewedOnce()
    asked_on = the_day(
        session, told.asked_on, where="body.asked_on", clause="DV:31", not_before=since
    )
    days = int(figure(session, "protection_review_days"))
    last = jurisdiction().calendar.period_end(since, days=days)
    if not review_in_time(asked_on, last):
        raise ReviewTooLate(where="body.asked_on", allowed=[last.isoformat()])
    row = Review(
        id=new_id(),
        case_id=subject.case_id,
        of=of,
        subject_id=subject.id,
        state=REVIEW_MOVES.first,
        asked_on=asked_on,
        asked_at=now(session),
        made_by=made_by,
    )
    session.add(row)
    await session.flush()
    await deadlines.start(session, REVIEW_CLOCK, row.id, "court", since=start_of(asked_on))
    note_id = await seal_note(session, told.words)
    entry(session, actor, row.case_id, "review", code=of, ref=row.id, note_id=note_id)
    return row


async def the_review(session: AsyncSession, actor: Principal, review_id: UUID) -> Review:
    """The review, locked, if the caller may know of its case."""
    row = await session.get(Review, review_id, with_for_update=True)
    if row is None:
        raise NotFound()
    await the_case(session, actor, row.case_id)
    return row


async def decide(
    session: AsyncSession, actor: Principal, review_id: UUID, verb: str, told: ReviewMove
) -> Review:
    """The court upholds, changes or withdraws; another judge signs than who made it."""
    row = await the_review(session, actor, review_id)
    await step(
        session, actor, REVIEW_MOVES, row, verb,
        case_id=row.case_id, reason=told.reason, note=told.note, first_officer=row.made_by,
    )  # fmt: skip
    if told.judgment_ref is None:
        raise JudgmentNeeded(where="body.judgment_ref", clause="DV:31")
    row.decision_ref = told.judgment_ref
    row.decided_on = the_day(
        session, told.day, where="body.day", clause="DV:31", not_before=row.asked_on
    )
    if verb != "upholding" and row.of == "order":
        await _other_order(session, actor, row, verb, told)
    elif verb != "upholding":
        row.order_id = await _made_after_all(session, row, told)
    await deadlines.meet(session, REVIEW_CLOCK, row.id)
    entry(session, actor, row.case_id, "review_step", code=verb, ref=row.id)
    return row


async def _other_order(
    session: AsyncSession, actor: Principal, row: Review, verb: str, told: ReviewMove
) -> None:
    order = await the_order(session, actor, row.subject_id)
    if verb == "withdrawal":
        await withdraw_on_review(session, actor, order, row.made_by)
    elif told.until_on is None and not told.duties:
        raise NothingChanged(where="body.until_on")
    else:
        await change_on_review(session, order, told.until_on, told.duties)


async def _made_after_all(session: AsyncSession, row: Review, told: ReviewMove) -> UUID:
    order = await session.get(Order, told.order_id) if told.order_id else None
    made = order is not None and order.case_id == row.case_id and order.kind in PROTECTING
    if order is None or not made or order.issued_on < row.asked_on:
        raise OrderNotMade(where="body.order_id")
    return order.id


def shown_review(row: Review) -> ReviewShown:
    """A review and its lawful steps."""
    view = ReviewShown.model_validate(row)
    view.allowed = REVIEW_MOVES.allowed(row.state)
    return view


async def with_reviews(session: AsyncSession, views: Sequence[Viewed]) -> list[Viewed]:
    """Orders and petitions beside the review there was of each."""
    found = await reviews_of(session, [view.id for view in views])
    for view in views:
        if (row := found.get(view.id)) is not None:
            view.review = shown_review(row)
    return list(views)
