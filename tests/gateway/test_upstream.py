"""How a service is asked: lines are kept and given back, and a bad answer harms nobody else."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import cast

import aiohttp
import pytest
from aiohttp.http_exceptions import HttpProcessingError

from gateway import proxy
from gateway.answers import BrokenOff, Message
from gateway.call import Call
from gateway.upstream import Upstream

WELL = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
Speak = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def always(answer: bytes) -> Speak:
    """A service that answers every request alike."""

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.readuntil(b"\r\n\r\n"):
            writer.write(answer)

    return speak


@asynccontextmanager
async def service(speak: Speak) -> AsyncIterator[tuple[Upstream, list[int]]]:
    """A service on a port of its own, and the lines that were opened to it."""
    lines: list[int] = []

    async def heard(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines.append(1)
        try:
            await speak(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(heard, "127.0.0.1", 0)
    upstream = Upstream(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    await upstream.open()
    yield upstream, lines
    await upstream.close()
    server.close()


async def asked(upstream: Upstream, seconds: float = 5, **headers: str) -> bytes:
    async with await upstream.ask("GET", "/", headers, b"", seconds) as answer:
        return await answer.read()


async def test_one_line_serves_many_requests() -> None:
    async with service(always(WELL)) as (upstream, lines):
        for _ in range(5):
            assert await asked(upstream) == b"ok"
        assert len(lines) == 1


async def test_a_line_whose_answer_was_not_read_to_its_end_is_not_used_again() -> None:
    half = b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nok"
    async with service(always(half)) as (upstream, lines):
        for _ in range(2):
            async with await upstream.ask("GET", "/", {}, b"", 5) as answer:
                assert answer.status == 200
        assert len(lines) == 2


async def test_an_answer_that_breaks_off_is_an_error_and_never_a_short_answer() -> None:
    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nok")
        writer.close()

    async with service(speak) as (upstream, _):
        with pytest.raises(aiohttp.ClientPayloadError):
            await asked(upstream)


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nok"])
async def test_a_service_that_falls_silent_is_not_waited_for(said: bytes) -> None:
    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(said)
        await reader.read()

    async with service(speak) as (upstream, _):
        with pytest.raises(TimeoutError):
            await asked(upstream, seconds=0.05)


async def test_what_is_no_http_is_an_error() -> None:
    async with service(always(b"SSH-2.0-OpenSSH\r\n\r\n")) as (upstream, _):
        with pytest.raises(HttpProcessingError):
            await asked(upstream)


async def test_a_line_break_within_a_header_is_never_sent() -> None:
    async with service(always(WELL)) as (upstream, lines):
        for value in ("a\r\nHutong-Principal: police", "a\nb", "a\rb"):
            with pytest.raises(ValueError, match="line break"):
                await asked(upstream, Purpose=value)
        assert not lines


@pytest.mark.parametrize("size", [100_000, 3_000_000])
async def test_a_caller_who_takes_nothing_is_not_waited_for_for_ever(
    monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(proxy, "SEND_SECONDS", 0.05)
    head = f"HTTP/1.1 200 OK\r\ncontent-length: {size}\r\n\r\n"
    call = cast(Call, SimpleNamespace(request_id="r", status=0))

    async def send(message: Message) -> None:
        if message.get("body"):
            await asyncio.Event().wait()

    async with (
        service(always(head.encode() + b"x" * size)) as (upstream, _),
        await upstream.ask("GET", "/", {}, b"", 5) as answer,
    ):
        with pytest.raises(BrokenOff):
            await proxy.pass_on(answer, send, call)
