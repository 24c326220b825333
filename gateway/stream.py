"""`/v1/events`: what happened, as server-sent events, to whom it may concern (事件流).

CloudEvents in JSON; the id is the place in the stream and says which stream, so that a listener
who comes back with `Last-Event-ID` misses nothing, also when the stream was made anew. A comment
every fifteen seconds keeps the line open; it closes when the token ends, and the listener returns
with a new one.
"""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from time import time
from typing import Any

from sse_starlette import ServerSentEvent

from gateway.answers import Receive, Send
from gateway.audience import Told
from gateway.hub import Hub
from gateway.identity.tokens import Access, Tokens
from shared.problem import Invalid, TooMany, Unauthenticated

HEARTBEAT_SECONDS = 15.0
RETRY_MILLISECONDS = 2000
# While the stream is being read nobody knows where its end is, from which a newcomer hears.
READING_SECONDS = 5.0
PIECE = 500
KNOWN = ("type", "town", "subject", "after")
PLACE = re.compile(r"([0-9]{1,18})(?:-([0-9]{1,18}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a listener was; `stream` is 0 when it did not say in which."""

    sequence: int
    stream: int = 0

    @classmethod
    def read(cls, text: str) -> "Place":
        """A place as an event's id has it, or a number alone."""
        found = PLACE.fullmatch(text)
        if found is None:
            raise Invalid("事件编号不符", "This is no event id", where="header.Last-Event-ID")
        return cls(int(found[1]), int(found[2] or 0))

    def known_to(self, hub: Hub) -> bool:
        """Whether it lies in the stream there is now; another gateway may have read further."""
        return self.stream == hub.stream or (not self.stream and self.sequence <= hub.last)


@dataclass(frozen=True, slots=True)
class Wish:
    """Which events a listener wants; empty means all it may hear."""

    types: frozenset[str] = frozenset()
    prefixes: tuple[str, ...] = ()
    towns: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()

    def wants(self, told: Told) -> bool:
        """Whether an event passes the filters."""
        if (self.types or self.prefixes) and not (
            told.type in self.types or told.type.startswith(self.prefixes or ("\0",))
        ):
            return False
        if self.towns and told.town not in self.towns:
            return False
        return not self.subjects or told.subject in self.subjects


def wish_of(types: list[str], towns: list[str], subjects: list[str], known: list[str]) -> Wish:
    """A wish from its parameters; `protection.*` means every type that begins so."""
    exact = frozenset(one for one in types if not one.endswith(".*"))
    prefixes = tuple(one[:-1] for one in types if one.endswith(".*"))
    strange = [one for one in exact if one not in known]
    strange += [f"{one}*" for one in prefixes if not any(k.startswith(one) for k in known)]
    if strange:
        raise Invalid("没有这种事件", "There is no such event", where="query.type", allowed=known)
    return Wish(exact, prefixes, frozenset(towns), frozenset(subjects))


class Listeners:
    """How many each client has; a client's flood of listeners is refused, not others'."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def enter(self, client: str, most: int) -> None:
        """Count a listener in, or TooMany."""
        if self._counts[client] >= most:
            raise TooMany("事件流连接过多", "Too many listeners", retry_after=30)
        self._counts[client] += 1

    def leave(self, client: str) -> None:
        """A listener went."""
        self._counts[client] -= 1


_frames: dict[tuple[int, int], bytes] = {}


def frame(told: Told) -> bytes:
    """The event as it goes over the line; made once for all listeners."""
    found = _frames.get((told.stream, told.sequence))
    if found is None:
        if len(_frames) > 2_000:
            _frames.clear()
        event = ServerSentEvent(data=told.text, id=told.place, event=told.type)
        found = _frames[told.stream, told.sequence] = event.encode()
    return found


class EventStream:
    """One listener's response, as an ASGI application."""

    def __init__(
        self, hub: Hub, tokens: Tokens, token: str, access: Access, wish: Wish, after: Place | None
    ) -> None:
        self.hub, self.tokens, self.token = hub, tokens, token
        self.access, self.wish, self._place = access, wish, after
        self._call = asyncio.Event()

    async def __call__(self, receive: Receive, send: Send) -> None:
        """Send until the listener goes or its token ends; who was answered hears from then on."""
        if self._place is None:
            await self.hub.wait(-1, min(READING_SECONDS, HEARTBEAT_SECONDS))
        headers = [(b"content-type", b"text/event-stream; charset=utf-8")]
        headers += [(b"cache-control", b"no-store"), (b"x-accel-buffering", b"no")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        self._send = send
        gone = asyncio.ensure_future(_disconnected(receive))
        sending = asyncio.ensure_future(self._send_all())
        try:
            await asyncio.wait({gone, sending}, return_when=asyncio.FIRST_COMPLETED)
            if sending.done():
                sending.result()
        finally:
            self.hub.followers.discard(self)
            for task in (gone, sending):
                task.cancel()
        if not gone.done() or gone.cancelled():
            await send({"type": "http.response.body", "body": b""})

    async def _send_all(self) -> None:
        """Frames and heartbeats, from the place the listener names or from now on."""
        await self._line(f"retry: {RETRY_MILLISECONDS}\r\n\r\n".encode())
        while self._may_stay():
            stream = self.hub.stream
            if stream:
                await self._catch_up()
            # Nothing is waited for between the last look at the stream and following it.
            if self.hub.stream == stream:
                await self._follow()

    async def _catch_up(self) -> None:
        """Send what followed the place; when it returns nothing is left to be sent."""
        hub = self.hub
        place = self._place = self._place or Place(hub.last, hub.stream)
        if not place.known_to(hub):
            # The stream was made anew and counts from the start: say so, tell everything.
            place = self._place = Place(0)
            await self._line(ServerSentEvent(event="reset", data='{"after": 0}', id="0").encode())
        async for piece in self._pieces(place.sequence):
            if text := self._heard(piece):
                await self._line(text)
            self._place = Place(piece[-1].sequence, piece[-1].stream)

    async def _pieces(self, after: int) -> AsyncIterator[list[Told]]:
        """What followed a place, in pieces: what is no longer kept here from JetStream."""
        hub, stream = self.hub, self.hub.stream
        while hub.stream == stream and (kept := hub.after(after)) != []:
            if kept is None:
                async for told in hub.history(after):
                    after = told.sequence
                    yield [told]
                continue
            for start in range(0, len(kept), PIECE):
                piece = kept[start : start + PIECE]
                after = piece[-1].sequence
                yield piece

    async def _follow(self) -> None:
        """Be told what comes, until there is something to look at or it is time for a heartbeat."""
        seconds = min(HEARTBEAT_SECONDS, max(self.access.expires - time(), 0.01))
        self._call.clear()
        self.hub.followers.add(self)
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._call.wait()
        finally:
            self.hub.followers.discard(self)
        if not self._call.is_set():
            await self._line(b": \r\n\r\n")

    def awake(self) -> None:
        """Follow no longer: there is something to look at."""
        self.hub.followers.discard(self)
        self._call.set()

    def hear(self, after: int, fresh: list[Told], said: dict[Any, bytes]) -> None:
        """Send what came at once; who cannot take it as it is reads on at its own pace."""
        who, place = self.access.principal, self._place
        key = (who.department, who.town, self.wish)
        if key not in said:
            said[key] = self._heard(fresh)
        # Who comes from a gateway that has read further knows some of it.
        fits = place is not None and place.sequence == after and self._may_stay()
        if fits and (not said[key] or at_once(self._line(said[key]))):
            self._place = Place(fresh[-1].sequence, fresh[-1].stream)
        else:
            self.awake()

    def _heard(self, piece: list[Told]) -> bytes:
        """The frames of those events that may and should be heard; often none."""
        who = self.access.principal
        return b"".join(
            frame(told)
            for told in piece
            if told.concerns(who.department, who.town) and self.wish.wants(told)
        )

    async def _line(self, text: bytes) -> None:
        await self._send({"type": "http.response.body", "body": text, "more_body": True})

    def _may_stay(self) -> bool:
        try:
            self.tokens.check(self.token)
        except Unauthenticated:
            return False
        return True


def at_once(writing: Coroutine[Any, Any, None]) -> bool:
    """Write, if it needs no waiting; whoever would wait has written nothing.

    A server waits, if at all, before it writes: until the other side has read (back-pressure).
    What breaks is left to the listener's own task, in which it will break again.
    """
    try:
        writing.send(None)
    except StopIteration:
        return True
    except Exception:  # noqa: BLE001 - the listeners after this one are still to be told
        return False
    writing.close()
    return False


async def _disconnected(receive: Receive) -> None:
    message: Any = await receive()
    while message["type"] != "http.disconnect":
        message = await receive()
