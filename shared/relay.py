"""The running half of the bus: a relay that publishes and a consumer that receives.

Both run in the process of their service and start again by themselves. NATS may be away for as
long as it likes: the outbox grows, nothing is lost, and `/health/ready` says so.
"""

import asyncio
from contextlib import suppress
from datetime import datetime
from typing import Any

import orjson
import structlog
from nats.aio.client import Client
from nats.errors import TimeoutError as NatsTimeout
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, StorageType, StreamConfig
from nats.js.errors import NotFoundError
from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from shared.background import Loop
from shared.bus import OWNERS, STREAM, BusState, Handler, Outbox, Received, SetAside, cloud_event
from shared.clock import clock
from shared.database import Sessions, now, transaction
from shared.inbox import GAP_SECONDS, RETRY_SECONDS, Outcome, receive, set_aside
from shared.settings import settings

log = structlog.get_logger()
BATCH = 200
ACK_WAIT_SECONDS = 30.0
RELAY_LOCK = 0x4854_0001


def stream_config() -> StreamConfig:
    """One stream for all events, declared alike by all, so that services start in any order."""
    return StreamConfig(
        name=STREAM,
        subjects=[f"{owner}.>" for owner in OWNERS],
        storage=StorageType.FILE,
        num_replicas=settings().nats_replicas,
        duplicate_window=120,
        max_age=90 * 24 * 3600,
        deny_delete=True,
        deny_purge=True,
    )


