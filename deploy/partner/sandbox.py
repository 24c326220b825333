"""`python -m deploy.partner sandbox [PORT]`: the door as a partner sees it, with nothing behind it.

Offline: no database, no NATS, no network. The table of routes, the shapes of what is sent, the
signatures, the idempotency keys and the refusals are the platform's own; answers are invented.
Any secret is right here. What a push does to a case, only the platform knows.
"""

import base64
import hashlib
import importlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
import uvicorn
from fastapi.routing import APIRoute
from pydantic import TypeAdapter, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from deploy.partner import invented
from deploy.partner.proofs import Proofs
from gateway.routes import Line, Table, read_table
from shared.bus import SERVICES
from shared.clock import clock
from shared.documents import read
from shared.jurisdiction import jurisdiction
from shared.law import plain
from shared.problem import (
    Forbidden,
    Invalid,
    KeyReused,
    NotFound,
    Problem,
    Unauthenticated,
    UnsupportedMedia,
)
from shared.problems import invalid
from shared.route import is_json

PORT = 8090
SECONDS = 600
# Shapes of bodies that their service reads by itself.
SHAPES = {"POST /v1/protection/reports": ("services.protection.schemas.reports", "ReportTold")}
# Refusals that rest on a sentence of the law and not on the shape of what is sent.
REQUIRED = {
    "POST /v1/protection/detentions": (
        "minor_children",
        "services.protection.operations.detentions",
        "MinorChildrenUnanswered",
    )
}


@dataclass(slots=True)
class Given:
    """An answer that was given for an idempotency key."""

    fingerprint: bytes
    status: int
    body: Any


@dataclass
class Sandbox:
    """What the sandbox remembers while it runs; nothing of it is written anywhere."""

    table: Table
    routes: dict[str, APIRoute]
    proofs: Proofs = field(default_factory=Proofs)
    tokens: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    given: dict[tuple[str, str], Given] = field(default_factory=dict)

    # -- who calls --------------------------------------------------------------------------

    async def token(self, request: Request) -> Response:
        """A token for any client there is; a client with a key may sign for itself."""
        form = {name: str(value) for name, value in (await request.form()).items()}
        client = form.get("client_id") or self.proofs.asserted(form.get("client_assertion", ""))
        if client is None or client not in clients():
            return JSONResponse({"error": "invalid_client"}, 401)
        token = uuid4().hex
        self.tokens[token] = (client, form.get("officer"))
        return JSONResponse(
            {"access_token": token, "token_type": "Bearer", "expires_in": SECONDS, "scope": ""}
        )

    def caller(self, request: Request) -> tuple[str, str]:
        """Client and department of a request, or 401."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme != "Bearer" or token not in self.tokens:
            raise Unauthenticated()
        client, _ = self.tokens[token]
        return client, clients()[client]

    # -- what is called ---------------------------------------------------------------------

    async def answer(self, request: Request) -> Response:
        """As the door would: the route, the caller, the table, then what was sent."""
        request_id = str(uuid4())
        try:
            status, body, again = await self._answer(request)
        except Problem as problem:
            content = orjson.dumps(problem.body(request_id), default=plain)
            return Response(content, problem.status, media_type="application/problem+json")
        headers = {"idempotency-replayed": "true"} if again else {}
        content = orjson.dumps(body, default=plain)
        return Response(content, status, headers, media_type="application/json")

    async def _answer(self, request: Request) -> tuple[int, Any, bool]:
        line = self.table.find(request.method, request.url.path)
        if line is None:
            raise NotFound()
        client, department = self.caller(request)
        if not line.permits(department):
            raise Forbidden(clause=line.clause, allowed=sorted(line.departments))
        content = await request.body()
        if request.url.path == "/v1/me/keys":
            self.proofs.register(client, _json(content)["jwks"])
            return 200, {"client": client}, False
        if request.url.path == "/v1/clock":
            return 200, {"now": clock().isoformat(), "mode": "sandbox"}, False
        if line.signed and "signature-input" in request.headers:
            self.proofs.check(request, content, client)
        return self._once(request, line, client, content)

    def _once(
        self, request: Request, line: Line, client: str, content: bytes
    ) -> tuple[int, Any, bool]:
        """The same key and body give the first answer again; another body is refused."""
        key = request.headers.get("idempotency-key")
        fingerprint = hashlib.sha256(request.url.path.encode() + content).digest()
        known = self.given.get((client, key)) if key and request.method == "POST" else None
        if known is not None:
            if known.fingerprint != fingerprint:
                raise KeyReused(where="header.Idempotency-Key")
            return known.status, known.body, True
        status, body = self._handled(request, line, content)
        if key and request.method == "POST":
            self.given[client, key] = Given(fingerprint, status, body)
        return status, body, False

    def _handled(self, request: Request, line: Line, content: bytes) -> tuple[int, Any]:
        """What was sent, held to the service's own shape; then an invented answer."""
        route = self.routes.get(f"{line.method} {_shape(line.path)}")
        if route is None:
            return 200, {"sandbox": True}
        if (shape := _shape_of(line, route)) is not None:
            if content and not is_json(request.headers.get("content-type", "")):
                raise UnsupportedMedia(where="header.Content-Type", allowed=["application/json"])
            said = _json(content)
            try:
                TypeAdapter(shape).validate_python(said)
            except ValidationError as error:
                errors = [{**one, "loc": ("body", *one["loc"])} for one in error.errors()]
                raise invalid(errors, shape) from error
            _by_law(line, said)
        status = route.status_code or 200
        return status, invented.answer(route.response_model)


