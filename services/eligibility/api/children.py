"""The register over HTTP: files, people, payees (一人一档)."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime

from services.eligibility.models import Child
from services.eligibility.operations import register
from services.eligibility.operations.applying import known_child
from services.eligibility.operations.hearing import facts_came
from services.eligibility.operations.law import town_code
from services.eligibility.operations.leaving import leave
from services.eligibility.operations.merging import possible_duplicates
from services.eligibility.operations.relocating import relocate
from services.eligibility.operations.steps import subject_of
from services.eligibility.operations.viewing import decision_shown
from services.eligibility.queries.procedure import decision_on, decisions_of, plans_of
from services.eligibility.queries.register import children, people_of, references_of, the_child
from services.eligibility.schemas import (
    ChildListed,
    ChildReferences,
    ChildShown,
    ChildTold,
    Day,
    DecisionShown,
    EndingTold,
    LeavingTold,
    PersonShown,
    PersonTold,
    RelocationTold,
)
from shared import access
from shared.database import Session, now, today
from shared.identity import Actor
from shared.pages import Cursor, Limit, Page, paged
from shared.web import Route

router = APIRouter(prefix="/v1/eligibility", route_class=Route, tags=["children"])
State = Literal["registered", "supported", "refused", "ended", "left"]


async def _shown(session: Session, actor: Actor, child: Child, response: Response) -> ChildShown:
    await session.flush()
    if not access.ask(actor, "know", "case", subject_of(child)).allowed:
        return ChildShown.nothing_but(child.id)
    response.headers["ETag"] = f'"{child.version}"'
    view = ChildShown.model_validate(child)
    view.particulars = await register.shown(session, actor, child)
    return view


@router.post("/children", status_code=201)
async def register_child(
    session: Session, actor: Actor, told: ChildTold, response: Response
) -> ChildShown:
    """儿童建档；身份号码已在册的，返回原档（WL24:1）。"""
    values = told.model_dump(exclude={"child_ref"})
    child, new = await register.register_child(
        session, actor, register.Known(**values), child_ref=told.child_ref
    )
    response.status_code = 201 if new else 200
    response.headers["Location"] = f"/v1/eligibility/children/{child.id}"
    if told.facts:
        await facts_came(session, child)
    view = await _shown(session, actor, child, response)
    if new and actor.department in ("civil_affairs", "town"):
        view.possible_duplicates = await possible_duplicates(session, child)
    return view


@router.get("/children")
async def list_children(
    session: Session,
    actor: Actor,
    town: Annotated[str | None, Query(max_length=20)] = None,
    state: State | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[ChildListed]:
    """儿童名册（不含身份信息）；镇（街道）只见本辖区。"""
    actor.of("town", "civil_affairs", "child_protection_office", "auditor", "procuratorate")
    wanted = children(actor.narrowed(town_code(town)), state)
    rows, following = await paged(session, wanted, [Child.id], cursor=cursor, limit=limit)
    return Page(items=[ChildListed.model_validate(row) for row in rows], next=following)


@router.get("/children/{child_id}/references")
async def read_references(session: Session, actor: Actor, child_id: UUID) -> ChildReferences:
    """儿童档案的各编号：由任一编号找到本档及指向本档的全部编号（谁看过我）。"""
    actor.of("auditor", "procuratorate", "child_protection_office")
    child = await the_child(session, child_id)
    return ChildReferences(child_id=child.id, references=await references_of(session, child))


@router.get("/children/{child_id}")
async def read_child(
    session: Session, actor: Actor, child_id: UUID, response: Response
) -> ChildShown:
    """儿童档案：依权限遮蔽，每次查阅留痕（WL24:3.1h-2）。"""
    return await _shown(session, actor, await known_child(session, actor, child_id), response)


@router.post("/children/{child_id}/people", status_code=201)
async def add_person(
    session: Session, actor: Actor, child_id: UUID, told: PersonTold
) -> PersonShown:
    """登记关系人、监护人、领款人及其账户。"""
    child = await known_child(session, actor, child_id)
    relative = register.Relative(**told.model_dump())
    person = await register.add_person(session, actor, child, relative)
    return PersonShown.model_validate(person)


@router.get("/children/{child_id}/people")
async def list_people(
    session: Session, actor: Actor, child_id: UUID, day: Day | None = None
) -> list[PersonShown]:
    """儿童的关系人；指明日期的，仅列当日的。"""
    child = await known_child(session, actor, child_id)
    found = []
    for person in await people_of(session, child.id, day):
        view = PersonShown.model_validate(person)
        view.particulars = await register.person_shown(session, actor, child, person)
        found.append(view)
    return found


@router.get("/children/{child_id}/payee")
async def read_payee(
    session: Session, actor: Actor, child_id: UUID, day: Day | None = None
) -> dict[str, Any]:
    """领款人与账户（供发放使用，WL24:2.1.0b-1）。"""
    return await register.the_payee(session, actor, child_id, day)


@router.get("/children/{child_id}/decisions")
async def list_decisions(session: Session, actor: Actor, child_id: UUID) -> list[DecisionShown]:
    """儿童的历次决定，新者在前。"""
    child = await known_child(session, actor, child_id)
    return [DecisionShown.model_validate(row) for row in await decisions_of(session, child.id)]


@router.get("/children/{child_id}/decision")
async def read_decision_on(
    session: Session,
    actor: Actor,
    child_id: UUID,
    day: Day | None = None,
    known_at: AwareDatetime | None = None,
) -> dict[str, Any]:
    """某一法律日、某一知悉时刻有效的决定及其所存的认定。"""
    child = await known_child(session, actor, child_id)
    moment = known_at or now(session)
    decision = await decision_on(session, child.id, day or today(session), moment)
    answer = await decision_shown(session, actor, decision.id)
    return DecisionShown.model_validate(decision).model_dump() | {"answer": answer}


@router.post("/people/{person_id}/ending")
async def end_person(
    session: Session, actor: Actor, person_id: UUID, told: EndingTold
) -> PersonShown:
    """关系人不再具有该身份：记明自何日起，不删除。"""
    person = await register.end_person(session, actor, person_id, told.until)
    return PersonShown.model_validate(person)


@router.get("/children/{child_id}/plans")
async def list_plans(session: Session, actor: Actor, child_id: UUID) -> list[dict[str, Any]]:
    """儿童的历次保障方案。"""
    child = await known_child(session, actor, child_id)
    names = ["id", "decision_id", "made_at"]
    if access.ask(actor, "see", "health", subject_of(child)).allowed:
        names.append("line_count")
    return [{n: getattr(row, n) for n in names} for row in await plans_of(session, child.id)]


@router.post("/children/{child_id}/leaving")
async def leave_care(
    session: Session, actor: Actor, child_id: UUID, told: LeavingTold
) -> ChildListed:
    """儿童死亡、户籍迁出、被收养、找回父母：记录事实并复核（WL24:2.1.0b-1）。"""
    child = await the_child(session, child_id, lock=True)
    await leave(session, actor, child, told.why, told.on, told.evidence)
    return ChildListed.model_validate(child)


@router.post("/children/{child_id}/relocation")
async def relocate_child(
    session: Session, actor: Actor, child_id: UUID, told: RelocationTold
) -> ChildListed:
    """迁居本市另一镇（街道）：在办事项、期限随之转移，补助不断发；原镇不再查阅本档。"""
    child = await known_child(session, actor, child_id)
    child = await the_child(session, child.id, lock=True)
    await relocate(session, actor, child, told.town, told.on, told.reason)
    return ChildListed.model_validate(child)
