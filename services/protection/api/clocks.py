"""The desk of an office over HTTP: what it has to do, and by when."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from services.protection.operations.desk import EVERYBODY, clocks_wanted, desk_lines
from services.protection.operations.law import town_code
from services.protection.queries.clocks import Due
from services.protection.schemas.clocks import DeskLine
from shared.database import Session
from shared.deadlines import Deadline
from shared.identity import Actor
from shared.pages import Cursor, Limit, Page, paged
from shared.web import Route

router = APIRouter(prefix="/v1/protection", route_class=Route, tags=["clocks"])
Filter = Annotated[str | None, Field(max_length=60)]
Whose = Annotated[
    str | None,
    Query(max_length=60, description=f"部门，缺省为本部门；督办单位可查他部门或 {EVERYBODY}"),
]


@router.get("/clocks")
async def list_clocks(
    session: Session,
    actor: Actor,
    due: Due | None = None,
    department: Whose = None,
    kind: Filter = None,
    town: Filter = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[DeskLine]:
    """待办：本部门尚未完成的期限，最先到期的在前，各附所涉事项、个案与查阅地址。"""
    wanted = clocks_wanted(session, actor, department, town_code(town), kind, due)
    keys = (Deadline.due_at, Deadline.id)
    rows, following = await paged(session, wanted, keys, cursor=cursor, limit=limit)
    return Page(items=await desk_lines(session, rows), next=following)
