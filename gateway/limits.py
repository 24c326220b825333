"""How much one client may ask at once: a rate, and a fair share of each service's places.

A client above its rate gets 429 with the seconds to wait. Places at a service are given
out in turn among the clients that wait, so that a loud one only ever waits behind itself.
"""

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import ceil
from time import monotonic

from shared.problem import TooMany, Unavailable


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one client may do: requests a second, how many in a burst, how many at once."""

    rate: float
    burst: float
    at_once: int


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float
    running: int = 0


class Rates:
    """A bucket of tokens per client, filled by time (令牌桶)."""

    def __init__(self, most_clients: int = 20_000) -> None:
        self._buckets: dict[str, _Bucket] = {}
        self._most = most_clients

    def enter(self, client: str, allowance: Allowance, moment: float) -> None:
        """Count a request in, or TooMany with the seconds to wait. `moment` is monotonic."""
        bucket = self._buckets.get(client)
        if bucket is None:
            self._make_room()
            bucket = self._buckets[client] = _Bucket(allowance.burst, moment)
        filled = bucket.tokens + (moment - bucket.at) * allowance.rate
        bucket.tokens = min(allowance.burst, filled)
        bucket.at = moment
        if bucket.tokens < 1:
            raise TooMany(retry_after=ceil((1 - bucket.tokens) / allowance.rate))
        if bucket.running >= allowance.at_once:
            raise TooMany("同时进行的请求过多", "Too many requests at the same time", retry_after=1)
        bucket.tokens -= 1
        bucket.running += 1

    @contextmanager
    def place(self, client: str, allowance: Allowance, *, lasting: bool) -> Iterator[None]:
        """A request's place from its beginning to its end.

        A listener (`lasting`) stays for hours: it is counted in, and how many there may be is
        the stream's own limit.
        """
        self.enter(client, allowance, monotonic())
        if lasting:
            self.leave(client)
        try:
            yield
        finally:
            if not lasting:
                self.leave(client)

    def count(self, client: str, allowance: Allowance) -> None:
        """Count what is over at once: a guess, not a request that stays."""
        self.enter(client, allowance, monotonic())
        self.leave(client)

    def leave(self, client: str) -> None:
        """A request of a client is over."""
        bucket = self._buckets.get(client)
        if bucket is not None and bucket.running:
            bucket.running -= 1

    def give(self, client: str) -> None:
        """Give one token back: what was counted turned out to be harmless."""
        bucket = self._buckets.get(client)
        if bucket is not None:
            bucket.tokens += 1

    def running(self, client: str) -> int:
        """How many requests of a client are under way."""
        bucket = self._buckets.get(client)
        return bucket.running if bucket else 0

    def _make_room(self) -> None:
        if len(self._buckets) >= self._most:
            idle = [name for name, bucket in self._buckets.items() if not bucket.running]
            for name in idle[: self._most // 2]:
                del self._buckets[name]


@dataclass(slots=True)
class Places:
    """The places of one service: at most `total` requests under way, given out in turn."""

    total: int
    queue_per_client: int = 256
    patience: float = 10.0
    _taken: int = 0
    _waiting: dict[str, deque[asyncio.Future[None]]] = field(default_factory=dict)

    @property
    def taken(self) -> int:
        """How many requests are at the service now."""
        return self._taken

    async def take(self, client: str) -> None:
        """Wait for a place; 429 when the client's own queue is full, 503 when it takes too long."""
        if self._taken < self.total and not self._waiting:
            self._taken += 1
            return
        queue = self._waiting.setdefault(client, deque())
        if len(queue) >= self.queue_per_client:
            raise TooMany(retry_after=1)
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        queue.append(turn)
        try:
            async with asyncio.timeout(self.patience):
                await turn
        except TimeoutError:
            self._forget(client, turn)
            raise Unavailable(retry_after=2) from None
        except asyncio.CancelledError:
            self._forget(client, turn)
            raise

    def give_back(self) -> None:
        """Hand the place to the next client in turn, or leave it free."""
        while self._waiting:
            client = next(iter(self._waiting))
            queue = self._waiting.pop(client)
            turn = queue.popleft()
            if queue:
                self._waiting[client] = queue
            if not turn.done():
                turn.set_result(None)
                return
        self._taken -= 1

    def _forget(self, client: str, turn: "asyncio.Future[None]") -> None:
        if turn.done() and not turn.cancelled():
            self.give_back()
            return
        turn.cancel()
        queue = self._waiting.get(client)
        if queue is not None and turn in queue:
            queue.remove(turn)
            if not queue:
                self._waiting.pop(client, None)
