"""The directory of organisations and services, and its HSDS 3 form."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query

from services.referrals.models import OfferedService, Organisation
from services.referrals.operations.directory import (
    export_hsds,
    import_hsds,
    keep_organisation,
    offer_service,
)
from services.referrals.queries.directory import offered, organisations
from services.referrals.schemas.others import (
    HsdsIn,
    OfferedIn,
    OfferedOut,
    OrganisationIn,
    OrganisationOut,
)
from shared.database import Session
from shared.identity import Actor
from shared.pages import Cursor, Limit, Page, paged
from shared.problem import NotFound
from shared.web import Route

router = APIRouter(prefix="/v1/referrals", tags=["服务目录"], route_class=Route)


@router.post("/organisations", status_code=201, response_model=OrganisationOut)
async def add_organisation(session: Session, actor: Actor, said: OrganisationIn) -> Organisation:
    """登记机构（WL24:4.3b）。"""
    return await keep_organisation(session, actor, said.model_dump())


@router.get("/organisations", response_model=Page[OrganisationOut])
async def list_organisations(
    session: Session,
    actor: Actor,
    kind: Annotated[str | None, Query()] = None,
    town: Annotated[str | None, Query()] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> dict[str, Any]:
    """机构名录。"""
    wanted = organisations(kind, town)
    rows, following = await paged(session, wanted, [Organisation.id], cursor=cursor, limit=limit)
    return {"items": rows, "next": following}


@router.post(
    "/organisations/{organisation_id}/services", status_code=201, response_model=OfferedOut
)
async def offer(
    session: Session, actor: Actor, organisation_id: UUID, said: OfferedIn
) -> OfferedService:
    """机构提供的服务、对象、区域与名额。"""
    return await offer_service(session, actor, organisation_id, said.model_dump())


@router.post("/offered-services/{offered_id}/capacity", response_model=OfferedOut)
async def say_capacity(
    session: Session, actor: Actor, offered_id: UUID, said: OfferedIn
) -> OfferedService:
    """更新服务内容与名额。"""
    known = await session.get(OfferedService, offered_id)
    if known is None:
        raise NotFound()
    values = said.model_dump()
    return await offer_service(session, actor, known.organisation_id, values, offered_id)


@router.get("/offered-services", response_model=Page[OfferedOut])
async def list_offered(
    session: Session,
    actor: Actor,
    service: Annotated[str | None, Query()] = None,
    town: Annotated[str | None, Query()] = None,
    room: Annotated[bool, Query(description="只列有余量的 | only with room")] = False,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> dict[str, Any]:
    """可转介的服务。"""
    wanted = offered(service, town, room=room)
    rows, following = await paged(session, wanted, [OfferedService.id], cursor=cursor, limit=limit)
    return {"items": rows, "next": following}


@router.get("/directory/hsds")
async def export_directory(session: Session, actor: Actor) -> dict[str, Any]:
    """以 HSDS 3 导出服务目录。"""
    return await export_hsds(session)


@router.post("/directory/hsds")
async def import_directory(session: Session, actor: Actor, said: HsdsIn) -> dict[str, int]:
    """以 HSDS 3 导入服务目录；有一处不符即全部不导入，并逐项指出。"""
    return await import_hsds(session, actor, said.contents)
