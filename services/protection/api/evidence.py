"""Evidence files and the reporter's vault over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Path, Request, Response

from services.protection.models import ReporterOpening
from services.protection.operations import evidence, reporters, uploads
from services.protection.queries.reports import openings
from services.protection.schemas.evidence import (
    About,
    AttachmentShown,
    OpeningShown,
    OpeningTold,
    UploadShown,
    UploadTold,
)
from shared.database import Session
from shared.identity import Actor
from shared.openapi import forms
from shared.pages import Cursor, Limit, Page, paged
from shared.web import Route

router = APIRouter(prefix="/v1/protection", route_class=Route, tags=["evidence"])
Offset = Annotated[int, Path(ge=0)]
SAVED = "attachment"  # a browser saves evidence, it never shows it as a page of ours


def _doors(about: About) -> None:
    """Attach to a thing, list what hangs on it, announce a file that will come in parts."""
    path, name = f"/{about.value}/{{{about.parameter}}}", about.name.lower()
    attachments, uploaded = f"{path}/attachments", f"{path}/uploads"

    @router.post(
        attachments, status_code=201, name=f"attach_to_{name}", summary=f"{about.zh}的证据"
    )
    async def attach(
        session: Session,
        actor: Actor,
        of: Annotated[UUID, Path(alias=about.parameter)],
        request: Request,
        content_type: Annotated[str, Header()] = "",
    ) -> AttachmentShown:
        """证据：正文即文件；按内容识别类型，记录 SHA-256，加密存放。"""
        data = await request.body()
        row, scan = await evidence.attach(session, actor, about, of, data, content_type)
        return AttachmentShown.model_validate(row).model_copy(update={"scan": scan})

    @router.get(attachments, name=f"attachments_of_{name}", summary=f"{about.zh}的证据清单")
    async def list_attachments(
        session: Session, actor: Actor, of: Annotated[UUID, Path(alias=about.parameter)]
    ) -> list[AttachmentShown]:
        """证据清单：不含文件内容。"""
        return await evidence.files_of(session, actor, about, of)

    @router.post(
        uploaded, status_code=201, name=f"upload_to_{name}", summary=f"{about.zh}的分段上传"
    )
    async def begin_upload(
        session: Session,
        actor: Actor,
        of: Annotated[UUID, Path(alias=about.parameter)],
        told: UploadTold,
    ) -> UploadShown:
        """分段上传：先登记编号、类型、大小和 SHA-256，再逐段上传；重复登记即查询进度。"""
        return await uploads.begin(session, actor, about, of, told)


for _about in About:
    _doors(_about)


@router.get(
    "/attachments/{attachment_id}", response_class=Response, responses=forms(*evidence.TYPES)
)
async def read_attachment(session: Session, actor: Actor, attachment_id: UUID) -> Response:
    """证据文件；每次查阅留痕，未经病毒扫描的在响应头 Hutong-Scan 中注明。"""
    row, data, scan = await evidence.read_file(session, actor, attachment_id)
    headers = {"cache-control": "no-store", "hutong-scan": scan, "content-disposition": SAVED}
    return Response(data, media_type=row.media_type, headers=headers)


@router.get("/uploads/{upload_id}")
async def read_upload(session: Session, actor: Actor, upload_id: UUID) -> UploadShown:
    """分段上传的进度：断线后从 offset 继续。"""
    return await uploads.shown(session, await uploads.the_upload(session, actor, upload_id))


@router.put("/uploads/{upload_id}/parts/{offset}")
async def put_part(
    session: Session, actor: Actor, upload_id: UUID, offset: Offset, request: Request
) -> UploadShown:
    """上传一段：正文即字节；重复上传同一段无副作用，最后一段到齐即成为证据。"""
    return await uploads.put_part(session, actor, upload_id, offset, await request.body())


@router.delete("/uploads/{upload_id}", status_code=204)
async def abandon_upload(session: Session, actor: Actor, upload_id: UUID) -> None:
    """放弃未完成的分段上传。"""
    await uploads.abandon(session, actor, upload_id)


@router.post("/reports/{report_id}/reporter-openings", status_code=201)
async def request_opening(
    session: Session, actor: Actor, report_id: UUID, told: OpeningTold
) -> OpeningShown:
    """申请查阅报告人：目的、理由、本案任务（WL24:3.1h-2）。"""
    row = await reporters.request_opening(session, actor, report_id, told)
    return OpeningShown.model_validate(row)


@router.get("/reporter-openings")
async def list_openings(
    session: Session,
    actor: Actor,
    waiting: bool = True,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[OpeningShown]:
    """本部门查阅报告人的申请，供另一人审批：缺省只列尚未答复的（WL24:3.1h-2）。"""
    actor.of(*reporters.OPENERS)
    wanted = openings(actor.department, waiting)
    keys = (ReporterOpening.requested_at, ReporterOpening.id)
    rows, following = await paged(session, wanted, keys, cursor=cursor, limit=limit)
    return Page(items=await reporters.for_approval(session, actor, rows), next=following)


@router.post("/reporter-openings/{opening_id}/approval")
async def approve_opening(session: Session, actor: Actor, opening_id: UUID) -> OpeningShown:
    """由另一人批准，限时开放。"""
    return OpeningShown.model_validate(await reporters.approve_opening(session, actor, opening_id))


@router.post("/reporter-openings/{opening_id}/refusal")
async def refuse_opening(session: Session, actor: Actor, opening_id: UUID) -> OpeningShown:
    """由另一人否决。"""
    return OpeningShown.model_validate(await reporters.refuse_opening(session, actor, opening_id))


@router.post("/reporter-openings/{opening_id}/opening")
async def open_reporter(session: Session, actor: Actor, opening_id: UUID) -> dict[str, str]:
    """查阅报告人；每次查阅留痕，回答不作保存。"""
    return await reporters.open_reporter(session, actor, opening_id)
