"""Information pushes to 市未保委办公室, and the missed clocks of all services for supervision."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Identity, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from services.referrals.models.record import Record
from shared.database import APPEND_ONLY, Versioned


class Push(Record, Versioned):
    """What a department told the office, when it learnt of it and when it told (信息联动推送)."""

    __tablename__ = "push"
    __table_args__ = (
        Index("ix_push_child", "child_ref"),
        Index("ix_push_department", "department", "pushed_at"),
        Index("ix_push_state", "state", "id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    child_ref: Mapped[UUID | None]
    department: Mapped[str]
    town: Mapped[str | None]
    kind: Mapped[str]
    origin: Mapped[str]
    origin_id: Mapped[UUID | None]
    learned_at: Mapped[datetime]
    pushed_at: Mapped[datetime]
    late: Mapped[bool]
    state: Mapped[str]
    due_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    case_ref: Mapped[UUID | None]


class PushStep(Record):
    """One step a push took."""

    __tablename__ = "push_step"
    __table_args__ = (Index("ix_push_step_push", "push_id"), APPEND_ONLY)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(Identity(always=True))
    push_id: Mapped[UUID] = mapped_column(ForeignKey("push.id"))
    verb: Mapped[str]
    before: Mapped[str]
    after: Mapped[str]
    clause: Mapped[str]
    department: Mapped[str]
    officer: Mapped[str | None]
    at: Mapped[datetime]


class MissedClock(Record):
    """A statutory clock that ran out in any service, counted for the joint meeting."""

    __tablename__ = "missed_clock"
    __table_args__ = (Index("ix_missed_clock_department", "department", "due_at"),)
    deadline_id: Mapped[UUID] = mapped_column(primary_key=True)
    level: Mapped[int] = mapped_column(Integer)
    service: Mapped[str]
    kind: Mapped[str]
    department: Mapped[str]
    town: Mapped[str | None]
    subject_id: Mapped[UUID]
    due_at: Mapped[datetime]
