"""An answer leaves in one piece, a long one in order, and nothing of it is lost at the end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn

from deploy.host import free_port
from shared.serving import OnePiece

PIECES = [bytes([65 + number % 26]) * 50_000 for number in range(40)]


async def application(scope: Any, _receive: Any, send: Any) -> None:
    """`/short` answers at once, `/long` in many pieces."""
    pieces = PIECES if scope["path"] == "/long" else [b"short"]
    length = str(sum(map(len, pieces))).encode()
    start = {"type": "http.response.start", "status": 200}
    await send({**start, "headers": [(b"content-length", length)]})
    for piece in pieces:
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


@asynccontextmanager
async def served() -> AsyncIterator[int]:
    """The application behind uvicorn, on a port of its own."""
    port = free_port()
    config = uvicorn.Config(application, port=port, http=OnePiece, log_level="error")
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - it tells nobody
        await asyncio.sleep(0.01)
    yield port
    server.should_exit = True
    await running


async def asked(port: int, path: str, *more: str) -> tuple[asyncio.StreamReader, Any]:
    """A request on a line of its own."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write("\r\n".join([f"GET {path} HTTP/1.1", "Host: a", *more, "", ""]).encode())
    return reader, writer


async def test_head_and_body_are_one_packet() -> None:
    async with served() as port:
        reader, writer = await asked(port, "/short")
        first = await reader.read(65536)
        assert first.startswith(b"HTTP/1.1 200 OK")
        assert first.endswith(b"\r\n\r\nshort")
        writer.close()


async def test_a_long_answer_arrives_whole_and_in_order() -> None:
    async with served() as port:
        reader, writer = await asked(port, "/long")
        await reader.readuntil(b"\r\n\r\n")
        assert await reader.readexactly(sum(map(len, PIECES))) == b"".join(PIECES)
        writer.close()


async def test_a_line_that_is_closed_has_sent_everything_before() -> None:
    async with served() as port:
        for path, body in (("/short", b"short"), ("/long", b"".join(PIECES))):
            reader, writer = await asked(port, path, "Connection: close")
            assert (await reader.read()).partition(b"\r\n\r\n")[2] == body
            writer.close()
