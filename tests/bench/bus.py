"""How fast the outbox drains against bare JetStream, and how soon an event follows its POST.

The baseline publishes the same bytes to the same NATS with the same flush of every message, as
many at once as a batch of the relay, taking turns with it. A drain counts only when the stream
holds exactly the rows of the outbox; a latency only when each POST's event arrived once.
"""

import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import nats
import orjson
from fastapi import APIRouter
from nats.js import JetStreamContext

from deploy.host import free_port
from deploy.local import databases
from deploy.local.settings import ROOT
from deploy.servers import Nats, Postgres, serving
from shared import relay
from shared.bus import STREAM, Received, emit, handlers_of, hears
from shared.database import Session, engine_for, sessions_of
from shared.events.protection import CaseClosed
from shared.relay import Bus, stream_config
from shared.web import Route, create_app
from tests.factories import headers, served, use_environment

EVENTS = int(os.environ.get("BENCH_EVENTS", "20000"))
CASES, ROUNDS, POSTS = 4000, 3, 400
FILL = """
    WITH numbered AS (
        SELECT n, n % $2 AS k FROM generate_series(0, $1 - 1) n),
    cases AS (SELECT k, gen_random_uuid() AS id FROM generate_series(0, $2 - 1) k)
    INSERT INTO outbox (event_id, type, subject_id, sequence, data, created_at)
    SELECT gen_random_uuid(), 'protection.case.closed.v1', cases.id, n / $2 + 1,
           jsonb_build_object('case_id', cases.id, 'child_ref', NULL, 'reason', 'safe'),
           now()
      FROM numbered JOIN cases USING (k) ORDER BY n
"""
router = APIRouter(prefix="/v1/protection/cases", route_class=Route)
ARRIVED: dict[UUID, float] = {}


@router.post("/{case_id}/steps", status_code=201)
async def take_step(session: Session, case_id: UUID) -> dict[str, UUID]:
    """The least a service does: one event in one transaction."""
    step = CaseClosed(case_id=case_id, child_ref=None, reason="safe")
    return {"event_id": await emit(session, step)}


@hears(CaseClosed)
async def on_step(session: Any, event: CaseClosed, received: Received) -> None:
    """The moment another service acts on it."""
    ARRIVED[received.id] = time.perf_counter()


@asynccontextmanager
async def servers() -> AsyncIterator[tuple[Postgres, Nats]]:
    """PostgreSQL and NATS that flush everything, and the kernel's tables in two databases."""
    with tempfile.TemporaryDirectory(prefix="hutong-bench-") as name:
        folder = Path(name)
        postgres = Postgres(folder / "postgres", free_port())
        bus = Nats(folder / "nats", free_port(), free_port())
        with serving(postgres, folder / "postgres.log"), serving(bus, folder / "nats.log"):
            await databases.create_missing(postgres.url(), ["sender", "hearer"])
            for database in ("sender", "hearer"):
                migration = await asyncio.create_subprocess_exec(
                    *(str(ROOT / ".venv/bin/python"), "-m", "shared.database", "migrate", "kernel"),
                    env={**os.environ, "DATABASE_URL": postgres.url(database)},
                    cwd=ROOT,
                )
                if await migration.wait():
                    raise RuntimeError("the kernel's migrations failed")
            use_environment(
                folder, DATABASE_URL=postgres.url("sender"), NATS_URL=bus.url(), CLOCK="real"
            )
            yield postgres, bus


@asynccontextmanager
async def connected(bus: Nats) -> AsyncIterator[JetStreamContext]:
    """JetStream without the stream of the round before."""
    client = await nats.connect(bus.url())
    jetstream = client.jetstream(timeout=30)
    for stream in await jetstream.streams_info():
        await jetstream.delete_stream(str(stream.config.name))
    yield jetstream
    await client.close()


