"""Matters and their steps, the students of special groups, meetings and posts in the villages."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Identity, Index, Integer, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.referrals.models.record import Record
from shared.database import APPEND_ONLY, Versioned


class Matter(Record, Versioned):
    """Whatever takes the lawful steps of its table; details are codes, days and counts."""

    __tablename__ = "matter"
    __table_args__ = (
        Index("ix_matter_kind", "kind", "state", "id"),
        Index("ix_matter_child", "child_ref"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    state: Mapped[str]
    child_ref: Mapped[UUID | None]
    owner: Mapped[str]
    department: Mapped[str]
    town: Mapped[str | None]
    details: Mapped[dict[str, Any]]
    opened_at: Mapped[datetime]
    opened_by: Mapped[str | None]
    client: Mapped[str | None]
    due_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class MatterStep(Record):
    """One step of a matter, with what was said of it."""

    __tablename__ = "matter_step"
    __table_args__ = (Index("ix_matter_step_matter", "matter_id"), APPEND_ONLY)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(Identity(always=True))
    matter_id: Mapped[UUID] = mapped_column(ForeignKey("matter.id"))
    verb: Mapped[str]
    before: Mapped[str]
    after: Mapped[str]
    clause: Mapped[str]
    department: Mapped[str]
    officer: Mapped[str | None]
    details: Mapped[dict[str, Any]]
    at: Mapped[datetime]


class Student(Record, Versioned):
    """A student of a special group: which groups, which school; who it is lies in the vault."""

    __tablename__ = "student"
    child_ref: Mapped[UUID] = mapped_column(primary_key=True)
    groups: Mapped[list[str]]
    school_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    stage: Mapped[str | None]
    town: Mapped[str | None]
    contributors: Mapped[list[str]]
    active: Mapped[bool]
    changed_at: Mapped[datetime]


class ChildLink(Record):
    """A reference that is a child of the register, and what went to the child with it."""

    __tablename__ = "child_link"
    child_ref: Mapped[UUID] = mapped_column(primary_key=True)
    child_id: Mapped[UUID]
    moved: Mapped[dict[str, list[str]]] = mapped_column(JSONB)


class Meeting(Record):
    """A joint meeting; its minutes are sealed under its id, its tasks are matters (联席会议)."""

    __tablename__ = "meeting"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    held_on: Mapped[date]
    topics: Mapped[list[str]]
    attended: Mapped[list[str]]
    convened_by: Mapped[str]
    at: Mapped[datetime]


class StaffPost(Record, Versioned):
    """A post of 儿童督导员 (town) or 儿童主任 (village): filled or vacant, trained when."""

    __tablename__ = "staff_post"
    __table_args__ = (UniqueConstraint("town", "village", "role"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    town: Mapped[str]
    village: Mapped[str]
    role: Mapped[str]
    filled: Mapped[bool]
    since: Mapped[date | None]
    trained_on: Mapped[date | None]
    training_hours: Mapped[int] = mapped_column(Integer)
    changed_at: Mapped[datetime]
