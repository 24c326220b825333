"""Days in relief: stated by those who take the child in, or told by custody (救助期间, 2.1.5).

A run pays the days that are known, month by month, to whoever a decision gives relief; here only
the days are kept.
"""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.payments.models import ReliefEpisode
from services.payments.operations.awards import ask_again
from services.payments.queries.awards import episodes
from shared.database import new_id, now, today
from shared.events.protection import GuardianshipChanged
from shared.problem import Conflict, Invalid, NotFound

CLAUSE = "WL24:2.1.5b-3"
# Where civil affairs looks after a child itself while relief lasts.
RELIEF_CARERS = ("protection_centre", "welfare_institution", "town_station", "village_station")


class DaysOverlap(Conflict):
    """The child is in relief on one of these days already; a day counts once."""

    zh, en = "救助期间重叠，同一天只计一次", "The days overlap: a day of relief counts once"
    clause = CLAUSE


class DaysImpossible(Invalid):
    """Relief that ends before it begins, or lies in the future."""

    zh, en = "救助期间不成立", "No relief can have these days"
    clause = CLAUSE


def _until(session: AsyncSession, since: date, until: date | None) -> date | None:
    """The day after the last one; DaysImpossible when it cannot be."""
    if since > today(session) or (until is not None and not since <= until <= today(session)):
        raise DaysImpossible(where="until", allowed=[since.isoformat(), today(session).isoformat()])
    return None if until is None else until + timedelta(days=1)


async def begin_relief(
    session: AsyncSession, child_id: UUID, since: date, until: date | None, source: str, by: str
) -> ReliefEpisode:
    """Relief began, and may have ended; what was decided of these months is worked out again."""
    days = Range(since, _until(session, since, until), bounds="[)")
    found = ReliefEpisode(
        id=new_id(), child_id=child_id, days=days, source=source, stated_by=by,
        stated_at=now(session),
    )  # fmt: skip
    session.add(found)
    try:
        await session.flush()
    except IntegrityError as error:
        raise DaysOverlap(where="since") from error
    await ask_again(session, child_id, since, "relief")
    return found


async def end_relief(
    session: AsyncSession, child_id: UUID, episode_id: UUID, until: date
) -> ReliefEpisode:
    """The last day of relief: handed over, returned, placed for good."""
    found = await session.get(ReliefEpisode, episode_id, with_for_update=True)
    if found is None or found.child_id != child_id or found.days.lower is None:
        raise NotFound()
    since = found.days.lower
    found.days = Range(since, _until(session, since, until), bounds="[)")
    await session.flush()
    await ask_again(session, child_id, until, "relief")
    return found


async def _go_on(
    session: AsyncSession, child_id: UUID, episode: ReliefEpisode, ended: date
) -> None:
    """Relief that was thought to be over is not: it goes on as if it had not ended."""
    episode.days = Range(episode.days.lower, None, bounds="[)")
    await session.flush()
    await ask_again(session, child_id, ended, "relief")


async def custody_changed(
    session: AsyncSession, child_id: UUID, event: GuardianshipChanged
) -> None:
    """Taken into relief, days begin; handed over to somebody else, they end with that day."""
    taken_in = event.kind == "temporary" and event.carer_kind in RELIEF_CARERS
    before = await episodes(session, child_id)
    open_one = next((e for e in before if e.days.upper is None), None)
    ended = before[-1].days.upper if before else None
    if taken_in and open_one is None and ended is not None and ended > event.since:
        await _go_on(session, child_id, before[-1], ended)  # in again before the day was over
    elif taken_in and open_one is None:
        await begin_relief(session, child_id, event.since, None, "protection", "protection")
    elif open_one is not None and not taken_in:
        last = max(event.since, open_one.days.lower or event.since)
        await end_relief(session, child_id, open_one.id, last)
