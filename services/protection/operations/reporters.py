"""The reporter's vault: opened for a purpose and a task, by two, for minutes (报告人身份)."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import Report, ReporterOpening
from services.protection.operations.handling import the_report
from services.protection.operations.report_view import subject_of_report
from services.protection.operations.steps import seal_note, signature
from services.protection.schemas.evidence import OpeningShown, OpeningTold
from shared import access, audit, vault
from shared.access import Particular, Subject
from shared.database import figure, new_id, now
from shared.identity import Principal
from shared.problem import NotFound, Refused, SecondPersonNeeded

OPENERS = ("police", "procuratorate", "court")


class NotOpened(Refused):
    """The vault stays shut: not approved, refused, the time is over, or no task any more."""

    zh, en = "尚未获批或已过期，不能查阅报告人", "Not approved, or no longer open"
    clause = "WL24:3.1h-2"


class OpeningDecided(Refused):
    """A second person has approved or refused it; who needs more asks anew."""

    zh, en = "该查阅申请已有决定，如需查阅请重新申请", "It has been decided: ask anew to open it"
    clause = "WL24:3.1h-2"


class NobodyNamed(Refused):
    """The report was anonymous: there is nothing to open."""

    zh, en = "匿名报告，没有报告人信息", "An anonymous report names nobody"
    clause = "WL24:3.1h-2"


async def _task_subject(session: AsyncSession, report: Report) -> Subject:
    subject = await subject_of_report(session, report)
    assert report.reporter_id is not None
    return Subject(id=report.reporter_id, kind="reporter", departments=subject.departments)


async def request_opening(
    session: AsyncSession, actor: Principal, report_id: UUID, told: OpeningTold
) -> ReporterOpening:
    """Ask to know who reported: a purpose and a reason, and a task in the case."""
    actor.of(*OPENERS)
    report = await the_report(session, actor, report_id)
    if report.reporter_id is None:
        raise NobodyNamed()
    if actor.department not in (await _task_subject(session, report)).departments:
        raise NotFound()
    reason_id = await seal_note(session, told.reason)
    assert reason_id is not None
    row = ReporterOpening(
        id=new_id(),
        report_id=report.id,
        department=actor.department,
        purpose=told.purpose,
        reason_id=reason_id,
        requested_by=signature(actor),
        requested_at=now(session),
        opened_count=0,
    )
    session.add(row)
    return row


async def _opening(session: AsyncSession, actor: Principal, opening_id: UUID) -> ReporterOpening:
    row = await session.get(ReporterOpening, opening_id, with_for_update=True)
    if row is None or row.department != actor.department:
        raise NotFound()
    return row


async def _undecided(session: AsyncSession, actor: Principal, opening_id: UUID) -> ReporterOpening:
    """A wish that another officer than who asked decides, once."""
    row = await _opening(session, actor, opening_id)
    if signature(actor) == row.requested_by:
        raise SecondPersonNeeded(clause="WL24:3.1h-2")
    if row.approved_by is not None or row.refused_by is not None:
        raise OpeningDecided()
    return row


async def for_approval(
    session: AsyncSession, actor: Principal, rows: Sequence[ReporterOpening]
) -> list[OpeningShown]:
    """Wishes with their reasons, which the second person reads before signing."""
    views = []
    for row in rows:
        report = await session.get_one(Report, row.report_id)
        reason = await vault.read(session, row.reason_id, Particular.NOTES)
        subject = await subject_of_report(session, report)
        seen = await access.disclose(session, actor, subject, {Particular.NOTES: reason})
        view = OpeningShown.model_validate(row)
        view.reason = seen[Particular.NOTES].get("words")
        views.append(view)
    return views


async def approve_opening(
    session: AsyncSession, actor: Principal, opening_id: UUID
) -> ReporterOpening:
    """Another officer of the same department approves; the vault is open for a short time."""
    row = await _undecided(session, actor, opening_id)
    row.approved_by, row.approved_at = signature(actor), now(session)
    minutes = int(figure(session, "reporter_opening_minutes"))
    row.open_until = now(session) + timedelta(minutes=minutes)
    return row


async def refuse_opening(
    session: AsyncSession, actor: Principal, opening_id: UUID
) -> ReporterOpening:
    """Another officer refuses; the wish is over."""
    row = await _undecided(session, actor, opening_id)
    row.refused_by = signature(actor)
    return row


async def open_reporter(
    session: AsyncSession, actor: Principal, opening_id: UUID
) -> dict[str, str]:
    """Who reported, to the officer who asked, while it is open; each look is on record."""
    row = await _opening(session, actor, opening_id)
    open_ = row.open_until is not None and now(session) <= row.open_until
    if signature(actor) != row.requested_by or not open_:
        raise NotOpened()
    report = await session.get(Report, row.report_id)
    if report is None or report.reporter_id is None:
        raise NobodyNamed()
    subject = await _task_subject(session, report)
    answer = access.ask(actor, "open", Particular.REPORTER, subject)
    if not answer.allowed:
        raise NotOpened()
    found = await vault.read(session, report.reporter_id, Particular.REPORTER)
    row.opened_count += 1
    record = audit.disclosure(
        session,
        actor,
        action="open",
        subject_id=report.id,  # whoever asks knows the report; the reporter's own id is nowhere
        subject_kind="reporter",
        fields=[f"reporter.{name}" for name in found],
        basis=list(answer.basis),
    )
    await audit.record(session, [record | {"purpose": row.purpose}])
    return found
