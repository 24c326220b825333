"""From a push to the dashboards: with two hundred listeners, with two thousand, with one.

The whole platform runs, with generator and listeners on the same cores. A latency counts only
if every listener heard of every report exactly once.
"""

import asyncio
import statistics
from typing import Any

from tests.bench.listeners import Listening
from tests.bench.load import Generator, Measured, Plan
from tests.bench.town import Town, row, running

PATH = "/v1/protection/reports"
RATE, REPORTS, CONNECTIONS, ROUNDS = 100, 800, 8, 2
FEW, MANY, MOST, EVENTS = 1, 200, 2000, 5


def told(
    town: Town, generator: Generator, listeners: int, plan: Plan
) -> tuple[Measured, list[float]]:
    """Milliseconds from the beginning of each push to each listener's event."""
    bearer = town.bearer("child_protection_office")
    with Listening(town.platform.port, listeners, bearer) as room:
        pushed = generator.carried_out(plan)
        known = room.what_of(plan.count)
    waits = []
    for report_id, began in pushed.began.items():
        heard = known.get(report_id, [])
        assert len(heard) == listeners, f"{len(heard)} of {listeners} heard of {report_id}"
        waits += [(at - began) * 1000 for at in heard]
    return pushed, waits


def dashboards(town: Town, generator: Generator, headers: tuple[str, ...]) -> list[dict[str, Any]]:
    """A hundred pushes a second, heard by two hundred and, in turn, by one."""
    port = town.platform.port
    expected = {"expected": (201,)}
    plan = Plan(port, headers, CONNECTIONS, "report", PATH, count=REPORTS, rate=RATE, **expected)  # type: ignore[arg-type]
    told(town, generator, FEW, plan)  # what processes do for the first time is not a day's work
    late, alone, middle, answered = [], [], [], []
    for _ in range(ROUNDS):
        alone.append(_percentile(told(town, generator, FEW, plan)[1], 99))
        pushed, waits = told(town, generator, MANY, plan)
        late.append(_percentile(waits, 99))
        middle.append(_percentile(waits, 50))
        answered.append(pushed.median)
    one, own = statistics.median(alone), statistics.median(answered)
    name = f"push to dashboard event, {RATE}/s, {MANY} listeners"
    ninety, fifty = statistics.median(late), statistics.median(middle)
    base = f"with one listener: {one:.1f} ms; goal 50 ms"
    return [
        row(f"{name}: p99", ninety, "ms", ninety / one, base),
        row(f"{name}: p50", fifty, "ms", fifty / own, f"the push's own answer: {own:.1f} ms"),
    ]


def crowd(town: Town, generator: Generator, headers: tuple[str, ...]) -> list[dict[str, Any]]:
    """Two thousand listeners, an event now and then: when the last of them has heard it."""
    port = town.platform.port
    plan = Plan(port, headers, 1, "report", PATH, count=EVENTS, rate=1, expected=(201,))
    _, few = told(town, generator, FEW, plan)
    _, waits = told(town, generator, MOST, plan)
    last, alone = max(waits), max(few)
    base = f"with one listener: {alone:.1f} ms; goal 1000 ms"
    return [row(f"an event reaches the last of {MOST} listeners", last, "ms", last / alone, base)]


def _percentile(values: list[float], at: int) -> float:
    return statistics.quantiles(values, n=100)[at - 1]


def measured() -> list[dict[str, Any]]:
    """Both, on one platform."""
    with running() as town, Generator() as generator:
        for client in ("police", "child_protection_office"):
            town.limit(client)
        headers = (town.bearer("police"),)
        return dashboards(town, generator, headers) + crowd(town, generator, headers)


async def benchmarks() -> list[dict[str, Any]]:
    """Rows of name, value, unit, ratio and baseline."""
    return await asyncio.to_thread(measured)
