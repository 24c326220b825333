"""Units, missed reports, staff checks and tattoos over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from services.protection.models import DutyUnit, MissedReport, StaffMember, TattooFinding
from services.protection.operations import missed_reports, staff, tattoos, units
from services.protection.operations.law import institutions
from services.protection.queries import reports as queries
from services.protection.schemas.reports import (
    MissedShown,
    MissedTold,
    ReporterTold,
    SanctionTold,
    StaffCheckTold,
    StaffHired,
    StaffRemoved,
    StaffShown,
    TattooDecision,
    TattooShown,
    TattooTold,
    UnitShown,
    UnitTold,
)
from shared.database import Session, today
from shared.identity import Actor
from shared.pages import Cursor, Limit, Page, paged
from shared.web import Route

router = APIRouter(prefix="/v1/protection", route_class=Route, tags=["duties"])
Filter = Annotated[str | None, Field(max_length=60)]


@router.post("/units", status_code=201)
async def register_unit(session: Session, actor: Actor, told: UnitTold) -> UnitShown:
    """登记负有强制报告义务的单位及其联系人（WL24:3.1a）。"""
    return UnitShown.model_validate(await units.register_unit(session, actor, told))


@router.get("/units")
async def list_units(
    session: Session,
    actor: Actor,
    institution_type: Filter = None,
    without_liaison: bool = False,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[UnitShown]:
    """单位名册；可只列未明确联系人的。"""
    actor.of(*units.AUTHORITIES)
    code = institutions().recognise(institution_type).code if institution_type else None
    rows, following = await paged(
        session, queries.units(code, without_liaison), (DutyUnit.id,), cursor=cursor, limit=limit
    )
    return Page(items=[UnitShown.model_validate(row) for row in rows], next=following)


@router.post("/units/{unit_id}/liaison")
async def name_liaison(
    session: Session, actor: Actor, unit_id: UUID, told: ReporterTold
) -> UnitShown:
    """明确强制报告工作联系人（WL24:3.1a-3）。"""
    row = await units.name_liaison(session, actor, unit_id, told.sealed())
    return UnitShown.model_validate(row)


@router.post("/missed-reports", status_code=201)
async def missed(session: Session, actor: Actor, told: MissedTold) -> MissedShown:
    """应报未报、迟报、瞒报（未成年人保护法117）。"""
    return MissedShown.model_validate(await missed_reports.tell_missed(session, actor, told))


@router.get("/missed-reports")
async def list_missed(
    session: Session, actor: Actor, state: Filter = None, cursor: Cursor = None, limit: Limit = 50
) -> Page[MissedShown]:
    """未依法报告清单。"""
    actor.of(*units.AUTHORITIES)
    rows, following = await paged(
        session,
        queries.missed_reports(actor, state),
        (MissedReport.id,),
        cursor=cursor,
        limit=limit,
    )
    return Page(items=[MissedShown.model_validate(row) for row in rows], next=following)


@router.post("/missed-reports/{missed_id}/decision")
async def decide_missed(
    session: Session, actor: Actor, missed_id: UUID, told: SanctionTold
) -> MissedShown:
    """处理决定，由人签署。"""
    return MissedShown.model_validate(
        await missed_reports.decide_missed(session, actor, missed_id, told)
    )


@router.post("/units/{unit_id}/staff", status_code=201)
async def hire(session: Session, actor: Actor, unit_id: UUID, told: StaffHired) -> StaffShown:
    """上岗登记（不含姓名）。"""
    return StaffShown.model_validate(await staff.hire(session, actor, unit_id, told))


@router.post("/units/{unit_id}/staff-checks", status_code=201)
async def check_staff(
    session: Session, actor: Actor, unit_id: UUID, told: StaffCheckTold
) -> dict[str, UUID]:
    """入职、年度查询的答复：只记是否禁止（未成年人保护法62）。"""
    return {"id": (await staff.check_staff(session, actor, unit_id, told)).id}


@router.post("/staff/{staff_ref}/removal")
async def remove_staff(
    session: Session, actor: Actor, staff_ref: UUID, told: StaffRemoved
) -> StaffShown:
    """解聘、调离。"""
    return StaffShown.model_validate(await staff.remove_staff(session, actor, staff_ref, told))


@router.get("/staff-overdue")
async def list_overdue_staff(
    session: Session,
    actor: Actor,
    unit_id: UUID | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[StaffShown]:
    """逾期未查询、有禁止记录仍在岗的人员。"""
    actor.of(*units.AUTHORITIES, "institution")
    if actor.department == "institution":
        await units.own_unit(session, actor, unit_id)
    rows, following = await paged(
        session,
        queries.staff_overdue(actor, unit_id, today(session)),
        (StaffMember.id,),
        cursor=cursor,
        limit=limit,
    )
    return Page(items=[StaffShown.model_validate(row) for row in rows], next=following)


@router.post("/tattoo-findings", status_code=201)
async def tattoo(session: Session, actor: Actor, told: TattooTold) -> TattooShown:
    """文身治理：向未成年人文身、引诱、标识、查验身份证（WL24:3.1b、3.1c）。"""
    return TattooShown.model_validate(await tattoos.tattoo(session, actor, told))


@router.get("/tattoo-findings")
async def list_tattoos(
    session: Session, actor: Actor, state: Filter = None, cursor: Cursor = None, limit: Limit = 50
) -> Page[TattooShown]:
    """文身治理台账：市场监管等部门见全市，镇（街道）见本辖区（WL24:3.1c-1）。"""
    actor.of("market_regulation", "police", "procuratorate", "health", "town")
    wanted = queries.tattoo_findings(state, actor.place)
    rows, following = await paged(session, wanted, (TattooFinding.id,), cursor=cursor, limit=limit)
    return Page(items=await tattoos.tattoos_view(session, actor, rows), next=following)


@router.post("/tattoo-findings/{finding_id}/decision")
async def decide_tattoo(
    session: Session, actor: Actor, finding_id: UUID, told: TattooDecision
) -> TattooShown:
    """市场监管部门处理决定。"""
    return TattooShown.model_validate(await tattoos.decide_tattoo(session, actor, finding_id, told))
