"""What was paid too much, and how it is settled."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query

from services.payments.models import Debt
from services.payments.operations import recovering
from services.payments.queries import debts as queries
from services.payments.schemas.answers import DebtOut
from services.payments.schemas.requests import ReasonRequest, ReceiptRequest, RecoveryRequest
from shared.database import Session
from shared.identity import Actor
from shared.pages import Cursor, Limit, Page, paged
from shared.web import Route

router = APIRouter(prefix="/v1/payments/debts", tags=["多发款 debts"], route_class=Route)


@router.get("", response_model=Page[DebtOut])
async def list_debts(
    session: Session,
    actor: Actor,
    state: Annotated[str | None, Query()] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> dict[str, Any]:
    """Debts with cause and state (R29)."""
    actor.of("civil_affairs", "finance", "auditor")
    rows, following = await paged(
        session, queries.debts(state), [Debt.id], cursor=cursor, limit=limit
    )
    return {"items": rows, "next": following}


@router.post("/{debt_id}/proposal", response_model=DebtOut)
async def propose_recovery(
    session: Session, actor: Actor, debt_id: UUID, said: RecoveryRequest
) -> Debt:
    """How it should be settled, after the family was heard, as time and fault leave open (R29)."""
    return await recovering.propose_recovery(
        session,
        actor,
        debt_id,
        said.way,
        fault=said.fault,
        heard_on=said.heard_on,
        months=said.months,
        consent=said.consent,
        reason=said.reason,
    )


@router.post("/{debt_id}/approval", response_model=DebtOut)
async def approve_recovery(session: Session, actor: Actor, debt_id: UUID) -> Debt:
    """A second person approves."""
    return await recovering.approve_recovery(session, actor, debt_id)


@router.post("/{debt_id}/refusal", response_model=DebtOut)
async def refuse_recovery(
    session: Session, actor: Actor, debt_id: UUID, said: ReasonRequest
) -> Debt:
    """Not in this way."""
    return await recovering.refuse_recovery(session, actor, debt_id, said.reason)


@router.post("/{debt_id}/withdrawal", response_model=DebtOut)
async def withdraw_recovery(
    session: Session, actor: Actor, debt_id: UUID, said: ReasonRequest
) -> Debt:
    """Consent is taken back, or the way does not work: later runs keep nothing (撤回方案)."""
    return await recovering.withdraw_recovery(session, actor, debt_id, said.reason)


@router.post("/{debt_id}/receipts", response_model=DebtOut)
async def receive(session: Session, actor: Actor, debt_id: UUID, said: ReceiptRequest) -> Debt:
    """Money that came back."""
    return await recovering.receive(session, actor, debt_id, said.amount, said.reference)
