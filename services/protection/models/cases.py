"""Records of a case: the case, its timeline, tasks, plans, flags, warnings, measures asked for."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Identity, Index, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.protection.models.record import Record
from shared.database import APPEND_ONLY, Versioned


class Case(Versioned, Record):
    """The protection case of one child (保护个案). `departments` have a task in it."""

    __tablename__ = "protection_case"
    __table_args__ = (
        Index("ix_case_town", "town", "opened_at", "id"),
        Index("ix_case_state", "state", "opened_at", "id"),
        Index("ix_case_opened", "opened_at", "id"),
        Index("ix_case_child", "child_ref"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    child_ref: Mapped[UUID]
    origin: Mapped[str]
    level: Mapped[str]
    town: Mapped[str | None]
    state: Mapped[str]
    shielded: Mapped[bool] = mapped_column(server_default=text("false"))
    departments: Mapped[list[str]]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closure_reason: Mapped[str | None]
    planned_by: Mapped[str | None]
    closing_by: Mapped[str | None]
    reopened: Mapped[int] = mapped_column(Integer, server_default=text("0"))


class CaseEntry(Record):
    """A line of a case's timeline: a visit, a note, an event; its words are sealed (办案记录)."""

    __tablename__ = "case_entry"
    __table_args__ = (
        Index("ix_case_entry_case", "case_id", "id"),
        Index("uq_case_entry_visit", "ref", unique=True, postgresql_where=text("kind = 'visit'")),
        APPEND_ONLY,
    )
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    case_id: Mapped[UUID]
    kind: Mapped[str]
    code: Mapped[str | None]
    ref: Mapped[UUID | None]
    note_id: Mapped[UUID | None]
    data: Mapped[dict[str, Any] | None]
    department: Mapped[str]
    officer: Mapped[str | None]
    at: Mapped[datetime]


class CaseTask(Versioned, Record):
    """Something a department has to do in a case; its presence is what makes it need to know."""

    __tablename__ = "case_task"
    __table_args__ = (
        Index("ix_case_task_case", "case_id"),
        Index("ix_case_task_due", "department", "due_on"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID]
    department: Mapped[str]
    town: Mapped[str | None]
    code: Mapped[str]
    due_on: Mapped[date | None]
    note_id: Mapped[UUID | None]
    set_by: Mapped[str]
    set_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by: Mapped[str | None]
    outcome: Mapped[str | None]


class CasePlan(Record):
    """One version of a child's plan; a new version names what changed (一人一案)."""

    __tablename__ = "case_plan"
    __table_args__ = (APPEND_ONLY,)
    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    goals: Mapped[list[str]]
    services: Mapped[list[str]]
    visit_every: Mapped[str]
    note_id: Mapped[UUID | None]
    made_by: Mapped[str]
    made_at: Mapped[datetime]


class CaseFlag(Versioned, Record):
    """A supervisor's flag on a case: what worries, until when it must be answered (督办)."""

    __tablename__ = "case_flag"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    code: Mapped[str]
    note_id: Mapped[UUID | None]
    raised_by: Mapped[str]
    raised_at: Mapped[datetime]
    cleared_by: Mapped[str | None]
    cleared_at: Mapped[datetime | None]


class MeasureRequest(Record):
    """Services asked of departments for a child; referrals opens one referral for it."""

    __tablename__ = "measure_request"
    __table_args__ = (APPEND_ONLY,)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    services: Mapped[list[str]]
    departments: Mapped[list[str]]
    asked_by: Mapped[str]
    at: Mapped[datetime]


class Absence(Versioned, Record):
    """A child absent from school since a day: how long, whether explained, until when (缺课)."""

    __tablename__ = "absence"
    __table_args__ = (
        UniqueConstraint("child_ref", "since"),
        Index("ix_absence_town", "town", "told_at", "id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    child_ref: Mapped[UUID]
    since: Mapped[date]
    town: Mapped[str | None]
    days: Mapped[int]
    explained: Mapped[bool | None]
    returned_on: Mapped[date | None]
    note_id: Mapped[UUID | None]
    department: Mapped[str]
    client: Mapped[str]
    told_at: Mapped[datetime]


class Warned(Versioned, Record):
    """An early warning and the check it opened (预警核查)."""

    __tablename__ = "warning"
    __table_args__ = (
        Index(
            "uq_warning_open",
            "child_ref",
            "reason",
            unique=True,
            postgresql_where=text("checked_at IS NULL"),
        ),
        Index("ix_warning_town", "town", "raised_at", "id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    child_ref: Mapped[UUID]
    case_id: Mapped[UUID | None]
    reason: Mapped[str]
    cause_id: Mapped[UUID | None]
    town: Mapped[str | None]
    raised_at: Mapped[datetime]
    checked_at: Mapped[datetime | None]
    checked_by: Mapped[str | None]
    finding: Mapped[str | None]
