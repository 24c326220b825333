"""Records of recommendations to units and offices that failed children (检察建议)."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from services.protection.models.record import Record
from shared.database import Versioned


class Recommendation(Versioned, Record):
    """Who advised whom of which failures; `department` is the unit's authority, or the advised."""

    __tablename__ = "recommendation"
    __table_args__ = (Index("ix_recommendation_state", "state", "sent_at", "id"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    issuer: Mapped[str]
    document_ref: Mapped[str]
    unit_id: Mapped[UUID | None]
    department: Mapped[str]
    town: Mapped[str | None]
    case_id: Mapped[UUID | None]
    failures: Mapped[list[str]]
    state: Mapped[str]
    sent_on: Mapped[date]
    sent_at: Mapped[datetime]
    sent_by: Mapped[str]
    replied_on: Mapped[date | None]
    note_id: Mapped[UUID | None]
    withdrawing_by: Mapped[str | None]
