"""The merged OpenAPI document, fuzzed as every department over the real platform.

`FUZZ=50 make test only=tests/disclosure/test_fuzz.py` sends fifty times as much.
"""

import os
from pathlib import Path

import pytest

from deploy.local import Platform
from tests.disclosure import city, matrix
from tests.disclosure.fuzz import Fuzzer
from tests.journeys import traces
from tests.journeys.conftest import platform

__all__ = ["platform"]

BEGINS = "2026-03-02"
EXAMPLES = int(os.environ.get("FUZZ", "2"))


@pytest.mark.timeout(120 + 300 * EXAMPLES)
def test_nothing_anybody_sends_breaks_the_house_or_opens_it(platform: Platform) -> None:
    folder = Path(platform.data_dir)
    world = city.build(traces.Listening(platform.url, folder))
    fuzzer = Fuzzer(world, matrix.everybody(world, folder), matrix.table())
    fuzzer.unknown_filters()
    fuzzer.secrets_sent_back()
    fuzzer.fuzz(EXAMPLES)
    assert fuzzer.sent > 1_500
    assert not fuzzer.faults, "\n".join(map(str, fuzzer.faults))
