"""The power is cut: what PostgreSQL and JetStream acknowledged is on the disk.

The data lies on a file system in a file. At the cut everything is killed and the file is copied
as it is, without what was only in memory; the copy is checked, mounted and started again.
"""

import asyncio
import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import nats
import pytest
from nats.js.api import StorageType

from deploy.host import free_port
from deploy.servers import Nats, Postgres
from shared.clock import clock
from shared.relay import stream_config
from shared.wire import publish_whole
from tests.faults.world import Server
from tests.patience import PATIENCE, until

SECONDS_OF_POWER, ENOUGH = 2.5, 50
Work = Callable[[str, list[int]], Coroutine[Any, Any, None]]
Newest = Callable[[str], Coroutine[Any, Any, int]]


def run(*command: str) -> None:
    """A program of the system."""
    subprocess.run(command, check=True, capture_output=True)


def can_mount() -> bool:
    """Whether this user may mount a file system that lies in a file."""
    programs = all(map(shutil.which, ("mkfs.ext4", "mount", "umount", "e2fsck")))
    if os.geteuid() != 0 or not programs:
        return False
    return Path("/dev/loop-control").exists()


pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(not can_mount(), reason="only root with loop devices can cut the power"),
]


class Disk:
    """An ext4 in a file, of which only what was flushed is on the disk."""

    def __init__(self, folder: Path) -> None:
        self.image, self.place = folder / "disk.img", folder / "disk"
        self.place.mkdir()
        with self.image.open("wb") as file:
            file.truncate(400 << 20)
        # A journal that is written every ten minutes hides no missing flush.
        run("mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0", str(self.image))
        self.mount()

    def mount(self) -> None:
        """Mount it; the journal is written at a flush and otherwise once in ten minutes."""
        run("mount", "-o", "loop,commit=600", str(self.image), str(self.place))
        self.place.chmod(0o777)

    def cut(self, server: Server) -> None:
        """Kill the server and go on with what was on the disk at that moment."""
        copy = self.image.with_suffix(".copy")
        server.kill()
        run("cp", "--sparse=always", str(self.image), str(copy))
        self.unmount()
        copy.rename(self.image)
        checked = subprocess.run(
            ["e2fsck", "-fy", str(self.image)], capture_output=True, check=False
        )
        assert checked.returncode < 4
        self.mount()

    def unmount(self) -> None:
        """Take it away."""
        for _ in range(50):
            with contextlib.suppress(subprocess.CalledProcessError):
                run("umount", str(self.place))
                return
            time.sleep(0.1)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """A disk whose power can be cut."""
    try:
        made = Disk(tmp_path)
    except subprocess.CalledProcessError as refused:
        pytest.skip(f"this machine mounts no loop device: {refused.stderr.decode()[:100]}")
    yield made
    made.unmount()


async def publish_for_a_while(url: str, acknowledged: list[int]) -> None:
    """As many events as are acknowledged until the server is gone."""
    client = await nats.connect(url, allow_reconnect=False, error_cb=_quiet)
    jetstream = client.jetstream(timeout=1)
    await jetstream.add_stream(name="HUTONG", subjects=["a.>"], storage=StorageType.FILE)
    number = 0
    with contextlib.suppress(nats.errors.Error, OSError, asyncio.CancelledError):
        while True:
            acks = [jetstream.publish("a.b", str(number + n).encode()) for n in range(20)]
            acknowledged += [ack.seq for ack in await asyncio.gather(*acks)]
            number += 20


async def publish_batches_for_a_while(url: str, acknowledged: list[int]) -> None:
    """The same by whole batches, each acknowledged once, as the relay publishes many events."""
    client = await nats.connect(url, allow_reconnect=False, error_cb=_quiet)
    await client.jetstream(timeout=1).add_stream(stream_config(batches=True))
    told: dict[str, Any] = {"type": "protection.case.opened.v1", "sequence": 1, "data": {}}
    told |= {"created_at": clock(), "subject_id": uuid4()}
    with contextlib.suppress(OSError, asyncio.CancelledError):
        while places := await publish_whole(
            client, [told | {"event_id": uuid4()} for _ in range(40)]
        ):
            acknowledged += places


async def _quiet(_: Exception) -> None:
    """The end of the server is what is meant to happen."""


async def last_of_stream(url: str) -> int:
    """The number of the newest event that survived; 0 when the stream did not."""
    client = await nats.connect(url)
    try:
        return (await client.jetstream().stream_info("HUTONG")).state.last_seq
    except nats.js.errors.NotFoundError:
        return 0
    finally:
        await client.close()


async def insert_for_a_while(url: str, acknowledged: list[int]) -> None:
    """As many rows as are committed until the server is gone."""
    connection = await asyncpg.connect(url)
    await connection.execute("CREATE TABLE kept (n bigint)")
    # A driver that loses its link in the middle also says `InternalClientError`.
    ended = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)
    with contextlib.suppress(*ended):
        for number in range(1, 10**9):
            await connection.execute("INSERT INTO kept VALUES ($1)", number)
            acknowledged.append(number)


async def last_of_table(url: str) -> int:
    """The newest row that survived; 0 when the table did not."""
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval("SELECT coalesce(max(n), 0) FROM kept") or 0
    except asyncpg.UndefinedTableError:
        return 0
    finally:
        await connection.close()


def lost(disk: Disk, server: Server, work: Work, newest: Newest) -> tuple[int, int]:
    """How many were acknowledged before the cut, and how many of them were gone after it."""
    acknowledged: list[int] = []
    server.start()
    run("sync")
    with ThreadPoolExecutor(1) as elsewhere:
        working = elsewhere.submit(lambda: asyncio.run(work(server.server.url(), acknowledged)))
        time.sleep(SECONDS_OF_POWER)
        until(lambda: len(acknowledged) > ENOUGH)
        disk.cut(server)
        working.result(PATIENCE)
    server.start()
    survived = asyncio.run(newest(server.server.url()))
    assert server.running
    server.running.stop()
    return len(acknowledged), len([number for number in acknowledged if number > survived])


@pytest.mark.parametrize(
    ("publish", "durable"),
    [
        pytest.param(publish_for_a_while, True, id="always"),
        pytest.param(publish_batches_for_a_while, True, id="batches"),
        pytest.param(publish_for_a_while, False, id="control-2m"),
    ],
)
def test_jetstream_keeps_what_it_acknowledged(
    disk: Disk, tmp_path: Path, publish: Work, durable: bool
) -> None:
    bus = Nats(disk.place / "nats", free_port(), free_port(), durable=durable)
    acknowledged, gone = lost(disk, Server(bus, tmp_path / "nats.log"), publish, last_of_stream)
    assert acknowledged > ENOUGH
    assert (gone == 0) is durable, f"{gone} of {acknowledged} were lost"


@pytest.mark.parametrize("durable", [True, False], ids=["fsync", "control-without"])
def test_postgresql_keeps_what_it_committed(disk: Disk, tmp_path: Path, durable: bool) -> None:
    postgres = Postgres(disk.place / "postgres", free_port(), durable=durable)
    postgres.directory.mkdir()
    server = Server(postgres, tmp_path / "postgres.log")
    if not durable:
        # A cluster that survives, so that what it lost can be counted.
        server.start()
        assert server.running
        server.running.stop()
    acknowledged, gone = lost(disk, server, insert_for_a_while, last_of_table)
    assert acknowledged > ENOUGH
    assert (gone == 0) is durable, f"{gone} of {acknowledged} were lost"
