"""Records of evidence: files, what a scanner said of them, and files that come in parts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Identity, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from services.protection.models.record import Record
from shared.database import APPEND_ONLY, Versioned


class Attachment(Record):
    """A file of evidence and what it hangs on: hash, sniffed type, size; its bytes are sealed."""

    __tablename__ = "attachment"
    __table_args__ = (APPEND_ONLY,)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    about: Mapped[str] = mapped_column(server_default=text("'reports'"))
    # The column keeps its first name, so that the release before can work on this table.
    about_id: Mapped[UUID] = mapped_column("report_id", index=True)
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    client: Mapped[str]
    at: Mapped[datetime]


class AttachmentScan(Record):
    """What the virus scanner said of a file, and when; no line: it was never scanned."""

    __tablename__ = "attachment_scan"
    __table_args__ = (APPEND_ONLY,)
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    attachment_id: Mapped[UUID] = mapped_column(ForeignKey("attachment.id"), index=True)
    state: Mapped[str]
    found: Mapped[str | None]
    at: Mapped[datetime]


class Upload(Versioned, Record):
    """A file that comes in parts: announced with type, size and hash, then put piece by piece."""

    __tablename__ = "upload"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    about: Mapped[str] = mapped_column(server_default=text("'reports'"))
    about_id: Mapped[UUID] = mapped_column("report_id", index=True)
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    received: Mapped[int]
    client: Mapped[str]
    begun_at: Mapped[datetime]
    attached_at: Mapped[datetime | None]


class UploadPart(Record):
    """Sealed bytes of an upload at their offset; gone once the file is whole."""

    __tablename__ = "upload_part"
    upload_id: Mapped[UUID] = mapped_column(ForeignKey("upload.id"), primary_key=True)
    start: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    size: Mapped[int]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
