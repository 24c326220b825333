"""What payments tells: standards, runs, returns, stops."""

from datetime import date
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from shared.events import DeadlineMissed, Event


class StandardPublished(Event):
    """A standard was published by two people (标准公布)."""

    type: ClassVar[str] = "payments.standard.published.v1"
    subject: ClassVar[str] = "standard_id"
    clause: ClassVar[str | None] = "WL24:2.1.0a-1"
    standard_id: UUID
    rate_class: str
    since: date


class RunMoved(Event):
    """A monthly run took a step: prepared, checked, approved, funded, sent, reconciled, closed."""

    type: ClassVar[str] = "payments.run.moved.v1"
    subject: ClassVar[str] = "run_id"
    clause: ClassVar[str | None] = "WL24:2.1.0b-1"
    run_id: UUID
    month: date
    state: str
    lines: int
    total: Decimal


class PaymentReturned(Event):
    """The bank sent a payment back (退票)."""

    type: ClassVar[str] = "payments.payment.returned.v1"
    subject: ClassVar[str] = "payment_id"
    clause: ClassVar[str | None] = "WL24:2.1.0b-1"
    payment_id: UUID
    run_id: UUID
    child_id: UUID
    reason: str


class PaymentRepaid(Event):
    """A returned payment was paid again, linked to the first (补发)."""

    type: ClassVar[str] = "payments.payment.repaid.v1"
    subject: ClassVar[str] = "payment_id"
    clause: ClassVar[str | None] = "WL24:2.1.0b-1"
    payment_id: UUID
    original_id: UUID
    run_id: UUID
    child_id: UUID


class PaymentStopped(Event):
    """A child's payment stopped or was blocked: somebody should look (停发)."""

    type: ClassVar[str] = "payments.payment.stopped.v1"
    subject: ClassVar[str] = "child_id"
    clause: ClassVar[str | None] = "WL24:2.1.0b-1"
    child_id: UUID
    award_id: UUID
    reason: str
    month: date
    town: str


class PaymentsDeadlineMissed(DeadlineMissed, Event):
    """A clock of payments ran out (逾期)."""

    type: ClassVar[str] = "payments.deadline.missed.v1"
