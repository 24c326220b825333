"""Webhooks by the Standard Webhooks specification: signed, retried, logged, replayed (推送订阅).

An event becomes one waiting row a webhook, written in the transaction that moves the place in
the stream; a sender claims what is due. Pauses grow; a webhook that fails for too long is
disabled, and its owner sees why. Where a webhook may go was registered by the operator and is
pinned to addresses: what the name resolves to later does not matter.
"""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from time import perf_counter, time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import aiohttp
import structlog
from aiohttp.abc import AbstractResolver, ResolveResult
from prometheus_client import Counter
from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from standardwebhooks.webhooks import Webhook as Signer

from gateway.identity.notices import instant
from gateway.models import Attempt, Delivery, StreamPlace, Target, Webhook
from gateway.stream import wish_of
from shared.background import Loop
from shared.bus import emit
from shared.database import new_id, now, transaction
from shared.events.gateway import WebhookDisabled
from shared.problem import Invalid
from shared.vault import unseal_own

if TYPE_CHECKING:
    from gateway.audience import Told
    from gateway.house import House

log = structlog.get_logger()
TRIES = Counter("hutong_webhook_attempts", "Webhook deliveries tried", ["outcome"])
PAUSES = (5, 30, 120, 600, 1800, 3600, 7200, 14400, 28800)
DISABLED_AFTER = timedelta(hours=24)
FEWEST_FAILURES = 10
GONE = "no longer kept"
CONTENT = {"events": "application/cloudevents+json", "dci": "application/json"}
AT_ONCE, ANSWER_SECONDS, READ_AT_ONCE, GATHER_SECONDS = 20, 10, 500, 0.1
LOCK = 0x4854_0003
# No wider than these, by version: a network that holds half the world is no pin.
NARROWEST = {4: 16, 6: 48}


class TargetNotRegistered(Invalid):
    """Webhooks only go where the operator has registered the department may be told."""

    zh, en = "推送地址未经登记", "This webhook target is not registered for the department"


class NoLongerKept(LookupError):
    """What was to be delivered is no longer there: its time has passed."""


@dataclass(frozen=True, slots=True)
class Due:
    """A claimed delivery with what is needed to try it."""

    delivery: Delivery
    webhook: Webhook
    target: Target


async def target_of(session: AsyncSession, department: str, url: str) -> Target:
    """The registered target a URL lies in; TargetNotRegistered for anything unusual in it."""
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or parts.username or parts.fragment:
        raise TargetNotRegistered(where="body.url")
    try:
        port = parts.port or {"https": 443, "http": 80}[parts.scheme]
    except ValueError as error:
        raise TargetNotRegistered(where="body.url") from error
    target = await session.scalar(
        select(Target).where(
            Target.department == department, Target.host == parts.hostname, Target.port == port
        )
    )
    if target is None or (parts.scheme == "http" and not target.plain):
        raise TargetNotRegistered(where="body.url")
    return target


def pinned(host: str, said: list[str]) -> list[str]:
    """The networks of a target as they are kept; ValueError says why they pin nothing."""
    networks = [ip_network(one, strict=False) for one in said]
    for one in networks:
        if one.prefixlen < NARROWEST[one.version]:
            raise ValueError(f"{one} is too wide to pin anything")
        if one.is_link_local or one.is_multicast or one.is_unspecified or _mapped(one):
            raise ValueError(f"{one} is no network of a partner")
    if (literal := _literal(host)) is not None and not any(literal in one for one in networks):
        raise ValueError(f"{host} lies outside its networks")
    return [str(one) for one in networks]


def _literal(host: str | None) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host or "")
    except ValueError:
        return None


def _mapped(network: IPv4Network | IPv6Network) -> bool:
    first = network.network_address
    return isinstance(first, IPv6Address) and first.ipv4_mapped is not None


class Pinned(AbstractResolver):
    """Resolves a name only to addresses inside the registered networks."""

    def __init__(self, networks: list[str]) -> None:
        self._networks = [ip_network(one, strict=False) for one in networks]

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_INET,  # noqa: ARG002 - asked for by name
    ) -> list[ResolveResult]:
        """Addresses of the name that are pinned; OSError when there is none."""
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        results: list[ResolveResult] = []
        for kind, _, proto, _, address in found:
            if any(ip_address(address[0]) in network for network in self._networks):
                flags = socket.AI_NUMERICHOST
                result = ResolveResult(
                    hostname=host,
                    host=str(address[0]),
                    port=port,
                    family=kind,
                    proto=proto,
                    flags=flags,
                )
                results.append(result)
        if not results:
            raise OSError("the name leads outside its registered addresses")
        return results

    async def close(self) -> None:
        """Nothing is held."""


