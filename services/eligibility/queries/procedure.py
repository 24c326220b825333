"""Applications, decisions, awards, plans, reviews."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Row, Select, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from services.eligibility.models import (
    Application,
    Award,
    Decision,
    DecisionCount,
    Delivery,
    FactRequest,
    Import,
    ImportRow,
    Objection,
    Plan,
    Proposal,
    Record,
    Review,
    Step,
)
from services.eligibility.queries.register import FILES, FILES_OF, of
from services.eligibility.rules.results import KEEPING
from shared.database import now
from shared.identity import Principal
from shared.problem import NotFound

R = TypeVar("R", bound=Record)


async def one(session: AsyncSession, kind: type[R], key: UUID, *, lock: bool = False) -> R:
    """The record of an id; NotFound when there is none."""
    found = await session.get(kind, key, with_for_update=lock, populate_existing=lock)
    if found is None:
        raise NotFound()
    return found


async def import_for(session: AsyncSession, actor: Principal, import_id: UUID) -> Import:
    """A bulk push, for the office that made it and the operator; else as if absent."""
    found = await one(session, Import, import_id)
    if actor.department not in (found.department, "operator"):
        raise NotFound()
    return found


def rows_of_import(import_id: UUID, state: str | None) -> Select[Any]:
    """The rows of a bulk push, all or those in a state."""
    wanted = select(ImportRow).where(ImportRow.import_id == import_id)
    return wanted if state is None else wanted.where(ImportRow.state == state)


_GOING = Application.state.not_in(("decided", "withdrawn"))
_OPEN_APPLICATION = select(Application).where(Application.child_id.in_(FILES), _GOING)


async def open_application(session: AsyncSession, child_id: UUID) -> Application | None:
    """The application of a child that is not finished, or None."""
    return await session.scalar(_OPEN_APPLICATION, of(child_id, now(session)))


def applications(
    town: str | None, state: str | None, files: Select[UUID] | None = None
) -> Select[Any]:
    """Applications by town (where they are handled or were taken), state and a child's files."""
    wanted = select(Application)
    if town is not None:
        wanted = wanted.where(or_(Application.town == town, Application.received_in == town))
    if state is not None:
        wanted = wanted.where(Application.state == state)
    return wanted.where(Application.child_id.in_(files)) if files is not None else wanted


_OPEN_APPLICATIONS = (
    select(FILES_OF.c.child, Application)
    .join(FILES_OF, FILES_OF.c.id == Application.child_id)
    .where(_GOING)
)


async def open_applications(
    session: AsyncSession, children: Sequence[UUID], at: datetime
) -> dict[UUID, Application]:
    """The applications of many children that are being handled, by child."""
    rows = await session.execute(_OPEN_APPLICATIONS, of(children, at))
    return {row.child: row.Application for row in rows}


async def open_proposal(session: AsyncSession, application_id: UUID) -> Proposal | None:
    """The proposal that waits for a second person."""
    rows = select(Proposal).where(
        Proposal.application_id == application_id, Proposal.state == "proposed"
    )
    return await session.scalar(rows.with_for_update())


async def last_request(session: AsyncSession, application_id: UUID) -> FactRequest | None:
    """The newest question of an application."""
    rows = select(FactRequest).where(FactRequest.application_id == application_id)
    return await session.scalar(rows.order_by(FactRequest.id.desc()).limit(1))


_DECISIONS = select(Decision).where(Decision.child_id.in_(FILES)).order_by(Decision.id.desc())


async def decisions_of(
    session: AsyncSession, child_id: UUID, at: datetime | None = None
) -> list[Decision]:
    """A child's decisions, the newest first."""
    return list(await session.scalars(_DECISIONS, of(child_id, at or now(session))))


async def next_in(session: AsyncSession, year: int) -> int:
    """The next number of the year's decisions; who asks meanwhile waits, so that none is missing
    and none given twice.
    """
    first = upsert(DecisionCount).values(year=year, last=1)
    more = first.on_conflict_do_update(
        index_elements=[DecisionCount.year], set_={"last": DecisionCount.last + 1}
    )
    return (await session.scalars(more.returning(DecisionCount.last))).one()


async def decisions_numbered(session: AsyncSession, number: str) -> list[Decision]:
    """The decisions with a number (文号)."""
    return list(await session.scalars(select(Decision).where(Decision.number == number)))


_RATES = (
    select(FILES_OF.c.child, Award.rate_class)
    .join(FILES_OF, FILES_OF.c.id == Award.child_id)
    .where(Award.ended_at.is_(None))
)
_ASKED = (
    select(FactRequest.missing)
    .where(FactRequest.application_id == Application.id)
    .order_by(FactRequest.id.desc())
    .limit(1)
    .scalar_subquery()
)
_ASKING = (
    select(FILES_OF.c.child, _ASKED.label("missing"))
    .select_from(Application)
    .join(FILES_OF, FILES_OF.c.id == Application.child_id)
    .where(_GOING)
)


