"""A nation's month: a run over a million awarded children against PostgreSQL's own ways.

The baselines are one INSERT … SELECT and one binary COPY of the very lines the run wrote, into a
table made like its own. A run counts only when its amounts are exact: the control total is
compared with the sum worked out from the classes in Python. Every account is sealed.
"""

import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select, text

from deploy.host import free_port
from deploy.local import databases
from deploy.servers import Postgres, serving
from services.payments.models import AwardPeriod, Explanation, Line, Run, Standard
from services.payments.operations import beginning
from services.payments.operations.banking import stream_file
from services.payments.operations.beginning import begin_run, resume
from services.payments.operations.explaining import current_book, explain_classes
from services.payments.operations.instructing import pay
from services.payments.queries.awards import open_blocks, payees
from services.payments.rules.pricing import price_of_class
from shared.access import Particular
from shared.clock import set_clock
from shared.database import (
    Sessions,
    driver_of,
    engine_for,
    migrate,
    new_id,
    sessions_of,
    transaction,
)
from shared.identity import Principal
from shared.keys import secret_key
from shared.settings import settings
from shared.vault import sealed_anew

CHILDREN = int(os.environ.get("BENCH_CHILDREN", "1000000"))
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
# So many are enough to see what one child costs when every child is an object.
SINGLY = 2_000

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

COLUMNS = (
    "run_id", "child_id", "decision_id", "explanation_id", "month", "amount", "benefit", "town",
)  # fmt: skip
COPY_OF_LINES = "CREATE TABLE line_copy (LIKE line INCLUDING ALL)"
FINISHED = f"SELECT {', '.join(COLUMNS)} FROM line"
BASELINE = f"INSERT INTO line_copy ({', '.join(COLUMNS)}) {FINISHED}"


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
        await owner.dispose()
        await tidied(url, "VACUUM ANALYZE")
        engine = engine_for(url)
        sessions = sessions_of(engine)
        # One run for everybody in one transaction, like its baselines.
        beginning.AT_ONCE = CHILDREN
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


@cache
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


async def tidied(url: str, *commands: str) -> None:
    """Let the owner tidy up outside any transaction, as a server does by itself in an hour."""
    owner = engine_for(url, role=None)
    async with owner.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        for command in (*commands, "CHECKPOINT"):
            await connection.execute(text(command))
    await owner.dispose()


def address(sessions: Sessions) -> str:
    return str(sessions.kw["bind"].url.render_as_string(False))


async def timed(what: Callable[[], Awaitable[Any]]) -> tuple[float, Any]:
    began = time.perf_counter()
    found = await what()
    return time.perf_counter() - began, found


def row(
    name: str, value: float, unit: str, ratio: float | None = None, baseline: str | None = None
) -> dict[str, Any]:
    kept = None if ratio is None else round(ratio, 4)
    return {"name": f"payments: {name}", "value": round(value, 3), "unit": unit, "ratio": kept,
            "baseline": baseline}  # fmt: skip


async def at_once(sessions: Sessions) -> Run:
    async with transaction(sessions) as session:
        return await begin_run(session, ACTOR, "monthly", MONTH, uuid4())


async def by_towns(sessions: Sessions) -> Run:
    """As the service prepares a run of many: a transaction a town."""
    beginning.AT_ONCE, whole = 0, beginning.AT_ONCE
    run = await at_once(sessions)
    left = True
    while left:
        async with transaction(sessions) as session:
            left = await resume(session, run.id)
    beginning.AT_ONCE = whole
    async with transaction(sessions) as session:
        return await session.get_one(Run, run.id)


async def insert_select(sessions: Sessions) -> None:
    async with transaction(sessions) as session:
        await session.execute(text(BASELINE))


async def copied(sessions: Sessions, folder: Path) -> float:
    """Seconds of a binary COPY of the same lines, which lie finished in a file."""
    lines = folder / "lines"
    async with driver_of(sessions.kw["bind"]) as driver:
        await driver.copy_from_query(FINISHED, output=lines, format="binary")
        await driver.execute("TRUNCATE line_copy")
        began = time.perf_counter()
        await driver.copy_to_table("line_copy", source=lines, columns=COLUMNS, format="binary")
    seconds = time.perf_counter() - began
    lines.unlink()
    return seconds


