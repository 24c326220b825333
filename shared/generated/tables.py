"""Tables a person reads: moves of cases as diagrams, statutory clocks, offices, figures."""

import ast
import pkgutil
from collections.abc import Iterable, Iterator
from importlib import import_module
from types import ModuleType

from shared.bus import SERVICES
from shared.calendar import UNITS
from shared.generated.coverage import CODE, ROOT, sources
from shared.jurisdiction import Department, Jurisdiction
from shared.law import UNSETTLED, Clause, Figure, plain
from shared.moves import Move, Moves

WRITTEN = "Written by `make generated`.\n\n"


def all_moves() -> list[tuple[str, Moves]]:
    """Every table of lawful moves, with its service, in the order of services and modules."""
    found: dict[int, tuple[str, Moves]] = {}
    for service in SERVICES:
        for rules in _modules(f"services.{service}.rules"):
            for value in vars(rules).values():
                for moves in _moves_in(value):
                    found.setdefault(id(moves), (service, moves))
    return sorted(found.values(), key=lambda pair: (SERVICES.index(pair[0]), pair[1].kind))


def _modules(name: str) -> Iterator[ModuleType]:
    rules = import_module(name)
    yield rules
    for inner in pkgutil.walk_packages(rules.__path__, f"{name}."):
        yield import_module(inner.name)


def _moves_in(value: object) -> Iterable[Moves]:
    if isinstance(value, Moves):
        return [value]
    return [v for v in value.values() if isinstance(v, Moves)] if isinstance(value, dict) else []


def moves_page(place: Jurisdiction) -> str:
    """State diagrams in Mermaid with the table beside each: who, by which clause, by when."""
    parts = ["# Lawful moves 流转\n\n", WRITTEN]
    parts.append("An unlawful move is refused with 409 and the list of lawful ones.\n\n")
    for service, moves in all_moves():
        parts.append(f"## {service}: {moves.zh} `{moves.kind}`\n\n")
        parts.append(_diagram(moves))
        parts.append(_move_table(place, moves))
    return "".join(parts).rstrip("\n") + "\n"


def _diagram(moves: Moves) -> str:
    """A case begins in the first state, or in one that no move leads to."""
    left = {state for move in moves for state in move.before}
    led_to = {move.after for move in moves}
    begins = [s for s in moves.states() if s == moves.first or s not in led_to]
    lines = ["```mermaid\nstateDiagram-v2\n"]
    lines += [f"    [*] --> {state}\n" for state in begins]
    lines += [
        f"    {state} --> {move.after}: {move.zh}\n" for move in moves for state in move.before
    ]
    lines += [f"    {state} --> [*]\n" for state in moves.states() if state not in left]
    return "".join(lines) + "```\n\n"


def _move_table(place: Jurisdiction, moves: Moves) -> str:
    head = "| verb | 动作 | from | to | who | clause | clock | second person |\n"
    rows = [_move_row(place, move) for move in moves]
    return head + "|---|---|---|---|---|---|---|---|\n" + "".join(rows) + "\n"


def _move_row(place: Jurisdiction, move: Move) -> str:
    who = "、".join(
        place.departments[c].zh if c in place.departments else c for c in move.departments
    )
    second = "是" if move.second_person else ""
    before = ", ".join(move.before)
    cells = (move.verb, move.zh, before, move.after, who, move.clause, move.clock or "", second)
    return f"| {' | '.join(cells)} |\n"


def deadlines_page(place: Jurisdiction) -> str:
    """Every statutory clock: a figure named by kind and unit, and where code starts it."""
    started = words()
    rows = [
        f"| `{kind}` | {figure.zh} | {_values(figure)} {unit} | {figure.clause}"
        f" | {figure.reading} | {figure.certainty} | {_where(started.get(kind, []))} |\n"
        for kind, unit, figure in clocks(place)
        if unit != "years"  # an age is no clock
    ]
    head = "| clock | 期限 | length | clause | reading | certainty | named in |\n"
    head += "|---|---|---|---|---|---|---|\n"
    said = "Hours run from the stated time; everything else ends at 24:00 of its last day.\n\n"
    return "# Statutory clocks 期限\n\n" + WRITTEN + said + head + "".join(rows)


