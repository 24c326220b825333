"""The route class every API uses: one transaction a request, and one answer for a key.

`Route` opens the session, runs the handler, commits, and only then answers: 2xx means committed.
A problem, or anything else that is raised, rolls back; nothing is half done.
"""

import hashlib
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from typing import Annotated, Any, TypeGuard, TypeVar, cast, get_args, get_origin

from fastapi import Depends, Header, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from sqlalchemy import LargeBinary, SmallInteger, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.audit import record_writes
from shared.database import KernelRecord, now, transaction
from shared.identity import principal_of
from shared.problem import Invalid, KeyReused, PreconditionRequired, Stale, UnsupportedMedia
from shared.problems import invalid
from shared.vault import seal_own, unseal_own

UNKNOWN = ("未知的查询参数", "Unknown query parameter")
TWICE = ("查询参数重复", "Given more than once")
Handle = Callable[[Request], Awaitable[Response]]
M = TypeVar("M", bound=BaseModel)


class StoredAnswer(KernelRecord):
    """The answer given to a POST with an Idempotency-Key, sealed, to be given again."""

    __tablename__ = "stored_answer"
    client: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[int | None] = mapped_column(SmallInteger)
    headers: Mapped[dict[str, str] | None]
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    at: Mapped[datetime]


class Route(APIRoute):
    """A route whose handler runs in one transaction: `APIRouter(route_class=Route)`."""

    def get_route_handler(self) -> Callable[[Request], Any]:
        """Wrap FastAPI's handler with the transaction, the key and the strict query."""
        handle = super().get_route_handler()
        known, reads_json = dict(_query_names(self.dependant)), self.body_field is not None

        async def in_transaction(request: Request) -> Response:
            refuse_unknown(request, known.keys(), lists=[name for name in known if known[name]])
            if reads_json:
                await json_of(request)
            async with transaction(request.app.state.sessions) as session:
                request.state.session = session
                key = request.headers.get("idempotency-key")
                if key is None or request.method != "POST":
                    response = await handle(request)
                else:
                    response = await _once(session, request, key, handle)
                if "wrote" in session.info:
                    await record_writes(session, principal_of(request))
            return response

        return in_transaction


class Bare(APIRoute):
    """A hot route, of the same document: its function gets the request and makes the answer.

    No session, no dependencies: it asks itself who calls, and reads the body by `told`.
    `Straight` is the way to it.
    """

    def get_route_handler(self) -> Callable[[Request], Any]:
        """The function itself."""
        return cast(Handle, self.endpoint)


def body_of(model: type[BaseModel]) -> dict[str, Any]:
    """What the document of the API says of the body of a bare route."""
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


async def json_of(request: Request) -> bytes:
    """The body, which must say that it is JSON: `curl -d` by itself says that it is a form."""
    body = await request.body()
    if body and not is_json(request.headers.get("content-type", "")):
        raise UnsupportedMedia(where="header.Content-Type", allowed=["application/json"])
    return body


def is_json(content_type: str) -> bool:
    """`application/json`, with whatever parameters, or a form of it (`…+json`)."""
    kind, _, form = content_type.partition(";")[0].strip().lower().partition("/")
    return kind == "application" and (form == "json" or form.endswith("+json"))


def told(model: type[M], body: bytes) -> M:
    """The body of a bare route; what is wrong with it is said as everywhere."""
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        found = [e | {"loc": ("body", *e["loc"])} for e in error.errors(include_url=False)]
        raise invalid(found, model) from error


