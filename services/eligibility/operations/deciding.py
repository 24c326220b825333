"""Proposing and confirming: two people, one decision that is never changed (拟定、确认)."""

import hashlib
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.eligibility.models import (
    Application,
    Award,
    Child,
    Decision,
    Plan,
    Proposal,
)
from services.eligibility.operations.applying import FactsStillMissing, evaluated
from services.eligibility.operations.reviewing import conclude_reviews, name_the_day
from services.eligibility.operations.steps import step
from services.eligibility.queries.procedure import (
    decisions_of,
    one,
    open_award,
    open_proposal,
)
from services.eligibility.queries.register import the_child
from services.eligibility.rules.procedure import (
    APPLICATION,
    NEEDS_REASON,
    OUTCOMES,
    month_of,
    next_month,
    outcome_of,
)
from services.eligibility.rules.wording import cited_words
from shared import deadlines, vault
from shared.bus import emit
from shared.database import new_id, now, to_json, today
from shared.events.eligibility import (
    AwardChanged,
    AwardEnded,
    AwardOpened,
    BenefitPlanMade,
    DecisionMade,
)
from shared.identity import Principal
from shared.jurisdiction import jurisdiction
from shared.problem import Invalid, Refused


class ReasonNeeded(Invalid):
    """A person gives the reason of a refusal, an ending, a change, or a departure from the rule."""

    zh, en = "须说明理由", "A reason is needed"
    clause = "PIPL:24"


class OutcomeNotOpen(Refused):
    """What is proposed is not among what the case allows."""

    zh, en = "该结论不适用于本案", "That outcome does not fit the case"


class FactsChanged(Refused):
    """Since the proposal something of the case has changed: it is proposed anew."""

    zh, en = "拟定之后事实已有变化，须重新拟定", "Facts have changed since the proposal"
    clause = "WL24:2.1.0b-1"


def fingerprint(said: dict[str, Any]) -> bytes:
    """What a proposal rests on: every answer of the law, not the day it was asked."""
    kept = {name: value for name, value in said.items() if name not in ("day", "finding")}
    return hashlib.sha256(to_json(kept).encode()).digest()


async def propose(
    session: AsyncSession,
    actor: Principal,
    application_id: UUID,
    outcome: str | None,
    reason: str | None,
) -> Proposal:
    """An officer of the county proposes; the law's own answer unless a reason says otherwise.

    Raises FactsStillMissing, ReasonNeeded, OutcomeNotOpen, UnlawfulMove.
    """
    application = await one(session, Application, application_id, lock=True)
    said = await evaluated(session, application.child_id)
    award = await open_award(session, application.child_id)
    computed = outcome_of(said, award.rate_class if award else None)
    chosen = outcome or computed
    _may_propose(said, chosen, computed, reason, award)
    assert chosen is not None
    signed = actor.person()
    await step(session, actor, APPLICATION, application, "decision", reason=reason)
    proposal = Proposal(
        id=new_id(),
        application_id=application.id,
        child_id=application.child_id,
        outcome=chosen,
        state="proposed",
        reason=reason,
        departs=computed if chosen != computed else None,
        fingerprint=fingerprint(said),
        proposed_by=signed,
        proposed_at=now(session),
    )
    session.add(proposal)
    await session.flush()
    return proposal


def _may_propose(
    said: dict[str, Any],
    chosen: str | None,
    computed: str | None,
    reason: str | None,
    award: Award | None,
) -> None:
    if said["status"] == "undetermined" or said["contested"]:
        missing = [*said["missing"], *said["contested"]]
        raise FactsStillMissing(missing=missing, questions=said["questions"])
    if chosen not in OUTCOMES:
        raise OutcomeNotOpen(where="outcome", allowed=OUTCOMES)
    open_to = ("continued", "changed", "ended") if award else ("granted", "refused")
    if chosen not in open_to:
        raise OutcomeNotOpen(where="outcome", allowed=open_to)
    if (chosen in NEEDS_REASON or chosen != computed) and not reason:
        raise ReasonNeeded(where="reason", computed=computed)


async def give_back(
    session: AsyncSession, actor: Principal, application_id: UUID, reason: str
) -> Application:
    """The second person does not confirm: back to the town with the reason (退回)."""
    application = await one(session, Application, application_id, lock=True)
    proposal = await open_proposal(session, application.id)
    await step(session, actor, APPLICATION, application, "return", reason=reason)
    if proposal is not None:
        proposal.state = "returned"
    await deadlines.cancel(session, application.id, "confirmation", "returned")
    await deadlines.start(session, "verification", application.id, "town", town=application.town)
    return application


