"""A lane of small writes: many that wait at one moment share one statement (合并提交).

One round trip and one flush of the log for many of them; a bad one refuses itself alone.
"""

import asyncio
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.database import driver_of

TOGETHER = 64
LANES = 1  # while one batch is flushed the next one gathers; a second lane makes both smaller
AWAY = (asyncpg.InterfaceError, DBAPIError, OSError)
REFUSED = (asyncpg.PostgresError, *AWAY)

Written = Mapping[str, Any]
Keys = frozenset[Hashable]


class Waiting(NamedTuple):
    """A row that waits, what it looks for, and what those after it may find of it."""

    row: list[Any]
    asks: Keys
    leaves: Keys
    future: "asyncio.Future[Written]"


@dataclass
class Lane:
    """Commits rows together; a caller whose row another has committed only waits for it.

    `statement` takes their columns, an array each, and answers with one row for each in order.
    """

    engine: AsyncEngine
    statement: str
    waiting: dict["asyncio.Future[Written]", Waiting] = field(default_factory=dict)
    free: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(LANES))

    async def take(
        self, row: list[Any], asks: Keys = frozenset(), leaves: Keys = frozenset()
    ) -> Written:
        """What the statement answers, once it is durable; raises what the database raises.

        A row does not go together with one that leaves (or itself asks for) what it asks for: one
        statement does not see what it writes.
        """
        mine: asyncio.Future[Written] = asyncio.get_running_loop().create_future()
        self.waiting[mine] = Waiting(row, asks, leaves, mine)
        # Who leaves while it commits for others frees the lane too early: whose row is under way
        # waits for that, and for no turn.
        while mine in self.waiting:
            async with self.free:
                if mine in self.waiting:
                    await asyncio.shield(asyncio.ensure_future(self._commit(self._together())))
        return await mine

    def _together(self) -> list[Waiting]:
        """The next batch: who asks for what one before it leaves stays behind it."""
        batch: list[Waiting] = []
        seen: set[Hashable] = set()
        for one in self.waiting.values():
            if len(batch) < TOGETHER and seen.isdisjoint(one.asks):
                batch.append(one)
            seen |= one.asks | one.leaves
        for one in batch:
            del self.waiting[one.future]
        return batch

    async def _commit(self, batch: list[Waiting]) -> None:
        try:
            found = await self._write([one.row for one in batch])
        except REFUSED as error:
            if len(batch) == 1 or isinstance(error, AWAY):
                for one in batch:
                    _settle(one.future, error)
            else:
                # One bad row does not refuse the others: what failed together is tried alone.
                for one in batch:
                    await self._commit([one])
        else:
            for one, written in zip(batch, found, strict=True):
                _settle(one.future, written)

    async def _write(self, rows: list[list[Any]]) -> list[Written]:
        columns = [list(column) for column in zip(*rows, strict=True)]
        async with driver_of(self.engine) as driver:
            return list(await driver.fetch(self.statement, *columns))


def _settle(future: "asyncio.Future[Written]", outcome: Written | Exception) -> None:
    if future.done():
        return
    if isinstance(outcome, Exception):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)


@lru_cache(maxsize=8)
def lane_of(engine: AsyncEngine, statement: str) -> Lane:
    """The lane of a statement on a database."""
    return Lane(engine, statement)
