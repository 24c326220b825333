"""One router a kind of matter: open, read, list, and one route for each lawful step."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query

from services.referrals.api.shapes import matter_out
from services.referrals.models import Matter
from services.referrals.operations.matters import (
    Opening,
    move_matter,
    open_matter,
    steps_told,
)
from services.referrals.queries.matters import matter_for, matters
from services.referrals.rules.matters import MATTERS
from services.referrals.schemas.others import (
    MatterDetail,
    MatterIn,
    MatterMove,
    MatterOut,
    MatterStepOut,
)
from shared.database import Session
from shared.identity import Actor
from shared.moves import Moves
from shared.pages import Cursor, Limit, Page, paged
from shared.web import Route

PATHS = {
    "first_diagnosis": "first-diagnoses",
    "cross_province_transfer": "cross-province-transfers",
    "school_refusal": "school-refusals",
    "exemption": "exemptions",
    "posted_need": "posted-needs",
    "pairing": "pairings",
    "psychological_service": "psychological-services",
    "meeting_task": "meeting-tasks",
}


def _router(moves: Moves) -> APIRouter:
    path = f"/v1/referrals/{PATHS[moves.kind]}"
    router = APIRouter(prefix=path, tags=[moves.zh], route_class=Route)
    _opening(router, moves)
    _list(router, moves)
    _reading(router, moves)
    for verb, zh in {move.verb: f"{move.zh}（{move.clause}）。" for move in moves}.items():
        _step(router, moves.kind, verb, f"{moves.zh}：{zh}")
    return router


def _opening(router: APIRouter, moves: Moves) -> None:
    async def opened(session: Session, actor: Actor, said: MatterIn) -> MatterOut:
        opening = Opening(said.child_ref, said.department, said.town, said.details)
        return matter_out(actor, await open_matter(session, actor, moves.kind, opening))

    opened.__doc__ = f"{moves.zh}：登记。"
    name = f"open_{moves.kind}"
    router.add_api_route(
        "", opened, methods=["POST"], response_model=MatterOut, name=name, status_code=201
    )


def _list(router: APIRouter, moves: Moves) -> None:
    async def listed(
        session: Session,
        actor: Actor,
        state: Annotated[str | None, Query()] = None,
        child_ref: Annotated[UUID | None, Query()] = None,
        cursor: Cursor = None,
        limit: Limit = 50,
    ) -> dict[str, Any]:
        wanted = matters(actor, moves.kind, state, child_ref)
        rows, following = await paged(session, wanted, [Matter.id], cursor=cursor, limit=limit)
        return {"items": [matter_out(actor, row) for row in rows], "next": following}

    listed.__doc__ = f"{moves.zh}：列表。"
    name = f"list_{moves.kind}"
    router.add_api_route("", listed, methods=["GET"], response_model=Page[MatterOut], name=name)


def _reading(router: APIRouter, moves: Moves) -> None:
    async def read(session: Session, actor: Actor, matter_id: UUID) -> MatterDetail:
        matter = await matter_for(session, actor, moves.kind, matter_id)
        told = await steps_told(session, actor, matter)
        steps = [
            MatterStepOut.model_validate(step).model_copy(update={"details": details})
            for step, details in told
        ]
        return MatterDetail(**matter_out(actor, matter).model_dump(), steps=steps)

    read.__doc__ = f"{moves.zh}：查询一项及其经过。"
    name = f"read_{moves.kind}"
    router.add_api_route(
        "/{matter_id}", read, methods=["GET"], response_model=MatterDetail, name=name
    )


def _step(router: APIRouter, kind: str, verb: str, zh: str) -> None:
    async def step(session: Session, actor: Actor, matter_id: UUID, said: MatterMove) -> MatterOut:
        matter = await move_matter(session, actor, kind, matter_id, verb, said.details)
        return matter_out(actor, matter)

    step.__doc__ = zh
    router.add_api_route(
        f"/{{matter_id}}/{verb.replace('_', '-')}",
        step,
        methods=["POST"],
        response_model=MatterOut,
        name=f"{verb}_of_{kind}",
    )


ROUTERS = [_router(moves) for moves in MATTERS.values()]
