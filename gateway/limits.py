"""How much one client may ask, and when: each goes at its own pace, and in its turn (各行其序).

A loud client must cost another one nothing. Three things would let it, and each has an answer:

- *It asks sooner than its rate allows.* A request waits until the rate has room for it, two
  seconds at most; only what would wait longer is refused. So what reaches a service comes evenly,
  and a caller that waits for its answers is slowed to its rate and refused nothing.
- *It asks for more than the service can do.* A service is one process: whatever is inside waits
  only behind what is inside, and nobody takes turns there. So few of a client's requests begin
  there at a time, in proportion to its rate. A turn ends with the answer, or after a moment: what
  takes long is not working all that time, and does not keep its client's next request outside.
- *It asks again as soon as it is refused.* A refusal is held for a second, the shortest
  `Retry-After`, so that hammering takes lines from the client and no time from the gateway.
"""

import asyncio
from dataclasses import dataclass, field
from math import ceil
from time import monotonic

from shared.problem import TooMany, Unavailable

# So far a request may come before its time and go at once: timers are no finer.
EARLY_SECONDS = 0.02
TURN_SECONDS = 0.05
HELD_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one client may do: requests a second, how many of them may wait for their time, how
    many at once, and how many may begin at one service together."""

    rate: float
    burst: float
    at_once: int
    turns: int = 1


@dataclass(slots=True)
class _Pace:
    due: float  # when the next request has its time (GCRA's theoretical arrival)
    running: int = 0


class Rates:
    """The pace of each client."""

    def __init__(self, most_clients: int = 20_000) -> None:
        self._paces: dict[str, _Pace] = {}
        self._most = most_clients

    def enter(self, client: str, allowance: Allowance, moment: float) -> float:
        """Count a request in: the seconds until its time, or TooMany. `moment` is monotonic."""
        pace = self._paces.get(client)
        if pace is None:
            self._make_room()
            pace = self._paces[client] = _Pace(moment)
        due, space = max(pace.due, moment), 1 / allowance.rate
        too_soon = due + space - moment - allowance.burst * space
        # Sums of times are never quite exact.
        if too_soon > 1e-9:
            raise TooMany(retry_after=ceil(too_soon))
        if pace.running >= allowance.at_once:
            raise TooMany("同时进行的请求过多", "Too many requests at the same time", retry_after=1)
        pace.due = due + space
        pace.running += 1
        return due - moment

    def place(self, client: str, allowance: Allowance, *, lasting: bool) -> "_Stay":
        """`async with` it: a request from its time to its end; a refusal comes after a second.

        A listener (`lasting`) stays for hours: it is counted in, and how many there may be is
        the stream's own limit.
        """
        return _Stay(self, client, allowance, lasting)

    def count(self, client: str, allowance: Allowance) -> None:
        """Count what is over at once: a guess, not a request that stays."""
        self.enter(client, allowance, monotonic())
        self.leave(client)

    def leave(self, client: str) -> None:
        """A request of a client is over."""
        pace = self._paces.get(client)
        if pace is not None and pace.running:
            pace.running -= 1

    def give(self, client: str, allowance: Allowance) -> None:
        """Take back what was counted: it turned out to be harmless."""
        pace = self._paces.get(client)
        if pace is not None:
            pace.due -= 1 / allowance.rate

    def _make_room(self) -> None:
        """Forget the half of whom least is to be known: a flood of names frees nobody."""
        if len(self._paces) >= self._most:
            known = sorted((pace.running, pace.due, name) for name, pace in self._paces.items())
            for _, _, name in known[: self._most // 2]:
                del self._paces[name]


@dataclass(slots=True)
class _Stay:
    rates: Rates
    client: str
    allowance: Allowance
    lasting: bool

    async def __aenter__(self) -> None:
        try:
            wait = self.rates.enter(self.client, self.allowance, monotonic())
        except TooMany:
            await asyncio.sleep(HELD_SECONDS)
            raise
        if self.lasting:
            self.rates.leave(self.client)
        if wait > EARLY_SECONDS:
            try:
                await asyncio.sleep(wait)
            except BaseException:
                await self.__aexit__()
                raise

    async def __aexit__(self, *_: object) -> None:
        if not self.lasting:
            self.rates.leave(self.client)


class _Turn:
    """One of a client's turns at a service: it ends with the answer, or after a moment."""

    def __init__(self, of: asyncio.Semaphore) -> None:
        self._of, self._over = of, False
        self._timer = asyncio.get_running_loop().call_later(TURN_SECONDS, self.end)

    def end(self) -> None:
        """The client's next request may begin."""
        if not self._over:
            self._over = True
            self._timer.cancel()
            self._of.release()


@dataclass(slots=True)
class Places:
    """The places at one service. No client waits for one with more requests than it has turns, so
    that first come, first served is in turn."""

    total: int
    patience: float = 10.0
    taken: int = 0
    free: asyncio.Semaphore = field(init=False)
    _turns: dict[tuple[str, int], asyncio.Semaphore] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.free = asyncio.Semaphore(self.total)

    def place(self, client: str, turns: int) -> "_Place":
        """`async with` it: a place from its beginning to its end; 503 when it takes too long."""
        own = self._turns.get((client, turns))
        if own is None:
            own = self._turns[client, turns] = asyncio.Semaphore(turns)
        return _Place(self, own)

    async def begun(self, own: asyncio.Semaphore) -> _Turn:
        """A turn with its place, as soon as both are free."""
        await own.acquire()
        try:
            await self.free.acquire()
        except BaseException:
            own.release()
            raise
        return _Turn(own)


class _Place:
    __slots__ = ("_of", "_own", "_turn")

    def __init__(self, of: Places, own: asyncio.Semaphore) -> None:
        self._of, self._own = of, own

    async def __aenter__(self) -> None:
        of = self._of
        if self._own.locked() or of.free.locked():
            try:
                async with asyncio.timeout(of.patience):
                    self._turn = await of.begun(self._own)
            except TimeoutError:
                raise Unavailable(retry_after=2) from None
        else:
            self._turn = await of.begun(self._own)
        of.taken += 1

    async def __aexit__(self, *_: object) -> None:
        self._of.taken -= 1
        self._turn.end()
        self._of.free.release()
