"""What the database does for a service that is no more."""

import asyncio
from contextlib import suppress

from sqlalchemy import text

from shared.database import Sessions
from tests.patience import eventually

STATEMENT = "SELECT pg_advisory_xact_lock(24), pg_sleep(600)"
HELD = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 24 AND granted"


async def test_a_statement_nobody_waits_for_ends_and_lets_go_of_its_locks(
    sessions: Sessions,
) -> None:
    async def held() -> int:
        async with sessions() as session:
            return int(await session.scalar(text(HELD)) or 0)

    async def free() -> bool:
        return not await held()

    async with sessions() as session:
        gone = (await (await session.connection()).get_raw_connection()).driver_connection
        assert gone is not None
        asking = asyncio.create_task(session.execute(text(STATEMENT)))
        await eventually(held)
        gone.terminate()
        with suppress(Exception):
            await asking
        await eventually(free)
        await session.invalidate()
