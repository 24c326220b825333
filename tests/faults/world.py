"""Durable servers, proxies before them, and office processes, all of them to be wounded."""

import asyncio
import contextlib
import os
import random
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import aiohttp
import asyncpg
import nats
import psutil
from nats.js.errors import NotFoundError

from deploy.host import free_port, leashed
from deploy.local.databases import url_of
from deploy.local.settings import ROOT
from deploy.servers import Nats, Postgres, Running, start
from tests.factories import headers
from tests.faults.office import EFFECTS
from tests.faults.proxy import Proxy
from tests.patience import PATIENCE, until

TABLES = (
    "outbox, outbox_subject, inbox, inbox_cursor, inbox_waiting, set_aside, stored_answer, "
    "bus_state"
)
EMITTER, HEARER = "hutong_emitter", "hutong_hearer"


@dataclass
class Server:
    """A PostgreSQL or NATS that can be killed with all its children, paused and started again."""

    server: Postgres | Nats
    log: Path
    running: Running | None = None

    def start(self) -> None:
        """Start it on the port and data it had."""
        self.running = start(self.server, self.log)

    def everybody(self) -> list[psutil.Process]:
        """The process and its children."""
        assert self.running
        first = psutil.Process(self.running.pid)
        return [first, *first.children(recursive=True)]

    def kill(self) -> None:
        """Kill all of it without warning, as a crash of the machine would."""
        assert self.running
        for process in self.everybody():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        self.running.process.wait()
        self.running.lock.close()

    def restart(self) -> None:
        """Kill it and start it again."""
        self.kill()
        self.start()

    def pause(self, seconds: float) -> None:
        """Let it stand still for a while."""
        self.suspend()
        time.sleep(seconds)
        self.resume()

    def suspend(self) -> None:
        """SIGSTOP: it keeps its connections and does nothing."""
        for process in self.everybody():
            process.suspend()

    def resume(self) -> None:
        """SIGCONT."""
        for process in self.everybody():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.resume()


@dataclass
class Office:
    """One process of the small service."""

    role: str
    port: int
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    killed: int = 0
    died: list[int] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Begin; it is ready later."""
        command = [sys.executable, "-m", "uvicorn", "--factory", "tests.faults.office:app"]
        command += ["--port", str(self.port), "--log-level", "warning", "--no-access-log"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                leashed(command, ROOT),
                env={**self.environment, "OFFICE": self.role, "PYTHONPATH": str(ROOT)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def ready(self) -> bool:
        """Whether it says so."""
        try:
            with urllib.request.urlopen(f"{self.url}/health/ready", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def wait_ready(self) -> None:
        """Return when it is ready."""
        until(self.ready)

    def kill(self) -> None:
        """Kill -9."""
        assert self.process
        if self.process.poll() is not None:
            self.died.append(self.process.returncode)
        self.process.kill()
        self.process.wait()
        self.killed += 1

    def restart(self) -> None:
        """Kill it and begin again."""
        self.kill()
        self.start()

    def suspend(self) -> None:
        """SIGSTOP: it lives, keeps its connections and does nothing."""
        assert self.process
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """SIGCONT."""
        assert self.process
        self.process.send_signal(signal.SIGCONT)

    def pause(self, seconds: float) -> None:
        """Let it stand still for a while."""
        self.suspend()
        time.sleep(seconds)
        self.resume()

    def stop(self) -> None:
        """End it for good; whether it had ended by itself is kept."""
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        elif self.process:
            self.died.append(self.process.returncode)


class World:
    """PostgreSQL and NATS with fsync, a proxy before each, two databases and no office yet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.postgres = Server(Postgres(folder / "postgres", free_port()), folder / "postgres.log")
        self.nats = Server(Nats(folder / "nats", free_port(), free_port()), folder / "nats.log")
        self.postgres_link = Proxy(free_port(), self.postgres.server.port)
        self.nats_link = Proxy(free_port(), self.nats.server.port)
        self.offices: list[Office] = []

    def start(self) -> None:
        """Bring servers, proxies and empty databases up."""
        for server in (self.postgres, self.nats):
            server.start()
        for link in (self.postgres_link, self.nats_link):
            link.start()
        asyncio.run(self._databases())

    async def _databases(self) -> None:
        connection = await asyncpg.connect(self.postgres.server.url())
        for name in (EMITTER, HEARER):
            await connection.execute(f"CREATE DATABASE {name}")
        await connection.close()
        for name in (EMITTER, HEARER):
            migrated = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "shared.database", "migrate", "kernel"),
                env={**os.environ, "DATABASE_URL": self.database(name)},
                cwd=ROOT,
            )
            assert await migrated.wait() == 0
        connection = await asyncpg.connect(self.database(HEARER))
        await connection.execute(EFFECTS)
        await connection.close()

    def database(self, name: str) -> str:
        """Straight to PostgreSQL, past the proxy."""
        server = self.postgres.server
        assert isinstance(server, Postgres)
        return url_of(server.url(), name)

    def office(self, role: str, **environment: str) -> Office:
        """One more process of a role, whose connections go through the proxies."""
        name = EMITTER if role == "protection" else HEARER
        office = Office(
            role,
            free_port(),
            {
                **os.environ,
                "DATABASE_URL": _through(self.database(name), self.postgres_link.port),
                "NATS_URL": _through(self.nats.server.url(), self.nats_link.port),
                "DATABASE_POOL": "5",
                "DATABASE_PATIENCE": "5",
                **environment,
            },
            self.folder / f"{role}-{len(self.offices)}.log",
        )
        self.offices.append(office)
        office.start()
        return office

    def forget(self) -> None:
        """End the offices, empty both databases and heal the links, for the next test."""
        for office in self.offices:
            office.stop()
        self.offices.clear()
        for link in (self.postgres_link, self.nats_link):
            link.set("none")
        asyncio.run(self._empty())

    async def _empty(self) -> None:
        for name in (EMITTER, HEARER):
            connection = await asyncpg.connect(self.database(name))
            await connection.execute(f"TRUNCATE {TABLES}")
            if name == HEARER:
                await connection.execute("TRUNCATE effect")
            await connection.close()
        client = await nats.connect(self.nats.server.url())
        with contextlib.suppress(NotFoundError):
            await client.jetstream().delete_stream("HUTONG")
        await client.close()

    def stop(self) -> None:
        """Take everything down."""
        for office in self.offices:
            office.stop()
        for link in (self.postgres_link, self.nats_link):
            link.stop()
        for server in (self.nats, self.postgres):
            if server.running:
                server.running.stop()


