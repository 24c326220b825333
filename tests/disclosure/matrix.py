"""Every question there is, asked by everybody; and what the one policy says of each answer.

Routes come from the table, parameters from the OpenAPI document, things from the marked city:
a new route is asked from its first day, or the matrix says what it lacks to ask it.
"""

import asyncio
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
import httpx
import yaml

from deploy.caller import Caller
from deploy.servers import Postgres
from gateway.routes import Line, Table, read_table
from shared.access import Subject
from shared.identity import Principal
from shared.jurisdiction import jurisdiction
from shared.settings import settings
from tests import patience
from tests.disclosure.world import TOWNS, World
from tests.factories import OTHER_TOWN, TOWN
from tests.platform import Platform

AT_ONCE = 12
PATIENCE = aiohttp.ClientTimeout(total=None, sock_read=120)  # a queue of thousands has to wait
NOBODY = "00000000-0000-7000-8000-000000000000"
ABSENT = "absent"
REFUSED_ENOUGH = 3
REQUIRED = {
    "since": "2026-01-01",
    "until": "2026-12-31",
    "first": "2026-01-01",
    "last": "2026-12-31",
    "consistency/first": "1",
    "consistency/second": "1",
    "months": "3",
    "number": "abc",
}
# What only comes of faults or signatures, which have tests of their own; the gateway itself shows
# no particulars, so that its record has nothing to seal.
SILENT = {
    "/v1/receipts/{receipt_id}",
    "/v1/evidence/{evidence_id}",
    "/v1/gateway/audit/checkpoint",
    "/v1/gateway/audit/consistency",
}
# Filters by which a list may be narrowed to somebody: each is asked for everybody.
NARROWING = ("town", "child_id", "child_ref", "subject_id")


@dataclass(frozen=True, slots=True)
class Who:
    """A caller: one client of one department, and for a town which one."""

    label: str
    principal: Principal
    caller: Caller = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a caller was answered; `child` is whose thing was asked for, if one was named."""

    who: Who
    line: Line
    target: str
    child: str
    status: int
    text: str


def table() -> Table:
    """The table of the jurisdiction."""
    document = yaml.safe_load((settings().jurisdiction / "routes.yaml").read_text())
    return read_table(document, jurisdiction().departments)


def everybody(world: World, data_dir: Path) -> list[Who]:
    """A caller of every department, of two towns, and the platform's services."""
    offices = world.offices
    found = []
    services = json.loads((data_dir / "keys" / "service-clients.json").read_text())
    for code in jurisdiction().departments:
        if code == "town":
            for town in (TOWN, OTHER_TOWN):
                principal = Principal("town", f"town-{town}", "asker", town=town)
                who = Who(f"town-{town}", principal, offices.at("town", "asker", town))
                found.append(who)
        elif code.startswith("service:"):
            if code in services:
                caller = Caller(offices.url, code, services[code], None)
                found.append(Who(code, Principal(code, code), caller))
        else:
            found.append(Who(code, Principal(code, code, "asker"), offices.at(code, "asker")))
    return found


def subject(child: str, service: str, kind: str, tasks: dict[tuple[str, str], Any]) -> Subject:
    """A child of the city as the policy sees it in a service."""
    return Subject(
        id=UUID(int=0),
        kind=kind,
        town=TOWNS[child],
        departments=frozenset(tasks.get((service, child), ())),
        shielded=child == "hidden",
    )


class Lacking(Exception):
    """The matrix does not know with what to ask a route; it has to be told."""


def things(world: World, line: Line, name: str) -> list[tuple[str, str]]:
    """Values for a parameter of a path, with the child each belongs to."""
    *_, before, _ = [*line.path.split("/")[: line.path.split("/").index(f"{{{name}}}")], ""]
    for key in (f"{before}/{name}", f"{line.service}/{name}", name):
        if key in world.ids:
            return some(world.ids[key])[: 1 if name == "matter_id" else None]
    if line.path in SILENT:
        return [(NOBODY, "")]
    raise Lacking(f"{line.path}: nothing in the city is a {name}")


