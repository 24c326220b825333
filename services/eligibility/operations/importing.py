"""Facts in bulk: taken at once, worked off in chunks, reported row by row, resumable (批量推送)."""

import csv
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count, islice
from typing import Any
from uuid import UUID
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

import orjson
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from pydantic import ValidationError
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.eligibility.models import Child, FactConflict, Import, ImportRow
from services.eligibility.operations.facts import (
    News,
    Origin,
    Told,
    news_of,
    put_on_record,
    read_told,
    record,
)
from services.eligibility.operations.hearing import facts_came, moves
from services.eligibility.operations.knowing import told_of_all
from services.eligibility.operations.leading import File, lead_on
from services.eligibility.queries.procedure import one, procedures
from services.eligibility.queries.register import contested, file_under, the_children
from services.eligibility.rules.sheets import rows_of_csv, rows_of_json, rows_of_table
from services.eligibility.rules.standing import sealed_as, standing_on
from services.eligibility.rules.statements.reading import Statement
from services.eligibility.schemas import ImportedRow
from shared import audit, deadlines, vault
from shared.database import law_today, new_id, now
from shared.identity import Principal
from shared.problem import Invalid, NotFound, Problem, TooLarge, UnsupportedMedia
from shared.problems import invalid

CHUNK, TAKEN = 500, 5000
DONE = {"checking": "checked", "applying": "accepted"}
MOST_ROWS = 100_000
MOST_UNPACKED = 1 << 30
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NDJSON, CSV = "application/x-ndjson", "text/csv"
UNREADABLE = (csv.Error, InvalidFileException, BadZipFile, ParseError,
              KeyError, IndexError, OSError, ValueError)  # fmt: skip
Row = Mapping[str, Any] | None
# What a row may have and how it is written, for the report of those that are not.
RIGHT = {name: field.examples for name, field in ImportedRow.model_fields.items()}
ONE_ROW = [{name: written[0] for name, written in RIGHT.items() if name != "id_no" and written}]


class UnknownFormat(Invalid):
    """A bulk push is NDJSON, CSV or XLSX."""

    zh, en = "批量推送的格式应为 NDJSON、CSV 或 XLSX", "A bulk push is NDJSON, CSV or XLSX"


class NoSuchChild(NotFound):
    """The register has no child under the id or number of the row."""

    zh, en = "册中没有这名儿童", "The register has no such child"


class TooManyRows(TooLarge):
    """More rows than one push may have."""

    zh, en = "一次批量推送至多十万行", "One push has at most 100,000 rows"


def rows_in(content: bytes, media: str) -> Iterator[Row]:
    """The rows of a push, one after the other; UnknownFormat where it cannot be read."""
    text = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig", newline="")
    try:
        if media == NDJSON:
            yield from rows_of_json(text)
        elif media == CSV:
            yield from rows_of_csv(text)
        elif media == SHEET:
            yield from _rows_of_sheet(io.BytesIO(content))
        else:
            raise UnsupportedMedia(where="header.Content-Type", allowed=[NDJSON, CSV, SHEET])
    except UnicodeDecodeError as error:
        said = "文本应为 UTF-8 编码", "Text is UTF-8"
        raise UnknownFormat(*said, allowed=[NDJSON, CSV, SHEET]) from error
    except UNREADABLE as error:
        raise UnknownFormat(allowed=[NDJSON, CSV, SHEET]) from error


def _rows_of_sheet(file: io.BytesIO) -> Iterator[Row]:
    """The first sheet of a workbook, read as it goes."""
    if sum(part.file_size for part in ZipFile(file).infolist()) > MOST_UNPACKED:
        raise TooManyRows(allowed=[MOST_ROWS])
    book = load_workbook(file, read_only=True, data_only=True)
    yield from rows_of_table(book.worksheets[0].iter_rows(values_only=True))


async def take(
    session: AsyncSession, actor: Principal, content: bytes, media: str, mode: str
) -> Import:
    """Keep a push, sealed row by row, and begin with it; `mode` is all or good.

    `all` takes every row or none; `good` takes the good rows and reports the others. Rows are
    read, sealed and written some at a time, so that a large push takes no more room than a small.
    """
    made = Import(
        id=new_id(),
        department=actor.department,
        officer=actor.officer,
        town=actor.town,
        client=actor.client,
        mode=mode,
        state="checking" if mode == "all" else "applying",
        total=0,
        done=0,
        accepted=0,
        rejected=0,
        created_at=now(session),
    )
    session.add(made)
    await session.flush()
    numbered = zip(count(1), rows_in(content, media))
    while part := list(islice(numbered, TAKEN)):
        made.total = part[-1][0]
        if made.total > MOST_ROWS:
            raise TooManyRows(allowed=[MOST_ROWS])
        await session.execute(insert(ImportRow), [_waiting(made.id, *one) for one in part])
    if not made.total:
        raise UnknownFormat("没有一行数据", "There is not one row", allowed=[NDJSON, CSV, SHEET])
    await deadlines.remind(session, "import", made.id, now(session))
    return made


def _waiting(import_id: UUID, number: int, row: Row) -> dict[str, Any]:
    kept = vault.seal_own(f"import|{import_id}|{number}", orjson.dumps(row, default=str))
    return {"import_id": import_id, "number": number, "state": "waiting", "sealed": kept}


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
    await _apply(session, made, chunk)
    await audit.record_writes(session, chunk.actor)
    for row in chunk.rows:
        row.state = row.state if row.state == "rejected" else DONE[made.state]
        row.sealed = None if row.state == "accepted" else row.sealed
        made.accepted += row.state == "accepted"
        made.rejected += row.state == "rejected"
        made.done = row.number
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


