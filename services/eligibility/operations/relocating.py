"""A child moves to another town of the county: its case goes with it, its award goes on (迁居)."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from services.eligibility.models import Child, Step
from services.eligibility.operations.applying import NotYourTown
from services.eligibility.operations.law import town_code
from services.eligibility.operations.steps import NotYetHappened
from services.eligibility.queries.procedure import open_application, open_reviews
from services.eligibility.rules.procedure import RELOCATION, next_month
from shared import deadlines
from shared.bus import emit
from shared.database import now, today
from shared.events.eligibility import ChildRelocated
from shared.identity import Principal
from shared.jurisdiction import jurisdiction
from shared.problem import Invalid


class SameTown(Invalid):
    """The child is in the care of that town already."""

    zh, en = "该儿童已由该镇（街道）管理", "The child is in the care of that town already"
    clause = RELOCATION


async def relocate(
    session: AsyncSession, actor: Principal, child: Child, town: str, on: date, reason: str
) -> None:
    """Hand a child over to the town it lives in now; what it is entitled to stays as decided.

    What is being handled goes on there with its clocks as they stand, and the award without a
    gap. The town it leaves keeps what it did, and no longer the child's file. Raises UnknownTown,
    SameTown, NotYourTown, NotYetHappened.
    """
    actor.of("town", "civil_affairs")
    before, after = child.town, town_code(town)
    assert after is not None
    if before == after:
        others = [code for code in jurisdiction().towns if code != before]
        raise SameTown(where="town", allowed=others)
    if actor.place not in (None, before, after):
        raise NotYourTown(allowed=[known for known in (before, after) if known])
    if on > today(session):
        raise NotYetHappened(where="on", allowed=[f"≤ {today(session)}"])
    child.town = after
    kept = {task for task in child.tasks if not task.endswith(f":{before}")}
    child.tasks = sorted({*kept, "town", f"town:{after}"})
    await _hand_over(session, child, after)
    _note(session, actor, child, before or "", reason)
    for told in dict.fromkeys((before or after, after)):
        event = ChildRelocated(
            child_id=child.id,
            moved_to=after,
            on=on,
            first_month=next_month(today(session)),
            town=told,
        )
        await emit(session, event)


async def _hand_over(session: AsyncSession, child: Child, town: str) -> None:
    """An application and the reviews that are not done are the new town's, and so are their clocks.

    One that was only received stays with whom received it until it is pushed on.
    """
    application = await open_application(session, child.id)
    if application is not None:
        application.town = town
        if application.state != "received":
            await deadlines.hand_over(session, application.id, town)
    for review in await open_reviews(session, child.id):
        review.town = town
        await deadlines.hand_over(session, review.id, town)


def _note(session: AsyncSession, actor: Principal, child: Child, before: str, reason: str) -> None:
    """Which town had the child until when, and who handed it over."""
    assert child.town is not None
    session.add(
        Step(
            kind="child",
            subject_id=child.id,
            child_id=child.id,
            verb="relocation",
            before=before,
            after=child.town,
            clause=RELOCATION,
            department=actor.department,
            officer=actor.officer,
            reason=reason,
            at=now(session),
        )
    )
