"""What is answered later: kept sealed, worked off in the background, called back (异步应答).

A callback is a delivery like any webhook's: only to a registered target, pinned to its addresses,
tried again with growing pauses, on the log. Its envelope is signed anew for every try. What is
told of a subscription follows the event that `/v1/events` tells the same department.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from time import time
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson
import structlog
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.dci import messages
from gateway.dci.answering import (
    EVENTS,
    notified,
    searched,
    subscribed,
    unsubscribed,
)
from gateway.dci.refusals import WrongCallback
from gateway.dci.registry import SEARCHES, Registry, caller_of, kept
from gateway.dci.status import standing
from gateway.models import Delivery, RegistrySubscription, RegistryTransaction, Webhook
from gateway.targets import TargetNotRegistered, TooManyWebhooks, require_room, target_of
from gateway.webhooks import NoLongerKept, make
from shared.background import Loop
from shared.clock import instant
from shared.database import new_id, now, transaction
from shared.identity import Principal
from shared.problem import NotFound, Problem, Unavailable
from shared.vault import seal_own, unseal_own

if TYPE_CHECKING:
    from gateway.audience import Told

log = structlog.get_logger()
ACTIONS = {
    "search": "on-search",
    "subscribe": "on-subscribe",
    "unsubscribe": "on-unsubscribe",
    "status": "txn-on-status",
    "notify": "notify",
}
PATHS = {**ACTIONS, "status": "txn/on-status"}
KNOWN_ENDING = re.compile(r"/(?:on-search|on-subscribe|on-unsubscribe|txn/on-status|notify)$")
LINKED = "eligibility.child.linked.v1"
LONGEST_PAUSE = 300


def callback_url(sender_uri: str, kind: str) -> str:
    """Where a callback goes: beside the one that is named, or under the base that is named."""
    base, named = KNOWN_ENDING.subn("", sender_uri.rstrip("/"))
    return f"{base}/{PATHS[kind]}" if named else f"{base}/registry/{PATHS[kind]}"


class Callbacks:
    """Takes what is answered later, and answers it."""

    def __init__(self, registry: Registry) -> None:
        self.registry, self.house = registry, registry.house
        self._due = asyncio.Event()
        self._loop = Loop("registry callbacks", self._work_off)

    async def start(self) -> None:
        """Begin answering."""
        self._loop.start()

    async def stop(self) -> None:
        """Stop; what waits goes on waiting."""
        await self._loop.stop()

    # -- taken ------------------------------------------------------------------------------

    async def accept(
        self, session: AsyncSession, caller: Principal, kind: str, said: messages.Envelope
    ) -> UUID:
        """Keep a request to be answered by a callback; its id is the correlation id.

        WrongCallback unless `sender_uri` lies in a target registered for the department.
        """
        if not said.header.sender_uri:
            raise WrongCallback(where="header.sender_uri")
        url = callback_url(said.header.sender_uri, kind)
        webhook_id = await self._webhook(session, caller, url)
        content = said.model_dump(mode="json")["message"]
        held = {"caller": kept(caller), "message": content}
        row = self._row(session, caller.client, kind, content["transaction_id"])
        row |= {"webhook_id": webhook_id, "sealed": _sealed(row["id"], "question", held)}
        session.add(RegistryTransaction(**row))
        await session.flush()
        self._due.set()
        return UUID(str(row["id"]))

    def _row(
        self, session: AsyncSession, client: str, kind: str, transaction_id: str
    ) -> dict[str, Any]:
        days = timedelta(days=int(self.house.figure("gateway_answers_days")))
        moment = instant(time())
        return {
            "id": new_id(),
            "client_id": client,
            "kind": kind,
            "transaction_id": transaction_id,
            "state": "rcvd",
            "attempts": 0,
            "received_at": now(session),
            "due_at": moment,
            "kept_until": moment + days,
        }

    async def _webhook(self, session: AsyncSession, caller: Principal, url: str) -> UUID:
        """The webhook of a callback's address, made at first use."""
        try:
            target = await target_of(session, caller.department, url)
        except TargetNotRegistered as error:
            raise WrongCallback(where="header.sender_uri") from error
        known = await session.scalar(
            select(Webhook.id).where(
                Webhook.client_id == caller.client,
                Webhook.kind == "dci",
                Webhook.url == url,
                Webhook.state != "removed",
            )
        )
        if known is not None:
            return known
        await require_room(session, caller.client, self.house.figure("gateway_webhooks"))
        row, _ = await make(session, caller, target, url, kind="dci")
        return row.id

    async def hear(self, session: AsyncSession, fresh: Sequence[Told]) -> None:
        """Events become notices to those who subscribed to their child and may hear of them."""
        for told in fresh:
            if told.type == LINKED:
                await _follow(session, told)
            kinds = [kind for kind, types in EVENTS.items() if told.type in types]
            if kinds:
                await self._notice(session, told, kinds[0])

    async def _notice(self, session: AsyncSession, told: Told, event: str) -> None:
        rows = await session.scalars(
            select(RegistrySubscription).where(
                RegistrySubscription.ended_at.is_(None),
                RegistrySubscription.event == event,
                RegistrySubscription.child_id == UUID(told.subject),
            )
        )
        for found in rows:
            caller = caller_of(found.caller)
            if not told.concerns(caller.department, caller.town):
                continue
            held = {"caller": found.caller, "child_id": told.subject, "event": event}
            row = self._row(session, found.client_id, "notify", found.transaction_id)
            try:
                url = await _notify_url(session, found)
                webhook_id = await self._webhook(session, caller, url)
            except (WrongCallback, TooManyWebhooks):
                continue  # its target is registered no more, or it may have no more webhooks
            row |= {"webhook_id": webhook_id, "sealed": _sealed(row["id"], "question", held)}
            session.add(RegistryTransaction(**row))
        self._due.set()

    # -- answered ---------------------------------------------------------------------------

    async def _work_off(self) -> None:
        while True:
            async with transaction(self.house.sessions) as session:
                moment = instant(time())
                await session.execute(
                    delete(RegistryTransaction).where(RegistryTransaction.kept_until < moment)
                )
                row = await session.scalar(
                    select(RegistryTransaction)
                    .where(
                        RegistryTransaction.state == "rcvd", RegistryTransaction.due_at <= moment
                    )
                    .order_by(RegistryTransaction.due_at)
                    .limit(1)
                    .with_for_update(skip_locked=True)
                )
                if row is not None:
                    await self._answer(session, row)
            if row is None:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._due.wait(), 1)
                self._due.clear()

    async def _answer(self, session: AsyncSession, row: RegistryTransaction) -> None:
        row.attempts += 1
        later = instant(time() + min(2**row.attempts, LONGEST_PAUSE))
        try:
            async with session.begin_nested():
                message = await self._message(session, row)
        except Unavailable:
            row.due_at = later
            return
        except Problem as problem:
            # Nothing can be said of it any more: the child or the right to know is gone.
            log.info("registry answer dropped", kind=row.kind, problem=problem.code())
            row.state = "rjct"
            return
        except Exception as error:  # noqa: BLE001 - one that fails must not hold up the others
            log.warning("registry answer fails", kind=row.kind, error=type(error).__name__)
            row.due_at = later
            return
        row.state = "rjct" if all_rejected(message) else "succ"
        row.answer = _sealed(row.id, "answer", message)
        await self._deliver(session, row)

    async def _message(self, session: AsyncSession, row: RegistryTransaction) -> dict[str, Any]:
        held = _opened(row.id, "question", row.sealed)
        caller, correlation = caller_of(held["caller"]), str(row.id)
        if self.house.clients.find(caller.client) is None:
            raise NotFound()
        said = held.get("message")
        match row.kind:
            case "search":
                asked = messages.SearchMessage.model_validate(said)
                return await searched(self.registry, caller, asked, correlation)
            case "subscribe":
                wish = messages.SubscribeMessage.model_validate(said)
                return await subscribed(
                    session, self.registry, caller, wish, correlation, row.webhook_id
                )
            case "unsubscribe":
                end = messages.UnsubscribeMessage.model_validate(said)
                return await unsubscribed(session, caller, end, correlation)
            case "status":
                question = messages.StatusMessage.model_validate(said)
                return await standing(session, caller.client, question, correlation)
        found = await self.registry.ask(caller, SEARCHES, {"child_id": held["child_id"]})
        if not found:
            raise NotFound()
        return notified(row.transaction_id, found[0], held["event"])

    async def _deliver(self, session: AsyncSession, row: RegistryTransaction) -> None:
        """Queue the callback; the message itself stays sealed in its transaction."""
        await session.get_one(Webhook, row.webhook_id, with_for_update=True)
        last = await session.scalar(
            select(func.max(Delivery.sequence)).where(Delivery.webhook_id == row.webhook_id)
        )
        session.add(
            Delivery(
                webhook_id=row.webhook_id,
                event_id=str(row.id),
                sequence=(last or 0) + 1,
                type=f"dci.{ACTIONS[row.kind]}",
                event=str(row.id),
                state="waiting",
                attempts=0,
                due_at=instant(time()),
            )
        )

    async def dressed(self, delivery: Delivery, receiver: str) -> str:
        """The envelope of a callback, signed now; NoLongerKept when its time has passed."""
        async with transaction(self.house.sessions) as session:
            row = await session.get(RegistryTransaction, UUID(delivery.event))
        if row is None or row.answer is None:
            raise NoLongerKept()
        message = _opened(row.id, "answer", row.answer)
        envelope = self.registry.envelope(
            ACTIONS[row.kind], receiver, message, status=row.state, message_id=delivery.event_id
        )
        return orjson.dumps(envelope).decode()


