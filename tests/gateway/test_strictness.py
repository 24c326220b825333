"""Every route: whom the gateway has not signed is nobody, and what is unknown is refused."""

import json
import re
from collections.abc import AsyncIterator, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from joserfc.jwk import OKPKey
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.app import local_app
from shared.bus import SERVICES
from shared.database import engine_for, sessions_of
from shared.identity import PRINCIPAL, Principal, signed
from shared.keys import signing_key
from tests.conftest import NewDatabase
from tests.factories import use_environment

FOR_EVER = 4_000_000_000
# A situation in anybody's words: the answer names the keys that nobody read.
ANY_WORDS = "/v1/payments/evaluations"
# A file, and no JSON.
FREE_BODIES = re.compile(r"multipart|octet|ndjson|csv|text/plain")


def app_of(service: str) -> FastAPI:
    if service == "gateway":
        return local_app()
    found = import_module(f"services.{service}.app").app
    assert isinstance(found, FastAPI)
    return found


def calls_of(app: FastAPI) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every operation under /v1, with its variables filled in; the registry interface refuses
    in the form of its standard and with keys of the running gateway: see test_dci."""
    for path, methods in app.openapi()["paths"].items():
        if path.startswith("/v1/") and not path.startswith("/v1/dci/"):
            for method, operation in methods.items():
                yield method.upper(), re.sub(r"{\w+}", str(uuid4()), path), operation


@pytest.fixture(params=[*SERVICES, "gateway"])
async def service(
    request: pytest.FixtureRequest, tmp_path: Path, database_url: NewDatabase
) -> AsyncIterator[FastAPI]:
    """A service's application on a database of its own, without its background work."""
    name = str(request.param)
    use_environment(tmp_path, CLOCK="real", DATABASE_URL=database_url(name))
    app = app_of(name)
    engine: AsyncEngine = engine_for(database_url(name))
    app.state.sessions = sessions_of(engine)
    yield app
    await engine.dispose()


async def asked(app: FastAPI, method: str, path: str, **how: Any) -> httpx.Response:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as http:
        return await http.request(method, path, **how)


async def test_no_route_answers_whom_the_gateway_has_not_signed(service: FastAPI) -> None:
    stranger = OKPKey.generate_key("Ed25519", auto_kid=True)
    forged = signed(Principal("police", "police"), stranger, FOR_EVER)
    calls = list(calls_of(service))
    assert len(calls) > 5
    let_in = []
    for method, path, _ in calls:
        for headers in ({}, {PRINCIPAL: forged}):
            answer = await asked(service, method, path, headers=headers, json={})
            if answer.status_code != 401:
                let_in.append((answer.status_code, method, path))
    assert let_in == []


async def test_every_route_refuses_a_parameter_it_does_not_know_and_names_those_it_does(
    service: FastAPI,
) -> None:
    header = signed(Principal("auditor", "auditor"), signing_key("gateway"), FOR_EVER)
    silent = []
    for method, path, operation in calls_of(service):
        known = {one["name"] for one in operation.get("parameters", []) if one["in"] == "query"}
        answer = await asked(
            service, method, f"{path}?colour=red", headers={PRINCIPAL: header}, json={}
        )
        said = answer.json() if answer.status_code == 400 else {}
        where = [error["where"] for error in said.get("errors", [])]
        if where != ["query.colour"] or not known <= set(said.get("allowed", [])):
            silent.append((answer.status_code, method, path))
    assert silent == []


async def test_every_route_that_reads_json_refuses_a_body_under_another_name(
    service: FastAPI,
) -> None:
    header = signed(Principal("auditor", "auditor"), signing_key("gateway"), FOR_EVER)
    asked_for, taken = 0, []
    for method, path, operation in calls_of(service):
        if "application/json" not in operation.get("requestBody", {}).get("content", {}):
            continue
        for kind in ({}, {"Content-Type": "text/plain"}):
            sent = {PRINCIPAL: header} | kind
            answer = await asked(service, method, path, headers=sent, content=b"{}")
            asked_for += 1
            if answer.status_code != 415 or answer.json()["allowed"] != ["application/json"]:
                taken.append((answer.status_code, method, path, kind))
    assert asked_for > 10
    assert taken == []


async def test_no_route_takes_a_parameter_that_says_two_things(service: FastAPI) -> None:
    header = signed(Principal("auditor", "auditor"), signing_key("gateway"), FOR_EVER)
    asked_for, taken = 0, []
    for method, path, operation in calls_of(service):
        for one in operation.get("parameters", []):
            if one["in"] != "query" or '"array"' in json.dumps(one["schema"]):
                continue
            target, name = f"{path}?{one['name']}=1&{one['name']}=2", one["name"]
            asked_for += 1
            answer = await asked(service, method, target, headers={PRINCIPAL: header}, json={})
            said = answer.json().get("errors", []) if answer.status_code == 400 else []
            if f"query.{name}" not in [error["where"] for error in said]:
                taken.append((answer.status_code, method, target))
    assert asked_for > 5
    assert taken == []


@pytest.mark.parametrize("name", [*SERVICES, "gateway"])
def test_every_body_refuses_a_field_it_does_not_know(name: str) -> None:
    app = app_of(name)
    schemas = app.openapi()["components"]["schemas"]
    open_ones = []
    for method, path, operation in calls_of(app):
        for kind, content in operation.get("requestBody", {}).get("content", {}).items():
            if FREE_BODIES.search(kind) or path == ANY_WORDS:
                continue
            open_ones += [
                (method, path, json.dumps(schema)[:80])
                for schema in _alternatives(content["schema"], schemas)
                if schema.get("additionalProperties", True) is not False
            ]
    assert open_ones == []


def _alternatives(schema: dict[str, Any], schemas: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The objects a body may be: behind references, in lists, one of several."""
    if reference := schema.get("$ref"):
        yield from _alternatives(schemas[reference.rpartition("/")[2]], schemas)
    elif several := schema.get("anyOf") or schema.get("oneOf"):
        for one in several:
            yield from _alternatives(one, schemas)
    elif schema.get("type") == "array":
        yield from _alternatives(schema["items"], schemas)
    elif schema.get("type") != "null":
        yield schema