def _shape_of(line: Line, route: APIRoute) -> Any:
    """The model of what is sent to a route, or None when nothing is."""
    module, name = SHAPES.get(f"{line.method} {line.path}", ("", ""))
    if module:
        return getattr(importlib.import_module(module), name)
    bodies = route.dependant.body_params
    return bodies[0].field_info.annotation if bodies else None


def _by_law(line: Line, said: Any) -> None:
    name, module, problem = REQUIRED.get(f"{line.method} {line.path}", ("", "", ""))
    if name and isinstance(said, dict) and said.get(name) is None:
        raise getattr(importlib.import_module(module), problem)(where=f"body.{name}")


def _json(content: bytes) -> Any:
    try:
        return json.loads(content or b"{}")
    except ValueError as error:
        raise Invalid("不是有效的 JSON", "Not valid JSON", where="body") from error


def clients() -> dict[str, str]:
    """Every client there would be on one machine, and its department."""
    found = {code: code for code in jurisdiction().departments if ":" not in code}
    return found | {f"town-{code}": "town" for code in jurisdiction().towns}


def _shape(path: str) -> str:
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))


def served() -> dict[str, APIRoute]:
    """The services' own routes, by method and shape of path."""
    found: dict[str, APIRoute] = {}
    for service in SERVICES:
        application = importlib.import_module(f"services.{service}.app").app
        for included in application.routes:
            router = getattr(included, "original_router", None)
            for route in router.routes if router else ():
                found |= {f"{method} {_shape(route.path)}": route for method in route.methods}
    return found


def application() -> Starlette:
    """The sandbox as an application."""
    table = read_table(read(jurisdiction().folder / "routes.yaml"), jurisdiction().departments)
    sandbox = Sandbox(table, served())

    async def ready(_: Request) -> Response:
        return JSONResponse({"ready": True, "sandbox": True})

    async def metadata(request: Request) -> Response:
        issuer = f"{request.url.scheme}://{request.url.netloc}"
        return JSONResponse({"issuer": issuer, "token_endpoint": f"{issuer}/oauth/token"})

    methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    return Starlette(
        routes=[
            Route("/oauth/token", sandbox.token, methods=["POST"]),
            Route("/health/ready", ready),
            Route("/.well-known/oauth-authorization-server", metadata),
            Route("/{path:path}", sandbox.answer, methods=methods),
        ]
    )


def secrets_file(folder: Path) -> Path:
    """A file of secrets as `make run` writes one; here any secret is right."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "sign-in.json"
    made = {client: base64.urlsafe_b64encode(os.urandom(8)).decode() for client in clients()}
    file.write_text(json.dumps({"clients": made}, ensure_ascii=False, indent=1))
    return file


def run(port: int = PORT) -> None:
    """Serve until Ctrl-C."""
    file = secrets_file(Path("sandbox"))
    print(f"sandbox ready http://127.0.0.1:{port} · {file}", flush=True)
    uvicorn.run(application(), host="127.0.0.1", port=port, log_level="warning")
