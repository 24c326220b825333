"""Real PostgreSQL and NATS for every test: started once a run, a fresh database for each asking.

Several pytest workers share the servers of the first one that asks. It keeps them until
the others have let go of their lock, however they ended.
"""

import asyncio
import contextlib
import fcntl
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import asyncpg
import nats
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from deploy.host import free_port
from deploy.local.databases import url_of
from deploy.local.settings import ROOT
from deploy.servers import Nats, Postgres, Running, start
from shared.settings import settings
from tests.patience import PATIENCE

NATS_WORLDS = 500

# A busy machine is no failure of the law: no example has to come within a time.
hypothesis_settings.register_profile(
    "untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("untimed")

NewDatabase = Callable[[str], str]
Result = TypeVar("Result")


@dataclass(frozen=True)
class Servers:
    """Addresses every worker of this run may use, and the folder they share."""

    folder: str
    postgres_url: str
    nats_urls: list[str]


@contextlib.contextmanager
def locked(path: Path, kind: int = fcntl.LOCK_EX) -> Iterator[None]:
    with path.open("a") as lock:
        fcntl.flock(lock, kind)
        yield


def finished(work: Coroutine[Any, Any, Result]) -> Result:
    """The result of `work`, on a loop of its own: the caller's may be running already."""
    with ThreadPoolExecutor(1) as elsewhere:
        return elsewhere.submit(asyncio.run, work).result()


async def administer(url: str, *statements: str) -> None:
    """Runs statements as the owner of the server, each in a transaction of its own."""
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


def begin(folder: Path) -> tuple[Servers, list[Running]]:
    """Without fsync: these servers see no power cut. The tests of faults start durable ones."""
    postgres = Postgres(folder / "postgres", free_port(), durable=False)
    bus = Nats(folder / "nats", free_port(), free_port(), durable=False, accounts=NATS_WORLDS)
    running = [start(postgres, folder / "postgres.log"), start(bus, folder / "nats.log")]
    worlds = [bus.url(number) for number in range(NATS_WORLDS)]
    return Servers(str(folder), postgres.url(), worlds), running


def left_alone(folder: Path) -> bool:
    """Whether nobody else uses the servers; from then on nobody can find them any more."""
    with locked(folder / "begin.lock"), (folder / "users.lock").open("a") as users:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        (folder / "servers.json").unlink()
    return True


def end(folder: Path, running: list[Running]) -> None:
    """Waits until no other worker uses the servers, then stops them and forgets their data."""
    while not left_alone(folder):
        time.sleep(0.1)
    for server in reversed(running):
        server.stop()
    for data in ("postgres", "nats"):
        shutil.rmtree(folder / data, ignore_errors=True)


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """The PostgreSQL and the NATS of this test run."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "servers"
    folder.mkdir(exist_ok=True)
    known = folder / "servers.json"
    users = (folder / "users.lock").open("a")
    running: list[Running] = []
    with locked(folder / "begin.lock"):
        if known.exists():
            found = Servers(**json.loads(known.read_text()))
            fcntl.flock(users, fcntl.LOCK_SH)
        else:
            found, running = begin(folder)
            known.write_text(json.dumps(asdict(found)))
    yield found
    users.close()
    if running:
        end(folder, running)


def template_of(service: str, servers: Servers) -> str:
    """The database from which those of `service` are copied; its migrations run once a run."""
    name = f"template_{service}"
    done = Path(servers.folder) / name
    with locked(Path(servers.folder) / "template.lock"):
        if not done.exists():
            statements = (f"drop database if exists {name}", f"create database {name}")
            finished(administer(servers.postgres_url, *statements))
            migrated = subprocess.run(
                [sys.executable, "-m", "shared.database", "migrate", service],
                env={**os.environ, "DATABASE_URL": url_of(servers.postgres_url, name)},
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=False,
            )
            if migrated.returncode != 0:
                pytest.fail(f"the migrations of {service} failed:\n{migrated.stderr}")
            done.touch()
    return name


@contextlib.contextmanager
def databases(servers: Servers) -> Iterator[NewDatabase]:
    """A maker of databases, all dropped at the end, whoever is still connected."""
    made: list[str] = []

    def new(service: str) -> str:
        name = f"{service}_{uuid4().hex[:12]}"
        copied = f"create database {name} template {template_of(service, servers)}"
        finished(administer(servers.postgres_url, copied))
        made.append(name)
        return url_of(servers.postgres_url, name)

    yield new
    drops = [f"drop database if exists {name} with (force)" for name in made]
    finished(administer(servers.postgres_url, *drops))


@pytest.fixture(autouse=True)
def environment() -> Iterator[None]:
    """What a test says in its environment is forgotten with it."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ |= before
    settings.cache_clear()


@pytest.fixture
def database_url(servers: Servers) -> Iterator[NewDatabase]:
    """`database_url("payments")`: a migrated database of this test's own."""
    with databases(servers) as new:
        yield new


@pytest.fixture(scope="module")
def module_database_url(servers: Servers) -> Iterator[NewDatabase]:
    """The same for a whole module, where the tests do not disturb each other."""
    with databases(servers) as new:
        yield new


async def forget_streams(url: str) -> None:
    client = await nats.connect(url, connect_timeout=int(PATIENCE))
    try:
        jetstream = client.jetstream(timeout=PATIENCE)
        for stream in await jetstream.streams_info():
            await jetstream.delete_stream(str(stream.config.name))
    finally:
        await client.close()


@contextlib.contextmanager
def nats_world(servers: Servers) -> Iterator[str]:
    """An account of the one server: its streams and subjects are seen by nobody else."""
    counter = Path(servers.folder) / "nats-worlds"
    with locked(Path(servers.folder) / "nats-worlds.lock"):
        taken = int(counter.read_text()) if counter.exists() else 0
        counter.write_text(str(taken + 1))
    url = servers.nats_urls[taken % NATS_WORLDS]
    yield url
    finished(forget_streams(url))


@pytest.fixture
def nats_url(servers: Servers) -> Iterator[str]:
    """A NATS with JetStream that is empty and this test's own."""
    with nats_world(servers) as url:
        yield url


@pytest.fixture(scope="module")
def module_nats_url(servers: Servers) -> Iterator[str]:
    """The same for a whole module."""
    with nats_world(servers) as url:
        yield url