async def singly(sessions: Sessions) -> float:
    """Seconds that all children would take as objects: payee and blocks asked for, one by one."""
    async with transaction(sessions) as session:
        book = await current_book(session)
        began = time.perf_counter()
        awards = await session.scalars(select(AwardPeriod).limit(SINGLY))
        for award in list(awards):
            payee = await payees(session, award.child_id)
            if await open_blocks(session, award.child_id) or not payee[0].verified_at:
                continue
            rate_class = book.tariff.rate_class(award.rate_class)
            found = price_of_class(rate_class, MONTH, book, award.other_relief)
            session.add(
                Line(run_id=new_id(), child_id=award.child_id, decision_id=award.decision_id,
                     month=MONTH, amount=found.payable, benefit="basic_living", town=award.town)
            )  # fmt: skip
        await session.flush()
        seconds = time.perf_counter() - began
        await session.rollback()
    return seconds * CHILDREN / SINGLY


async def reckoning(sessions: Sessions) -> float:
    """Seconds of a run that are spent working its price classes out."""
    async with transaction(sessions) as session:
        explained = await session.scalars(select(Explanation))
        classes = {(e.month, e.rate_class, e.other_relief) for e in explained}
        book = await current_book(session)
        return (await timed(lambda: explain_classes(session, uuid4(), classes, book)))[0]


async def _forget(sessions: Sessions) -> None:
    """Empty what a round wrote; the owner may, the service may not."""
    tables = ("line", "line_copy", "run", "run_part", "run_step", "blocked_row", "explanation",
              "recalculation")  # fmt: skip
    await tidied(address(sessions), f"TRUNCATE {', '.join(tables)}")


async def measured_run(
    sessions: Sessions, way: Callable[[Sessions], Awaitable[Run]]
) -> tuple[float, float]:
    """Seconds of a run, whose amounts must be exact, and of INSERT … SELECT right after it."""
    await _forget(sessions)
    seconds, run = await timed(lambda: way(sessions))
    if (run.lines, run.total) != expected():
        raise AssertionError(f"{run.lines} {run.total} is not {expected()}")
    return seconds, (await timed(lambda: insert_select(sessions)))[0]


