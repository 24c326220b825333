"""Applications, proposals, decisions and what follows from them (申请、拟定、决定、复核)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from services.eligibility.models.record import Record
from shared.database import APPEND_ONLY, Versioned


class Application(Versioned, Record):
    """Somebody applied for a child, or the data did (申请、政策找人)."""

    __tablename__ = "application"
    __table_args__ = (
        Index("ix_application_queue", "town", "state", "id"),
        Index("ix_application_child", "child_id"),
        Index(
            "uq_application_open",
            "child_id",
            unique=True,
            postgresql_where=text("state NOT IN ('decided', 'withdrawn')"),
        ),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    child_id: Mapped[UUID] = mapped_column(ForeignKey("child.id"))
    applicant: Mapped[str]
    route: Mapped[str]
    town: Mapped[str]
    received_in: Mapped[str | None]
    state: Mapped[str]
    review_id: Mapped[UUID | None]
    opened_at: Mapped[datetime]
    verified_by: Mapped[str | None]
    verified_at: Mapped[datetime | None]
    opinion: Mapped[str | None]
    closed_at: Mapped[datetime | None]


class FactRequest(Record):
    """What was missing on a day and which departments were asked (待查明事项)."""

    __tablename__ = "fact_request"
    __table_args__ = (
        Index("ix_fact_request_application", "application_id"),
        APPEND_ONLY,
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    child_id: Mapped[UUID]
    missing: Mapped[list[str]]
    departments: Mapped[list[str]]
    asked_at: Mapped[datetime]


class Proposal(Versioned, Record):
    """What an officer proposes to decide; a second one confirms it or gives it back (拟定)."""

    __tablename__ = "proposal"
    __table_args__ = (
        Index(
            "uq_proposal_open",
            "application_id",
            unique=True,
            postgresql_where=text("state = 'proposed'"),
        ),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    child_id: Mapped[UUID]
    outcome: Mapped[str]
    state: Mapped[str]
    reason: Mapped[str | None]
    departs: Mapped[str | None]
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    confirmed_by: Mapped[str | None]
    confirmed_at: Mapped[datetime | None]


class Decision(Record):
    """A decision, for good: what was known, what the law said, who signed (决定).

    `sealed` is the answer with its finding and the facts it rests on, word for word.
    """

    __tablename__ = "decision"
    __table_args__ = (
        Index("ix_decision_child", "child_id", "id"),
        Index("uq_decision_number", "number", unique=True),
        APPEND_ONLY,
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str]
    child_id: Mapped[UUID] = mapped_column(ForeignKey("child.id"))
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    supersedes: Mapped[UUID | None]
    outcome: Mapped[str]
    rate_class: Mapped[str]
    town: Mapped[str]
    legal_day: Mapped[date]
    known_at: Mapped[datetime]
    decided_on: Mapped[date]
    review_on: Mapped[date | None]
    first_month: Mapped[date | None]
    last_month: Mapped[date | None]
    lump_sum_months: Mapped[int]
    figures: Mapped[str]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    proposed_by: Mapped[str]
    confirmed_by: Mapped[str]
    decided_at: Mapped[datetime]


class DecisionCount(Record):
    """How many decisions a year has: the next one's number is one more (文号顺序)."""

    __tablename__ = "decision_count"
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class Delivery(Record):
    """The notice of a decision reached the family: from then the time of remedies runs (送达)."""

    __tablename__ = "delivery"
    __table_args__ = (Index("ix_delivery_decision", "decision_id"), APPEND_ONLY)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    child_id: Mapped[UUID] = mapped_column(ForeignKey("child.id"))
    decision_id: Mapped[UUID] = mapped_column(ForeignKey("decision.id"))
    delivered_on: Mapped[date]
    way: Mapped[str]
    receiver: Mapped[str]
    department: Mapped[str]
    officer: Mapped[str]
    at: Mapped[datetime]


class Award(Versioned, Record):
    """A monthly award as decided; what is paid is for payments to work out (发放资格)."""

    __tablename__ = "award"
    __table_args__ = (
        Index("ix_award_child", "child_id"),
        Index("uq_award_open", "child_id", unique=True, postgresql_where=text("ended_at IS NULL")),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    child_id: Mapped[UUID] = mapped_column(ForeignKey("child.id"))
    decision_id: Mapped[UUID] = mapped_column(ForeignKey("decision.id"))
    rate_class: Mapped[str]
    first_month: Mapped[date]
    last_month: Mapped[date | None]
    ended_at: Mapped[datetime | None]


class Plan(Record):
    """The benefit plan of a decision; lines that would tell a diagnosis are sealed (保障方案)."""

    __tablename__ = "plan"
    __table_args__ = (Index("ix_plan_child", "child_id"), APPEND_ONLY)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    child_id: Mapped[UUID] = mapped_column(ForeignKey("child.id"))
    decision_id: Mapped[UUID] = mapped_column(ForeignKey("decision.id"))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    line_count: Mapped[int]
    made_at: Mapped[datetime]


class Review(Versioned, Record):
    """A day on which a decision must be looked at again, and what came of it (动态复核)."""

    __tablename__ = "review"
    __table_args__ = (
        Index("ix_review_queue", "due_on", "id"),
        Index("ix_review_town", "town", "due_on", "id"),
        Index("ix_review_child", "child_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    child_id: Mapped[UUID] = mapped_column(ForeignKey("child.id"))
    decision_id: Mapped[UUID] = mapped_column(ForeignKey("decision.id"))
    town: Mapped[str]
    due_on: Mapped[date]
    cause: Mapped[str]
    state: Mapped[str]
    paused_by: Mapped[str | None]
    paused_why: Mapped[str | None]
    outcome: Mapped[str | None]
    opened_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]


class Objection(Versioned, Record):
    """An objection, reconsideration or suit against a decision; its words are sealed (救济)."""

    __tablename__ = "objection"
    __table_args__ = (Index("ix_objection_decision", "decision_id"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    child_id: Mapped[UUID] = mapped_column(ForeignKey("child.id"))
    decision_id: Mapped[UUID] = mapped_column(ForeignKey("decision.id"))
    kind: Mapped[str]
    state: Mapped[str]
    received_on: Mapped[date]
    received_by: Mapped[str]
    in_time: Mapped[bool]
    result: Mapped[str | None]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    new_application_id: Mapped[UUID | None]


class Import(Versioned, Record):
    """Facts sent in bulk: how far, and what was wrong row by row; resumable (批量推送)."""

    __tablename__ = "import"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    department: Mapped[str]
    officer: Mapped[str | None]
    town: Mapped[str | None]
    client: Mapped[str]
    mode: Mapped[str]
    state: Mapped[str]
    total: Mapped[int]
    done: Mapped[int]
    accepted: Mapped[int]
    rejected: Mapped[int]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class ImportRow(Record):
    """One row of a bulk push: sealed until it is taken, with what was wrong of it."""

    __tablename__ = "import_row"
    import_id: Mapped[UUID] = mapped_column(ForeignKey("import.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    state: Mapped[str]
    errors: Mapped[list[dict[str, Any]] | None]


class Simulation(Versioned, Record):
    """What other figures or rules would do to the whole register; nothing of it is touched."""

    __tablename__ = "simulation"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[date]
    figures: Mapped[dict[str, Any]]
    waived: Mapped[list[str]] = mapped_column(server_default=text("'[]'"))
    amounts: Mapped[dict[str, Any]]
    asked_by: Mapped[str]
    state: Mapped[str]
    total: Mapped[int]
    done: Mapped[int]
    after: Mapped[UUID | None]
    result: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
