"""What the gateway tells: openings and their review, webhooks that no longer arrive."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from shared.events import DeadlineMissed, Event


class GlassBroken(Event):
    """An officer without a task in the case opened one subject in an emergency (紧急查阅)."""

    type: ClassVar[str] = "gateway.glass.broken.v1"
    subject: ClassVar[str] = "opening_id"
    clause: ClassVar[str | None] = "MINORS-NET:36"
    opening_id: UUID
    department: str
    ground: str
    ends_at: datetime
    review_due_at: datetime
    town: str | None = None


class GlassReviewed(Event):
    """Another office said whether an opening was justified (事后复核)."""

    type: ClassVar[str] = "gateway.glass.reviewed.v1"
    subject: ClassVar[str] = "opening_id"
    clause: ClassVar[str | None] = "MINORS-NET:36"
    opening_id: UUID
    department: str
    justified: bool
    town: str | None = None


class WebhookDisabled(Event):
    """Deliveries to a department's webhook failed for too long; nothing more is sent (推送停用)."""

    type: ClassVar[str] = "gateway.webhook.disabled.v1"
    subject: ClassVar[str] = "webhook_id"
    clause: ClassVar[str | None] = "WL24:4.2a-1"
    webhook_id: UUID
    department: str
    town: str | None
    failures: int


class GatewayDeadlineMissed(DeadlineMissed, Event):
    """A review of an opening is overdue (逾期)."""

    type: ClassVar[str] = "gateway.deadline.missed.v1"
