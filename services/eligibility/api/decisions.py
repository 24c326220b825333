"""Decisions, plans, reviews, remedies over HTTP (决定、方案、复核、救济)."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.eligibility.models import Decision, Objection, Review
from services.eligibility.operations import objecting, reviewing, viewing
from services.eligibility.operations.applying import known_child
from services.eligibility.operations.law import town_code
from services.eligibility.operations.noticing import notice_of, refuse_posting
from services.eligibility.operations.upcoming import calendar_of_child, calendar_of_town
from services.eligibility.queries.procedure import objections_to, one, open_application, reviews
from services.eligibility.schemas import (
    Day,
    DecisionShown,
    DeliveryShown,
    DeliveryTold,
    ObjectionResult,
    ObjectionShown,
    ObjectionTold,
    ReasonTold,
    ReviewShown,
)
from shared.database import Session
from shared.identity import Actor
from shared.openapi import forms
from shared.pages import Cursor, Limit, Page, paged
from shared.web import Route

router = APIRouter(prefix="/v1/eligibility", route_class=Route, tags=["decisions"])
State = Literal["waiting", "open", "paused", "done"]


@router.get("/decisions")
async def find_decisions(
    session: Session, actor: Actor, number: Annotated[str, Query(min_length=1, max_length=60)]
) -> list[DecisionShown]:
    """按文号查找决定，如告知书所载；不得知晓的儿童，其决定视同没有。"""
    found = await viewing.known_by_number(session, actor, number.strip())
    return [DecisionShown.model_validate(row) for row in found]


@router.get("/decisions/{decision_id}")
async def read_decision(session: Session, actor: Actor, decision_id: UUID) -> dict[str, Any]:
    """一件决定及其所存的认定（依权限遮蔽）。"""
    decision = await one(session, Decision, decision_id)
    answer = await viewing.decision_shown(session, actor, decision_id)
    return DecisionShown.model_validate(decision).model_dump() | {"answer": answer}


@router.get("/decisions/{decision_id}/replay")
async def replay_decision(session: Session, actor: Actor, decision_id: UUID) -> dict[str, Any]:
    """按当日所知事实与当日条文重放，逐字比对。"""
    actor.of("civil_affairs", "auditor", "procuratorate", "child_protection_office")
    return await viewing.replayed(session, actor, decision_id)


@router.get(
    "/decisions/{decision_id}/notice",
    response_class=Response,
    responses=forms("text/html", "text/plain"),
)
async def read_notice(
    session: Session,
    actor: Actor,
    decision_id: UUID,
    form: Annotated[Literal["html", "text"], Query()] = "html",
) -> Response:
    """决定告知书：理由、条文、救济途径，可打印。"""
    content = await notice_of(session, actor, decision_id, form)
    media = "text/html" if form == "html" else "text/plain"
    return Response(content, media_type=f"{media}; charset=utf-8")


@router.post("/decisions/{decision_id}/posting", status_code=409)
async def post_publicly(session: Session, actor: Actor, decision_id: UUID) -> None:
    """公示一律拒绝：为保护儿童隐私不设公示（民发〔2019〕62号）。"""
    await refuse_posting(session, actor, decision_id)


@router.post("/decisions/{decision_id}/deliveries", status_code=201)
async def deliver(
    session: Session, actor: Actor, decision_id: UUID, told: DeliveryTold
) -> DeliveryShown:
    """告知书送达：救济期限自送达之日起算（行政复议法20、行政诉讼法46）。"""
    row = await objecting.deliver(session, actor, decision_id, **told.model_dump())
    view = DeliveryShown.model_validate(row)
    decision = await one(session, Decision, decision_id)
    view.reconsider_by = await objecting.last_day(session, decision, "reconsideration")
    view.sue_by = await objecting.last_day(session, decision, "lawsuit")
    return view


@router.get("/decisions/{decision_id}/objections")
async def list_objections(
    session: Session, actor: Actor, decision_id: UUID
) -> list[ObjectionShown]:
    """对一件决定提出的异议、行政复议、行政诉讼。"""
    decision = await one(session, Decision, decision_id)
    await known_child(session, actor, decision.child_id)
    return [ObjectionShown.model_validate(r) for r in await objections_to(session, decision_id)]


@router.post("/decisions/{decision_id}/objections", status_code=201)
async def object_to(
    session: Session, actor: Actor, decision_id: UUID, told: ObjectionTold
) -> ObjectionShown:
    """对决定提出异议、行政复议或者诉讼。"""
    row = await objecting.receive(
        session, actor, decision_id, told.kind, told.grounds, told.received_on
    )
    return ObjectionShown.model_validate(row)


@router.post("/objections/{objection_id}/result")
async def answer_objection(
    session: Session, actor: Actor, objection_id: UUID, told: ObjectionResult
) -> ObjectionShown:
    """异议处理结果；重新认定的另开申请。"""
    row = await objecting.answer(session, actor, objection_id, told.result, told.reason)
    return ObjectionShown.model_validate(row)


@router.get("/objections/{objection_id}")
async def read_objection(session: Session, actor: Actor, objection_id: UUID) -> ObjectionShown:
    """一件异议及其理由（依权限遮蔽）。"""
    row = await one(session, Objection, objection_id)
    view = ObjectionShown.model_validate(row)
    view.particulars = await objecting.grounds_shown(session, actor, row)
    return view


@router.get("/plans/{plan_id}")
async def read_plan(session: Session, actor: Actor, plan_id: UUID) -> dict[str, Any]:
    """保障方案各项：依据、牵头单位、待查明事项（WL24:2.0）。"""
    return await viewing.plan_shown(session, actor, plan_id)


async def _shown(session: Session, review: Review) -> ReviewShown:
    view = ReviewShown.model_validate(review)
    application = await open_application(session, review.child_id)
    view.application_id = application.id if application else None
    return view


@router.get("/reviews")
async def list_reviews(
    session: Session,
    actor: Actor,
    town: Annotated[str | None, Query(max_length=20)] = None,
    state: State | None = None,
    until: Annotated[date | None, Query(description="到期日早于 | due before")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[ReviewShown]:
    """复核队列：到期、进行中、暂停（按月动态管理）。"""
    actor.of("town", "civil_affairs", "child_protection_office", "auditor")
    wanted = reviews(actor.narrowed(town_code(town)), state, until)
    keys = (Review.due_on, Review.id)
    rows, following = await paged(session, wanted, keys, cursor=cursor, limit=limit)
    return Page(items=[await _shown(session, row) for row in rows], next=following)


@router.get("/reviews/{review_id}")
async def read_review(session: Session, actor: Actor, review_id: UUID) -> ReviewShown:
    """一件复核。"""
    review = await one(session, Review, review_id)
    await known_child(session, actor, review.child_id)
    return await _shown(session, review)


@router.post("/reviews/{review_id}/confirmation")
async def confirm_unchanged(
    session: Session, actor: Actor, review_id: UUID, told: ReasonTold
) -> ReviewShown:
    """情形未变：原决定继续有效，并定下一次复核日（按月动态管理）。"""
    row = await reviewing.unchanged(session, actor, review_id, told.reason)
    return await _shown(session, row)


@router.post("/reviews/{review_id}/pause")
async def pause_review(
    session: Session, actor: Actor, review_id: UUID, told: ReasonTold
) -> ReviewShown:
    """有意暂停；重新核对不得自行恢复。"""
    return await _shown(session, await reviewing.pause(session, actor, review_id, told.reason))


@router.post("/reviews/{review_id}/resumption")
async def resume_review(session: Session, actor: Actor, review_id: UUID) -> ReviewShown:
    """恢复复核。"""
    return await _shown(session, await reviewing.resume(session, actor, review_id))


@router.get("/children/{child_id}/calendar")
async def read_calendar(session: Session, actor: Actor, child_id: UUID) -> list[dict[str, Any]]:
    """将来何日会有变化，届时须具备什么（一名儿童）。"""
    child = await known_child(session, actor, child_id)
    return await calendar_of_child(session, actor, child)


@router.get("/calendar")
async def read_town_calendar(
    session: Session,
    actor: Actor,
    first: Day,
    last: Day,
    town: Annotated[str | None, Query(max_length=20)] = None,
) -> list[dict[str, Any]]:
    """一个镇（街道）将到期的复核，按日排列（不含身份信息）。"""
    actor.of("town", "civil_affairs", "child_protection_office")
    return await calendar_of_town(session, actor.narrowed(town_code(town)), first, last)
