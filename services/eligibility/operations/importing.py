"""Facts in bulk: taken at once, worked off in chunks, reported row by row, resumable (批量推送)."""

import io
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

import orjson
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from pydantic import ValidationError
from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.eligibility.models import Child, Import, ImportRow
from services.eligibility.operations.facts import Origin, Told, read_told, state_facts
from services.eligibility.operations.hearing import facts_came
from services.eligibility.queries.procedure import one
from services.eligibility.queries.register import files_among, the_child
from services.eligibility.rules.sheets import rows_of_csv, rows_of_json, rows_of_table
from services.eligibility.schemas import ImportedRow
from shared import deadlines, vault
from shared.database import new_id, now
from shared.identity import Principal
from shared.problem import Invalid, NotFound, Problem, TooLarge

CHUNK = 200
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
    chunk = list(rows)
    for row in chunk:
        await _work(session, made, row)
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


async def _work(session: AsyncSession, made: Import, row: ImportRow) -> None:
    """Check a row, and apply it unless the whole push is still being checked."""
    assert row.sealed is not None
    said = orjson.loads(vault.unseal_own(f"import|{made.id}|{row.number}", row.sealed))
    actor = Principal(made.department, made.client, officer=made.officer, town=made.town)
    try:
        told, child = await _read(session, actor, said)
        if made.state == "applying":
            async with session.begin_nested():
                locked = await the_child(session, child.id, lock=True)
                await state_facts(session, actor, locked, told, Origin("import", made.id))
                await facts_came(session, locked)
            row.state, row.sealed = "accepted", None
        else:
            row.state = "checked"
    except Problem as problem:
        row.state, row.errors = "rejected", _reasons(problem)


async def _read(session: AsyncSession, actor: Principal, said: Any) -> tuple[Told, Child]:
    if said is None:
        raise Invalid("该行不是一个 JSON 对象", "the line is no JSON object")
    try:
        row = ImportedRow.model_validate(said)
    except ValidationError as error:
        raise Invalid(errors=[_fault(fault) for fault in error.errors()]) from error
    told = Told(row.facts, row.valid_from, row.valid_until, row.evidence)
    read_told(told, actor.department)
    if row.child_id is not None:
        return told, await the_child(session, row.child_id)
    found = await files_among(session, await vault.lookup(session, "id_no", row.id_no or ""))
    if not found:
        raise NotFound()
    return told, found[0]


def _fault(fault: Any) -> dict[str, Any]:
    field = ".".join(str(part) for part in fault["loc"])
    return {"field": field, "rule": "该列有误", "rule_en": fault["type"]}


def _reasons(problem: Problem) -> list[dict[str, Any]]:
    named = [dict(error) for error in problem.errors]
    return named or [{"field": "", "rule": problem.detail or problem.zh, "rule_en": problem.en}]
