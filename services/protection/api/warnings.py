"""Early warnings and absences from school over HTTP."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter

from services.protection.models import Absence
from services.protection.operations import warnings
from services.protection.operations.absences import TELLERS, absences_view, tell_absence
from services.protection.queries.warnings import absences, warnings_of
from services.protection.rules.warnings import Reason
from services.protection.schemas.absences import AbsenceShown, AbsenceTold
from services.protection.schemas.cases import WarningCheck, WarningShown
from shared.database import Session
from shared.identity import Actor
from shared.pages import Cursor, Limit, Page, paged
from shared.web import Route

router = APIRouter(prefix="/v1/protection", route_class=Route, tags=["warnings"])
Open = Literal["open", "checked"]


@router.get("/warnings")
async def list_warnings(
    session: Session,
    actor: Actor,
    state: Open = "open",
    reason: Annotated[Reason | None, "预警原因"] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[WarningShown]:
    """预警列表，附原因与条款：镇（街道）只见本辖区。"""
    actor.of(*warnings.CHECKERS)
    wanted, keys = warnings_of(state == "open", actor.place, reason.value if reason else None)
    rows, following = await paged(session, wanted, keys, cursor=cursor, limit=limit)
    return Page(items=[WarningShown.model_validate(row) for row in rows], next=following)


@router.post("/warnings/{warning_id}/check")
async def check(
    session: Session, actor: Actor, warning_id: UUID, told: WarningCheck
) -> WarningShown:
    """预警核查：需要帮助、疑似侵害或找不到人的，即时开案（WL24:4.2c-2）。"""
    row = await warnings.check_warning(session, actor, warning_id, told.finding)
    return WarningShown.model_validate(row)


@router.post("/absences", status_code=201)
async def tell(session: Session, actor: Actor, told: AbsenceTold) -> AbsenceShown:
    """缺课：同一儿童同一起始日重复报送即更新；无故缺课触发核查（WL24:4.1d）。"""
    return AbsenceShown.model_validate(await tell_absence(session, actor, told))


@router.get("/absences")
async def list_absences(
    session: Session, actor: Actor, cursor: Cursor = None, limit: Limit = 50
) -> Page[AbsenceShown]:
    """仍在缺课的：镇（街道）见本辖区，学校见本校所报。"""
    actor.of(*TELLERS, "civil_affairs", "child_protection_office")
    wanted = absences(actor.place, actor.client if actor.department == "institution" else None)
    keys = (Absence.told_at, Absence.id)
    rows, following = await paged(
        session, wanted, keys, cursor=cursor, limit=limit, descending=True
    )
    return Page(items=await absences_view(session, actor, rows), next=following)
