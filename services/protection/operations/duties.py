"""Units bound to report, missed reports, staff checks (责任、查询)."""

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import (
    DutyUnit,
    MissedReport,
    StaffCheck,
    StaffMember,
)
from services.protection.operations.handling import the_report, type_of
from services.protection.operations.law import town_code
from services.protection.operations.opening import entry
from services.protection.operations.steps import signature, the_day
from services.protection.queries.tracing import breaches_of
from services.protection.rules.reporting import (
    check_due_on,
    sanctions,
)
from services.protection.schemas.reports import (
    MissedTold,
    SanctionTold,
    StaffCheckTold,
    StaffHired,
    StaffRemoved,
    UnitTold,
)
from shared import deadlines, vault
from shared.access import Particular
from shared.bus import emit
from shared.database import figure, new_id, now
from shared.events.protection import DutyBroken
from shared.identity import Principal
from shared.problem import Conflict, Invalid, NotFound, Refused

SUPERVISING = ("police", "procuratorate", "child_protection_office", "civil_affairs")
AUTHORITIES = (
    "education",
    "health",
    "civil_affairs",
    "culture_tourism",
    "market_regulation",
    "human_resources",
    "justice",
    "town",
    "police",
    "procuratorate",
    "child_protection_office",
    "disabled_federation",
)


class AlreadyDecided(Refused):
    """Somebody has signed the decision."""

    zh, en = "已作出处理决定", "It has been decided"
    clause = "MINORS:117"


class NotThatUnit(Invalid):
    """A unit that is named is one of the register, of the type it has there."""

    zh, en = "单位未登记，或者类型与登记不符", "No such unit on the register, or not of this type"
    clause = "WL24:3.1a-3"


class ToldAlready(Conflict):
    """A unit breaks its duty in one report in one way once; `allowed` says where it stands."""

    zh, en = "该单位的此项情形已登记", "This breach of this unit is on the register"
    clause = "MINORS:117"


async def register_unit(session: AsyncSession, actor: Principal, told: UnitTold) -> DutyUnit:
    """A unit bound to report; its liaison's particulars are sealed under the unit's id."""
    actor.of(*AUTHORITIES, "institution")
    code, authority = type_of(told.institution_type)
    unit = DutyUnit(
        id=new_id(),
        name=told.name,
        institution_type=code,
        competent_authority=authority,
        town=actor.town or town_code(told.town),
        client=told.client or (actor.client if actor.department == "institution" else None),
        has_liaison=told.liaison is not None,
        registered_by=actor.client,
        registered_at=now(session),
    )
    session.add(unit)
    if told.liaison is not None:
        await vault.keep(session, unit.id, Particular.CONTACT, told.liaison.sealed())
    await session.flush()
    return unit


async def name_liaison(
    session: AsyncSession, actor: Principal, unit_id: UUID, contact: dict[str, str]
) -> DutyUnit:
    """A unit names its contact for reports (WL24:3.1a-3)."""
    unit = await the_unit(session, unit_id)
    if actor.client not in (unit.client, unit.registered_by):
        actor.of(unit.competent_authority, "child_protection_office")
    await vault.keep(session, unit.id, Particular.CONTACT, contact)
    unit.has_liaison = True
    return unit


async def the_unit(session: AsyncSession, unit_id: UUID) -> DutyUnit:
    """A unit of the register, locked."""
    unit = await session.get(DutyUnit, unit_id, with_for_update=True)
    if unit is None:
        raise NotFound()
    return unit


async def type_of_unit(session: AsyncSession, unit_id: UUID | None, word: str) -> tuple[str, str]:
    """Code and authority of a type; a unit that is named by its id must be of that type."""
    code, authority = type_of(word)
    if unit_id is None:
        return code, authority
    unit = await session.get(DutyUnit, unit_id)
    if unit is None:
        raise NotThatUnit(where="body.unit_id")
    if unit.institution_type != code:
        raise NotThatUnit(where="body.institution_type", allowed=[unit.institution_type])
    return code, unit.competent_authority


async def own_unit(session: AsyncSession, actor: Principal, unit_id: UUID | None) -> DutyUnit:
    """A unit asks about itself; about another it gets the answer of an absent one."""
    unit = await the_unit(session, unit_id) if unit_id is not None else None
    if unit is None or unit.client != actor.client:
        raise NotFound()
    return unit


