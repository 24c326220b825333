"""A child leaves care: death, moving away, adoption, parents found (离开保障)."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from services.eligibility.models import Child
from services.eligibility.operations.facts import Told, state_facts
from services.eligibility.operations.reviewing import review_now
from shared.bus import emit
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
) -> None:
    """Record how a child leaves; a person of the county still signs what ends by it (R30).

    The fact is stated by the department that may state it, else NotYourFact.
    """
    told = Told(STATES[why], on, evidence={"kind": "leaving", **evidence})
    await state_facts(session, actor, child, told)
    child.left_on, child.left_why = on, why
    await session.flush()
    await review_now(session, child.id, why, on)
    await emit(session, ChildLeft(child_id=child.id, why=why, on=on))
