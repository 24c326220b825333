"""The event door: one function an event, and what happens when a clock runs out."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.operations import hearing, linking, relocating
from services.referrals.operations.escalating import escalate_line, remind_department
from services.referrals.operations.pushing import note_missed_clock
from shared.bus import Received, hears
from shared.deadlines import Deadline, on_missed
from shared.events.eligibility import (
    ApplicationVerified,
    BenefitPlanMade,
    ChildLeft,
    ChildLinked,
    ChildRelocated,
    ChildUnlinked,
    DecisionMade,
    EligibilityDeadlineMissed,
    FactsMissing,
)
from shared.events.payments import PaymentsDeadlineMissed
from shared.events.protection import (
    CareArranged,
    ChildShielded,
    DetentionReported,
    MeasuresRequested,
    ProtectionDeadlineMissed,
    WarningRaised,
)


@hears(DetentionReported)
async def on_detention_reported(
    session: AsyncSession, event: DetentionReported, received: Received
) -> None:
    """Push to the office and refer to the town, the same day (WL24:3.6b-2, 4.2c-1)."""
    await hearing.push_detention(session, event)


@hears(CareArranged)
async def on_care_arranged(session: AsyncSession, event: CareArranged, received: Received) -> None:
    """Tell the town's line that somebody looks after the child (WL24:3.6b-2)."""
    await hearing.note_care(session, event)


@hears(FactsMissing)
async def on_facts_missing(session: AsyncSession, event: FactsMissing, received: Received) -> None:
    """Ask each department that has the facts (WL24:4.2a-2)."""
    await hearing.ask_departments(session, event)


@hears(ApplicationVerified)
async def on_application_verified(
    session: AsyncSession, event: ApplicationVerified, received: Received
) -> None:
    """The town has verified: questions still open are withdrawn, nobody is escalated for them."""
    await hearing.stop_asking(session, event.child_id, "verified")


@hears(DecisionMade)
async def on_decision_made(session: AsyncSession, event: DecisionMade, received: Received) -> None:
    """The county has decided: questions still open are withdrawn."""
    await hearing.stop_asking(session, event.child_id, "decided")


@hears(MeasuresRequested)
async def on_measures_requested(
    session: AsyncSession, event: MeasuresRequested, received: Received
) -> None:
    """Send the measures of a case to their departments (WL24:3.1h-1)."""
    await hearing.request_measures(session, event)


@hears(BenefitPlanMade)
async def on_benefit_plan_made(
    session: AsyncSession, event: BenefitPlanMade, received: Received
) -> None:
    """Send the lines of a benefit plan to their departments (WL24:2.0)."""
    await hearing.carry_out_plan(session, event.child_id, event.plan_id, event.town)


@hears(WarningRaised)
async def on_warning_raised(
    session: AsyncSession, event: WarningRaised, received: Received
) -> None:
    """Push the warning to the office (WL24:4.2c-1)."""
    await hearing.push_warning(session, event)


@hears(ChildLinked)
async def on_child_linked(session: AsyncSession, event: ChildLinked, received: Received) -> None:
    """One child, one id."""
    await linking.link_child(session, event.child_ref, event.child_id)


@hears(ChildUnlinked)
async def on_child_unlinked(
    session: AsyncSession, event: ChildUnlinked, received: Received
) -> None:
    """They are two children after all."""
    await linking.unlink_child(session, event.child_ref)


@hears(ChildShielded)
async def on_child_shielded(
    session: AsyncSession, event: ChildShielded, received: Received
) -> None:
    """Whereabouts are hidden here as in the case (WL24:3.1h-2)."""
    await linking.shield(session, event.child_ref, event.shielded)


@hears(ChildRelocated)
async def on_child_relocated(
    session: AsyncSession, event: ChildRelocated, received: Received
) -> None:
    """What the town was asked for is asked of the town the child lives in now."""
    await relocating.follow(session, event.child_id, event.moved_to)


@hears(ChildLeft)
async def on_child_left(session: AsyncSession, event: ChildLeft, received: Received) -> None:
    """Stop asking for a child who has left."""
    await hearing.let_go(session, event.child_id, event.why)


@hears(EligibilityDeadlineMissed)
async def on_eligibility_deadline_missed(
    session: AsyncSession, event: EligibilityDeadlineMissed, received: Received
) -> None:
    """Count it for the joint meeting (WL24:4.1a-3)."""
    await note_missed_clock(session, "eligibility", event)


@hears(PaymentsDeadlineMissed)
async def on_payments_deadline_missed(
    session: AsyncSession, event: PaymentsDeadlineMissed, received: Received
) -> None:
    """Count it for the joint meeting (WL24:4.1a-3)."""
    await note_missed_clock(session, "payments", event)


@hears(ProtectionDeadlineMissed)
async def on_protection_deadline_missed(
    session: AsyncSession, event: ProtectionDeadlineMissed, received: Received
) -> None:
    """Count it for the joint meeting (WL24:4.1a-3)."""
    await note_missed_clock(session, "protection", event)


@on_missed("referral_answer")
@on_missed("referral_urgent")
@on_missed("referral_same_day")
@on_missed("referral_feedback")
async def on_answer_missed(session: AsyncSession, deadline: Deadline) -> None:
    """A department was silent: the next office is told (WL24:4.1a-3)."""
    await escalate_line(session, deadline)


@on_missed("referral_alarm")
async def on_answer_nearly_due(session: AsyncSession, deadline: Deadline) -> None:
    """An answer is due soon: the department is reminded."""
    await remind_department(session, deadline)