class Bus:
    """The connection, relay and consumer of one service."""

    def __init__(self, service: str, sessions: Sessions, handlers: dict[str, Handler]) -> None:
        self.service, self.sessions, self.handlers = service, sessions, handlers
        self.client = Client()
        self.jetstream: JetStreamContext | None = None
        self._unsent = asyncio.Event()
        self._connecting = asyncio.Lock()
        self._loops = [Loop(f"{service} relay", self._relay, before_again=self._reconnect)]
        if handlers:
            consume = Loop(f"{service} consumer", self._consume, before_again=self._reconnect)
            self._loops.append(consume)

    def wake(self) -> None:
        """Tell the relay that something was committed."""
        self._unsent.set()

    async def start(self) -> None:
        """Begin in the background: a service serves before NATS is there."""
        for loop in self._loops:
            loop.start()

    async def stop(self) -> None:
        """Stop both loops; what was not acknowledged comes again."""
        for loop in self._loops:
            await loop.stop()
        if self.client.is_connected:
            await self.client.close()

    async def connected(self) -> JetStreamContext:
        """JetStream with the stream in place; connects on first use, then reconnects by itself.

        Relay and consumer ask at the same moment; only one of them may connect.
        """
        async with self._connecting:
            if self.jetstream is None:
                await self._connect()
                self.jetstream = self.client.jetstream(timeout=5)
            await self._declare(self.jetstream)
            return self.jetstream

    async def _connect(self) -> None:
        credentials = settings().nats_creds
        await self.client.connect(
            settings().nats_url,
            name=f"hutong-{self.service}",
            user_credentials=str(credentials) if credentials else None,
            max_reconnect_attempts=-1,
            reconnect_time_wait=1,
            connect_timeout=2,
            error_cb=self._complain,
        )

    async def _declare(self, jetstream: JetStreamContext) -> None:
        try:
            info = await jetstream.stream_info(STREAM)
        except NotFoundError:
            info = await jetstream.add_stream(stream_config())
        await self._notice_new_stream(str(info.created))

    async def _notice_new_stream(self, created: str) -> None:
        """A stream younger than the one we knew has lost our events: send them all again."""
        async with transaction(self.sessions) as session:
            known = await session.scalar(select(BusState.stream_created))
            if known == created:
                return
            row = upsert(BusState).values(id=1, stream_created=created)
            await session.execute(
                row.on_conflict_do_update(index_elements=["id"], set_={"stream_created": created})
            )
            if known is not None:
                await session.execute(update(Outbox).values(sent_at=None))
                log.warning("stream was new, outbox is sent again", service=self.service)

    async def _complain(self, error: Exception) -> None:
        log.warning("nats", service=self.service, error=type(error).__name__)

    def _reconnect(self) -> None:
        if self.client.is_closed:
            self.jetstream, self.client = None, Client()

    # -- out --------------------------------------------------------------------------------

    async def _relay(self) -> None:
        jetstream = await self.connected()
        while True:
            if await self._publish_batch(jetstream) < BATCH:
                with suppress(TimeoutError):
                    async with asyncio.timeout(1):
                        await self._unsent.wait()
                self._unsent.clear()

    async def _publish_batch(self, jetstream: JetStreamContext) -> int:
        """Publish committed events in order, mark what JetStream acknowledged; the count."""
        async with transaction(self.sessions) as session:
            await session.execute(text("SELECT pg_advisory_xact_lock(:id)"), {"id": RELAY_LOCK})
            rows = list(
                await session.scalars(
                    select(Outbox).where(Outbox.sent_at.is_(None)).order_by(Outbox.id).limit(BATCH)
                )
            )
            if not rows:
                return 0
            acks = await asyncio.gather(
                *(self._publish(jetstream, row) for row in rows), return_exceptions=True
            )
            sent = [row.id for row, ack in zip(rows, acks, strict=True) if ack is None]
            await session.execute(
                update(Outbox).where(Outbox.id.in_(sent)).values(sent_at=now(session))
            )
        if len(sent) < len(rows):
            raise ConnectionError("not every event was acknowledged")
        return len(rows)

    async def _publish(self, jetstream: JetStreamContext, row: Outbox) -> None:
        await jetstream.publish(
            row.type,
            orjson.dumps(cloud_event(row)),
            stream=STREAM,
            headers={
                "Nats-Msg-Id": str(row.event_id),
                "ce-id": str(row.event_id),
                "ce-subject": str(row.subject_id),
            },
        )

    # -- in ---------------------------------------------------------------------------------

    async def _consume(self) -> None:
        jetstream = await self.connected()
        owners = sorted({type_.split(".", 1)[0] for type_ in self.handlers})
        subscription = await jetstream.pull_subscribe_bind(
            consumer=await self._durable(jetstream, [f"{owner}.>" for owner in owners]),
            stream=STREAM,
        )
        while True:
            with suppress(NatsTimeout):
                for message in await subscription.fetch(50, timeout=5):
                    await self._handle(message)

    async def _durable(self, jetstream: JetStreamContext, subjects: list[str]) -> str:
        config = ConsumerConfig(
            durable_name=self.service,
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=ACK_WAIT_SECONDS,
            max_deliver=-1,
            max_ack_pending=500,
            filter_subjects=subjects,
        )
        await jetstream.add_consumer(STREAM, config)
        return self.service

    async def _handle(self, message: Any) -> None:
        received = Received(orjson.loads(message.data), message.metadata.num_delivered)
        try:
            outcome = await receive(self.sessions, self.handlers, received)
        except Exception as error:  # noqa: BLE001 - whatever a handler raises is retried, then kept
            await self._failed(message, received, error)
            return
        if outcome is Outcome.EARLY:
            await message.nak(delay=GAP_SECONDS * min(received.deliveries, 10))
        else:
            await message.ack_sync()

    async def _failed(self, message: Any, received: Received, error: Exception) -> None:
        log.warning(
            "event failed",
            service=self.service,
            type=received.type,
            event_id=str(received.id),
            deliveries=received.deliveries,
            error=type(error).__name__,
        )
        if received.deliveries <= len(RETRY_SECONDS):
            await message.nak(delay=RETRY_SECONDS[received.deliveries - 1])
        else:
            await set_aside(self.sessions, received, error)
            await message.ack_sync()

    # -- state ------------------------------------------------------------------------------

    async def state(self) -> dict[str, Any]:
        """What `/health/ready` and the metrics tell about the bus."""
        async with transaction(self.sessions) as session:
            unsent, oldest = (
                await session.execute(
                    select(func.count(), func.min(Outbox.created_at)).where(
                        Outbox.sent_at.is_(None)
                    )
                )
            ).one()
            aside = await session.scalar(
                select(func.count()).select_from(SetAside).where(SetAside.resolved_at.is_(None))
            )
        waiting = (clock() - oldest).total_seconds() if isinstance(oldest, datetime) else 0.0
        return {
            "connected": self.client.is_connected,
            "running": all(loop.running() for loop in self._loops),
            "unsent": unsent,
            "oldest_unsent_seconds": round(waiting, 1),
            "set_aside": aside,
        }
