"""A month after a great import is prepared by sets, though PostgreSQL has counted none of it."""

from datetime import date
from pathlib import Path
from uuid import uuid4

import asyncpg
from sqlalchemy import text

from services.payments.operations.beginning import begin_run
from shared.database import engine_for, sessions_of, transaction
from shared.identity import Principal
from tests.conftest import NewDatabase
from tests.factories import use_environment
from tests.payments.roster import MISLED, roster

CHILDREN, UNVERIFIED = 3_000, 6
READ = """
SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) FROM pg_stat_xact_user_tables
 WHERE relname IN ('award_period', 'payee', 'enrolment', 'line')
"""


async def test_a_month_after_an_import_nobody_counted_reads_each_child_a_few_times(
    tmp_path: Path, database_url: NewDatabase
) -> None:
    url = database_url("payments")
    owner = await asyncpg.connect(url)
    await owner.execute(roster(CHILDREN, 2, UNVERIFIED))
    await owner.execute(MISLED)
    await owner.close()
    use_environment(tmp_path, DATABASE_URL=url)
    engine = engine_for(url)
    async with transaction(sessions_of(engine)) as session:
        officer = Principal("civil_affairs", "civil_affairs", officer="001")
        run = await begin_run(session, officer, "monthly", date(2026, 1, 1), uuid4())
        read = await session.scalar(text(READ))
    await engine.dispose()
    assert (run.lines, run.blocked) == (CHILDREN - UNVERIFIED, UNVERIFIED)
    assert read < CHILDREN * 30, "row by row it is the square of the children"