async def _monthly(sessions: Sessions, folder: Path) -> list[dict[str, Any]]:
    # The first round warms files and caches up as well; it is the service's own way.
    towns, beside = await measured_run(sessions, by_towns)
    rounds = sorted([await measured_run(sessions, at_once) for _ in range(ROUNDS)],
                    key=lambda found: found[0] / found[1])  # fmt: skip
    seconds, baseline = rounds[ROUNDS // 2]
    copy, alone = await copied(sessions, folder), await singly(sessions)
    share = await reckoning(sessions)
    many = f"monthly run, {CHILDREN} children, {expected()[0]} lines"
    run, inserted = f"the run: {seconds:.3f} s", "INSERT … SELECT of the lines: {:.3f} s"
    return [
        row(many, seconds, "s", seconds / baseline, inserted.format(baseline)),
        row(f"{many}, town by town", towns, "s", towns / beside, inserted.format(beside)),
        row(many, seconds, "s", seconds / copy, f"binary COPY of the lines: {copy:.3f} s"),
        row("every child an object", alone, "s", alone / seconds, run),
        row("working the classes of a run out", share, "s", share / seconds, run),
    ]


async def _correction(sessions: Sessions, full: float) -> list[dict[str, Any]]:
    """One child in a hundred, spread over everybody; asked a second time nothing is written."""
    async with transaction(sessions) as session:
        await session.execute(text("UPDATE run SET state = 'closed'"))
        await session.execute(text(CHANGED))
    rows = []
    for name in ("1 % changed", "1 % asked again, 0 changed"):
        async with transaction(sessions) as session:
            await session.execute(text(ASKED))
        # Days lie between a run and its correction.
        await tidied(address(sessions), "VACUUM ANALYZE line, recalculation, award_period")
        before = await _count(sessions)
        seconds, _ = await timed(lambda: corrected(sessions))
        written = await _count(sessions) - before
        rows.append(row(f"correction, {name}, {written} lines written", seconds, "s",
                        seconds / full, f"the full run: {full:.3f} s"))  # fmt: skip
    return rows


async def corrected(sessions: Sessions) -> None:
    async with transaction(sessions) as session:
        run = await begin_run(session, ACTOR, "correction", MONTH, uuid4())
        run.state = "approved"


CHANGED = """
UPDATE award_period SET other_relief = other_relief + 100, version = 2
WHERE child_id IN (SELECT l.child_id FROM line l JOIN award_period a USING (child_id)
                   WHERE l.benefit = 'basic_living' AND a.rate_class <> 'dibao_child'
                   ORDER BY md5(l.child_id::text) LIMIT (SELECT count(*) / 100 FROM award_period))
"""
ASKED = """
INSERT INTO recalculation (child_id, since, cause, asked_at)
SELECT child_id, '2026-01-01', 'bench', now() FROM award_period WHERE version = 2
"""


async def _count(sessions: Sessions) -> int:
    async with transaction(sessions) as session:
        return int(await session.scalar(select(func.count()).select_from(Line)) or 0)


async def _seal(sessions: Sessions) -> None:
    """Every payee's name and account, sealed as the vault seals them."""
    async with driver_of(sessions.kw["bind"]) as driver, driver.transaction():
        payees = await driver.cursor("SELECT id FROM payee")
        while some := await payees.fetch(10_000):
            keys, sealed = zip(*_sealed([record["id"] for record in some]), strict=True)
            for table, rows in (("vault_key", keys), ("particular", sealed)):
                await driver.copy_records_to_table(
                    table, columns=list(rows[0]), records=[tuple(r.values()) for r in rows]
                )


def _sealed(payees: list[UUID]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    for payee in payees:
        account = f"62220202{payee.int % 10**11:011d}"
        found = sealed_anew(payee, {Particular.MONEY: {"name": "某某", "account": account}}, at)
        yield found[0][0], found[1][0]


async def _bank_file(sessions: Sessions) -> list[dict[str, Any]]:
    """The file of everybody, streamed; memory must not grow with its length."""
    async with transaction(sessions) as session:
        run = await session.scalar(select(Run).where(Run.kind == "monthly"))
        assert run is not None
        paying, _ = await timed(lambda: pay(session, run))
    await _seal(sessions)
    first = _reset_memory()
    rows = named = 0
    began = time.perf_counter()
    async for chunk in stream_file(sessions, run.id, MONTH, "ICBC"):
        rows += chunk.count(b"\n")
        named += chunk.count("某某".encode())
    seconds = time.perf_counter() - began
    grown = _megabytes() - first
    if named != rows - 3:
        raise AssertionError(f"{rows - 3 - named} rows of the file have no name")
    return [
        row("payments made of a run", paying, "s"),
        row(f"bank file, {rows - 3} rows, every account unsealed", seconds, "s"),
        row("memory grown while the file was streamed", grown, "MB", None,
            f"{first} MB before it"),
    ]  # fmt: skip


def _megabytes() -> int:
    """The most memory this process had at any time since the last reset."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


def _reset_memory() -> int:
    Path("/proc/self/clear_refs").write_text("5")
    return _megabytes()


async def benchmarks() -> list[dict[str, Any]]:
    """Rows of name, value, unit, ratio and baseline."""
    with tempfile.TemporaryDirectory(prefix="hutong-bench-") as folder:
        async with prepared_database(Path(folder)) as sessions:
            rows = await _monthly(sessions, Path(folder))
            rows += await _correction(sessions, rows[0]["value"])
            highest = _megabytes()
            rows += await _bank_file(sessions)
            highest = max(highest, _megabytes())
    limit = "300 MB is the limit"
    return [*rows, row("memory of the process at its highest", highest, "MB", None, limit)]
