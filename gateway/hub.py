"""One consumer of the stream for all listeners: what it reads is framed once and kept a while.

Listeners keep only their place. Who follows is told each event as it comes; one that comes back
asks for what followed its last id, and what is no longer kept here is read again from JetStream.
"""

import asyncio
from bisect import bisect_right
from collections.abc import AsyncIterator
from typing import Any, Protocol

import orjson
import structlog
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.errors import TimeoutError as NatsTimeout
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy, StreamInfo

from gateway.audience import Audience, Told
from shared.background import Loop, Pace
from shared.bus import STREAM
from shared.problem import Unavailable
from shared.wire import connection, pulled

log = structlog.get_logger()
KEPT, READ_AT_ONCE = 20_000, 500
# All listeners are written to in one step, in which every request waits: the more there are, the
# longer the pause before the next.
GATHER_SECONDS, GATHER_PER_LISTENER = 0.01, 0.00005


class Follower(Protocol):
    """One that has heard all there was, and stays."""

    def hear(self, after: int, fresh: list[Told], said: dict[Any, bytes]) -> None:
        """Take what came after a place; `said` is what was made of it for others so far."""

    def awake(self) -> None:
        """Follow no longer: the stream is another one, or is known only now."""


class Hub:
    """The newest events in memory, and a way to wait for the next."""

    def __init__(self, audience: Audience) -> None:
        self.audience = audience
        # `stream`: since when the stream counts; 0 until its newest event was read.
        self.last, self.stream = 0, 0
        self._reading = self._lost = 0
        self._told: list[Told] = []
        self._sequences: list[int] = []
        self._waiting: set[asyncio.Future[None]] = set()
        self.followers: set[Follower] = set()
        self._client = Client()
        self._jetstream: JetStreamContext | None = None
        self._loop = Loop("hub", self._listen)

    async def start(self) -> None:
        """Read in the background: the gateway serves before NATS is there."""
        self._loop.start()

    async def stop(self) -> None:
        """Stop reading."""
        await self._loop.stop()
        if self._client.is_connected:
            await self._client.close()

    # -- for listeners ----------------------------------------------------------------------

    def after(self, sequence: int) -> list[Told] | None:
        """What followed a place, or None when some of it is no longer kept here."""
        if sequence >= self.last:
            return []
        if not self._sequences or sequence < self._sequences[0] - 1:
            return None
        return self._told[bisect_right(self._sequences, sequence) :]

    async def wait(self, sequence: int, seconds: float) -> None:
        """Return when something after a place is there, or the seconds are over."""
        if self.stream and self.last > sequence:
            return
        news: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(news)
        try:
            await asyncio.wait([news], timeout=seconds)
        finally:
            self._waiting.discard(news)

    async def history(self, after: int) -> AsyncIterator[Told]:
        """What followed a place, from JetStream, until what is kept here takes over."""
        if self._jetstream is None:
            raise Unavailable(retry_after=2)
        config = ConsumerConfig(
            deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
            opt_start_seq=after + 1,
            ack_policy=AckPolicy.NONE,
            inactive_threshold=30,
        )
        subscription = await self._jetstream.pull_subscribe("", stream=STREAM, config=config)
        place = after
        try:
            while self.after(place) is None:
                try:
                    messages = await subscription.fetch(READ_AT_ONCE, timeout=2)
                except NatsTimeout:
                    return
                for message in messages:
                    told = self._read(message)
                    place = told.sequence
                    yield told
        finally:
            await subscription.unsubscribe()

    # -- from the stream --------------------------------------------------------------------

    async def _connect(self) -> JetStreamContext:
        if not self._client.is_connected or self._jetstream is None:
            self._client = await connection("gateway-hub")
            self._jetstream = self._client.jetstream(timeout=2)
        return self._jetstream

    async def _listen(self) -> None:
        jetstream = await self._connect()
        # Made by whoever publishes, who then publishes again all there was; never here.
        info = await jetstream.stream_info(STREAM)
        if self._reading == self._named(info) and info.state.last_seq < self.last:
            self._lost += 1  # other events will have the numbers of the newest, which are gone
        if self._reading not in (0, self._named(info)):
            self._forget()
        self._reading = self._named(info)
        await self._dashboards(jetstream)
        first = max(self.last + 1, info.state.last_seq - KEPT + 1, info.state.first_seq, 1)
        config = ConsumerConfig(
            deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
            opt_start_seq=first,
            ack_policy=AckPolicy.NONE,
            inactive_threshold=60,
        )
        consumer = await jetstream.add_consumer(STREAM, config)
        newest, following, pace = info.state.last_seq, 0, Pace(GATHER_SECONDS)
        if first > newest:
            self._caught_up()
        async for messages in pulled(self._client, consumer.name, pace):
            pace.seconds = max(GATHER_SECONDS, len(self.followers) * GATHER_PER_LISTENER)
            fresh = [self._read(message) for message in messages]
            if following and fresh and fresh[0].sequence > following:
                return  # some were lost with a broken line: they are read again
            self._take(fresh)
            following = self.last + 1 if fresh else following
            if not fresh and await self._moved(jetstream):
                return
            if not self.stream and (not fresh or self.last >= newest):
                self._caught_up()

    async def _moved(self, jetstream: JetStreamContext) -> bool:
        """Whether the stream is another one, or has more than its consumer showed."""
        info = await jetstream.stream_info(STREAM)
        return self._named(info) != self._reading or info.state.last_seq > self.last

    def _named(self, info: StreamInfo) -> int:
        """What tells a stream from the one there was before it under the same name."""
        assert info.created is not None
        return int(info.created.timestamp() * 1000) + self._lost

    async def _dashboards(self, jetstream: JetStreamContext) -> None:
        """One consumer an office that reads NATS itself: it shows what the table lets it hear.

        Made here and nowhere else: whoever may make a consumer may hear everything.
        """
        for department in self.audience.dashboards:
            name = f"dashboard_{department}"
            config = ConsumerConfig(
                name=name,
                durable_name=name,
                ack_policy=AckPolicy.EXPLICIT,
                filter_subjects=self.audience.always_for(department),
            )
            try:
                await jetstream.add_consumer(STREAM, config)
            except NatsError as error:
                log.warning("dashboard has no consumer", of=department, error=str(error)[:80])

    def _read(self, message: Any) -> Told:
        """The event of a message; what is no event is said aloud and told to nobody."""
        sequence = message.metadata.sequence.stream
        try:
            text = message.data.decode()
            return self.audience.told(sequence, self._reading, orjson.loads(text), text)
        except (ValueError, KeyError, TypeError, AttributeError):
            log.warning("no event", place=sequence, subject=message.subject)
            return Told(sequence, self._reading, "", "", "", None, frozenset(), "")

    def _take(self, fresh: list[Told]) -> None:
        fresh = [told for told in fresh if told.sequence > self.last]
        if not fresh:
            return
        self._told += fresh
        self._sequences += [told.sequence for told in fresh]
        if len(self._told) > 2 * KEPT:
            self._told, self._sequences = self._told[-KEPT:], self._sequences[-KEPT:]
        before, self.last = self.last, fresh[-1].sequence
        if self.stream:
            self._wake()
            said: dict[Any, bytes] = {}
            for follower in tuple(self.followers):
                follower.hear(before, fresh, said)

    def _wake(self) -> None:
        for news in self._waiting:
            if not news.done():
                news.set_result(None)

    def _caught_up(self) -> None:
        """All that was there is read: from now on `last` is the end of the stream."""
        self.stream = self._reading
        self._wake()
        for follower in tuple(self.followers):
            follower.awake()

    def _forget(self) -> None:
        """The stream was made anew and counts from the start: so do we."""
        self._told, self._sequences, self.last, self.stream = [], [], 0, 0
