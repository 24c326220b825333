"""The history of lawful steps."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.eligibility.models.record import Record
from shared.database import APPEND_ONLY


class Step(Record):
    """One lawful move: who, when, from where to where, under which clause (流转记录)."""

    __tablename__ = "step"
    __table_args__ = (Index("ix_step_subject", "subject_id", "id"), APPEND_ONLY)
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    kind: Mapped[str]
    subject_id: Mapped[UUID]
    child_id: Mapped[UUID]
    verb: Mapped[str]
    before: Mapped[str]
    after: Mapped[str]
    clause: Mapped[str]
    department: Mapped[str]
    officer: Mapped[str | None]
    reason: Mapped[str | None]
    at: Mapped[datetime]
