"""The running half of the bus: a relay that publishes and a consumer that receives.

Both run in the process of their service and start again by themselves. NATS may be away for as
long as it likes: the outbox grows, nothing is lost, and `/health/ready` says so.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

import structlog
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, StorageType, StreamConfig, StreamInfo
from nats.js.errors import NotFoundError
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from shared.background import Loop, Pace
from shared.bus import (
    SOURCES,
    STREAM,
    BusState,
    Handler,
    Outbox,
    Received,
    SetAside,
    Waiting,
    heard_by,
    told_only,
)
from shared.clock import clock
from shared.database import Sessions, driver_of, transaction
from shared.inbox import keep_unreadable, run_waiting, take
from shared.settings import settings
from shared.wire import Row, connection, event_of, publish, publish_whole, pulled

log = structlog.get_logger()
BATCH = 200
ACK_WAIT_SECONDS = 30.0
AGAIN_SECONDS = 1.0
# A batch costs some round trips however small it is: in a busy time it begins no sooner than this
# after the one before it. The relay is on the way to the dashboards, a consumer is not: it pauses
# as long as what it published is worth, so that few events are not kept waiting for company.
RELAY_SECONDS, RELAY_EVENT_SECONDS, TAKE_SECONDS = 0.05, 0.001, 0.1
# Who commits an event wakes the relay; whose process ended before that is not waited for longer.
UNTOLD_SECONDS = 5
# A batch is staged in files of its own, and then flushed once: fewer events that are flushed one
# by one cost less.
WORTH_A_BATCH = 24
RELAY_LOCK = 0x4854_0001
# A batch is the driver's own business: three round trips around what is published.
_LOCK = f"SELECT pg_advisory_xact_lock({RELAY_LOCK})"
_UNSENT = """
    SELECT o.*, CASE WHEN o.sequence = 1 THEN 0 ELSE coalesce(
        (SELECT max(b.sequence) FROM outbox b WHERE b.subject_id = o.subject_id
            AND b.sequence < o.sequence AND b.type <> ALL ($2::text[])), 0) END AS follows
      FROM outbox o WHERE o.sent_at IS NULL ORDER BY o.id LIMIT $1
"""
_MARK = """
    WITH sent AS (UPDATE outbox SET sent_at = $1 WHERE id = ANY($2::bigint[]))
    UPDATE bus_state SET last_sequence = $3, last_event = $4
     WHERE coalesce(last_sequence, 0) < $3
