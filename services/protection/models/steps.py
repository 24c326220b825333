"""The history of lawful steps."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.protection.models.record import Record
from shared.database import APPEND_ONLY


class Step(Record):
    """One lawful move of anything: who, when, from where to where; words are sealed (流转记录)."""

    __tablename__ = "step"
    __table_args__ = (
        Index("ix_step_subject", "subject_id", "id"),
        Index("ix_step_case", "case_id", "id"),
        APPEND_ONLY,
    )
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    note_id: Mapped[UUID | None]
    kind: Mapped[str]
    subject_id: Mapped[UUID]
    case_id: Mapped[UUID | None]
    verb: Mapped[str]
    before: Mapped[str]
    after: Mapped[str]
    reason: Mapped[str | None]
    clause: Mapped[str | None]
    department: Mapped[str]
    client: Mapped[str]
    officer: Mapped[str | None]
    # The superior whose approval the law asks for, where it asks for one.
    approved_by: Mapped[str | None]
    at: Mapped[datetime]
