"""`/openapi.json`, `/asyncapi.json`, `/docs`: what there is, and with a token what the caller may.

The services are asked for their documents, and the merged one is kept for a minute. Without a
token the whole table is shown; with one, only the calls of that department's lines.
"""

import asyncio
from pathlib import Path
from time import monotonic
from typing import Any

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from gateway.house import House, house_of
from gateway.identity.access import access_of
from gateway.identity.tokens import Access
from gateway.pages import POLICY, docs_page, problem_page
from gateway.proxy import NO_ANSWER
from shared.bus import SERVICES
from shared.generated.interfaces import merged
from shared.problem import NotFound, Problem

router = APIRouter(include_in_schema=False)
KEPT_SECONDS = 60.0
ASYNCAPI = Path(__file__).parents[2] / "deploy" / "generated" / "asyncapi.json"


class Documents:
    """The merged document, made from what the services say of themselves."""

    def __init__(self, own: dict[str, Any]) -> None:
        self._parts: dict[str, dict[str, Any]] = {"gateway": own}
        self._whole: dict[str, Any] = {}
        self._until = 0.0

    async def whole(self, house: House) -> dict[str, Any]:
        """One OpenAPI 3.1 document of every route of the table."""
        if monotonic() < self._until:
            return self._whole
        answers = await asyncio.gather(*(self._ask(house, name) for name in SERVICES))
        for name, document in zip(SERVICES, answers, strict=True):
            if document is not None:
                self._parts[name] = document
        self._whole = listed(merged(self._parts), house)
        # A service that was away is asked again soon.
        self._until = monotonic() + (KEPT_SECONDS if all(answers) else 2.0)
        return self._whole

    async def _ask(self, house: House, service: str) -> dict[str, Any] | None:
        try:
            response = await house.proxy.ask(service, "GET", "/openapi.json", {}, b"", 10.0)
            async with response:
                found = orjson.loads(await response.read()) if response.status == 200 else None
                return dict(found) if found else None
        except (Problem, *NO_ANSWER, TimeoutError):
            return None


def listed(document: dict[str, Any], house: House) -> dict[str, Any]:
    """The document with only what the table lists, and what the table says of each call."""
    paths: dict[str, Any] = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            line = house.table.find(method.upper(), path)
            if line is None:
                continue
            said: dict[str, Any] = {
                "x-departments": sorted(line.departments),
                "x-clause": line.clause,
                "summary": line.zh,
            }
            said |= {"x-signed": True} if line.signed else {}
            paths.setdefault(path, {})[method] = operation | said
    return document | {"paths": paths}


def for_caller(document: dict[str, Any], house: House, access: Access) -> dict[str, Any]:
    """Only what the bearer of a token may call: its department, within the token's scopes."""
    department = access.principal.department
    paths: dict[str, Any] = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            line = house.table.find(method.upper(), path)
            if line is not None and line.permits(department) and line.scope in access.scopes:
                paths.setdefault(path, {})[method] = operation
    return document | {"paths": paths}


async def _caller(house: House, request: Request) -> Access | None:
    if "authorization" not in request.headers:
        return None
    return await access_of(house, request.scope, dict(request.scope["headers"]))


def documents_of(request: Request) -> Documents:
    """The documents of the running application."""
    state = request.app.state
    if not hasattr(state, "documents"):
        state.documents = Documents(request.app.openapi())
    found = state.documents
    assert isinstance(found, Documents)
    return found


@router.get("/openapi.json")
async def openapi(request: Request) -> Response:
    """Every route; with a token, those the caller may call."""
    house = house_of(request.app)
    document = await documents_of(request).whole(house)
    if (access := await _caller(house, request)) is not None:
        document = for_caller(document, house, access)
    return Response(orjson.dumps(document), media_type="application/json")


@router.get("/asyncapi.json")
async def asyncapi(request: Request) -> Response:
    """Every event there is; with a token, those the caller may be told of."""
    house = house_of(request.app)
    document = orjson.loads(ASYNCAPI.read_bytes())
    if (access := await _caller(house, request)) is not None:
        allowed = set(house.audience.types_for(access.principal.department))
        channels = {k: v for k, v in document["channels"].items() if k in allowed}
        operations = {
            name: operation
            for name, operation in document["operations"].items()
            if operation["channel"]["$ref"].removeprefix("#/channels/") in allowed
        }
        document |= {"channels": channels, "operations": operations}
    return Response(orjson.dumps(document), media_type="application/json")


@router.get("/docs")
@router.get("/docs/{department}")
async def docs(request: Request, department: str | None = None) -> Response:
    """The routes as a page to read: everybody's, those of one department, or the caller's own."""
    house = house_of(request.app)
    if department is None and (access := await _caller(house, request)) is not None:
        department = access.principal.department
    document = await documents_of(request).whole(house)
    html = docs_page(document, house.table, house.audience, department)
    return _page(html)


@router.get("/problems/{code}")
async def problem(code: str) -> Response:
    """What a problem means."""
    page = problem_page(code)
    if page is None:
        raise NotFound()
    return _page(page)


@router.get("/")
async def root(request: Request) -> Response:
    """Where things are."""
    issuer = house_of(request.app).issuer
    names = ("/docs", "/openapi.json", "/asyncapi.json", "/health/ready")
    links = [issuer + name for name in names]
    body = orjson.dumps({"name": "护童 Hutong", "links": links})
    return Response(body, media_type="application/json")


def _page(html: str) -> HTMLResponse:
    return HTMLResponse(html, headers={"content-security-policy": POLICY})
