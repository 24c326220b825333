"""A nation's month: a run over a million awarded children against PostgreSQL's own INSERT.

The baseline is one INSERT … SELECT of the very lines the run wrote, into a table made like its
own. A run counts only when its amounts are exact: the control total is compared with the
sum worked out from the classes in Python.
"""

import asyncio
import os
import resource
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from deploy.host import free_port
from deploy.local import databases
from deploy.servers import Postgres, serving
from services.payments.models import Line, Run, Standard
from services.payments.operations.banking import stream_file
from services.payments.operations.beginning import begin_run
from services.payments.operations.instructing import PAY
from shared import vault
from shared.access import Particular
from shared.clock import set_clock
from shared.database import Sessions, engine_for, migrate, new_id, sessions_of, transaction
from shared.identity import Principal
from shared.keys import secret_key
from shared.settings import settings

CHILDREN = int(os.environ.get("BENCH_CHILDREN", "1000000"))
SEALED = int(os.environ.get("BENCH_SEALED", "2000"))
ACTOR = Principal("civil_affairs", "civil_affairs", officer="001")
MONTH = date(2026, 1, 1)
STANDARDS = {
    "institution_orphan_monthly": "2650.00",
    "scattered_orphan_monthly": "2131.11",
}
# One child in ten of an institution, six scattered, three of dibao families; some infants,
# some topped up, one in a hundred blocked because nobody verified the account.
CLASSES = ["institution"] + ["scattered"] * 6 + ["dibao_child"] * 3
ROUNDS = 2

ROSTER = """
CREATE TEMPORARY TABLE roster AS
SELECT n, gen_random_uuid() AS child_id FROM generate_series(1, :children) n
"""

AWARDS = """
INSERT INTO award_period (id, award_id, child_id, decision_id, rate_class, months, infant_until,
                          other_relief, town, opened_at, version)
SELECT gen_random_uuid(), gen_random_uuid(), child_id, gen_random_uuid(),
       (CAST(:classes AS text[]))[1 + n % 10], daterange('2025-01-01', NULL),
       CASE WHEN n % 20 = 9 THEN date '2026-06-30' END,
       CASE WHEN n % 50 = 3 THEN 312.30 ELSE 0 END,
       '33108100' || (1 + n % 5), now(), 1
FROM roster
"""

PAYEES = """
INSERT INTO payee (id, child_id, kind, bank_code, months, town, source, entered_by, entered_at,
                   verified_by, verified_at, version)
SELECT gen_random_uuid(), child_id, 'guardian', 'ICBC', daterange('2025-01-01', NULL),
       '331081001', 'bench', 'bench', now(), 'bench',
       CASE WHEN n % 100 = 7 THEN NULL ELSE now() END, 1
FROM roster
"""

COPY_OF_LINES = "CREATE TABLE line_copy (LIKE line INCLUDING ALL)"
BASELINE = """
INSERT INTO line_copy (run_id, child_id, decision_id, explanation_id, month, amount, benefit, town)
SELECT run_id, child_id, decision_id, explanation_id, month, amount, benefit, town FROM line
"""


@asynccontextmanager
async def prepared_database(folder: Path) -> AsyncIterator[Sessions]:
    """A PostgreSQL of its own with the roster in it, like the one `make run` starts."""
    os.environ |= {"DATA_DIR": str(folder), "KEYS_DIR": str(folder / "keys"), "CLOCK": "virtual"}
    # What is measured here may be slow on a busy machine; it must not be cut off for that.
    os.environ["DATABASE_PATIENCE"] = "900"
    settings.cache_clear()
    secret_key.cache_clear()
    postgres = Postgres(folder / "postgres", free_port(), durable=False)
    with serving(postgres, folder / "postgres.log"):
        await databases.create_missing(postgres.url(), ["payments"])
        url = postgres.url("payments")
        await asyncio.to_thread(migrate, "payments", url)
        set_clock(datetime(2026, 1, 12, 4, 0, tzinfo=UTC))
        owner = engine_for(url, role=None)
        async with owner.begin() as connection:
            await connection.execute(text(ROSTER), {"children": CHILDREN})
            await connection.execute(text(AWARDS), {"classes": CLASSES})
            await connection.execute(text(PAYEES))
            await connection.execute(text(COPY_OF_LINES))
            await connection.execute(text("GRANT ALL ON line_copy TO hutong_app"))
        async with owner.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(text("VACUUM ANALYZE"))
        await owner.dispose()
        engine = engine_for(url)
        sessions = sessions_of(engine)
        async with transaction(sessions) as session:
            await session.execute(insert(Standard), [_standard(k, v) for k, v in STANDARDS.items()])
        yield sessions
        await engine.dispose()


