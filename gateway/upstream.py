"""One service behind the gateway: its connections and its circuit.

aiohttp keeps the connections and parses what comes back. A request is written in one piece: the
session above them would copy its headers three times and start a task for its body.
"""

import asyncio
from collections.abc import Mapping
from typing import Self

import aiohttp
from aiohttp.connector import Connection
from aiohttp.http import RawResponseMessage
from yarl import URL

from gateway.circuit import Circuit

CONNECT = aiohttp.ClientTimeout(sock_connect=2)
# Shorter than the five seconds after which a service closes a line nobody uses.
KEPT_OPEN_SECONDS = 4


class Answer:
    """What a service answered, its body still to be read; `async with` gives the line back."""

    def __init__(
        self, message: RawResponseMessage, content: aiohttp.StreamReader, line: Connection
    ) -> None:
        self.status, self.headers, self.content = message.code, message.raw_headers, content
        length = message.headers.get("Content-Length")
        self.length = int(length) if length is not None else None
        self._line = line

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        # A line whose answer was not read to its end is closed, not kept.
        self._line.release()

    async def read(self) -> bytes:
        """The whole body."""
        return await self.content.read()


class Upstream:
    """Where a service listens, and how to ask it."""

    def __init__(self, url: str) -> None:
        self._url = URL(url)
        self.circuit = Circuit()
        self._lines: aiohttp.TCPConnector | None = None

    async def open(self) -> None:
        """Make the pool; the first line is opened by the first request."""
        self._lines = aiohttp.TCPConnector(limit=0, keepalive_timeout=KEPT_OPEN_SECONDS)
        self._known_by = aiohttp.ClientRequest("GET", self._url, loop=asyncio.get_running_loop())

    async def close(self) -> None:
        """Close every line."""
        if self._lines is not None:
            await self._lines.close()

    async def ask(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes, seconds: float
    ) -> Answer:
        """Send a request; the answer, or TimeoutError after so many silent seconds."""
        assert self._lines is not None
        request = self._head(method, target, headers, body) + body
        line = await self._lines.connect(self._known_by, [], CONNECT)
        protocol, transport = line.protocol, line.transport
        assert protocol is not None
        assert transport is not None
        try:
            protocol.set_response_params(
                read_until_eof=True, auto_decompress=False, read_timeout=seconds
            )
            transport.write(request)
            protocol.start_timeout()
            message, content = await protocol.read()
            while message.code < 200:
                message, content = await protocol.read()
        except BaseException:
            line.close()
            raise
        return Answer(message, content, line)

    def _head(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> bytes:
        lines = [f"{method} {target} HTTP/1.1", f"Host: {self._url.host}:{self._url.port}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if body or method != "GET":
            lines.append(f"Content-Length: {len(body)}")
        head = "\r\n".join(lines)
        if head.count("\n") + head.count("\r") != 2 * (len(lines) - 1):
            raise ValueError("a line break within a header")
        return (head + "\r\n\r\n").encode("latin-1")
