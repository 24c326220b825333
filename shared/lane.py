"""A lane of small writes: many that wait at one moment share one transaction (合并提交).

One round trip and one flush of the log for many of them; a bad one refuses itself alone.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.database import driver_of

TOGETHER = 64
LANES = 1  # while one batch is flushed the next one gathers; a second lane makes both smaller
AWAY = (asyncpg.InterfaceError, DBAPIError, OSError)
REFUSED = (asyncpg.PostgresError, *AWAY)

Written = Mapping[str, Any]
Waiting = tuple[list[Any], "asyncio.Future[Written]"]


@dataclass
class Lane:
    """Commits rows together; a caller whose row another has committed only waits for it.

    `statement` takes one row as its parameters and answers with exactly one.
    """

    engine: AsyncEngine
    statement: str
    waiting: list[Waiting] = field(default_factory=list)
    free: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(LANES))

    async def take(self, row: list[Any]) -> Written:
        """What the statement answers, once it is durable; raises what the database raises."""
        mine: asyncio.Future[Written] = asyncio.get_running_loop().create_future()
        self.waiting.append((row, mine))
        async with self.free:
            if not mine.done() and self.waiting:
                batch, self.waiting = self.waiting[:TOGETHER], self.waiting[TOGETHER:]
                await asyncio.shield(asyncio.ensure_future(self._commit(batch)))
        return await mine

    async def _commit(self, batch: list[Waiting]) -> None:
        try:
            found = await self._write([row for row, _ in batch])
        except REFUSED as error:
            if len(batch) == 1 or isinstance(error, AWAY):
                for _, future in batch:
                    _settle(future, error)
            else:
                # One bad row does not refuse the others: what failed together is tried alone.
                for one in batch:
                    await self._commit([one])
        else:
            for (_, future), written in zip(batch, found, strict=True):
                _settle(future, written)

    async def _write(self, rows: list[list[Any]]) -> list[Written]:
        async with driver_of(self.engine) as driver, driver.transaction():
            return list(await driver.fetchmany(self.statement, rows))


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
