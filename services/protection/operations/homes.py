"""Children nobody claims, and children who go home across a border (弃婴调查、跨省移交)."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import Case, Foundling, Placement, Transfer
from services.protection.operations.cases import the_case
from services.protection.operations.opening import entry, join
from services.protection.operations.steps import step, the_day
from services.protection.queries.care import NO_LONGER_OPEN, inquiries, open_transfer_of
from services.protection.rules.cases import Level
from services.protection.rules.placements import TRANSFER_MOVES
from services.protection.schemas.care import (
    FoundlingStep,
    FoundlingTold,
    TransferMove,
    TransferShown,
    TransferTold,
)
from shared import deadlines, vault
from shared.access import Particular
from shared.clock import legal_day
from shared.database import figure, new_id, now, today
from shared.identity import Principal
from shared.jurisdiction import jurisdiction
from shared.problem import Invalid, NotFound, Refused

# Who was sought in vain may come all the same; every other outcome is the last.
REOPENS = frozenset(
    {("parents_not_found", "claimed"), ("parents_not_found", "trafficked_returned")}
)
FINDERS = ("police", "civil_affairs", "protection_centre", "welfare_institution", "town", "health")


class NoticeRuns(Refused):
    """Parents count as not found only when the notice has run its days and police found none."""

    zh, en = "公告期未满或公安调查未完成", "The notice still runs or the police inquiry is open"
    clause = "ADOPT:8"


class InquiryOpen(Refused):
    """One inquiry after a child's parents at a time; `allowed` says which."""

    zh, en = "该儿童已有未结的弃婴调查", "An inquiry about this child is open already"
    clause = "WL24:4.1c-1"


class Concluded(Refused):
    """An inquiry that has ended is over; parents that come later still may be found."""

    zh, en = "调查已有结论", "The inquiry has its outcome"
    clause = "WL24:4.1c-1"


class TransferOpen(Refused):
    """A child goes home once; `allowed` says which transfer is open."""

    zh, en = "该儿童已有尚未完成的移交", "A transfer of this child is open already"
    clause = "WL24:3.5c-3"


class AtHomeHere(Invalid):
    """A child of this city goes home across no border."""

    zh, en = "户籍地为本市的，无需跨省（市）移交", "The child's home is here: nothing to cross"
    clause = "WL24:3.5c-3"


class NotItsPlacement(Invalid):
    """The placement that a transfer ends is one of the same child."""

    zh, en = "所注明的安置不是该儿童的安置", "The placement named is not this child's"
    clause = "WL24:3.5c-3"


class NotConfirmed(Invalid):
    """Received is what the other side confirms, with its reference."""

    zh, en = "须有对方接收的确认凭据", "The other side's confirmation needs its reference"
    clause = "WL24:3.5c-3"


class WhyWithdrawn(Invalid):
    """Why the child does not go home across the border is written down."""

    zh, en = "终止移交须说明理由", "Why is the transfer called off?"
    clause = "WL24:3.5c-3"


async def found(
    session: AsyncSession, actor: Principal, case_id: UUID, told: FoundlingTold
) -> Foundling:
    """Open the inquiry: police match and search, the hospital treats first (2.2.4, 4.1c)."""
    actor.of(*FINDERS)
    case = await the_case(session, actor, case_id)
    the_day(session, legal_day(told.found_at), where="body.found_at", clause="WL24:4.1c-1")
    earlier = await inquiries(session, case.child_ref)
    if running := [row for row in earlier if row.outcome is None]:
        raise InquiryOpen(allowed=[str(row.id) for row in running])
    row = Foundling(
        id=new_id(),
        case_id=case.id,
        child_ref=case.child_ref,
        found_at=told.found_at,
        infant=told.infant,
        first_hospital=None,
        dna_asked_at=now(session),
    )
    session.add(row)
    await join(session, case, Level(case.level), ("police", "welfare_institution"))
    await deadlines.start(session, "foundling_inquiry", row.id, "police", clause="WL24:4.1c-1")
    entry(session, actor, case.id, "foundling", ref=row.id)
    await session.flush()
    if told.first_hospital:  # where a child is belongs to the vault
        place = {"first_hospital": told.first_hospital}
        await vault.keep(session, row.id, Particular.PLACEMENT, place)
    return row


async def inquire(
    session: AsyncSession, actor: Principal, foundling_id: UUID, told: FoundlingStep
) -> Foundling:
    """A step of the inquiry. *Parents not found* needs the whole notice and police's answer."""
    row = await session.get(Foundling, foundling_id, with_for_update=True)
    if row is None:
        raise NotFound()
    await the_case(session, actor, row.case_id)
    by_police = told.dna_result is not None or told.tracing_result is not None
    actor.of(*({"police"} if by_police else {"civil_affairs", "police"}), clause="WL24:4.1c-1")
    if row.outcome is not None and (row.outcome, told.outcome) not in REOPENS:
        raise Concluded()
    row.dna_result = told.dna_result or row.dna_result
    row.tracing_result = told.tracing_result or row.tracing_result
    if told.notice_on is not None:
        await _noticed(session, row, told.notice_on)
    if row.dna_result not in {None, "pending"} and row.tracing_result not in {None, "pending"}:
        await deadlines.meet(session, "foundling_inquiry", row.id)
    if told.outcome is not None:
        await _concluded(session, row, told.outcome)
    if told.settled:
        row.settled_at = now(session)
    entry(session, actor, row.case_id, "foundling_step", code=told.outcome, ref=row.id)
    await session.flush()
    return row