class Webhooks:
    """Writes what is due and sends it, in the background."""

    def __init__(self, house: House) -> None:
        self.house = house
        loops = {"webhooks due": self._write, "webhooks sent": self._send}
        self._loops = [Loop(name, loop) for name, loop in loops.items()]
        self._due = asyncio.Event()

    async def start(self) -> None:
        """Begin: one loop writes deliveries, one sends them."""
        for loop in self._loops:
            loop.start()

    async def stop(self) -> None:
        """Stop; what waits goes on waiting."""
        for loop in self._loops:
            await loop.stop()

    # -- events become deliveries -----------------------------------------------------------

    async def _write(self) -> None:
        """From the place in the stream to its end, then wait for more."""
        hub = self.house.hub
        while True:
            async with transaction(self.house.sessions) as session:
                await session.execute(text("SELECT pg_advisory_xact_lock(:id)"), {"id": LOCK})
                place = await self._place(session)
                fresh = hub.after(place)
                if fresh is None:
                    fresh = [told async for told in hub.history(place)]
                due = await self._deliver(session, fresh[:READ_AT_ONCE])
                if fresh:
                    place = fresh[:READ_AT_ONCE][-1].sequence
                    await session.execute(update(StreamPlace).values(sequence=place))
            if due:
                self._due.set()
            await hub.wait(place, 5)
            # What comes within a moment is written together: nobody waits for it that closely.
            await asyncio.sleep(GATHER_SECONDS)

    async def _place(self, session: AsyncSession) -> int:
        """Where the last writer stopped; a new gateway begins with what comes from now on."""
        last = self.house.hub.last
        place = await session.scalar(select(StreamPlace.sequence))
        if place is None:
            row = upsert(StreamPlace).values(id=1, sequence=last)
            await session.execute(row.on_conflict_do_nothing())
            return last
        # A stream that was made anew counts from the start: everything in it is new.
        return place if place <= last or not self.house.hub.alive else 0

    async def _deliver(self, session: AsyncSession, fresh: list[Told]) -> int:
        """Write a delivery for everybody who wants an event; how many there are."""
        if not fresh:
            return 0
        await self.house.callbacks.hear(session, fresh)
        wanted = select(Webhook).where(Webhook.state == "active", Webhook.kind == "events")
        webhooks = list(await session.scalars(wanted))
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
        while True:
            due = await self._claim()
            await asyncio.gather(*(self._try(one) for one in due))
            if len(due) < AT_ONCE:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._due.wait(), 1)
                self._due.clear()

    async def _claim(self) -> list[Due]:
        """What is due now, the oldest of each webhook first; what is claimed comes again later."""
        async with transaction(self.house.sessions) as session:
            oldest = (
                select(Delivery.id)
                .distinct(Delivery.webhook_id)
                .where(Delivery.state == "waiting")
                .order_by(Delivery.webhook_id, Delivery.sequence)
            )
            found = await session.execute(
                select(Delivery, Webhook, Target)
                .join(Webhook, Webhook.id == Delivery.webhook_id)
                .join(Target, Target.id == Webhook.target_id)
                .where(
                    Delivery.id.in_(oldest),
                    Delivery.due_at <= instant(time()),
                    Webhook.state == "active",
                )
                .limit(AT_ONCE)
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
                await emit(session, _no_more(webhook))
        if error is None:
            self._due.set()


def _no_more(webhook: Webhook) -> WebhookDisabled:
    """The notice to its department and to the operator."""
    return WebhookDisabled(
        webhook_id=webhook.id,
        department=webhook.department,
        town=webhook.town,
        failures=webhook.failures,
    )


def concerns(webhook: Webhook, told: Told, known: list[str]) -> bool:
    """Whether an event goes to a webhook: its department may hear it, and it wants it."""
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


async def post(due: Due, body: str) -> tuple[int | None, str | None]:
    """Status and error of one try; no redirect is followed and no answer is read."""
    secret = unseal_own(f"webhook|{due.webhook.id}", due.webhook.secret).decode()
    moment = instant(time())
    headers = {
        "Content-Type": CONTENT[due.webhook.kind],
        "User-Agent": "hutong-webhooks",
        "webhook-id": due.delivery.event_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Signer(secret).sign(due.delivery.event_id, moment, body),
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
