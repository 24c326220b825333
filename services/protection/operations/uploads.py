"""Uploads in parts: a phone that loses the line goes on where it was (断点续传).

The id is made where the file is; each part is put at its offset. The same part put again changes
nothing, and the last one makes the file an attachment under the same checks as one in one piece.
"""

import hashlib
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import Attachment, Upload, UploadPart
from services.protection.operations.evidence import claimed_type, keep, refuse_large
from services.protection.operations.holders import the_holder
from services.protection.queries.evidence import drop_parts, parts_of
from services.protection.schemas.evidence import About, UploadShown, UploadTold
from shared import deadlines, vault
from shared.database import figure, now
from shared.identity import Principal
from shared.problem import Invalid, KeyReused, NotFound, Refused


class NotThere(Refused):
    """A part begins where the bytes before it end; `allowed` names that offset."""

    zh, en = "分段起点与已收字节不符", "The part does not begin where the last one ended"
    clause = "GJF2020-9:6"


class TooMuch(Invalid):
    """A part is empty, or longer than what is left of the file that was announced."""

    zh, en = "分段为空或超出所声明的大小", "The part is empty or runs past the announced size"
    clause = "GJF2020-9:6"


class NotTheSame(Refused):
    """The bytes that came are not those that were announced; the upload begins anew."""

    zh, en = "文件与所声明的 SHA-256 不符，请重新上传", "Not the announced SHA-256: upload it anew"
    clause = "GJF2020-9:6"


async def begin(
    session: AsyncSession, actor: Principal, about: About, id_: UUID, told: UploadTold
) -> UploadShown:
    """Announce a file: id, type, size, hash. Announced again it says how far it came."""
    holder = await the_holder(session, actor, about, id_)
    refuse_large(session, told.size)
    media_type = claimed_type(told.media_type)
    row = await session.get(Upload, told.id)
    if row is None:
        row = Upload(
            id=told.id,
            about=holder.about.value,
            about_id=holder.id,
            media_type=media_type,
            size=told.size,
            sha256=told.sha256,
            received=0,
            client=actor.client,
            begun_at=now(session),
        )
        session.add(row)
        await session.flush()
        at = now(session) + timedelta(days=int(figure(session, "upload_days")))
        await deadlines.remind(session, "upload_expiry", row.id, at)
    elif (row.client, row.about_id, row.sha256) != (actor.client, holder.id, told.sha256):
        raise KeyReused(where="body.id")
    return await shown(session, row)


async def the_upload(session: AsyncSession, actor: Principal, upload_id: UUID) -> Upload:
    """The upload of the caller's own, locked; another's is as if absent."""
    row = await session.get(Upload, upload_id, with_for_update=True)
    if row is None or row.client != actor.client:
        raise NotFound()
    return row


async def put_part(
    session: AsyncSession, actor: Principal, upload_id: UUID, offset: int, data: bytes
) -> UploadShown:
    """Put a part; with the last one the file is checked, scanned, sealed and attached."""
    row = await the_upload(session, actor, upload_id)
    if not data or offset + len(data) > row.size:
        raise TooMuch(where="body", allowed=[row.size - min(offset, row.size)])
    digest = hashlib.sha256(data).digest()
    if offset < row.received:
        part = await session.get(UploadPart, (row.id, offset))
        done = row.attached_at is not None
        if not done and (part is None or part.digest != digest):
            raise NotThere(where="path.offset", allowed=[row.received])
        return await shown(session, row)
    if offset > row.received:
        raise NotThere(where="path.offset", allowed=[row.received])
    sealed = await vault.seal_for(session, row.about_id, f"upload|{row.id}|{offset}", data)
    session.add(
        UploadPart(upload_id=row.id, start=offset, size=len(data), digest=digest, sealed=sealed)
    )
    row.received += len(data)
    await session.flush()
    if row.received == row.size:
        await _finish(session, actor, row)
    return await shown(session, row)


async def _finish(session: AsyncSession, actor: Principal, row: Upload) -> None:
    whole = bytearray()
    for part in await parts_of(session, row.id):
        name = f"upload|{row.id}|{part.start}"
        whole += await vault.unseal_for(session, row.about_id, name, part.sealed)
    data = bytes(whole)
    if hashlib.sha256(data).hexdigest() != row.sha256:
        raise NotTheSame(where="body.sha256")
    holder = await the_holder(session, actor, row.about, row.about_id)
    await keep(session, actor, holder, data, row.media_type, row.id)
    await drop_parts(session, row.id)
    await deadlines.cancel(session, row.id, "upload_expiry", "complete")
    row.attached_at = now(session)


async def abandon(session: AsyncSession, actor: Principal, upload_id: UUID) -> None:
    """Give an upload up: its parts are gone, and the file may be announced anew."""
    row = await the_upload(session, actor, upload_id)
    if row.attached_at is not None:
        raise NotThere(where="path.upload_id", allowed=[])
    await drop_parts(session, row.id)
    await deadlines.cancel(session, row.id, "upload_expiry", "abandoned")
    await session.delete(row)


async def expire(session: AsyncSession, upload_id: UUID) -> None:
    """Nobody went on with it for days: it is as if it had not begun."""
    row = await session.get(Upload, upload_id, with_for_update=True)
    if row is not None and row.attached_at is None:
        await drop_parts(session, row.id)
        await session.delete(row)


async def shown(session: AsyncSession, row: Upload) -> UploadShown:
    """How far it came, and the attachment it became."""
    done = row.attached_at is not None
    attachment = await session.get(Attachment, row.id) if done else None
    return UploadShown(
        id=row.id,
        about=About(row.about),
        about_id=row.about_id,
        size=row.size,
        offset=row.received,
        complete=done,
        attachment_id=attachment.id if attachment else None,
    )