async def confirm(
    session: AsyncSession, actor: Principal, application_id: UUID, event_on: date | None = None
) -> Decision:
    """A second officer confirms: decision, award and plan are made, and told (确认).

    `event_on` is the day an ending rests on; the month of the event is the last one paid.
    Raises SecondPersonNeeded, FactsChanged, UnlawfulMove.
    """
    application = await one(session, Application, application_id, lock=True)
    proposal = await open_proposal(session, application.id)
    first = proposal.proposed_by if proposal else "nobody"
    await step(session, actor, APPLICATION, application, "confirmation", first_officer=first)
    assert proposal is not None
    child = await the_child(session, application.child_id, lock=True)
    said = await evaluated(session, child.id)
    if fingerprint(said) != proposal.fingerprint:
        raise FactsChanged()
    proposal.state, proposal.confirmed_by = "confirmed", actor.person()
    proposal.confirmed_at = application.closed_at = now(session)
    await deadlines.meet(session, "confirmation", application.id)
    decision = await _decide(session, actor, application, proposal, said, event_on)
    await _carry_out(session, child, decision, said)
    return decision


def _rate(proposal: Proposal, said: dict[str, Any], award: Award | None) -> str:
    """The rate class decided, or nothing where nothing is paid."""
    if proposal.outcome not in ("granted", "continued", "changed"):
        return ""
    if proposal.departs is not None and award is not None and proposal.outcome == "continued":
        return award.rate_class
    rate = str(said["award_basis"])
    return "" if rate in ("none", "undetermined") else rate


def _number(application: Application, day: date) -> str:
    """The decision's own number (文号), which begins as the county says."""
    mark = jurisdiction().meta.decision_mark
    return f"{mark}〔{day.year}〕{day:%m%d}-{str(application.id)[-6:]}"


async def _decide(
    session: AsyncSession,
    actor: Principal,
    application: Application,
    proposal: Proposal,
    said: dict[str, Any],
    event_on: date | None,
) -> Decision:
    day = today(session)
    before = await decisions_of(session, application.child_id)
    award = await open_award(session, application.child_id)
    ends, exit_ = proposal.outcome == "ended", said["exit"] or {}
    rate = _rate(proposal, said, award)
    decision = Decision(
        id=new_id(),
        number=_number(application, day),
        child_id=application.child_id,
        application_id=application.id,
        supersedes=before[0].id if before else None,
        outcome=proposal.outcome,
        rate_class=rate or "none",
        town=application.town,
        legal_day=day,
        known_at=now(session),
        decided_on=day,
        review_on=date.fromisoformat(said["changes_on"]) if said["changes_on"] else None,
        first_month=next_month(day) if rate else None,
        last_month=_last_month(exit_, event_on, day) if ends else None,
        lump_sum_months=exit_.get("lump_sum_months", 0) if ends else 0,
        figures=day.isoformat(),
        sealed=b"",
        proposed_by=proposal.proposed_by,
        confirmed_by=actor.person(),
        decided_at=now(session),
    )
    decision.sealed = await _sealed(session, decision, proposal, said)
    session.add(decision)
    await session.flush()
    return decision


async def _sealed(
    session: AsyncSession, decision: Decision, proposal: Proposal, said: dict[str, Any]
) -> bytes:
    """The answer a decision rests on, word for word: the clauses it cites read as on its day."""
    words = cited_words(said, jurisdiction().law, decision.legal_day)
    kept = said | {"outcome": proposal.outcome, "reason": proposal.reason, "words": words}
    return await vault.seal_value(session, decision.child_id, "hiv", str(decision.id), kept)


def _last_month(exit_: dict[str, Any], event_on: date | None, day: date) -> date:
    """The month of the event is the last one paid (R7); without an event, this month."""
    if event_on is not None:
        return month_of(event_on)
    named = exit_.get("last_month")
    return date.fromisoformat(f"{named}-01") if named else month_of(day)


async def _carry_out(
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
    if decision.outcome == "granted":
        await _open(session, decision, said)
    elif decision.outcome == "changed":
        await _change(session, decision)
    elif decision.outcome == "ended":
        await _end(session, decision, said)
    child.state = {"ended": "ended", "refused": "refused"}.get(decision.outcome, "supported")
    if decision.outcome in ("granted", "continued", "changed"):
        await _make_plan(session, decision, said)
        await name_the_day(session, decision)


async def _open(session: AsyncSession, decision: Decision, said: dict[str, Any]) -> None:
    if decision.first_month is None:
        return
    award = Award(
        id=new_id(),
        child_id=decision.child_id,
        decision_id=decision.id,
        rate_class=decision.rate_class,
        first_month=decision.first_month,
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


async def _change(session: AsyncSession, decision: Decision) -> None:
    """The new rate counts from the month after the change (R8)."""
    award = await open_award(session, decision.child_id)
    assert award is not None
    award.rate_class, award.decision_id = decision.rate_class, decision.id
    await emit(
        session,
        AwardChanged(
            child_id=decision.child_id,
            award_id=award.id,
            decision_id=decision.id,
            rate_class=decision.rate_class,
            first_month=next_month(decision.decided_on),
            town=decision.town,
        ),
    )


async def _end(session: AsyncSession, decision: Decision, said: dict[str, Any]) -> None:
    award = await open_award(session, decision.child_id)
    assert award is not None
    assert decision.last_month is not None
    award.ended_at, award.last_month = now(session), decision.last_month
    reason = (said["exit"] or {}).get("kind", "no_longer_eligible")
    await emit(
        session,
        AwardEnded(
            child_id=decision.child_id,
            award_id=award.id,
            decision_id=decision.id,
            last_month=decision.last_month,
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
