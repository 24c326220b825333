"""What must hold after any fault: everything acknowledged took effect, once, in order."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

import asyncpg

from tests.patience import PATIENCE


@dataclass(frozen=True)
class Verdict:
    """How many events broke each promise; all four are zero or the platform is not to be used."""

    acknowledged: int
    committed: int
    not_committed: int
    not_effected: int
    twice: int
    out_of_order: int
    drain_seconds: float = field(compare=False)

    def kept(self) -> bool:
        """Whether every promise was kept."""
        return not (self.not_committed or self.not_effected or self.twice or self.out_of_order)


@dataclass(frozen=True)
class Effect:
    """One row of what a consumer did."""

    event_id: UUID
    subject_id: UUID
    sequence: int


def inversions(effects: list[Effect]) -> int:
    """Effects that came after a later one of the same subject; repetitions are not counted."""
    newest: dict[UUID, int] = {}
    seen: set[UUID] = set()
    found = 0
    for effect in effects:
        if effect.event_id in seen:
            continue
        seen.add(effect.event_id)
        if effect.sequence < newest.get(effect.subject_id, 0):
            found += 1
        newest[effect.subject_id] = max(newest.get(effect.subject_id, 0), effect.sequence)
    return found


def judge(
    acknowledged: set[UUID], committed: set[UUID], effects: list[Effect], drain_seconds: float
) -> Verdict:
    """The verdict over what was acknowledged, committed and effected."""
    times = Counter(effect.event_id for effect in effects)
    return Verdict(
        acknowledged=len(acknowledged),
        committed=len(committed),
        not_committed=len(acknowledged - committed),
        not_effected=len(committed - times.keys()),
        twice=sum(count - 1 for count in times.values()),
        out_of_order=inversions(effects),
        drain_seconds=round(drain_seconds, 1),
    )


async def committed_in(url: str) -> set[UUID]:
    """The ids of all events in an outbox."""
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch("SELECT event_id FROM outbox")
    finally:
        await connection.close()
    return {row["event_id"] for row in rows}


async def effects_in(url: str) -> list[Effect]:
    """What a consumer did, in the order in which it did it."""
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch("SELECT * FROM effect ORDER BY id")
    finally:
        await connection.close()
    return [Effect(row["event_id"], row["subject_id"], row["sequence"]) for row in rows]


async def drained(
    acknowledged: set[UUID], emitter_url: str, hearer_url: str, patience: float = PATIENCE
) -> Verdict:
    """Wait until everything committed took effect, or patience ends; then judge."""
    began = time.monotonic()
    while True:
        committed, effects = await committed_in(emitter_url), await effects_in(hearer_url)
        waited = time.monotonic() - began
        if committed <= {effect.event_id for effect in effects} or waited > patience:
            # A moment more, so that an effect that comes twice has time to come again.
            await asyncio.sleep(0.5)
            return judge(acknowledged, committed, await effects_in(hearer_url), waited)
        await asyncio.sleep(0.2)
