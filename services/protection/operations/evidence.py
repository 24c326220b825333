"""Evidence files and the reporter's vault: sealed, opened by two, on record (证据、报告人)."""

import hashlib
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import Attachment, Report, ReporterOpening
from services.protection.operations.handling import the_report
from services.protection.operations.law import figure
from services.protection.operations.report_view import subject_of_report
from services.protection.operations.steps import seal_note, signature
from services.protection.schemas.reports import OpeningTold
from shared import access, audit, vault
from shared.access import Particular, Subject
from shared.database import new_id, now
from shared.identity import Principal
from shared.problem import Invalid, NotFound, Refused, SecondPersonNeeded, TooLarge

OPENERS = ("police", "procuratorate", "court")
SNIFFED: tuple[tuple[bytes, int, str], ...] = (
    (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", 0, "image/png"),
    (b"%PDF-", 0, "application/pdf"),
    (b"ftyp", 4, "video/mp4"),
    (b"ID3", 0, "audio/mpeg"),
    (b"OggS", 0, "audio/ogg"),
)


class UnknownType(Invalid):
    """What the bytes are is not a type that is kept, or not what was claimed."""

    zh, en = "文件类型不支持或与声明不符", "The type is not kept, or not what was claimed"
    clause = "GJF2020-9:6"


class NotOpened(Refused):
    """The vault stays shut: not approved, refused, or the time is over."""

    zh, en = "尚未获批或已过期，不能查阅报告人", "Not approved, or no longer open"
    clause = "WL24:3.1h-2"


class NobodyNamed(Refused):
    """The report was anonymous: there is nothing to open."""

    zh, en = "匿名报告，没有报告人信息", "An anonymous report names nobody"
    clause = "WL24:3.1h-2"


def sniffed(data: bytes) -> str | None:
    """The media type the bytes themselves show."""
    return next((t for mark, at, t in SNIFFED if data[at : at + len(mark)] == mark), None)


async def attach(
    session: AsyncSession, actor: Principal, report_id: UUID, data: bytes, claimed: str
) -> Attachment:
    """Keep a file: too large is 413, a wrong type 400; hash of the plain bytes, sealed storage."""
    report = await the_report(session, actor, report_id)
    if len(data) > int(figure(session, "attachment_megabytes")) * 1024 * 1024:
        raise TooLarge(clause="GJF2020-9:6", allowed=[figure(session, "attachment_megabytes")])
    media_type = sniffed(data)
    if media_type is None or claimed.split(";", maxsplit=1)[0].strip().lower() != media_type:
        raise UnknownType(where="header.Content-Type", allowed=sorted({t for _, _, t in SNIFFED}))
    row = Attachment(
        id=new_id(),
        report_id=report.id,
        media_type=media_type,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        sealed=b"",
        client=actor.client,
        at=now(session),
    )
    row.sealed = await vault.seal_for(session, report.id, f"attachment|{row.id}", data)
    session.add(row)
    return row


async def read_file(
    session: AsyncSession, actor: Principal, attachment_id: UUID
) -> tuple[Attachment, bytes]:
    """The bytes, for those who may read the case's notes; checked against their hash; on record."""
    row = await session.get(Attachment, attachment_id)
    if row is None:
        raise NotFound()
    report = await the_report(session, actor, row.report_id, lock=False)
    subject = await subject_of_report(session, report)
    if not access.ask(actor, "see", Particular.NOTES, subject).allowed:
        raise NotFound()
    data = await vault.unseal_for(session, report.id, f"attachment|{row.id}", row.sealed)
    assert hashlib.sha256(data).hexdigest() == row.sha256
    await access.disclose(session, actor, subject, {Particular.NOTES: {"attachment": row.sha256}})
    return row, data


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


async def approve_opening(
    session: AsyncSession, actor: Principal, opening_id: UUID
) -> ReporterOpening:
    """Another officer of the same department approves; the vault is open for a short time."""
    row = await _opening(session, actor, opening_id)
    if signature(actor) == row.requested_by:
        raise SecondPersonNeeded(clause="WL24:3.1h-2")
    if row.approved_by is not None or row.refused_by is not None:
        raise NotOpened()
    row.approved_by, row.approved_at = signature(actor), now(session)
    minutes = int(figure(session, "reporter_opening_minutes"))
    row.open_until = now(session) + timedelta(minutes=minutes)
    return row


async def refuse_opening(
    session: AsyncSession, actor: Principal, opening_id: UUID
) -> ReporterOpening:
    """Another officer refuses; the wish is over."""
    row = await _opening(session, actor, opening_id)
    if signature(actor) == row.requested_by:
        raise SecondPersonNeeded(clause="WL24:3.1h-2")
    if row.approved_by is not None or row.refused_by is not None:
        raise NotOpened()
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
