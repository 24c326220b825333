"""Reviews of protection orders and of their refusals over HTTP."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from services.protection.api.movers import add_moves
from services.protection.operations import reviews
from services.protection.rules.reviews import REVIEW_MOVES
from services.protection.schemas.reviews import ReviewMove, ReviewShown, ReviewTold
from shared.database import Session
from shared.identity import Actor
from shared.web import Route

router = APIRouter(prefix="/v1/protection", route_class=Route, tags=["orders"])


@router.post("/orders/{order_id}/review", status_code=201)
async def ask_of_order(
    session: Session, actor: Actor, order_id: UUID, told: ReviewTold
) -> ReviewShown:
    """被申请人对人身安全保护令申请复议，由法院登记；复议期间不停止执行（DV:31）。"""
    return reviews.shown_review(await reviews.ask_of_order(session, actor, order_id, told))


@router.post("/petitions/{petition_id}/review", status_code=201)
async def ask_of_refusal(
    session: Session, actor: Actor, petition_id: UUID, told: ReviewTold
) -> ReviewShown:
    """申请人对驳回人身安全保护令申请复议（DV:31）。"""
    return reviews.shown_review(await reviews.ask_of_refusal(session, actor, petition_id, told))


@router.get("/reviews/{review_id}")
async def read_review(session: Session, actor: Actor, review_id: UUID) -> ReviewShown:
    """一件复议。"""
    return reviews.shown_review(await reviews.the_review(session, actor, review_id))


def _mover(verb: str) -> Callable[..., Any]:
    async def move(
        session: Session, actor: Actor, review_id: UUID, told: ReviewMove
    ) -> ReviewShown:
        return reviews.shown_review(await reviews.decide(session, actor, review_id, verb, told))

    return move


add_moves(router, "/reviews/{review_id}", REVIEW_MOVES, _mover, ReviewShown)
