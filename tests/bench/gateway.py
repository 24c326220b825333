"""The gateway before a service as services are made: throughput, added latency, token checks.

Gateway and direct calls alternate in one run, with the same load generator on the same cores, so
that only their ratio is meant.
"""

import asyncio
import os
import statistics
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from gateway.identity.clients import Client, Clients
from gateway.identity.ring import Ring
from gateway.identity.tokens import Grant, Tokens
from shared.identity import PRINCIPAL, Principal, signed
from shared.settings import settings
from tests.bench.load import Generator, Measured, Plan
from tests.conftest import begin
from tests.gateway.conftest import World, make_world

ROUNDS, SECONDS = 5, 1.5
CONNECTIONS = (1, 16, 64)
PATH = "/v1/protection/reports/abc"


def row(name: str, value: float, unit: str, ratio: float, baseline: str) -> dict[str, Any]:
    """One line of the results."""
    rounded = {"value": round(value, 3), "ratio": round(ratio, 3)}
    return {"name": name, "unit": unit, "baseline": baseline} | rounded


def forwarding(world: World, generator: Generator) -> list[dict[str, Any]]:
    """Through the gateway against the same service directly, in turn."""
    update = "update client set rate = 100000 where id = 'police' returning id"
    world.rows(world.gateway_database, update)
    world.rows(world.gateway_database, "select pg_notify('gateway_identity', '')")
    time.sleep(0.5)
    through = f"Authorization: Bearer {world.token('police', '0417')}"
    principal = Principal("police", "police", "0417", scopes=("protection:read",))
    direct = f"{PRINCIPAL}: {signed(principal, Ring().signing(), int(time.time()) + 600)}"

    def reading(port: int, header: str, connections: int) -> Measured:
        plan = Plan(port, (header,), connections, path=PATH, seconds=SECONDS)
        return generator.carried_out(plan)

    rows = []
    for connections in CONNECTIONS:
        pairs = []
        for _ in range(ROUNDS):
            plain = reading(world.service_port, direct, connections)
            pairs.append((plain, reading(world.port, through, connections)))
        ratio = statistics.median(one.rate / alone.rate for alone, one in pairs)
        rate = statistics.median(one.rate for _, one in pairs)
        late = statistics.median(one.late for _, one in pairs)
        added = statistics.median(one.median - alone.median for alone, one in pairs)
        median = statistics.median(alone.median for alone, _ in pairs)
        name = f"gateway, {connections} connections"
        rows.append(row(f"{name}: throughput", rate, "requests/s", ratio, "the service directly"))
        rows.append(row(f"{name}: p99", late, "ms", late / max(median, 0.001), "direct median"))
        if connections == 1:
            unit = (added / max(median, 0.001), "direct median")
            rows.append(row(f"{name}: added latency p50", added, "ms", *unit))
    return rows


def token_checks() -> list[dict[str, Any]]:
    """A token seen for the first time, and one that is remembered."""
    client = Client("police", "police")
    ring = Ring()
    tokens = Tokens(ring, Clients([client]), "https://gateway")
    grant = Grant(client, "0417", "police", None, client.scopes)
    fresh = [tokens.issue(grant, 600)[0] for _ in range(300)]
    began = time.perf_counter()
    for token in fresh:
        tokens.check(token)
    first = (time.perf_counter() - began) / len(fresh)
    began = time.perf_counter()
    for _ in range(200):
        for token in fresh:
            tokens.check(token)
    again = (time.perf_counter() - began) / (200 * len(fresh))
    return [
        row("token check, new", 1 / first, "checks/s", 1.0, "itself"),
        row("token check, remembered", 1 / again, "checks/s", first / again, "a new token"),
    ]


async def benchmarks() -> list[dict[str, Any]]:
    """Starts a gateway and a service on real servers and measures them."""
    folder = Path(tempfile.mkdtemp(prefix="hutong-bench-"))
    return await asyncio.to_thread(measured, folder)


def measured(folder: Path) -> list[dict[str, Any]]:
    """As `benchmarks`, outside the loop: starting processes waits."""
    servers, running = begin(folder)
    try:
        with ExitStack() as stack:
            (folder / "world").mkdir()
            world = make_world(servers, folder / "world", stack, CLOCK="real")
            os.environ.update(world.environment(world.gateway_database))
            settings.cache_clear()
            generator = stack.enter_context(Generator())
            return [*token_checks(), *forwarding(world, generator)]
    finally:
        for server in reversed(running):
            server.stop()