async def bare(bus: Nats, size: int) -> float:
    """Events a second of JetStream alone, a relay's batch at once."""
    body = orjson.dumps({"filling": "x" * (size - 14)})
    async with connected(bus) as jetstream:
        await jetstream.add_stream(stream_config())
        began = time.perf_counter()
        for _ in range(EVENTS // relay.BATCH):
            await asyncio.gather(
                *(
                    jetstream.publish(
                        "protection.case.closed.v1",
                        body,
                        stream=STREAM,
                        headers={"Nats-Msg-Id": str(uuid4())},
                    )
                    for _ in range(relay.BATCH)
                )
            )
        seconds = time.perf_counter() - began
        await jetstream.delete_stream(STREAM)
    return EVENTS / seconds


async def drain(postgres: Postgres, bus: Nats) -> tuple[float, int]:
    """Events a second out of a full outbox, and the size of one of them in bytes."""
    connection = await asyncpg.connect(postgres.url("sender"))
    await connection.execute("TRUNCATE outbox, bus_state")
    await connection.execute(FILL, EVENTS, CASES)
    await connection.execute("ANALYZE outbox")
    engine = engine_for(postgres.url("sender"))
    async with connected(bus) as jetstream:
        sender = Bus("protection", sessions_of(engine), {})
        began = time.perf_counter()
        await sender.start()
        unsent = "SELECT 1 FROM outbox WHERE sent_at IS NULL LIMIT 1"
        while await connection.fetchval(unsent):  # noqa: ASYNC110 - it happens in a database
            await asyncio.sleep(0.02)
        seconds = time.perf_counter() - began
        await sender.stop()
        state = (await jetstream.stream_info(STREAM)).state
        if state.messages != EVENTS:
            raise RuntimeError(f"{state.messages} of {EVENTS} events are in the stream")
        one = await jetstream.get_msg(STREAM, 1)
    await engine.dispose()
    await connection.close()
    return EVENTS / seconds, len(one.data or b"")


async def latencies(postgres: Postgres, bus: Nats) -> tuple[list[float], list[float]]:
    """Milliseconds from a POST to its answer, and to the moment another service acts on it."""
    async with connected(bus):
        pass
    connection = await asyncpg.connect(postgres.url("sender"))
    await connection.execute("TRUNCATE outbox, outbox_subject, bus_state")
    await connection.close()
    consumers = ModuleType("consumers")
    vars(consumers)["on_step"] = on_step
    engine = engine_for(postgres.url("hearer"))
    hearer = Bus("referrals", sessions_of(engine), handlers_of(consumers))
    answered: list[float] = []
    began: dict[UUID, float] = {}
    async with served(create_app("protection", [router])) as http:
        await hearer.start()
        await _post(http)
        while not ARRIVED:  # noqa: ASYNC110 - an event for each would be timed as well
            await asyncio.sleep(0.05)
        ARRIVED.clear()
        for _ in range(POSTS):
            at = time.perf_counter()
            began[await _post(http)] = at
            answered.append((time.perf_counter() - at) * 1000)
            await asyncio.sleep(0.005)
        async with asyncio.timeout(30):
            while len(ARRIVED) < POSTS:  # noqa: ASYNC110 - the same
                await asyncio.sleep(0.01)
        await hearer.stop()
    await engine.dispose()
    return answered, [(ARRIVED[id_] - at) * 1000 for id_, at in began.items()]


async def _post(http: httpx.AsyncClient) -> UUID:
    sent = headers("police")
    answer = await http.post(f"/v1/protection/cases/{uuid4()}/steps", headers=sent)
    return UUID(answer.raise_for_status().json()["event_id"])


async def benchmarks() -> list[dict[str, Any]]:
    """Rows of name, value, unit, ratio and baseline."""
    async with servers() as (postgres, bus):
        drained, alone = [], []
        for _ in range(ROUNDS):
            rate, size = await drain(postgres, bus)
            drained.append(rate)
            alone.append(await bare(bus, size))
        answered, acted = await latencies(postgres, bus)
    rate = statistics.median(drained)
    ratio = statistics.median(d / a for d, a in zip(drained, alone, strict=True))
    rows = [
        {
            "name": f"bus: outbox of {EVENTS} events drained",
            "value": round(rate),
            "unit": "events/s",
            "ratio": round(ratio, 2),
            "baseline": "JetStream publish of the same bytes, same flush, same batch: "
            f"{round(statistics.median(alone))} events/s",
        }
    ]
    for name, at in (("median", 50), ("99th percentile", 99)):
        value, own = (statistics.quantiles(times, n=100)[at - 1] for times in (acted, answered))
        rows.append(
            {
                "name": f"bus: POST until another service acts on its event, {name}",
                "value": round(value, 2),
                "unit": "ms",
                "ratio": round(value / own, 2),
                "baseline": f"the POST's own answer: {own:.2f} ms",
            }
        )
    return rows
