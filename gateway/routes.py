"""The table of routes: method and path → service, departments, clause. Unlisted does not exist.

The table itself is data of the jurisdiction (`routes.yaml`), so that a lawyer can read and a
county can replace it. Pure: reads no file by itself, knows no request.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.bus import SERVICES

ANYBODY = "everyone"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
STANDARD_BODY = 256 * 1024
LINE_FIELDS = {"call", "departments", "clause", "zh", "signed", "hold", "body_kilobytes"}
LINE_FIELDS |= {"seconds", "stream"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table. `hold`: taken by the gateway while the service is away."""

    method: str
    path: str
    service: str
    departments: frozenset[str]
    clause: str
    zh: str
    signed: bool = False
    hold: bool = False
    stream: bool = False
    body_limit: int = STANDARD_BODY
    seconds: float = 30.0

    @property
    def scope(self) -> str:
        """The OAuth scope a token needs: `protection:read` or `protection:write`."""
        return f"{self.service}:{'read' if self.method == 'GET' else 'write'}"

    def permits(self, department: str) -> bool:
        """Whether the table lets a department call this at all."""
        return department in self.departments or ANYBODY in self.departments


@dataclass(slots=True)
class _Node:
    literal: dict[str, "_Node"] = field(default_factory=dict)
    variable: "_Node | None" = None
    lines: dict[str, Line] = field(default_factory=dict)


class RouteError(ValueError):
    """The table contradicts itself or names somebody nobody knows."""


class Table:
    """Every route there is, found by segments; a literal segment wins over a variable one."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self.lines = tuple(lines)
        self._root = _Node()
        for line in self.lines:
            node = self._root
            for segment in segments_of(line.path):
                if segment.startswith("{"):
                    node.variable = node.variable or _Node()
                    node = node.variable
                else:
                    node = node.literal.setdefault(segment, _Node())
            if line.method in node.lines:
                raise RouteError(f"{line.method} {line.path} is listed twice")
            node.lines[line.method] = line

    def find(self, method: str, path: str) -> Line | None:
        """The line of a request, or None."""
        for node in _walk(self._root, segments_of(path), 0):
            if (line := node.lines.get(method)) is not None:
                return line
        return None

    def methods(self, path: str) -> list[str]:
        """The methods a path has at all, for `Allow`."""
        found = {m for node in _walk(self._root, segments_of(path), 0) for m in node.lines}
        return [method for method in METHODS if method in found]

    def of(self, department: str) -> list[Line]:
        """What a department may call."""
        return [line for line in self.lines if line.permits(department)]


def segments_of(path: str) -> tuple[str, ...]:
    """`/v1/a/b` → ("v1", "a", "b"); an empty segment stays, and so never matches."""
    return tuple(path[1:].split("/"))


def _walk(node: _Node, segments: tuple[str, ...], at: int) -> Iterator[_Node]:
    if at == len(segments):
        yield node
        return
    segment = segments[at]
    if (literal := node.literal.get(segment)) is not None:
        yield from _walk(literal, segments, at + 1)
    if node.variable is not None and segment:
        yield from _walk(node.variable, segments, at + 1)


def plain_path(path: str, raw: bytes) -> bool:
    """Whether gateway and service must read a path alike: no encoded slash, no dots, no gaps.

    Two readers who disagree about a path are how forbidden routes get reached.
    """
    if not path.startswith("/") or "\\" in path or raw.count(b"/") != path.count("/"):
        return False
    if not path.isprintable() or b"%25" in raw:
        return False
    return all(segment not in ("", ".", "..") for segment in segments_of(path))


def read_table(document: Mapping[str, Any], departments: Iterable[str]) -> Table:
    """The table from the jurisdiction's document; RouteError names what is wrong with it."""
    known = {*departments, ANYBODY}
    sets: Mapping[str, list[str]] = document.get("sets", {})
    routes = document["routes"].items()
    lines = [_line(owner, entry, sets, known) for owner, own in routes for entry in own]
    for service in SERVICES:
        for entry in document.get("every_service", ()):
            call = str(entry["call"]).replace("{service}", service)
            lines.append(_line(service, {**entry, "call": call}, sets, known))
    return Table(lines)


def named(names: Iterable[str], sets: Mapping[str, list[str]], known: set[str]) -> frozenset[str]:
    """Departments, with the names of sets replaced by their members."""
    found: set[str] = set()
    for name in names:
        found |= set(sets.get(name, [name]))
    if unknown := found - known:
        raise RouteError(f"unknown departments {sorted(unknown)}")
    return frozenset(found)


def _line(
    service: str, entry: Mapping[str, Any], sets: Mapping[str, list[str]], known: set[str]
) -> Line:
    if strange := set(entry) - LINE_FIELDS:
        raise RouteError(f"{entry.get('call')}: unknown fields {sorted(strange)}")
    method, _, path = str(entry["call"]).partition(" ")
    if method not in METHODS or not path.startswith("/"):
        raise RouteError(f"{entry['call']} is not a method and a path")
    if not entry.get("clause") or not entry.get("zh"):
        raise RouteError(f"{entry['call']} has no clause or no Chinese name")
    return Line(
        method=method,
        path=path,
        service=service,
        departments=named(entry["departments"], sets, known),
        clause=str(entry["clause"]),
        zh=str(entry["zh"]),
        signed=bool(entry.get("signed", False)),
        hold=bool(entry.get("hold", False)),
        stream=bool(entry.get("stream", False)),
        body_limit=int(entry.get("body_kilobytes", STANDARD_BODY // 1024)) * 1024,
        seconds=float(entry.get("seconds", 30)),
    )
