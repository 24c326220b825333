"""The ledger: every movement of money between two accounts, only ever added (复式记账)."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Identity, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.payments.models.record import Record
from shared.database import APPEND_ONLY, Versioned


class Transfer(Record):
    """An amount from one account to another; both sides are one row, so books always balance."""

    __tablename__ = "transfer"
    __table_args__ = (
        CheckConstraint("amount > 0", name="positive"),
        CheckConstraint("debit <> credit", name="two_accounts"),
        UniqueConstraint("cause", "reference", "debit", "credit", "benefit", "town"),
        Index("ix_transfer_run", "run_id"),
        APPEND_ONLY,
    )
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    debit: Mapped[str]
    credit: Mapped[str]
    amount: Mapped[Decimal]
    run_id: Mapped[UUID | None]
    cause: Mapped[str]
    reference: Mapped[str]
    benefit: Mapped[str]
    town: Mapped[str]
    posted_at: Mapped[datetime]


class Debt(Versioned, Record):
    """What was paid too much for a child, with its cause and what is done about it (多发款).

    `state`: recorded, proposed, approved, settled, waived. Nothing is taken back before a
    second person approved how, and nothing is netted without consent.
    """

    __tablename__ = "debt"
    __table_args__ = (
        UniqueConstraint("run_id", "child_id"),
        Index("ix_debt_child", "child_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    run_id: Mapped[UUID]
    child_id: Mapped[UUID]
    town: Mapped[str]
    amount: Mapped[Decimal]
    recovered: Mapped[Decimal]
    cause: Mapped[str]
    state: Mapped[str]
    way: Mapped[str | None]
    fault: Mapped[str | None]
    heard_on: Mapped[date | None]
    plan: Mapped[list[Any]]
    consent: Mapped[str | None]
    reason: Mapped[str | None]
    recorded_at: Mapped[datetime]
    proposed_by: Mapped[str | None]
    approved_by: Mapped[str | None]


class Netting(Record):
    """What a run keeps of a child's money for a debt, as its family agreed to (抵扣)."""

    __tablename__ = "netting"
    __table_args__ = (Index("ix_netting_debt", "debt_id"), APPEND_ONLY)
    run_id: Mapped[UUID] = mapped_column(primary_key=True)
    debt_id: Mapped[UUID] = mapped_column(primary_key=True)
    child_id: Mapped[UUID]
    amount: Mapped[Decimal]
    town: Mapped[str]


class Budget(Versioned, Record):
    """What finance set aside for a year, by town and class (资金预算)."""

    __tablename__ = "budget"
    __table_args__ = (UniqueConstraint("year", "town", "rate_class"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    year: Mapped[int]
    town: Mapped[str]
    rate_class: Mapped[str]
    amount: Mapped[Decimal]
    set_by: Mapped[str]
    set_at: Mapped[datetime]


class Proof(Record):
    """The invariants of the books as they were found after a step of a run (平衡核对)."""

    __tablename__ = "proof"
    __table_args__ = (Index("ix_proof_run", "run_id"), APPEND_ONLY)
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    run_id: Mapped[UUID]
    step: Mapped[str]
    holds: Mapped[bool]
    found: Mapped[dict[str, Any]]
    at: Mapped[datetime]


class Simulation(Record):
    """A worked-out effect of a proposed standard; stale when anything it rests on changed."""

    __tablename__ = "simulation"
    __table_args__ = (APPEND_ONLY,)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    standard_id: Mapped[UUID]
    fingerprint: Mapped[str]
    result: Mapped[dict[str, Any]]
    made_by: Mapped[str]
    made_at: Mapped[datetime]
