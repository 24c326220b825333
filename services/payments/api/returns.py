"""Files for the bank, and the bank's answers."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from services.payments.models import BankFile
from services.payments.operations import banking, returning
from services.payments.queries import bank
from services.payments.queries import runs as queries
from services.payments.rules.sheets import STATES, Returned
from services.payments.schemas.answers import AnswersOut, FileOut
from services.payments.schemas.requests import ReturnsRequest, ReversalRequest
from shared.database import Session, today
from shared.identity import Actor
from shared.openapi import forms
from shared.problem import Invalid
from shared.web import Route

router = APIRouter(prefix="/v1/payments/runs", tags=["银行 bank"], route_class=Route)


@router.get("/{run_id}/files", response_model=list[FileOut])
async def list_files(session: Session, actor: Actor, run_id: UUID) -> list[BankFile]:
    """The files fetched so far, with count, sum and SHA-256."""
    actor.of("civil_affairs", "finance", "bank", "auditor")
    await queries.run(session, run_id)
    return await bank.files(session, run_id)


@router.get("/{run_id}/banks", response_model=list[str])
async def list_banks(session: Session, actor: Actor, run_id: UUID) -> list[str]:
    """The banks a run is split by."""
    actor.of("civil_affairs", "finance", "bank", "auditor")
    await queries.run(session, run_id)
    return await bank.banks(session, run_id)


@router.get(
    "/{run_id}/files/{bank_code}", response_class=StreamingResponse, responses=forms("text/csv")
)
async def read_file(
    request: Request, session: Session, actor: Actor, run_id: UUID, bank_code: str
) -> StreamingResponse:
    """The bank's file: rows, neutral remarks, a trailer with count, sum and SHA-256 (代发文件)."""
    run = await banking.open_file(session, actor, run_id, bank_code)
    rows = banking.stream_file(request.app.state.sessions, run.id, run.month, bank_code)
    return StreamingResponse(rows, media_type="text/csv; charset=utf-8")


@router.post("/{run_id}/returns")
async def take_returns(
    session: Session, actor: Actor, run_id: UUID, said: ReturnsRequest
) -> AnswersOut:
    """The bank's answers: all are taken or none; with `complete` the others were paid (回单)."""
    given = (said.rows is not None) + (said.content is not None)
    if given > 1 or not (given or said.complete):
        raise Invalid(
            "rows 与 content 须且只须给出一项", "Give either rows or content", where="rows"
        )
    if said.content is not None:
        rows = banking.rows_of(said.content)
    else:
        rows = [_row(row.number, row.status, row.reason) for row in said.rows or []]
    found = await banking.take_returns(
        session, actor, run_id, rows, said.day or today(session), complete=said.complete
    )
    return AnswersOut.model_validate(found)


@router.post("/{run_id}/reversals", status_code=201)
async def take_reversal(
    session: Session, actor: Actor, run_id: UUID, said: ReversalRequest
) -> dict[str, Any]:
    """A payment the bank had called paid and sent back later; it is paid again (付后退汇)."""
    found = await returning.take_reversal(
        session, actor, run_id, said.number, said.reason, said.day or today(session)
    )
    return {"payment_id": str(found.payment_id), "day": found.day.isoformat()}


def _row(number: int, status: str, reason: str) -> Returned:
    state = STATES.get(status.strip().lower())
    if state is None:
        raise banking.ReturnsUnreadable(where="rows.status", allowed=sorted(STATES))
    return Returned(number, state, reason)
