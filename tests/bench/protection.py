"""How fast a durable report is: what intake writes in one statement against one bare row.

Both run against the same PostgreSQL with fsync, taking turns, so that only their ratio counts.
Rows count only when reports, outbox and audit agree to the row.
"""

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine

from deploy.host import free_port
from deploy.local import databases
from deploy.local.settings import ROOT
from deploy.servers import Postgres, serving
from services.protection.operations import intake
from services.protection.schemas.reports import ReportTold
from shared.clock import clock
from shared.database import engine_for
from tests.factories import principal, use_environment

ROUNDS, REPORTS = 5, 2000
WHO = principal("police")


def _told() -> ReportTold:
    return ReportTold.model_validate(
        {
            "id": str(uuid4()),
            "institution_type": "小学",
            "reporter": {"kind": "staff", "name": "某人", "phone": "13700000000"},
            "grounds": ["R4"],
            "what_was_seen": "多处瘀青" * 20,
            "found_at": (clock() - timedelta(minutes=20)).isoformat(),
            "town": "泽国镇",
            "child": {"name": "某某", "birth_date": "2014-01-01", "id_no": uuid4().hex[:18]},
        }
    )


async def _rate(clients: int, work: Callable[[], Awaitable[Any]]) -> tuple[float, float]:
    """Times a second, and the 99th percentile in milliseconds."""
    waits: list[float] = []

    async def client() -> None:
        for _ in range(REPORTS // clients):
            began = time.perf_counter()
            await work()
            waits.append(time.perf_counter() - began)

    began = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    spent = time.perf_counter() - began
    return len(waits) / spent, statistics.quantiles(waits, n=100)[98] * 1000


async def _rounds(engine: AsyncEngine, url: str, clients: int) -> dict[str, Any]:
    pool = await asyncpg.create_pool(url, min_size=16, max_size=16)
    await pool.execute("CREATE TABLE IF NOT EXISTS bare (id uuid PRIMARY KEY, body text)")
    body = "x" * 600

    async def bare() -> None:
        await pool.execute("INSERT INTO bare VALUES ($1, $2)", uuid4(), body)

    async def report() -> None:
        await intake.receive(engine, WHO, _told(), b"")

    found: dict[str, list[float]] = {"bare": [], "report": [], "p99": []}
    for _ in range(ROUNDS):
        found["bare"].append((await _rate(clients, bare))[0])
        rate, p99 = await _rate(clients, report)
        found["report"].append(rate)
        found["p99"].append(p99)
    await pool.close()
    return {name: statistics.median(values) for name, values in found.items()}


async def _agree(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        raw: Any = (await connection.get_raw_connection()).driver_connection
        counts = await raw.fetchrow(
            "SELECT (SELECT count(*) FROM report), (SELECT count(*) FROM disclosure), (SELECT "
            "count(*) FROM outbox WHERE type = 'protection.report.accepted.v1')"
        )
    assert len(set(counts)) == 1, f"reports, audit, outbox differ: {tuple(counts)}"


def _lines(clients: int, found: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "name": f"durable report with case, clocks, event and audit, {clients} at once",
            "value": round(found["report"]),
            "unit": "reports/s",
            "ratio": round(found["report"] / found["bare"], 2),
            "baseline": "one bare row a transaction, 16 connections",
        },
        {
            "name": f"p99 of a durable report, {clients} at once",
            "value": round(found["p99"], 1),
            "unit": "ms",
            "ratio": None,
            "baseline": None,
        },
    ]


async def benchmarks() -> list[dict[str, Any]]:
    """Rows for `bench/results.json`."""
    rows = []
    with tempfile.TemporaryDirectory(prefix="hutong-bench-") as folder:
        postgres = Postgres(Path(folder) / "postgres", free_port(), durable=True)
        with serving(postgres, Path(folder) / "postgres.log"):
            await databases.create_missing(postgres.url(), ["protection"])
            url = postgres.url("protection")
            use_environment(Path(folder), DATABASE_URL=url)
            await asyncio.to_thread(
                subprocess.run,
                [sys.executable, "-m", "shared.database", "migrate", "protection"],
                env={**os.environ, "DATABASE_URL": url},
                cwd=ROOT,
                check=True,
            )
            engine = engine_for(url)
            for clients in (16, 64):
                rows += _lines(clients, await _rounds(engine, url, clients))
            await _agree(engine)
            await engine.dispose()
    return rows


if __name__ == "__main__":
    for line in asyncio.run(benchmarks()):
        print(line)  # noqa: T201 - a benchmark tells what it measured
