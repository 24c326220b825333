"""The event door: one function an event, and what happens when a day or a clock comes."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.eligibility.operations import hearing, merging
from services.eligibility.operations.importing import work_off
from services.eligibility.operations.reviewing import open_review
from services.eligibility.operations.simulating import go_on
from shared.bus import Received, hears
from shared.deadlines import Deadline, on_missed
from shared.events.protection import (
    ChildIdentified,
    ChildShielded,
    DetentionReported,
    GuardianReleased,
    GuardianshipChanged,
)


@hears(DetentionReported)
async def on_detention_reported(
    session: AsyncSession, event: DetentionReported, received: Received
) -> None:
    """A parent was detained: register the child, record the fact, look proactively (WL24:3.6b)."""
    await hearing.detained(session, event)


@hears(GuardianReleased)
async def on_guardian_released(
    session: AsyncSession, event: GuardianReleased, received: Received
) -> None:
    """The parent is free: end the fact, review the decision (WL24:2.1.0b-1)."""
    await hearing.released(session, event)


@hears(GuardianshipChanged)
async def on_guardianship_changed(
    session: AsyncSession, event: GuardianshipChanged, received: Received
) -> None:
    """Guardianship was revoked, restored, passed on: record it, review the decision (WL24:3.5a)."""
    await hearing.guardianship_changed(session, event)


@hears(ChildShielded)
async def on_child_shielded(
    session: AsyncSession, event: ChildShielded, received: Received
) -> None:
    """Whereabouts are hidden here as in the case (WL24:3.1h-2)."""
    await hearing.shielded(session, event)


@hears(ChildIdentified)
async def on_child_identified(
    session: AsyncSession, event: ChildIdentified, received: Received
) -> None:
    """A found child has its name again: its files are to be one (WL24:4.1c-1)."""
    await merging.traced(session, event.one_with, event.child_ref)


@on_missed("review_day")
async def on_review_day(session: AsyncSession, deadline: Deadline) -> None:
    """The day a decision had named has come (WL24:2.1.0b-1)."""
    await open_review(session, deadline.subject_id)


@on_missed("import")
async def on_import(session: AsyncSession, deadline: Deadline) -> None:
    """The next chunk of a bulk push."""
    await work_off(session, deadline.subject_id)


@on_missed("simulation")
async def on_simulation(session: AsyncSession, deadline: Deadline) -> None:
    """The next files of a simulation."""
    await go_on(session, deadline.subject_id)
