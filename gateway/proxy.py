"""Forwarding to a service: one pooled client, allow-listed headers, a circuit and a time limit.

Nothing of what a caller sends about itself goes through: identity comes from the token.
"""

import asyncio
from collections.abc import Mapping, Sequence
from time import monotonic

import aiohttp
from yarl import URL

from gateway.answers import SECURITY, SECURITY_NAMES, Header, Send
from gateway.circuit import Circuit
from gateway.identity.clients import SERVICES
from gateway.limits import Places
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
WHOLE = 1024 * 1024
PLACES_PER_SERVICE = 128


class ServiceAway(Unavailable):
    """The service cannot be reached, or says that its database is away."""

    zh, en = "业务服务暂不可用，请稍后重试", "The service is away at present; please try again"


class TooSlow(Problem):
    """The service did not answer in time; whether it acted is not known."""

    status = 504
    zh, en = "业务服务未及时答复", "The service did not answer in time"


class Upstream:
    """One service: where it listens, its circuit and its places."""

    def __init__(self, url: str) -> None:
        self.base, self.circuit, self.places = (
            url.rstrip("/"),
            Circuit(),
            Places(PLACES_PER_SERVICE),
        )


class Proxy:
    """The pooled client and the four services behind it."""

    def __init__(self, urls: Mapping[str, str]) -> None:
        self.services = {name: Upstream(urls[name]) for name in SERVICES}
        self._client: aiohttp.ClientSession | None = None
        self._timeouts: dict[float, aiohttp.ClientTimeout] = {}

    async def start(self) -> None:
        """Open the pool."""
        self._client = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=60, use_dns_cache=True),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
            trust_env=False,
        )

    async def stop(self) -> None:
        """Close the pool."""
        if self._client is not None:
            await self._client.close()

    async def ask(
        self,
        service: str,
        method: str,
        target: str,
        headers: dict[str, str],
        body: bytes,
        seconds: float,
    ) -> aiohttp.ClientResponse:
        """The response of a service with its body still to be read; ServiceAway or TooSlow.

        `target` is path and query exactly as they came.
        """
        assert self._client is not None
        upstream = self.services[service]
        if not upstream.circuit.lets_through(monotonic()):
            raise ServiceAway(retry_after=upstream.circuit.wait(monotonic()))
        try:
            response = await self._client.request(
                method,
                URL(upstream.base + target, encoded=True),
                headers=headers,
                data=body or None,
                allow_redirects=False,
                timeout=self._timeout(seconds),
            )
        except TimeoutError as error:
            upstream.circuit.failed(monotonic())
            raise TooSlow(retry_after=5) from error
        except (aiohttp.ClientError, OSError) as error:
            upstream.circuit.failed(monotonic())
            raise ServiceAway(retry_after=2) from error
        except asyncio.CancelledError:
            upstream.circuit.trying = False
            raise
        if response.status not in AWAY:
            upstream.circuit.worked()
        return response

    def _timeout(self, seconds: float) -> aiohttp.ClientTimeout:
        found = self._timeouts.get(seconds)
        if found is None:
            found = aiohttp.ClientTimeout(total=seconds, sock_connect=2)
            self._timeouts[seconds] = found
        return found


def headers_in(given: Mapping[bytes, bytes], own: dict[str, str]) -> dict[str, str]:
    """The headers a service gets: those on the list, and what the door knows."""
    passed = {
        title: given[name].decode("latin-1") for name, title in PASSED_IN.items() if name in given
    }
    return passed | own


def headers_out(raw: Sequence[tuple[bytes, bytes]], request_id: bytes) -> list[Header]:
    """The headers a caller gets."""
    kept = [(name.lower(), value) for name, value in raw if name.lower() not in KEPT_BACK]
    return [*kept, (b"x-request-id", request_id), *SECURITY]


async def pass_on(response: aiohttp.ClientResponse, send: Send, request_id: bytes) -> None:
    """Send a service's response on: whole when it is small, in pieces otherwise."""
    headers = headers_out(response.raw_headers, request_id)
    start = {"type": "http.response.start", "status": response.status, "headers": headers}
    length = response.content_length
    if length is not None and length <= WHOLE:
        body = await response.read()
        await send(start)
        await send({"type": "http.response.body", "body": body})
        return
    await send(start)
    async for piece in response.content.iter_any():
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
