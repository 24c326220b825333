"""Early warning: collisions of facts that ought to worry someone open a check (监测预警)."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import Delegation, Warned
from services.protection.operations.opening import entry, open_case, owner_of
from services.protection.queries.care import entrusted_on
from services.protection.queries.children import key_of
from services.protection.queries.detentions import detentions_of
from services.protection.queries.warnings import grounds_told, harmed_before, unseen_visits
from services.protection.rules.cases import Level
from services.protection.rules.warnings import (
    Found,
    Reason,
    hurt_again,
    injuries_in,
    reported_again,
    unseen_again,
)
from shared import deadlines
from shared.bus import emit
from shared.database import law_today, new_id, now, today
from shared.events.protection import WarningRaised
from shared.identity import Principal
from shared.law import Facts
from shared.problem import NotFound, Refused

A_YEAR = timedelta(days=365)
# What a check leads to: a case at this level, with police where harm is suspected.
LEADS_TO = {
    Found.NEEDS_HELP: (Level.MIDDLE, ()),
    Found.HARM_SUSPECTED: (Level.URGENT, ("police",)),
    Found.NOT_FOUND: (Level.URGENT, ("police",)),
}
CHECKERS = ("town", "village", "civil_affairs", "protection_centre", "child_protection_office")


class AlreadyChecked(Refused):
    """The check was made and signed."""

    zh, en = "该预警已核查", "This warning has been checked"
    clause = "WL24:4.2c-2"


async def warn(
    session: AsyncSession,
    child_ref: UUID,
    reason: Reason,
    *,
    town: str | None,
    case_id: UUID | None = None,
    cause_id: UUID | None = None,
) -> UUID | None:
    """Open a check for a reason, unless one for the same reason is open; its id when new."""
    row = (
        upsert(Warned)
        .values(
            id=new_id(),
            child_ref=child_ref,
            case_id=case_id,
            reason=reason.value,
            cause_id=cause_id,
            town=town,
            raised_at=now(session),
            version=1,
        )
        .on_conflict_do_nothing()
        .returning(Warned.id)
    )
    warning_id = await session.scalar(row)
    if warning_id is None:
        return None
    await deadlines.start(
        session, "warning_check", warning_id, owner_of(town), town=town, clause="WL24:4.2c-2"
    )
    await emit(
        session,
        WarningRaised(child_ref=child_ref, warning_id=warning_id, reason=reason.value, town=town),
    )
    return warning_id


async def all_parents_detained(
    session: AsyncSession, child_ref: UUID, case_id: UUID | None, town: str | None
) -> None:
    """Two different people who are a child's parents are detained at the same time."""
    held = {
        detention.person_ref: line.relation
        for detention, line in await detentions_of(session, child_ref)
        if detention.state != "released"
    }
    if len(set(held.values())) > 1:
        await warn(session, child_ref, Reason.ALL_PARENTS_DETAINED, town=town, case_id=case_id)


async def told_again(
    session: AsyncSession, child_ref: UUID, case_id: UUID | None, town: str | None
) -> None:
    """Reports about one child within a year: how many there are, and how many tell of injuries."""
    told = await grounds_told(session, child_ref, now(session) - A_YEAR)
    facts, law = Facts({"reports": len(told), "injuries": injuries_in(told)}), law_today(session)
    for worry, reason in (
        (reported_again, Reason.REPEATED_REPORTS),
        (hurt_again, Reason.REPEATED_INJURIES),
    ):
        if worry.find(facts, law).met:
            await warn(session, child_ref, reason, town=town, case_id=case_id)


async def child_not_seen(
    session: AsyncSession, child_ref: UUID, case_id: UUID, town: str | None
) -> None:
    """Visits in a row did not see the child."""
    facts = Facts({"visits_unseen": await unseen_visits(session, case_id)})
    if unseen_again.find(facts, law_today(session)).met:
        await warn(session, child_ref, Reason.CHILD_NOT_SEEN, town=town, case_id=case_id)


async def guardian_released(
    session: AsyncSession, child_ref: UUID, town: str | None, detention_id: UUID
) -> None:
    """A detained guardian is free, and the child was reported or removed for harm before."""
    if not await harmed_before(session, child_ref):
        return
    known = await key_of(session, child_ref)
    case_id = known.case_id if known else None
    await warn(
        session, child_ref, Reason.GUARDIAN_RELEASED,
        town=town, case_id=case_id, cause_id=detention_id,
    )  # fmt: skip


async def delegation_ended(session: AsyncSession, delegation_id: UUID) -> None:
    """A delegation ran out while the parent it stands for is still held, and nobody else has
    the child entrusted to him.
    """
    row = await session.get(Delegation, delegation_id)
    if row is None or row.ended_on is not None:
        return
    if await entrusted_on(session, row.child_ref, today(session)):
        return
    held = [
        line
        for detention, line in await detentions_of(session, row.child_ref)
        if detention.state != "released"
    ]
    if held:
        await warn(
            session, row.child_ref, Reason.DELEGATION_ENDED,
            town=held[0].town, case_id=held[0].case_id, cause_id=row.id,
        )  # fmt: skip


async def payment_stopped(session: AsyncSession, child_id: UUID, award_id: UUID, town: str) -> None:
    """A payment stopped: somebody looks whether the child is well (B25)."""
    known = await key_of(session, child_id)
    case_id = known.case_id if known else None
    await warn(
        session, child_id, Reason.PAYMENT_STOPPED, town=town, case_id=case_id, cause_id=award_id
    )


async def check_warning(
    session: AsyncSession, actor: Principal, warning_id: UUID, found: Found
) -> Warned:
    """Somebody looked: what was found is a code; need or harm becomes a case (WL24:4.2c-2)."""
    actor.of(*CHECKERS)
    row = await session.get(Warned, warning_id, with_for_update=True)
    if row is None or (actor.place is not None and row.town != actor.place):
        raise NotFound()
    if row.checked_at is not None:
        raise AlreadyChecked()
    row.checked_at, row.checked_by, row.finding = now(session), actor.person(), found.value
    await deadlines.meet(session, "warning_check", row.id)
    if found in LEADS_TO:
        level, more = LEADS_TO[found]
        known = await key_of(session, row.child_ref)
        case = await open_case(
            session,
            known.child_ref if known else row.child_ref,
            known.case_id if known else None,
            level=level,
            origin="warning",
            town=row.town,
            departments=(actor.department, "civil_affairs", *more),
        )
        row.case_id = case.id
    if row.case_id is not None:
        entry(session, actor, row.case_id, "warning_checked", code=found.value, ref=row.id)
    return row
