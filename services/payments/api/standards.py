"""Standards and price orders: proposed, simulated, published by a second person."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query

from services.payments.models import PriceOrder, Simulation, Standard
from services.payments.operations import simulating
from services.payments.operations import standards as operations
from services.payments.operations.tariff import tariff_of
from services.payments.queries import standards as queries
from services.payments.schemas.answers import PriceOrderOut, SimulationOut, StandardOut
from services.payments.schemas.requests import (
    PriceOrderRequest,
    ReasonRequest,
    Signature,
    SimulationRequest,
    StandardRequest,
)
from shared.database import Session, law_today
from shared.identity import Actor
from shared.jurisdiction import jurisdiction
from shared.pages import Cursor, Limit, Page, paged
from shared.problem import Invalid
from shared.web import Route

router = APIRouter(prefix="/v1/payments", tags=["标准 standards"], route_class=Route)


@router.get("/tariff")
async def read_tariff(session: Session, actor: Actor) -> dict[str, Any]:
    """The rate classes and published keys of the jurisdiction (分类保障, WL24:2.1.0a-3)."""
    tariff = tariff_of(jurisdiction())
    return {
        "keys": dict(tariff.names),
        "rate_classes": [
            {"code": c.code, "zh": c.zh, "clauses": list(c.clauses), "per": c.per}
            for c in tariff.classes.values()
        ],
        "top_up": tariff.mode(law_today(session).figures).value,
    }


@router.post("/standards", status_code=201, response_model=StandardOut)
async def propose_standard(session: Session, actor: Actor, said: StandardRequest) -> Standard:
    """Propose a figure; below its lawful minimum is refused with that minimum (WL24:2.1.1a)."""
    amount = said.amount if said.amount is not None else said.share
    if amount is None or (said.amount is not None and said.share is not None):
        raise Invalid(
            "amount 与 share 须且只须给出一项", "Give either amount or share", where="amount"
        )
    return await operations.propose_standard(
        session,
        actor,
        said.key,
        said.since,
        amount,
        source=said.source,
        statistic_year=said.statistic_year,
        reason=said.reason,
    )


@router.get("/standards", response_model=Page[StandardOut])
async def list_standards(
    session: Session,
    actor: Actor,
    key: Annotated[str | None, Query()] = None,
    state: Annotated[str | None, Query()] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> dict[str, Any]:
    """Standards, the oldest first."""
    wanted = queries.standards(key, state)
    keys = [Standard.since, Standard.id]
    rows, following = await paged(session, wanted, keys, cursor=cursor, limit=limit)
    return {"items": rows, "next": following}


@router.post("/standards/{standard_id}/publication", response_model=StandardOut)
async def publish_standard(
    session: Session, actor: Actor, standard_id: UUID, said: Signature
) -> Standard:
    """A second person publishes, on a simulation of things as they stand (WL24:2.1.0a-1)."""
    return await operations.publish_standard(
        session, actor, standard_id, simulation_id=said.simulation_id, reason=said.reason
    )


@router.post("/standards/{standard_id}/refusal", response_model=StandardOut)
async def refuse_standard(
    session: Session, actor: Actor, standard_id: UUID, said: ReasonRequest
) -> Standard:
    """Give a proposal up, with the reason."""
    return await operations.refuse_standard(session, actor, standard_id, said.reason)


@router.post("/standards/{standard_id}/simulations", status_code=201, response_model=SimulationOut)
async def simulate_standard(
    session: Session, actor: Actor, standard_id: UUID, said: SimulationRequest
) -> Simulation:
    """What it would cost, months decided and months to come, before anybody signs."""
    return await simulating.simulate(session, actor, standard_id, said.months)


@router.get("/simulations/{simulation_id}", response_model=SimulationOut)
async def read_simulation(session: Session, actor: Actor, simulation_id: UUID) -> Simulation:
    """A simulation."""
    actor.of("civil_affairs", "finance", "auditor")
    return await simulating.simulation(session, simulation_id)


@router.post("/price-orders", status_code=201, response_model=PriceOrderOut)
async def propose_price_order(
    session: Session, actor: Actor, said: PriceOrderRequest
) -> PriceOrder:
    """Enter a month's price subsidy a head (动态价格补贴, WL24:2.1.0a-2)."""
    return await operations.propose_order(
        session, actor, said.month, said.amount_per_head, said.rate_classes, said.source
    )


@router.get("/price-orders", response_model=list[PriceOrderOut])
async def list_price_orders(session: Session, actor: Actor) -> list[PriceOrder]:
    """Orders, the newest month first."""
    return await queries.price_orders(session)


@router.post("/price-orders/{order_id}/confirmation", response_model=PriceOrderOut)
async def confirm_price_order(session: Session, actor: Actor, order_id: UUID) -> PriceOrder:
    """A second person confirms; months decided before are worked out again."""
    return await operations.confirm_order(session, actor, order_id)
