"""What is owed for given facts; stores nothing."""

from typing import Any

from fastapi import APIRouter

from services.payments.operations.evaluating import evaluated
from services.payments.queries.standards import published
from services.payments.schemas.evaluations import EvaluationIn
from services.payments.schemas.owed import EvaluationOut
from shared.database import Session, today
from shared.identity import Actor
from shared.jurisdiction import jurisdiction
from shared.web import Route

router = APIRouter(prefix="/v1/payments", tags=["测算 evaluations"], route_class=Route)


@router.post("/evaluations", response_model=EvaluationOut, response_model_exclude_unset=True)
async def evaluate(session: Session, actor: Actor, question: EvaluationIn) -> dict[str, Any]:
    """测算：依所述事实、事件和标准，逐月应发多少；不保存任何内容（WL24:2.1.0b）。

    先看 status，再看 by_month；理由和条款在 lines。| What is owed over given months under given or
    published standards: begin with `status`, then `by_month`; `lines` give reason and clause.
    """
    return evaluated(question, jurisdiction(), await published(session), today(session))
