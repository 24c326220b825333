"""One world of durable servers for all tests of faults in this process."""

import os
from collections.abc import Iterator

import pytest

from tests.factories import use_environment
from tests.faults.world import World, world_in


def seeds() -> list[int]:
    """FAULT_SEEDS=1,2,3 runs every chaos test once with each."""
    return [int(seed) for seed in os.environ.get("FAULT_SEEDS", "1").split(",")]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that takes `seed` runs once with each seed asked for."""
    if "seed" in metafunc.fixturenames:
        metafunc.parametrize("seed", seeds())


@pytest.fixture(scope="session")
def one_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Started once; a test takes `world`."""
    with world_in(tmp_path_factory.mktemp("world")) as world:
        yield world


@pytest.fixture
def world(one_world: World) -> Iterator[World]:
    """Empty databases, no office yet, servers that run."""
    use_environment(one_world.folder, CLOCK="real")
    yield one_world
    one_world.forget()
