"""Asking families whether the money came: a sample drawn by lot once the bank answered (到账抽查).

The lot follows from the run and a key, so that nobody who prepares a run can know who will be
asked, and everybody can draw it again. Who took a step in a run does not ask after it.
"""

import hmac
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.payments.models import Arrival, Run
from services.payments.queries import arrivals, bank
from services.payments.queries import runs as queries
from services.payments.queries.arrivals import DENIED
from services.payments.rules.sampling import sample_size, share, tally
from shared import deadlines
from shared.database import law_today, now
from shared.identity import Principal
from shared.keys import secret_key
from shared.problem import Conflict, Invalid, NotFound, SecondPersonNeeded

CLAUSE = "WL24:2.1.0b-1"
ASKERS = ("town", "village", "civil_affairs", "auditor")

DRAW = """
INSERT INTO arrival (payment_id, run_id, child_id, town, amount, version)
SELECT p.id, p.run_id, p.child_id, p.town, p.amount, 1
FROM payment p JOIN outcome o ON o.payment_id = p.id AND o.state = 'paid'
WHERE p.run_id = :run ORDER BY sha256(convert_to(:lot || p.id::text, 'UTF8')) LIMIT :size
"""


class AnsweredBefore(Conflict):
    """Somebody asked this family already."""

    zh, en = "该笔已抽查", "This payment was asked after already"


async def draw(session: AsyncSession, run: Run) -> None:
    """Draw whom to ask of those the bank says it paid; the clock for asking starts."""
    figures = law_today(session).figures
    paid = (await bank.outcome_counts(session, run.id)).get("paid", (0, Decimal(0)))[0]
    size = sample_size(paid, figures["arrival_sample_margin"], figures["arrival_sample_z"])
    lot = hmac.digest(secret_key("audit"), f"lot|{run.id}".encode(), "sha256").hex()
    drawn: Any = await session.execute(text(DRAW), {"run": run.id, "lot": lot, "size": size})
    if drawn.rowcount:
        await deadlines.start(session, "arrival_check", run.id, "civil_affairs", clause=CLAUSE)


async def _stranger(session: AsyncSession, actor: Principal, run_id: UUID) -> str:
    """The caller's name; refused to whoever took a step in the run."""
    run, person = await queries.run(session, run_id), actor.person()
    if person in {run.prepared_by, *(s.by for s in await queries.steps(session, run_id))}:
        raise SecondPersonNeeded(clause=CLAUSE)
    return person


async def _drawn(session: AsyncSession, actor: Principal, run_id: UUID, payment: UUID) -> Arrival:
    found = await session.get(Arrival, payment, with_for_update=True)
    mine = found is not None and actor.place in (None, found.town)
    if found is None or found.run_id != run_id or not mine:
        raise NotFound()
    return found


async def answer(
    session: AsyncSession,
    actor: Principal,
    run_id: UUID,
    payment_id: UUID,
    said: str,
    received: Decimal | None,
) -> Arrival:
    """What the family said; less than was paid, or nothing, must be cleared up before closing."""
    actor.of(*ASKERS)
    found = await _drawn(session, actor, run_id, payment_id)
    person = await _stranger(session, actor, run_id)
    if found.answer not in (None, "unreachable"):
        raise AnsweredBefore()
    if said == "short" and (received is None or not 0 < received < found.amount):
        raise Invalid(where="received", allowed=[f"0.01–{found.amount - Decimal('0.01'):.2f}"])
    found.answer, found.received = said, received if said == "short" else None
    found.answered_by, found.answered_at = person, now(session)
    await session.flush()
    if not await arrivals.unasked(session, run_id):
        await deadlines.meet(session, "arrival_check", run_id)
    if said in DENIED:
        await deadlines.start(
            session, "arrival_doubt", payment_id, "civil_affairs", town=found.town, clause=CLAUSE
        )
    return found


async def conclude(
    session: AsyncSession, actor: Principal, run_id: UUID, payment_id: UUID, conclusion: str
) -> Arrival:
    """Why a family said otherwise than the bank, found out by another person."""
    actor.of("civil_affairs", "finance", "auditor")
    found = await _drawn(session, actor, run_id, payment_id)
    person = actor.person()
    if person == found.answered_by:
        raise SecondPersonNeeded(clause=CLAUSE)
    if found.answer not in DENIED:
        raise Invalid("没有需要查清的回答", "No answer needs clearing up", allowed=list(DENIED))
    found.conclusion, found.concluded_by = conclusion, person
    await deadlines.meet(session, "arrival_doubt", payment_id)
    return found


async def summary(session: AsyncSession, run_id: UUID) -> dict[str, Any]:
    """How the sample of a run stands: drawn, answered, received."""
    answers = await arrivals.answers(session, run_id)
    counts = tally(answers)
    reached = sum(counts.get(name, 0) for name in ("received", *DENIED))
    return {
        "drawn": len(answers),
        "answers": counts,
        "received_share": share(counts.get("received", 0), reached),
        "to_clear_up": await arrivals.doubts(session, run_id),
    }