def _standard(key: str, amount: str) -> dict[str, Any]:
    return {
        "id": new_id(), "key": key, "since": date(2025, 1, 1), "amount": Decimal(amount),
        "state": "published", "source": "bench", "proposed_by": "a", "version": 1,
        "proposed_at": datetime(2025, 1, 1, tzinfo=UTC), "announced_on": date(2025, 1, 1),
    }  # fmt: skip


def expected() -> tuple[int, Decimal]:
    """Lines and sum of the month, child by child in plain integers, without any of the code."""
    lines = total = 0
    for n in range(1, CHILDREN + 1):
        if n % 100 == 7:
            continue
        name = CLASSES[n % 10]
        relief = 31230 if n % 50 == 3 else 0
        amount = {"institution": 265000 - relief, "scattered": 213111 - relief,
                  "dibao_child": 42623}[name]  # fmt: skip
        infant = 3000 if n % 20 == 9 else 0
        lines += 1 + (infant > 0)
        total += amount + infant
    return lines, Decimal(total) / 100


async def _timed_run(sessions: Sessions) -> tuple[float, Run]:
    began = time.perf_counter()
    async with transaction(sessions) as session:
        run = await begin_run(session, ACTOR, "monthly", MONTH, uuid4(), at_once=True)
    return time.perf_counter() - began, run


async def _timed_baseline(sessions: Sessions) -> float:
    began = time.perf_counter()
    async with transaction(sessions) as session:
        await session.execute(text(BASELINE))
    return time.perf_counter() - began


async def _forget(sessions: Sessions) -> None:
    """Empty what a round wrote; the owner may, the service may not."""
    engine = engine_for(str(sessions.kw["bind"].url.render_as_string(False)), role=None)
    async with engine.begin() as connection:
        for table in ("line", "line_copy", "run", "run_part", "run_step", "blocked_row",
                      "explanation", "recalculation"):  # fmt: skip
            await connection.execute(text(f"TRUNCATE {table}"))
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("CHECKPOINT"))
    await engine.dispose()


