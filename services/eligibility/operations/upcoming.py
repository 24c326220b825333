"""What comes: the days on which something of a child, or of a town, will change (变化预告)."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.eligibility.models import Child, Review
from services.eligibility.operations.knowing import told_of
from services.eligibility.operations.law import law_of
from services.eligibility.operations.steps import subject_of
from services.eligibility.rules.answer import answer
from services.eligibility.rules.evaluation import evaluate
from services.eligibility.rules.standing import standing_on
from shared import access
from shared.database import now, today
from shared.identity import Principal

HORIZON = 40
WATCHED = ("status", "categories", "award_basis", "missing", "exit")


async def calendar_of_child(
    session: AsyncSession, actor: Principal, child: Child
) -> list[dict[str, Any]]:
    """Each day named by the law in turn, what would hold from it, and what must then be known.

    Nothing is guessed: it is today's facts and today's figures, asked of coming days.
    """
    rows, moment = await told_of(session, child.id), now(session)
    day, found = today(session), []
    before: dict[str, Any] = {}
    may_health = access.ask(actor, "see", "health", subject_of(child)).allowed
    for _ in range(HORIZON):
        evaluation = evaluate(standing_on(rows, law_of(day), moment).facts, law_of(day))
        said = answer(evaluation)
        kept = {name: said[name] for name in WATCHED}
        kept["missing"] = [name for name in kept["missing"] if not name.endswith(".hiv")]
        kept["categories"] = [code for code in kept["categories"] if code != "hiv_affected"]
        if not may_health:
            kept["categories"] = [code for code in kept["categories"] if code != "own_difficulty"]
        if kept != before:
            asked = [q for q in said["questions"] if q["fact"] in kept["missing"]]
            found.append({"day": day, **kept, "questions": asked})
        before = kept
        if evaluation.changes_on is None or evaluation.changes_on <= day:
            break
        day = evaluation.changes_on
    return found


async def calendar_of_town(
    session: AsyncSession, town: str | None, first: date, last: date
) -> list[dict[str, Any]]:
    """The reviews that fall due in a town, day by day; both days count."""
    wanted = select(Review).where(
        Review.due_on >= first, Review.due_on < last + timedelta(days=1), Review.state != "done"
    )
    if town is not None:
        wanted = wanted.where(Review.town == town)
    rows = await session.scalars(wanted.order_by(Review.due_on, Review.id).limit(1000))
    names = ("due_on", "id", "child_id", "decision_id", "town", "cause", "state")
    return [{name: getattr(row, name) for name in names} for row in rows]
