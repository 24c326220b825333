"""Reports through the gateway, unsigned and signed, each durable in PostgreSQL before its answer.

The whole platform runs, and the load generator beside it on the same cores. The service alone,
the gateway and a naive build of the path (`naive.txt`) take turns, with the same load. A run
counts only if every report answered 201 is one report, one event, one record of disclosure and,
where it was signed, one evidence. A machine has slow hours: the goals are of one on which the
naive build reaches 340 reports a second, so what counts in any hour is the ratio to it. It is
asked over 16 connections, over which it does best: more of them choke its httpx.
"""

import asyncio
import os
import statistics
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from joserfc.jwk import KeySet, OKPKey

from tests.bench.load import Generator, Plan
from tests.bench.naive import naive
from tests.bench.town import Town, row, running

ROUNDS, SECONDS, CONNECTIONS = 3, 4, 64
MOST = {"direct": 16000, "unsigned": 16000, "signed": 8000, "naive": 8000}
PATH = "/v1/protection/reports"
COUNTED = """
    SELECT (SELECT count(*) FROM report WHERE id = ANY($1::uuid[])) AS reports,
        (SELECT count(*) FROM outbox WHERE type = 'protection.report.accepted.v1'
            AND subject_id = ANY($1::uuid[])) AS events,
        (SELECT count(*) FROM disclosure WHERE action = 'report'
            AND subject_id = ANY($1::uuid[])) AS disclosures
"""
UNSENT = "SELECT count(*) AS n FROM outbox WHERE sent_at IS NULL"
CORES = os.cpu_count() or 1
GOALS = {"unsigned": 1000, "signed": 500}
NAIVE, NAIVE_CONNECTIONS = 340, 16


@dataclass(frozen=True)
class Pushed:
    """Reports a second, p99 in milliseconds, and microseconds of each process for a report."""

    rate: float
    late: float
    used: dict[str, float] = field(default_factory=dict)


def key_of(town: Town) -> dict[str, str]:
    """A key that police registered for their pushes."""
    key = OKPKey.generate_key("Ed25519", auto_kid=True)
    public = {"jwks": KeySet([key]).as_dict(private=False)}
    answer = town.offices.at("police").call("PUT", "/v1/me/keys", public)
    assert answer.status_code in (200, 204), answer.text
    return {name: str(value) for name, value in key.as_dict(private=True).items()}


def pushed(town: Town, generator: Generator, kind: str, plan: Plan) -> Pushed:
    """A round of pushes; every one of them has to be in PostgreSQL exactly once.

    It is over when its events are out as well: what they cost is part of the price.
    """
    before = town.ask("gateway", "SELECT count(*) AS n FROM evidence")[0]["n"]
    used = town.processor_time()
    found = generator.carried_out(plan)
    while town.ask("protection", UNSENT)[0]["n"]:
        time.sleep(0.1)
    used = town.processor_time() - used
    ids = list(found.began)
    each = {name: spent / len(ids) for name, spent in used.most_common()}
    assert sum(found.statuses.values()) == len(ids) < plan.count, f"{kind}: {len(ids)} pushed"
    counted = town.ask("protection", COUNTED, ids)[0]
    assert set(counted.values()) == {len(ids)}, f"{kind}: {counted} of {len(ids)}"
    kept = town.ask("gateway", "SELECT count(*) AS n FROM evidence")[0]["n"] - before
    assert kept == (len(ids) if kind == "signed" else 0), f"{kind}: {kept} evidences"
    return Pushed(found.rate, found.late, each)


def plans(town: Town, other: tuple[int, str]) -> dict[str, Plan]:
    """The service alone, through the gateway, signed, and the naive build: the same reports."""
    bearer, key = town.bearer("police"), key_of(town)

    def plan(kind: str, port: int, header: str, key: dict[str, str] | None = None) -> Plan:
        lines = NAIVE_CONNECTIONS if kind == "naive" else CONNECTIONS
        line = (port, (header,), lines, "report", PATH, SECONDS, MOST[kind])
        return Plan(*line, key=key, expected=(201,))

    return {
        "direct": plan("direct", town.service_port, town.principal("police")),
        "unsigned": plan("unsigned", town.platform.port, bearer),
        "signed": plan("signed", town.platform.port, bearer, key),
        "naive": plan("naive", *other),
    }


def measured() -> list[dict[str, Any]]:
    """The rounds of all four, in turn."""
    found: dict[str, list[Pushed]] = {kind: [] for kind in MOST}
    with (
        tempfile.TemporaryDirectory(prefix="hutong-bench-") as folder,
        running() as town,
        naive(Path(folder), town) as other,
        Generator() as generator,
    ):
        town.limit("police")
        for _ in range(ROUNDS):
            for kind, plan in plans(town, other).items():
                if kind == "naive":
                    theirs = generator.carried_out(plan)
                    found[kind].append(Pushed(theirs.rate, theirs.late))
                else:
                    found[kind].append(pushed(town, generator, kind, plan))
    return [row for kind in GOALS for row in _rows(kind, found)]


def _rows(kind: str, found: dict[str, list[Pushed]]) -> list[dict[str, Any]]:
    def beside(other: str) -> tuple[float, float]:
        """What another one takes, and how many times as much this one does."""
        pairs = zip(found[kind], found[other], strict=True)
        ratio = statistics.median(one.rate / their.rate for one, their in pairs)
        return statistics.median(their.rate for their in found[other]), ratio

    rate = statistics.median(one.rate for one in found[kind])
    late = statistics.median(one.late for one in found[kind])
    (direct, ratio), (plain, times) = beside("direct"), beside("naive")
    name, goal = f"intake through the gateway, {kind}, {CONNECTIONS} connections", GOALS[kind]
    base = f"the service directly, unsigned: {direct:.0f} reports/s; goal {goal}"
    aim = f"goal {goal}/{NAIVE} = {goal / NAIVE:.1f}×"
    return [
        row(name, rate, "reports/s", ratio, base),
        row(
            f"{name}, beside a naive build",
            rate,
            "reports/s",
            times,
            f"a naive build, unsigned: {plain:.0f}/s; {aim}",
        ),
        row(f"{name}: p99", late, "ms", None, None),
        _processors(name, found[kind]),
    ]


def _processors(name: str, rounds: list[Pushed]) -> dict[str, Any]:
    """What a report costs all processes together, and each of them."""
    used = statistics.median(sum(one.used.values()) for one in rounds)
    each = {
        who: statistics.median(one.used.get(who, 0) for one in rounds) for who in rounds[0].used
    }
    told = ", ".join(f"{who} {cost:.0f}" for who, cost in each.items() if cost >= 1)
    base = f"{CORES} cores would allow {CORES * 1e6 / used:.0f} reports/s; {told}"
    return row(f"{name}: processor time a report", used, "µs", None, base)


async def benchmarks() -> list[dict[str, Any]]:
    """Rows of name, value, unit, ratio and baseline."""
    return await asyncio.to_thread(measured)
