"""Recommendations to units that failed children, over HTTP (检察建议)."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from services.protection.api.movers import add_moves
from services.protection.models import Recommendation
from services.protection.operations import recommendations as operations
from services.protection.queries.recommendations import recommendations
from services.protection.rules.recommendations import RECOMMENDATION_MOVES
from services.protection.schemas.recommendations import (
    RecommendationMove,
    RecommendationShown,
    RecommendationTold,
)
from shared.database import Session
from shared.identity import Actor
from shared.pages import Cursor, Limit, Page, paged
from shared.web import Route

router = APIRouter(prefix="/v1/protection", route_class=Route, tags=["duties"])
Filter = Annotated[str | None, Field(max_length=60)]


@router.post("/recommendations", status_code=201)
async def advise(session: Session, actor: Actor, told: RecommendationTold) -> RecommendationShown:
    """向未尽职责的单位、部门提出检察建议等建议，一个月内书面回复（MINORS:114）。"""
    row = await operations.advise(session, actor, told)
    return await operations.in_full(session, actor, row)


@router.get("/recommendations")
async def list_recommendations(
    session: Session, actor: Actor, state: Filter = None, cursor: Cursor = None, limit: Limit = 50
) -> Page[RecommendationShown]:
    """建议书台账：检察院、市未保办全见，各单位、部门见其所提、所收及所主管的。"""
    keys = (Recommendation.sent_at, Recommendation.id)
    rows, following = await paged(
        session,
        recommendations(actor, state),
        keys,
        cursor=cursor,
        limit=limit,
        descending=True,
    )
    return Page(items=await operations.in_brief(session, rows), next=following)


@router.get("/recommendations/{recommendation_id}")
async def read_recommendation(
    session: Session, actor: Actor, recommendation_id: UUID
) -> RecommendationShown:
    """一份建议书：期限、回复与审查经过。"""
    row = await operations.the_recommendation(session, actor, recommendation_id)
    return await operations.in_full(session, actor, row)


def _mover(verb: str) -> Callable[..., Any]:
    async def move(
        session: Session, actor: Actor, recommendation_id: UUID, told: RecommendationMove
    ) -> RecommendationShown:
        row = await operations.move(session, actor, recommendation_id, verb, told)
        await session.flush()
        return await operations.in_full(session, actor, row)

    return move


add_moves(
    router,
    "/recommendations/{recommendation_id}",
    RECOMMENDATION_MOVES,
    _mover,
    RecommendationShown,
)
