"""The lane in which reports are committed: many that wait at one moment share one transaction.

One round trip and one flush of the log for many of them; a bad one refuses itself alone.
"""

import asyncio
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine

from services.protection.operations.statement import INTAKE

TOGETHER = 64
LANES = 1  # while one batch is flushed the next one gathers; a second lane makes both smaller


@dataclass(slots=True)
class Taken:
    """What the statement answers: fresh, or stored before."""

    id: UUID
    fresh: bool
    child_ref: UUID | None
    case_id: UUID | None


@dataclass
class Lane:
    """Commits reports together; a caller whose row another has committed only waits for it."""

    engine: AsyncEngine
    waiting: list[tuple[list[Any], "asyncio.Future[Taken]"]] = field(default_factory=list)
    free: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(LANES))

    async def take(self, row: list[Any]) -> Taken:
        """The row's outcome once it is durable; raises what the database raises."""
        mine: asyncio.Future[Taken] = asyncio.get_running_loop().create_future()
        self.waiting.append((row, mine))
        async with self.free:
            if not mine.done() and self.waiting:
                batch, self.waiting = self.waiting[:TOGETHER], self.waiting[TOGETHER:]
                await asyncio.shield(asyncio.ensure_future(self._commit(batch)))
        return await mine

    async def _commit(self, batch: list[tuple[list[Any], "asyncio.Future[Taken]"]]) -> None:
        try:
            found = await self._write([row for row, _ in batch])
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
            await self._each(batch, error)
            return
        for (_, future), taken in zip(batch, found, strict=True):
            if not future.done():
                future.set_result(taken)

    async def _each(
        self, batch: list[tuple[list[Any], "asyncio.Future[Taken]"]], error: Exception
    ) -> None:
        """One bad row does not refuse the others: what failed together is tried alone."""
        for row, future in batch:
            try:
                if len(batch) == 1:
                    raise error
                outcome = (await self._write([row]))[0]
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as own:
                if not future.done():
                    future.set_exception(own)
            else:
                if not future.done():
                    future.set_result(outcome)

    async def _write(self, rows: list[list[Any]]) -> list[Taken]:
        async with self.engine.connect() as connection:
            raw: Any = (await connection.get_raw_connection()).driver_connection
            async with raw.transaction():
                found = await raw.fetchmany(INTAKE, rows)
        return [Taken(r["id"], r["fresh"], r["child_ref"], r["case_id"]) for r in found]


@lru_cache(maxsize=4)
def lane_of(engine: AsyncEngine) -> Lane:
    """The lane of a database."""
    return Lane(engine)
