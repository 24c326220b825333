"""Published standards and orders: figures with a day, two people, their source (标准、通知)."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Index, Numeric, text
from sqlalchemy.orm import Mapped, mapped_column

from services.payments.models.record import Record
from shared.database import Versioned


class Standard(Versioned, Record):
    """A figure of the tariff from a day on, proposed by one person, published by another.

    `state`: proposed, published, refused. A published one is never changed: another one with
    the same day and a later announcement takes its place.
    """

    __tablename__ = "standard"
    __table_args__ = (
        Index("ix_standard_key", "key", "since"),
        Index(
            "uq_standard_proposed",
            "key",
            "since",
            unique=True,
            postgresql_where=text("state = 'proposed'"),
        ),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str]
    since: Mapped[date]
    amount: Mapped[Decimal] = mapped_column(Numeric(16, 6))
    state: Mapped[str]
    statistic_year: Mapped[int | None]
    source: Mapped[str]
    reason: Mapped[str | None]
    minimum: Mapped[Decimal | None]
    previous: Mapped[Decimal | None] = mapped_column(Numeric(16, 6))
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    published_by: Mapped[str | None]
    published_at: Mapped[datetime | None]
    announced_on: Mapped[date | None]


class PriceOrder(Versioned, Record):
    """A month's price subsidy a head, ordered by one person and confirmed by another (2.1.0a-2)."""

    __tablename__ = "price_order"
    __table_args__ = (
        Index(
            "uq_price_order_month",
            "month",
            unique=True,
            postgresql_where=text("state IN ('proposed', 'confirmed')"),
        ),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    month: Mapped[date]
    amount: Mapped[Decimal]
    rate_classes: Mapped[list[str]]
    state: Mapped[str]
    source: Mapped[str]
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    confirmed_by: Mapped[str | None]
    confirmed_at: Mapped[datetime | None]
