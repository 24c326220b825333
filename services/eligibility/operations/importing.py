"""Facts in bulk: taken at once, worked off in chunks, reported row by row, resumable (批量推送)."""

import io
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from pydantic import ValidationError
from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.eligibility.models import Child, Import, ImportRow
from services.eligibility.operations.facts import (
    Origin,
    Told,
    news_of,
    read_told,
    record,
)
from services.eligibility.operations.hearing import facts_came, moves
from services.eligibility.operations.knowing import told_of_all
from services.eligibility.operations.law import law_of
from services.eligibility.queries.procedure import one, procedures
from services.eligibility.queries.register import contested, the_children
from services.eligibility.rules.sheets import rows_of_csv, rows_of_json, rows_of_table
from services.eligibility.rules.standing import standing_on
from services.eligibility.schemas import ImportedRow
from shared import deadlines, vault
from shared.database import new_id, now, today
from shared.identity import Principal
from shared.problem import Invalid, NotFound, Problem, TooLarge

CHUNK = 500
DONE = {"checking": "checked", "applying": "accepted"}
MOST_ROWS = 100_000
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NDJSON, CSV = "application/x-ndjson", "text/csv"


class UnknownFormat(Invalid):
    """A bulk push is NDJSON, CSV or XLSX."""

    zh, en = "批量推送的格式应为 NDJSON、CSV 或 XLSX", "A bulk push is NDJSON, CSV or XLSX"


class TooManyRows(TooLarge):
    """More rows than one push may have."""

    zh, en = "一次批量推送至多十万行", "One push has at most 100,000 rows"


def rows_in(content: bytes, media: str) -> Iterable[Mapping[str, Any] | None]:
    """The rows of a push; UnknownFormat when it cannot be read at all."""
    try:
        if media == NDJSON:
            return list(rows_of_json(content.decode("utf-8-sig")))
        if media == CSV:
            return list(rows_of_csv(content.decode("utf-8-sig")))
        if media == SHEET:
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            return list(rows_of_table(book.worksheets[0].iter_rows(values_only=True)))
    except (UnicodeDecodeError, InvalidFileException, KeyError, OSError) as error:
        raise UnknownFormat(allowed=[NDJSON, CSV, SHEET]) from error
    raise UnknownFormat(allowed=[NDJSON, CSV, SHEET])


async def take(
    session: AsyncSession, actor: Principal, content: bytes, media: str, mode: str
) -> Import:
    """Keep a push, sealed row by row, and begin with it; `mode` is all or good.

    `all` takes every row or none; `good` takes the good rows and reports the others.
    """
    rows = list(rows_in(content, media))
    if len(rows) > MOST_ROWS:
        raise TooManyRows(allowed=[MOST_ROWS])
    made = Import(
        id=new_id(),
        department=actor.department,
        officer=actor.officer,
        town=actor.town,
        client=actor.client,
        mode=mode,
        state="checking" if mode == "all" else "applying",
        total=len(rows),
        done=0,
        accepted=0,
        rejected=0,
        created_at=now(session),
    )
    session.add(made)
    await session.flush()
    for first in range(0, len(rows), 5000):
        part = [
            {
                "import_id": made.id,
                "number": first + at + 1,
                "state": "waiting",
                "sealed": _seal(made.id, first + at + 1, row),
            }
            for at, row in enumerate(rows[first : first + 5000])
        ]
        await session.execute(insert(ImportRow), part)
    await deadlines.remind(session, "import", made.id, now(session))
    return made


def _seal(import_id: UUID, number: int, row: Any) -> bytes:
    return vault.seal_own(f"import|{import_id}|{number}", orjson.dumps(row))


async def work_off(session: AsyncSession, import_id: UUID) -> None:
    """One chunk of a push, in the caller's transaction; what is left is asked for again.

    Stopped at any row, it goes on behind it: a chunk counts with its commit, or not at all.
    """
    made = await one(session, Import, import_id, lock=True)
    if made.state not in ("checking", "applying"):
        return
    rows = await session.scalars(
        select(ImportRow)
        .where(ImportRow.import_id == made.id, ImportRow.number > made.done)
        .order_by(ImportRow.number)
        .limit(CHUNK)
    )
    chunk = await _read(session, made, list(rows))
    if made.state == "applying":
        await _apply(session, made, chunk)
    for row in chunk.rows:
        row.state = row.state if row.state == "rejected" else DONE[made.state]
        row.sealed = None if row.state == "accepted" else row.sealed
        made.done = row.number
    await _count(session, made)
    if made.done >= made.total:
        _turn(made, session)
    if made.state in ("checking", "applying"):
        await deadlines.remind(session, "import", made.id, now(session))


