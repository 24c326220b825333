"""The register read from files: clauses word for word, figures, and the calendar's years.

Nothing here knows the law; it makes what lawyers wrote into what the engine reads, and refuses
what is not exact: a figure with a binary fraction, an unknown key, a name no office has.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from types import MappingProxyType
from typing import Any

from chinese_calendar import constants as published

from shared.calendar import Year
from shared.documents import DocumentError, read
from shared.law import Clause, Figure

EXACT_UNITS = ("yuan", "ratio")
FIGURE_KEYS = {"clause", "unit", "zh", "en", "reading", "certainty", "source", "note", "values"}
FIGURE_NEEDS = ("clause", "unit", "zh", "values")


def load_clauses(
    folder: Path, instrument: str, issued: date, codes: Mapping[str, tuple[str, ...]]
) -> dict[str, Clause]:
    """Every sentence, norm, heading and responsibility line, then the other instruments."""
    path = folder / "clauses.yaml"
    document = read(path)
    found: dict[str, Clause] = {}
    for clause in _entries(path, document, instrument, issued, codes):
        if clause.id in found:
            raise DocumentError(f"{path}: {clause.id} stands twice")
        found[clause.id] = clause
    for path in sorted((folder / "instruments").glob("*.yaml")):
        for id_, said in (read(path) or {}).items():
            found.setdefault(id_, _instrument(path, id_, said))
    return found


def _entries(
    path: Path,
    document: Mapping[str, Any],
    instrument: str,
    issued: date,
    codes: Mapping[str, tuple[str, ...]],
) -> Iterator[Clause]:
    for entry in document["clauses"]:
        where = f"{path}: {entry.get('id')}"
        lead, units, named = _responsible(where, entry, codes)
        same: dict[str, Any] = {
            "instrument": document["meta"]["document"],
            "lead": lead,
            "units": units,
            "named": named,
        }
        yield _clause(where, entry, f"{instrument}:{entry['id']}", issued, same)
        for norm in entry.get("norms", ()):
            parent = {"parent": f"{instrument}:{entry['id']}"}
            yield _clause(where, norm, f"{instrument}:{norm['id']}", issued, same | parent)


def _clause(
    where: str, said: Mapping[str, Any], id_: str, issued: date, more: Mapping[str, Any]
) -> Clause:
    try:
        return Clause(
            id=id_,
            text=said["text"],
            english=said["english"],
            since=said.get("since", issued),
            until=said.get("until"),
            kind=said.get("kind", ""),
            service=said.get("service", ""),
            earlier=_earlier(where, said, id_, issued, more),
            **more,
        )
    except KeyError as problem:
        raise DocumentError(f"{where}: {problem} is missing") from problem


def _earlier(
    where: str, said: Mapping[str, Any], id_: str, issued: date, more: Mapping[str, Any]
) -> tuple[Clause, ...]:
    """The wordings before this one, the newest first; each says until when, none is taken out."""
    begins, found = said.get("since"), []
    for version in said.get("earlier") or ():
        if unknown := set(version) - {"text", "english", "since", "until"}:
            raise DocumentError(f"{where}: no key is named {', '.join(sorted(unknown))}")
        until = version.get("until")
        if not (isinstance(begins, date) and isinstance(until, date) and until <= begins):
            raise DocumentError(f"{where}: a wording ends before the next one begins")
        same = {key: said[key] for key in ("kind", "service") if key in said}
        found.append(_clause(where, same | dict(version), id_, issued, more))
        begins = found[-1].since
    return tuple(found)


def _responsible(
    where: str, entry: Mapping[str, Any], codes: Mapping[str, tuple[str, ...]]
) -> tuple[str | None, tuple[str, ...], tuple[str, ...]]:
    """Lead and units as codes, and those the sentence itself names, which are units too."""
    line = entry.get("responsible") or {}
    units, named = list[str](), list[str]()
    for name in line.get("units") or ():
        units += _codes_of(where, name, codes)
    for name in entry.get("named_in_sentence", ()):
        named += _codes_of(where, name, codes)
    lead = line.get("lead")
    every = tuple(dict.fromkeys([*units, *named]))
    return (codes[lead][0] if lead else None), every, tuple(named)


def _codes_of(where: str, name: str, codes: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    if name.lstrip("△") not in codes:
        raise DocumentError(f"{where}: no department is named {name}")
    return codes[name.lstrip("△")]


def _instrument(path: Path, id_: str, said: Mapping[str, Any]) -> Clause:
    known = ("text", "english", "since", "until", "instrument", "certainty", "source", "note")
    where = f"{path}: {id_}"
    if unknown := set(said) - {*known, "earlier"}:
        raise DocumentError(f"{where}: no key is named {', '.join(sorted(unknown))}")
    if not isinstance(said.get("since"), date):
        raise DocumentError(f"{where}: since must be a date")
    more = {"instrument": said.get("instrument", ""), "certainty": said.get("certainty", "")}
    return _clause(where, said, id_, said["since"], more)


def load_figures(folder: Path) -> dict[str, Figure]:
    """The figures of every file; the same name twice is refused, never chosen between."""
    found: dict[str, tuple[Path, Figure]] = {}
    for path in sorted((folder / "figures").glob("*.yaml")):
        for name, said in (read(path) or {}).items():
            figure = _figure(f"{path}: {name}", name, said)
            if name in found and found[name][1] != figure:
                raise DocumentError(f"{path}: {name} says otherwise than in {found[name][0]}")
            found[name] = path, figure
    return {name: figure for name, (_, figure) in found.items()}


def _figure(where: str, name: str, said: Mapping[str, Any]) -> Figure:
    if not isinstance(said, Mapping):
        raise DocumentError(f"{where}: a figure has clause, unit, zh and values")
    if missing := [key for key in FIGURE_NEEDS if key not in said]:
        raise DocumentError(f"{where}: {', '.join(missing)} is missing")
    if unknown := set(said) - FIGURE_KEYS:
        raise DocumentError(f"{where}: no key is named {', '.join(sorted(unknown))}")
    values = said["values"] or {}
    if not isinstance(values, Mapping) or not all(type(day) is date for day in values):
        raise DocumentError(f"{where}: values are given by the day they begin (2023-07-24: …)")
    unit = said["unit"]
    dated = sorted((day, figure_value(where, value, unit)) for day, value in values.items())
    more = {key: str(said.get(key, "")) for key in ("reading", "certainty")}
    return Figure(name, said["clause"], unit, said["zh"], tuple(dated), **more)


def figure_value(where: str, value: Any, unit: str) -> Any:
    """A value of a figure as rules read it; DocumentError when it is none."""
    return _value(where, value, unit in EXACT_UNITS)


def _value(where: str, value: Any, exact: bool) -> Any:
    """A value as rules read it: exact decimals, tuples and read-only mappings."""
    if isinstance(value, Mapping):
        return MappingProxyType({k: _value(where, v, exact) for k, v in value.items()})
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(_value(where, item, exact) for item in value)
    if value is None:
        raise DocumentError(f"{where}: a value is empty; leave the day out when it is not known")
    if not exact or isinstance(value, bool):
        return value
    try:
        return Decimal(str(value))
    except InvalidOperation as problem:
        raise DocumentError(f"{where}: {value!r} is no amount") from problem


def load_calendar(folder: Path) -> dict[int, Year]:
    """The years the library knows from official notices, and over them those of the folder."""
    years = _published()
    path = folder / "calendar.yaml"
    for number, said in (read(path) or {}).items():
        where = f"{path}: {number}"
        if said.get("status") not in ("official", "provisional"):
            raise DocumentError(f"{where}: status is official or provisional")
        holidays, workdays = said.get("holidays") or {}, said.get("workdays") or {}
        for day in (*holidays, *workdays):
            if not isinstance(day, date) or day.year != number:
                raise DocumentError(f"{where}: {day} is no day of {number}")
        provisional = said["status"] == "provisional"
        notice = str(said.get("notice", ""))
        years[number] = Year(number, holidays, frozenset(workdays), notice, provisional)
    return years


def _published() -> dict[int, Year]:
    holidays: dict[int, dict[date, str]] = {}
    for day, name in published.holidays.items():
        holidays.setdefault(day.year, {})[day] = str(name)
    return {
        number: Year(
            number,
            days,
            frozenset(day for day in published.workdays if day.year == number),
            f"chinesecalendar {number}",
        )
        for number, days in holidays.items()
    }
