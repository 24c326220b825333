"""Assessments, orders, petitions, beds, placements, guardianship."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import (
    Assessment,
    AssessorScore,
    Bed,
    Case,
    Delegation,
    Facility,
    Foundling,
    Guardianship,
    HandOver,
    Order,
    Petition,
    Placement,
    Review,
    Step,
    Transfer,
)
from services.protection.queries.cases import mine
from services.protection.queries.children import of_child
from services.protection.rules.orders import PETITION_MOVES
from shared.identity import Principal

# A child whose return was decided is in its bed until the guardian has come for it.
OCCUPYING = ("held", "confirmed", "in_care", "returned")
NO_LONGER_OPEN = ("received", "withdrawn")


async def scores_of(session: AsyncSession, assessment_id: UUID) -> dict[str, AssessorScore]:
    """The newest score of each assessor."""
    rows = await session.scalars(
        select(AssessorScore)
        .where(AssessorScore.assessment_id == assessment_id)
        .order_by(AssessorScore.id)
    )
    return {row.assessor: row for row in rows}


async def assessments_of(session: AsyncSession, case_id: UUID) -> list[Assessment]:
    """Assessments of a case, newest first."""
    rows = await session.scalars(
        select(Assessment)
        .where(Assessment.case_id == case_id)
        .order_by(Assessment.opened_at.desc(), Assessment.id.desc())
    )
    return list(rows)


async def orders_of(session: AsyncSession, case_id: UUID) -> list[Order]:
    """Instruments of law in a case, in the order of their issue: the timeline."""
    rows = await session.scalars(
        select(Order).where(Order.case_id == case_id).order_by(Order.issued_on, Order.id)
    )
    return list(rows)


async def petitions_of(session: AsyncSession, case_id: UUID) -> list[Petition]:
    """Petitions of a case."""
    rows = await session.scalars(
        select(Petition)
        .where(Petition.case_id == case_id)
        .order_by(Petition.prepared_at, Petition.id)
    )
    return list(rows)


async def reviews_of(session: AsyncSession, subjects: Iterable[UUID]) -> dict[UUID, Review]:
    """The review of each order and each petition that was looked at again."""
    rows = await session.scalars(select(Review).where(Review.subject_id.in_(list(subjects))))
    return {row.subject_id: row for row in rows}


async def refused_by(session: AsyncSession, petition_id: UUID) -> str | None:
    """Who signed the newest refusal of a petition: client and officer."""
    rows = select(Step).where(Step.subject_id == petition_id, Step.verb == "refusal")
    row = await session.scalar(rows.order_by(Step.id.desc()).limit(1))
    return f"{row.client}/{row.officer}" if row else None


def _free() -> Select[Bed]:
    taken = select(Placement.bed_id).where(
        Placement.bed_id.is_not(None), Placement.state.in_(OCCUPYING)
    )
    return select(Bed).where(Bed.closed_on.is_(None), Bed.id.not_in(taken))


async def free_bed(
    session: AsyncSession, kind: str, town: str | None, facility_id: UUID | None
) -> Bed | None:
    """A free bed of an active place of this kind, locked; stations of the child's town only.

    Two who ask for the last one: the second finds its row locked and goes on without it; should
    it not, the unique index over placements refuses the later one.
    """
    wanted = _free().join(Facility, Facility.id == Bed.facility_id).where(Facility.active)
    if facility_id is not None:
        wanted = wanted.where(Facility.id == facility_id)
    else:
        wanted = wanted.where(Facility.kind == kind)
        if kind.endswith("_station"):
            wanted = wanted.where(Facility.town == town)
    found: Bed | None = await session.scalar(
        wanted.order_by(Bed.facility_id, Bed.number)
        .limit(1)
        .with_for_update(of=Bed, skip_locked=True)
    )
    return found


async def beds_of(session: AsyncSession) -> dict[UUID, tuple[int, int]]:
    """Facility → beds there are, beds that are free."""
    counted = await session.execute(
        select(Bed.facility_id, func.count())
        .where(Bed.closed_on.is_(None))
        .group_by(Bed.facility_id)
    )
    all_ = {facility_id: int(count) for facility_id, count in counted.all()}
    free: dict[UUID, int] = {}
    for bed in await session.scalars(_free()):
        free[bed.facility_id] = free.get(bed.facility_id, 0) + 1
    return {facility: (count, free.get(facility, 0)) for facility, count in all_.items()}


async def placements_of(session: AsyncSession, case_id: UUID) -> list[Placement]:
    """Placements of a case, oldest first."""
    rows = await session.scalars(
        select(Placement)
        .where(Placement.case_id == case_id)
        .order_by(Placement.requested_at, Placement.id)
    )
    return list(rows)


def placements(actor: Principal, state: str | None, facility_id: UUID | None) -> Select[Placement]:
    """Placements of the cases the caller may know of; of one house, in one state."""
    wanted = select(Placement)
    scope = mine(actor)
    if scope is not None:
        wanted = wanted.where(Placement.case_id.in_(select(Case.id).where(scope)))
    if state is not None:
        wanted = wanted.where(Placement.state == state)
    return wanted if facility_id is None else wanted.where(Placement.facility_id == facility_id)


def orders(
    actor: Principal, state: str | None, kind: str | None, ends_by: date | None
) -> Select[Order]:
    """Instruments of the cases the caller may know of, by state, kind and when they end."""
    wanted = select(Order)
    scope = mine(actor)
    if scope is not None:
        wanted = wanted.where(Order.case_id.in_(select(Case.id).where(scope)))
    for column, value in ((Order.state, state), (Order.kind, kind)):
        if value is not None:
            wanted = wanted.where(column == value)
    return wanted if ends_by is None else wanted.where(Order.until_on <= ends_by)


async def newest_hand_over(session: AsyncSession, case_id: UUID) -> HandOver | None:
    """The last link of a child's chain of custody."""
    found: HandOver | None = await session.scalar(
        select(HandOver).where(HandOver.case_id == case_id).order_by(HandOver.id.desc()).limit(1)
    )
    return found


