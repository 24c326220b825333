"""What the law says of a situation told in a case worker's words; stores nothing."""

from typing import Any

from fastapi import APIRouter

from services.protection.operations.law import (
    county,
    department_name,
    institutions,
    instruments,
    to_confirm,
)
from services.protection.rules.questions import evaluate
from services.protection.schemas.questions import Question, QuestionOut
from shared.database import Session, today
from shared.identity import Actor
from shared.jurisdiction import jurisdiction
from shared.web import Route

router = APIRouter(prefix="/v1/protection", route_class=Route, tags=["evaluations"])


@router.post("/evaluations", response_model=QuestionOut, response_model_exclude_unset=True)
async def evaluate_situation(session: Session, actor: Actor, told: Question) -> dict[str, Any]:
    """依给定情形回答：义务、时限、措施、安置、送回、申请等，每项附条款；不留存。

    说明 `topic` 最可靠：只答所问；不说明时由字段和文字判断，可能同时答几题。缺事实时 status 为
    undetermined，不得当作“否”。 | Name the `topic` and only that is answered; without it fields and
    words decide. Missing facts make it `undetermined`, which is never a no.
    """
    law, read = jurisdiction().law.on(told.day or today(session)).noting()
    facts = told.situation.model_dump(exclude_unset=True)
    answer = evaluate(facts, told.question, law, county(), department_name)
    return answer | {"to_confirm": to_confirm(law, read)}


@router.get("/institution-types")
async def institution_types(session: Session, actor: Actor) -> list[dict[str, Any]]:
    """单位类型及其主管部门。"""
    return [
        {
            "code": kind.code,
            "zh": kind.zh,
            "aliases": list(kind.aliases),
            "named_by_law": kind.named,
            "competent_authority": kind.authority,
            "also_possible": list(kind.also_possible),
            "why": kind.why,
        }
        for kind in institutions().types.values()
    ]


@router.get("/assessment-instruments")
async def assessment_instruments(session: Session, actor: Actor) -> list[dict[str, Any]]:
    """家庭监护能力评估工具：指标树、红线、等级与后果。"""
    return [
        {
            "id": one.id,
            "zh": one.zh,
            "clause": one.clause,
            "since": one.since,
            "valid_months": one.valid_months,
            "minimum_assessors": one.minimum_assessors,
            "levels": list(one.levels),
            "total_points": one.total,
            "items": [
                {"code": i.code, "zh": i.zh, "points": i.points, "path": list(i.path)}
                for i in one.items.values()
            ],
            "red_lines": [
                {"code": r.code, "zh": r.zh, "grade": r.grade, "ground": r.ground}
                for r in one.red_lines.values()
            ],
            "grades": [
                {
                    "code": g.code,
                    "zh": g.zh,
                    "from_percent": g.from_percent,
                    "able": g.able,
                    "consequences": list(g.consequences),
                }
                for g in one.grades
            ],
            "triggers": list(one.triggers),
        }
        for one in instruments().values()
    ]
