"""Records of tracing: children missed and children nobody knows; units that saw a child."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.protection.models.record import Record
from shared.database import APPEND_ONLY, Versioned


class Trace(Versioned, Record):
    """A child somebody misses or nobody knows; what it looks like is sealed (寻亲)."""

    __tablename__ = "trace"
    __table_args__ = (Index("ix_trace_kind", "kind", "state", "opened_at", "id"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    child_ref: Mapped[UUID]
    kind: Mapped[str]
    town: Mapped[str | None]
    at: Mapped[datetime]
    state: Mapped[str]
    opened_by: Mapped[str]
    opened_at: Mapped[datetime]
    matched_with: Mapped[UUID | None]


class TraceDecision(Record):
    """What a person made of a candidate: proposed, confirmed by a second, or excluded."""

    __tablename__ = "trace_decision"
    __table_args__ = (
        Index("ix_trace_decision", "missing_id", "found_id", "id"),
        APPEND_ONLY,
    )
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    missing_id: Mapped[UUID]
    found_id: Mapped[UUID] = mapped_column(index=True)
    decision: Mapped[str]
    basis: Mapped[str | None]
    by: Mapped[str]
    at: Mapped[datetime]


class UnitContact(Record):
    """A unit that had to do with a child of a case, and whether it could see signs (接触单位)."""

    __tablename__ = "unit_contact"
    __table_args__ = (APPEND_ONLY,)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    unit_id: Mapped[UUID | None]
    institution_type: Mapped[str]
    competent_authority: Mapped[str]
    how: Mapped[str]
    first_on: Mapped[date]
    last_on: Mapped[date | None]
    signs_seen: Mapped[bool | None]
    told_by: Mapped[str]
    at: Mapped[datetime]
