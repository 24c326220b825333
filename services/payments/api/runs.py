"""Runs: begun, checked, approved, funded, sent, reconciled, closed; lines and blocked rows."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response, StreamingResponse
from sqlalchemy.ext.asyncio import AsyncSession

from services.payments.models import BlockedRow, Line, Payment, Run, RunStep
from services.payments.operations import beginning, running, sheets
from services.payments.operations.proving import proofs, proofs_of
from services.payments.operations.sealing import broken, sealed_rows
from services.payments.queries import bank
from services.payments.queries import runs as queries
from services.payments.rules.moves import RUN, levels_needed
from services.payments.schemas.answers import (
    BlockedOut,
    LineOut,
    PaymentOut,
    RunOut,
    StepOut,
)
from services.payments.schemas.requests import ReasonRequest, RunRequest, StepRequest
from shared.database import Session, figure
from shared.identity import Actor
from shared.openapi import forms
from shared.pages import Cursor, Limit, Page, paged
from shared.web import Route

router = APIRouter(prefix="/v1/payments/runs", tags=["批次 runs"], route_class=Route)
OFFICES = ("civil_affairs", "finance", "auditor")
SEES = (*OFFICES, "bank")


async def shown(session: AsyncSession, run: Run) -> RunOut:
    """A run with its next steps, progress and approvals."""
    out = RunOut.model_validate(run)
    parts = await queries.parts(session, run.id)
    given = sum(step.verb == "approval" for step in await queries.steps(session, run.id))
    bands = figure(session, "run_approval_bands")
    out.allowed = RUN.allowed(run.state)
    out.progress = {"done": sum(p.done_at is not None for p in parts), "of": len(parts)}
    out.approvals = {"given": given, "needed": levels_needed(run.total, bands)}
    return out


@router.post("", status_code=201)
async def begin_run(session: Session, actor: Actor, said: RunRequest) -> RunOut:
    """Prepare a monthly run, or a correction of the months asked for again (WL24:2.1.0b-1)."""
    run = await beginning.begin_run(session, actor, said.kind.value, said.month, said.id)
    return await shown(session, run)


@router.get("", response_model=Page[RunOut])
async def list_runs(
    session: Session,
    actor: Actor,
    kind: Annotated[str | None, Query()] = None,
    state: Annotated[str | None, Query()] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> dict[str, Any]:
    """Runs, the newest first."""
    actor.of(*SEES)
    keys = [Run.created_at, Run.id]
    rows, following = await paged(
        session, queries.runs(kind, state), keys, cursor=cursor, limit=limit, descending=True
    )
    return {"items": [await shown(session, row) for row in rows], "next": following}


@router.get("/{run_id}")
async def read_run(session: Session, actor: Actor, run_id: UUID) -> RunOut:
    """A run with control totals, progress and the steps it can take now."""
    actor.of(*SEES)
    return await shown(session, await queries.run(session, run_id))


@router.get("/{run_id}/steps", response_model=list[StepOut])
async def list_steps(session: Session, actor: Actor, run_id: UUID) -> list[RunStep]:
    """Who took which step when."""
    actor.of(*SEES)
    await queries.run(session, run_id)
    return await queries.steps(session, run_id)


@router.get("/{run_id}/lines", response_model=Page[LineOut])
async def list_lines(
    session: Session, actor: Actor, run_id: UUID, cursor: Cursor = None, limit: Limit = 100
) -> dict[str, Any]:
    """The lines with clause, figures and working."""
    actor.of(*OFFICES)
    await queries.run(session, run_id)
    rows, following = await paged(
        session, queries.lines(run_id), [Line.id], cursor=cursor, limit=limit
    )
    known = await queries.explanations(
        session, [r.explanation_id for r in rows if r.explanation_id]
    )
    before = await queries.decided_before(session, [row.id for row in rows])
    items = []
    for row in rows:
        out = LineOut.model_validate(row)
        out.decided_before = before.get(row.id, out.decided_before)
        out.owed = out.decided_before + out.amount
        why = known.get(row.explanation_id or 0)
        if why is not None:
            out.clauses, out.working = why.clauses, why.working
            out.figures, out.reason = why.figures, why.reason
        items.append(out)
    return {"items": items, "next": following}


@router.get("/{run_id}/sheet", response_class=Response, responses=forms("text/csv", sheets.XLSX))
async def read_sheet(
    request: Request,
    session: Session,
    actor: Actor,
    run_id: UUID,
    form: Annotated[str, Query(pattern="^(csv|xlsx)$")] = "csv",
) -> Response:
    """The lines as a sheet in which no cell is ever a formula; ids, no names."""
    actor.of(*OFFICES)
    run = await queries.run(session, run_id)
    if form == "xlsx":
        return Response(await sheets.workbook(session, run), media_type=sheets.XLSX)
    rows = sheets.stream(request.app.state.sessions, run.id)
    return StreamingResponse(rows, media_type=sheets.CSV)


@router.get("/{run_id}/blocked", response_model=Page[BlockedOut])
async def list_blocked(
    session: Session, actor: Actor, run_id: UUID, cursor: Cursor = None, limit: Limit = 100
) -> dict[str, Any]:
    """Children the run did not pay, and why (B24)."""
    actor.of(*OFFICES)
    await queries.run(session, run_id)
    rows, following = await paged(
        session, queries.blocked(run_id), [BlockedRow.child_id], cursor=cursor, limit=limit
    )
    return {"items": rows, "next": following}


@router.get("/{run_id}/payments", response_model=Page[PaymentOut])
async def list_payments(
    session: Session, actor: Actor, run_id: UUID, cursor: Cursor = None, limit: Limit = 100
) -> dict[str, Any]:
    """The payments made of a run."""
    actor.of(*SEES)
    await queries.run(session, run_id)
    rows, following = await paged(
        session, bank.payments(run_id), [Payment.number], cursor=cursor, limit=limit
    )
    items = [PaymentOut.model_validate(row) for row in rows]
    if actor.department == "bank":  # it pays into an account; for which child is not its business
        items = [item.model_copy(update={"child_id": None}) for item in items]
    return {"items": items, "next": following}


@router.get("/{run_id}/invariants")
async def read_invariants(session: Session, actor: Actor, run_id: UUID) -> dict[str, Any]:
    """Orders equal decisions, bank equals ledger, every month equals the law's answer."""
    actor.of(*OFFICES)
    run = await queries.run(session, run_id)
    seals = [p for what in sealed_rows(run) for p in await broken(session, run.id, what)]
    own = await proofs_of(session, run)
    books = await proofs(session)
    holds = bool(books["holds"] and own["holds"] and not seals)
    return books | {"run": own, "seals_broken": seals, "holds": holds}