async def _monthly(sessions: Sessions) -> list[dict[str, Any]]:
    lines, total = expected()
    ratios, runs, baselines = [], [], []
    # The round before the first warms files and caches up and does not count.
    for number in range(-1, ROUNDS):
        await _forget(sessions)
        seconds, run = await _timed_run(sessions)
        if (run.lines, run.total) != (lines, total):
            raise AssertionError(f"{run.lines} {run.total} is not {lines} {total}")
        baseline = await _timed_baseline(sessions)
        if number < 0:
            continue
        runs.append(seconds)
        baselines.append(baseline)
        ratios.append(seconds / baseline)
    middle = sorted(range(ROUNDS), key=lambda n: ratios[n])[ROUNDS // 2]
    return [
        {
            "name": f"payments: monthly run, {CHILDREN} children, {lines} lines",
            "value": round(runs[middle], 3),
            "unit": "s",
            "ratio": round(ratios[middle], 3),
            "baseline": f"INSERT … SELECT of the same lines: {baselines[middle]:.3f} s",
        }
    ]


async def _correction(sessions: Sessions, full: float) -> list[dict[str, Any]]:
    """One child in a hundred is worked out again; a second time nothing is written."""
    async with transaction(sessions) as session:
        await _approve(session)
        await session.execute(text(CHANGED))
    rows = []
    for name, change in (("1 % changed", True), ("1 % asked again, 0 changed", False)):
        async with transaction(sessions) as session:
            await session.execute(text(ASKED if change else ASKED_MORE))
        before = await _count(sessions)
        began = time.perf_counter()
        async with transaction(sessions) as session:
            run = await begin_run(session, ACTOR, "correction", MONTH, uuid4())
            await session.execute(text("UPDATE run SET state = 'approved' WHERE id = :run"),
                                  {"run": run.id})  # fmt: skip
        seconds = time.perf_counter() - began
        written = await _count(sessions) - before
        rows.append(
            {
                "name": f"payments: correction, {name}, {written} lines written",
                "value": round(seconds, 3),
                "unit": "s",
                "ratio": round(seconds / full, 4),
                "baseline": f"the full run: {full:.3f} s",
            }
        )
    return rows


CHANGED = """
UPDATE award_period SET other_relief = other_relief + 100
WHERE child_id IN (SELECT child_id FROM line WHERE benefit = 'basic_living'
                   ORDER BY child_id LIMIT (SELECT count(*) / 100 FROM award_period))
"""
ASKED = """
INSERT INTO recalculation (child_id, since, cause, asked_at)
SELECT child_id, '2026-01-01', 'bench', now() FROM award_period
WHERE other_relief IN (100, 412.30)
"""
ASKED_MORE = ASKED


async def _approve(session: AsyncSession) -> None:
    await session.execute(text("UPDATE run SET state = 'closed'"))


async def _count(sessions: Sessions) -> int:
    async with transaction(sessions) as session:
        return int(await session.scalar(select(func.count()).select_from(Line)) or 0)


async def _bank_file(sessions: Sessions) -> list[dict[str, Any]]:
    """The file of everybody, streamed; memory must not grow with its length."""
    async with transaction(sessions) as session:
        run = await session.scalar(select(Run).where(Run.kind == "monthly"))
        assert run is not None
        values = {"run": run.id, "month": MONTH, "end": date(2026, 1, 31),
                  "prepared_at": run.created_at}  # fmt: skip
        began = time.perf_counter()
        await session.execute(text(PAY), values)
        paying = time.perf_counter() - began
        some = await session.scalars(
            text("SELECT payee_id FROM payment ORDER BY number LIMIT :n"), {"n": SEALED}
        )
        for payee in list(some):
            await vault.keep(session, payee, Particular.MONEY, {"name": "某某", "account": "6222"})
    size, rows, first = 0, 0, 0
    began = time.perf_counter()
    async for chunk in stream_file(sessions, run.id, MONTH, "ICBC"):
        size, rows = size + len(chunk), rows + chunk.count(b"\n")
        if rows > SEALED and not first:
            first = _megabytes()
    seconds = time.perf_counter() - began
    grown = _megabytes() - first
    return [
        {"name": "payments: payments made of a run", "value": round(paying, 3), "unit": "s",
         "ratio": None, "baseline": None},
        {"name": f"payments: bank file, {rows - 3} rows, {SEALED} accounts unsealed",
         "value": round(seconds, 3), "unit": "s", "ratio": None, "baseline": None},
        {"name": "payments: memory grown while the file was streamed", "value": grown,
         "unit": "MB", "ratio": None, "baseline": f"{first} MB at row {SEALED}"},
    ]  # fmt: skip


def _megabytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


async def benchmarks() -> list[dict[str, Any]]:
    """Rows of name, value, unit, ratio and baseline."""
    with tempfile.TemporaryDirectory(prefix="hutong-bench-") as folder:
        async with prepared_database(Path(folder)) as sessions:
            rows = await _monthly(sessions)
            rows += await _correction(sessions, rows[0]["value"])
            rows += await _bank_file(sessions)
    rows.append({"name": "payments: memory of the process at its highest", "value": _megabytes(),
                 "unit": "MB", "ratio": None, "baseline": "300 MB is the limit"})  # fmt: skip
    return rows
