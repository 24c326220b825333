"""Instruments of law and petitions over HTTP."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from services.protection.api.movers import add_moves
from services.protection.models import Order
from services.protection.operations import orders, petitions
from services.protection.operations.cases import the_case
from services.protection.operations.reviews import with_reviews
from services.protection.queries.care import orders as orders_where
from services.protection.queries.care import orders_of, petitions_of
from services.protection.rules.orders import ORDER_MOVES, PETITION_MOVES
from services.protection.schemas.care import (
    OrderMove,
    OrderShown,
    OrderTold,
    PetitionMove,
    PetitionShown,
    PetitionTold,
    SessionTold,
)
from shared.database import Session
from shared.identity import Actor
from shared.pages import Cursor, Limit, Page, paged
from shared.web import Route

router = APIRouter(prefix="/v1/protection", route_class=Route, tags=["orders"])
Filter = Annotated[str | None, Field(max_length=60)]


@router.post("/cases/{case_id}/orders", status_code=201)
async def issue(session: Session, actor: Actor, case_id: UUID, told: OrderTold) -> OrderShown:
    """签发督促监护令、家庭教育令、亲职教育告知书、训诫、告诫书、保护令等（WL24:3.3a-3）。"""
    return orders.shown_order(await orders.issue(session, actor, case_id, told))


@router.get("/cases/{case_id}/orders")
async def list_orders(session: Session, actor: Actor, case_id: UUID) -> list[OrderShown]:
    """个案的监护干预文书。"""
    case = await the_case(session, actor, case_id)
    rows = await orders_of(session, case.id)
    return await with_reviews(session, [orders.shown_order(row) for row in rows])


@router.get("/orders")
async def list_all_orders(
    session: Session,
    actor: Actor,
    state: Filter = None,
    kind: Filter = None,
    ends_by: date | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[OrderShown]:
    """监护干预文书台账：可只列某状态、某种类或某日前期满的。"""
    wanted = orders_where(actor, state, kind, ends_by)
    keys = (Order.issued_on, Order.id)
    rows, following = await paged(
        session, wanted, keys, cursor=cursor, limit=limit, descending=True
    )
    shown = await with_reviews(session, [orders.shown_order(row) for row in rows])
    return Page(items=shown, next=following)


@router.get("/orders/{order_id}")
async def read_order(session: Session, actor: Actor, order_id: UUID) -> OrderShown:
    """一份文书。"""
    row = await orders.the_order(session, actor, order_id)
    return (await with_reviews(session, [orders.shown_order(row)]))[0]


def _order_mover(verb: str) -> Callable[..., Any]:
    async def move(session: Session, actor: Actor, order_id: UUID, told: OrderMove) -> OrderShown:
        row = await orders.move_order(session, actor, order_id, verb, told)
        return (await with_reviews(session, [orders.shown_order(row)]))[0]

    return move


add_moves(router, "/orders/{order_id}", ORDER_MOVES, _order_mover, OrderShown)


@router.post("/orders/{order_id}/sessions", status_code=201)
async def education_session(
    session: Session, actor: Actor, order_id: UUID, told: SessionTold
) -> OrderShown:
    """强制亲职教育“1+X”的一次课程（WL24:3.3a-2）。"""
    return orders.shown_order(await orders.education_session(session, actor, order_id, told))


@router.post("/cases/{case_id}/petitions", status_code=201)
async def prepare(
    session: Session, actor: Actor, case_id: UUID, told: PetitionTold
) -> PetitionShown:
    """准备司法申请：保护裁定、撤销或变更监护人、追索抚养费、恢复资格（WL24:3.3c-1）。"""
    return petitions.shown_petition(await petitions.prepare(session, actor, case_id, told))


@router.get("/cases/{case_id}/petitions")
async def list_petitions(session: Session, actor: Actor, case_id: UUID) -> list[PetitionShown]:
    """个案的司法申请。"""
    case = await the_case(session, actor, case_id)
    rows = await petitions_of(session, case.id)
    return await with_reviews(session, [petitions.shown_petition(row) for row in rows])


@router.get("/petitions/{petition_id}")
async def read_petition(session: Session, actor: Actor, petition_id: UUID) -> PetitionShown:
    """一件司法申请。"""
    row = await petitions.the_petition(session, actor, petition_id)
    return (await with_reviews(session, [petitions.shown_petition(row)]))[0]


def _petition_mover(verb: str) -> Callable[..., Any]:
    async def move(
        session: Session, actor: Actor, petition_id: UUID, told: PetitionMove
    ) -> PetitionShown:
        row = await petitions.move_petition(session, actor, petition_id, verb, told)
        return petitions.shown_petition(row)

    return move


add_moves(router, "/petitions/{petition_id}", PETITION_MOVES, _petition_mover, PetitionShown)
