"""A department's queue, and every lawful step of a line."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.referrals.api.shapes import line_detail, line_out
from services.referrals.models import Line
from services.referrals.operations.answering import Saying, move_line, restart_clock, stop_clock
from services.referrals.operations.disclosing import particulars_of
from services.referrals.queries.referrals import inbox, line_for
from services.referrals.schemas.referrals import (
    ClockStop,
    Closure,
    Declining,
    Feedback,
    HandingOn,
    LineDetail,
    LineOut,
    NoteOnly,
    PartialAcceptance,
)
from shared.database import Session
from shared.identity import Actor
from shared.pages import Cursor, Limit, Page, paged
from shared.web import IfMatch, Route

router = APIRouter(prefix="/v1/referrals", tags=["转介事项"], route_class=Route)


@router.get("/inbox", response_model=Page[LineOut])
async def read_inbox(
    session: Session,
    actor: Actor,
    state: Annotated[str | None, Query()] = None,
    service: Annotated[str | None, Query()] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> dict[str, Any]:
    """本部门待办：转来的事项，以及督办到本部门的事项。"""
    wanted = inbox(actor, state, service)
    rows, following = await paged(session, wanted, [Line.id], cursor=cursor, limit=limit)
    return {"items": [line_out(row) for row in rows], "next": following}


@router.get("/lines/{line_id}", response_model=LineDetail)
async def read_line(
    session: Session, actor: Actor, line_id: UUID, response: Response
) -> LineDetail:
    """一个事项：经过、期限、已提供的信息类别。"""
    line, _ = await line_for(session, actor, line_id)
    response.headers["ETag"] = f'"{line.version}"'
    return await line_detail(session, line)


@router.get("/lines/{line_id}/particulars")
async def read_particulars(
    session: Session, actor: Actor, line_id: UUID
) -> dict[str, dict[str, Any]]:
    """接收部门办理所需的个人信息；谁看了哪些、依据何在，均有记录（PIPL:34）。"""
    return await particulars_of(session, actor, line_id)


def _step(path: str, verb: str, body: Any, name: str, zh: str) -> None:
    """One route a verb: the law's verb is the sub-resource, the operation is the same."""

    async def step(
        session: Session, actor: Actor, line_id: UUID, said: Any, if_match: IfMatch
    ) -> LineOut:
        saying = Saying(**said.model_dump())
        return line_out(await move_line(session, actor, line_id, verb, saying, if_match))

    step.__annotations__["said"] = body
    step.__name__, step.__doc__ = name, zh
    router.add_api_route(
        f"/lines/{{line_id}}/{path}", step, methods=["POST"], response_model=LineOut, name=name
    )


_step("receipt", "receipt", NoteOnly, "receive_line", "签收。")
_step("acceptance", "acceptance", NoteOnly, "accept_line", "受理。")
_step(
    "partial-acceptance",
    "partial_acceptance",
    PartialAcceptance,
    "accept_line_in_part",
    "部分受理：注明受理的部分。",
)
_step("decline", "decline", Declining, "decline_line", "不予受理：须选编码理由，理由决定后续。")
_step("return", "return", Declining, "return_line", "退回补充：须选编码理由。")
_step("resending", "resending", NoteOnly, "resend_line", "补充后重新发送，期限重新计算。")
_step("service", "service", NoteOnly, "begin_service", "开始服务。")
_step("feedback", "feedback", Feedback, "feed_back_line", "反馈结果：须选结果编码。")
_step("closure", "closure", Closure, "close_line", "发起部门办结。")
_step("revocation", "revocation", NoteOnly, "revoke_line", "发起部门撤回。")
_step("transfer", "transfer", HandingOn, "transfer_line", "移交其他部门，原事项留痕。")
_step("rereferral", "rereferral", HandingOn, "rerefer_line", "不予受理后改派其他部门。")


@router.post("/lines/{line_id}/clock-stop", response_model=LineOut)
async def stop_line_clock(
    session: Session, actor: Actor, line_id: UUID, said: ClockStop
) -> LineOut:
    """中止计算期限：须选编码理由。"""
    return line_out(await stop_clock(session, actor, line_id, said.reason))


@router.post("/lines/{line_id}/clock-restart", response_model=LineOut)
async def restart_line_clock(session: Session, actor: Actor, line_id: UUID) -> LineOut:
    """恢复计算期限：剩余时间继续。"""
    return line_out(await restart_clock(session, actor, line_id))
