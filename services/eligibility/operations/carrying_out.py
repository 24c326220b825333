"""What follows from a decision: award, plan, the next day to look, and the telling (决定的执行)."""

from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.eligibility.models import Award, Child, Decision, Plan
from services.eligibility.operations.reviewing import conclude_reviews, name_the_day
from services.eligibility.queries.procedure import open_award
from services.eligibility.rules.procedure import month_of, next_month
from services.eligibility.rules.results import KEEPING, UNPAID, plans_for
from shared import vault
from shared.bus import emit
from shared.database import new_id, now
from shared.events.eligibility import (
    AwardChanged,
    AwardEnded,
    AwardOpened,
    BenefitPlanMade,
    DecisionMade,
)

STATE_AFTER = {"ended": "ended", "refused": "refused"}


async def carry_out(
    session: AsyncSession, child: Child, decision: Decision, said: dict[str, Any]
) -> None:
    """What follows from a decision: award, plan, the next day to look, and the telling."""
    await conclude_reviews(session, decision)
    await emit(
        session,
        DecisionMade(
            child_id=child.id,
            decision_id=decision.id,
            outcome=decision.outcome,
            decided_on=decision.decided_on,
            review_on=decision.review_on,
            town=decision.town,
        ),
    )
    await _pay(session, decision, said)
    child.state = STATE_AFTER.get(decision.outcome, "supported")
    if child.left_on is not None and decision.outcome not in KEEPING:
        child.state = "left"
    if said["plan"] and plans_for(decision.outcome, said):
        await _make_plan(session, decision, said)
    if decision.outcome in KEEPING:
        await name_the_day(session, decision, decision.review_on)


async def _pay(session: AsyncSession, decision: Decision, said: dict[str, Any]) -> None:
    """The award as it stands after the decision: opened, changed, ended, or as it was."""
    award = await open_award(session, decision.child_id)
    infant = said["infant_until"] if decision.outcome in KEEPING else None
    if award is None:
        if decision.rate_class not in UNPAID or infant:
            await _open(session, decision, said)
    elif decision.rate_class in UNPAID and not infant:
        await _end(session, award, decision, said)
    elif decision.rate_class != award.rate_class:
        await _change(session, award, decision)


async def _open(session: AsyncSession, decision: Decision, said: dict[str, Any]) -> None:
    award = Award(
        id=new_id(),
        child_id=decision.child_id,
        decision_id=decision.id,
        rate_class=decision.rate_class,
        first_month=decision.first_month or next_month(decision.decided_on),
    )
    session.add(award)
    await session.flush()
    infant = said["infant_until"]
    await emit(
        session,
        AwardOpened(
            child_id=decision.child_id,
            award_id=award.id,
            decision_id=decision.id,
            rate_class=award.rate_class,
            first_month=award.first_month,
            last_month=None,
            infant_until=date.fromisoformat(infant) if infant else None,
            town=decision.town,
        ),
    )


async def _change(session: AsyncSession, award: Award, decision: Decision) -> None:
    """The new rate counts from the month after the change (R8)."""
    award.rate_class, award.decision_id = decision.rate_class, decision.id
    first = decision.first_month or next_month(decision.last_month or decision.decided_on)
    await emit(
        session,
        AwardChanged(
            child_id=decision.child_id,
            award_id=award.id,
            decision_id=decision.id,
            rate_class=decision.rate_class,
            first_month=max(first, award.first_month),
            town=decision.town,
        ),
    )


async def _end(
    session: AsyncSession, award: Award, decision: Decision, said: dict[str, Any]
) -> None:
    last = decision.last_month or month_of(decision.decided_on)
    award.ended_at, award.last_month = now(session), last
    reason = (said["exit"] or {}).get("kind", "no_longer_eligible")
    await emit(
        session,
        AwardEnded(
            child_id=decision.child_id,
            award_id=award.id,
            decision_id=decision.id,
            last_month=last,
            lump_sum_months=decision.lump_sum_months,
            reason=reason,
            town=decision.town,
        ),
    )


async def _make_plan(session: AsyncSession, decision: Decision, said: dict[str, Any]) -> None:
    """Every line of help the child has, for the departments to give (保障方案)."""
    plan_id = new_id()
    plan = Plan(
        id=plan_id,
        child_id=decision.child_id,
        decision_id=decision.id,
        sealed=await vault.seal_value(
            session, decision.child_id, "hiv", str(plan_id), said["plan"]
        ),
        line_count=sum(not line["sealed"] for line in said["plan"]),
        made_at=now(session),
    )
    session.add(plan)
    await session.flush()
    await emit(
        session,
        BenefitPlanMade(
            child_id=decision.child_id,
            plan_id=plan.id,
            decision_id=decision.id,
            line_count=plan.line_count,
            town=decision.town,
        ),
    )
