"""Cases over HTTP: opened, moved, planned, visited, closed with two signatures."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from services.protection.api.movers import add_moves
from services.protection.models import Case, CaseEntry, CaseTask
from services.protection.operations import cases as operations
from services.protection.operations.case_view import brief, case_view, with_words
from services.protection.operations.desk import hours_of
from services.protection.operations.law import town_code
from services.protection.queries.cases import cases, entries, overdue_tasks
from services.protection.queries.children import of_child
from services.protection.queries.clocks import Due, with_clock
from services.protection.rules.cases import CASE_MOVES
from services.protection.schemas.cases import (
    CaseOpened,
    CaseShown,
    CaseTold,
    ClosureTold,
    EntryShown,
    FlagShown,
    FlagTold,
    LevelTold,
    NoteTold,
    PlanShown,
    PlanTold,
    ShieldTold,
    TaskDone,
    TaskShown,
    TaskTold,
    VisitTold,
)
from services.protection.schemas.told import MoveTold
from shared.database import Session, today
from shared.identity import Actor
from shared.pages import Cursor, Limit, Page, paged
from shared.web import Route

router = APIRouter(prefix="/v1/protection", route_class=Route, tags=["cases"])
Filter = Annotated[str | None, Field(max_length=60)]
PLAIN = ("contact", "assessment", "intervention", "monitoring", "continuation", "reopening")


@router.post("/cases", status_code=201)
async def open_case(
    session: Session, actor: Actor, told: CaseTold, response: Response
) -> CaseShown:
    """开案（WL24:3.0、4.2c-2）。"""
    case = await operations.open_by_hand(session, actor, told)
    response.headers["Location"] = f"/v1/protection/cases/{case.id}"
    return brief(case)


@router.get("/cases")
async def list_cases(
    session: Session,
    actor: Actor,
    state: Filter = None,
    level: Filter = None,
    town: Filter = None,
    child_ref: UUID | None = None,
    due: Due | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[CaseShown]:
    """个案列表：各部门只见有任务的个案，镇（街道）只见本辖区；可只列某儿童的、逾期或今日到期的。"""
    wanted = cases(actor, state, level, town_code(town))
    if child_ref is not None:
        wanted = wanted.where(of_child(Case.child_ref, child_ref))
    if due is not None:
        wanted = wanted.where(with_clock(Case.id, due, hours_of(session)))
    keys = (Case.opened_at, Case.id)
    rows, following = await paged(
        session, wanted, keys, cursor=cursor, limit=limit, descending=True
    )
    return Page(items=[brief(row) for row in rows], next=following)


@router.get("/cases/{case_id}")
async def read_case(
    session: Session, actor: Actor, case_id: UUID, response: Response
) -> CaseOpened:
    """一个个案：状态、时限、任务、方案、最近记录；每次查阅留痕。"""
    shown = await case_view(session, actor, case_id)
    response.headers["ETag"] = f'"{shown.version}"'
    return shown


@router.get("/cases/{case_id}/entries")
async def read_entries(
    session: Session, actor: Actor, case_id: UUID, cursor: Cursor = None, limit: Limit = 50
) -> Page[EntryShown]:
    """办案记录，自新至旧。"""
    case = await operations.the_case(session, actor, case_id)
    rows, following = await paged(
        session, entries(case.id), (CaseEntry.id,), cursor=cursor, limit=limit, descending=True
    )
    return Page(items=await with_words(session, actor, case, rows), next=following)


def _mover(verb: str) -> Callable[..., Any]:
    async def move(session: Session, actor: Actor, case_id: UUID, told: MoveTold) -> CaseShown:
        return brief(await operations.move_case(session, actor, case_id, verb, told))

    return move


add_moves(router, "/cases/{case_id}", CASE_MOVES, _mover, CaseShown, PLAIN)


@router.post("/cases/{case_id}/plans", status_code=201)
async def plan(session: Session, actor: Actor, case_id: UUID, told: PlanTold) -> PlanShown:
    """制定或修订帮扶方案（一人一案）。"""
    return PlanShown.model_validate(await operations.plan(session, actor, case_id, told))


@router.post("/cases/{case_id}/plan-approval")
async def approve_plan(session: Session, actor: Actor, case_id: UUID) -> CaseShown:
    """由另一人批准方案。"""
    return brief(await operations.approve_plan(session, actor, case_id))


@router.post("/cases/{case_id}/visits", status_code=201)
async def visit(session: Session, actor: Actor, case_id: UUID, told: VisitTold) -> CaseShown:
    """走访。"""
    return brief(await operations.visit(session, actor, case_id, told))


@router.post("/cases/{case_id}/notes", status_code=201)
async def note(session: Session, actor: Actor, case_id: UUID, told: NoteTold) -> CaseShown:
    """办案记录。"""
    return brief(await operations.note(session, actor, case_id, told.words))


@router.post("/cases/{case_id}/tasks", status_code=201)
async def set_task(session: Session, actor: Actor, case_id: UUID, told: TaskTold) -> TaskShown:
    """交办任务：有任务者方可知悉。"""
    return TaskShown.model_validate(await operations.set_task(session, actor, case_id, told))


@router.post("/tasks/{task_id}/completion")
async def finish_task(session: Session, actor: Actor, task_id: UUID, told: TaskDone) -> TaskShown:
    """任务办结。"""
    return TaskShown.model_validate(await operations.finish_task(session, actor, task_id, told))


@router.get("/overdue-tasks")
async def list_overdue_tasks(
    session: Session, actor: Actor, cursor: Cursor = None, limit: Limit = 50
) -> Page[TaskShown]:
    """逾期任务。"""
    wanted = overdue_tasks(actor, today(session))
    keys = (CaseTask.due_on, CaseTask.id)
    rows, following = await paged(session, wanted, keys, cursor=cursor, limit=limit)
    items = [TaskShown.model_validate(row).model_copy(update={"overdue": True}) for row in rows]
    return Page(items=items, next=following)


@router.post("/cases/{case_id}/level")
async def change_level(session: Session, actor: Actor, case_id: UUID, told: LevelTold) -> CaseShown:
    """调整等级（红、橙、黄、蓝）。"""
    return brief(await operations.change_level(session, actor, case_id, told))


@router.post("/cases/{case_id}/closure-proposal")
async def propose_closure(
    session: Session, actor: Actor, case_id: UUID, told: ClosureTold
) -> CaseShown:
    """提出结案，注明原因。"""
    return brief(await operations.propose_closure(session, actor, case_id, told))


@router.post("/cases/{case_id}/closure")
async def close(session: Session, actor: Actor, case_id: UUID) -> CaseShown:
    """由另一人结案，之后回访。"""
    return brief(await operations.close(session, actor, case_id))


@router.post("/cases/{case_id}/flags", status_code=201)
async def flag(session: Session, actor: Actor, case_id: UUID, told: FlagTold) -> FlagShown:
    """督办标记。"""
    return FlagShown.model_validate(await operations.flag(session, actor, case_id, told))


@router.post("/flags/{flag_id}/clearance")
async def clear_flag(session: Session, actor: Actor, flag_id: UUID) -> FlagShown:
    """解除督办标记。"""
    return FlagShown.model_validate(await operations.clear_flag(session, actor, flag_id))


@router.post("/cases/{case_id}/shield")
async def shield(session: Session, actor: Actor, case_id: UUID, told: ShieldTold) -> CaseShown:
    """儿童去向保密。"""
    return brief(await operations.shield(session, actor, case_id, told.shielded))
