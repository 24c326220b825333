"""The merged OpenAPI document, fuzzed as every department over the real platform.

`FUZZ=50 make test only=tests/disclosure/test_fuzz.py` sends fifty times as much.
"""

import asyncio
import os
from pathlib import Path

import pytest

from tests.disclosure import city, matrix
from tests.disclosure.fuzz import Fuzzer
from tests.disclosure.test_matrix import Asked, tasks_in
from tests.journeys import traces
from tests.journeys.conftest import platform
from tests.platform import Platform

__all__ = ["platform"]

BEGINS = "2026-03-02"
EXAMPLES = int(os.environ.get("FUZZ", "2"))


@pytest.mark.timeout(120 + 300 * EXAMPLES)
def test_nothing_anybody_sends_breaks_the_house_or_opens_it(platform: Platform) -> None:
    folder = Path(platform.data_dir)
    world = city.build(traces.Listening(platform.url, folder))
    people = matrix.everybody(world, folder)
    fuzzer = Fuzzer(world, people, matrix.table())
    fuzzer.unknown_filters()
    fuzzer.secrets_sent_back()
    fuzzer.fuzz(EXAMPLES)
    assert fuzzer.sent > 1_500
    assert not fuzzer.faults, "\n".join(map(str, fuzzer.faults))
    asked = Asked(platform, world, [], people, [], asyncio.run(tasks_in(platform, world)))
    assert fuzzer.shown
    told = [(a.who.label, a.target, one) for a, one in fuzzer.shown if not asked.may(a, one)]
    assert told == []
