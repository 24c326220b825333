"""Webhooks by the Standard Webhooks specification: signed, retried, logged, replayed (推送订阅).

An event becomes one waiting row a webhook, written in the transaction that moves the place in
the stream; a sender claims what is due. Pauses grow; a webhook that fails for too long is
disabled, and its owner sees why. Where a webhook may go was registered by the operator and is
pinned to addresses: what the name resolves to later does not matter.
"""

from __future__ import annotations

import asyncio
import base64
import secrets
from collections import Counter as Counted
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter, time
from typing import TYPE_CHECKING, Any
from uuid import UUID

import aiohttp
import structlog
from prometheus_client import Counter
from sqlalchemy import Select, func, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from standardwebhooks.webhooks import Webhook as Signer

from gateway.models import Attempt, ClientRecord, Delivery, StreamPlace, Target, Webhook
from gateway.stream import Place, wish_of
from gateway.targets import Pinned
from shared.background import Loop
from shared.bus import emit
from shared.clock import instant
from shared.database import new_id, now, transaction
from shared.events.gateway import WebhookDisabled
from shared.identity import Principal
from shared.vault import seal_own, unseal_own

if TYPE_CHECKING:
    from gateway.audience import Told
    from gateway.house import House

log = structlog.get_logger()
TRIES = Counter("hutong_webhook_attempts", "Webhook deliveries tried", ["outcome"])
PAUSES = (5, 30, 120, 600, 1800, 3600, 7200, 14400, 28800)
DISABLED_AFTER, CLOCKS_DIFFER = timedelta(hours=24), timedelta(minutes=1)
FEWEST_FAILURES = 10
GONE = "no longer kept"
CONTENT = {"events": "application/cloudevents+json", "dci": "application/json"}
AT_ONCE, AT_ONCE_OF_ONE, ANSWER_SECONDS = 64, 16, 10
READ_AT_ONCE, GATHER_SECONDS = 500, 0.1
LOCK = 0x4854_0003


class NoLongerKept(LookupError):
    """What was to be delivered is no longer there: its time has passed."""


async def make(
    session: AsyncSession,
    caller: Principal,
    target: Target,
    url: str,
    *,
    kind: str = "events",
    types: Sequence[str] = (),
) -> tuple[Webhook, str]:
    """A new webhook of a caller's, and the secret that signs for it."""
    webhook_id = new_id()
    secret, sealed = fresh_secret(webhook_id)
    row = Webhook(
        id=webhook_id,
        client_id=caller.client,
        department=caller.department,
        town=caller.town,
        target_id=target.id,
        url=url,
        kind=kind,
        types=list(types),
        secret=sealed,
        state="active",
        failures=0,
        made_at=now(session),
    )
    session.add(row)
    await session.flush()
    return row, secret


def fresh_secret(webhook_id: UUID) -> tuple[str, bytes]:
    """A secret as Standard Webhooks writes it, and its sealed form."""
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    return secret, seal_own(f"webhook|{webhook_id}", secret.encode())


@dataclass(frozen=True, slots=True)
class Due:
    """A claimed delivery with what is needed to try it."""

    delivery: Delivery
    webhook: Webhook
    target: Target


