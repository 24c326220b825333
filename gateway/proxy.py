"""Forwarding to a service: allow-listed headers, a circuit and a time limit.

Nothing of what a caller sends about itself goes through: identity comes from the token.
"""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from time import monotonic

import aiohttp
from aiohttp.http_exceptions import HttpProcessingError

from gateway.answers import SECURITY, SECURITY_NAMES, BrokenOff, Header, Send
from gateway.call import Call
from gateway.upstream import Answer, Upstream
from shared.bus import SERVICES
from shared.problem import Problem, Unavailable

PASSED_IN = {
    b"content-type": "Content-Type",
    b"accept": "Accept",
    b"accept-language": "Accept-Language",
    b"if-match": "If-Match",
    b"if-none-match": "If-None-Match",
    b"idempotency-key": "Idempotency-Key",
    b"prefer": "Prefer",
    b"traceparent": "traceparent",
}
# Hop-by-hop fields, and what the door says for itself.
KEPT_BACK = SECURITY_NAMES | {
    *(b"connection", b"keep-alive", b"transfer-encoding", b"upgrade", b"trailer", b"te"),
    *(b"proxy-authenticate", b"server", b"date", b"set-cookie", b"x-request-id"),
}
AWAY = frozenset({502, 503, 504})
WHOLE, SENT_AT_ONCE, SEND_SECONDS = 1024 * 1024, 64 * 1024, 30.0
NO_ANSWER = (aiohttp.ClientError, HttpProcessingError, OSError)


class ServiceAway(Unavailable):
    """The service cannot be reached, or says that its database is away."""

    zh, en = "业务服务暂不可用，请稍后重试", "The service is away at present; please try again"


class TooSlow(Problem):
    """The service did not answer in time; whether it acted is not known."""

    status = 504
    zh, en = "业务服务未及时答复", "The service did not answer in time"


class Proxy:
    """The four services, each behind its circuit."""

    def __init__(self, urls: Mapping[str, str]) -> None:
        self.services = {name: Upstream(urls[name]) for name in SERVICES}

    async def start(self) -> None:
        """Open the pools."""
        for upstream in self.services.values():
            await upstream.open()

    async def stop(self) -> None:
        """Close the pools."""
        for upstream in self.services.values():
            await upstream.close()

    async def ask(
        self,
        service: str,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: bytes,
        seconds: float,
    ) -> Answer:
        """The answer of a service with its body still to be read; ServiceAway or TooSlow.

        `target` is path and query exactly as they came.
        """
        upstream = self.services[service]
        circuit = upstream.circuit
        if not circuit.lets_through(monotonic()):
            raise ServiceAway(retry_after=circuit.wait(monotonic()))
        try:
            answer = await upstream.ask(method, target, headers, body, seconds)
        except TimeoutError as error:
            circuit.failed(monotonic())
            raise TooSlow(retry_after=5) from error
        except NO_ANSWER as error:
            circuit.failed(monotonic())
            raise ServiceAway(retry_after=2) from error
        except asyncio.CancelledError:
            circuit.trying = False
            raise
        if answer.status not in AWAY:
            circuit.worked()
        return answer


def headers_in(given: Mapping[bytes, bytes], own: dict[str, str]) -> dict[str, str]:
    """The headers a service gets: those on the list, and what the door knows."""
    passed = {
        title: given[name].decode("latin-1") for name, title in PASSED_IN.items() if name in given
    }
    return passed | own


def headers_out(raw: Sequence[tuple[bytes, bytes]], request_id: bytes) -> list[Header]:
    """The headers a caller gets."""
    kept = [(low, value) for name, value in raw if (low := name.lower()) not in KEPT_BACK]
    return [*kept, (b"x-request-id", request_id), *SECURITY]


async def pass_on(answer: Answer, send: Send, call: Call) -> None:
    """Send a service's answer on: whole when it is small, in pieces otherwise."""
    headers = headers_out(answer.headers, call.request_id.encode())
    start = {"type": "http.response.start", "status": answer.status, "headers": headers}
    if answer.length is not None and answer.length <= WHOLE:
        body = await answer.read()
        call.status = answer.status
        await send(start)
        if len(body) <= SENT_AT_ONCE:
            await send({"type": "http.response.body", "body": body})
        else:
            await _taken(send({"type": "http.response.body", "body": body}))
        return
    call.status = answer.status
    await send(start)
    try:
        async for piece in answer.content.iter_any():
            await _taken(send({"type": "http.response.body", "body": piece, "more_body": True}))
    except (*NO_ANSWER, TimeoutError) as error:
        raise BrokenOff from error
    await send({"type": "http.response.body", "body": b""})


async def _taken(sending: Awaitable[None]) -> None:
    """Wait until the caller takes what is sent, not for ever: it holds a place at the service."""
    try:
        async with asyncio.timeout(SEND_SECONDS):
            await sending
    except TimeoutError as error:
        raise BrokenOff from error
