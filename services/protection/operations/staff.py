"""Who works with minors: hired, checked each year, barred and removed (从业查询)."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import DutyUnit, StaffCheck, StaffMember
from services.protection.operations.steps import the_day
from services.protection.operations.units import the_unit
from services.protection.queries.reports import checks_of
from services.protection.rules.reporting import check_due_on
from services.protection.schemas.reports import StaffCheckTold, StaffHired, StaffRemoved
from shared import deadlines
from shared.database import figure, new_id, now
from shared.identity import Principal
from shared.problem import Conflict, NotFound, Refused


class BarredFromWork(Refused):
    """A record of harm bars from work with minors."""

    zh, en = "有禁止从业记录，不得录用", "A record bars this person from the work"
    clause = "MINORS:62"


class EmployedAlready(Conflict):
    """A person is on one unit's list under one reference; another unit makes a new one."""

    zh, en = "该人员编号已登记", "This reference of a person is on a list already"
    clause = "MINORS:62"


async def hire(
    session: AsyncSession, actor: Principal, unit_id: UUID, told: StaffHired
) -> StaffMember:
    """Somebody begins to work with minors. Without a check before the first day it is a breach."""
    unit = await the_unit(session, unit_id)
    _may_keep_staff(actor, unit)
    if await session.get(StaffMember, told.staff_ref) is not None:
        raise EmployedAlready(where="body.staff_ref")
    checks = await checks_of(session, told.staff_ref)
    if checks and checks[-1].barred:  # whichever unit asked
        raise BarredFromWork()
    own = [check for check in checks if check.unit_id == unit.id]
    member = StaffMember(
        id=told.staff_ref,
        unit_id=unit.id,
        hired_on=told.hired_on,
        checked_before_start=any(check.checked_on <= told.hired_on for check in own),
        check_due_on=_due(session, own[-1]) if own else None,
        barred=False,
    )
    session.add(member)
    await session.flush()
    return member


async def check_staff(
    session: AsyncSession, actor: Principal, unit_id: UUID, told: StaffCheckTold
) -> StaffCheck:
    """Police or procuratorate answer a query: barred or not, nothing more is kept."""
    actor.of("police", "procuratorate")
    unit = await the_unit(session, unit_id)
    the_day(session, told.checked_on, where="body.checked_on", clause="MINORS:62")
    row = StaffCheck(
        id=new_id(),
        unit_id=unit.id,
        answered_by=actor.department,
        at=now(session),
        **told.model_dump(),
    )
    session.add(row)
    member = await session.get(StaffMember, told.staff_ref, with_for_update=True)
    if member is not None:
        member.check_due_on = _due(session, row)
        if told.checked_on <= member.hired_on:  # registered first, checked before the first day
            member.checked_before_start = True
        if told.barred and not member.barred and member.removed_on is None:
            await _must_go(session, member, unit)
        member.barred = member.barred or told.barred
    return row


async def remove_staff(
    session: AsyncSession, actor: Principal, staff_ref: UUID, told: StaffRemoved
) -> StaffMember:
    """The person no longer works there."""
    member = await session.get(StaffMember, staff_ref, with_for_update=True)
    if member is None:
        raise NotFound()
    _may_keep_staff(actor, await the_unit(session, member.unit_id))
    member.removed_on = the_day(
        session,
        told.removed_on,
        where="body.removed_on",
        clause="MINORS:62",
        not_before=member.hired_on,
    )
    await deadlines.meet(session, "staff_removal", member.id)
    return member


async def _must_go(session: AsyncSession, member: StaffMember, unit: DutyUnit) -> None:
    """Found barred while at work: the authority sees to the dismissal, and is late if it is not."""
    authority = unit.competent_authority
    town = unit.town if authority == "town" else None
    await deadlines.start(session, "staff_removal", member.id, authority, town=town)


def _due(session: AsyncSession, check: StaffCheck) -> date:
    return check_due_on(check.checked_on, int(figure(session, "staff_check_years")))


def _may_keep_staff(actor: Principal, unit: DutyUnit) -> None:
    if actor.client not in (unit.client, unit.registered_by):
        actor.of(unit.competent_authority, "police", "procuratorate")
