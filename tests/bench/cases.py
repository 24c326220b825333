"""A case with five thousand entries, opened through the gateway, against one with sixty.

The newest entries are notes that were written through the gateway; the rest is history. A time
counts only if the case shows the newest words, and its entries can be read to the first one.
"""

import asyncio
import statistics
import time
from typing import Any
from uuid import uuid4

from deploy.caller import Caller
from tests.bench import pushes
from tests.bench.town import Town, row, running

ENTRIES, NOTES, ROUNDS = 5000, 60, 40
HISTORY = """
    INSERT INTO case_entry (case_id, kind, code, department, officer, at)
    SELECT $1::uuid, 'visit', 'seen', 'police', 'officer-1', now() - n * interval '1 hour'
      FROM generate_series(1, $2::int) n RETURNING id
"""


def case_with(town: Town, police: Caller, entries: int) -> str:
    """A case with so many entries; the newest of them are notes."""
    report_id = str(uuid4())
    found_at = time.strftime("%Y-%m-%dT00:00:00Z", time.gmtime())
    police.post("/v1/protection/reports", pushes.told(report_id, found_at))
    case_id = str(police.get(f"/v1/protection/reports/{report_id}")["case_id"])
    town.ask("protection", HISTORY, case_id, entries - NOTES)
    for number in range(NOTES):
        police.post(f"/v1/protection/cases/{case_id}/notes", {"words": f"第 {number} 次记录"})
    return case_id


def opened(police: Caller, case_id: str) -> float:
    """Milliseconds until the case is here, with its newest words."""
    began = time.perf_counter()
    shown = police.get(f"/v1/protection/cases/{case_id}")
    spent = (time.perf_counter() - began) * 1000
    assert shown["entries"][0]["words"] == f"第 {NOTES - 1} 次记录", "the newest note is missing"
    return spent


def all_of(police: Caller, case_id: str) -> int:
    """How many entries there are, read page by page."""
    path, count, cursor = f"/v1/protection/cases/{case_id}/entries", 0, None
    while True:
        page = police.get(path, limit=100, **({"cursor": cursor} if cursor else {}))
        count, cursor = count + len(page["items"]), page["next"]
        if cursor is None:
            return count


def measured() -> list[dict[str, Any]]:
    """Both cases, in turn."""
    with running() as town:
        police = town.offices.at("police")
        large, small = (case_with(town, police, size) for size in (ENTRIES, NOTES))
        assert all_of(police, large) >= ENTRIES
        times = [(opened(police, small), opened(police, large)) for _ in range(ROUNDS)]
    ratio = statistics.median(after / before for before, after in times)
    middle = statistics.median(after for _, after in times)
    late = statistics.quantiles([after for _, after in times], n=20)[18]
    base = f"the same with {NOTES} entries; goal 100 ms"
    name = f"a case with {ENTRIES} entries opens"
    return [
        row(f"{name}: p50", middle, "ms", ratio, base),
        row(f"{name}: p95", late, "ms", None, None),
    ]


async def benchmarks() -> list[dict[str, Any]]:
    """Rows of name, value, unit, ratio and baseline."""
    return await asyncio.to_thread(measured)