async def _noticed(session: AsyncSession, row: Foundling, told: date) -> None:
    """The sixty days run from the day of the notice, which is none before the child was found."""
    found_on = legal_day(row.found_at)
    row.notice_on = the_day(
        session, told, where="body.notice_on", clause="ADOPT:8", not_before=found_on
    )
    days = int(figure(session, "foundling_notice_days"))
    row.notice_until = row.notice_on + timedelta(days=days)
    at = jurisdiction().calendar.start_of(row.notice_until + timedelta(days=1))
    await deadlines.cancel(session, row.id, "foundling_notice", "another notice")
    await deadlines.remind(session, "foundling_notice", row.id, at)


async def _concluded(session: AsyncSession, row: Foundling, outcome: str) -> None:
    """*Parents not found* needs the whole notice and police's answer; then no clock is left."""
    if outcome == "parents_not_found":
        over = row.notice_until is not None and today(session) > row.notice_until
        if not over or row.dna_result != "no_match" or row.tracing_result != "not_found":
            raise NoticeRuns()
    row.outcome = outcome
    await deadlines.cancel(session, row.id, why=outcome)


async def foundlings_of(session: AsyncSession, actor: Principal, case_id: UUID) -> list[Foundling]:
    """The inquiries of a case, oldest first."""
    case = await the_case(session, actor, case_id)
    return await inquiries(session, case.child_ref)


async def open_transfer(
    session: AsyncSession, actor: Principal, case_id: UUID, told: TransferTold
) -> Transfer:
    """The identity is found: the centre brings the child home and stays responsible (3.5c-3)."""
    actor.of("protection_centre", "civil_affairs")
    case = await the_case(session, actor, case_id)
    await _crosses_a_border(session, case, told)
    row = Transfer(
        id=new_id(),
        case_id=case.id,
        child_ref=case.child_ref,
        placement_id=told.placement_id,
        home_code=told.home_code,
        state=TRANSFER_MOVES.first,
        opened_at=now(session),
    )
    session.add(row)
    await join(session, case, Level(case.level), ("protection_centre",))
    entry(session, actor, case.id, "transfer", ref=row.id)
    await session.flush()
    return row


async def _crosses_a_border(session: AsyncSession, case: Case, told: TransferTold) -> None:
    """The home is elsewhere, the placement the child's own, and no other transfer under way."""
    if told.home_code.startswith(jurisdiction().meta.hukou_codes):
        raise AtHomeHere(where="body.home_code")
    if told.placement_id is not None:
        placement = await session.get(Placement, told.placement_id)
        if placement is None or placement.case_id != case.id:
            raise NotItsPlacement(where="body.placement_id")
    if (other := await open_transfer_of(session, case.child_ref)) is not None:
        raise TransferOpen(allowed=[str(other.id)])


async def move_transfer(
    session: AsyncSession, actor: Principal, transfer_id: UUID, verb: str, told: TransferMove
) -> Transfer:
    """A step; a transfer is open until the other side confirms."""
    row = await session.get(Transfer, transfer_id, with_for_update=True)
    if row is None:
        raise NotFound()
    await the_case(session, actor, row.case_id)
    if verb == "confirmation" and not told.confirmation_ref:
        raise NotConfirmed(where="body.confirmation_ref")
    if verb == "withdrawal" and not (told.reason or told.note):
        raise WhyWithdrawn(where="body.reason")
    move = await step(
        session,
        actor,
        TRANSFER_MOVES,
        row,
        verb,
        case_id=row.case_id,
        reason=told.reason,
        note=told.note,
    )
    for kind in ("transfer_reply", "transfer_confirmation"):
        await deadlines.meet(session, kind, row.id)
    if move.clock is not None:
        await deadlines.start(session, move.clock, row.id, "protection_centre")
    day = the_day(
        session, told.day, where="body.day", clause="WL24:3.5c-3", not_before=row.escorted_on
    )
    if verb == "escort":
        row.escorted_on = day
    if verb == "confirmation":
        row.received_on, row.confirmation_ref = day, told.confirmation_ref
    entry(session, actor, row.case_id, "transfer_step", code=verb, ref=row.id)
    return row


def shown(row: Transfer) -> TransferShown:
    """A transfer and its lawful steps."""
    view = TransferShown.model_validate(row)
    view.allowed = TRANSFER_MOVES.allowed(row.state)
    view.open = row.state not in NO_LONGER_OPEN
    return view
