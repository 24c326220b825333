"""An answer leaves in one piece, a long one in order, and nothing of it is lost at the end."""

import asyncio
import gc
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
import uvloop

from deploy.host import free_port
from shared.serving import Gathered, OnePiece
from tests.patience import PATIENCE

PIECES = [bytes([65 + number % 26]) * 50_000 for number in range(40)]


async def application(scope: Any, receive: Any, send: Any) -> None:
    """`/short` answers at once, `/long` in many pieces, `/headers` with them after the body."""
    pieces = PIECES if scope["path"] == "/long" else [b"short"]
    if scope["path"] == "/headers":
        while (await receive()).get("more_body"):
            pass
        pieces = [b" ".join(name for name, _ in scope["headers"]), b"end"]
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


async def test_what_is_loaded_before_the_first_caller_is_no_garbage_to_look_through() -> None:
    async with served() as port:
        reader, writer = await asked(port, "/short")
        await reader.readuntil(b"short")
        writer.close()
    assert gc.get_freeze_count() > 10_000


def test_to_who_went_away_nothing_is_written() -> None:
    troubles: list[dict[str, Any]] = []

    async def going() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, trouble: troubles.append(trouble))
        async with served() as port:
            transport, _ = await loop.create_connection(asyncio.Protocol, "127.0.0.1", port)
            transport.abort()
            await asyncio.sleep(0.01)
            Gathered(transport).write(b"an answer that was long in the making")
            await asyncio.sleep(0.01)

    # The loop that runs in service: the standard one would keep silent.
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(going())
    assert troubles == []


async def told(reader: asyncio.StreamReader) -> tuple[int, dict[str, Any]]:
    """Status and body of the refusal after which the line is closed."""
    head, _, body = (await asyncio.wait_for(reader.read(), PATIENCE)).partition(b"\r\n\r\n")
    assert b"application/problem+json" in head
    return int(head.split()[1]), json.loads(body)


async def test_a_head_that_comes_drop_by_drop_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(OnePiece, "head_seconds", 0.5)
    async with served() as port:
        silent, _ = await asyncio.open_connection("127.0.0.1", port)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)

        async def drip() -> None:
            for byte in b"GET /short HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 100:
                writer.write(bytes([byte]))
                await asyncio.sleep(0.05)

        dripping = asyncio.create_task(drip())
        status, body = await told(reader)
        assert (status, body["title_en"][:8]) == (408, "The head")
        assert await silent.read() == b""
        dripping.cancel()


async def test_a_second_head_on_a_line_is_waited_for_no_longer_than_the_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(OnePiece, "head_seconds", 0.3)
    async with served() as port:
        reader, writer = await asked(port, "/short")
        await reader.readuntil(b"short")
        writer.write(b"GET /short HTTP/1.1\r\nHost:")
        assert (await told(reader))[0] == 408
        reader, writer = await asked(port, "/short")
        await reader.readuntil(b"short")
        writer.write(b"\r\n")  # what is no beginning of anything
        assert await asyncio.wait_for(reader.read(), PATIENCE) == b""


async def test_the_rest_of_a_body_that_was_refused_is_not_read_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(OnePiece, "head_seconds", 0.3)
    async with served() as port:
        reader, writer = await asked(port, "/short", "Content-Length: 1000000")
        await reader.readuntil(b"short")
        for _ in range(1000):
            writer.write(b"x")
            await asyncio.sleep(0.02)
            # What was on its way when the line was closed is answered by a reset.
            if reader.at_eof() or reader.exception():
                break
        assert reader.at_eof() or isinstance(reader.exception(), ConnectionResetError)


async def test_a_head_without_end_is_refused_and_not_kept() -> None:
    async with served() as port:
        for begin in ("GET /short HTTP/1.1\r\nX: ", "GET /"):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(begin.encode() + b"x" * 200_000)
            assert (await told(reader))[0] == 431
            writer.close()


async def test_what_is_wrong_in_two_ways_is_refused_once() -> None:
    async with served() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n")
        assert (await reader.read()).count(b"HTTP/1.1 ") == 1
        writer.close()


async def test_what_is_no_http_is_refused_in_two_languages() -> None:
    async with served() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"HELLO\r\n\r\n")
        status, body = await told(reader)
        assert (status, body["title"]) == (400, "不是有效的 HTTP 请求")


async def test_fields_behind_a_body_reach_nobody() -> None:
    async with served() as port:
        reader, writer = await asked(port, "/headers", "Transfer-Encoding: chunked")
        writer.write(b"1\r\nx\r\n0\r\nHutong-Principal: me\r\n\r\n")
        assert b"hutong-principal" not in await reader.readuntil(b"end")
