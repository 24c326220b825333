"""The register at its full size: a night of reviews, a bulk push, a simulation.

Everything runs as it runs in the service: the loop of due clocks calls the handlers, each in a
transaction of its own, on a PostgreSQL of its own. What a night may touch is counted, not only
timed: reviews whose day has come, and no others; and of the tables that have a row for everybody,
no row is read but by an index.
"""

import asyncio
import os
import resource
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import func, insert, select, text

from deploy.host import free_port
from deploy.local import databases
from deploy.servers import Postgres, serving
from services.eligibility import consumers
from services.eligibility.models import Child, Fact, Import, ImportRow, Review, Simulation
from services.eligibility.operations import importing, simulating
from services.eligibility.operations.law import law_of, registered_here
from services.eligibility.queries.procedure import reviews
from services.eligibility.rules.standing import sealed_as, stored
from services.eligibility.rules.statements.whole import stated
from shared import vault
from shared.clock import set_clock
from shared.database import Sessions, engine_for, migrate, new_id, sessions_of, transaction
from shared.deadlines import due_handlers_of, run_due
from shared.identity import Principal
from shared.keys import secret_key
from tests.bench.children import DAY, invented
from tests.factories import use_environment

ROSTER = int(os.environ.get("BENCH_ROSTER", "1000000"))
CHILDREN = int(os.environ.get("BENCH_CHILDREN", "10000"))
ROWS = int(os.environ.get("BENCH_ROWS", "5000"))
DUE, DAYS = 300, timedelta(days=30)
READ_THROUGH = """
SELECT relname, seq_tup_read FROM pg_stat_user_tables WHERE relname = ANY(CAST(:names AS text[]))
"""
EVERYBODYS = ["child", "application", "decision", "award", "review", "deadline"]
TOWN = "331081001"
ACTOR = Principal("civil_affairs", "civil_affairs", officer="001")
EVENING = datetime.combine(DAY, datetime.min.time(), UTC)
HANDLERS = due_handlers_of(consumers)

# Everybody has an award, a decision and a review; the day has come for a few only.
AWARDED = """
CREATE TEMPORARY TABLE known AS
SELECT n, gen_random_uuid() AS child_id, gen_random_uuid() AS decision_id,
       gen_random_uuid() AS application_id, gen_random_uuid() AS review_id,
       CAST(:day AS date) + CASE WHEN n <= :due THEN 0 ELSE 1 + n % 6000 END AS due_on
FROM generate_series(1, :children) n;
INSERT INTO child (id, town, state, named, source, tasks, registered_at, shielded, version)
SELECT child_id, '331081001', 'registered', true, 'bench', '[]', :at, false, 1 FROM known;
INSERT INTO application (id, child_id, applicant, route, town, state, opened_at, version)
SELECT application_id, child_id, 'guardian', 'local', '331081001', 'decided', :at, 1 FROM known;
INSERT INTO decision (id, number, child_id, application_id, outcome, rate_class, town, legal_day,
  known_at, decided_on, review_on, first_month, lump_sum_months, figures, sealed, proposed_by,
  confirmed_by, decided_at)
SELECT decision_id, n::text, child_id, application_id, 'granted', 'scattered', '331081001',
  '2024-01-05', :at, '2024-01-05', due_on, '2024-01-01', 0, '', '', 'a', 'b', :at FROM known;
INSERT INTO award (id, child_id, decision_id, rate_class, first_month, version)
SELECT gen_random_uuid(), child_id, decision_id, 'scattered', '2024-01-01', 1 FROM known;
INSERT INTO review (id, child_id, decision_id, town, due_on, cause, state, version)
SELECT review_id, child_id, decision_id, '331081001', due_on, 'named_day', 'waiting', 1 FROM known;
INSERT INTO deadline (id, kind, subject_id, department, town, length, unit, silent, provisional,
  started_at, due_at, next_at, level, history)
SELECT gen_random_uuid(), 'review_day', review_id, 'civil_affairs', '331081001', 0, '', true,
  false, :at, due_on, due_on, 0, '[]' FROM known
"""


@asynccontextmanager
async def prepared_database(folder: Path) -> AsyncIterator[Sessions]:
    """A PostgreSQL of its own with the service's tables, like the one `make run` starts."""
    use_environment(folder, CLOCK="virtual", DATABASE_PATIENCE="900")
    postgres = Postgres(folder / "postgres", free_port(), durable=False)
    with serving(postgres, folder / "postgres.log"):
        await databases.create_missing(postgres.url(), ["eligibility"])
        url = postgres.url("eligibility")
        await asyncio.to_thread(migrate, "eligibility", url)
        set_clock(EVENING)
        engine = engine_for(url)
        yield sessions_of(engine)
        await engine.dispose()


