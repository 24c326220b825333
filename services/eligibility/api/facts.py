"""Facts over HTTP: stated, listed, as they stood on a day, contradictions decided (事实)."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query

from services.eligibility.models import FactConflict
from services.eligibility.operations import facts as operations
from services.eligibility.operations.applying import evaluated, known_child
from services.eligibility.operations.hearing import facts_came
from services.eligibility.operations.steps import subject_of
from services.eligibility.operations.viewing import (
    masked_answer,
    standing_shown,
    statements_shown,
    without_the_sealed,
)
from services.eligibility.queries.register import (
    conflicts,
    facts_of,
    file_under,
    open_conflicts,
    the_child,
)
from services.eligibility.schemas import (
    ConflictShown,
    Day,
    FactShown,
    FactsTold,
    ResolutionTold,
    StandingFact,
)
from shared import access
from shared.database import Session
from shared.identity import Actor
from shared.instants import Instant
from shared.pages import Cursor, Limit, Page, paged
from shared.web import Route

router = APIRouter(prefix="/v1/eligibility", route_class=Route, tags=["facts"])


@router.post("/children/{child_id}/facts", status_code=201)
async def state_facts(
    session: Session, actor: Actor, child_id: UUID, told: FactsTold
) -> dict[str, Any]:
    """部门提供事实：记明期间与证据，不覆盖原有陈述；矛盾转人工处理（WL24:4.2a-1）。"""
    said = operations.Told(**told.model_dump())
    operations.read_told(said, actor.department)  # before anything tells whether there is a file
    child = await the_child(session, child_id, lock=True)
    said = replace(said, file=await file_under(session, child, child_id))
    made = await operations.state_facts(session, actor, child, said)
    await facts_came(session, child)
    known = access.ask(actor, "know", "case", subject_of(child)).allowed
    rows = await open_conflicts(session, child.id)
    if not known:  # a stranger to the case hears of its own statements, and of no others
        own = {fact.id for fact in made}
        rows = [row for row in rows if own & {row.one_id, row.other_id}]
    conflicts = without_the_sealed(actor, child, rows)
    return {
        "facts": [FactShown.model_validate(row) for row in made],
        "conflicts": [ConflictShown.model_validate(row) for row in conflicts],
    }


@router.get("/children/{child_id}/facts")
async def list_standing(
    session: Session,
    actor: Actor,
    child_id: UUID,
    day: Day | None = None,
    known_at: Instant | None = None,
) -> list[StandingFact]:
    """某一法律日、某一知悉时刻在册的事实：当时是什么，当时知道什么。"""
    child = await known_child(session, actor, child_id)
    moment: datetime | None = known_at
    rows = await standing_shown(session, actor, child, day, moment)
    return [StandingFact(**row) for row in rows]


@router.get("/children/{child_id}/statements")
async def list_statements(session: Session, actor: Actor, child_id: UUID) -> list[FactShown]:
    """全部陈述的历史，含被更正与撤回的；密封的值不在此显示。"""
    child = await known_child(session, actor, child_id)
    return statements_shown(actor, child, await facts_of(session, child.id))


@router.get("/children/{child_id}/evaluation")
async def evaluate_child(
    session: Session,
    actor: Actor,
    child_id: UUID,
    day: Day | None = None,
    known_at: Instant | None = None,
) -> dict[str, Any]:
    """按在册事实认定：可指定法律日与知悉时刻，不保存任何内容。"""
    child = await known_child(session, actor, child_id)
    said = await evaluated(session, child.id, day, known_at)
    return await masked_answer(session, actor, child, said)


@router.get("/children/{child_id}/conflicts")
async def list_conflicts(session: Session, actor: Actor, child_id: UUID) -> list[ConflictShown]:
    """尚未处理的部门事实冲突。"""
    child = await known_child(session, actor, child_id)
    rows = await open_conflicts(session, child.id)
    if actor.department != "civil_affairs":  # who has to decide a contradiction must find it
        rows = without_the_sealed(actor, child, rows)
    return [ConflictShown.model_validate(row) for row in rows]


@router.get("/conflicts")
async def list_waiting_conflicts(
    session: Session,
    actor: Actor,
    town: Annotated[str | None, Query(max_length=20)] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[ConflictShown]:
    """全市待处理的部门事实冲突，由民政部门的人逐件裁决。"""
    actor.of("civil_affairs")
    keys = [FactConflict.id]
    rows, following = await paged(session, conflicts(town), keys, cursor=cursor, limit=limit)
    return Page(items=[ConflictShown.model_validate(row) for row in rows], next=following)


@router.post("/conflicts/{conflict_id}/resolution")
async def resolve(
    session: Session, actor: Actor, conflict_id: UUID, told: ResolutionTold
) -> ConflictShown:
    """由人决定采信哪一陈述，并说明理由。"""
    conflict = await operations.resolve_conflict(
        session, actor, conflict_id, told.keep, told.reason
    )
    await facts_came(session, await the_child(session, conflict.child_id, lock=True))
    return ConflictShown.model_validate(conflict)
