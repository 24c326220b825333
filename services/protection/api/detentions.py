"""Detentions over HTTP: pushed, answered, cared for, released; and the children in them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.api.intake import evidence_of
from services.protection.models import Detention
from services.protection.operations import delegations
from services.protection.operations import detentions as operations
from services.protection.operations.law import town_code
from services.protection.operations.views import child_view, detention_view, detentions_view
from services.protection.queries.detentions import detentions
from services.protection.schemas.detentions import (
    AnswerTold,
    CareTold,
    ChildShown,
    DelegationEnded,
    DelegationShown,
    DelegationTold,
    DetentionShown,
    DetentionTold,
    ReleaseTold,
)
from shared.database import Session
from shared.identity import Actor
from shared.pages import Cursor, Limit, Page, paged
from shared.web import Route

router = APIRouter(prefix="/v1/protection", route_class=Route, tags=["detentions"])
Filter = Annotated[str | None, Field(max_length=60)]


async def _one(
    session: AsyncSession, actor: Actor, response: Response, row: Detention
) -> DetentionShown:
    await session.flush()
    response.headers["ETag"] = f'"{row.version}"'
    return await detention_view(session, actor, row)


@router.post("/detentions", status_code=201)
async def report_detention(
    session: Session, actor: Actor, told: DetentionTold, request: Request, response: Response
) -> DetentionShown:
    """羁押推送：须含是否有未成年子女的询问结果（WL24:3.6b-1）。"""
    row = await operations.report_detention(session, actor, told, evidence_of(request) or None)
    response.headers["Location"] = f"/v1/protection/detentions/{row.id}"
    return await _one(session, actor, response, row)


@router.get("/detentions")
async def list_detentions(
    session: Session,
    actor: Actor,
    state: Filter = None,
    town: Filter = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[DetentionShown]:
    """羁押记录列表（不含身份信息）。"""
    actor.of(*OFFICES)
    wanted = detentions(state, actor.narrowed(town_code(town)))
    keys = (Detention.reported_at, Detention.id)
    rows, following = await paged(
        session, wanted, keys, cursor=cursor, limit=limit, descending=True
    )
    return Page(items=await detentions_view(session, actor, rows), next=following)


OFFICES = (
    "police",
    "justice",
    "procuratorate",
    "civil_affairs",
    "child_protection_office",
    "town",
    "service:eligibility",
    "service:referrals",
)


@router.get("/detentions/{detention_id}")
async def read_detention(
    session: Session, actor: Actor, detention_id: UUID, response: Response
) -> DetentionShown:
    """一条羁押记录。"""
    actor.of(*OFFICES)
    row = await operations.known_detention(session, actor, detention_id)
    return await _one(session, actor, response, row)


@router.post("/detentions/{detention_id}/answer")
async def answer_detention(
    session: Session, actor: Actor, detention_id: UUID, told: AnswerTold, response: Response
) -> DetentionShown:
    """补充询问结果（WL24:3.6b-1）。"""
    row = await operations.answer_later(session, actor, detention_id, told)
    return await _one(session, actor, response, row)


@router.post("/detentions/{detention_id}/care")
async def arrange_care(
    session: Session, actor: Actor, detention_id: UUID, told: CareTold, response: Response
) -> DetentionShown:
    """安排照料（WL24:3.6b-2）。"""
    row = await operations.arrange_care(session, actor, detention_id, told)
    return await _one(session, actor, response, row)


@router.post("/detentions/{detention_id}/release")
async def release(
    session: Session, actor: Actor, detention_id: UUID, told: ReleaseTold, response: Response
) -> DetentionShown:
    """释放（决定所依据的事实终止）。"""
    row = await operations.release(session, actor, detention_id, told)
    return await _one(session, actor, response, row)


@router.post("/delegations", status_code=201)
async def delegate(session: Session, actor: Actor, told: DelegationTold) -> DelegationShown:
    """监护委托协议（WL24:3.6c-1；未成年人保护法22、23）；同一期间可有多名受托人，每人一份。"""
    return DelegationShown.model_validate(await delegations.delegate(session, actor, told))


@router.get("/children/{child_ref}/delegations")
async def list_delegations(
    session: Session, actor: Actor, child_ref: UUID
) -> list[DelegationShown]:
    """儿童的监护委托协议：受托人信息依权限遮蔽，每次查阅留痕。"""
    return await delegations.delegations_view(session, actor, child_ref)


@router.post("/delegations/{delegation_id}/end")
async def end_delegation(
    session: Session, actor: Actor, delegation_id: UUID, told: DelegationEnded
) -> DelegationShown:
    """终止监护委托：监护人已能履行职责，或另行安排照护。"""
    row = await delegations.end_delegation(session, actor, delegation_id, told)
    await session.flush()
    return DelegationShown.model_validate(row)


@router.get("/children/{child_ref}")
async def read_child(session: Session, actor: Actor, child_ref: UUID) -> ChildShown:
    """儿童的有关信息：依权限遮蔽，每次查阅留痕（WL24:3.1h-2）。"""
    return await child_view(session, actor, child_ref)