def all_rejected(message: Mapping[str, Any]) -> bool:
    """Whether nothing of a message was answered: its header then says rejected."""
    parts = [part for value in message.values() if isinstance(value, list) for part in value]
    states = [part.get("status") for part in parts if isinstance(part, dict) and "status" in part]
    states = states or [message.get("status", "succ")]
    return all(state == "rjct" for state in states)


async def _follow(session: AsyncSession, told: Told) -> None:
    """A file was merged: its subscriptions go on under the one that was kept, each once."""
    data = orjson.loads(told.text)["data"]
    kept_id, merged_id = UUID(data["child_id"]), UUID(data["child_ref"])
    rows = await session.scalars(
        select(RegistrySubscription).where(
            RegistrySubscription.child_id.in_([kept_id, merged_id]),
            RegistrySubscription.ended_at.is_(None),
        )
    )
    living = rows.all()
    have = {(row.client_id, row.event) for row in living if row.child_id == kept_id}
    for row in living:
        if row.child_id == merged_id and (row.client_id, row.event) in have:
            row.ended_at = now(session)
        elif row.child_id == merged_id:
            row.child_id = kept_id


async def _notify_url(session: AsyncSession, found: RegistrySubscription) -> str:
    """Where notices go: beside the callback the subscription was answered at."""
    url = await session.scalar(select(Webhook.url).where(Webhook.id == found.webhook_id))
    return callback_url(str(url), "notify")


def _sealed(key: Any, part: str, content: Any) -> bytes:
    return seal_own(f"registry|{key}|{part}", orjson.dumps(content))


def _opened(key: Any, part: str, sealed: bytes) -> dict[str, Any]:
    return dict(orjson.loads(unseal_own(f"registry|{key}|{part}", sealed)))
