"""Parts of uploads that are under way."""

from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import UploadPart


async def parts_of(session: AsyncSession, upload_id: UUID) -> list[UploadPart]:
    """The parts of an upload in the order of their bytes."""
    rows = await session.scalars(
        select(UploadPart).where(UploadPart.upload_id == upload_id).order_by(UploadPart.start)
    )
    return list(rows)


async def drop_parts(session: AsyncSession, upload_id: UUID) -> None:
    """Forget the parts: the file is whole elsewhere, or given up."""
    await session.execute(delete(UploadPart).where(UploadPart.upload_id == upload_id))
