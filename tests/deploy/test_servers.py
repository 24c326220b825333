"""The embedded PostgreSQL and NATS: real, durable, discreet, and gone when they should be."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import asyncpg
import nats
import psutil
import pytest

from deploy.host import CannotStart, free_port, leashed, processes_in
from deploy.local.settings import ROOT
from deploy.servers import Nats, Postgres, serving, start
from tests.patience import until


async def ask(url: str, *statements: str) -> Any:
    connection = await asyncpg.connect(url)
    try:
        return [await connection.fetchval(statement) for statement in statements][-1]
    finally:
        await connection.close()


def asked(url: str, *statements: str) -> Any:
    return asyncio.run(ask(url, *statements))


def gone(folder: Path) -> bool:
    return until(lambda: not processes_in(folder))


@pytest.fixture
def postgres(tmp_path: Path) -> Postgres:
    return Postgres(tmp_path / "postgres", free_port())


@pytest.fixture
def bus(tmp_path: Path) -> Nats:
    return Nats(tmp_path / "nats", free_port(), free_port())


def test_a_commit_is_on_disk_when_it_is_answered(postgres: Postgres, tmp_path: Path) -> None:
    with serving(postgres, tmp_path / "log"):
        assert asked(postgres.url(), "show fsync") == "on"
        assert asked(postgres.url(), "show synchronous_commit") == "on"
        assert asked(postgres.url(), "show data_checksums") == "on"


def test_chinese_text_is_searched_by_trigrams(postgres: Postgres, tmp_path: Path) -> None:
    with serving(postgres, tmp_path / "log"):
        statements = ("create extension pg_trgm", "select similarity('困境儿童', '困境儿') > 0.3")
        assert asked(postgres.url(), *statements) is True


def test_a_second_start_keeps_the_data(postgres: Postgres, tmp_path: Path) -> None:
    with serving(postgres, tmp_path / "log"):
        asked(postgres.url(), "create table kept as select 7 as n")
    with serving(postgres, tmp_path / "log"):
        assert asked(postgres.url(), "select n from kept") == 7


def test_a_server_killed_at_once_starts_again(postgres: Postgres, tmp_path: Path) -> None:
    running = start(postgres, tmp_path / "log")
    asked(postgres.url(), "create table kept as select 7 as n")
    running.process.kill()
    running.process.wait()
    running.lock.close()
    assert (postgres.folder / "postmaster.pid").exists()
    with serving(postgres, tmp_path / "log"):
        assert asked(postgres.url(), "select n from kept") == 7


def test_a_stale_pid_that_now_belongs_to_somebody_else_is_no_hindrance(
    postgres: Postgres, tmp_path: Path
) -> None:
    with serving(postgres, tmp_path / "log"):
        pass
    # The number of a living process that has nothing to do with the database.
    pid_file = postgres.folder / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{postgres.folder}\n0\n{postgres.port}\n\n127.0.0.1\n0\n")
    with serving(postgres, tmp_path / "log"):
        assert asked(postgres.url(), "select 1") == 1


def test_no_process_is_left_after_a_stop(postgres: Postgres, bus: Nats, tmp_path: Path) -> None:
    with (
        serving(postgres, tmp_path / "log") as database,
        serving(bus, tmp_path / "log") as stream,
    ):
        assert processes_in(postgres.folder)
        assert processes_in(bus.folder)
        started = [psutil.Process(one.pid) for one in (database, stream)]
        started += [below for one in started for below in one.children(recursive=True)]
    assert not processes_in(postgres.folder)
    assert not processes_in(bus.folder)
    assert not [one for one in started if one.is_running()]


def test_servers_end_when_their_starter_is_killed(tmp_path: Path) -> None:
    program = (
        "import pathlib, sys, time\n"
        "from deploy.host import free_port\n"
        "from deploy.servers import Nats, Postgres, start\n"
        "folder = pathlib.Path(sys.argv[1])\n"
        "start(Postgres(folder / 'postgres', free_port()), folder / 'log')\n"
        "start(Nats(folder / 'nats', free_port(), free_port()), folder / 'log')\n"
        "print('started', flush=True)\n"
        "time.sleep(60)\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as starter:
        assert starter.stdout
        assert starter.stdout.readline() == b"started\n"
        starter.send_signal(signal.SIGKILL)
    assert gone(tmp_path / "postgres" / "cluster")
    assert gone(tmp_path / "nats")


def test_a_taken_port_is_said_with_its_number(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", free_port())) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotStart, match=f"Port {port} is already taken. Choose another"):
            start(Postgres(tmp_path / "postgres", port), tmp_path / "log")


def test_a_port_the_kernel_gives_to_clients_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match="below 32768"):
        start(Postgres(tmp_path / "postgres", 40_000), tmp_path / "log")


def test_one_data_directory_has_one_server(postgres: Postgres, tmp_path: Path) -> None:
    second = Postgres(postgres.directory, free_port())
    with (
        serving(postgres, tmp_path / "log"),
        pytest.raises(CannotStart, match="Another copy is running"),
    ):
        start(second, tmp_path / "log")


def test_a_data_directory_of_another_version_is_named(postgres: Postgres, tmp_path: Path) -> None:
    postgres.folder.mkdir(parents=True)
    (postgres.folder / "PG_VERSION").write_text("15\n")
    with pytest.raises(CannotStart, match="PostgreSQL 15, 18 is needed"):
        start(postgres, tmp_path / "log")


def test_a_broken_data_directory_is_one_line(postgres: Postgres, tmp_path: Path) -> None:
    with serving(postgres, tmp_path / "log"):
        pass
    (postgres.folder / "global" / "pg_control").write_bytes(b"")
    with pytest.raises(CannotStart, match="postgres does not start") as problem:
        start(postgres, tmp_path / "log")
    assert "\n" not in str(problem.value)


def test_a_wrong_password_opens_nothing(postgres: Postgres, tmp_path: Path) -> None:
    with serving(postgres, tmp_path / "log"):
        stranger = f"postgresql://hutong:guess@127.0.0.1:{postgres.port}/postgres"
        with pytest.raises(asyncpg.InvalidPasswordError):
            asked(stranger, "select 1")
    assert (postgres.directory / "password").stat().st_mode & 0o777 == 0o600


def test_the_log_holds_no_particulars(postgres: Postgres, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with serving(postgres, log):
        asked(postgres.url(), "create table child (name text unique)")
        asked(postgres.url(), "insert into child values ('王小明')")
        with pytest.raises(asyncpg.UniqueViolationError):
            asked(postgres.url(), "insert into child values ('王小明')")
    assert "duplicate key" in log.read_text()
    assert "王小明" not in log.read_text()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can hand a folder to nobody else")
def test_root_can_start_it_below_a_folder_only_root_may_enter(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    postgres = Postgres(closed / "postgres", free_port())
    with serving(postgres, closed / "log") as running:
        assert asked(postgres.url(), "select 1") == 1
        assert psutil.Process(running.pid).uids().effective != 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has rights to give up")
def test_a_leashed_program_keeps_no_right_of_root_but_passing_through(tmp_path: Path) -> None:
    nobody = (65_534, 65_534)
    shown = subprocess.run(
        leashed(["/bin/cat", "/proc/self/status"], tmp_path, owner=nobody),
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    effective = next(line for line in shown.splitlines() if line.startswith("CapEff"))
    assert int(effective.split()[1], 16).bit_count() <= 1


async def published(url: str) -> None:
    client = await nats.connect(url)
    jetstream = client.jetstream()
    await jetstream.add_stream(name="EVENTS", subjects=["a.>"])
    await jetstream.publish("a.b", b"kept", stream="EVENTS")
    await client.close()


async def read_back(url: str) -> bytes:
    client = await nats.connect(url)
    message = await client.jetstream().get_msg("EVENTS", 1)
    await client.close()
    return message.data or b""


def test_nats_keeps_its_streams_and_writes_them_at_once(bus: Nats, tmp_path: Path) -> None:
    with serving(bus, tmp_path / "log"):
        asyncio.run(published(bus.url()))
    with serving(bus, tmp_path / "log"):
        assert asyncio.run(read_back(bus.url())) == b"kept"
    assert "sync_interval: always" in (bus.folder / "nats.conf").read_text()


def test_two_accounts_of_one_nats_do_not_see_each_other(tmp_path: Path) -> None:
    bus = Nats(tmp_path / "nats", free_port(), free_port(), durable=False, accounts=2)
    with serving(bus, tmp_path / "log"):
        asyncio.run(published(bus.url(0)))
        with pytest.raises(nats.js.errors.NotFoundError):
            asyncio.run(read_back(bus.url(1)))
