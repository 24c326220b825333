"""Reports over HTTP: read, moved by police and procuratorate, fed back, measures asked for."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from services.protection.api.movers import add_moves
from services.protection.models import Appraisal, Report
from services.protection.operations import cases as case_operations
from services.protection.operations import handling
from services.protection.operations.desk import hours_of
from services.protection.operations.law import town_code
from services.protection.operations.report_view import (
    appraisals_view,
    coded,
    interviews_view,
    receipt_of,
    report_view,
    steps_view,
)
from services.protection.queries.clocks import Due, with_clock
from services.protection.queries.reports import appraisals_waiting, reports
from services.protection.rules.police import REPORT_MOVES
from services.protection.schemas.reports import (
    AppraisalResult,
    AppraisalShown,
    AppraisalTold,
    AssignmentTold,
    InterviewShown,
    InterviewTold,
    MeasuresShown,
    MeasuresTold,
    PoliceMove,
    Receipt,
    ReportShown,
)
from services.protection.schemas.told import StepShown
from shared.database import Session
from shared.identity import Actor
from shared.pages import Cursor, Limit, Page, paged
from shared.web import IfMatch, Route, expect_version

router = APIRouter(prefix="/v1/protection", route_class=Route, tags=["reports"])
Filter = Annotated[str | None, Field(max_length=60)]


@router.get("/reports")
async def list_reports(
    session: Session,
    actor: Actor,
    state: Filter = None,
    level: Filter = None,
    town: Filter = None,
    late: bool | None = None,
    due: Due | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[ReportShown]:
    """报告列表：公安、检察、主管部门、镇（街道）及报告单位各见其应见；可只列逾期、今日到期的。"""
    wanted = reports(actor, state, level, town_code(town), late)
    if due is not None:
        wanted = wanted.where(with_clock(Report.id, due, hours_of(session)))
    keys = (Report.received_at, Report.id)
    rows, following = await paged(
        session, wanted, keys, cursor=cursor, limit=limit, descending=True
    )
    return Page(items=[coded(actor, row) for row in rows], next=following)


@router.get("/reports/{report_id}")
async def read_report(
    session: Session, actor: Actor, report_id: UUID, response: Response
) -> ReportShown:
    """一份报告；报告人对任何人都是“报告人-n”（WL24:3.1h-2）。"""
    shown = await report_view(session, actor, report_id)
    response.headers["ETag"] = f'"{shown.version}"'
    return shown


@router.get("/reports/{report_id}/receipt")
async def read_receipt(session: Session, actor: Actor, report_id: UUID) -> Receipt:
    """回执：报告单位可随时再取。"""
    return receipt_of(await handling.the_report(session, actor, report_id, lock=False))


@router.get("/reports/{report_id}/steps")
async def read_steps(session: Session, actor: Actor, report_id: UUID) -> list[StepShown]:
    """办理经过：公安、检察院可见每一次受案、立案与不立案（WL24:3.1d-2）。"""
    return await steps_view(session, actor, report_id)


def _mover(verb: str) -> Callable[..., Any]:
    async def move(
        session: Session,
        actor: Actor,
        report_id: UUID,
        told: PoliceMove,
        if_match: IfMatch,
        response: Response,
    ) -> ReportShown:
        if if_match is not None:
            report = await handling.the_report(session, actor, report_id)
            expect_version(if_match, report.version)
        report = await handling.move_report(session, actor, report_id, verb, told)
        await session.flush()
        response.headers["ETag"] = f'"{report.version}"'
        return coded(actor, report)

    return move


add_moves(router, "/reports/{report_id}", REPORT_MOVES, _mover, ReportShown)


@router.post("/reports/{report_id}/feedback")
async def feed_back(session: Session, actor: Actor, report_id: UUID) -> ReportShown:
    """向报告单位反馈（未成年人保护法11）。"""
    return coded(actor, await handling.feed_back(session, actor, report_id))


@router.post("/reports/{report_id}/acknowledgement")
async def acknowledge(session: Session, actor: Actor, report_id: UUID) -> ReportShown:
    """主管部门备案回执（WL24:3.1a-4）。"""
    return coded(actor, await handling.acknowledge(session, actor, report_id))


@router.post("/reports/{report_id}/assignment")
async def assign(
    session: Session, actor: Actor, report_id: UUID, told: AssignmentTold
) -> ReportShown:
    """为未列类型的单位指定主管部门。"""
    return coded(actor, await handling.assign(session, actor, report_id, told))


@router.post("/reports/{report_id}/interviews", status_code=201)
async def interview(
    session: Session, actor: Actor, report_id: UUID, told: InterviewTold
) -> dict[str, UUID]:
    """“一站式”询问：一次完成，同步录音录像（WL24:3.1f-3，未成年人保护法112）。"""
    return {"id": (await handling.interview(session, actor, report_id, told)).id}


@router.get("/reports/{report_id}/interviews")
async def list_interviews(session: Session, actor: Actor, report_id: UUID) -> list[InterviewShown]:
    """本报告的询问：几次、是否“一站式”、是否录音录像、何人在场（未成年人保护法112）。"""
    return await interviews_view(session, actor, report_id)


@router.post("/reports/{report_id}/appraisals", status_code=201)
async def ask_appraisal(
    session: Session, actor: Actor, report_id: UUID, told: AppraisalTold
) -> dict[str, UUID]:
    """伤情鉴定、身心健康评估（WL24:3.1g）。"""
    return {"id": (await handling.ask_appraisal(session, actor, report_id, told)).id}


@router.get("/reports/{report_id}/appraisals")
async def list_appraisals(session: Session, actor: Actor, report_id: UUID) -> list[AppraisalShown]:
    """本报告的鉴定、评估及其结果（WL24:3.1g）。"""
    return await appraisals_view(session, actor, report_id)


@router.get("/appraisals")
async def list_appraisals_waiting(
    session: Session, actor: Actor, cursor: Cursor = None, limit: Limit = 50
) -> Page[AppraisalShown]:
    """待办的鉴定、评估（WL24:3.1g）。"""
    actor.of("health", "police", "procuratorate", "civil_affairs", "child_protection_office")
    keys = (Appraisal.requested_at, Appraisal.id)
    rows, following = await paged(session, appraisals_waiting(), keys, cursor=cursor, limit=limit)
    return Page(items=[AppraisalShown.model_validate(row) for row in rows], next=following)


@router.post("/appraisals/{appraisal_id}/result", status_code=204)
async def give_appraisal(
    session: Session, actor: Actor, appraisal_id: UUID, told: AppraisalResult
) -> None:
    """鉴定、评估结果。"""
    await handling.give_appraisal(session, actor, appraisal_id, told)


@router.post("/cases/{case_id}/measures", status_code=201)
async def ask_measures(
    session: Session, actor: Actor, case_id: UUID, told: MeasuresTold
) -> MeasuresShown:
    """经济救助、医疗救治、心理干预、调查评估、司法救助等保护措施（WL24:3.1h-1）。"""
    case = await case_operations.the_case(session, actor, case_id)
    return MeasuresShown.model_validate(await handling.ask_measures(session, actor, case, told))
