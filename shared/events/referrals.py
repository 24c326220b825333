"""What referrals tells: needs sent to departments, answers, escalations, pushes."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from shared.events import DeadlineMissed, Event


class ReferralSent(Event):
    """One need was sent to departments, each with its own queue and clock (转介)."""

    type: ClassVar[str] = "referrals.referral.sent.v1"
    subject: ClassVar[str] = "referral_id"
    clause: ClassVar[str | None] = "WL24:4.2a-1"
    referral_id: UUID
    child_ref: UUID | None
    origin: str
    origin_id: UUID | None
    departments: list[str]
    town: str | None


class ReferralAnswered(Event):
    """One department answered: accepted, declined with a code, returned, served, fed back."""

    type: ClassVar[str] = "referrals.referral.answered.v1"
    subject: ClassVar[str] = "referral_id"
    clause: ClassVar[str | None] = "WL24:4.2a-1"
    referral_id: UUID
    line_id: UUID
    origin: str
    origin_id: UUID | None
    department: str
    state: str
    reason: str | None
    town: str | None = None


class ReferralClosed(Event):
    """Every department's line of a referral has its outcome (办结)."""

    type: ClassVar[str] = "referrals.referral.closed.v1"
    subject: ClassVar[str] = "referral_id"
    clause: ClassVar[str | None] = "WL24:4.2c-2"
    referral_id: UUID
    origin: str
    origin_id: UUID | None


class ReferralEscalated(Event):
    """A silent department was brought before the next level (督办)."""

    type: ClassVar[str] = "referrals.referral.escalated.v1"
    subject: ClassVar[str] = "referral_id"
    clause: ClassVar[str | None] = "WL24:4.1a-3"
    referral_id: UUID
    line_id: UUID
    department: str
    level: int
    to: str
    town: str | None = None


class ReferralReminded(Event):
    """An answer is due soon and has not come (到期前提醒)."""

    type: ClassVar[str] = "referrals.referral.reminded.v1"
    subject: ClassVar[str] = "referral_id"
    clause: ClassVar[str | None] = "WL24:4.2c-2"
    referral_id: UUID
    line_id: UUID
    department: str
    town: str | None
    due_at: datetime


class InformationPushed(Event):
    """A department told 市未保委办公室 of a child who may need help (信息联动推送)."""

    type: ClassVar[str] = "referrals.information.pushed.v1"
    subject: ClassVar[str] = "push_id"
    clause: ClassVar[str | None] = "WL24:4.2c-1"
    push_id: UUID
    child_ref: UUID | None
    department: str
    kind: str
    town: str | None


class ReferralsDeadlineMissed(DeadlineMissed, Event):
    """A clock of referrals ran out (逾期)."""

    type: ClassVar[str] = "referrals.deadline.missed.v1"
