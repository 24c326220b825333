"""Which clause is carried where: the register and the code held to each other, both ways.

A clause is *cited* where its id stands as a string of its own: at a rule, a move, a problem, a
route, a figure, a policy. Prose about a clause carries nothing, and neither does an event: it
only tells. A sentence is carried when it is cited or all its norms are.
"""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from shared.documents import read
from shared.jurisdiction import Jurisdiction, jurisdiction
from shared.law import Clause

ROOT = Path(__file__).parents[2]
ID = re.compile(r"[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*:[0-9]\w*(?:\.\w+)*(?:-\d+)?")
AT_LAW = re.compile(r'@law\("([^"]+)"\)')
AT_ID = re.compile(r'@id\("([^"]+)"\)')
CODE = ("services", "gateway", "shared")
TELLS_ONLY = (
    "shared/events/",  # an event says what happened; what did it is elsewhere
    "shared/generated/",  # this
    "shared/openapi.py",  # an id as an example of one
)
NOT_CITING = {"clauses", "waived", "jurisdiction", "groups", "calendar"}
CITING_KEYS = ("clause", "clauses", "line", "named")


@dataclass(frozen=True, slots=True)
class Citation:
    """A clause id and the place that names it: `services/payments/rules/rates.py:street_child`."""

    clause: str
    place: str


def citations(root: Path = ROOT) -> list[Citation]:
    """Every place in code and data that cites a clause, in the order of paths."""
    place = jurisdiction()
    found = [
        citation
        for path in sources(CODE, root)
        if not path.relative_to(root).as_posix().startswith(TELLS_ONLY)
        for citation in _in_python(path, root)
    ]
    for path in sorted(place.folder.rglob("*.yaml")):
        if path.stem not in NOT_CITING and path.parent.name != "instruments":
            found += _in_data(path, root, place.meta.instrument)
    for path in sorted(place.folder.rglob("*.cedar")):
        found += _in_policies(path, root)
    return found


def sources(folders: Sequence[str] = CODE, root: Path = ROOT) -> Iterator[Path]:
    """The Python files of some folders, in the order of their paths."""
    for folder in folders:
        yield from sorted((root / folder).rglob("*.py"))


def _in_python(path: Path, root: Path) -> Iterator[Citation]:
    name = path.relative_to(root).as_posix()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in tree.body:
        inside = _name_of(node)
        where = f"{name}:{inside}" if inside else name
        seen = dict.fromkeys(_ids(node))
        yield from (Citation(clause, where) for clause in seen)


def _name_of(node: ast.stmt) -> str:
    """What a statement of a module defines: a function, a class, a table."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return node.name
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return node.target.id
    return ""


def _ids(node: ast.AST) -> Iterator[str]:
    """Ids that stand as strings of their own; a docstring is prose, whatever it says."""
    prose = {id(inner.value) for inner in ast.walk(node) if isinstance(inner, ast.Expr)}
    for inner in ast.walk(node):
        value = inner.value if isinstance(inner, ast.Constant) else None
        if isinstance(value, str) and id(inner) not in prose and ID.fullmatch(value):
            yield value


def _in_data(path: Path, root: Path, instrument: str) -> Iterator[Citation]:
    where = _relative(path, root)
    for name, value in _entries(read(path)):
        for clause in dict.fromkeys(_cited(value)):
            yield Citation(clause if ":" in clause else f"{instrument}:{clause}", f"{where}:{name}")


def _entries(document: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(document, Mapping):
        yield from ((str(name), value) for name, value in document.items())
    elif isinstance(document, list):
        yield from (
            (str(v.get("path") or v.get("id") or n), v) if isinstance(v, Mapping) else (str(n), v)
            for n, v in enumerate(document)
        )


def _cited(value: Any) -> Iterator[str]:
    """The ids under the citing keys, at any depth."""
    if isinstance(value, list):
        for item in value:
            yield from _cited(item)
    if not isinstance(value, Mapping):
        return
    for key, inner in value.items():
        if key in CITING_KEYS:
            items = inner if isinstance(inner, list) else [inner]
            yield from (item for item in items if _is_id(item))
        yield from _cited(inner)


def _is_id(item: Any) -> bool:
    return isinstance(item, str) and bool(ID.fullmatch(item) or ID.fullmatch(f"A:{item}"))


def _in_policies(path: Path, root: Path) -> Iterator[Citation]:
    where, name = _relative(path, root), ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if found := AT_ID.search(line):
            name = found[1]
        if found := AT_LAW.search(line):
            yield Citation(found[1], f"{where}:{name}" if name else where)


def _relative(path: Path, root: Path) -> str:
    """A path as it is written on the pages: below the project, else its own name."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name


def cases(root: Path = ROOT) -> dict[str, list[str]]:
    """Clause → the YAML cases that test it, as `tests/payments/cases/rates.yaml#PAY-001`."""
    found: dict[str, list[str]] = {}
    instrument = jurisdiction().meta.instrument
    for path in sorted((root / "tests").rglob("cases/*.yaml")):
        # Only ids are read here; as plain strings, so that 2.0 stays a clause.
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)  # noqa: S506
        listed = document.get("cases", []) if isinstance(document, dict) else document or []
        for number, case in enumerate(listed, 1):
            name = f"{path.relative_to(root).as_posix()}#{case.get('id', number)}"
            for clause in dict.fromkeys(case.get("clauses") or [case.get("clause")]):
                if clause:
                    full = clause if ":" in clause else f"{instrument}:{clause}"
                    found.setdefault(full, []).append(name)
    return found


@dataclass(frozen=True)
class Coverage:
    """The register beside what cites it, what tests it and what is waived."""

    place: Jurisdiction
    places: Mapping[str, list[str]]
    cases: Mapping[str, list[str]]
    waived: Mapping[str, str]

    def document(self) -> list[Clause]:
        """The clauses of the document itself, in its order."""
        prefix = self.place.meta.instrument + ":"
        return [c for id_, c in self.place.law.clauses.items() if id_.startswith(prefix)]

    def norms(self, id_: str) -> list[Clause]:
        """The atomic norms that partition a sentence."""
        return [clause for clause in self.document() if clause.parent == id_]

    def demands(self) -> list[Clause]:
        """What code must carry: norms, and sentences that have none. Not headings and lines."""
        parents = {clause.parent for clause in self.document()}
        labels = (".h", ".r")
        return [c for c in self.document() if c.id not in parents and not c.id.endswith(labels)]

    def carried(self, clause: Clause) -> bool:
        """Whether code cites it, its whole sentence, or every norm of it."""
        if self.places.get(clause.id) or self.places.get(clause.parent or ""):
            return True
        norms = self.norms(clause.id)
        return bool(norms) and all(self.places.get(norm.id) for norm in norms)

    def waiver(self, clause: Clause) -> str | None:
        """Why it is not carried, when somebody has said so."""
        return self.waived.get(clause.id) or self.waived.get(clause.parent or "")

    def open(self) -> list[str]:
        """Clauses neither carried nor waived."""
        return [c.id for c in self.demands() if not self.carried(c) and not self.waiver(c)]


def coverage(root: Path = ROOT) -> Coverage:
    """The coverage of the jurisdiction in use by the code below `root`."""
    place = jurisdiction()
    known = set(place.law.clauses)
    places: dict[str, list[str]] = {}
    for citation in citations(root):
        if citation.clause in known:
            places.setdefault(citation.clause, []).append(citation.place)
    return Coverage(place, places, cases(root), read(place.folder / "waived.yaml") or {})
