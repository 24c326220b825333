"""The event door: one function an event, and what happens when a clock runs out."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.payments.operations import awards, beginning, custody, linking, payees
from shared.bus import Received, hears
from shared.deadlines import Deadline, on_missed
from shared.events.eligibility import (
    AwardChanged,
    AwardEnded,
    AwardOpened,
    ChildLeft,
    ChildLinked,
    ChildRelocated,
    ChildUnlinked,
    DecisionMade,
)
from shared.events.protection import DetentionReported, GuardianReleased, GuardianshipChanged


@hears(DecisionMade)
async def on_decision_made(session: AsyncSession, event: DecisionMade, received: Received) -> None:
    """A decision names the next day it could change."""
    await awards.decision_made(session, event)


@hears(AwardOpened)
async def on_award_opened(session: AsyncSession, event: AwardOpened, received: Received) -> None:
    """A monthly award begins."""
    await awards.open_award(session, event)


@hears(AwardChanged)
async def on_award_changed(session: AsyncSession, event: AwardChanged, received: Received) -> None:
    """An award goes on in another class."""
    await awards.change_award(session, event)


@hears(AwardEnded)
async def on_award_ended(session: AsyncSession, event: AwardEnded, received: Received) -> None:
    """An award ends; a lump sum may be due."""
    await awards.end_award(session, event)


@hears(ChildLeft)
async def on_child_left(session: AsyncSession, event: ChildLeft, received: Received) -> None:
    """A child died, moved, was adopted or found: nothing is paid from the month after."""
    await awards.child_left(session, event)


@hears(ChildRelocated)
async def on_child_relocated(
    session: AsyncSession, event: ChildRelocated, received: Received
) -> None:
    """A child lives in another town: its award goes on there."""
    await awards.child_relocated(session, event)


@hears(ChildLinked)
async def on_child_linked(session: AsyncSession, event: ChildLinked, received: Received) -> None:
    """Two references are one child."""
    await linking.link(session, event.child_ref, event.child_id)


@hears(ChildUnlinked)
async def on_child_unlinked(
    session: AsyncSession, event: ChildUnlinked, received: Received
) -> None:
    """They are two children after all."""
    await linking.unlink(session, event.child_ref)


@hears(GuardianshipChanged)
async def on_guardianship_changed(
    session: AsyncSession, event: GuardianshipChanged, received: Received
) -> None:
    """Custody changed: the payee changes from the next month."""
    await custody.guardianship_changed(session, event)


@hears(DetentionReported)
async def on_detention_reported(
    session: AsyncSession, event: DetentionReported, received: Received
) -> None:
    """A payee may be in prison: nobody is paid through them."""
    await custody.detention_reported(session, event)


@hears(GuardianReleased)
async def on_guardian_released(
    session: AsyncSession, event: GuardianReleased, received: Received
) -> None:
    """The parent is free again: what was kept back for that is no longer."""
    await custody.guardian_released(session, event)


@on_missed("fetch_payee")
async def on_fetch_payee(session: AsyncSession, deadline: Deadline) -> None:
    """Eligibility is asked who is paid."""
    await payees.fetch_payee(session, deadline.subject_id, deadline.town)


@on_missed("prepare_run")
async def on_prepare_run(session: AsyncSession, deadline: Deadline) -> None:
    """One more town of a large run; the next one is another transaction."""
    await beginning.resume(session, deadline.subject_id)
