"""A child leaves care: death, moving away, adoption, parents found (离开保障)."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from services.eligibility.models import Child
from services.eligibility.operations.applying import lapse
from services.eligibility.operations.facts import BY_API, Origin, Told, state_facts
from services.eligibility.operations.reviewing import review_now
from services.eligibility.operations.steps import ITSELF, NotYetHappened
from services.eligibility.queries.procedure import open_application, recognised_at
from shared.bus import emit
from shared.database import today
from shared.events.eligibility import ChildLeft
from shared.identity import Principal

# What each way of leaving states about the child; the review then decides about the award.
STATES: Mapping[str, Mapping[str, Mapping[str, object]]] = {
    "died": {"child": {"alive": False}},
    "moved": {"child": {"hukou_here": False}},
    "adopted": {"child": {"adopted": True}},
    "found_parents": {"child": {"claimed": True}},
}


async def leave(
    session: AsyncSession,
    actor: Principal,
    child: Child,
    why: str,
    on: date,
    evidence: Mapping[str, str],
    *,
    origin: Origin = BY_API,
) -> None:
    """Record how a child leaves; a person of the county still signs what ends by it (R30).

    The fact is stated by the department that may state it, else NotYourFact. What was only
    applied for and can no longer be decided lapses.
    """
    if on > today(session):
        raise NotYetHappened(where="on", allowed=[f"≤ {today(session)}"])
    told = Told(STATES[why], on, evidence={"kind": "leaving", **evidence})
    await state_facts(session, actor, child, told, origin)
    child.left_on, child.left_why = on, why
    await session.flush()
    if await recognised_at(session, child.id) is not None:
        await review_now(session, child.id, why, on)
    else:
        child.state = "left"
        application = await open_application(session, child.id)
        if why == "died" and application is not None and application.state != "proposed":
            await lapse(session, ITSELF, application, "儿童死亡")
    await emit(session, ChildLeft(child_id=child.id, why=why, on=on, town=child.town))
