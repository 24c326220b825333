"""The partner kit and the guide, word for word, against the whole platform."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local import Platform
from deploy.local.settings import ROOT
from deploy.partner.__main__ import check

GUIDE = ROOT / "docs" / "integration.md"


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """Everything, as it runs on one machine."""
    environment = {"CLOCK_START": "2026-03-02T09:00:00+08:00"}
    folder = tmp_path_factory.mktemp("platform")
    with Platform(folder, clock="virtual", environment=environment) as running:
        yield running


def test_every_case_of_the_kit_is_answered_as_it_must_be(platform: Platform) -> None:
    assert check(platform.url, Path(platform.data_dir) / "sign-in.json") == []


def test_the_guide_works_word_for_word_from_an_empty_folder(
    platform: Platform, tmp_path: Path
) -> None:
    blocks = re.findall(r"```(bash|python)\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    assert len(blocks) >= 4
    environment = os.environ | {
        "HUTONG": platform.url,
        "SIGN_IN": str(Path(platform.data_dir) / "sign-in.json"),
        "PYTHONPATH": str(ROOT),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    for language, text in blocks:
        script = tmp_path / ("step.sh" if language == "bash" else "step.py")
        script.write_text(text)
        command = ["bash", "-euo", "pipefail"] if language == "bash" else [sys.executable]
        done = subprocess.run(
            [*command, str(script)],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, f"{text}\n{done.stdout}\n{done.stderr}"
