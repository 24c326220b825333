"""Tracing of lost children, and units that saw a child, over HTTP."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from services.protection.api.movers import add_moves
from services.protection.models import Trace, UnitContact
from services.protection.operations import contacts, tracing
from services.protection.queries.reports import SUPERVISORS
from services.protection.queries.tracing import silent_contacts, traces
from services.protection.rules.tracing import SEEKERS, TRACE_MOVES, TraceKind
from services.protection.schemas.told import MoveTold
from services.protection.schemas.tracing import (
    CandidateShown,
    ContactShown,
    ContactTold,
    ExclusionTold,
    MatchTold,
    TraceShown,
    TraceTold,
)
from shared.database import Session
from shared.identity import Actor
from shared.pages import Cursor, Limit, Page, paged
from shared.web import Route

router = APIRouter(prefix="/v1/protection", route_class=Route, tags=["tracing"])


@router.post("/cases/{case_id}/traces", status_code=201)
async def open_trace(session: Session, actor: Actor, case_id: UUID, told: TraceTold) -> TraceShown:
    """登记走失儿童或身份不明儿童及其特征（WL24:4.1c-1）。"""
    return tracing.shown(await tracing.open_trace(session, actor, case_id, told))


@router.get("/traces")
async def list_traces(
    session: Session,
    actor: Actor,
    kind: TraceKind | None = None,
    state: str = "open",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[TraceShown]:
    """在寻的儿童（不含特征）。"""
    actor.of(*SEEKERS)
    wanted = traces(kind.value if kind else None, state)
    keys = (Trace.opened_at, Trace.id)
    rows, following = await paged(session, wanted, keys, cursor=cursor, limit=limit)
    return Page(items=[tracing.shown(row) for row in rows], next=following)


@router.get("/traces/{trace_id}")
async def read_trace(session: Session, actor: Actor, trace_id: UUID) -> TraceShown:
    """一名在寻的儿童；每次查阅留痕。"""
    return await tracing.trace_view(session, actor, trace_id)


@router.get("/traces/{trace_id}/candidates")
async def list_candidates(session: Session, actor: Actor, trace_id: UUID) -> list[CandidateShown]:
    """可能是同一儿童的，最像的在前；只供人工比对，不作认定。"""
    return await tracing.candidates(session, actor, trace_id)


@router.post("/traces/{trace_id}/matches")
async def match(session: Session, actor: Actor, trace_id: UUID, told: MatchTold) -> TraceShown:
    """确认为同一儿童：一人提出、另一人依同一依据确认。"""
    row = await tracing.match(session, actor, trace_id, told.trace_id, told.basis)
    return tracing.shown(row)


@router.post("/traces/{trace_id}/exclusions")
async def exclude(
    session: Session, actor: Actor, trace_id: UUID, told: ExclusionTold
) -> TraceShown:
    """排除：不是同一儿童，不再提示。"""
    return tracing.shown(await tracing.exclude(session, actor, trace_id, told.trace_id))


def _mover(verb: str) -> Callable[..., Any]:
    async def move(session: Session, actor: Actor, trace_id: UUID, told: MoveTold) -> TraceShown:
        return tracing.shown(await tracing.move_trace(session, actor, trace_id, verb, told))

    return move


add_moves(
    router, "/traces/{trace_id}", TRACE_MOVES, _mover, TraceShown, verbs=("closure", "reopening")
)


@router.post("/cases/{case_id}/contacts", status_code=201)
async def tell_contact(
    session: Session, actor: Actor, case_id: UUID, told: ContactTold
) -> ContactShown:
    """接触过儿童的单位，是否能见到受害迹象（WL24:3.1a-4）。"""
    row = await contacts.tell_contact(session, actor, case_id, told)
    return ContactShown.model_validate(row)


@router.get("/cases/{case_id}/contacts")
async def list_contacts(session: Session, actor: Actor, case_id: UUID) -> list[ContactShown]:
    """责任倒查：谁接触过、谁报告了、谁应报未报（未成年人保护法117）。"""
    return await contacts.duties_of(session, actor, case_id)


@router.get("/silent-units")
async def list_silent(
    session: Session, actor: Actor, cursor: Cursor = None, limit: Limit = 50
) -> Page[ContactShown]:
    """见到迹象而未报告的单位：检察院等见全市，主管部门见其所管。"""
    actor.of(*SUPERVISORS, "education", "health", "culture_tourism", "human_resources")
    authority = None if actor.department in SUPERVISORS else actor.department
    rows, following = await paged(
        session, silent_contacts(authority), (UnitContact.id,), cursor=cursor, limit=limit
    )
    shown = [ContactShown.model_validate(row) for row in rows]
    return Page(
        items=[view.model_copy(update={"duty": "silent"}) for view in shown], next=following
    )
