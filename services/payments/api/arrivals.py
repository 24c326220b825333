"""Asking families whether the money came."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter

from services.payments.models import Arrival
from services.payments.operations import arriving
from services.payments.queries import arrivals
from services.payments.queries import runs as queries
from services.payments.schemas.answers import ArrivalOut
from services.payments.schemas.requests import ArrivalRequest, ConclusionRequest
from shared.database import Session
from shared.identity import Actor
from shared.pages import Cursor, Limit, paged
from shared.web import Route

router = APIRouter(
    prefix="/v1/payments/runs/{run_id}/arrivals", tags=["到账抽查 arrivals"], route_class=Route
)


@router.get("")
async def list_arrivals(
    session: Session, actor: Actor, run_id: UUID, cursor: Cursor = None, limit: Limit = 100
) -> dict[str, Any]:
    """Whom the lot fell on and what they said; a town sees its own (到账抽查)."""
    actor.of(*arriving.ASKERS, "finance")
    await queries.run(session, run_id)
    wanted = arrivals.arrivals(run_id, actor.place)
    rows, following = await paged(session, wanted, [Arrival.payment_id], cursor=cursor, limit=limit)
    items = [ArrivalOut.model_validate(row).model_dump(mode="json") for row in rows]
    return {"items": items, "next": following, "summary": await arriving.summary(session, run_id)}


@router.post("/{payment_id}/answer", response_model=ArrivalOut)
async def answer_arrival(
    session: Session, actor: Actor, run_id: UUID, payment_id: UUID, said: ArrivalRequest
) -> Arrival:
    """What the family said; never asked by who prepared, checked, approved or sent the run."""
    return await arriving.answer(
        session, actor, run_id, payment_id, said.answer.value, said.received
    )


@router.post("/{payment_id}/conclusion", response_model=ArrivalOut)
async def conclude_arrival(
    session: Session, actor: Actor, run_id: UUID, payment_id: UUID, said: ConclusionRequest
) -> Arrival:
    """Another person found out why the family said otherwise than the bank."""
    return await arriving.conclude(session, actor, run_id, payment_id, said.conclusion)
