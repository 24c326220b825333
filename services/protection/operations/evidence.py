"""Evidence files: type by content, size, hash, scanned for viruses, sealed (证据)."""

import hashlib
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import Attachment, AttachmentScan
from services.protection.operations.holders import Holder, the_holder
from services.protection.operations.opening import entry
from services.protection.operations.scanning import INFECTED, UNSCANNED, Verdict, scanned
from services.protection.queries.evidence import attachments_of, newest_scan, scan_states
from services.protection.schemas.evidence import About, AttachmentShown
from shared import access, vault
from shared.access import Particular
from shared.database import figure, new_id, now
from shared.identity import Principal
from shared.problem import Conflict, Invalid, NotFound, Refused, TooLarge, UnsupportedMedia

SNIFFED: tuple[tuple[bytes, int, str], ...] = (
    (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", 0, "image/png"),
    (b"ftypheic", 4, "image/heic"),
    (b"%PDF-", 0, "application/pdf"),
    (b"ftypM4A", 4, "audio/mp4"),
    (b"ftyp", 4, "video/mp4"),
    (b"ID3", 0, "audio/mpeg"),
    (b"OggS", 0, "audio/ogg"),
    (b"#!AMR", 0, "audio/amr"),
)
TYPES = sorted({media_type for _, _, media_type in SNIFFED})


class UnknownType(Invalid):
    """What the bytes are is not a type that is kept, or not what was claimed."""

    zh, en = "文件类型不支持或与声明不符", "The type is not kept, or not what was claimed"
    clause = "GJF2020-9:6"


class Infected(Refused):
    """The scanner found a virus: the file is neither kept nor handed out."""

    zh, en = "文件含有恶意代码，不予接收或提供", "The file carries malware: not taken, not given"
    clause = "GJF2020-9:6"


def sniffed(data: bytes) -> str | None:
    """The media type the bytes themselves show."""
    return next((t for mark, at, t in SNIFFED if data[at : at + len(mark)] == mark), None)


def largest(session: AsyncSession) -> int:
    """How many bytes a file may have."""
    return int(figure(session, "attachment_megabytes")) * 1024 * 1024


def refuse_large(session: AsyncSession, size: int) -> None:
    """A file over the size of the figure is a 413 that names it."""
    if size > largest(session):
        raise TooLarge(clause="GJF2020-9:6", allowed=[largest(session)])


def media_type_of(claimed: str) -> str:
    """A media type without its parameters."""
    return claimed.partition(";")[0].strip().lower()


def claimed_type(claimed: str) -> str:
    """The media type without parameters, if it is one that is kept."""
    media_type = media_type_of(claimed)
    if media_type not in TYPES:
        raise UnknownType(where="media_type", allowed=TYPES)
    return media_type


async def attach(
    session: AsyncSession, actor: Principal, about: About, id_: UUID, data: bytes, claimed: str
) -> tuple[Attachment, str]:
    """Keep a file that came in one piece."""
    if media_type_of(claimed) not in TYPES:
        raise UnsupportedMedia(where="header.Content-Type", allowed=TYPES)
    holder = await the_holder(session, actor, about, id_)
    return await keep(session, actor, holder, data, claimed)


async def keep(
    session: AsyncSession,
    actor: Principal,
    holder: Holder,
    data: bytes,
    claimed: str,
    attachment_id: UUID | None = None,
) -> tuple[Attachment, str]:
    """Keep a file: too large is 413, a wrong type 400, an infected one 409; and how it was scanned.

    The hash is of the plain bytes; what is stored is sealed under the key of what it hangs on.
    """
    refuse_large(session, len(data))
    media_type = claimed_type(claimed)
    if sniffed(data) != media_type:
        raise UnknownType(where="media_type", allowed=TYPES)
    verdict = await scanned(data)
    if verdict.state == INFECTED:
        raise Infected(found=verdict.found)
    if attachment_id is not None and await session.get(Attachment, attachment_id) is not None:
        raise Conflict(where="id", clause="GJF2020-9:6")
    row = Attachment(
        id=attachment_id or new_id(),
        about=holder.about.value,
        about_id=holder.id,
        media_type=media_type,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        sealed=b"",
        client=actor.client,
        at=now(session),
    )
    row.sealed = await vault.seal_for(session, holder.id, f"attachment|{row.id}", data)
    session.add(row)
    if holder.case_id is not None:
        entry(session, actor, holder.case_id, "evidence", code=holder.about.value, ref=row.id)
    await session.flush()
    _record(session, row, verdict)
    return row, verdict.state


def _record(session: AsyncSession, row: Attachment, verdict: Verdict) -> None:
    """What the scanner said and when; a file nobody scanned has no line, and says so."""
    if verdict.state != UNSCANNED:
        session.add(
            AttachmentScan(
                attachment_id=row.id, state=verdict.state, found=verdict.found, at=now(session)
            )
        )


async def files_of(
    session: AsyncSession, actor: Principal, about: About, id_: UUID
) -> list[AttachmentShown]:
    """The files of a thing, without their bytes, and how each was scanned."""
    holder = await the_holder(session, actor, about, id_, lock=False)
    rows = await attachments_of(session, about.value, holder.id)
    own = [row for row in rows if holder.holds(row.client, actor)]
    scans = await scan_states(session, [row.id for row in own])
    shown = [AttachmentShown.model_validate(row) for row in own]
    return [view.model_copy(update={"scan": scans.get(view.id, UNSCANNED)}) for view in shown]


async def read_file(
    session: AsyncSession, actor: Principal, attachment_id: UUID
) -> tuple[Attachment, bytes, str]:
    """The bytes, for those who may read the case's notes; checked against their hash; on record.

    What was never scanned is scanned before it is handed out, where there is a scanner by now.
    """
    row = await session.get(Attachment, attachment_id)
    if row is None:
        raise NotFound()
    subject = (await the_holder(session, actor, row.about, row.about_id, lock=False)).subject
    if not access.ask(actor, "see", Particular.NOTES, subject).allowed:
        raise NotFound()
    data = await vault.unseal_for(session, row.about_id, f"attachment|{row.id}", row.sealed)
    assert hashlib.sha256(data).hexdigest() == row.sha256
    known = await newest_scan(session, row.id)
    state = known.state if known else UNSCANNED
    if known is None:
        verdict = await scanned(data)
        _record(session, row, verdict)
        state = verdict.state
    if state == INFECTED:
        raise Infected()
    await access.disclose(session, actor, subject, {Particular.NOTES: {"attachment": row.sha256}})
    return row, data, state