def _turn(made: Import, session: AsyncSession) -> None:
    """Checked through: apply everything, or nothing when one row was wrong."""
    if made.state == "checking" and not made.rejected:
        made.state, made.done = "applying", 0
    else:
        made.state = "refused" if made.state == "checking" else "finished"
        made.finished_at = now(session)


async def _count(session: AsyncSession, made: Import) -> None:
    await session.flush()
    counted = await session.execute(
        select(ImportRow.state, func.count().label("rows"))
        .where(ImportRow.import_id == made.id)
        .group_by(ImportRow.state)
    )
    counts = {row.state: row.rows for row in counted}
    made.accepted, made.rejected = counts.get("accepted", 0), counts.get("rejected", 0)


@dataclass(slots=True)
class Chunk:
    """Some rows, and what each states of whom."""

    rows: list[ImportRow]
    actor: Principal
    told: dict[int, Told] = field(default_factory=dict)
    child: dict[int, UUID] = field(default_factory=dict)


async def _read(session: AsyncSession, made: Import, rows: list[ImportRow]) -> Chunk:
    """What the rows state and of whom; those that cannot be taken are rejected with the reason."""
    actor = Principal(made.department, made.client, officer=made.officer, town=made.town)
    chunk, named = Chunk(rows, actor), dict[int, ImportedRow]()
    for row in rows:
        with _rejecting(row):
            named[row.number] = told = _parsed(made, row)
            chunk.told[row.number] = _checked(told, actor)
    numbers = [told.id_no for told in named.values() if told.id_no is not None]
    found = await vault.lookup_all(session, "id_no", numbers)
    ids = {
        number: told.child_id or next(iter(found.get(told.id_no or "", ())), None)
        for number, told in named.items()
    }
    children = await the_children(session, {id_ for id_ in ids.values() if id_ is not None})
    for row in rows:
        if row.number in chunk.told:
            with _rejecting(row):
                chunk.child[row.number] = _found(children, ids[row.number]).id
    return chunk


@contextmanager
def _rejecting(row: ImportRow) -> Iterator[None]:
    try:
        yield
    except Problem as problem:
        row.state, row.errors = "rejected", _reasons(problem)


def _parsed(made: Import, row: ImportRow) -> ImportedRow:
    assert row.sealed is not None
    said = orjson.loads(vault.unseal_own(f"import|{made.id}|{row.number}", row.sealed))
    if said is None:
        raise Invalid("该行不是一个 JSON 对象", "the line is no JSON object")
    try:
        return ImportedRow.model_validate(said)
    except ValidationError as error:
        raise Invalid(errors=[_fault(fault) for fault in error.errors()]) from error


def _checked(row: ImportedRow, actor: Principal) -> Told:
    told = Told(row.facts, row.valid_from, row.valid_until, row.evidence)
    read_told(told, actor.department)
    return told


def _found(children: Mapping[UUID, Child], id_: UUID | None) -> Child:
    if id_ is None or id_ not in children:
        raise NotFound()
    return children[id_]


async def _apply(session: AsyncSession, made: Import, chunk: Chunk) -> None:
    """Record the good rows: together where they lead to nothing else, else each by itself."""
    ids = list(set(chunk.child.values()))
    moment, origin, law = now(session), Origin("import", made.id), law_of(today(session))
    said = await told_of_all(session, ids, moment)
    disputed = {child for child, _ in await contested(session, ids, moment)}
    going = await procedures(session, ids, moment)
    for row in chunk.rows:
        if row.number not in chunk.child:
            continue
        with _rejecting(row):
            child = await session.get_one(Child, chunk.child[row.number])
            told, before = chunk.told[row.number], said[child.id]
            news = await news_of(session, chunk.actor, child, told, origin, before)
            standing = standing_on([*before, *news.said], law, moment)
            quiet = not news.conflicts and child.id not in disputed
            if quiet and not moves(standing, law, *going[child.id]):
                session.add_all(news.facts)
            else:
                async with session.begin_nested():
                    await record(session, news)
                    await facts_came(session, child)
                going |= await procedures(session, [child.id], moment)
            said[child.id] = [*before, *news.said]


def _fault(fault: Any) -> dict[str, Any]:
    field = ".".join(str(part) for part in fault["loc"])
    return {"field": field, "rule": "该列有误", "rule_en": fault["type"]}


def _reasons(problem: Problem) -> list[dict[str, Any]]:
    named = [dict(error) for error in problem.errors]
    return named or [{"field": "", "rule": problem.detail or problem.zh, "rule_en": problem.en}]