async def _as_owner(sessions: Sessions, statements: str, **values: Any) -> None:
    owner = engine_for(sessions.kw["bind"].url.render_as_string(False), role=None)
    async with owner.begin() as connection:
        for statement in statements.split(";\n"):
            names = {name: value for name, value in values.items() if f":{name}" in statement}
            await connection.execute(text(statement), names)
    async with owner.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("VACUUM ANALYZE"))
    await owner.dispose()


async def _count(sessions: Sessions, wanted: Any) -> int:
    async with transaction(sessions) as session:
        return int(await session.scalar(wanted) or 0)


async def _run(sessions: Sessions) -> tuple[float, int]:
    """All that is due, as the service's loop does it: seconds, and how many clocks ran out."""
    began = time.perf_counter()
    done = await run_due("eligibility", sessions, HANDLERS)
    return time.perf_counter() - began, done


async def read_through(sessions: Sessions) -> dict[str, int]:
    """How many rows of each table were read without an index, as PostgreSQL itself counts."""
    await asyncio.sleep(1.5)  # a connection tells of what it read once a second
    async with transaction(sessions) as session:
        await session.execute(text("SELECT pg_stat_force_next_flush()"))
        rows = await session.execute(text(READ_THROUGH), {"names": EVERYBODYS})
        return {row.relname: row.seq_tup_read for row in rows}


async def queues(sessions: Sessions, until: date) -> list[dict[str, Any]]:
    """The first page of each queue of reviews: its plan has an index and reads no more."""
    rows = []
    asked = {"of a town": (TOWN, None), "of the county": (None, None), "open": (TOWN, "open")}
    for name, (town, state) in asked.items():
        page = reviews(town, state, until).order_by(Review.due_on, Review.id).limit(51)
        engine = sessions.kw["bind"].sync_engine
        said = page.compile(engine, compile_kwargs={"literal_binds": True})
        async with transaction(sessions) as session:
            explain = text(f"EXPLAIN (ANALYZE, FORMAT JSON) {said}")
            plan = (await session.scalars(explain)).one()[0]
        scan = plan["Plan"]
        while "Plans" in scan:
            scan = scan["Plans"][0]
        if "Index" not in scan["Node Type"] or scan["Actual Rows"] > 2 * DUE:
            raise AssertionError(f"{name}: {scan}")
        told = f"{scan['Node Type']} {scan.get('Index Name')}, {scan['Actual Rows']:.0f} rows read"
        title = f"eligibility: first page of the review queue {name}, {ROSTER} reviews"
        rows.append(row(title, plan["Execution Time"], "ms", None, told))
    return rows


async def nightly(sessions: Sessions) -> list[dict[str, Any]]:
    """One night over a roster of a million, of whom the day of a few has come."""
    tomorrow = DAY + timedelta(days=1)
    await _as_owner(sessions, AWARDED, children=ROSTER, due=DUE, day=tomorrow, at=EVENING)
    before = await read_through(sessions)
    idle, none = await _run(sessions)
    set_clock(EVENING + timedelta(days=1))
    seconds, done = await _run(sessions)
    opened = select(func.count()).select_from(Review).where(Review.opened_at.is_not(None))
    after = await read_through(sessions)
    touched = await _count(sessions, opened)
    if (none, done, touched) != (0, DUE, DUE):
        raise AssertionError(f"{none}, {done}, {touched}: only those whose day has come are due")
    if after != before:
        raise AssertionError(f"{before}, {after}: rows were read that no index named")
    name = f"eligibility: nightly review, {ROSTER} awards, {DUE} whose day has come"
    looking = f"a night on which nobody's day has come: {idle * 1000:.1f} ms; by index alone"
    return [row(name, seconds, "s", None, looking), *await queues(sessions, tomorrow + DAYS)]


def row(name: str, value: float, unit: str, ratio: float | None, baseline: str) -> dict[str, Any]:
    """One line of the results."""
    return {"name": name, "value": round(value, 3), "unit": unit, "ratio": ratio,
            "baseline": baseline}  # fmt: skip


async def children(sessions: Sessions, count: int) -> list[UUID]:
    """Files of invented children with their facts, sealed as the service seals them."""
    law, ids, said = law_of(DAY), list[UUID](), invented(count)
    while some := list(islice(said, 1000)):
        async with transaction(sessions) as session:
            made = {new_id(): stated(facts, law, registered_here).stated for facts in some}
            await session.execute(insert(Child), [_child(id_) for id_ in made])
            keys = [_key(id_, tier) for id_ in made for tier in vault.KEK]
            await session.execute(insert(vault.VaultKey), [row for row, _ in keys])
            opened = {(row["subject_id"], row["tier"]): key for row, key in keys}
            rows = [_fact(opened, id_, *told) for id_ in made for told in made[id_].items()]
            await session.execute(insert(Fact), rows)
        ids += made
    return ids


def _child(id_: UUID) -> dict[str, Any]:
    return {"id": id_, "town": TOWN, "state": "registered", "named": True, "source": "bench",
            "tasks": [], "registered_at": EVENING, "version": 1}  # fmt: skip


