"""The partner kit and the guide, word for word, against the whole platform and without it."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from deploy.host import free_port
from deploy.local.settings import ROOT
from deploy.local.table import NATS_OFFSET
from deploy.partner.agencies import AGENCIES, rehearse
from deploy.partner.checks import Check, cases
from deploy.servers import Nats
from tests import patience
from tests.patience import PATIENCE, until
from tests.platform import Platform

GUIDE = ROOT / "docs" / "integration.md"


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """Everything, as it runs on one machine."""
    environment = {"CLOCK_START": "2026-03-02T09:00:00+08:00"}
    folder = tmp_path_factory.mktemp("platform")
    with Platform(folder, clock="virtual", environment=environment) as running:
        yield running


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The sandbox as a partner starts it: no database, no NATS, no address of ours."""
    folder, port = tmp_path_factory.mktemp("sandbox"), free_port()
    gone = {"DATABASE_URL": "postgresql://127.0.0.1:1/x", "NATS_URL": "nats://127.0.0.1:1"}
    command = [sys.executable, "-m", "deploy.partner", "sandbox", str(port)]
    environment = {**os.environ, **gone, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, cwd=folder, env=environment)
    url = f"http://127.0.0.1:{port}"

    def ready() -> bool:
        assert process.poll() is None, "the sandbox ended"
        return patience.get(f"{url}/health/ready").is_success

    until(ready, httpx.HTTPError)
    yield url, folder / "sandbox" / "sign-in.json"
    process.terminate()
    process.wait(PATIENCE)


def sign_in(platform: Platform) -> Path:
    """Where the secrets of every client are."""
    return Path(platform.data_dir) / "sign-in.json"


def test_every_case_of_the_kit_is_answered_as_it_must_be(platform: Platform) -> None:
    assert Check(platform.url, sign_in(platform)).run() == []


def test_the_sandbox_judges_a_push_as_the_platform_does(sandbox: tuple[str, Path]) -> None:
    offline = [case["name"] for _, case in cases() if case.get("offline")]
    assert len(offline) > 25
    assert Check(*sandbox, offline=True).run() == []


def test_the_kit_notices_a_platform_that_answers_otherwise(
    sandbox: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = {"name": "无权部门可以推送", "client": "finance", "expect": 201, "offline": True}
    call = {"call": "POST /v1/protection/detentions", "body": {"kind": "criminal_detention"}}
    monkeypatch.setattr("deploy.partner.checks.cases", lambda: iter([("police", wrong | call)]))
    assert Check(*sandbox, offline=True).run() == ["无权部门可以推送"]


@pytest.mark.parametrize("partner", AGENCIES)
def test_every_kind_of_partner_rehearses_its_day(
    platform: Platform, partner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = json.loads(sign_in(platform).read_text())["clients"]
    monkeypatch.setenv("OPERATOR_SECRET", secrets["operator"])
    nats = Nats(Path(platform.data_dir) / "nats", platform.port + NATS_OFFSET, 0)
    monkeypatch.setenv("NATS_URL", nats.url())
    rehearse("town", platform.url, sign_in(platform))
    rehearse(partner, platform.url, sign_in(platform))


def session() -> str:
    """What the guide tells its reader to run, in its order, as one session of a shell."""
    found = re.findall(r"```(bash|python)\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    assert len(found) >= 10
    return "\n".join(
        text if language == "bash" else f"python - <<'PYTHON'\n{text}PYTHON"
        for language, text in found
    )


@pytest.mark.timeout(600)
def test_the_guide_works_word_for_word_from_an_empty_folder(
    platform: Platform, tmp_path: Path
) -> None:
    environment = {
        "HOME": str(tmp_path),
        "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
        "HUTONG": platform.url,
        "SIGN_IN": str(sign_in(platform)),
        "CHECKOUT": str(ROOT),
        "SANDBOX": str(free_port()),
    }
    script = tmp_path / "session.sh"
    script.write_text(session())
    folder = tmp_path / "empty"
    folder.mkdir()
    done = subprocess.run(
        ["bash", "-euo", "pipefail", str(script)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
