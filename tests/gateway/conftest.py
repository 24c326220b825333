"""A running gateway with a service behind it, as processes of their own, on real servers."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from deploy.host import free_port, leashed
from deploy.local.settings import ROOT
from deploy.local.table import UVICORN_FLAGS
from tests import patience
from tests.conftest import Servers, administer, databases, finished, nats_world
from tests.patience import PATIENCE, until

ROUTES = Path(__file__).with_name("routes.yaml")
NOTES = (
    "create table standing_in_note (id uuid primary key, number bigint, department text,"
    " arrived bigint generated always as identity);"
    " grant select, insert on standing_in_note to hutong_app"
)


def jurisdiction_with(folder: Path) -> Path:
    """The county's own folder, with the few routes of the service that stands in."""
    target = folder / "jurisdiction"
    shutil.copytree(ROOT / "deploy" / "jurisdictions" / "wenling", target)
    own = (target / "routes.yaml").read_text()
    routes, events = own[: own.index("  eligibility:")], own[own.index("events:\n") :]
    (target / "routes.yaml").write_text(routes + ROUTES.read_text() + events)
    return target


@dataclass
class World:
    """Addresses, secrets and processes of one running gateway."""

    folder: Path
    gateway_database: str
    service_database: str
    nats_url: str
    more: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    service_port: int = field(default_factory=free_port)
    second_port: int = field(default_factory=free_port)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def environment(self, database: str) -> dict[str, str]:
        return {
            **os.environ,
            "DATA_DIR": str(self.folder / "data"),
            "KEYS_DIR": str(self.folder / "keys"),
            "DATABASE_URL": database,
            "NATS_URL": self.nats_url,
            "JURISDICTION": str(self.folder / "jurisdiction"),
            "GATEWAY_URL": self.url,
            "PROTECTION_URL": f"http://127.0.0.1:{self.service_port}",
            "ELIGIBILITY_URL": "http://127.0.0.1:1",
            "PAYMENTS_URL": "http://127.0.0.1:1",
            "REFERRALS_URL": "http://127.0.0.1:1",
            "CLOCK": "virtual",
            "PYTHONPATH": str(ROOT),
            **self.more,
        }

    def start(self, name: str) -> None:
        """Start `gateway`, a `second` one beside it, or `service`; wait until it answers."""
        application, port, database = {
            "gateway": ("gateway.app:app", self.port, self.gateway_database),
            "second": ("gateway.app:app", self.second_port, self.gateway_database),
            "service": ("tests.gateway.standing_in:app", self.service_port, self.service_database),
        }[name]
        command = [sys.executable, "-m", "uvicorn", application, "--port", str(port)]
        flags = [*UVICORN_FLAGS, "--timeout-graceful-shutdown", "1"]
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                leashed([*command, *flags], ROOT),
                env=self.environment(database),
                stdout=log,
                stderr=log,
            )

        def ready() -> bool:
            if self.processes[name].poll() is not None:
                raise AssertionError
            # Not httpx: it reads every authority of the machine anew for each of these.
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=5):
                return True

        try:
            until(ready, OSError)
        except AssertionError:
            pytest.fail((self.folder / f"{name}.log").read_text()[-4000:])

    def stop(self, name: str, sign: signal.Signals = signal.SIGTERM) -> None:
        """Stop a process, gently or not."""
        process = self.processes.pop(name)
        process.send_signal(sign)
        process.wait(PATIENCE)

    def secret(self, client: str) -> str:
        """The secret of a client, from the file a person at this machine would read."""
        found = json.loads((self.folder / "data" / "sign-in.json").read_text())
        return str(found["clients"][client])

    def own_secret(self, client: str) -> str:
        """The secret of a service or of the cockpit, which only it may read."""
        found = json.loads((self.folder / "keys" / "service-clients.json").read_text())
        return str(found[client])

    def token(self, client: str = "police", officer: str | None = None, **form: str) -> str:
        """An access token of a seeded client."""
        data = {"grant_type": "client_credentials", "client_id": client, **form}
        data |= {"client_secret": self.secret(client)} | ({"officer": officer} if officer else {})
        answer = patience.post(f"{self.url}/oauth/token", data=data)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["access_token"])

    def client(
        self, name: str = "police", officer: str | None = "0417", **more: str
    ) -> httpx.Client:
        """An HTTP client of a department, signed in."""
        headers = {"Authorization": f"Bearer {self.token(name, officer)}", **more}
        return httpx.Client(base_url=self.url, headers=headers, timeout=PATIENCE)

    def rows(self, database: str, query: str, *values: Any) -> list[dict[str, Any]]:
        """What a database says."""

        async def ask() -> list[dict[str, Any]]:
            connection = await asyncpg.connect(database)
            try:
                return [dict(row) for row in await connection.fetch(query, *values)]
            finally:
                await connection.close()

        return asyncio.run(ask())

    def notes(self) -> list[int]:
        """The numbers of the reports the service has, in the order in which they arrived."""
        query = "select number from standing_in_note order by arrived"
        return [row["number"] for row in self.rows(self.service_database, query)]


@contextmanager
def away(database: str) -> Iterator[None]:
    """A database nobody can reach: who is connected is thrown out, nobody else is let in."""
    server, _, name = database.rpartition("/")

    def told(*statements: str) -> None:
        finished(administer(f"{server}/postgres", *statements))

    told(
        f'alter database "{name}" with allow_connections false',
        f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'",
    )
    try:
        yield
    finally:
        told(f'alter database "{name}" with allow_connections true')


def make_world(servers: Servers, folder: Path, stack: ExitStack, **more: str) -> World:
    """A gateway and a service on databases of their own, both running."""
    world = laid_out(servers, folder, stack, **more)
    world.start("service")
    world.start("gateway")
    return world


def laid_out(servers: Servers, folder: Path, stack: ExitStack, **more: str) -> World:
    """The same before anything is started: a test may change the county's folder first."""
    new = stack.enter_context(databases(servers))
    world = World(
        folder, new("gateway"), new("gateway"), stack.enter_context(nats_world(servers)), more
    )
    jurisdiction_with(folder)
    world.rows(world.service_database, "select 1")

    async def prepare() -> None:
        connection = await asyncpg.connect(world.service_database)
        await connection.execute(NOTES)
        await connection.close()

    asyncio.run(prepare())

    def end() -> None:
        for name in list(world.processes):
            world.stop(name)

    stack.callback(end)
    return world


@pytest.fixture(scope="module")
def world(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One running gateway for a module, where the tests do not disturb each other."""
    with ExitStack() as stack:
        yield make_world(servers, tmp_path_factory.mktemp("world"), stack)


@pytest.fixture
def own_world(servers: Servers, tmp_path: Path) -> Iterator[World]:
    """A running gateway of one test, which may break it."""
    with ExitStack() as stack:
        yield make_world(servers, tmp_path, stack)
