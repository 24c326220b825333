"""Information pushes to 市未保委办公室."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query

from services.referrals.models import Push
from services.referrals.operations.pushing import Clue, move_push, push_information
from services.referrals.queries.pushes import push_for, pushes
from services.referrals.queries.referrals import shielded
from services.referrals.schemas.others import NewPush, PushDetail, PushKind, PushMove, PushOut
from shared import access, vault
from shared.database import Session
from shared.identity import Actor
from shared.pages import Cursor, Limit, Page, paged
from shared.web import Route

router = APIRouter(prefix="/v1/referrals/pushes", tags=["信息推送"], route_class=Route)
CLASSES = ("identity", "address", "contact", "notes")


@router.post("", status_code=201, response_model=PushOut)
async def push(session: Session, actor: Actor, told: NewPush) -> Push:
    """推送信息：任何部门获得困境儿童信息，及时通报市未保委办公室（WL24:4.2c-1）。"""
    particulars: dict[str, dict[str, Any]] = {str(k): v for k, v in told.particulars.items()}
    if told.note:
        particulars["notes"] = {"note": told.note}
    clue = Clue(
        kind=told.kind,
        learned_at=told.learned_at,
        child_ref=told.child_ref,
        town=told.town or actor.town,
        particulars=particulars,
    )
    return await push_information(session, actor.department, clue)


@router.get("", response_model=Page[PushOut])
async def list_pushes(
    session: Session,
    actor: Actor,
    state: Annotated[str | None, Query()] = None,
    kind: Annotated[PushKind | None, Query()] = None,
    department: Annotated[str | None, Query()] = None,
    child_ref: Annotated[UUID | None, Query()] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> dict[str, Any]:
    """推送的信息：市未保委办公室看全部，其他部门看本部门推送的。"""
    filters = {"state": state, "kind": kind, "department": department, "child_ref": child_ref}
    wanted = pushes(actor, filters)
    rows, following = await paged(
        session, wanted, [Push.id], cursor=cursor, limit=limit, descending=True
    )
    return {"items": rows, "next": following}


@router.get("/{push_id}", response_model=PushDetail)
async def read_push(session: Session, actor: Actor, push_id: UUID) -> dict[str, Any]:
    """一条推送；个人信息依权限显示，查阅留痕。"""
    found = await push_for(session, actor, push_id)
    held = await vault.held(session, found.id, CLASSES)
    subject = access.Subject(
        id=found.child_ref or found.id,
        town=found.town,
        departments=frozenset({found.department, "child_protection_office"}),
        shielded=await shielded(session, found.child_ref),
    )
    shown = await access.disclose(session, actor, subject, held)
    return {**PushOut.model_validate(found).model_dump(), "particulars": shown}


def _step(path: str, verb: str, name: str, zh: str) -> None:
    async def step(session: Session, actor: Actor, push_id: UUID, said: PushMove) -> Push:
        return await move_push(session, actor, push_id, verb, said.case_ref, said.note)

    step.__name__, step.__doc__ = name, zh
    router.add_api_route(
        f"/{{push_id}}/{path}", step, methods=["POST"], response_model=PushOut, name=name
    )


_step("acknowledgement", "acknowledgement", "acknowledge_push", "市未保委办公室签收。")
_step("case", "case", "open_case_from_push", "转为个案（WL24:4.2c-2）。")
_step("linkage", "linkage", "link_push", "并入已有个案。")
_step("no-action", "no_action", "conclude_push_without_action", "核实后无需处置。")
_step("answer", "answer", "answer_push", "答复推送部门（MINORS:11）。")
