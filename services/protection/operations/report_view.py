"""A report as its reader may see it; the reporter is 报告人-n for everybody (3.1h-2)."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import Appraisal, Case, Report
from services.protection.operations.children import particulars
from services.protection.operations.desk import clock_view
from services.protection.operations.handling import the_report
from services.protection.operations.intake import informed
from services.protection.operations.views import CHILD_CLASSES
from services.protection.operations.words import words_of
from services.protection.queries.cases import clocks_of, steps_of
from services.protection.queries.reports import (
    SUPERVISORS,
    appraisals_of,
    interviews_of,
    pseudonym,
)
from services.protection.rules.police import REPORT_MOVES
from services.protection.rules.reporting import Reporter
from services.protection.schemas.reports import (
    AppraisalShown,
    InterviewShown,
    Receipt,
    ReportShown,
)
from services.protection.schemas.told import StepShown
from shared import access
from shared.access import Particular, Subject
from shared.identity import Principal
from shared.problem import NotFound

HANDLERS = (*SUPERVISORS, "town", "health", "court", "auditor")


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
    shown.reporter_kind = Reporter(report.reporter_kind).shown
    shown.allowed = REPORT_MOVES.allowed(report.state)
    if not for_handlers(actor, report):
        shown.case_id, shown.child_ref = None, None
    return shown


async def report_view(session: AsyncSession, actor: Principal, report_id: UUID) -> ReportShown:
    """The report with the particulars the policy permits; who saw them is on record."""
    report = await the_report(session, actor, report_id, lock=False)
    shown = coded(actor, report)
    shown.reporter = await pseudonym(session, report)
    clocks = await clocks_of(session, [report.id])
    due = [clock.due_at for clock in clocks if clock.kind == "unit_feedback"]
    shown.feedback_due_at = due[-1] if due else None
    if for_handlers(actor, report):
        shown.clocks = [clock_view(clock) for clock in clocks]
        signed = (report.evidence or {}).get("id")
        shown.evidence_id = UUID(signed) if signed else None
        classes = await particulars(session, report.id, (*CHILD_CLASSES, Particular.NOTES))
        subject = await subject_of_report(session, report)
        shown.particulars = await access.disclose(session, actor, subject, classes)
    return shown


async def steps_view(session: AsyncSession, actor: Principal, report_id: UUID) -> list[StepShown]:
    """What police and procuratorate did, and why in words for those who may read them.

    The reporting unit is told the outcome, not the way to it.
    """
    report = await the_report(session, actor, report_id, lock=False)
    if not for_handlers(actor, report):
        return []
    rows = await steps_of(session, report.id)
    subject = await subject_of_report(session, report)
    words = await words_of(session, actor, subject, (row.note_id for row in rows), "steps")
    shown = [StepShown.model_validate(row) for row in rows]
    for view, row in zip(shown, rows, strict=True):
        view.words = words.get(row.note_id) if row.note_id else None
    return shown


async def _handled(session: AsyncSession, actor: Principal, report_id: UUID) -> Report:
    """The report for those who handle it; for others it has nothing of the kind."""
    report = await the_report(session, actor, report_id, lock=False)
    if not for_handlers(actor, report):
        raise NotFound()
    return report


async def interviews_view(
    session: AsyncSession, actor: Principal, report_id: UUID
) -> list[InterviewShown]:
    """How the child was interviewed, for those who handle the report."""
    report = await _handled(session, actor, report_id)
    rows = await interviews_of(session, report.id)
    subject = await subject_of_report(session, report)
    notes = {row.id: UUID(row.again_because) for row in rows if row.again_because}
    words = await words_of(session, actor, subject, notes.values(), "interview")
    shown = []
    for row in rows:
        view = InterviewShown.model_validate(row)
        view.again = row.id in notes
        view.again_because = words.get(notes[row.id]) if view.again else None
        shown.append(view)
    return shown


async def appraisals_view(
    session: AsyncSession, actor: Principal, report_id: UUID
) -> list[AppraisalShown]:
    """Appraisals of a report for those who handle it; the words where notes may be read."""
    report = await _handled(session, actor, report_id)
    rows = await appraisals_of(session, report.id)
    subject = await subject_of_report(session, report)
    words = await words_of(session, actor, subject, (row.result_id for row in rows), "appraisal")
    return [_appraisal(row, report, words) for row in rows]


def _appraisal(row: Appraisal, report: Report, words: dict[UUID, str]) -> AppraisalShown:
    view = AppraisalShown.model_validate(row)
    view.child_ref = report.child_ref
    view.words = words.get(row.result_id) if row.result_id else None
    return view
