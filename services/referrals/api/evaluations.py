"""Questions of law that store nothing, and the lead-unit table."""

from typing import Any

from fastapi import APIRouter

from services.referrals.operations.offering import names, table
from services.referrals.rules.evaluation import evaluate
from services.referrals.rules.moves import REASONS
from services.referrals.rules.words import day_stated
from services.referrals.schemas.evaluations import EvaluationIn, EvaluationOut
from services.referrals.schemas.referrals import ReasonOut, ServiceOut
from shared.database import Session, today
from shared.identity import Actor
from shared.jurisdiction import jurisdiction
from shared.web import Route

router = APIRouter(prefix="/v1/referrals", tags=["研判"], route_class=Route)


@router.post("/evaluations", response_model=EvaluationOut, response_model_exclude_none=True)
async def evaluate_situation(session: Session, actor: Actor, asked: EvaluationIn) -> dict[str, Any]:
    """研判：某种情形依文件能得到什么、由谁负责、期限几何；不保存任何内容。

    说明 `topic` 最可靠：只答所问；不说明时由字段和文字判断。`missing` 有值即未定，不得当作“否”。
    | Name the `topic` and only that is answered. What is in `missing` leaves it undetermined.
    """
    county, situation = jurisdiction(), asked.situation.model_dump(exclude_unset=True)
    day = asked.day or day_stated(situation) or today(session)
    return evaluate(
        situation,
        asked.question,
        day,
        county.law,
        table(),
        county.calendar,
        names(),
    )


@router.get("/services", response_model=list[ServiceOut])
async def list_services(session: Session, actor: Actor) -> list[dict[str, Any]]:
    """责任单位一览：文件所列每项服务的牵头单位、参与单位与承办部门。"""
    return [
        {
            "code": s.code,
            "zh": s.zh,
            "clause": s.clause,
            "lead": s.lead,
            "participants": list(s.participants),
            "provider": s.provider,
            "asked_of": list(s.offered_by()),
            "needs": list(s.needs),
            "basis": s.basis,
            "clock": s.deadline(),
            "assumed": s.assumed,
        }
        for s in table().values()
    ]


@router.get("/reasons", response_model=list[ReasonOut])
async def list_reasons(session: Session, actor: Actor) -> list[dict[str, Any]]:
    """不予受理、退回的编码理由及其后果。"""
    return [
        {
            "code": r.code,
            "zh": r.zh,
            "consequence": r.consequence,
            "consequence_zh": r.consequence_zh,
            "clause": r.clause,
        }
        for r in REASONS.values()
    ]
