"""Since when the law has said what it says today: the day months are counted from (R7, R8)."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.eligibility.operations.knowing import told_of
from services.eligibility.operations.law import law_of
from services.eligibility.rules.evaluation import Evaluation, evaluate
from services.eligibility.rules.standing import Said, standing_on
from shared.database import now, today

Same = Callable[[Evaluation], bool]


async def turned_on(session: AsyncSession, child_id: UUID, since: date, same: Same) -> date:
    """The first day after `since` from which what holds today has held without a break.

    Officers decide later than things happen: a mother freed in March is known of in May, and
    the month of the event is the last one paid. `since` itself when it held already then.
    """
    rows, day = await told_of(session, child_id), today(session)
    found = _evaluated(rows, now(session), since, day)
    turned = day
    for at in sorted(found, reverse=True):
        if not same(found[at]):
            return turned
        turned = at
    return since


def _evaluated(
    rows: Sequence[Said], moment: datetime, since: date, day: date
) -> dict[date, Evaluation]:
    """The answer on every day on which it could have become another."""
    told = {d for row in rows for d in (row.since, row.until) if d is not None}
    waiting = {since, day, *(d for d in told if since < d <= day)}
    found: dict[date, Evaluation] = {}
    while waiting:
        at = waiting.pop()
        law = law_of(at)
        found[at] = evaluation = evaluate(standing_on(rows, law, moment).facts, law)
        coming = evaluation.changes_on
        if coming is not None and coming <= day and coming not in found:
            waiting.add(coming)
    return found
