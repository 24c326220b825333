"""Applications over HTTP: taken, verified, proposed, confirmed (申请、查验、拟定、确认)."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.eligibility.models import Application
from services.eligibility.operations import applying, deciding
from services.eligibility.operations.law import town_code
from services.eligibility.operations.viewing import application_view
from services.eligibility.queries.procedure import applications, one, steps_of
from services.eligibility.queries.register import FILES, of
from services.eligibility.schemas import (
    ApplicationShown,
    ApplicationTold,
    ConfirmationTold,
    DecisionShown,
    OpinionTold,
    ProposalShown,
    ProposalTold,
    ReasonTold,
)
from shared.database import Session, now
from shared.identity import Actor
from shared.pages import Cursor, Limit, Page, paged
from shared.web import Route

router = APIRouter(prefix="/v1/eligibility", route_class=Route, tags=["applications"])
State = Literal[
    "received",
    "forwarded",
    "opened",
    "asking",
    "verified",
    "clarifying",
    "proposed",
    "decided",
    "withdrawn",
]


async def _shown(session: Session, response: Response, row: Application) -> ApplicationShown:
    await session.flush()
    response.headers["ETag"] = f'"{row.version}"'
    more = await application_view(session, row)
    return ApplicationShown.model_validate(row).model_copy(update=more)


@router.post("/applications", status_code=201)
async def open_application(
    session: Session, actor: Actor, told: ApplicationTold, response: Response
) -> ApplicationShown:
    """受理申请：监护人、近亲属、村（居）提出，或者由数据发现（WL24:2.1.0b-1）。"""
    actor.of("town", "village", "civil_affairs", "welfare_institution")
    child = await applying.known_child(session, actor, told.child_id)
    row = await applying.open_an_application(
        session,
        actor,
        child,
        told.applicant,
        town=told.town,
        route=told.route,
        received_in=told.received_in or actor.town,
    )
    response.headers["Location"] = f"/v1/eligibility/applications/{row.id}"
    return await _shown(session, response, row)


@router.get("/applications")
async def list_applications(
    session: Session,
    actor: Actor,
    town: Annotated[str | None, Query(max_length=20)] = None,
    state: State | None = None,
    child_id: UUID | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[dict[str, Any]]:
    """申请队列；镇（街道）只见本辖区。"""
    actor.of("town", "civil_affairs", "child_protection_office", "auditor")
    files = FILES.params(**of(child_id, now(session))) if child_id is not None else None
    wanted = applications(actor.narrowed(town_code(town)), state, files)
    rows, following = await paged(session, wanted, [Application.id], cursor=cursor, limit=limit)
    names = ("id", "child_id", "applicant", "route", "town", "state", "review_id", "opened_at")
    return Page(items=[{n: getattr(row, n) for n in names} for row in rows], next=following)


@router.get("/applications/{application_id}")
async def read_application(
    session: Session, actor: Actor, application_id: UUID, response: Response
) -> ApplicationShown:
    """一件申请：状态、待查明事项、期限。"""
    row = await one(session, Application, application_id)
    await applying.known_child(session, actor, row.child_id)
    return await _shown(session, response, row)


@router.get("/applications/{application_id}/history")
async def read_history(
    session: Session, actor: Actor, application_id: UUID
) -> list[dict[str, Any]]:
    """办理经过：谁、何时、依据何条。"""
    row = await one(session, Application, application_id)
    await applying.known_child(session, actor, row.child_id)
    names = ("verb", "before", "after", "clause", "department", "officer", "reason", "at")
    return [{n: getattr(s, n) for n in names} for s in await steps_of(session, row.id)]


@router.post("/applications/{application_id}/verification")
async def verify(
    session: Session, actor: Actor, application_id: UUID, told: OpinionTold, response: Response
) -> ApplicationShown:
    """镇（街道）查验（民发〔2019〕62号）。"""
    row = await applying.verify(session, actor, application_id, told.opinion)
    return await _shown(session, response, row)


@router.post("/applications/{application_id}/push")
async def push(
    session: Session, actor: Actor, application_id: UUID, response: Response
) -> ApplicationShown:
    """跨镇、跨省通办：受理地录入并推送户籍所在地。"""
    return await _shown(session, response, await applying.push_on(session, actor, application_id))


@router.post("/applications/{application_id}/reply")
async def reply(
    session: Session, actor: Actor, application_id: UUID, told: ReasonTold, response: Response
) -> ApplicationShown:
    """跨镇、跨省通办：户籍所在地的反馈，或者决定后反馈受理地。"""
    row = await applying.note_reply(session, actor, application_id, told.reason)
    return await _shown(session, response, row)


@router.post("/applications/{application_id}/question")
async def pause(
    session: Session, actor: Actor, application_id: UUID, told: ReasonTold, response: Response
) -> ApplicationShown:
    """要求补充，中止计时。"""
    row = await applying.pause_clock(session, actor, application_id, told.reason)
    return await _shown(session, response, row)


@router.post("/applications/{application_id}/answer")
async def resume(
    session: Session, actor: Actor, application_id: UUID, response: Response
) -> ApplicationShown:
    """补充齐全，恢复计时。"""
    row = await applying.resume_clock(session, actor, application_id)
    return await _shown(session, response, row)


@router.post("/applications/{application_id}/withdrawal")
async def withdraw(
    session: Session, actor: Actor, application_id: UUID, told: ReasonTold, response: Response
) -> ApplicationShown:
    """撤回申请。"""
    row = await applying.withdraw(session, actor, application_id, told.reason)
    return await _shown(session, response, row)


@router.post("/applications/{application_id}/decision", status_code=201)
async def propose(
    session: Session, actor: Actor, application_id: UUID, told: ProposalTold
) -> ProposalShown:
    """县级民政部门拟定决定；不予认定、终止、调整须说明理由（个人信息保护法24）。"""
    row = await deciding.propose(session, actor, application_id, told.outcome, told.reason)
    return ProposalShown.model_validate(row)


@router.post("/applications/{application_id}/return")
async def give_back(
    session: Session, actor: Actor, application_id: UUID, told: ReasonTold, response: Response
) -> ApplicationShown:
    """退回重新查验。"""
    row = await deciding.give_back(session, actor, application_id, told.reason)
    return await _shown(session, response, row)


@router.post("/applications/{application_id}/confirmation", status_code=201)
async def confirm(
    session: Session, actor: Actor, application_id: UUID, told: ConfirmationTold
) -> DecisionShown:
    """由另一名工作人员确认，决定生效（双人复核）。"""
    row = await deciding.confirm(session, actor, application_id, told.event_on)
    return DecisionShown.model_validate(row)
