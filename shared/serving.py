"""How answers leave a process: what is written in one step of the loop goes out in one piece.

The loop sends every write at once, so that the head of an answer and its body would be two
packets, for which the other side wakes up twice. `uvicorn --http shared.serving:OnePiece`.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


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
        if parts:
            self._transport.write(b"".join(parts))


class OnePiece(HttpToolsProtocol):
    """uvicorn's own protocol on such a transport."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A caller came."""
        super().connection_made(Gathered(transport))  # type: ignore[arg-type]
