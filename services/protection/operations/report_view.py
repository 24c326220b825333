"""A report as its reader may see it; the reporter is 报告人-n for everybody (3.1h-2)."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import Case, Report
from services.protection.operations.children import particulars
from services.protection.operations.handling import the_report
from services.protection.operations.intake import informed
from services.protection.operations.views import CHILD_CLASSES
from services.protection.queries.reports import SUPERVISORS, pseudonym
from services.protection.rules.police import REPORT_MOVES
from services.protection.schemas.reports import Receipt, ReportShown
from shared import access
from shared.access import Particular, Subject
from shared.identity import Principal

HANDLERS = SUPERVISORS | {"town", "health", "court", "auditor"}


def receipt_of(report: Report) -> Receipt:
    """What the reporting unit may always ask again."""
    return Receipt.model_validate(report).model_copy(
        update={"informed": informed(report.competent_authority)}
    )


def for_handlers(actor: Principal, report: Report) -> bool:
    """Whether the caller handles reports; the reporting unit sees its receipt and the outcome."""
    return actor.department in HANDLERS or (
        report.competent_authority == actor.department != "institution"
    )


async def subject_of_report(session: AsyncSession, report: Report) -> Subject:
    """The child as the report tells of it, with those who have a task in the case."""
    case = await session.get(Case, report.case_id) if report.case_id else None
    tasks = {"police", *(case.departments if case else ())}
    return Subject(
        id=report.id,
        kind="child",
        town=report.town,
        departments=frozenset(tasks),
        shielded=case.shielded if case else False,
    )


def coded(actor: Principal, report: Report) -> ReportShown:
    """A report in a list: codes and clocks; ids of case and child for handlers only."""
    shown = ReportShown.model_validate(report)
    shown.allowed = [move.verb for move in REPORT_MOVES.lawful(report.state)]
    if not for_handlers(actor, report):
        shown.case_id, shown.child_ref = None, None
    return shown


async def report_view(session: AsyncSession, actor: Principal, report_id: UUID) -> ReportShown:
    """The report with the particulars the policy permits; who saw them is on record."""
    report = await the_report(session, actor, report_id, lock=False)
    shown = coded(actor, report)
    shown.reporter = await pseudonym(session, report)
    if for_handlers(actor, report):
        classes = await particulars(session, report.id, (*CHILD_CLASSES, Particular.NOTES))
        subject = await subject_of_report(session, report)
        shown.particulars = await access.disclose(session, actor, subject, classes)
    return shown