async def procedures(
    session: AsyncSession, children: Sequence[UUID], at: datetime
) -> dict[UUID, tuple[str | None, list[str] | None]]:
    """Of many children: what `recognised_at` says of each, and what an open application asked."""
    paid = await session.execute(_RATES, of(children, at))
    rates = {row.child: row.rate_class for row in paid}
    last = {row.child: row.outcome for row in await decided(session, children, at)}
    stands = {c: rates.get(c, "none") for c, outcome in last.items() if outcome in KEEPING}
    going = await session.execute(_ASKING, of(children, at))
    asking = {row.child: row.missing or [] for row in going}
    return {child: (stands.get(child), asking.get(child)) for child in children}


_DECIDED = (
    select(
        FILES_OF.c.child,
        Decision.id,
        Decision.outcome,
        Decision.rate_class,
        Decision.legal_day,
        Decision.decided_at,
    )
    .join(FILES_OF, FILES_OF.c.id == Decision.child_id)
    .order_by(Decision.id)
)


async def decided(
    session: AsyncSession, children: Sequence[UUID], at: datetime
) -> Sequence[Row[Any]]:
    """What was decided of these children, the oldest first, with the `child` it is of."""
    return (await session.execute(_DECIDED, of(children, at))).all()


_AWARDS = select(Award).where(Award.child_id.in_(FILES))
_OPEN_AWARD = _AWARDS.where(Award.ended_at.is_(None))
_LAST_AWARD = _AWARDS.order_by(Award.ended_at.desc().nulls_first(), Award.id.desc()).limit(1)


async def open_award(session: AsyncSession, child_id: UUID) -> Award | None:
    """The award that is being paid, or None."""
    return await session.scalar(_OPEN_AWARD, of(child_id, now(session)))


async def decision_on(
    session: AsyncSession, child_id: UUID, day: date, known_at: datetime
) -> Decision:
    """The decision that stood on a legal day, as known by a moment; NotFound before the first."""
    known = [d for d in await decisions_of(session, child_id, known_at) if d.decided_at <= known_at]
    found = next((decision for decision in known if decision.legal_day <= day), None)
    if found is None:
        raise NotFound()
    return found


async def recognised_at(session: AsyncSession, child_id: UUID) -> str | None:
    """The rate class a recognised child stands at, `none` where nothing is paid.

    None for a child that was never recognised, was refused, or whose support has ended.
    """
    decided = await decisions_of(session, child_id)
    if not decided or decided[0].outcome not in KEEPING:
        return None
    award = await open_award(session, child_id)
    return award.rate_class if award else "none"


async def last_award(session: AsyncSession, child_id: UUID) -> Award | None:
    """The award a child has, or had last; None when there never was one."""
    return await session.scalar(_LAST_AWARD, of(child_id, now(session)))


_PLANS = select(Plan).where(Plan.child_id.in_(FILES)).order_by(Plan.id.desc())


async def plans_of(session: AsyncSession, child_id: UUID) -> list[Plan]:
    """A child's plans, the newest first."""
    return list(await session.scalars(_PLANS, of(child_id, now(session))))


async def delivered(session: AsyncSession, decision_id: UUID) -> Delivery | None:
    """The first delivery of a decision's notice, or None."""
    rows = select(Delivery).where(Delivery.decision_id == decision_id)
    return await session.scalar(rows.order_by(Delivery.delivered_on, Delivery.id).limit(1))


async def objections_to(session: AsyncSession, decision_id: UUID) -> list[Objection]:
    """Every objection, reconsideration and suit against a decision."""
    rows = select(Objection).where(Objection.decision_id == decision_id)
    return list(await session.scalars(rows.order_by(Objection.id)))


_OPEN_REVIEWS = (
    select(Review)
    .where(Review.child_id.in_(FILES), Review.state != "done")
    .order_by(Review.due_on)
    .with_for_update()
)


async def open_reviews(session: AsyncSession, child_id: UUID) -> list[Review]:
    """Reviews of a child that are not done."""
    return list(await session.scalars(_OPEN_REVIEWS, of(child_id, now(session))))


def reviews(town: str | None, state: str | None, before: date | None) -> Select[Any]:
    """The queue of reviews (按月动态管理)."""
    wanted = select(Review)
    if town is not None:
        wanted = wanted.where(Review.town == town)
    if state is not None:
        wanted = wanted.where(Review.state == state)
    return wanted.where(Review.due_on < before) if before is not None else wanted


async def steps_of(session: AsyncSession, subject_id: UUID) -> list[Step]:
    """The history of one thing."""
    rows = select(Step).where(Step.subject_id == subject_id)
    return list(await session.scalars(rows.order_by(Step.id)))
