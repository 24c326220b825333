"""Budget, forecast and the books."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from services.payments.operations import forecasting
from services.payments.operations.proving import proofs
from services.payments.queries.ledger import balances
from services.payments.rules.accounts import ACCOUNT_ZH, Account
from services.payments.schemas.requests import BudgetRequest
from shared.database import Session
from shared.identity import Actor
from shared.web import Route

router = APIRouter(prefix="/v1/payments", tags=["预算 planning"], route_class=Route)


@router.get("/forecast")
async def read_forecast(
    session: Session, actor: Actor, months: Annotated[int | None, Query(ge=1, le=36)] = None
) -> dict[str, Any]:
    """The coming months' money by town and class, from decisions' known ends (WL24:4.1f-1)."""
    return await forecasting.forecast(session, actor, months)


@router.put("/budgets", status_code=204)
async def set_budget(session: Session, actor: Actor, said: BudgetRequest) -> None:
    """What finance set aside for a year, by town and class (WL24:4.1f-1)."""
    await forecasting.set_budget(session, actor, said.year, said.town, said.rate_class, said.amount)


@router.get("/budgets/{year}")
async def read_budget(session: Session, actor: Actor, year: int) -> list[dict[str, Any]]:
    """Paid against budget by town and class."""
    return await forecasting.execution(session, actor, year)


@router.get("/ledger")
async def read_ledger(session: Session, actor: Actor) -> dict[str, Any]:
    """The balance of every account and the proofs of the books."""
    actor.of("civil_affairs", "finance", "auditor")
    found = await balances(session)
    return {
        "balances": [
            {"account": name, "zh": ACCOUNT_ZH[Account(name)], "balance": f"{amount:.2f}"}
            for name, amount in sorted(found.items())
        ],
        "proofs": await proofs(session),
    }
