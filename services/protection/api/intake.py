"""The hot door: a mandatory report is durable before its receipt (强制报告接收).

These two routes open no session of their own: the statement of intake is the whole transaction.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncEngine

from services.protection.operations import intake
from services.protection.schemas.reports import (
    BatchItem,
    BatchRead,
    BatchTold,
    Receipt,
    ReportTold,
)
from shared.database import new_id
from shared.identity import Principal, principal_of
from shared.problem import Problem, TooLarge
from shared.route import Bare, body_of, json_of, refuse_unknown, told

router = APIRouter(prefix="/v1/protection", tags=["reports"], route_class=Bare)
LARGEST = 256 * 1024
EVIDENCE = ("hutong-evidence-", "hutong-signature-")
RECEIVED = "hutong-received-at"


def _engine(request: Request) -> AsyncEngine:
    engine: AsyncEngine = request.app.state.sessions.kw["bind"]
    return engine


def evidence_of(request: Request) -> dict[str, str]:
    """What the gateway verified of a signed push; kept with what was pushed as evidence."""
    found = {k: v for k, v in request.headers.items() if k.startswith(EVIDENCE)}
    return {name.split("-", 2)[2]: value[:4000] for name, value in found.items()}


def _received_at(request: Request) -> datetime | None:
    """When the gateway took the report while this service was away."""
    told = request.headers.get(RECEIVED)
    try:
        moment = datetime.fromisoformat(told) if told else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


async def _read(request: Request) -> bytes:
    body = await json_of(request)
    if len(body) > LARGEST:
        raise TooLarge(allowed=[LARGEST])
    return body


def _json(value: Any, status: int, **headers: str) -> Response:
    return Response(value, status, headers, "application/json")


async def report(request: Request) -> Response:
    """强制报告：立即接收，已落库后回执（WL24:3.1a-4、3.1d-1）。

    A report with the same id (or Idempotency-Key) and content is answered as the first time.
    """
    actor = principal_of(request)
    refuse_unknown(request)
    body = await _read(request)
    receipt, fresh = await intake.receive(
        _engine(request),
        actor,
        told(ReportTold, body),
        body,
        key=request.headers.get("idempotency-key"),
        evidence=evidence_of(request),
        received_at=_received_at(request),
    )
    if fresh:
        request.app.state.bus.wake()
    again = {} if fresh else {"idempotency-replayed": "true"}
    return _json(
        receipt.model_dump_json(),
        201,
        location=f"/v1/protection/reports/{receipt.id}",
        **again,
    )


async def report_batch(request: Request) -> Response:
    """批量强制报告：每条各有回执或各自的原因。"""
    actor = principal_of(request)
    refuse_unknown(request)
    body = await _read(request)
    batch = told(BatchRead, body)
    batch_id, engine = new_id(), _engine(request)
    key = request.headers.get("idempotency-key")
    items = []
    for number, one in enumerate(batch.reports):
        own = f"{key}|{number}" if key else None
        items.append(await _one(engine, actor, one, own, batch_id))
    request.app.state.bus.wake()
    return _json(orjson.dumps([item.model_dump(mode="json") for item in items]), 200)


async def _one(
    engine: AsyncEngine, actor: Principal, one: dict[str, Any], key: str | None, batch_id: Any
) -> BatchItem:
    try:
        report = told(ReportTold, orjson.dumps(one))
        receipt, fresh = await intake.receive(
            engine, actor, report, b"", key=key, batch_id=batch_id
        )
    except Problem as problem:
        if problem.status >= 500:
            raise
        return BatchItem(id=_id_of(one), status=problem.status, problem=problem.body())
    return BatchItem(id=receipt.id, status=201 if fresh else 200, receipt=receipt)


def _id_of(one: dict[str, Any]) -> UUID | None:
    """The id a report was sent with, if it is one."""
    try:
        return UUID(str(one.get("id")))
    except ValueError:
        return None


router.add_api_route(
    "/reports",
    report,
    methods=["POST"],
    status_code=201,
    response_model=Receipt,
    openapi_extra=body_of(ReportTold),
)
router.add_api_route(
    "/report-batches",
    report_batch,
    methods=["POST"],
    response_model=list[BatchItem],
    openapi_extra=body_of(BatchTold),
)