class Webhooks:
    """Writes what is due and sends it, in the background."""

    def __init__(self, house: House) -> None:
        self.house = house
        loops = {"webhooks due": self._write, "webhooks sent": self._send}
        self._loops = [Loop(name, loop) for name, loop in loops.items()]
        self._due = asyncio.Event()
        self._trying: dict[asyncio.Task[None], str] = {}

    async def start(self) -> None:
        """Begin: one loop writes deliveries, one sends them."""
        for loop in self._loops:
            loop.start()

    async def stop(self) -> None:
        """Stop; what waits goes on waiting."""
        for loop in self._loops:
            await loop.stop()
        for task in self._trying:
            task.cancel()

    # -- events become deliveries -----------------------------------------------------------

    async def _write(self) -> None:
        """From the place in the stream to its end, then wait for more."""
        hub = self.house.hub
        while not hub.stream:
            await hub.wait(hub.last, 5)
        while True:
            async with transaction(self.house.sessions) as session:
                await session.execute(text("SELECT pg_advisory_xact_lock(:id)"), {"id": LOCK})
                place = await self._place(session)
                fresh = hub.after(place)
                if fresh is None:
                    fresh = [told async for told in hub.history(place)]
                due = await self._deliver(session, fresh[:READ_AT_ONCE])
                if fresh:
                    reached = fresh[:READ_AT_ONCE][-1]
                    place = reached.sequence
                    moved = {"sequence": place, "stream": reached.stream}
                    await session.execute(update(StreamPlace).values(moved))
            if due:
                self._due.set()
            await hub.wait(place, 5)
            # What comes within a moment is written together: nobody waits for it that closely.
            await asyncio.sleep(GATHER_SECONDS)

    async def _place(self, session: AsyncSession) -> int:
        """Where the last writer stopped; a new gateway begins with what comes from now on."""
        hub = self.house.hub
        place = await session.get(StreamPlace, 1)
        if place is None:
            session.add(StreamPlace(id=1, sequence=hub.last, stream=hub.stream))
            return hub.last
        # A stream that was made anew counts from the start; what was told is not told again.
        return place.sequence if Place(place.sequence, place.stream).known_to(hub) else 0

    async def _deliver(self, session: AsyncSession, fresh: list[Told]) -> int:
        """Write a delivery for everybody who wants an event; how many there are."""
        if not fresh:
            return 0
        await self.house.callbacks.hear(session, fresh)
        wanted = select(Webhook).join(ClientRecord, ClientRecord.id == Webhook.client_id)
        active = (Webhook.state == "active", Webhook.kind == "events", ClientRecord.enabled)
        webhooks = list(await session.scalars(wanted.where(*active)))
        rows = [
            waiting(webhook, told, now(session))
            for told in fresh
            for webhook in webhooks
            if concerns(webhook, told, self.house.audience.types_for(webhook.department))
        ]
        if rows:
            await session.execute(upsert(Delivery).on_conflict_do_nothing(), rows)
        return len(rows)

    # -- deliveries are sent ----------------------------------------------------------------

    async def _send(self) -> None:
        """Each by itself: an endpoint that takes its time holds up its own webhook alone."""
        while True:
            if len(self._trying) < AT_ONCE:
                for one in await self._claim(AT_ONCE - len(self._trying)):
                    task = asyncio.create_task(self._try(one))
                    self._trying[task] = one.webhook.client_id
                    task.add_done_callback(self._tried)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._due.wait(), 1)
            self._due.clear()

    def _tried(self, task: asyncio.Task[None]) -> None:
        self._trying.pop(task, None)
        self._due.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            # What was claimed comes again by itself.
            log.warning("delivery not noted", error=type(error).__name__)

    async def _claim(self, most: int) -> list[Due]:
        """What is due now, the oldest of each webhook, in turn among clients; what is claimed
        comes again later."""
        busy = Counted(self._trying.values())
        full = [client for client, count in busy.items() if count >= AT_ONCE_OF_ONE]
        turns = _turns(instant(time())).subquery()
        async with transaction(self.house.sessions) as session:
            found = await session.execute(
                select(Delivery, Webhook, Target)
                .join(turns, turns.c.id == Delivery.id)
                .join(Webhook, Webhook.id == Delivery.webhook_id)
                .join(Target, Target.id == Webhook.target_id)
                .where(turns.c.turn <= AT_ONCE_OF_ONE, Webhook.client_id.not_in(full))
                .order_by(turns.c.turn, Delivery.due_at)
                .limit(most)
                .with_for_update(of=Delivery, skip_locked=True)
            )
            due = [Due(*row) for row in found]
            for one in due:
                one.delivery.due_at = instant(time() + 60)
            return due

    async def _post(self, due: Due) -> tuple[int | None, str | None]:
        """One try; what answers a question over DCI is signed anew each time."""
        if due.webhook.kind == "events":
            return await post(due, due.delivery.event)
        try:
            body = await self.house.callbacks.dressed(due.delivery, due.webhook.client_id)
        except NoLongerKept:
            return None, GONE
        return await post(due, body)

    async def _try(self, due: Due) -> None:
        began = perf_counter()
        status, error = await self._post(due)
        milliseconds = round((perf_counter() - began) * 1000)
        TRIES.labels("delivered" if error is None else "failed").inc()
        async with transaction(self.house.sessions) as session:
            delivery = await session.get_one(Delivery, due.delivery.id, with_for_update=True)
            webhook = await session.get_one(Webhook, due.webhook.id, with_for_update=True)
            session.add(
                Attempt(
                    delivery_id=delivery.id,
                    at=instant(time()),
                    status=status,
                    error=error,
                    milliseconds=milliseconds,
                )
            )
            settle(webhook, delivery, error, instant(time()))
            if webhook.state == "disabled":
                await emit(session, disabled(webhook))