@dataclass(slots=True)
class Chunk:
    """Some rows, and what each states of whom."""

    rows: list[ImportRow]
    actor: Principal
    told: dict[int, Told] = field(default_factory=dict)
    read: dict[int, Statement] = field(default_factory=dict)
    child: dict[int, Child] = field(default_factory=dict)


async def _read(session: AsyncSession, made: Import, rows: list[ImportRow]) -> Chunk:
    """What the rows state and of whom; those that cannot be taken are rejected with the reason."""
    actor = Principal(made.department, made.client, officer=made.officer, town=made.town)
    chunk, named = Chunk(rows, actor), dict[int, ImportedRow]()
    for row in rows:
        with _rejecting(row):
            named[row.number] = told = _parsed(made, row)
            chunk.told[row.number] = said = _told(told)
            chunk.read[row.number] = read_told(said, actor.department)
    numbers = [told.id_no for told in named.values() if told.id_no is not None]
    found = await vault.lookup_all(session, "id_no", numbers)
    ids = {
        number: told.child_id or next(iter(found.get(told.id_no or "", ())), None)
        for number, told in named.items()
    }
    children = await the_children(session, {id_ for id_ in ids.values() if id_ is not None})
    for row in rows:
        if row.number in chunk.read:
            with _rejecting(row):
                chunk.child[row.number] = child = _found(children, ids[row.number])
                file = await file_under(session, child, ids[row.number] or child.id)
                chunk.told[row.number] = replace(chunk.told[row.number], file=file)
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
        raise Invalid("该行不是一个 JSON 对象", "The line is no JSON object", allowed=ONE_ROW)
    try:
        return ImportedRow.model_validate(said)
    except ValidationError as error:
        raise invalid(error.errors(include_url=False)) from error


def _told(row: ImportedRow) -> Told:
    return Told(row.facts, row.valid_from, row.valid_until, row.evidence)


def _found(children: Mapping[UUID, Child], id_: UUID | None) -> Child:
    if id_ is None or id_ not in children:
        right = ["POST /v1/eligibility/children：先行建档，或者核对编号"]
        raise NoSuchChild(where="child_id", allowed=right)
    return children[id_]


async def _apply(session: AsyncSession, made: Import, chunk: Chunk) -> None:
    """Record the good rows together, and what follows from them.

    What changes the case of a recognised child is recorded by itself, so that it alone fails.
    While a push is only checked, nothing is recorded of what each row would add.
    """
    files, origin = await _known_of(session, chunk), Origin("import", made.id)
    conflicts: list[FactConflict] = []
    for row in chunk.rows:
        if row.number not in chunk.child:
            continue
        with _rejecting(row):
            file, told = files[chunk.child[row.number].id], chunk.told[row.number]
            statement = chunk.read[row.number]
            before = file.said
            news = await news_of(session, chunk.actor, file.child, told, statement, origin, before)
            file.said = [*before, *news.said]
            if made.state == "checking":
                continue
            if file.stands is not None and _stirs(session, file, news):
                async with session.begin_nested():
                    await record(session, news)
                    await facts_came(session, file.child)
            else:
                session.add_all(news.facts)
                conflicts += news.conflicts
                file.contested |= {conflict.name for conflict in news.conflicts}
                file.new = file.new or bool(news.facts)
            put_on_record(session, news.facts)
    if made.state == "applying":
        await session.flush()
        session.add_all(conflicts)
        found = [file for file in files.values() if file.new and file.stands is None]
        await lead_on(session, found)


async def _known_of(session: AsyncSession, chunk: Chunk) -> dict[UUID, File]:
    """What is known of all children of a chunk, and the keys their particulars are sealed with."""
    children = {child.id: child for child in chunk.child.values()}
    ids, moment = list(children), now(session)
    said = await told_of_all(session, ids, moment)
    going = await procedures(session, ids, moment)
    disputed: dict[UUID, set[str]] = {id_: set() for id_ in ids}
    for id_, name in await contested(session, ids, moment):
        disputed[id_].add(name)
    for kind, whose in _sealed(chunk).items():
        await vault.have_at_hand(session, whose, kind)
    return {
        id_: File(child, said[id_], disputed[id_], *going[id_]) for id_, child in children.items()
    }


def _sealed(chunk: Chunk) -> dict[str, set[UUID]]:
    """Whose facts will be sealed, by the class they are sealed as."""
    found: dict[str, set[UUID]] = {}
    for number, child in chunk.child.items():
        for name in chunk.read[number].stated:
            if (kind := sealed_as(name)) is not None:
                found.setdefault(kind, set()).add(child.id)
    return found


def _stirs(session: AsyncSession, file: File, news: News) -> bool:
    """Whether news of a recognised child leads to anything: then it is recorded by itself."""
    if news.conflicts or file.contested:
        return True
    law = law_today(session)
    return moves(standing_on(file.said, law, now(session)), law, str(file.stands))


def _reasons(problem: Problem) -> list[dict[str, Any]]:
    """Why a row is not taken: the field, the rule, and what would be right of it."""
    if not problem.errors:
        zh, en = problem.detail or problem.zh, problem.detail_en or problem.en
        where, right = problem.where or "", problem.allowed or ONE_ROW
        return [{"field": where, "rule": zh, "rule_en": en, "right": right}]
    return [_reason(error) for error in problem.errors]


def _reason(error: Mapping[str, Any]) -> dict[str, Any]:
    """One fault, whether a shape, a rule of the facts or the register has found it."""
    field = str(error.get("field") or error.get("where") or "")
    rule, rule_en = error.get("zh") or error["rule"], error.get("en") or error["rule_en"]
    known = RIGHT.get(field.partition(".")[0], ONE_ROW)
    right = error.get("right") or error.get("allowed") or known
    return {"field": field, "rule": rule, "rule_en": rule_en, "right": right}
