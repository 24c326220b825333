"""The door: who, what, may they, how much; then to the service or to the gateway itself.

Raw ASGI, since every request of the city goes through here. In order: the route exists, the
caller is known, the table permits, the limits allow; then the body is read and passed on.
"""

import asyncio
import os
import re
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import replace
from functools import lru_cache
from time import perf_counter
from typing import Any

from prometheus_client import Counter

from gateway.answers import (
    SECURITY,
    BrokenOff,
    Message,
    Receive,
    Scope,
    Send,
    read_body,
    refuse,
)
from gateway.call import Call
from gateway.house import House, house_of
from gateway.identity.access import access_of
from gateway.passages import Passed
from gateway.proxy import NO_ANSWER, ServiceAway, TooSlow, headers_in, pass_on
from gateway.routes import Line, plain_path
from gateway.signatures import check_signature
from shared.clock import clock
from shared.identity import REQUEST_ID, signed
from shared.problem import Forbidden, Invalid, NotFound, Problem, TooLarge

PUBLIC = frozenset(
    {"/health/live", "/health/ready", "/metrics", "/openapi.json", "/asyncapi.json", "/docs", "/"}
)
PUBLIC_UNDER = ("/oauth/", "/.well-known/", "/problems/", "/docs/")
PUBLIC_BODY, PUBLIC_SECONDS = 64 * 1024, 10.0
CHANGES_CLIENTS = ("/v1/me/", "/v1/clients")
ANNOUNCED = {b"content-length", b"transfer-encoding"}
HEADER_LIMIT = 16 * 1024
SAFE_ID = re.compile(r"[A-Za-z0-9._-]{8,80}")
OUTCOMES = Counter("hutong_gateway_requests", "Requests at the door", ["service", "status"])


class MethodNotAllowed(Problem):
    """The path exists, with other methods."""

    status = 405
    zh, en = "不支持此方法", "This method is not supported here"


class ScopeMissing(Forbidden):
    """The token was made without the scope this call needs."""

    zh, en = "令牌的权限范围不足", "The token lacks a scope"


class HeadersTooLarge(Problem):
    """More than sixteen kilobytes of headers."""

    status = 431
    zh, en = "请求头过大", "The request headers are too large"


class TooSlowToSend(Problem):
    """The body did not come in time."""

    status = 408
    zh, en = "请求内容未及时送达", "The request body did not arrive in time"


class Door:
    """The ASGI application of the gateway; `local` is its own part, made with FastAPI."""

    def __init__(self, local: Any) -> None:
        self.local = local

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] == "lifespan":
            await self.local(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        given: dict[bytes, bytes] = dict(scope["headers"])
        request_id = _request_id(given)
        path: str = scope["path"]
        try:
            if sum(len(n) + len(v) for n, v in scope["headers"]) > HEADER_LIMIT:
                raise HeadersTooLarge()
            if path.startswith("/v1/"):
                await self._enter(scope, receive, send, given, request_id)
            elif path in PUBLIC or path.startswith(PUBLIC_UNDER):
                if scope["method"] != "GET" or ANNOUNCED & given.keys():
                    body = await _body(given, receive, PUBLIC_BODY, PUBLIC_SECONDS)
                    receive = _replayed(body, receive)
                await self._locally(scope, receive, send, {REQUEST_ID: request_id})
            else:
                raise NotFound()
        except Problem as problem:
            OUTCOMES.labels("door", problem.status).inc()
            headers = []
            if isinstance(problem, MethodNotAllowed) and problem.allowed:
                headers = [(b"allow", ", ".join(problem.allowed).encode())]
            await refuse(send, problem, request_id, headers)
        except (ConnectionResetError, BrokenOff):
            return

    async def _enter(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        given: dict[bytes, bytes],
        request_id: str,
    ) -> None:
        began = perf_counter()
        house = house_of(self.local)
        line = _line(house, scope)
        call = await _call(house, scope, given, request_id, line)
        client = call.access.client
        try:
            if not line.permits(call.principal.department):
                raise Forbidden(clause=line.clause, allowed=sorted(line.departments))
            if line.scope not in call.access.scopes:
                raise ScopeMissing(clause=line.clause, scope=line.scope)
            house.passages.require_room()
            pace = house.rates.place(client.id, house.allowance(client), lasting=line.stream)
            async with pace:
                await self._serve(house, call, scope, receive, send)
        except Problem as problem:
            call.status = problem.status
            raise
        finally:
            _note(house, call, perf_counter() - began)

    async def _serve(
        self, house: House, call: Call, scope: Scope, receive: Receive, send: Send
    ) -> None:
        line = call.line
        if line.method != "GET" or ANNOUNCED & call.given.keys():
            call.body = await _body(call.given, receive, line.body_limit, line.seconds)
        if line.service != "gateway":
            if line.signed:
                await check_signature(house, call)
            await (house.intake.take(call, send) if line.hold else forward(house, call, send))
            return
        if line.method != "GET" and line.path.startswith(CHANGES_CLIENTS):
            send = _known_first(house, send)
        receive = _replayed(call.body, receive)
        own = nullcontext() if line.stream else house.place("gateway", call.access.client.id)
        async with own:
            await self._locally(scope, receive, send, call.own_headers(), call)

    async def _locally(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        own: Mapping[str, str],
        call: Call | None = None,
    ) -> None:
        """Hand a request to the gateway's own application, as a service would get it."""
        headers = [(n, v) for n, v in scope["headers"] if not n.startswith(b"hutong-")]
        headers += [(name.lower().encode(), value.encode("latin-1")) for name, value in own.items()]
        request_id = own[REQUEST_ID].encode()

        async def securely(message: Message) -> None:
            if message["type"] == "http.response.start":
                if call is not None:
                    call.status = message["status"]
                said = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *((n, v) for n, v in SECURITY if n not in said),
                    (b"x-request-id", request_id),
                ]
            await send(message)

        await self.local({**scope, "headers": headers}, receive, securely)


