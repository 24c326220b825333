"""Evidence files and the reporter's vault over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Request, Response

from services.protection.operations import evidence
from services.protection.operations.handling import the_report
from services.protection.operations.report_view import for_handlers
from services.protection.queries.reports import attachments_of
from services.protection.schemas.reports import AttachmentShown, OpeningShown, OpeningTold
from shared.database import Session
from shared.identity import Actor
from shared.web import Route

router = APIRouter(prefix="/v1/protection", route_class=Route, tags=["evidence"])


@router.post("/reports/{report_id}/attachments", status_code=201)
async def attach(
    session: Session,
    actor: Actor,
    report_id: UUID,
    request: Request,
    content_type: Annotated[str, Header()] = "",
) -> AttachmentShown:
    """随案证据：正文即文件；按内容识别类型，记录 SHA-256，加密存放。"""
    data = await request.body()
    row = await evidence.attach(session, actor, report_id, data, content_type)
    return AttachmentShown.model_validate(row)


@router.get("/reports/{report_id}/attachments")
async def list_attachments(
    session: Session, actor: Actor, report_id: UUID
) -> list[AttachmentShown]:
    """证据清单。"""
    report = await the_report(session, actor, report_id, lock=False)
    rows = await attachments_of(session, report.id)
    own = [row for row in rows if for_handlers(actor, report) or row.client == actor.client]
    return [AttachmentShown.model_validate(row) for row in own]


@router.get("/attachments/{attachment_id}")
async def read_attachment(session: Session, actor: Actor, attachment_id: UUID) -> Response:
    """证据文件；每次查阅留痕。"""
    row, data = await evidence.read_file(session, actor, attachment_id)
    return Response(data, media_type=row.media_type, headers={"cache-control": "no-store"})


@router.post("/reports/{report_id}/reporter-openings", status_code=201)
async def request_opening(
    session: Session, actor: Actor, report_id: UUID, told: OpeningTold
) -> OpeningShown:
    """申请查阅报告人：目的、理由、本案任务（WL24:3.1h-2）。"""
    row = await evidence.request_opening(session, actor, report_id, told)
    return OpeningShown.model_validate(row)


@router.post("/reporter-openings/{opening_id}/approval")
async def approve_opening(session: Session, actor: Actor, opening_id: UUID) -> OpeningShown:
    """由另一人批准，限时开放。"""
    return OpeningShown.model_validate(await evidence.approve_opening(session, actor, opening_id))


@router.post("/reporter-openings/{opening_id}/refusal")
async def refuse_opening(session: Session, actor: Actor, opening_id: UUID) -> OpeningShown:
    """由另一人否决。"""
    return OpeningShown.model_validate(await evidence.refuse_opening(session, actor, opening_id))


@router.post("/reporter-openings/{opening_id}/opening")
async def open_reporter(session: Session, actor: Actor, opening_id: UUID) -> dict[str, str]:
    """查阅报告人；每次查阅留痕，回答不作保存。"""
    return await evidence.open_reporter(session, actor, opening_id)
