"""One loud client at ten times its limit, and what another client notices of it.

The quiet one asks in peace and beside the loud one, in turn. A run counts only if the quiet one
was never refused, and the loud one was let in at its limit and refused above it.
"""

import asyncio
import statistics
from typing import Any

from tests.bench.load import Measured, Plan, begin, carried_out, ended
from tests.bench.town import Town, row, running

ROUNDS, SECONDS, QUIET_RATE, TIMES = 5, 4, 50, 10
PATH = "/v1/protection/reports?limit=1"


def in_peace(quiet: Plan) -> Measured:
    """The quiet client alone."""
    return carried_out(quiet)


def beside(quiet: Plan, loud: Plan) -> Measured:
    """The quiet client while another one asks far more than it may."""
    flood = begin(loud)
    try:
        found = carried_out(quiet)
    finally:
        noise = ended(flood, loud)
    let_in, refused = noise.statuses.get("200", 0), noise.statuses.get("429", 0)
    assert let_in, "the loud client was let in never"
    assert refused > let_in, f"the loud client was let in {let_in} and refused {refused} times"
    return found


def measured() -> list[dict[str, Any]]:
    """Rounds of both, in turn."""
    with running() as town:
        limit = _limit(town)
        port = town.platform.port
        quiet = Plan(port, (town.bearer("police"),), 4, path=PATH, seconds=SECONDS, rate=QUIET_RATE)
        # It begins a moment before the quiet one and ends a moment after it.
        loud = Plan(
            *(port, (town.bearer("charity"),), 48),
            path=PATH,
            seconds=SECONDS + 1,
            rate=TIMES * limit,
            expected=(200, 429),
        )
        pairs = [(in_peace(quiet), beside(quiet, loud)) for _ in range(ROUNDS)]
    ratio = statistics.median(after.late / before.late for before, after in pairs)
    late = statistics.median(after.late for _, after in pairs)
    alone = statistics.median(before.late for before, _ in pairs)
    name = f"a client beside one that asks {TIMES} times its limit: p99"
    return [row(name, late, "ms", ratio, f"the same client alone: {alone:.2f} ms; goal 1.5×")]


def _limit(town: Town) -> int:
    """Requests a second of a client that has no figure of its own."""
    (found,) = town.ask("gateway", "SELECT rate FROM client WHERE id = 'charity'")
    return int(found["rate"] or 300)


async def benchmarks() -> list[dict[str, Any]]:
    """Rows of name, value, unit, ratio and baseline."""
    return await asyncio.to_thread(measured)
