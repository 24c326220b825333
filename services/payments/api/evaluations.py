"""What is owed for given facts; stores nothing."""

from typing import Any

from fastapi import APIRouter

from services.payments.operations.evaluating import evaluated
from services.payments.queries.standards import published
from services.payments.schemas.evaluations import EvaluationIn
from shared.database import Session
from shared.identity import Actor
from shared.jurisdiction import jurisdiction
from shared.web import Route

router = APIRouter(prefix="/v1/payments", tags=["测算 evaluations"], route_class=Route)


@router.post("/evaluations")
async def evaluate(session: Session, actor: Actor, question: EvaluationIn) -> dict[str, Any]:
    """What is owed over given months under given or published standards (WL24:2.1.0b)."""
    return evaluated(question, jurisdiction(), await published(session))
