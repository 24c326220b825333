"""Early warning: collisions of facts that ought to worry someone open a check (监测预警)."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import Report, Warned
from services.protection.operations.law import figure
from services.protection.operations.opening import entry, owner_of
from services.protection.queries.detentions import detentions_of, key_of
from shared import deadlines
from shared.bus import emit
from shared.database import new_id, now
from shared.events.protection import WarningRaised
from shared.identity import Principal
from shared.problem import NotFound, Refused


class AlreadyChecked(Refused):
    """The check was made and signed."""

    zh, en = "该预警已核查", "This warning has been checked"
    clause = "WL24:4.2c-2"


async def warn(
    session: AsyncSession,
    child_ref: UUID,
    reason: str,
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
            reason=reason,
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
        WarningRaised(child_ref=child_ref, warning_id=warning_id, reason=reason, town=town),
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
        await warn(session, child_ref, "all_parents_detained", town=town, case_id=case_id)


async def repeated_reports(
    session: AsyncSession, child_ref: UUID, case_id: UUID | None, town: str | None
) -> None:
    """Several reports about one child within a year, whoever made them."""
    since = now(session) - timedelta(days=365)
    count = await session.scalar(
        select(func.count())
        .select_from(Report)
        .where(Report.child_ref == child_ref, Report.received_at >= since)
    )
    if (count or 0) >= int(figure(session, "repeated_reports")):
        await warn(session, child_ref, "repeated_reports", town=town, case_id=case_id)


async def payment_stopped(session: AsyncSession, child_id: UUID, award_id: UUID, town: str) -> None:
    """A payment stopped: somebody looks whether the child is well (B25)."""
    known = await key_of(session, child_id)
    await warn(
        session,
        child_id,
        "payment_stopped",
        town=town,
        case_id=known.case_id if known else None,
        cause_id=award_id,
    )


async def check_warning(
    session: AsyncSession, actor: Principal, warning_id: UUID, finding: str
) -> Warned:
    """Somebody looked: what was found is a code; the clock is met."""
    actor.of("town", "village", "civil_affairs", "protection_centre", "child_protection_office")
    row = await session.get(Warned, warning_id, with_for_update=True)
    if row is None or (actor.town is not None and row.town != actor.town):
        raise NotFound()
    if row.checked_at is not None:
        raise AlreadyChecked()
    row.checked_at, row.checked_by, row.finding = now(session), actor.person(), finding
    await deadlines.meet(session, "warning_check", row.id)
    if row.case_id is not None:
        entry(session, actor, row.case_id, "warning_checked", code=finding, ref=row.id)
    return row