class Straight:
    """ASGI: leads to a bare route past the framework's layers, a tenth of what a report costs.

    What it raises is answered by the handlers all other routes have.
    """

    def __init__(self, app: ASGIApp, routes: Iterable[BaseRoute]) -> None:
        self.app = app
        self.bare = {
            (method, route.path): route
            for route in routes
            if isinstance(route, Bare)
            for method in route.methods or ()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """To the function of a bare route, or on to the application."""
        route = self.bare.get((scope.get("method", ""), scope.get("path", "")))
        if route is None:
            await self.app(scope, receive, send)
            return
        scope["route"], request = route, Request(scope, receive)
        handlers = request.app.exception_handlers
        try:
            response = await route.endpoint(request)
        except tuple(filter(_is_error, handlers)) as error:
            known = next(kind for kind in type(error).__mro__ if kind in handlers)
            response = await handlers[known](request, error)
        await response(scope, receive, send)


def _is_error(kind: int | type[Exception]) -> TypeGuard[type[Exception]]:
    """A status code has handlers too."""
    return isinstance(kind, type)


def _query_names(dependant: Dependant) -> Iterable[tuple[str, bool]]:
    """Each parameter, and whether it may be given several times."""
    for parameter in dependant.query_params:
        kind = parameter.field_info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            for name, field in kind.model_fields.items():
                yield field.alias or name, _is_list(field.annotation)
        else:
            yield parameter.alias, _is_list(kind)
    for below in dependant.dependencies:
        yield from _query_names(below)


def _is_list(annotation: Any) -> bool:
    return any(get_origin(one) is list for one in (annotation, *get_args(annotation)))


def only(*known: str) -> Any:
    """The dependency of a route of another class that is as strict: only these parameters."""

    async def strictly(request: Request) -> None:
        refuse_unknown(request, known, lists=known)

    return Depends(strictly)


def refuse_unknown(
    request: Request, known: Iterable[str] = (), *, lists: Iterable[str] = ()
) -> None:
    """An unknown filter is an error, and one that says two things: to ignore it, or half of it,
    would answer another question (fail closed)."""
    if not request.scope["query_string"]:
        return
    asked = Counter(name for name, _ in request.query_params.multi_items())
    unknown = asked.keys() - set(known)
    twice = {name for name, count in asked.items() if count > 1} - unknown - set(lists)
    errors = [
        *({"where": f"query.{n}", "zh": UNKNOWN[0], "en": UNKNOWN[1]} for n in sorted(unknown)),
        *({"where": f"query.{n}", "zh": TWICE[0], "en": TWICE[1]} for n in sorted(twice)),
    ]
    if errors:
        raise Invalid(errors=errors, allowed=sorted(known))


async def _once(session: AsyncSession, request: Request, key: str, handle: Handle) -> Response:
    """The handler's answer, or the one that was given when this key first came."""
    if not 1 <= len(key) <= 200:
        raise Invalid(where="header.Idempotency-Key", allowed="1–200")
    client = principal_of(request).client
    asked = f"{request.method} {request.url.path}?{request.url.query}\n".encode()
    fingerprint = hashlib.sha256(asked + await request.body()).digest()
    fresh = await session.execute(
        upsert(StoredAnswer)
        .values(client=client, key=key, fingerprint=fingerprint, at=now(session))
        .on_conflict_do_nothing()
        .returning(StoredAnswer.key)
    )
    if fresh.first() is None:
        return await _again(session, client, key, fingerprint)
    response = await handle(request)
    kept = {k: v for k, v in response.headers.items() if k in ("location", "etag", "content-type")}
    await session.execute(
        update(StoredAnswer)
        .where(StoredAnswer.client == client, StoredAnswer.key == key)
        .values(
            status=response.status_code,
            headers=kept,
            body=seal_own(f"answer|{client}|{key}", bytes(response.body)),
        )
    )
    return response


async def _again(session: AsyncSession, client: str, key: str, fingerprint: bytes) -> Response:
    stored = (
        await session.execute(
            select(StoredAnswer).where(StoredAnswer.client == client, StoredAnswer.key == key)
        )
    ).scalar_one()
    if stored.fingerprint != fingerprint or stored.status is None or stored.body is None:
        raise KeyReused(where="header.Idempotency-Key")
    body = unseal_own(f"answer|{client}|{key}", stored.body)
    headers = (stored.headers or {}) | {"idempotency-replayed": "true"}
    return Response(body, stored.status, headers)


async def _if_match(if_match: Annotated[str | None, Header()] = None) -> int | None:
    if if_match is None:
        return None
    try:
        return int(if_match.removeprefix("W/").strip('"'))
    except ValueError as error:
        raise Invalid(where="header.If-Match", allowed='"<version>"') from error


IfMatch = Annotated[int | None, Depends(_if_match)]


def expect_version(if_match: int | None, version: int) -> None:
    """Refuse a change that does not name the version it changes, or names an old one."""
    if if_match is None:
        raise PreconditionRequired(where="header.If-Match", allowed=[f'"{version}"'])
    if if_match != version:
        raise Stale(allowed=[f'"{version}"'])
