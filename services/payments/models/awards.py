"""Awards as periods, payees, blocks, and the months that must be worked out again.

That no child has two basic-living awards in one month is an exclusion constraint here, not a
hope. No category reaches these tables: they know rate classes.
"""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Identity, Index, text
from sqlalchemy.dialects.postgresql import DATERANGE, JSONB, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from services.payments.models.record import Record
from shared.database import Versioned


class AwardPeriod(Versioned, Record):
    """Some months of an award in one rate class; the range is [first, month after the last)."""

    __tablename__ = "award_period"
    __table_args__ = (
        ExcludeConstraint(
            ("child_id", "="),
            ("months", "&&"),
            using="gist",
            where=text("NOT isempty(months)"),
            name="ex_award_period_one_basic_living",
        ),
        Index("ix_award_period_award", "award_id"),
        Index("ix_award_period_town", "town"),
        Index("ix_award_period_child", "child_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    award_id: Mapped[UUID]
    child_id: Mapped[UUID]
    decision_id: Mapped[UUID]
    rate_class: Mapped[str]
    months: Mapped[Range[date]] = mapped_column(DATERANGE)
    infant_until: Mapped[date | None]
    other_relief: Mapped[Decimal] = mapped_column(server_default=text("0"))
    town: Mapped[str]
    opened_at: Mapped[datetime]


class Entitlement(Versioned, Record):
    """A one-off or periodic sum beside the monthly award: lump sum, nursing, training, relief.

    `amount` a month of `months`, or `multiple` times the class's standard in the first of them.
    """

    __tablename__ = "entitlement"
    __table_args__ = (
        Index("ix_entitlement_child", "child_id"),
        Index(
            "uq_entitlement_decision",
            "child_id",
            "benefit",
            "decision_id",
            unique=True,
        ),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    child_id: Mapped[UUID]
    benefit: Mapped[str]
    months: Mapped[Range[date]] = mapped_column(DATERANGE)
    amount: Mapped[Decimal | None]
    multiple: Mapped[int | None]
    rate_class: Mapped[str | None]
    decision_id: Mapped[UUID]
    clause: Mapped[str]
    town: Mapped[str]
    state: Mapped[str]
    proposed_by: Mapped[str]
    confirmed_by: Mapped[str | None]
    created_at: Mapped[datetime]


class Payee(Versioned, Record):
    """Who is paid for a child in which months. Name and account lie sealed under this id.

    `kind`: guardian, carer, institution, youth. Unverified accounts are not paid.
    """

    __tablename__ = "payee"
    __table_args__ = (
        ExcludeConstraint(
            ("child_id", "="),
            ("months", "&&"),
            using="gist",
            where=text("NOT isempty(months)"),
            name="ex_payee_one_at_a_time",
        ),
        Index("ix_payee_child", "child_id"),
        Index(
            "ix_payee_payable",
            "child_id",
            postgresql_include=["months"],
            postgresql_where=text("verified_at IS NOT NULL AND refused IS NULL"),
        ),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    child_id: Mapped[UUID]
    kind: Mapped[str]
    bank_code: Mapped[str]
    months: Mapped[Range[date]] = mapped_column(DATERANGE)
    town: Mapped[str]
    source: Mapped[str]
    entered_by: Mapped[str]
    entered_at: Mapped[datetime]
    verified_by: Mapped[str | None]
    verified_at: Mapped[datetime | None]
    refused: Mapped[str | None]


class ReliefEpisode(Versioned, Record):
    """Days a child is in relief; the range is [first day, day after the last) (救助期间)."""

    __tablename__ = "relief_episode"
    __table_args__ = (
        ExcludeConstraint(
            ("child_id", "="),
            ("days", "&&"),
            using="gist",
            name="ex_relief_episode_a_day_counts_once",
        ),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    child_id: Mapped[UUID]
    days: Mapped[Range[date]] = mapped_column(DATERANGE)
    source: Mapped[str]
    stated_by: Mapped[str]
    stated_at: Mapped[datetime]


class Enrolment(Versioned, Record):
    """Whether a child is enrolled in residents' insurance of a year (参保登记)."""

    __tablename__ = "enrolment"
    year: Mapped[int] = mapped_column(primary_key=True)
    child_id: Mapped[UUID] = mapped_column(primary_key=True)
    enrolled: Mapped[bool]
    borne_elsewhere: Mapped[bool]
    stated_by: Mapped[str]
    stated_at: Mapped[datetime]


class Block(Versioned, Record):
    """Why a child is not paid from a month on: deceased, moved, in prison … (不予发放)."""

    __tablename__ = "block"
    __table_args__ = (
        Index("ix_block_child", "child_id"),
        Index(
            "uq_block_open",
            "child_id",
            "reason",
            unique=True,
            postgresql_where=text("lifted_at IS NULL"),
        ),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    child_id: Mapped[UUID]
    reason: Mapped[str]
    since: Mapped[date]
    source: Mapped[str]
    set_by: Mapped[str]
    set_at: Mapped[datetime]
    lifted_by: Mapped[str | None]
    lifted_at: Mapped[datetime | None]
    why_lifted: Mapped[str | None]


class Recalculation(Record):
    """A child whose months from one to another must be worked out again, and why (重新核算)."""

    __tablename__ = "recalculation"
    __table_args__ = (
        Index(
            "ix_recalculation_open",
            "child_id",
            postgresql_where=text("done_in IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    child_id: Mapped[UUID]
    since: Mapped[date]
    until: Mapped[date | None]
    cause: Mapped[str]
    asked_at: Mapped[datetime]
    done_in: Mapped[UUID | None]


class NextChange(Record):
    """The next day a child's newest decision could change: a birthday, a release … (可变日)."""

    __tablename__ = "next_change"
    child_id: Mapped[UUID] = mapped_column(primary_key=True)
    decision_id: Mapped[UUID]
    day: Mapped[date | None]


class ChildLink(Record):
    """A reference that is a child of the register, and what went to the child with it."""

    __tablename__ = "child_link"
    child_ref: Mapped[UUID] = mapped_column(primary_key=True)
    child_id: Mapped[UUID]
    moved: Mapped[dict[str, list[str]]] = mapped_column(JSONB, server_default=text("'{}'"))
