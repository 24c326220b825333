"""Which units had to do with a child, which reported, and which kept silent (责任倒查, B01)."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import MissedReport, Report, UnitContact
from services.protection.operations.cases import the_case
from services.protection.operations.law import institutions
from services.protection.operations.missed_reports import tell_breach
from services.protection.operations.opening import entry
from services.protection.operations.steps import ITSELF, signature
from services.protection.operations.units import type_of_unit
from services.protection.queries.cases import reports_of
from services.protection.queries.reports import SUPERVISORS
from services.protection.queries.tracing import breaches_of, contacts_of
from services.protection.rules.reporting import BOUND_REPORTERS, duty_of_contact, sanctions
from services.protection.rules.reporting import MissedReport as Breach
from services.protection.schemas.tracing import ContactShown, ContactTold
from shared.database import new_id, now, today
from shared.identity import Principal
from shared.problem import Invalid


class ContactInTheFuture(Invalid):
    """A contact was before it is told, and ended after it began."""

    zh, en = "接触起止日期有误", "The days of the contact cannot be"
    clause = "WL24:3.1a-4"


async def tell_contact(
    session: AsyncSession, actor: Principal, case_id: UUID, told: ContactTold
) -> UnitContact:
    """A unit had to do with the child of a case."""
    actor.of(*SUPERVISORS, "town", "village", "education", "health")
    case = await the_case(session, actor, case_id)
    if not told.first_on <= (told.last_on or told.first_on) <= today(session):
        raise ContactInTheFuture(where="body.first_on")
    code, authority = await type_of_unit(session, told.unit_id, told.institution_type)
    row = UnitContact(
        id=new_id(),
        case_id=case.id,
        competent_authority=authority,
        told_by=signature(actor),
        at=now(session),
        **told.model_dump(exclude={"institution_type"}),
        institution_type=code,
    )
    session.add(row)
    entry(session, actor, case.id, "unit_contact", code=told.how, ref=row.id)
    await session.flush()
    return row


async def duties_of(session: AsyncSession, actor: Principal, case_id: UUID) -> list[ContactShown]:
    """Each unit with contact: did it report, in time, or should it have and did not?"""
    actor.of(*SUPERVISORS)
    case = await the_case(session, actor, case_id)
    reports = await reports_of(session, case.id)
    breaches = await breaches_of(session, [report.id for report in reports])
    return [_duty(row, reports, breaches) for row in await contacts_of(session, case.id)]


def _duty(row: UnitContact, reports: list[Report], breaches: list[MissedReport]) -> ContactShown:
    own = [one for one in reports if row.unit_id is not None and one.unit_id == row.unit_id]
    view = ContactShown.model_validate(row)
    view.duty = duty_of_contact(row.signs_seen, [report.late for report in own])
    view.reported_at = own[0].reported_at if own else None
    mine = [one for one in breaches if row.unit_id is not None and one.unit_id == row.unit_id]
    view.missed_report_id = mine[0].id if mine else None
    return view


async def late_report(session: AsyncSession, report_id: UUID) -> None:
    """A bound reporter was late: the breach is on record by itself, a person decides on it."""
    report = await session.get(Report, report_id)
    if report is None or not report.late or report.reporter_kind not in BOUND_REPORTERS:
        return
    if not institutions().types[report.institution_type].close_contact:
        return
    if await breaches_of(session, [report.id]):
        return
    row = MissedReport(
        id=new_id(),
        report_id=report.id,
        unit_id=report.unit_id,
        institution_type=report.institution_type,
        competent_authority=report.competent_authority,
        breach=Breach.LATE.value,
        serious=report.serious,
        blocked_by_head=False,
        proposed=[s.value for s in sanctions(Breach.LATE, report.serious, blocked_by_head=False)],
        state="proposed",
        found_by=ITSELF.client,
        found_at=now(session),
    )
    session.add(row)
    await session.flush()
    await tell_breach(session, row, report.town)