"""
_EARLY = select(
    func.count(), func.extract("epoch", func.clock_timestamp() - func.min(Waiting.since))
)


def stream_config(*, batches: bool = False) -> StreamConfig:
    """One stream for all events, declared alike by all, so that services start in any order."""
    return StreamConfig(
        name=STREAM,
        subjects=[f"{owner}.>" for owner in SOURCES],
        storage=StorageType.FILE,
        num_replicas=settings().nats_replicas,
        duplicate_window=120,
        max_age=90 * 24 * 3600,
        deny_delete=True,
        deny_purge=True,
        allow_atomic=batches or None,
    )


async def _still_has(jetstream: JetStreamContext, stream: StreamInfo, known: BusState) -> bool:
    """Whether the newest event it acknowledged is where it was; a server may lose its end."""
    if known.last_sequence is None or known.last_sequence < stream.state.first_seq:
        return True
    try:
        message = await jetstream.get_msg(STREAM, known.last_sequence)
    except NotFoundError:
        return False
    return (message.headers or {}).get("Nats-Msg-Id") == str(known.last_event)


def _flushes_batches_once(client: Client) -> bool:
    """Servers before 2.15 flush each event of a batch by itself. Those of a cluster gather what
    they agree on without being told: there a batch is no less sure, and hardly sooner.
    """
    version = client.connected_server_version
    return (version.major, version.minor) >= (2, 15) and settings().nats_replicas == 1


class Bus:
    """The connection, relay and consumer of one service."""

    def __init__(self, service: str, sessions: Sessions, handlers: dict[str, Handler]) -> None:
        self.service, self.sessions, self.handlers = service, sessions, handlers
        self._heard = heard_by(service, handlers)
        self.client = Client()
        self.jetstream: JetStreamContext | None = None
        self._batches = False
        self._unsent = asyncio.Event()
        sessions.kw["info"] = {"wake": self.wake}
        self._connecting = asyncio.Lock()
        self._loops = [Loop(f"{service} relay", self._relay, before_again=self._doubt)]
        if handlers:
            consume = Loop(f"{service} consumer", self._consume, before_again=self._doubt)
            again = Loop(f"{service} waiting", self._run_waiting, every=1)
            self._loops += [consume, again]

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
        """JetStream with the stream in place, over the line there is or a new one.

        Relay and consumer ask at the same moment; only one of them may connect.
        """
        async with self._connecting:
            if not self.client.is_connected:
                self._doubt()
                self.client = await connection(self.service, f"_INBOX_{self.service}")
            if self.jetstream is None:
                jetstream = self.client.jetstream(timeout=5)
                await self._declare(jetstream)
                self.jetstream = jetstream
            return self.jetstream

    def _doubt(self) -> None:
        """The server may have come back with another stream, or with less of it."""
        self.jetstream = None

    async def _declare(self, jetstream: JetStreamContext) -> None:
        wanted = stream_config(batches=_flushes_batches_once(self.client))
        try:
            info = await jetstream.stream_info(STREAM)
        except NotFoundError:
            info = await jetstream.add_stream(wanted)
        if missing := {*(wanted.subjects or ())} - {*(info.config.subjects or ())}:
            await self._widen(jetstream, wanted, missing)
        self._batches = bool(wanted.allow_atomic and info.config.allow_atomic)
        await self._notice_loss(jetstream, info)

    async def _widen(
        self, jetstream: JetStreamContext, wanted: StreamConfig, missing: set[str]
    ) -> None:
        """A stream of an older release lacks subjects; where we may not add them, somebody must."""
        try:
            await jetstream.update_stream(wanted)
        except (TimeoutError, NatsError) as error:
            log.warning("stream lacks subjects", missing=sorted(missing), error=str(error)[:80])

    async def _notice_loss(self, jetstream: JetStreamContext, stream: StreamInfo) -> None:
        """A new stream, or one without what it had acknowledged, gets all our events again."""
        created = str(stream.created)
        async with transaction(self.sessions) as session:
            row = upsert(BusState).values(id=1, stream_created=created)
            await session.execute(row.on_conflict_do_nothing())
            known = await session.get_one(BusState, 1, with_for_update=True)
            if known.stream_created == created and await _still_has(jetstream, stream, known):
                return
            known.stream_created, known.last_sequence, known.last_event = created, None, None
            await session.execute(update(Outbox).values(sent_at=None))
            log.warning("stream lost events, outbox is sent again", service=self.service)

    # -- out --------------------------------------------------------------------------------

    async def _relay(self) -> None:
        busy = Pace(RELAY_SECONDS)
        while True:
            await self.connected()
            await busy.gather()
            published = await self._publish_batch()
            busy.seconds = min(RELAY_SECONDS, published * RELAY_EVENT_SECONDS)
            if published < BATCH:
                with suppress(TimeoutError):
                    async with asyncio.timeout(UNTOLD_SECONDS):
                        await self._unsent.wait()
                self._unsent.clear()

    async def _publish_batch(self) -> int:
        """Publish committed events in order, mark what JetStream acknowledged; the count."""
        async with driver_of(self.sessions.kw["bind"]) as driver, driver.transaction():
            await driver.execute(_LOCK)
            rows = await driver.fetch(_UNSENT, BATCH, told_only())
            if not rows:
                return 0
            acknowledged = await self._publish_all(rows)
            if acknowledged:
                newest = max(acknowledged)
                sent = [row["id"] for row in acknowledged.values()]
                last = acknowledged[newest]["event_id"]
                await driver.execute(_MARK, clock(), sent, newest, last)
        if len(acknowledged) < len(rows):
            raise ConnectionError("not every event was acknowledged")
        return len(rows)

    async def _publish_all(self, rows: Sequence[Row]) -> dict[int, Row]:
        """Publish; what JetStream acknowledged, by its number in the stream.

        Many go as one batch. Otherwise, and when it is refused, the events of one subject go one
        after the other: none may overtake one that failed.
        """
        if self._batches and len(rows) >= WORTH_A_BATCH:
            whole = await publish_whole(self.client, list(rows))
            if whole:
                return whole
        acknowledged: dict[int, Row] = {}
        left = list(rows)
        while left:
            first: dict[UUID, Row] = {}
            for row in left:
                first.setdefault(row["subject_id"], row)
            fresh = await publish(self.client, list(first.values()))
            acknowledged |= fresh
            done = {row["id"] for row in fresh.values()}
            held = {subject for subject, row in first.items() if row["id"] not in done}
            left = [row for row in left if row["id"] not in done and row["subject_id"] not in held]
        return acknowledged

    # -- in ---------------------------------------------------------------------------------

    async def _consume(self) -> None:
        jetstream = await self.connected()
        durable = await self._durable(jetstream, self._heard)
        async for messages in pulled(self.client, durable, Pace(TAKE_SECONDS)):
            await self._take(messages)

    async def _run_waiting(self) -> int:
        return await run_waiting(self.sessions, self.handlers, self._nothing_comes)

    async def _nothing_comes(self) -> bool:
        """Whether whatever was told is here: nothing on its way, nothing unacknowledged."""
        try:
            jetstream = await self.connected()
            info = await jetstream.consumer_info(STREAM, self.service)
        except (NatsError, OSError, TimeoutError):
            return False
        return not (info.num_pending or info.num_ack_pending)

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

    async def _take(self, messages: list[Any]) -> None:
        """Acknowledge what took effect, waits in the database or is set aside there.

        With the database away it comes again.
        """
        came = [(message, event_of(message)) for message in messages]
        for _, run in groupby(came, key=self._apart):
            together = list(run)
            try:
                await self._settle(together)
            except Exception as error:  # noqa: BLE001 - whatever keeps the database away
                log.warning("events come again", service=self.service, error=type(error).__name__)
                for message, _ in together:
                    await message.nak(delay=AGAIN_SECONDS)
            else:
                # A lost acknowledgement brings it again, and the inbox knows it then.
                for message, _ in together:
                    await message.ack()

    def _apart(self, one: tuple[Any, Received | None]) -> UUID | None:
        """An event with a handler of its own is taken alone: it may ask another service, for
        which no lock of another event's may wait. All else is taken together.
        """
        _, received = one
        return received.id if received and received.type in self.handlers else None

    async def _settle(self, together: list[tuple[Any, Received | None]]) -> None:
        for message, received in together:
            if received is None:
                place = message.metadata.sequence.stream
                log.warning("not an event", service=self.service, place=place)
                await keep_unreadable(self.sessions, place, message.subject, message.data)
        if events := [received for _, received in together if received]:
            await take(self.sessions, self.handlers, events)

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
            early, longest = (await session.execute(_EARLY)).one()
        waiting = (clock() - oldest).total_seconds() if isinstance(oldest, datetime) else 0.0
        return {
            "connected": self.client.is_connected,
            "running": all(loop.running() for loop in self._loops),
            "unsent": unsent,
            "oldest_unsent_seconds": round(waiting, 1),
            "set_aside": aside,
            "early": early,
            "oldest_early_seconds": round(float(longest or 0), 1),
        }
