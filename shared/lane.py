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
from sqlalchemy.exc import TimeoutError as NoneLeft
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.database import driver_of

TOGETHER = 64
REFUSED = (asyncpg.PostgresError, asyncpg.InterfaceError, DBAPIError, NoneLeft, OSError)

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
    """Commits rows together, one batch after the other: while one is flushed the next gathers.

    `statement` takes their columns, an array each, and answers with one row for each in order.
    """

    engine: AsyncEngine
    statement: str
    waiting: dict["asyncio.Future[Written]", Waiting] = field(default_factory=dict)
    running: "asyncio.Task[None] | None" = None

    async def take(
        self, row: list[Any], asks: Keys = frozenset(), leaves: Keys = frozenset()
    ) -> Written:
        """What the statement answers, once it is durable; raises what the database raises.

        A row does not go together with one that leaves (or itself asks for) what it asks for: one
        statement does not see what it writes. Who no longer waits has its row written all the same.
        """
        mine: asyncio.Future[Written] = asyncio.get_running_loop().create_future()
        self.waiting[mine] = Waiting(row, asks, leaves, mine)
        if self.running is None or self.running.done():
            self.running = asyncio.create_task(self._run())
        return await mine

    async def _run(self) -> None:
        """Until nobody waits.

        It keeps its connection: to give it back and take it again costs steps of the loop, in
        each of which all who were just answered go on first while the database has nothing to do.
        """
        while self.waiting:
            try:
                async with driver_of(self.engine) as driver:
                    while self.waiting and not driver.is_closed():
                        await self._commit(driver, self._together())
            except Exception as error:  # noqa: BLE001 - who waits has to hear of whatever it is
                waiting, self.waiting = self.waiting, {}
                for future in waiting:
                    _settle(future, error)

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

    async def _commit(self, driver: Any, batch: list[Waiting]) -> None:
        try:
            found = await self._write(driver, [one.row for one in batch])
        except Exception as error:  # noqa: BLE001 - who waits has to hear of whatever it is
            refused = isinstance(error, asyncpg.PostgresError) and not driver.is_closed()
            if len(batch) == 1 or not refused:
                for one in batch:
                    _settle(one.future, error)
            else:
                # One bad row does not refuse the others: what failed together is tried alone.
                for one in batch:
                    await self._commit(driver, [one])
        else:
            for one, written in zip(batch, found, strict=True):
                _settle(one.future, written)

    async def _write(self, driver: Any, rows: list[list[Any]]) -> list[Written]:
        columns = [list(column) for column in zip(*rows, strict=True)]
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
