"""Proposing and confirming: two people, one decision that is never changed (拟定、确认)."""

import hashlib
from datetime import date
from itertools import takewhile
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.eligibility.models import (
    Application,
    Decision,
    Proposal,
)
from services.eligibility.operations.applying import (
    REPLY,
    evaluated,
    facts_still_missing,
    known_application,
    undecided,
)
from services.eligibility.operations.carrying_out import carry_out
from services.eligibility.operations.steps import NotYetHappened, step
from services.eligibility.operations.turning import turned_on
from services.eligibility.operations.viewing import decision_opened
from services.eligibility.queries.procedure import (
    decisions_of,
    next_in,
    open_proposal,
    recognised_at,
)
from services.eligibility.queries.register import the_child
from services.eligibility.rules.evaluation import Evaluation
from services.eligibility.rules.procedure import APPLICATION, month_of, next_month
from services.eligibility.rules.results import (
    KEEPING,
    NEEDS_REASON,
    UNPAID,
    cannot_be,
    leads_to,
    open_to,
    outcome_of,
    rate_after,
    results_of,
)
from services.eligibility.rules.wording import cited_words
from shared import deadlines, vault
from shared.database import new_id, now, to_json, today
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

    A proposal not confirmed, as facts that came since stood against it, gives way to the new one.
    Raises FactsStillMissing, ReasonNeeded, OutcomeNotOpen, UnlawfulMove.
    """
    application = await known_application(session, actor, application_id)
    signed = actor.person()
    await step(session, actor, APPLICATION, application, "decision", reason=reason)
    said = await evaluated(session, application.child_id)
    before = await recognised_at(session, application.child_id)
    computed = outcome_of(said, before)
    chosen = outcome or computed
    _may_propose(said, chosen, computed, reason, before)
    assert chosen is not None
    earlier = await open_proposal(session, application.id)
    if earlier is not None:
        earlier.state = "replaced"
        await session.flush()
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
    before: str | None,
) -> None:
    if undecided(said):
        raise facts_still_missing(said)
    allowed = open_to(said, before)
    if chosen is None:
        raise OutcomeNotOpen("须由人选定结论", "A person chooses", where="outcome", allowed=allowed)
    if why := cannot_be(chosen, said, before):
        raise OutcomeNotOpen(why, where="outcome", allowed=allowed)
    if (chosen in NEEDS_REASON or chosen != computed) and not reason:
        raise ReasonNeeded(where="reason", computed=computed)


async def give_back(
    session: AsyncSession, actor: Principal, application_id: UUID, reason: str
) -> Application:
    """The second person does not confirm: back to the town with the reason (退回)."""
    application = await known_application(session, actor, application_id)
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

    `event_on` is the day an ending or a change rests on, where it is another than the facts say.
    Raises SecondPersonNeeded, FactsChanged, NotYetHappened, UnlawfulMove.
    """
    if event_on is not None and event_on > today(session):
        raise NotYetHappened(where="event_on", allowed=[f"≤ {today(session)}"])
    application = await known_application(session, actor, application_id)
    proposal = await open_proposal(session, application.id)
    first = proposal.proposed_by if proposal else "nobody"
    await step(session, actor, APPLICATION, application, "confirmation", first_officer=first)
    assert proposal is not None
    child = await the_child(session, application.child_id, lock=True)
    said = await evaluated(session, child.id)
    if fingerprint(said) != proposal.fingerprint:
        raise FactsChanged(allowed=["decision", "return"])
    proposal.state, proposal.confirmed_by = "confirmed", actor.person()
    proposal.confirmed_at = application.closed_at = now(session)
    await deadlines.meet(session, "confirmation", application.id)
    if application.route != "local":
        await deadlines.start(session, REPLY, application.id, "town", town=application.town)
    decision = await _decide(session, actor, application, proposal, said, event_on)
    await carry_out(session, child, decision, said)
    return decision


async def _number(session: AsyncSession, day: date) -> str:
    """The decision's own number (文号): as the county begins it, and the year's next in order."""
    mark = jurisdiction().meta.decision_mark
    return f"{mark}〔{day.year}〕{await next_in(session, day.year)}号"


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
    stood = await recognised_at(session, application.child_id)
    rate = rate_after(proposal.outcome, said, stood)
    first, last = await _months(session, proposal, said, event_on, (stood or "none", rate))
    decision = Decision(
        id=new_id(),
        number=await _number(session, day),
        child_id=(await the_child(session, application.child_id)).id,
        application_id=application.id,
        supersedes=before[0].id if before else None,
        outcome=proposal.outcome,
        rate_class=rate,
        town=application.town,
        legal_day=day,
        known_at=now(session),
        decided_on=day,
        review_on=date.fromisoformat(said["changes_on"]) if said["changes_on"] else None,
        first_month=first,
        last_month=last,
        lump_sum_months=(said["exit"] or {}).get("lump_sum_months", 0) if last else 0,
        figures=day.isoformat(),
        sealed=b"",
        proposed_by=proposal.proposed_by,
        confirmed_by=actor.person(),
        decided_at=now(session),
    )
    decision.sealed = await _sealed(session, decision, proposal, said, before if stood else [])
    session.add(decision)
    await session.flush()
    return decision


async def _sealed(
    session: AsyncSession,
    decision: Decision,
    proposal: Proposal,
    said: dict[str, Any],
    before: list[Decision],
) -> bytes:
    """The answer a decision rests on, word for word: the clauses it cites read as on its day."""
    stood = await decision_opened(session, before[0]) if before else None
    kept = said | {
        "outcome": proposal.outcome,
        "reason": proposal.reason,
        "rate": decision.rate_class,
        "results": results_of(stood, said, proposal.outcome, decision.rate_class),
        "words": cited_words(said, jurisdiction().law, decision.legal_day),
    }
    return await vault.seal_value(session, decision.child_id, "hiv", str(decision.id), kept)


async def _months(
    session: AsyncSession,
    proposal: Proposal,
    said: dict[str, Any],
    event_on: date | None,
    rates: tuple[str, str],
) -> tuple[date | None, date | None]:
    """The first month at a new rate and the last month of one that ends (R7, R8).

    What begins is paid from the month after confirmation; what changes or ends, from the month
    after it happened, though it be decided later.
    """
    before, after = rates
    if before in UNPAID:
        return (None if after in UNPAID else next_month(today(session))), None
    if before == after:
        return next_month(today(session)), None
    named = (said["exit"] or {}).get("last_month")
    if event_on is None and named:
        event_on = date.fromisoformat(f"{named}-01")
    day = event_on or await _happened_on(session, proposal.child_id, said)
    return (None, month_of(day)) if after in UNPAID else (next_month(day), None)


async def _happened_on(session: AsyncSession, child_id: UUID, said: dict[str, Any]) -> date:
    """The day since recognition from which the facts have led to what they lead to today."""
    today_is = leads_to(said["status"], said["award_basis"])

    def same(evaluation: Evaluation) -> bool:
        return leads_to(evaluation.status, evaluation.award.rate_class) == today_is

    decided = await decisions_of(session, child_id)
    *_, first = takewhile(lambda decision: decision.outcome in KEEPING, decided)
    return await turned_on(session, child_id, first.legal_day, same)
