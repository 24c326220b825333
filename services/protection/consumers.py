"""The event door: one function an event, and what happens when a clock runs out."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.operations import (
    children,
    clocks,
    following,
    relocating,
    uploads,
    warnings,
)
from services.protection.rules.petitions import OTHERS_MAY
from shared.bus import Received, hears
from shared.deadlines import Deadline, on_missed
from shared.events.eligibility import ChildLinked, ChildRelocated, ChildUnlinked
from shared.events.payments import PaymentStopped
from shared.events.protection import ReportFlagged


@hears(ReportFlagged)
async def on_report_flagged(
    session: AsyncSession, event: ReportFlagged, received: Received
) -> None:
    """A late one is a breach; several reports about one child ought to worry someone."""
    await following.report_flagged(session, event)


@hears(ChildLinked)
async def on_child_linked(session: AsyncSession, event: ChildLinked, received: Received) -> None:
    """One child, one id: what is asked under the register's id finds the case here."""
    await children.linked(session, event.child_id, event.child_ref)


@hears(ChildUnlinked)
async def on_child_unlinked(
    session: AsyncSession, event: ChildUnlinked, received: Received
) -> None:
    """They are two children after all."""
    await children.unlinked(session, event.child_id, event.child_ref)


@hears(ChildRelocated)
async def on_child_relocated(
    session: AsyncSession, event: ChildRelocated, received: Received
) -> None:
    """What is being done for the child goes on in the town it lives in now."""
    await relocating.follow(session, event.child_id, event.moved_to)


@hears(PaymentStopped)
async def on_payment_stopped(
    session: AsyncSession, event: PaymentStopped, received: Received
) -> None:
    """A stopped payment opens a check whether the child is well."""
    await warnings.payment_stopped(session, event.child_id, event.award_id, event.town)


@on_missed("detention_end")
async def on_detention_end(session: AsyncSession, deadline: Deadline) -> None:
    """The day a detention was to end: police say whether the parent is free."""
    await clocks.ask_about_release(session, deadline.subject_id)


@on_missed("bed_hold")
async def on_bed_hold(session: AsyncSession, deadline: Deadline) -> None:
    """A held bed nobody confirmed is free again."""
    await clocks.lapse_hold(session, deadline.subject_id)


@on_missed(OTHERS_MAY)
async def on_petition_by_others(session: AsyncSession, deadline: Deadline) -> None:
    """Nobody who may has petitioned: civil affairs must."""
    await clocks.civil_affairs_must(session, deadline.subject_id)


@on_missed("placement_alarm")
@on_missed("order_end")
@on_missed("foundling_notice")
async def on_term_ending(session: AsyncSession, deadline: Deadline) -> None:
    """A term of care, an order or a notice is about to end."""
    await clocks.term_ending(session, deadline)


@on_missed("delegation_end")
async def on_delegation_end(session: AsyncSession, deadline: Deadline) -> None:
    """The day an agreement of delegation ends: is the parent back?"""
    await warnings.delegation_ended(session, deadline.subject_id)


@on_missed("upload_expiry")
async def on_upload_expiry(session: AsyncSession, deadline: Deadline) -> None:
    """An upload nobody went on with is forgotten."""
    await uploads.expire(session, deadline.subject_id)


@on_missed("case_task")
async def on_case_task(session: AsyncSession, deadline: Deadline) -> None:
    """A task's day passed undone: the case shows it."""
    await clocks.mark_overdue(session, deadline.subject_id)
