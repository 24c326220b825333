"""The whole platform for each story: its own PostgreSQL, NATS, processes and clock."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.caller import Offices, Refusal
from tests import patience
from tests.platform import Platform


@pytest.fixture(scope="module")
def platform(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Platform]:
    """The processes behind one address; the clock stands where the story's module says."""
    begins = getattr(request.module, "BEGINS", "2026-03-02")
    folder = tmp_path_factory.mktemp("platform")
    environment = {"CLOCK_START": f"{begins}T09:00:00+08:00"}
    environment |= getattr(request.module, "ENVIRONMENT", {})
    with Platform(folder, clock="virtual", environment=environment) as running:
        yield running


@pytest.fixture
def offices(platform: Platform) -> Offices:
    """A signed-in system for every department."""
    return Offices(platform.url, Path(platform.data_dir))


def until(ask: Callable[[], Any]) -> Any:
    """What `ask` answers as soon as it is something; events need a moment to travel."""
    return patience.until(ask, Refusal)
