"""Reports and openings, units, missed reports, staff, findings about tattoos."""

from datetime import date
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import (
    Appraisal,
    DutyUnit,
    Interview,
    MissedReport,
    Report,
    ReporterOpening,
    StaffCheck,
    StaffMember,
    TattooFinding,
)
from shared.identity import Principal

SUPERVISORS = ("police", "procuratorate", "child_protection_office", "civil_affairs")
# Who reports and supervises nobody: they know their own reports alone, in a village all the more.
ONLY_REPORT = frozenset({"institution", "village"})


def reports(
    actor: Principal, state: str | None, level: str | None, town: str | None, late: bool | None
) -> Select[Report]:
    """Reports the caller may know of: all, the own town's, those it supervises, those it made."""
    wanted = select(Report)
    if actor.department not in SUPERVISORS:
        own = [Report.client == actor.client]
        if actor.department == "town":
            own.append(Report.town == actor.place)
        elif actor.department not in ONLY_REPORT:
            own.append(Report.competent_authority == actor.department)
        wanted = wanted.where(or_(*own))
    for column, value in (
        (Report.state, state),
        (Report.level, level),
        (Report.town, town),
        (Report.late, late),
    ):
        if value is not None:
            wanted = wanted.where(column == value)
    return wanted


async def pseudonym(session: AsyncSession, report: Report) -> str:
    """报告人-n: the how-manieth report of its case this is."""
    before = await session.scalar(
        select(func.count())
        .select_from(Report)
        .where(
            Report.case_id == report.case_id,
            (Report.received_at < report.received_at)
            | ((Report.received_at == report.received_at) & (Report.id <= report.id)),
        )
    )
    return f"报告人-{before or 1}"


async def appraisals_of(session: AsyncSession, report_id: UUID) -> list[Appraisal]:
    """Appraisals asked for in a report, oldest first."""
    rows = await session.scalars(
        select(Appraisal)
        .where(Appraisal.report_id == report_id)
        .order_by(Appraisal.requested_at, Appraisal.id)
    )
    return list(rows)


async def interviews_of(session: AsyncSession, report_id: UUID) -> list[Interview]:
    """Interviews of the child of a report, oldest first."""
    rows = await session.scalars(
        select(Interview)
        .where(Interview.report_id == report_id)
        .order_by(Interview.at, Interview.id)
    )
    return list(rows)


def openings(department: str, waiting: bool) -> Select[ReporterOpening]:
    """Wishes of a department to know who reported; those nobody has answered, or all."""
    wanted = select(ReporterOpening).where(ReporterOpening.department == department)
    if waiting:
        wanted = wanted.where(
            ReporterOpening.approved_by.is_(None), ReporterOpening.refused_by.is_(None)
        )
    return wanted


def appraisals_waiting() -> Select[Appraisal]:
    """Appraisals nobody has answered."""
    return select(Appraisal).where(Appraisal.done_at.is_(None))


def units(institution_type: str | None, without_liaison: bool) -> Select[DutyUnit]:
    """Units bound to report; those without a liaison on request."""
    wanted = select(DutyUnit).where(DutyUnit.closed_on.is_(None))
    if institution_type is not None:
        wanted = wanted.where(DutyUnit.institution_type == institution_type)
    if without_liaison:
        wanted = wanted.where(DutyUnit.has_liaison.is_(False))
    return wanted


def missed_reports(actor: Principal, state: str | None) -> Select[MissedReport]:
    """Breaches of the duty: supervisors see all, an authority those of its units."""
    wanted = select(MissedReport)
    if actor.department not in SUPERVISORS:
        wanted = wanted.where(MissedReport.competent_authority == actor.department)
    if actor.place is not None:
        wanted = wanted.where(
            MissedReport.report_id.in_(select(Report.id).where(Report.town == actor.place))
        )
    return wanted if state is None else wanted.where(MissedReport.state == state)


async def checks_of(session: AsyncSession, staff_ref: UUID) -> list[StaffCheck]:
    """What was answered about a person, whichever unit asked, the oldest first."""
    wanted = select(StaffCheck).where(StaffCheck.staff_ref == staff_ref)
    return list(await session.scalars(wanted.order_by(StaffCheck.checked_on, StaffCheck.at)))


def staff_overdue(actor: Principal, unit_id: UUID | None, day: date) -> Select[StaffMember]:
    """Posts whose yearly check is overdue, never made, or whose barred holder is still there.

    Supervisors see all, an authority those of its units, a unit its own.
    """
    wanted = select(StaffMember).where(
        StaffMember.removed_on.is_(None),
        StaffMember.barred | StaffMember.check_due_on.is_(None) | (StaffMember.check_due_on < day),
    )
    if unit_id is not None:
        wanted = wanted.where(StaffMember.unit_id == unit_id)
    if actor.department in SUPERVISORS or actor.department == "institution":
        return wanted
    theirs = select(DutyUnit.id).where(DutyUnit.competent_authority == actor.department)
    if actor.place is not None:
        theirs = theirs.where(DutyUnit.town == actor.place)
    return wanted.where(StaffMember.unit_id.in_(theirs))


def tattoo_findings(state: str | None, town: str | None) -> Select[TattooFinding]:
    """Findings about tattoos by state; a town its own."""
    wanted = select(TattooFinding)
    if state is not None:
        wanted = wanted.where(TattooFinding.state == state)
    return wanted if town is None else wanted.where(TattooFinding.town == town)