def _key(id_: UUID, tier: str) -> tuple[dict[str, Any], bytes]:
    kek, key = vault.KEK[tier], AESGCM.generate_key(256)
    wrapped = vault.seal(secret_key(kek), key, f"{id_}|{tier}")
    return {"subject_id": id_, "tier": tier, "kek": kek, "wrapped": wrapped}, key


def _fact(keys: dict[Any, bytes], child_id: UUID, name: str, value: Any) -> dict[str, Any]:
    fact: dict[str, Any] = {
        "id": new_id(), "child_id": child_id, "name": name, "value": None, "sealed": None,
        "valid_from": date(2024, 1, 1), "department": "civil_affairs", "evidence": {},
        "origin": "import", "withdrawn": False, "known_at": EVENING,
    }  # fmt: skip
    kind = sealed_as(name)
    if kind is None or value is None:
        fact["value"] = stored(value)
    else:
        key, bound = keys[child_id, vault.tier_of(kind)], f"{child_id}|{kind}|{fact['id']}"
        fact["sealed"] = vault.seal(key, orjson.dumps(stored(value)), bound)
    return fact


def pushed(ids: Sequence[UUID], count: int) -> bytes:
    """So many rows about these children, each news of another day; one in a hundred is wrong."""
    lines = []
    for number in range(count):
        id_, since = ids[number % len(ids)], date(2024, 1, 1) + timedelta(number // len(ids))
        household = {"economic_class": "低保" if number % 3 else "一般", "members": 3}
        if number % 100 == 7:
            household = {"economic_class": "富裕", "members": 3}
        line = {"child_id": str(id_), "facts": {"household": household},
                "valid_from": since}  # fmt: skip
        lines.append(orjson.dumps(line))
    return b"\n".join(lines)


async def bulk(sessions: Sessions, ids: list[UUID]) -> list[dict[str, Any]]:
    """A push of many rows, taken and then worked off; the good rows count, the others are named."""
    content, before = pushed(ids, ROWS), _megabytes()
    began = time.perf_counter()
    async with transaction(sessions) as session:
        made = await importing.take(session, ACTOR, content, importing.NDJSON, "good")
    taken = time.perf_counter() - began
    seconds, _ = await _run(sessions)
    async with transaction(sessions) as session:
        done = await session.get_one(Import, made.id)
        wrong = select(func.count()).where(ImportRow.import_id == made.id,
                                           ImportRow.state == "rejected",
                                           ImportRow.errors.is_not(None))  # fmt: skip
        counts = (done.state, done.accepted + done.rejected, done.rejected,
                  await session.scalar(wrong))  # fmt: skip
    expected = len([n for n in range(ROWS) if n % 100 == 7])
    if counts != ("finished", ROWS, expected, expected):
        raise AssertionError(f"{counts}: every row counts once, each wrong one is named")
    name = f"eligibility: bulk push, {ROWS} rows, {expected} of them wrong"
    return [
        row(f"{name}: rows worked off", ROWS / seconds, "rows/s", None, f"{seconds:.1f} s"),
        row(f"{name}: taken", ROWS / taken, "rows/s", None, f"{taken:.1f} s"),
        row(f"{name}: memory grown", _megabytes() - before, "MB", None, f"{before} MB before"),
    ]


async def simulated(sessions: Sessions) -> list[dict[str, Any]]:
    """Another figure over the whole register: who gains, who loses; nothing is written."""
    amounts = {"now": {"scattered": "2131.00"}, "then": {"scattered": "2200.00"}}
    before = _megabytes()
    async with transaction(sessions) as session:
        total = await session.scalar(select(func.count()).select_from(Child)) or 0
        made = await simulating.simulate(session, ACTOR, DAY, {"custody_months": 12}, [], amounts)
    seconds, _ = await _run(sessions)
    async with transaction(sessions) as session:
        done = await session.get_one(Simulation, made.id)
        result = done.result
    counted = result["gain"] + result["lose"] + result["same"]
    if (done.state, done.done, counted) != ("finished", total, total):
        raise AssertionError(f"{done.state}, {done.done}, {counted}: each of {total} counts once")
    name = f"eligibility: simulation over {total} files"
    grown = _megabytes() - before
    return [
        row(name, total / seconds, "files/s", None, f"{seconds:.1f} s, {grown} MB grown"),
    ]


def _megabytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


async def benchmarks() -> list[dict[str, Any]]:
    """Rows of name, value, unit, ratio and baseline."""
    rows = []
    with tempfile.TemporaryDirectory(prefix="hutong-bench-") as folder:
        async with prepared_database(Path(folder)) as sessions:
            ids = await children(sessions, CHILDREN)
            rows += await simulated(sessions)
            rows += await bulk(sessions, ids)
        async with prepared_database(Path(folder) / "night") as sessions:
            rows += await nightly(sessions)
    return rows
