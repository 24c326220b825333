"""Referrals and their lines: one need, and what each department was asked for and answered."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, Identity, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from services.referrals.models.record import Record
from shared.database import APPEND_ONLY, Versioned


class Referral(Record):
    """One need of one child, sent to departments (转介). Its words are sealed under its id."""

    __tablename__ = "referral"
    __table_args__ = (
        Index("ix_referral_child", "child_ref"),
        Index("ix_referral_origin", "origin", "origin_id"),
        Index("ix_referral_sender", "from_department", "from_town", "id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    child_ref: Mapped[UUID | None]
    origin: Mapped[str]
    origin_id: Mapped[UUID | None]
    from_department: Mapped[str]
    from_town: Mapped[str | None]
    from_officer: Mapped[str | None]
    town: Mapped[str | None]
    level: Mapped[str]
    basis: Mapped[dict[str, Any]]
    state: Mapped[str]
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class ShieldedChild(Record):
    """A child whose whereabouts nobody without a task may learn, as protection said."""

    __tablename__ = "shielded_child"
    child_ref: Mapped[UUID] = mapped_column(primary_key=True)


class Line(Record, Versioned):
    """What one department was asked for, with its own clock, answer and outcome (转介事项)."""

    __tablename__ = "line"
    __table_args__ = (
        Index("ix_line_referral", "referral_id"),
        Index("ix_line_inbox", "department", "town", "state", "id"),
        Index(
            "ix_line_escalated", "escalated_to", postgresql_where=text("escalated_to IS NOT NULL")
        ),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(Identity(always=True))
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id"))
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("line.id"))
    service: Mapped[str]
    clause: Mapped[str]
    lead: Mapped[str]
    department: Mapped[str]
    town: Mapped[str | None]
    state: Mapped[str]
    clock: Mapped[str]
    sent_at: Mapped[datetime]
    due_at: Mapped[datetime]
    received_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    fed_back_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    outcome: Mapped[str | None]
    accepted: Mapped[list[str] | None]
    satisfaction: Mapped[str | None]
    escalation: Mapped[int] = mapped_column(Integer, default=0)
    escalated_to: Mapped[str | None]
    reminded_at: Mapped[datetime | None]
    quiet: Mapped[bool] = mapped_column(Boolean, default=False, server_default=text("false"))


class LineStep(Record):
    """One step a line took: who, when, from where to where, under which clause."""

    __tablename__ = "line_step"
    __table_args__ = (Index("ix_line_step_line", "line_id"), APPEND_ONLY)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(Identity(always=True))
    line_id: Mapped[UUID] = mapped_column(ForeignKey("line.id"))
    verb: Mapped[str]
    before: Mapped[str]
    after: Mapped[str]
    clause: Mapped[str]
    department: Mapped[str]
    officer: Mapped[str | None]
    reason: Mapped[str | None]
    at: Mapped[datetime]


class Disclosed(Record):
    """Which classes of particulars went to whom with a line, on which legal basis."""

    __tablename__ = "disclosed"
    __table_args__ = (Index("ix_disclosed_line", "line_id"), APPEND_ONLY)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(Identity(always=True))
    line_id: Mapped[UUID] = mapped_column(ForeignKey("line.id"))
    department: Mapped[str]
    officer: Mapped[str | None]
    fields: Mapped[list[str]]
    basis: Mapped[str]
    clause: Mapped[str]
    at: Mapped[datetime]
