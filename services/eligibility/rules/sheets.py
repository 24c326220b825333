"""Rows of a bulk push, from NDJSON or a sheet, as statements of facts (批量推送格式)."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson

from services.eligibility.rules.vocabulary import SUBJECTS, VOCABULARY

OWN = ("child_id", "id_no", "valid_from", "valid_until", "evidence")
IN_CHINESE = {
    "儿童编号": "child_id",
    "身份号码": "id_no",
    "公民身份号码": "id_no",
    "起始日期": "valid_from",
    "截止日期": "valid_until",
    "证据": "evidence",
} | {kind.zh: name for name, kind in VOCABULARY.items()}


def rows_of_json(lines: Iterable[str]) -> Iterator[Mapping[str, Any] | None]:
    """One object a line; None for a line that is none."""
    for line in lines:
        if line.strip():
            try:
                said = orjson.loads(line)
            except ValueError:
                said = None
            yield said if isinstance(said, Mapping) else None


def rows_of_csv(lines: Iterable[str]) -> Iterator[Mapping[str, Any] | None]:
    """A header, then a row a child; columns are facts by code or Chinese name."""
    yield from rows_of_table(csv.reader(lines))


def rows_of_table(table: Iterable[Sequence[Any]]) -> Iterator[Mapping[str, Any] | None]:
    """The rows of a sheet under its header; empty cells say nothing, `不详` says unknown."""
    lines = iter(table)
    header = [_column(str(cell or "").strip()) for cell in next(lines, ())]
    for cells in lines:
        if any(cell not in (None, "") for cell in cells):
            yield _row(header, cells)


def _column(name: str) -> str:
    return IN_CHINESE.get(name, name)


def _row(header: Sequence[str], cells: Sequence[Any]) -> dict[str, Any]:
    row: dict[str, Any] = {"facts": {}}
    for name, cell in zip(header, cells, strict=False):
        if cell in (None, "") or not name:
            continue
        value = None if cell == "不详" else cell
        if name in OWN:
            row[name] = _own(name, str(cell))
        else:
            subject, _, short = name.partition(".")
            key = subject if subject in SUBJECTS and short else "?"
            row["facts"].setdefault(key, {})[short or name] = value
    return row


def _own(name: str, cell: str) -> Any:
    """A cell of the row's own columns; a sheet writes days with a time behind them."""
    if name == "evidence":
        return {"kind": cell}
    return cell[:10] if name.startswith("valid") else cell