@router.post("/{run_id}/follow-up", status_code=201)
async def begin_follow_up(session: Session, actor: Actor, run_id: UUID) -> RunOut:
    """Pay again what came back, linked to the first payment (补发)."""
    return await shown(session, await beginning.begin_follow_up(session, actor, run_id))


@router.post("/{run_id}/rejection")
async def reject_run(session: Session, actor: Actor, run_id: UUID, said: ReasonRequest) -> RunOut:
    """Reject; the rows stay and a new run can be made (退回)."""
    run = await running.take_step(session, actor, run_id, "rejection", reason=said.reason)
    return await shown(session, run)


Said = StepRequest | None


async def _step(session: AsyncSession, actor: Actor, run_id: UUID, verb: str, said: Said) -> RunOut:
    said = said or StepRequest()
    run = await running.take_step(
        session, actor, run_id, verb, declared=said.declared, reason=said.reason
    )
    return await shown(session, run)


@router.post("/{run_id}/check")
async def check_run(session: Session, actor: Actor, run_id: UUID, said: Said = None) -> RunOut:
    """A second officer checks (复核)."""
    return await _step(session, actor, run_id, "check", said)


@router.post("/{run_id}/approval")
async def approve_run(session: Session, actor: Actor, run_id: UUID, said: Said = None) -> RunOut:
    """Another officer approves; larger sums need more levels (审批)."""
    return await _step(session, actor, run_id, "approval", said)


@router.post("/{run_id}/funding")
async def fund_run(session: Session, actor: Actor, run_id: UUID, said: Said = None) -> RunOut:
    """Finance provides the money (拨款, WL24:4.1f-1)."""
    return await _step(session, actor, run_id, "funding", said)


@router.post("/{run_id}/sending")
async def send_run(session: Session, actor: Actor, run_id: UUID, said: Said = None) -> RunOut:
    """The payments are made and the bank's files can be fetched (发送银行)."""
    return await _step(session, actor, run_id, "sending", said)


@router.post("/{run_id}/reconciliation")
async def reconcile_run(session: Session, actor: Actor, run_id: UUID, said: Said = None) -> RunOut:
    """Every payment is answered for and the sums agree (对账)."""
    return await _step(session, actor, run_id, "reconciliation", said)


@router.post("/{run_id}/closing")
async def close_run(session: Session, actor: Actor, run_id: UUID, said: Said = None) -> RunOut:
    """Nothing that came back is unpaid (办结)."""
    return await _step(session, actor, run_id, "closing", said)