async def missed(session: AsyncSession, actor: Principal, told: MissedTold) -> MissedReport:
    """A unit had to report and did not; sanctions are proposed, a person decides (B01)."""
    actor.of(*SUPERVISING)
    report = await the_report(session, actor, told.report_id)
    code, authority = await type_of_unit(session, told.unit_id, told.institution_type)
    for known in await breaches_of(session, [report.id]):
        same = (known.unit_id, known.institution_type) == (told.unit_id, code)
        if same and known.breach == told.breach.value:
            raise ToldAlready(allowed=[str(known.id)])
    row = MissedReport(
        id=new_id(),
        report_id=report.id,
        unit_id=told.unit_id,
        institution_type=code,
        competent_authority=authority,
        breach=told.breach.value,
        serious=told.serious,
        blocked_by_head=told.blocked_by_head,
        proposed=[s.value for s in sanctions(told.breach, told.serious, told.blocked_by_head)],
        state="proposed",
        found_by=signature(actor),
        found_at=now(session),
    )
    session.add(row)
    if report.case_id is not None:
        entry(session, actor, report.case_id, "missed_report", code=row.breach, ref=row.id)
    await session.flush()
    await tell_breach(session, row, report.town)
    return row


async def tell_breach(session: AsyncSession, row: MissedReport, town: str | None) -> None:
    """The procuratorate and the competent authority hear of a breach of the duty."""
    await emit(
        session,
        DutyBroken(
            missed_id=row.id,
            report_id=row.report_id,
            institution_type=row.institution_type,
            competent_authority=row.competent_authority,
            breach=row.breach,
            proposed=row.proposed,
            town=town,
        ),
    )


async def decide_missed(
    session: AsyncSession, actor: Principal, missed_id: UUID, told: SanctionTold
) -> MissedReport:
    """The competent authority (or the procuratorate) decides, with a signature."""
    row = await session.get(MissedReport, missed_id, with_for_update=True)
    if row is None:
        raise NotFound()
    actor.of(row.competent_authority, "procuratorate", "child_protection_office")
    if actor.place is not None:  # an authority of one town decides of that town's reports
        await the_report(session, actor, row.report_id)
    if row.state != "proposed":
        raise AlreadyDecided()
    row.decided, row.decided_by, row.state = str(told.decided), signature(actor), "decided"
    await session.flush()
    return row


async def hire(
    session: AsyncSession, actor: Principal, unit_id: UUID, told: StaffHired
) -> StaffMember:
    """Somebody begins to work with minors. Without a check before the first day it is a breach."""
    unit = await the_unit(session, unit_id)
    _may_keep_staff(actor, unit)
    if await session.get(StaffMember, told.staff_ref) is not None:
        raise EmployedAlready(where="body.staff_ref")
    checks = list(
        await session.scalars(
            select(StaffCheck)
            .where(StaffCheck.staff_ref == told.staff_ref)
            .order_by(StaffCheck.checked_on, StaffCheck.at)
        )
    )
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


class EmployedAlready(Conflict):
    """A person is on one unit's list under one reference; another unit makes a new one."""

    zh, en = "该人员编号已登记", "This reference of a person is on a list already"
    clause = "MINORS:62"


class BarredFromWork(Refused):
    """A record of harm bars from work with minors."""

    zh, en = "有禁止从业记录，不得录用", "A record bars this person from the work"
    clause = "MINORS:62"


def _due(session: AsyncSession, check: StaffCheck) -> date:
    return check_due_on(check.checked_on, int(figure(session, "staff_check_years")))


def _may_keep_staff(actor: Principal, unit: DutyUnit) -> None:
    if actor.client not in (unit.client, unit.registered_by):
        actor.of(unit.competent_authority, "police", "procuratorate")


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


async def _must_go(session: AsyncSession, member: StaffMember, unit: DutyUnit) -> None:
    """Found barred while at work: the authority sees to the dismissal, and is late if it is not."""
    authority = unit.competent_authority
    town = unit.town if authority == "town" else None
    await deadlines.start(session, "staff_removal", member.id, authority, town=town)


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
