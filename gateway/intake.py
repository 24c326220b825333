"""Intake that does not fall: a push is taken, sealed, while its service is away (先收后转).

2xx means committed in PostgreSQL: the service's, or here the gateway's own. A held push is
forwarded once, in the order in which its client pushed, with its own idempotency key; the
receipt says what became of it. With this database away as well the answer is 503.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
from contextlib import suppress
from dataclasses import asdict
from itertools import count
from time import time
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import orjson
import structlog
from prometheus_client import Gauge
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.answers import Send, answer
from gateway.call import Call
from gateway.models import Receipt
from gateway.own import own_transaction
from gateway.proxy import NO_ANSWER, ServiceAway, TooSlow, headers_in, pass_on
from shared.clock import instant
from shared.database import new_id, now, transaction
from shared.identity import PRINCIPAL, Principal, signed
from shared.problem import Invalid, KeyReused, UnsupportedMedia
from shared.route import is_json
from shared.vault import seal_own, unseal_own

if TYPE_CHECKING:
    from gateway.house import House

log = structlog.get_logger()
HELD = Gauge("hutong_receipts_held", "Pushes taken and not yet forwarded")
ASIDE = Gauge("hutong_receipts_set_aside", "Pushes their service cannot take: somebody must look")
LOCK = 0x4854_0002
MOST_FAULTS = 8
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 10.0
RECEIVED = "Hutong-Received-At"  # so that a report is not late by our outage
AGAIN = frozenset({401, 408, 425, 429})


class Intake:
    """Takes what cannot be forwarded, and forwards it as soon as it can be."""

    def __init__(self, house: House) -> None:
        self.house = house
        # Clients whose next push goes behind those that are held, each with a mark that is new
        # whenever one of theirs may have been added: what was asked before proves nothing after.
        self._behind: dict[str, int] = {}
        self._marks, self._known = count(), False
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Learn what is held, then forward in the background; until it is known all wait behind."""
        self._task = asyncio.create_task(self._forever())

    async def stop(self) -> None:
        """Stop forwarding; what is held stays."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    # -- in ---------------------------------------------------------------------------------

    async def take(self, call: Call, send: Send) -> None:
        """Forward a push, or hold it: behind earlier ones of its client, or its service away."""
        # A request id is no key: a partner may give all of one transaction the same.
        key = call.given.get(b"idempotency-key", b"").decode("latin-1") or uuid4().hex
        call.extra["Idempotency-Key"] = key
        first = self._known and call.access.client.id not in self._behind
        if first and await self._forwarded(call, send):
            return
        await self._hold(call, key, send)

    async def _forwarded(self, call: Call, send: Send) -> bool:
        """Whether the service took it or refused it; it did neither when it is away."""
        house, line = self.house, call.line
        headers = headers_in(call.given, call.own_headers())
        async with house.place(line.service, call.access.client.id):
            try:
                response = await house.proxy.ask(
                    line.service, line.method, call.target, headers, call.body, line.seconds
                )
                async with response:
                    if response.status >= 500:
                        return False
                    await pass_on(response, send, call)
                    return True
            except (ServiceAway, TooSlow, TimeoutError, *NO_ANSWER):
                return False

    async def _hold(self, call: Call, key: str, send: Send) -> None:
        _require_object(call)
        client = call.access.client.id
        self._behind[client] = next(self._marks)
        async with own_transaction(self.house.sessions, "keeping a push") as session:
            receipt = await _kept(session, call, key)
        self._behind[client] = next(self._marks)
        self._wake.set()
        body = orjson.dumps(
            {
                "receipt_id": str(receipt.id),
                "state": receipt.state,
                "received_at": receipt.received_at.isoformat(),
                "zh": "已收件，业务服务恢复后自动转交",
                "en": "Taken and kept; it is handed over as soon as the service is back",
            }
        )
        headers = [
            (b"location", f"/v1/receipts/{receipt.id}".encode()),
            (b"x-request-id", call.request_id.encode()),
        ]
        call.status = 202
        await answer(send, 202, body, headers, b"application/json")

    # -- out --------------------------------------------------------------------------------

    async def _forever(self) -> None:
        pause = FIRST_PAUSE
        while True:
            try:
                left = await self._round()
                pause = min(pause * 2, LONGEST_PAUSE) if left else FIRST_PAUSE
            except Exception as error:  # noqa: BLE001 - a dead forwarder would be silent
                log.warning("intake begins again", error=type(error).__name__)
                left = True
            if left:
                await asyncio.sleep(pause)
            else:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), 5)
            self._wake.clear()

    async def _round(self) -> bool:
        """Forward what is held, client by client; whether anything is left.

        The lock makes one gateway forward at a time, so that order holds with several of them.
        """
        async with transaction(self.house.sessions) as guard:
            await self._count(guard)
            lock = text("SELECT pg_try_advisory_xact_lock(:id)")
            if not await guard.scalar(lock, {"id": LOCK}):
                return True
            await asyncio.gather(*(self._forward_all(client) for client in list(self._behind)))
        return bool(self._behind)

    async def _count(self, session: AsyncSession) -> None:
        counted = await session.execute(
            select(Receipt.client_id, func.count())
            .where(Receipt.state == "held")
            .group_by(Receipt.client_id)
        )
        held = dict(row.tuple() for row in counted)
        for client in held:
            self._behind.setdefault(client, next(self._marks))
        self._known = True
        HELD.set(sum(held.values()))
        aside = select(func.count()).select_from(Receipt).where(Receipt.state == "set_aside")
        ASIDE.set(await session.scalar(aside) or 0)

    async def _forward_all(self, client: str) -> None:
        """The receipts of one client in order, until none is left or the service is away."""
        while True:
            mark = self._behind.get(client)
            async with transaction(self.house.sessions) as session:
                receipt = await session.scalar(
                    select(Receipt)
                    .where(Receipt.client_id == client, Receipt.state == "held")
                    .order_by(Receipt.number)
                    .limit(1)
                    .with_for_update()
                )
                if receipt is None:
                    if self._behind.get(client) == mark:
                        self._behind.pop(client, None)
                    return
                await self._forward(receipt)
                if receipt.state == "held":
                    return

    async def _forward(self, receipt: Receipt) -> None:
        """One try; afterwards the receipt says what came of it."""
        house = self.house
        held = orjson.loads(unseal_own(f"receipt|{receipt.id}", receipt.sealed))
        principal = Principal(**held["principal"] | {"scopes": tuple(held["principal"]["scopes"])})
        header = signed(principal, house.ring.signing(), int(time()) + 300)
        receipt.attempts += 1
        try:
            response = await house.proxy.ask(
                receipt.service,
                "POST",
                held["target"],
                held["headers"] | {PRINCIPAL: header, RECEIVED: receipt.received_at.isoformat()},
                base64.b64decode(held["body"]),
                30.0,
            )
            async with response:
                _settle(receipt, response.status, await response.read())
        except (ServiceAway, TooSlow, TimeoutError, *NO_ANSWER):
            return


def _settle(receipt: Receipt, status: int, body: bytes) -> None:
    """Delivered, refused, still to come, or set aside once the service failed on it too often."""
    receipt.status = status
    if status in AGAIN or status in (502, 503, 504):
        return
    if status >= 500:
        receipt.state = "set_aside" if receipt.attempts >= MOST_FAULTS else "held"
        return
    receipt.state = "delivered" if status < 400 else "refused"
    receipt.answer = seal_own(f"answer|{receipt.id}", body)
    receipt.forwarded_at = instant(time())


def _require_object(call: Call) -> None:
    """What is no JSON object would be refused later: better now, while the pusher listens."""
    if not is_json(call.given.get(b"content-type", b"").decode("latin-1")):
        raise UnsupportedMedia(where="header.Content-Type", allowed=["application/json"])
    try:
        found: Any = orjson.loads(call.body)
    except orjson.JSONDecodeError as error:
        raise Invalid("不是有效的 JSON", "Not valid JSON", where="body") from error
    if not isinstance(found, dict):
        raise Invalid("须为 JSON 对象", "A JSON object is expected", where="body")


async def _kept(session: AsyncSession, call: Call, key: str) -> Receipt:
    """The receipt of this push, or of the same push before; KeyReused for another body."""
    if not 1 <= len(key) <= 200:
        raise Invalid(where="header.Idempotency-Key", allowed="1–200")
    client = call.access.client.id
    fingerprint = hashlib.sha256(call.target.encode() + b"\n" + call.body).hexdigest()
    await session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:owner, 0))"), {"owner": client}
    )
    known = await session.scalar(
        select(Receipt).where(Receipt.client_id == client, Receipt.idempotency_key == key)
    )
    if known is not None:
        if known.fingerprint != fingerprint:
            raise KeyReused(where="header.Idempotency-Key")
        return known
    receipt_id: UUID = new_id()
    receipt = Receipt(
        id=receipt_id,
        client_id=client,
        department=call.principal.department,
        service=call.line.service,
        idempotency_key=key,
        fingerprint=fingerprint,
        sealed=seal_own(f"receipt|{receipt_id}", _sealable(call)),
        state="held",
        received_at=now(session),
        due_at=now(session),
    )
    session.add(receipt)
    await session.flush()
    return receipt


def _sealable(call: Call) -> bytes:
    headers = headers_in(call.given, call.own_headers())
    headers.pop(PRINCIPAL)
    return orjson.dumps(
        {
            "target": call.target,
            "headers": headers,
            "principal": asdict(call.principal),
            "body": base64.b64encode(call.body).decode(),
        }
    )
