"""Custody and detention change who may be paid for a child, from the next month (B24, B25)."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.payments.operations import relieving
from services.payments.operations.awards import block, lift, tell_stopped
from services.payments.operations.payees import CUSTODY_CHANGED, IN_PRISON
from services.payments.queries.awards import known_as, payees, periods, town_of
from services.payments.rules.months import later, month_of
from shared import deadlines
from shared.database import now
from shared.events.protection import DetentionReported, GuardianReleased, GuardianshipChanged

PERSONAL = ("guardian", "carer")


async def guardianship_changed(session: AsyncSession, event: GuardianshipChanged) -> None:
    """The payee before is paid for the month of the change, the new one from the month after;
    until the new one is verified the child's money waits."""
    child = await known_as(session, event.child_ref)
    await relieving.custody_changed(session, child, event)
    if not await periods(session, child):
        return
    since = later(month_of(event.since))
    if await payees(session, child):
        await block(session, child, CUSTODY_CHANGED, since, "protection")
    town = await town_of(session, child)
    await deadlines.remind(session, "fetch_payee", child, now(session), town=town)
    await deadlines.start(
        session, "payee_verification", child, "civil_affairs", town=town, clause="WL24:3.5a"
    )


async def detention_reported(session: AsyncSession, event: DetentionReported) -> None:
    """Children of a detained parent whose payee is a person: checked before anything is paid."""
    for reference in event.children:
        child = await known_as(session, reference)
        if any(p.kind in PERSONAL for p in await payees(session, child)):
            await block(session, child, IN_PRISON, month_of(event.began_on), "protection")
            await tell_stopped(session, child, IN_PRISON, month_of(event.began_on))


async def guardian_released(session: AsyncSession, event: GuardianReleased) -> None:
    """The parent can receive again; whether the award goes on is eligibility's review."""
    for reference in event.children:
        child = await known_as(session, reference)
        await lift(session, child, IN_PRISON, "service:protection", "released")