@contextlib.contextmanager
def world_in(folder: Path) -> Iterator[World]:
    """A world for as long as the block runs."""
    world = World(folder)
    try:
        world.start()
        yield world
    finally:
        world.stop()


def _through(url: str, port: int) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.replace(f":{parts.port}", f":{port}")).geturl()


class Clients:
    """Departments that take steps of cases one after another and try again until answered."""

    def __init__(self, emitters: list[Office], seed: int, cases: int = 24) -> None:
        self._emitters, self._chance = emitters, random.Random(seed)
        self._cases = [UUID(int=self._chance.getrandbits(128), version=4) for _ in range(cases)]
        self.acknowledged: set[UUID] = set()
        self.tried_again = 0
        self._on = True
        self._headers = headers("police")

    @contextlib.contextmanager
    def working(self, workers: int = 6, pause: float = 0.02) -> Iterator[None]:
        """Steps by several workers from another thread; what was begun is brought to its end."""
        with ThreadPoolExecutor(1) as elsewhere:
            work = elsewhere.submit(asyncio.run, self._run(workers, pause))
            try:
                yield
            finally:
                self._on = False
            work.result(PATIENCE)

    async def _run(self, workers: int, pause: float) -> None:
        timeout = aiohttp.ClientTimeout(total=4)
        async with aiohttp.ClientSession(timeout=timeout) as http:
            await asyncio.gather(*(self._work(http, number, pause) for number in range(workers)))

    async def _work(self, http: aiohttp.ClientSession, number: int, pause: float) -> None:
        step = 0
        while self._on:
            step += 1
            case = self._chance.choice(self._cases)
            await self._step(http, case, f"worker-{number}-step-{step}")
            await asyncio.sleep(pause)

    async def _step(self, http: aiohttp.ClientSession, case: UUID, key: str) -> None:
        """One step under one key, whatever it takes."""
        sent = self._headers | {"Idempotency-Key": key}
        while True:
            office = self._chance.choice(self._emitters)
            url = f"{office.url}/v1/protection/cases/{case}/steps"
            with contextlib.suppress(aiohttp.ClientError, OSError, TimeoutError):
                async with http.post(url, headers=sent) as answer:
                    if answer.status == 201:
                        self.acknowledged.add(UUID((await answer.json())["event_id"]))
                        return
                    assert answer.status >= 500, await answer.text()
            self.tried_again += 1
            await asyncio.sleep(0.1)
