"""What the door itself answers: problems and small documents as raw ASGI messages."""

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

import orjson

from shared.problem import Problem, Unauthenticated

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Header = tuple[bytes, bytes]

# A browser must neither keep, sniff, frame nor run anything that comes from here (ASVS 14.3.2).
SECURITY: tuple[Header, ...] = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"strict-transport-security", b"max-age=31536000"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
SECURITY_NAMES = frozenset(name for name, _ in SECURITY)


class BrokenOff(Exception):
    """Half an answer is out and the rest will not come: the caller's line is closed."""


async def answer(
    send: Send, status: int, body: bytes, headers: Iterable[Header], kind: bytes
) -> None:
    """Send one whole response."""
    length = str(len(body)).encode()
    start = [(b"content-type", kind), (b"content-length", length), *headers, *SECURITY]
    await send({"type": "http.response.start", "status": status, "headers": start})
    await send({"type": "http.response.body", "body": body})


async def refuse(
    send: Send, problem: Problem, request_id: str, headers: Iterable[Header] = ()
) -> None:
    """Send a problem (RFC 9457) with what its status calls for."""
    extra = [(b"x-request-id", request_id.encode()), *headers]
    if problem.retry_after is not None:
        extra.append((b"retry-after", str(problem.retry_after).encode()))
    if isinstance(problem, Unauthenticated):
        extra.append((b"www-authenticate", b'Bearer realm="hutong", DPoP algs="Ed25519 ES256"'))
    body = orjson.dumps(problem.body(request_id), default=_listed)
    await answer(send, problem.status, body, extra, b"application/problem+json")


async def read_body(receive: Receive, limit: int) -> bytes | None:
    """The whole body, or None once it is larger than the limit, chunked or not."""
    message = await receive()
    if message["type"] == "http.disconnect":
        raise ConnectionResetError
    body: bytes = message.get("body", b"")
    if not message.get("more_body"):
        return body if len(body) <= limit else None
    parts, size = [body], len(body)
    while message.get("more_body"):
        if size > limit:
            return None
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionResetError
        parts.append(message.get("body", b""))
        size += len(parts[-1])
    return b"".join(parts) if size <= limit else None


def _listed(value: Any) -> Any:
    if isinstance(value, frozenset | set | tuple):
        return sorted(value)
    return str(value)
