"""Brings the platform up, keeps it up, and takes it down: `python -m deploy.local`."""

import asyncio
import contextlib
import importlib.util
import json
import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from functools import partial

import yaml

from deploy.host import CannotStart, hold, port_is_free, require_free_port
from deploy.local import databases
from deploy.local.settings import ROOT, Settings, make_folders, read
from deploy.local.supervisor import Kept, Supervisor, say
from deploy.local.table import (
    NATS_MONITOR_OFFSET,
    NATS_OFFSET,
    POSTGRES_OFFSET,
    PROCESSES,
    UVICORN_FLAGS,
    Row,
)
from deploy.servers import Nats, Postgres, Server

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def exists(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def rows_present() -> list[Row]:
    present = []
    for row in PROCESSES:
        module = row.application.partition(":")[0]
        if exists(module):
            present.append(row)
        elif row.optional:
            say(f"  {row.name} 尚不存在，略过。 {module} does not exist yet and is skipped.")
        else:
            raise CannotStart(f"缺少 {module}。 The module {module} is missing.")
    return present


async def answers(port: int) -> bool:
    """Whether GET /health/ready is answered 200."""
    try:
        async with asyncio.timeout(5):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET /health/ready HTTP/1.1\r\nHost: local\r\nConnection: close\r\n\r\n")
            status = await reader.readline()
            writer.close()
            await writer.wait_closed()
    except (OSError, TimeoutError):
        return False
    return b" 200 " in status


def environment_of(settings: Settings) -> dict[str, str]:
    addresses = {
        f"{row.name.upper()}_URL": f"http://127.0.0.1:{settings.port + row.offset}"
        for row in PROCESSES
    }
    inherited = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return (
        inherited
        | addresses
        | {
            "DATA_DIR": str(settings.data_dir),
            "KEYS_DIR": str(settings.keys_dir),
            "JURISDICTION": str(settings.jurisdiction),
            "CLOCK": settings.clock,
            "GATEWAY_COCKPIT_URLS": json.dumps([f"{addresses['COCKPIT_URL']}/sign-in/return"]),
            "PYTHONUNBUFFERED": "1",
        }
    )


def kept_server(server: Server) -> Kept:
    return Kept(
        name=server.name,
        port=server.port,
        command=server.command,
        ready=partial(asyncio.to_thread, server.ready),
        folder=server.folder,
        environment=os.environ,
        prepare=server.prepare,
        stop_signal=server.stop_signal,
        owner=lambda: server.owner,
    )


def kept_application(row: Row, port: int, environment: Mapping[str, str]) -> Kept:
    command = [sys.executable, "-m", "uvicorn", row.application, "--port", str(port)]
    return Kept(
        name=row.name,
        port=port,
        command=lambda: [*command, *UVICORN_FLAGS],
        ready=partial(answers, port),
        folder=ROOT,
        environment=environment,
    )


async def require_ports(settings: Settings, rows: Sequence[Row]) -> None:
    offsets = [row.offset for row in rows]
    offsets += [] if settings.database_url else [POSTGRES_OFFSET]
    offsets += [] if settings.nats_url else [NATS_OFFSET, NATS_MONITOR_OFFSET]
    # A run that was killed leaves this list, and its processes a moment to end by their leash.
    killed_before = (settings.data_dir / "processes.json").exists()
    deadline = time.monotonic() + (15 if killed_before else 0)
    ports = [settings.port + offset for offset in offsets]
    # Nothing but asking again tells that a port became free.
    while not all(map(port_is_free, ports)) and time.monotonic() < deadline:  # noqa: ASYNC110
        await asyncio.sleep(0.1)
    for port in ports:
        require_free_port(port)


async def bring_servers(settings: Settings, supervisor: Supervisor) -> tuple[str, str]:
    """The addresses of PostgreSQL and NATS, after starting those that were not given."""
    postgres = Postgres(settings.data_dir / "postgres", settings.port + POSTGRES_OFFSET)
    nats = Nats(
        settings.data_dir / "nats",
        settings.port + NATS_OFFSET,
        settings.port + NATS_MONITOR_OFFSET,
        dashboards=dashboards_of(settings),
    )
    given: list[tuple[Server, str]] = [
        (postgres, settings.database_url),
        (nats, settings.nats_url),
    ]
    for server, address in given:
        if not address:
            kept = kept_server(server)
            supervisor.start(kept)
            await supervisor.wait_ready(kept)
    if settings.nats_url:
        await databases.require_nats(settings.nats_url)
    else:
        tell_dashboards(settings, nats)
    return settings.database_url or postgres.url(), settings.nats_url or nats.url()


def dashboards_of(settings: Settings) -> tuple[str, ...]:
    """The offices of the county that read events straight from NATS."""
    routes = yaml.safe_load((settings.jurisdiction / "routes.yaml").read_text())
    return tuple(routes.get("dashboards", ()))


def tell_dashboards(settings: Settings, nats: Nats) -> None:
    """Where each dashboard reads, beside the other secrets of this machine."""
    file = settings.data_dir / "sign-in.json"
    known = json.loads(file.read_text()) if file.exists() else {}
    draft = file.with_suffix(".draft")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(known | {"dashboards": nats.dashboard_urls()}, indent=1))
    draft.replace(file)