def some(known: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Every thing of the first child, and one of each other: they were told alike."""
    first = dict.fromkeys(one for one in known if one[1] in ("near", ""))
    others = {child: (value, child) for value, child in reversed(known)}
    return [*first, *(others[child] for child in ("far", "hidden") if child in others)]


def asks(world: World, who: Who, line: Line, ways: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Of the ways to ask, those a caller takes: of many lines of help the first and its own."""
    if "{line_id}" not in line.path:
        return ways
    mine = who.principal.department
    return [ways[0], *(w for w in ways[1:] if world.receivers[w[0].split("/")[4]] == mine)]


def targets(world: World, line: Line, operation: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every way to ask a route, with the child it is about where one is named."""
    names = [part[1:-1] for part in line.path.split("/") if part.startswith("{")]
    queries = list(_queries(world, line, operation))
    for chosen in product(*(things(world, line, name) for name in names)):
        path = line.path
        for name, (value, _) in zip(names, chosen, strict=True):
            path = path.replace(f"{{{name}}}", value)
        child = next((whose for _, whose in chosen if whose), "")
        for query, whose in queries:
            yield f"{path}{query}", child or whose


def _queries(world: World, line: Line, operation: dict[str, Any]) -> Iterator[tuple[str, str]]:
    asked = {one["name"]: one for one in operation.get("parameters", ()) if one["in"] == "query"}
    narrowing = [name for name in NARROWING if name in asked]
    fixed = {}
    if "limit" in asked:
        fixed["limit"] = str(asked["limit"]["schema"].get("maximum", 100))
    for name, one in asked.items():
        if one.get("required") and name not in NARROWING:
            fixed[name] = _required(line, name)
    if not any(asked[name].get("required") for name in narrowing):
        yield _query(fixed), ""
    for name in narrowing:
        for value, child in _narrowed(world, name):
            yield _query(fixed | {name: value}), child


def _required(line: Line, name: str) -> str:
    for key in (f"{line.path.rsplit('/', 1)[-1]}/{name}", name):
        if key in REQUIRED:
            return REQUIRED[key]
    raise Lacking(f"{line.path}: no value for the query parameter {name}")


def _narrowed(world: World, name: str) -> Iterator[tuple[str, str]]:
    if name == "town":
        yield from ((town, "") for town in (TOWN, OTHER_TOWN))
        return
    for thing in ("child_id", "report_id") if name == "subject_id" else ("child_id",):
        yield world.ids[thing][0][0], "near"


def _query(values: dict[str, str]) -> str:
    return "?" + "&".join(f"{name}={value}" for name, value in values.items()) if values else ""


async def ask_everything(world: World, people: list[Who], lines: list[Line]) -> list[Answer]:
    """Each caller asks each route in every way, and for what is not there; of those whom the
    table keeps from a route, a few ask once."""
    async with aiohttp.ClientSession(
        world.offices.url, connector=aiohttp.TCPConnector(limit=AT_ONCE), timeout=PATIENCE
    ) as client:
        async with client.get("/openapi.json") as got:
            paths = (await got.json())["paths"]
        asking = []
        for line, ways in all_ways(world, lines, paths):
            permitted = [who for who in people if line.permits(who.principal.department)]
            refused = [who for who in people if who not in permitted][:REFUSED_ENOUGH]
            absent = (
                re.sub(r"\{[^}]*\}", NOBODY, line.path) + ways[0][0][len(path_of(ways[0][0])) :]
            )
            for who in permitted:
                asking += [_ask(client, who, line, *way) for way in asks(world, who, line, ways)]
            asking += [_ask(client, who, line, *ways[0]) for who in refused]
            if "{" in line.path:
                asking += [_ask(client, who, line, absent, ABSENT) for who in permitted]
        return await asyncio.gather(*asking)


def all_ways(
    world: World, lines: list[Line], paths: dict[str, Any]
) -> list[tuple[Line, list[tuple[str, str]]]]:
    """The ways to ask each route; Lacking names every route the matrix cannot ask."""
    found, lacking = [], []
    for line in lines:
        try:
            found.append((line, list(targets(world, line, paths[line.path]["get"]))))
        except Lacking as what:
            lacking.append(str(what))
    if lacking:
        raise Lacking("\n".join(lacking))
    return found


def path_of(target: str) -> str:
    """A target without its query."""
    return target.partition("?")[0]


async def _ask(
    client: aiohttp.ClientSession, who: Who, line: Line, target: str, child: str
) -> Answer:
    async with client.get(target, headers={"Authorization": bearer(who)}) as got:
        return Answer(
            who, line, target, child, got.status, (await got.read()).decode(errors="replace")
        )


_bearers: dict[tuple[str, str], str] = {}


def bearer(who: Who) -> str:
    """The caller's token of this platform, asked for once."""
    key = (str(who.caller.http.base_url), who.label)
    if key not in _bearers:
        request = who.caller.http.get("/v1/me").request
        _bearers[key] = request.headers["Authorization"]
    return _bearers[key]


def databases(platform: Platform) -> dict[str, str]:
    """Where each service's rows are."""
    server = Postgres(platform.data_dir / "postgres", platform.processes()["postgres"]["port"])
    return {
        name: server.url(f"hutong_{name}") for name in ("eligibility", "protection", "referrals")
    }


def stream(who: Who) -> str:
    """What the event stream tells a caller from its beginning until it has no more to say."""
    lines: list[str] = []
    with who.caller.http.stream("GET", "/v1/events?after=0", timeout=patience.PATIENCE) as heard:
        for line in heard.iter_lines():
            if line.startswith(":"):  # a heartbeat: there was nothing to say for a while
                break
            lines.append(line)
    return "\n".join(lines)


def page(port: int, path: str) -> str:
    """A page of one process, or nothing where it has none."""
    try:
        return patience.get(f"http://127.0.0.1:{port}{path}").text
    except httpx.HTTPError:
        return ""