async def forward(house: House, call: Call, send: Send) -> None:
    """To the service and back; ServiceAway and TooSlow are problems."""
    line = call.line
    headers = headers_in(call.given, call.own_headers())
    try:
        async with house.place(line.service, call.access.client.id):
            response = await house.proxy.ask(
                line.service, line.method, call.target, headers, call.body, line.seconds
            )
            async with response:
                await pass_on(response, send, call)
    except TimeoutError as error:
        raise TooSlow(retry_after=5) from error
    except NO_ANSWER as error:
        raise ServiceAway(retry_after=2) from error


def _line(house: House, scope: Scope) -> Line:
    """The line of the table, or 404, or 405 with the methods there are."""
    path, method = scope["path"], scope["method"]
    if not plain_path(path, scope["raw_path"]):
        raise NotFound()
    asked = "GET" if method == "HEAD" else method
    line = house.table.find(asked, path)
    if line is not None and method != "HEAD":
        return line
    methods = house.table.methods(path)
    if not methods:
        raise NotFound()
    raise MethodNotAllowed(allowed=methods)


async def _call(
    house: House, scope: Scope, given: dict[bytes, bytes], request_id: str, line: Line
) -> Call:
    access = await access_of(house, scope, given)
    purpose = given.get(b"purpose", b"duty").decode("latin-1")
    purposes = house.figure("gateway_purposes")
    if purpose not in purposes:
        raise Invalid("未知的查阅目的", "Unknown purpose", where="header.Purpose", allowed=purposes)
    query: bytes = scope["query_string"]
    raw: bytes = scope["raw_path"]
    target = (raw + b"?" + query if query else raw).decode("latin-1")
    principal, header = access.principal, access.header
    if (opening := given.get(b"break-glass")) is not None:
        name = await house.openings.require(access, opening.decode("latin-1"))
        principal = replace(principal, break_glass=name)
        header = signed(principal, house.ring.signing(), access.expires)
    return Call(line, access, principal, header, request_id, purpose, target, given)


async def _body(
    given: Mapping[bytes, bytes], receive: Receive, limit: int, seconds: float
) -> bytes:
    """The body within its limits; one that is announced too large is refused unread."""
    announced = given.get(b"content-length", b"0")
    if not announced.isdigit():
        raise Invalid(where="header.Content-Length")
    if int(announced) > limit:
        raise TooLarge(limit_bytes=limit)
    try:
        async with asyncio.timeout(seconds):
            body = await read_body(receive, limit)
    except TimeoutError:
        raise TooSlowToSend() from None
    if body is None:
        raise TooLarge(limit_bytes=limit)
    return body


def _known_first(house: House, send: Send) -> Send:
    """What was changed about a client holds here before the answer says so."""

    async def after_loading(message: Message) -> None:
        if message["type"] == "http.response.start":
            await house.notices.load()
        await send(message)

    return after_loading


def _replayed(body: bytes, receive: Receive) -> Receive:
    """The body that was read within its limit, then whatever else comes (a disconnect)."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _request_id(given: Mapping[bytes, bytes]) -> str:
    """The caller's own request id if it is harmless, else a new one."""
    theirs = given.get(b"x-request-id", b"").decode("latin-1")
    return theirs if SAFE_ID.fullmatch(theirs) else os.urandom(16).hex()


@lru_cache(256)
def _outcomes(service: str, status: int) -> Counter:
    return OUTCOMES.labels(service, status)


def _note(house: House, call: Call, seconds: float) -> None:
    _outcomes(call.line.service, call.status).inc()
    who = call.principal
    house.passages.note(
        Passed(
            at=clock(),
            request_id=call.request_id,
            department=who.department,
            client_id=who.client,
            officer=who.officer,
            town=who.town,
            method=call.line.method,
            route=call.line.path,
            clause=call.line.clause,
            purpose=call.purpose,
            status=call.status,
            milliseconds=round(seconds * 1000),
            break_glass=who.break_glass,
        )
    )
