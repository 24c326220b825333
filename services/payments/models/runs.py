"""Runs, their lines, what blocked them, the payments made of them and what became of those.

Lines, payments, outcomes and steps are only ever added. A line is a delta: what a month and
benefit of a child came to, less what earlier lines already decided.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Identity, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.payments.models.record import Record
from shared.database import APPEND_ONLY, Versioned


class Run(Versioned, Record):
    """A payment run (发放批次): monthly, correction, or follow-up of returned payments."""

    __tablename__ = "run"
    __table_args__ = (
        Index(
            "uq_run_month",
            "month",
            unique=True,
            postgresql_where=text("kind = 'monthly' AND state <> 'rejected'"),
        ),
        Index(
            "uq_run_open_correction",
            "kind",
            unique=True,
            postgresql_where=text(
                "kind = 'correction' AND state IN ('preparing', 'prepared', 'checked')"
            ),
        ),
        Index("ix_run_original", "original_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    month: Mapped[date]
    original_id: Mapped[UUID | None]
    state: Mapped[str]
    prepared_by: Mapped[str]
    checked_by: Mapped[str | None]
    created_at: Mapped[datetime]
    lines: Mapped[int]
    children: Mapped[int]
    blocked: Mapped[int]
    total: Mapped[Decimal]
    overpaid: Mapped[Decimal]
    netted: Mapped[Decimal] = mapped_column(server_default=text("0"))
    control: Mapped[dict[str, Any]]

    @property
    def to_pay(self) -> Decimal:
        """What the bank is to pay: what was decided less what is kept for debts."""
        return self.total - self.netted


class RunPart(Record):
    """One town of a run; what is not done is still to do after a kill.

    `tally` is what was written of it, by benefit, counted as it was written.
    """

    __tablename__ = "run_part"
    run_id: Mapped[UUID] = mapped_column(primary_key=True)
    town: Mapped[str] = mapped_column(primary_key=True)
    done_at: Mapped[datetime | None]
    lines: Mapped[int]
    tally: Mapped[list[dict[str, Any]]] = mapped_column(server_default=text("'[]'"))


class RunStep(Record):
    """A step a run took, and whose (流转记录)."""

    __tablename__ = "run_step"
    __table_args__ = (Index("ix_run_step_run", "run_id"), APPEND_ONLY)
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    run_id: Mapped[UUID]
    verb: Mapped[str]
    before: Mapped[str]
    after: Mapped[str]
    level: Mapped[int]
    by: Mapped[str]
    at: Mapped[datetime]
    reason: Mapped[str | None]


class Explanation(Record):
    """A price class of a run: what every line that names it rests on (计算依据)."""

    __tablename__ = "explanation"
    __table_args__ = (Index("ix_explanation_run", "run_id"), APPEND_ONLY)
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    run_id: Mapped[UUID]
    month: Mapped[date]
    benefit: Mapped[str]
    rate_class: Mapped[str]
    other_relief: Mapped[Decimal]
    infant: Mapped[bool]
    multiple: Mapped[int]
    amount: Mapped[Decimal]
    clauses: Mapped[list[str]]
    working: Mapped[str]
    figures: Mapped[dict[str, str]]
    reason: Mapped[str]


class Line(Record):
    """One delta of one child, month and benefit; its explanation says why (发放明细).

    The references are proven by the run's invariants and not by a foreign key each: a million
    of those would cost more than the run itself.
    """

    __tablename__ = "line"
    __table_args__ = (
        # With the amount, so that what was decided of a child is summed in the index alone.
        Index(
            "uq_line_child_month",
            "child_id",
            "month",
            "benefit",
            "run_id",
            unique=True,
            postgresql_include=["amount"],
        ),
        Index("ix_line_run", "run_id"),
        APPEND_ONLY,
    )
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    run_id: Mapped[UUID]
    child_id: Mapped[UUID]
    decision_id: Mapped[UUID | None]
    explanation_id: Mapped[int | None]
    month: Mapped[date]
    amount: Mapped[Decimal]
    benefit: Mapped[str]
    town: Mapped[str]


class BlockedRow(Record):
    """A child a run did not pay, and why (暂缓发放)."""

    __tablename__ = "blocked_row"
    __table_args__ = (APPEND_ONLY,)
    run_id: Mapped[UUID] = mapped_column(primary_key=True)
    child_id: Mapped[UUID] = mapped_column(primary_key=True)
    reason: Mapped[str]
    town: Mapped[str]


class Payment(Record):
    """An instruction to the bank: one child's sum of a run to one payee (支付指令)."""

    __tablename__ = "payment"
    __table_args__ = (
        UniqueConstraint("run_id", "number"),
        UniqueConstraint("run_id", "child_id"),
        APPEND_ONLY,
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    run_id: Mapped[UUID]
    number: Mapped[int]
    child_id: Mapped[UUID]
    payee_id: Mapped[UUID]
    bank_code: Mapped[str]
    amount: Mapped[Decimal]
    town: Mapped[str]
    original_id: Mapped[UUID | None]


class Outcome(Record):
    """What the bank said became of a payment: paid, or returned with a reason (回单、退票)."""

    __tablename__ = "outcome"
    __table_args__ = (Index("ix_outcome_run", "run_id"), APPEND_ONLY)
    payment_id: Mapped[UUID] = mapped_column(primary_key=True)
    run_id: Mapped[UUID]
    state: Mapped[str]
    reason: Mapped[str | None]
    day: Mapped[date]
    at: Mapped[datetime]


class Reversal(Record):
    """A payment the bank had called paid and sent back later (付后退汇)."""

    __tablename__ = "reversal"
    __table_args__ = (Index("ix_reversal_run", "run_id"), APPEND_ONLY)
    payment_id: Mapped[UUID] = mapped_column(primary_key=True)
    run_id: Mapped[UUID]
    reason: Mapped[str]
    day: Mapped[date]
    taken_by: Mapped[str]
    at: Mapped[datetime]


class Seal(Record):
    """Digests of a run's rows, some rows each, under a MAC the database cannot make (封签)."""

    __tablename__ = "seal"
    __table_args__ = (APPEND_ONLY,)
    run_id: Mapped[UUID] = mapped_column(primary_key=True)
    what: Mapped[str] = mapped_column(primary_key=True)
    digests: Mapped[bytes] = mapped_column(LargeBinary)
    mac: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_at: Mapped[datetime]


class Arrival(Versioned, Record):
    """A payment drawn by lot, and what the family said when somebody asked (到账抽查).

    `answer`: received, short, not_received, unreachable; none while nobody asked.
    """

    __tablename__ = "arrival"
    __table_args__ = (Index("ix_arrival_run", "run_id"),)
    payment_id: Mapped[UUID] = mapped_column(primary_key=True)
    run_id: Mapped[UUID]
    child_id: Mapped[UUID]
    town: Mapped[str]
    amount: Mapped[Decimal]
    answer: Mapped[str | None]
    received: Mapped[Decimal | None]
    answered_by: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    conclusion: Mapped[str | None]
    concluded_by: Mapped[str | None]


class BankFile(Record):
    """A file made for a bank: how many rows, what sum, which digest (银行代发文件)."""

    __tablename__ = "bank_file"
    __table_args__ = (APPEND_ONLY,)
    run_id: Mapped[UUID] = mapped_column(primary_key=True)
    bank_code: Mapped[str] = mapped_column(primary_key=True)
    rows: Mapped[int]
    total: Mapped[Decimal]
    sha256: Mapped[str]
    made_at: Mapped[datetime]
