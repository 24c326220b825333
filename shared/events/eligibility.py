"""What eligibility tells: children registered, facts asked for, decisions, awards, reviews."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from shared.events import DeadlineMissed, Event


class ChildRegistered(Event):
    """A child has a file (一人一档)."""

    type: ClassVar[str] = "eligibility.child.registered.v1"
    subject: ClassVar[str] = "child_id"
    clause: ClassVar[str | None] = "WL24:1"
    child_id: UUID
    town: str | None


class ChildLinked(Event):
    """The register knew the child already: `child_ref` is `child_id` (身份归并)."""

    type: ClassVar[str] = "eligibility.child.linked.v1"
    subject: ClassVar[str] = "child_id"
    clause: ClassVar[str | None] = "WL24:1"
    child_id: UUID
    child_ref: UUID
    town: str | None = None


class ChildUnlinked(Event):
    """Two files are of two children after all: `child_ref` stands for itself again (撤销归并)."""

    type: ClassVar[str] = "eligibility.child.unlinked.v1"
    subject: ClassVar[str] = "child_id"
    clause: ClassVar[str | None] = "WL24:1"
    child_id: UUID
    child_ref: UUID
    town: str | None = None


class ChildLeft(Event):
    """A child left the register's care: died, moved, adopted, found (离开保障)."""

    type: ClassVar[str] = "eligibility.child.left.v1"
    subject: ClassVar[str] = "child_id"
    clause: ClassVar[str | None] = "WL24:2.1.0b-1"
    child_id: UUID
    why: str
    on: date
    town: str | None = None


class ChildRelocated(Event):
    """A child lives in another town of the county: told to the town it leaves and to the new one.

    `town` is the town that is told; the award is that of `moved_to` from `first_month` on (迁居).
    """

    type: ClassVar[str] = "eligibility.child.relocated.v1"
    subject: ClassVar[str] = "child_id"
    clause: ClassVar[str | None] = "WL24:2.1.0b-1"
    child_id: UUID
    moved_to: str
    on: date
    first_month: date
    town: str


class ApplicationOpened(Event):
    """Somebody applied for a child, or the data did (申请、政策找人)."""

    type: ClassVar[str] = "eligibility.application.opened.v1"
    subject: ClassVar[str] = "child_id"
    clause: ClassVar[str | None] = "WL24:2.1.0b-1"
    child_id: UUID
    application_id: UUID
    by: str
    town: str


class FactsMissing(Event):
    """Facts are missing and these departments have them: a question, never a refusal (待查明)."""

    type: ClassVar[str] = "eligibility.facts.missing.v1"
    subject: ClassVar[str] = "child_id"
    clause: ClassVar[str | None] = "WL24:4.2a-1"
    child_id: UUID
    application_id: UUID
    request_id: UUID
    departments: list[str]
    count: int
    town: str


class ApplicationVerified(Event):
    """The town verified an application (查验)."""

    type: ClassVar[str] = "eligibility.application.verified.v1"
    subject: ClassVar[str] = "child_id"
    clause: ClassVar[str | None] = "WL24:2.1.0b-1"
    child_id: UUID
    application_id: UUID
    town: str


class DecisionMade(Event):
    """The county decided; a second person confirmed it (确认)."""

    type: ClassVar[str] = "eligibility.decision.made.v1"
    subject: ClassVar[str] = "child_id"
    clause: ClassVar[str | None] = "WL24:2.1.0b-1"
    child_id: UUID
    decision_id: UUID
    outcome: str
    decided_on: date
    review_on: date | None
    town: str


class AwardOpened(Event):
    """A monthly award begins. `rate_class` names money, never a category (发放资格)."""

    type: ClassVar[str] = "eligibility.award.opened.v1"
    subject: ClassVar[str] = "child_id"
    clause: ClassVar[str | None] = "WL24:2.1.0b-1"
    child_id: UUID
    award_id: UUID
    decision_id: UUID
    rate_class: str
    first_month: date
    last_month: date | None
    infant_until: date | None
    town: str


class AwardChanged(Event):
    """An award goes on in another rate class from a month on (调整)."""

    type: ClassVar[str] = "eligibility.award.changed.v1"
    subject: ClassVar[str] = "child_id"
    clause: ClassVar[str | None] = "WL24:2.1.0b-1"
    child_id: UUID
    award_id: UUID
    decision_id: UUID
    rate_class: str
    first_month: date
    town: str


class AwardEnded(Event):
    """An award ends after `last_month`; `lump_sum_months` are still due (停发、一次性发放)."""

    type: ClassVar[str] = "eligibility.award.ended.v1"
    subject: ClassVar[str] = "child_id"
    clause: ClassVar[str | None] = "WL24:2.1.0c"
    child_id: UUID
    award_id: UUID
    decision_id: UUID
    last_month: date
    lump_sum_months: int
    reason: str
    town: str


class BenefitPlanMade(Event):
    """A child's plan of services was made; its lines are asked for through the API (保障方案)."""

    type: ClassVar[str] = "eligibility.plan.made.v1"
    subject: ClassVar[str] = "child_id"
    clause: ClassVar[str | None] = "WL24:2.0"
    child_id: UUID
    plan_id: UUID
    decision_id: UUID
    line_count: int
    town: str


class ReviewDue(Event):
    """The day came that a decision had named (按月动态管理)."""

    type: ClassVar[str] = "eligibility.review.due.v1"
    subject: ClassVar[str] = "child_id"
    clause: ClassVar[str | None] = "WL24:2.1.0b-1"
    child_id: UUID
    decision_id: UUID
    review_id: UUID
    due_on: date
    town: str


class EligibilityDeadlineMissed(DeadlineMissed, Event):
    """A statutory clock of eligibility ran out (逾期)."""

    type: ClassVar[str] = "eligibility.deadline.missed.v1"
