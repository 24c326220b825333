"""What became of a request that is answered by a callback (业务状态查询)."""

from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.dci.messages import StatusAsked, StatusMessage
from gateway.models import RegistryTransaction
from shared.problem import NotFound
from shared.vault import unseal_own

# The published documents name the kinds differently: search as it is asked, the others as they
# are answered.
KINDS = {"search": "search", "subscribe": "on-subscribe", "unsubscribe": "on-unsubscribe"}
LISTS = {"search": "search_response", "subscribe": "subscribe_response"}


async def standing(
    session: AsyncSession, client: str, asked: StatusMessage, correlation: str
) -> dict[str, Any]:
    """Where one of the client's own transactions stands, with its answer; NotFound."""
    kind = asked.txnstatus_request.txn_type.replace("subscibe", "subscribe")
    row = await _row(session, client, kind, asked)
    answer = _answer(row)
    request = asked.txnstatus_request
    if request.attribute_type == "reference_id_list" and (parts := LISTS.get(kind)):
        wanted = set(_texts(request))
        answer[parts] = [one for one in answer[parts] if one["reference_id"] in wanted]
    return {
        "transaction_id": asked.transaction_id,
        "correlation_id": correlation,
        "txnstatus_response": {"txn_type": KINDS[kind], "txn_status": answer},
    }


async def _row(
    session: AsyncSession, client: str, kind: str, asked: StatusMessage
) -> RegistryTransaction:
    request = asked.txnstatus_request
    wanted = select(RegistryTransaction).where(
        RegistryTransaction.client_id == client, RegistryTransaction.kind == kind
    )
    if request.attribute_type == "correlation_id":
        wanted = wanted.where(RegistryTransaction.id == _uuid(_texts(request)[0]))
    else:
        by_name = request.attribute_type == "transaction_id"
        name = _texts(request)[0] if by_name else asked.transaction_id
        wanted = wanted.where(RegistryTransaction.transaction_id == name)
    row = await session.scalar(wanted.order_by(RegistryTransaction.id.desc()).limit(1))
    if row is None:
        raise NotFound()
    return row


def _answer(row: RegistryTransaction) -> dict[str, Any]:
    """The answer that was given, or that it is still to come."""
    if row.answer is not None:
        return dict(orjson.loads(unseal_own(f"registry|{row.id}|answer", row.answer)))
    moment = row.received_at.isoformat()
    said: dict[str, Any] = {"transaction_id": row.transaction_id, "correlation_id": str(row.id)}
    if row.kind == "unsubscribe":
        return said | {"timestamp": moment, "status": row.state}
    held = orjson.loads(unseal_own(f"registry|{row.id}|question", row.sealed))
    items = held["message"][f"{row.kind}_request"]
    waiting = [
        {"reference_id": one["reference_id"], "timestamp": moment, "status": row.state}
        for one in items
    ]
    return said | {LISTS[row.kind]: waiting}


def _texts(request: StatusAsked) -> list[str]:
    said = request.attribute_value
    return said if isinstance(said, list) else [said]


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound() from error
