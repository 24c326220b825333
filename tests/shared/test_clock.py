"""A clock that stands still is one clock for all, and still tells earlier from later."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.clock import clock
from shared.database import new_id
from tests.factories import use_environment

NOON = datetime(2026, 2, 28, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def standing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLOCK_START", NOON.isoformat())
    use_environment(tmp_path, CLOCK="virtual")


def test_all_who_ask_first_at_one_moment_are_told_one_time(tmp_path: Path) -> None:
    for _ in range(50):
        with ThreadPoolExecutor(16) as askers:
            told = [asker.result() for asker in [askers.submit(clock) for _ in range(16)]]
        assert set(told) == {NOON}
        (tmp_path / "clock").unlink()


def test_ids_made_while_the_clock_stands_follow_each_other() -> None:
    ids = [new_id() for _ in range(10_000)]
    assert ids == sorted(set(ids))
    assert {(one.version, one.variant) for one in ids} == {(7, "specified in RFC 4122")}
