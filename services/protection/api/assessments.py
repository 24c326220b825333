"""Assessments over HTTP."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from services.protection.api.movers import add_moves
from services.protection.operations import assessments
from services.protection.operations.cases import the_case
from services.protection.queries.care import assessments_of
from services.protection.rules.assessments import ASSESSMENT_MOVES
from services.protection.schemas.care import AssessmentShown, AssessmentTold, ScoreTold
from services.protection.schemas.told import MoveTold
from shared.database import Session
from shared.identity import Actor
from shared.web import Route

router = APIRouter(prefix="/v1/protection", route_class=Route, tags=["assessments"])


@router.post("/cases/{case_id}/assessments", status_code=201)
async def open_assessment(
    session: Session, actor: Actor, case_id: UUID, told: AssessmentTold
) -> AssessmentShown:
    """启动家庭监护能力评估（WL24:3.2b-1）。"""
    return assessments.shown(await assessments.open_assessment(session, actor, case_id, told))


@router.get("/cases/{case_id}/assessments")
async def list_assessments(session: Session, actor: Actor, case_id: UUID) -> list[AssessmentShown]:
    """个案的评估，自新至旧。"""
    case = await the_case(session, actor, case_id)
    return [assessments.shown(row) for row in await assessments_of(session, case.id)]


@router.get("/assessments/{assessment_id}")
async def read_assessment(session: Session, actor: Actor, assessment_id: UUID) -> AssessmentShown:
    """一次评估及各评估员的评分：得分、红线、未评分项；逐项评分供可阅办案记录者查阅。"""
    row = await assessments.the_assessment(session, actor, assessment_id)
    return await assessments.with_scores(session, actor, row)


@router.post("/assessments/{assessment_id}/scores", status_code=201)
async def give_score(
    session: Session, actor: Actor, assessment_id: UUID, told: ScoreTold
) -> AssessmentShown:
    """评估员评分：逐项、红线、回避声明。"""
    return assessments.shown(await assessments.give_score(session, actor, assessment_id, told))


@router.post("/assessments/{assessment_id}/conclusion")
async def conclude(session: Session, actor: Actor, assessment_id: UUID) -> AssessmentShown:
    """评估结论：两名评估员先后签署，从严取低。"""
    return assessments.shown(await assessments.conclude(session, actor, assessment_id))


def _mover(verb: str) -> Callable[..., Any]:
    async def move(
        session: Session, actor: Actor, assessment_id: UUID, told: MoveTold
    ) -> AssessmentShown:
        row = await assessments.move_assessment(session, actor, assessment_id, verb, told)
        return assessments.shown(row)

    return move


add_moves(
    router,
    "/assessments/{assessment_id}",
    ASSESSMENT_MOVES,
    _mover,
    AssessmentShown,
    verbs=("dispute", "review", "dispute_rejection", "abandonment"),
)
