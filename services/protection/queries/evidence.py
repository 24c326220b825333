"""Files of evidence, what the scanner said of them, and parts of uploads that are under way."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import Attachment, AttachmentScan, CaseEntry, UploadPart


async def attachments_of(session: AsyncSession, about: str, about_id: UUID) -> list[Attachment]:
    """The files that hang on a thing, oldest first."""
    rows = await session.scalars(
        select(Attachment)
        .where(Attachment.about == about, Attachment.about_id == about_id)
        .order_by(Attachment.at, Attachment.id)
    )
    return list(rows)


async def visit_entry(session: AsyncSession, visit_id: UUID) -> CaseEntry | None:
    """The line of a timeline that is a visit."""
    found: CaseEntry | None = await session.scalar(
        select(CaseEntry).where(CaseEntry.kind == "visit", CaseEntry.ref == visit_id)
    )
    return found


async def newest_scan(session: AsyncSession, attachment_id: UUID) -> AttachmentScan | None:
    """What the scanner last said of a file; None when nobody asked it."""
    found: AttachmentScan | None = await session.scalar(
        select(AttachmentScan)
        .where(AttachmentScan.attachment_id == attachment_id)
        .order_by(AttachmentScan.id.desc())
        .limit(1)
    )
    return found


async def scan_states(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, str]:
    """The newest state of each file that was ever scanned."""
    rows = await session.scalars(
        select(AttachmentScan)
        .where(AttachmentScan.attachment_id.in_(ids))
        .order_by(AttachmentScan.id)
    )
    return {row.attachment_id: row.state for row in rows}


async def parts_of(session: AsyncSession, upload_id: UUID) -> list[UploadPart]:
    """The parts of an upload in the order of their bytes."""
    rows = await session.scalars(
        select(UploadPart).where(UploadPart.upload_id == upload_id).order_by(UploadPart.start)
    )
    return list(rows)


async def drop_parts(session: AsyncSession, upload_id: UUID) -> None:
    """Forget the parts: the file is whole elsewhere, or given up."""
    await session.execute(delete(UploadPart).where(UploadPart.upload_id == upload_id))
