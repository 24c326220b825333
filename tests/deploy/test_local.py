"""The platform on one machine, tried on a small checkout whose services only say that they live."""

import json
import os
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from deploy.host import CannotStart
from deploy.local.settings import ROOT, read
from deploy.local.table import PROCESSES
from tests.patience import until
from tests.platform import Platform

APPLICATION = """
import os
import asyncpg
from fastapi import FastAPI

app = FastAPI()

@app.get("/health/ready")
async def ready() -> dict[str, object]:
    connection = await asyncpg.connect(os.environ["DATABASE_URL"])
    rows = await connection.fetchval("select count(*) from migrations")
    name = await connection.fetchval("select current_database()")
    await connection.close()
    return {"database": name, "migrations": rows, "clock": os.environ["CLOCK"]}
"""
MIGRATIONS = """
import asyncio, os, asyncpg

async def migrate() -> None:
    connection = await asyncpg.connect(os.environ["DATABASE_URL"])
    await connection.execute("create table if not exists migrations as select 1 as n")
    await connection.close()

asyncio.run(migrate())
"""
SEED = """
import os, pathlib
folder = pathlib.Path(os.environ["DATA_DIR"])
with (folder / "seedings").open("a") as seedings:
    seedings.write("x")
(folder / "sign-in.txt").write_text("sign in as the office")
"""


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("checkout")
    shutil.copytree(ROOT / "deploy", root / "deploy")
    (root / "deploy" / "jurisdictions" / "wenling").mkdir(parents=True, exist_ok=True)
    (root / "deploy" / "seed.py").write_text(SEED)
    serving = ("shared/serving.py", "shared/problem.py")
    files = {"shared/database.py": MIGRATIONS} | {f: (ROOT / f).read_text() for f in serving}
    for row in PROCESSES:
        if not row.optional:
            files[row.application.partition(":")[0].replace(".", "/") + ".py"] = APPLICATION
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return root


@pytest.fixture
def platform(checkout: Path, tmp_path: Path) -> Iterator[Platform]:
    platform = Platform(tmp_path / "data", seed=True, checkout=checkout)
    with platform:
        yield platform


def told(url: str) -> dict[str, object]:
    with urllib.request.urlopen(f"{url}/health/ready", timeout=5) as answer:
        said: dict[str, object] = json.load(answer)
    return said


def eventually_told(url: str) -> dict[str, object]:
    return until(lambda: told(url), OSError)


def all_gone(pids: list[int]) -> bool:
    return until(lambda: not any(map(psutil.pid_exists, pids)))


def pids_of(platform: Platform) -> list[int]:
    return [row["pid"] for row in platform.processes().values()]


def test_each_service_has_a_migrated_database_of_its_own(platform: Platform) -> None:
    gateway = told(platform.url)
    assert gateway == {"database": "hutong_gateway", "migrations": 1, "clock": "virtual"}
    for name, row in platform.processes().items():
        if name in {"eligibility", "payments", "protection", "referrals"}:
            assert told(f"http://127.0.0.1:{row['port']}")["database"] == f"hutong_{name}"


def test_it_seeds_once_and_says_how_to_sign_in(platform: Platform) -> None:
    assert "sign in as the office" in platform.console.read_text()
    assert platform.stop() == 0
    platform.start()
    assert (platform.data_dir / "seedings").read_text() == "x"


def test_what_dies_is_started_again(platform: Platform) -> None:
    for name in ("payments", "postgres", "nats"):
        before = platform.kill(name)
        until(lambda: platform.processes()[name]["pid"] != before)  # noqa: B023 - asked at once
        assert eventually_told(f"http://127.0.0.1:{platform.processes()['payments']['port']}")
    assert "payments ended (SIGKILL), starting again" in platform.console.read_text()


def test_a_stop_leaves_no_process_and_is_no_failure(platform: Platform) -> None:
    pids = pids_of(platform)
    assert platform.stop() == 0
    assert all_gone(pids)
    assert not (platform.data_dir / "processes.json").exists()


@pytest.mark.faults
def test_a_killed_supervisor_takes_everything_with_it_and_starts_again(platform: Platform) -> None:
    pids = pids_of(platform)
    platform.crash()
    platform.start()
    assert all_gone(pids)
    assert told(platform.url)["database"] == "hutong_gateway"


def test_a_second_copy_on_the_same_data_is_refused_in_one_line(
    platform: Platform, checkout: Path
) -> None:
    second = subprocess.run(
        [sys.executable, "-m", "deploy.local"],
        cwd=checkout,
        env={**os.environ, "DATA_DIR": str(platform.data_dir)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert second.returncode == 1
    assert "Another copy is running" in second.stderr
    assert len(second.stderr.splitlines()) == 1


def test_a_taken_port_is_refused_in_one_line(
    platform: Platform, checkout: Path, tmp_path: Path
) -> None:
    with pytest.raises(CannotStart, match=r"already taken\. Choose another: PORT=9000"):
        Platform(tmp_path / "other", port=platform.port, checkout=checkout).start()


def test_a_hangup_ends_it_like_any_other_wish(platform: Platform) -> None:
    pids = pids_of(platform)
    supervisor = psutil.Process(pids[0]).parent()
    assert supervisor
    supervisor.send_signal(signal.SIGHUP)
    assert all_gone(pids)
    assert platform.stop() == 0


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PORT", "abc", "not a whole number"),
        ("PORT", "32767", "not a whole number from 1 to"),
        ("CLOCK", "broken", "must be real or virtual"),
        ("JURISDICTION", "/nowhere", "there is no folder"),
        ("DATABASE_URL", "mysql://127.0.0.1/x", "must begin with postgresql://"),
        ("NATS_URL", "http://127.0.0.1", "must begin with nats://"),
    ],
)
def test_an_environment_that_makes_no_sense_is_refused(name: str, value: str, said: str) -> None:
    with pytest.raises(CannotStart, match=said):
        read({"JURISDICTION": str(ROOT), name: value})


@pytest.mark.parametrize(
    "address",
    [
        {"DATABASE_URL": "postgresql://somebody:secret@127.0.0.1:1/x"},
        {"NATS_URL": "nats://somebody:secret@127.0.0.1:1"},
    ],
)
def test_an_unreachable_server_is_named_without_its_password(
    checkout: Path, tmp_path: Path, address: dict[str, str]
) -> None:
    platform = Platform(tmp_path / "data", environment=address, checkout=checkout)
    with pytest.raises(CannotStart, match=r"127\.0\.0\.1:1 cannot be used") as problem:
        platform.start()
    assert "secret" not in str(problem.value)
    assert "Traceback" not in str(problem.value)