def words() -> dict[str, list[str]]:
    """Every single word that stands as a string in a service or the gateway, with its files."""
    found: dict[str, list[str]] = {}
    for path in sources(CODE[:2]):
        if "migrations" in path.parts:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        constants = {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)}
        for word in sorted(c for c in constants if isinstance(c, str) and c.isidentifier()):
            found.setdefault(word, []).append(path.relative_to(ROOT).as_posix())
    return found


def _where(files: list[str]) -> str:
    return ", ".join(f"[{name.removeprefix('services/')}](../../{name})" for name in files)


def clocks(place: Jurisdiction) -> list[tuple[str, str, Figure]]:
    """Kind, unit and figure of every figure that can be a clock, by kind."""
    found = []
    for name, figure in place.law.figures.items():
        unit = next((unit for unit in UNITS if name.endswith(f"_{unit}")), None)
        if unit is not None:
            found.append((name.removesuffix(f"_{unit}"), unit, figure))
    return sorted(found, key=lambda clock: clock[:2])


def figures_page(place: Jurisdiction) -> str:
    """Every figure with its values and days, clause and reading."""
    rows = [
        f"| `{name}` | {figure.zh} | {figure.unit} | {_values(figure)} | {figure.clause}"
        f" | {figure.reading} | {figure.certainty} |\n"
        for name, figure in sorted(place.law.figures.items())
    ]
    head = "| figure | 数值 | unit | values | clause | reading | certainty |\n"
    head += "|---|---|---|---|---|---|---|\n"
    said = "Change one in the jurisdiction's `figures/`, by a new day, never over an old one.\n\n"
    return "# Figures 数值\n\n" + WRITTEN + said + _to_confirm(place) + head + "".join(rows)


def _to_confirm(place: Jurisdiction) -> str:
    """How many numbers a lawyer has yet to confirm, by why; answers and clocks mark them too."""
    kinds = [figure.certainty for figure in place.law.figures.values() if not figure.settled]
    lines = "".join(f"* `{kind}` {zh} — {kinds.count(kind)}\n" for kind, zh in UNSETTLED.items())
    return f"To be confirmed by a lawyer, {len(kinds)} of {len(place.law.figures)}:\n\n{lines}\n"


def _values(figure: Figure) -> str:
    if not figure.values:
        return "none yet"
    if len(figure.values) == 1:
        return _value(figure.values[0][1])
    return "; ".join(f"{day.isoformat()}: {_value(value)}" for day, value in figure.values)


def _value(value: object) -> str:
    return str(plain(value)).replace("|", "\\|")


def departments_page(place: Jurisdiction) -> str:
    """Every office: its code, names, and the responsibility lines where it leads or takes part."""
    lines = [c for c in place.law.clauses.values() if c.id.endswith(".r")]
    named = [
        c
        for c in place.law.clauses.values()
        if c.units and c.lead is None and c.parent is None and not c.id.endswith(".r")
    ]
    rows = [_office_row(office, lines, named) for office in place.departments.values()]
    head = (
        "| code | 部门 | aliases | leads △ | takes part | named in |\n|---|---|---|---|---|---|\n"
    )
    towns = "".join(f"| `{t.code}` | {t.zh} | {t.kind} |\n" for t in place.towns.values())
    towns_head = "\n## Towns 镇（街道）\n\n| code | 名称 | kind |\n|---|---|---|\n"
    return "# Offices 部门\n\n" + WRITTEN + head + "".join(rows) + towns_head + towns


def _office_row(office: Department, lines: list[Clause], named: list[Clause]) -> str:
    leads = _short(c for c in lines if c.lead == office.code)
    joins = _short(c for c in lines if office.code in c.units and c.lead != office.code)
    says = _short(c for c in named if office.code in c.units)
    aliases = "、".join(office.aliases)
    return f"| `{office.code}` | {office.zh} | {aliases} | {leads} | {joins} | {says} |\n"


def _short(clauses: Iterable[Clause]) -> str:
    return ", ".join(c.id.partition(":")[2].removesuffix(".r") for c in clauses)
