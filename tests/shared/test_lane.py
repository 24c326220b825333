"""Many small writes share a transaction; a bad one refuses itself alone."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy.exc import TimeoutError as TimeoutOfPool
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from shared.database import engine_for
from shared.lane import Lane, Written
from tests.conftest import NewDatabase
from tests.factories import use_environment
from tests.patience import PATIENCE

WRITE = """
    INSERT INTO kept (number, flushed)
    SELECT number, pg_current_xact_id() FROM unnest($1::int[]) AS number RETURNING number
"""


@pytest.fixture
async def engine(tmp_path: Path, database_url: NewDatabase) -> AsyncIterator[AsyncEngine]:
    """A database with a table that takes no number above a hundred."""
    url = database_url("kernel")
    connection = await asyncpg.connect(url)
    await connection.execute(
        "CREATE TABLE kept (number int PRIMARY KEY CHECK (number < 100), flushed xid8);"
        " GRANT SELECT, INSERT ON kept TO hutong_app"
    )
    await connection.close()
    use_environment(tmp_path, DATABASE_URL=url)
    made = engine_for(url)
    yield made
    await made.dispose()


async def kept(engine: AsyncEngine, what: str) -> int:
    """What the table says."""
    async with engine.connect() as connection:
        found = await connection.exec_driver_sql(f"SELECT {what} FROM kept")
        return int(found.scalar_one())


async def test_those_who_wait_at_one_moment_share_a_transaction(engine: AsyncEngine) -> None:
    lane = Lane(engine, WRITE)
    written = await asyncio.gather(*(lane.take([number]) for number in range(50)))
    assert [one["number"] for one in written] == list(range(50))
    assert await kept(engine, "count(*)") == 50
    assert await kept(engine, "count(DISTINCT flushed)") <= 3


async def test_who_asks_for_what_another_leaves_goes_after_it(engine: AsyncEngine) -> None:
    lane, a, b, c = Lane(engine, WRITE), *(frozenset(name) for name in "abc")
    ways = [(a, a), (a, a | b), (b, b), (c, c | b)]
    found = await asyncio.gather(*(lane.take([n], *way) for n, way in enumerate(ways)))
    assert [one["number"] for one in found] == [0, 1, 2, 3]
    in_order = "string_agg(number::text, ' ' ORDER BY flushed, number) = '0 3 1 2'"
    assert await kept(engine, f"count(DISTINCT flushed) = 3 AND {in_order}")


async def test_a_bad_one_refuses_itself_alone(engine: AsyncEngine) -> None:
    lane = Lane(engine, WRITE)
    numbers = [1, 2, 500, 3, 4]
    found = await asyncio.gather(*(lane.take([n]) for n in numbers), return_exceptions=True)
    refused = [n for n, one in zip(numbers, found, strict=True) if isinstance(one, Exception)]
    assert refused == [500]
    assert await kept(engine, "count(*)") == 4


async def test_who_leaves_while_waiting_takes_nobody_along(engine: AsyncEngine) -> None:
    lane = Lane(engine, WRITE)
    tasks = [asyncio.create_task(lane.take([number])) for number in range(10)]
    await asyncio.sleep(0)
    tasks[0].cancel()
    tasks[5].cancel()
    done = await asyncio.gather(*tasks, return_exceptions=True)
    assert sum(not isinstance(one, BaseException) for one in done) == 8
    assert await kept(engine, "count(*)") >= 8


async def test_who_leaves_while_its_batch_is_written_takes_nobody_along(
    engine: AsyncEngine,
) -> None:
    lane, begun, gate = Lane(engine, WRITE), asyncio.Event(), asyncio.Event()
    write = lane._write

    async def gated(driver: Any, rows: list[list[Any]]) -> list[Written]:
        begun.set()
        await gate.wait()
        return await write(driver, rows)

    vars(lane)["_write"] = gated
    tasks = [asyncio.create_task(lane.take([number])) for number in range(10)]
    async with asyncio.timeout(PATIENCE):
        await begun.wait()
        tasks[0].cancel()
        await asyncio.wait([tasks[0]])
        gate.set()
        assert [(await task)["number"] for task in tasks[1:]] == list(range(1, 10))
    assert await kept(engine, "count(*)") == 10


async def test_with_the_database_away_everybody_is_told_at_once(engine: AsyncEngine) -> None:
    gone = engine_for("postgresql://nobody@127.0.0.1:1/nothing")
    lane = Lane(gone, WRITE)
    async with asyncio.timeout(PATIENCE):
        found = await asyncio.gather(*(lane.take([n]) for n in range(20)), return_exceptions=True)
    assert all(isinstance(one, Exception) for one in found)
    await gone.dispose()


async def test_a_broken_line_is_used_once_more_at_most(engine: AsyncEngine) -> None:
    lane = Lane(engine, WRITE)
    await lane.take([1])
    other = await asyncpg.connect(
        engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    )
    await other.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await other.close()
    await asyncio.gather(lane.take([2]), return_exceptions=True)
    assert (await lane.take([3]))["number"] == 3


async def test_whatever_goes_wrong_everybody_who_waits_hears_of_it(engine: AsyncEngine) -> None:
    lane = Lane(engine, WRITE)

    async def broken(driver: Any, rows: list[list[Any]]) -> list[Written]:
        raise ZeroDivisionError

    vars(lane)["_write"] = broken
    async with asyncio.timeout(PATIENCE):
        found = await asyncio.gather(*(lane.take([n]) for n in range(9)), return_exceptions=True)
        assert all(isinstance(one, ZeroDivisionError) for one in found)
    del vars(lane)["_write"]
    assert (await lane.take([1]))["number"] == 1


async def test_with_no_connection_to_be_had_everybody_hears_of_it(engine: AsyncEngine) -> None:
    narrow = create_async_engine(
        engine.url, pool_size=1, max_overflow=0, pool_timeout=0.1, connect_args={"timeout": 5}
    )
    lane = Lane(narrow, WRITE)
    async with asyncio.timeout(PATIENCE), narrow.connect():
        found = await asyncio.gather(*(lane.take([n]) for n in range(9)), return_exceptions=True)
        assert all(isinstance(one, TimeoutOfPool) for one in found)
    assert (await lane.take([1]))["number"] == 1
    await narrow.dispose()
