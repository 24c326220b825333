"""Sending referrals and reading them back with every department's outcome."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.api.shapes import line_out
from services.referrals.models import Line, Referral
from services.referrals.operations.sending import Need, Wanted, send_referral
from services.referrals.queries.referrals import (
    WHOLE_CITY,
    addressed_to,
    lines_of,
    referral_for,
    sent,
    sent_by,
)
from services.referrals.schemas.referrals import (
    Bulk,
    NewReferral,
    ReferralDetail,
    ReferralOut,
)
from shared.database import Session
from shared.identity import Actor, Principal
from shared.pages import Cursor, Limit, Page, paged
from shared.web import Route

router = APIRouter(prefix="/v1/referrals", tags=["转介"], route_class=Route)


def need_of(asked: NewReferral) -> Need:
    """The request as the operation takes it."""
    return Need(
        wanted=[Wanted(line.service, line.department, line.town) for line in asked.lines],
        child_ref=asked.child_ref,
        town=asked.town,
        level=asked.level,
        origin_id=asked.origin_id,
        consent=asked.consent.model_dump(mode="json") if asked.consent else None,
        override=asked.override.model_dump(mode="json") if asked.override else None,
        particulars=dict(asked.particulars),
        note=asked.note,
    )


def detail(referral: Referral, lines: list[Line]) -> ReferralDetail:
    """A referral with the lines given."""
    head = ReferralOut.model_validate(referral).model_dump()
    return ReferralDetail(**head, lines=[line_out(line) for line in lines])


@router.post("", status_code=201, response_model=ReferralDetail)
async def send(session: Session, actor: Actor, asked: NewReferral) -> ReferralDetail:
    """发起转介：一个需求，同时转多个部门；每个部门各有期限、答复和结果（WL24:4.2a-1）。"""
    referral, lines = await send_referral(session, actor, need_of(asked))
    return detail(referral, lines)


@router.post("/bulk", status_code=201, response_model=list[ReferralDetail])
async def send_many(session: Session, actor: Actor, asked: Bulk) -> list[ReferralDetail]:
    """批量转介：全部成功或全部不办理。"""
    sent_ones = [await send_referral(session, actor, need_of(one)) for one in asked.referrals]
    return [detail(referral, lines) for referral, lines in sent_ones]


@router.get("", response_model=Page[ReferralOut])
async def list_sent(
    session: Session,
    actor: Actor,
    state: Annotated[Literal["open", "closed"] | None, Query()] = None,
    child_ref: Annotated[UUID | None, Query()] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> dict[str, Any]:
    """本部门发起的转介，新的在前。"""
    wanted = sent(actor, state, child_ref)
    rows, following = await paged(
        session, wanted, [Referral.id], cursor=cursor, limit=limit, descending=True
    )
    return {"items": rows, "next": following}


async def _own_lines(session: AsyncSession, actor: Principal, referral: Referral) -> list[Line]:
    """Sender and coordinators see every line, a receiver its own: not who else was asked."""
    lines = list(await lines_of(session, referral.id))
    if sent_by(actor, referral):
        return lines
    if actor.department in WHOLE_CITY:
        return [line for line in lines if not line.quiet or addressed_to(actor, line)]
    return [line for line in lines if addressed_to(actor, line)]


@router.get("/{referral_id:uuid}", response_model=ReferralDetail)
async def read_referral(session: Session, actor: Actor, referral_id: UUID) -> ReferralDetail:
    """一项转介及各部门的状态和结果。"""
    referral = await referral_for(session, actor, referral_id)
    return detail(referral, await _own_lines(session, actor, referral))