async def migrate(row: Row, supervisor: Supervisor, environment: Mapping[str, str]) -> None:
    command = [sys.executable, "-m", "shared.database", "migrate", row.name]
    failure = await supervisor.errand(f"migrate-{row.name}", command, environment)
    if failure:
        raise CannotStart(
            f"{row.name} 的数据库迁移失败。 The migrations of {row.name} failed: {failure}"
        )


async def plant(settings: Settings, supervisor: Supervisor, environment: Mapping[str, str]) -> None:
    """Seeds once; a failed seeding is said, and does not take a working platform down."""
    mark = settings.data_dir / "seeded"
    if not settings.seed or mark.exists():
        return
    if not exists("deploy.seed"):
        say("  deploy.seed 尚不存在，略过。 deploy.seed does not exist yet and is skipped.")
        return
    say("  正在写入示例数据 … seeding invented data …")
    command = [sys.executable, "-m", "deploy.seed"]
    failure = await supervisor.errand("seed", command, environment, shown=True)
    if failure:
        say(f"! 示例数据写入失败。 Seeding failed: {failure}")
    else:
        mark.touch()


async def bring_up(settings: Settings, supervisor: Supervisor) -> None:
    rows = rows_present()
    say(f"护童 Hutong  {settings.data_dir}")
    await require_ports(settings, rows)
    database_url, nats_url = await bring_servers(settings, supervisor)
    owners = [row for row in rows if row.owns_database]
    await databases.create_missing(database_url, [row.database for row in owners])
    common = environment_of(settings) | {"NATS_URL": nats_url}
    environments = {row: dict(common) for row in rows}
    for row in owners:
        environments[row]["DATABASE_URL"] = databases.url_of(database_url, row.database)
    say("  迁移数据库 … migrating the databases …")
    # The first one makes the role they all share, which two cannot make at the same moment.
    await migrate(owners[0], supervisor, environments[owners[0]])
    async with asyncio.TaskGroup() as migrations:
        for row in owners[1:]:
            migrations.create_task(migrate(row, supervisor, environments[row]))
    applications = [
        kept_application(row, settings.port + row.offset, environments[row]) for row in rows
    ]
    for kept in applications:
        supervisor.start(kept)
    for kept in applications:
        await supervisor.wait_ready(kept)
    await plant(settings, supervisor, common)
    say(f"ready {settings.url}")
    sign_in = settings.data_dir / "sign-in.txt"
    if sign_in.exists():
        say(sign_in.read_text(encoding="utf-8").rstrip())


async def run(settings: Settings) -> None:
    supervisor = Supervisor(settings.data_dir)
    life = asyncio.create_task(bring_up(settings, supervisor))
    asked_to_end = asyncio.Event()

    def end() -> None:
        if asked_to_end.is_set():
            # Asked twice: whoever asks has no patience left.
            supervisor.kill()
        asked_to_end.set()

    for sign in ENDING:
        asyncio.get_running_loop().add_signal_handler(sign, end)
    asked = asyncio.create_task(asked_to_end.wait())
    try:
        await asyncio.wait([life, asked], return_when=asyncio.FIRST_COMPLETED)
        if life.done():
            life.result()
            await asyncio.wait([asked, *supervisor.tasks()], return_when=asyncio.FIRST_COMPLETED)
            supervisor.raise_failure()
    finally:
        life.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await life
        if supervisor.tasks():
            say("正在停止 … stopping …")
        await supervisor.stop()
        # Whoever asks once more now would only spoil the exit code.
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)


def first_line(problem: BaseException) -> str:
    while isinstance(problem, BaseExceptionGroup):
        problem = problem.exceptions[0]
    return str(problem)


def main() -> int:
    os.chdir(ROOT)
    try:
        settings = read(os.environ)
        make_folders(settings)
        with hold(settings.data_dir / "lock"):
            asyncio.run(run(settings))
    except* CannotStart as problem:
        print(first_line(problem), file=sys.stderr)
        return_code = 1
    else:
        return_code = 0
    return return_code


if __name__ == "__main__":
    sys.exit(main())