async def current_placement(session: AsyncSession, child_ref: UUID) -> Placement | None:
    """Where the child is (or is about to be), if in care."""
    found: Placement | None = await session.scalar(
        select(Placement).where(
            of_child(Placement.child_ref, child_ref), Placement.state.in_(OCCUPYING)
        )
    )
    return found


async def unfinished(session: AsyncSession, case: Case) -> str | None:
    """What keeps a case open: a child in care, a transfer, an inquiry or a petition unanswered."""
    if await current_placement(session, case.child_ref) is not None:
        return "placements"
    waiting = open_transfers().where(Transfer.case_id == case.id).limit(1)
    if await session.scalar(waiting) is not None:
        return "transfers"
    if any(inquiry.outcome is None for inquiry in await inquiries(session, case.child_ref)):
        return "foundlings"
    asked = select(Petition.id).where(
        Petition.case_id == case.id, Petition.state.in_(PETITION_MOVES.open_states())
    )
    return "petitions" if await session.scalar(asked.limit(1)) is not None else None


async def inquiries(session: AsyncSession, child_ref: UUID) -> list[Foundling]:
    """Inquiries after the parents of a child nobody claims, oldest first."""
    rows = await session.scalars(
        select(Foundling)
        .where(of_child(Foundling.child_ref, child_ref))
        .order_by(Foundling.found_at, Foundling.id)
    )
    return list(rows)


async def delegations_of(session: AsyncSession, child_ref: UUID) -> list[Delegation]:
    """Agreements by which a child was entrusted to a carer, oldest first."""
    rows = await session.scalars(
        select(Delegation)
        .where(of_child(Delegation.child_ref, child_ref))
        .order_by(Delegation.from_on, Delegation.id)
    )
    return list(rows)


async def entrusted_on(session: AsyncSession, child_ref: UUID, day: date) -> bool:
    """Whether an agreement stands by which a carer has a child that day."""
    return any(
        one.from_on <= day <= (one.until_on or day) and one.ended_on is None
        for one in await delegations_of(session, child_ref)
    )


async def guardianship_of(session: AsyncSession, child_ref: UUID) -> list[Guardianship]:
    """Who was guardian or carer of a child, from the first line on."""
    rows = await session.scalars(
        select(Guardianship)
        .where(of_child(Guardianship.child_ref, child_ref))
        .order_by(Guardianship.id)
    )
    return list(rows)


async def received_elsewhere(session: AsyncSession, child_ref: UUID) -> Transfer | None:
    """The transfer by which the other side confirmed that it has the child."""
    found: Transfer | None = await session.scalar(
        select(Transfer)
        .where(of_child(Transfer.child_ref, child_ref), Transfer.state == "received")
        .order_by(Transfer.received_on.desc())
        .limit(1)
    )
    return found


def open_transfers() -> Select[Transfer]:
    """Transfers the other side has not confirmed, and nobody has called off."""
    return select(Transfer).where(Transfer.state.not_in(NO_LONGER_OPEN))


async def open_transfer_of(session: AsyncSession, child_ref: UUID) -> Transfer | None:
    """The transfer that a child is under way by."""
    wanted = open_transfers().where(of_child(Transfer.child_ref, child_ref))
    found: Transfer | None = await session.scalar(wanted.limit(1))
    return found


def facilities() -> Select[Facility]:
    """Every place with beds."""
    return select(Facility)


async def newest_revocation(session: AsyncSession, child_ref: UUID) -> Guardianship | None:
    """The line of a child's history by which guardianship is revoked; None once restored."""
    found: Guardianship | None = await session.scalar(
        select(Guardianship)
        .where(
            of_child(Guardianship.child_ref, child_ref),
            Guardianship.kind.in_(("revoked", "restored")),
        )
        .order_by(Guardianship.id.desc())
        .limit(1)
    )
    return found if found is not None and found.kind == "revoked" else None
