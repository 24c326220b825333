"""How requests come in and answers leave: `uvicorn --http shared.serving:OnePiece`.

What is written in one step of the loop goes out in one piece: the head of an answer and its body
would be two packets, for which the other side wakes up twice. A caller who sends the head of a
request drop by drop, or without end, is not waited for (slow loris); the server's own protocol
would wait for ever and keep all of it.
"""

import asyncio
import gc
from collections import deque
from functools import cache
from http import HTTPStatus
from typing import Any, ClassVar

import orjson
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from shared.problem import Problem

HEAD_BYTES, LINGER_SECONDS = 64 * 1024, 0.5
GARBAGE = 20_000  # objects made and not gone, after which the collector looks among the young


class RequestUnreadable(Problem):
    """What came is no HTTP."""

    zh, en = "不是有效的 HTTP 请求", "This is no valid HTTP request"


class HeadTooSlow(Problem):
    """The head of a request did not come in time."""

    status = 408
    zh, en = "请求头未及时送达", "The head of the request did not arrive in time"


class HeadTooLong(Problem):
    """The head of a request has no end."""

    status = 431
    zh, en = "请求头过大", "The head of the request is too large"


class Gathered:
    """A transport that writes at the end of the step; all else is the transport's own."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._soon = asyncio.get_running_loop().call_soon
        self._parts: list[bytes] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Keep it until the step is over."""
        if not self._parts:
            self._soon(self._send)
        self._parts.append(data)

    def close(self) -> None:
        """Send what is kept, then close."""
        self._send()
        self._transport.close()

    def _send(self) -> None:
        parts, self._parts = self._parts, []
        # Whoever went away is not written to: that would be a fault in the log for each.
        if parts and not self._transport.is_closing():
            self._transport.write(b"".join(parts))


@cache
def _settle() -> None:
    """What a process has when its first caller comes, it keeps: the collector of garbage goes
    through it no more. It took a sixth of a second at a time, in which everybody waited. What is
    made since goes without it, nearly all: it need not look whenever some requests are under way.
    """
    gc.freeze()
    gc.set_threshold(GARBAGE)


class OnePiece(HttpToolsProtocol):
    """uvicorn's own protocol on such a transport, with limits of time and size for heads."""

    head_seconds: ClassVar[float] = 10.0
    _clock: asyncio.TimerHandle | None = None
    _head: int | None = None  # bytes of a head that is not whole yet
    _refused = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A caller came."""
        _settle()
        super().connection_made(Gathered(transport))  # type: ignore[arg-type]
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """It went."""
        self._wait_no_more()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Part of a request: nearly always a whole head, and then nothing is to be watched."""
        if self._refused:
            return
        super().data_received(data)
        if self._refused:
            return
        if self._head is not None:
            self._head += len(data)
            if self._head > HEAD_BYTES:
                self._refuse(HeadTooLong())
        if self._clock is None and not self._answering():
            # A head goes on, or the rest of a body that was refused.
            self._wait()

    def on_message_begin(self) -> None:
        """A head begins."""
        super().on_message_begin()
        self._head = 0

    def on_headers_complete(self) -> None:
        """The head is whole; fields that come behind a body (trailers) are of use to nobody."""
        super().on_headers_complete()
        self._head = None
        if self.cycle is not None and self.cycle.scope is self.scope:
            self.headers = deque(maxlen=0)  # type: ignore[assignment]
            self._wait_no_more()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - ours is in two languages
        """What is no HTTP is refused as everything is."""
        self._refuse(RequestUnreadable())

    def _answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _wait(self) -> None:
        if not self.transport.is_closing():
            self._clock = self.loop.call_later(self.head_seconds, self._too_slow)

    def _wait_no_more(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None

    def _too_slow(self) -> None:
        if self._head:
            self._refuse(HeadTooSlow())
        else:
            self.transport.close()

    def _refuse(self, problem: Problem) -> None:
        """Say why, unless an answer is under way, and close the line.

        A moment later, since what is closed with something unread loses what was just sent.
        """
        self._refused = True
        self._wait_no_more()
        if self._answering() and self.cycle.response_started:
            self.transport.close()
        else:
            body = orjson.dumps(problem.body())
            lines = [f"HTTP/1.1 {problem.status} {HTTPStatus(problem.status).phrase}"]
            lines += ["content-type: application/problem+json", f"content-length: {len(body)}"]
            head = "\r\n".join([*lines, "cache-control: no-store", "connection: close", "", ""])
            self.transport.write(head.encode() + body)
            self._clock = self.loop.call_later(LINGER_SECONDS, self.transport.close)
