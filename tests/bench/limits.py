"""One loud client at ten times its limit, and what another client notices of it.

The quiet one asks in peace and beside the loud one, in turn. A run counts only if the quiet one
was never refused, and the loud one was let in at its limit: above it, it waits or is refused.
"""

import asyncio
import statistics
from dataclasses import dataclass
from typing import Any

from tests.bench.load import Generator, Measured, Plan
from tests.bench.town import row, running

ROUNDS, SECONDS, QUIET_RATE, LIMIT, TIMES = 5, 10, 50, 100, 10
BURST = 2 * LIMIT
PATH = "/v1/protection/reports?limit=1"


@dataclass(frozen=True)
class Both:
    """What the quiet one measured beside the loud one, and the loud one."""

    quiet: Measured
    loud: Measured


def beside(quiet: Generator, loud: Generator, asked: Plan, flood: Plan) -> Both:
    """The quiet client while another one asks far more than it may."""
    loud.begin(flood)
    found, noise = quiet.carried_out(asked), loud.ended()
    let_in, refused = noise.statuses.get("200", 0), noise.statuses.get("429", 0)
    allowed = LIMIT * (SECONDS + 1) + BURST
    assert let_in <= allowed * 1.1, f"the loud client was let in {let_in} times of {allowed}"
    assert refused or let_in <= allowed, "the loud client was never refused"
    return Both(found, noise)


def measured() -> list[dict[str, Any]]:
    """Rounds of both, in turn."""
    with running() as town, Generator() as one, Generator() as other:
        town.limit("charity", LIMIT)
        port = town.platform.port
        quiet = Plan(port, (town.bearer("police"),), 4, path=PATH, seconds=SECONDS, rate=QUIET_RATE)
        # It begins a moment before the quiet one and ends a moment after it.
        loud = Plan(
            *(port, (town.bearer("charity"),), 48),
            path=PATH,
            seconds=SECONDS + 1,
            rate=TIMES * LIMIT,
            expected=(200, 429),
        )
        pairs = [(one.carried_out(quiet), beside(one, other, quiet, loud)) for _ in range(ROUNDS)]
    ratio = statistics.median(both.quiet.late / before.late for before, both in pairs)
    late = statistics.median(both.quiet.late for _, both in pairs)
    asked = statistics.median(both.loud.rate for _, both in pairs)
    alone = statistics.median(before.late for before, _ in pairs)
    name = f"a client beside one that asks {TIMES} times its limit of {LIMIT}/s: p99"
    base = f"the same client alone: {alone:.2f} ms; goal 1.5×; the other was answered {asked:.0f}/s"
    return [row(name, late, "ms", ratio, base)]


async def benchmarks() -> list[dict[str, Any]]:
    """Rows of name, value, unit, ratio and baseline."""
    return await asyncio.to_thread(measured)