def _turns(moment: datetime) -> Select[Any]:
    """The first waiting delivery of each webhook that may be told, if it is due; `turn` counts
    those of each client."""
    first = (
        select(Delivery.id, Delivery.webhook_id, Delivery.due_at)
        .distinct(Delivery.webhook_id)
        .where(Delivery.state == "waiting")
        .order_by(Delivery.webhook_id, Delivery.number)
        .subquery()
    )
    turn = func.row_number().over(partition_by=Webhook.client_id, order_by=first.c.due_at)
    return (
        select(first.c.id, turn.label("turn"))
        .join(Webhook, Webhook.id == first.c.webhook_id)
        .join(ClientRecord, ClientRecord.id == Webhook.client_id)
        .where(first.c.due_at <= moment, Webhook.state == "active", ClientRecord.enabled)
    )


def disabled(webhook: Webhook) -> WebhookDisabled:
    """The notice to its department and to the operator."""
    return WebhookDisabled(
        webhook_id=webhook.id,
        department=webhook.department,
        town=webhook.town,
        failures=webhook.failures,
    )


def concerns(webhook: Webhook, told: Told, known: list[str]) -> bool:
    """Whether an event is no older than a webhook, which may hear it and wants it."""
    if datetime.fromisoformat(told.at) < webhook.made_at - CLOCKS_DIFFER:
        return False
    wanted = [one for one in webhook.types if one.endswith(".*") or one in known]
    if webhook.types and not wanted:
        return False
    wish = wish_of(wanted, [], [], known)
    return told.concerns(webhook.department, webhook.town) and wish.wants(told)


def waiting(webhook: Webhook, told: Told, moment: datetime) -> dict[str, Any]:
    """The row of a delivery that is due at once."""
    return {
        "id": new_id(),
        "webhook_id": webhook.id,
        "event_id": told.id,
        "sequence": told.sequence,
        "type": told.type,
        "event": told.text,
        "state": "waiting",
        "attempts": 0,
        "due_at": min(moment, instant(time())),
    }


def signatures(webhook: Webhook, event_id: str, moment: datetime, body: str) -> str:
    """By the secret there is, and by the one before it until that ends: a receiver takes either."""
    sealed = [webhook.secret]
    if webhook.old_secret and webhook.old_secret_until and moment < webhook.old_secret_until:
        sealed.append(webhook.old_secret)
    opened = (unseal_own(f"webhook|{webhook.id}", one).decode() for one in sealed)
    return " ".join(Signer(secret).sign(event_id, moment, body) for secret in opened)


async def post(due: Due, body: str) -> tuple[int | None, str | None]:
    """Status and error of one try; no redirect is followed and no answer is read."""
    moment = instant(time())
    headers = {
        "Content-Type": CONTENT[due.webhook.kind],
        "User-Agent": "hutong-webhooks",
        "webhook-id": due.delivery.event_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": signatures(due.webhook, due.delivery.event_id, moment, body),
    }
    connector = aiohttp.TCPConnector(resolver=Pinned(due.target.networks), use_dns_cache=False)
    limit = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(connector=connector, timeout=limit) as client,
            client.post(
                due.webhook.url, data=body.encode(), headers=headers, allow_redirects=False
            ) as answer,
        ):
            good = 200 <= answer.status < 300
            return answer.status, None if good else f"HTTP {answer.status}"
    except TimeoutError:
        return None, "timeout"
    except (aiohttp.ClientError, OSError, ValueError) as error:
        return None, type(error).__name__


def settle(webhook: Webhook, delivery: Delivery, error: str | None, moment: datetime) -> None:
    """What a try means for delivery and webhook: done, later, or the webhook is disabled."""
    delivery.attempts += 1
    if error is None:
        delivery.state, delivery.delivered_at = "delivered", moment
        webhook.failures, webhook.failing_since = 0, None
        return
    if error == GONE:
        delivery.state = "given_up"
        return
    delivery.due_at = moment + timedelta(seconds=PAUSES[min(delivery.attempts, len(PAUSES)) - 1])
    webhook.failures += 1
    webhook.failing_since = webhook.failing_since or moment
    too_long = moment - webhook.failing_since >= DISABLED_AFTER
    gone = error == "HTTP 410"
    failing = gone or (too_long and webhook.failures >= FEWEST_FAILURES)
    if failing and webhook.state == "active":
        webhook.state = "disabled"
        webhook.why = "接收方返回 410" if gone else f"连续 {webhook.failures} 次投递失败"
