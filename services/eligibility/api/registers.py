"""What concerns many files at once: merges, bulk pushes, simulations (归并、批量、测算)."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession

from services.eligibility.models import ImportRow, Merge, Simulation
from services.eligibility.operations import importing, merging, simulating
from services.eligibility.operations.applying import known_child
from services.eligibility.queries.procedure import import_for, one, rows_of_import
from services.eligibility.queries.register import merges, the_child
from services.eligibility.schemas import (
    ImportRowShown,
    ImportShown,
    MergeShown,
    MergeTold,
    ReasonTold,
    SimulationShown,
    SimulationTold,
)
from shared.database import Session, figure
from shared.identity import Actor, Principal
from shared.pages import Cursor, Limit, Page, paged
from shared.web import Route

router = APIRouter(prefix="/v1/eligibility", route_class=Route, tags=["register"])


@router.get("/children/{child_id}/duplicates")
async def list_duplicates(session: Session, actor: Actor, child_id: UUID) -> list[UUID]:
    """疑似同一儿童的其他档案：出生日期相同、姓名相近。"""
    actor.of("civil_affairs", "town")
    await known_child(session, actor, child_id)
    return await merging.possible_duplicates(session, await the_child(session, child_id))


@router.post("/merges", status_code=201)
async def propose_merge(session: Session, actor: Actor, told: MergeTold) -> MergeShown:
    """提出档案归并。"""
    row = await merging.propose_merge(session, actor, told.kept_id, told.merged_id, told.why)
    return MergeShown.model_validate(row)


@router.get("/merges")
async def list_merges(
    session: Session,
    actor: Actor,
    state: Literal["proposed", "merged", "rejected", "undone"] | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[MergeShown]:
    """档案归并：待确认的、已归并的、已撤销的。"""
    actor.of("civil_affairs")
    rows, following = await paged(session, merges(state), [Merge.id], cursor=cursor, limit=limit)
    return Page(items=[MergeShown.model_validate(row) for row in rows], next=following)


@router.post("/merges/{merge_id}/rejection")
async def reject_merge(
    session: Session, actor: Actor, merge_id: UUID, told: ReasonTold
) -> MergeShown:
    """不归并：确为两名儿童。"""
    row = await merging.reject_merge(session, actor, merge_id, told.reason)
    return MergeShown.model_validate(row)


@router.post("/merges/{merge_id}/confirmation")
async def confirm_merge(session: Session, actor: Actor, merge_id: UUID) -> MergeShown:
    """由另一人确认归并：原编号此后指向保留的档案。"""
    return MergeShown.model_validate(await merging.confirm_merge(session, actor, merge_id))


@router.post("/merges/{merge_id}/undoing")
async def undo_merge(
    session: Session, actor: Actor, merge_id: UUID, told: ReasonTold
) -> MergeShown:
    """撤销归并：两份档案各自恢复。"""
    row = await merging.undo_merge(session, actor, merge_id, told.reason)
    return MergeShown.model_validate(row)


@router.post("/fact-imports", status_code=202)
async def push_facts(
    session: Session,
    actor: Actor,
    request: Request,
    mode: Annotated[Literal["all", "good"], Query(description="全部或仅合格行")] = "good",
) -> ImportShown:
    """批量推送事实：NDJSON、CSV 或 XLSX，逐行报告，可续办（WL24:4.2a-1）。"""
    media = request.headers.get("content-type", "").split(";")[0].strip()
    row = await importing.take(session, actor, await request.body(), media, mode)
    return ImportShown.model_validate(row)


@router.get("/fact-imports/{import_id}")
async def read_import(session: Session, actor: Actor, import_id: UUID) -> ImportShown:
    """批量推送的进度。"""
    return ImportShown.model_validate(await import_for(session, actor, import_id))


@router.get("/fact-imports/{import_id}/rows")
async def read_import_rows(
    session: Session,
    actor: Actor,
    import_id: UUID,
    state: Literal["waiting", "checked", "accepted", "rejected"] | None = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Page[ImportRowShown]:
    """逐行结果：哪一行、哪一列、为何不收。"""
    await import_for(session, actor, import_id)
    wanted = rows_of_import(import_id, state)
    rows, following = await paged(session, wanted, [ImportRow.number], cursor=cursor, limit=limit)
    return Page(items=[ImportRowShown.model_validate(r) for r in rows], next=following)


@router.post("/simulations", status_code=202)
async def simulate(session: Session, actor: Actor, told: SimulationTold) -> SimulationShown:
    """以假设数值、口径或者暂不适用的规则对全部档案测算：谁增谁减、按镇和类别的月度费用；不写入任何档案。"""
    amounts = {"now": told.amounts_now, "then": told.amounts_then}
    row = await simulating.simulate(session, actor, told.day, told.figures, told.waived, amounts)
    return _simulation(session, actor, row)


@router.get("/simulations/{simulation_id}")
async def read_simulation(session: Session, actor: Actor, simulation_id: UUID) -> SimulationShown:
    """测算的进度与结果。"""
    actor.of("civil_affairs", "finance")
    return _simulation(session, actor, await one(session, Simulation, simulation_id))


def _simulation(session: AsyncSession, actor: Principal, row: Simulation) -> SimulationShown:
    smallest = int(figure(session, "smallest_count"))
    result = simulating.result_for(actor, row, smallest)
    return SimulationShown.model_validate(row).model_copy(update={"result": result})
