"""Where this runs: the law, the offices, the towns and the calendar of one county (辖区).

All that another county would replace is data in one folder, which the environment variable
JURISDICTION names. It is read once; an error says which file and which key it is about.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from shared.calendar import Calendar
from shared.documents import DocumentError, read
from shared.law import Law
from shared.problem import Invalid
from shared.register import load_calendar, load_clauses, load_figures
from shared.settings import settings


class UnknownDepartment(Invalid):
    """No office has this name, alias or code."""

    zh, en = "没有这个部门", "There is no such department"


class UnknownTown(Invalid):
    """No street or town of the jurisdiction has this name or code."""

    zh, en = "没有这个镇（街道）", "There is no such town or street"


@dataclass(frozen=True, slots=True)
class Department:
    """An office: `code` is used by software, `zh` printed, `aliases` understood (部门)."""

    code: str
    zh: str
    aliases: tuple[str, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class Town:
    """A street (街道) or town (镇) with its administrative code, and the short name that means
    nothing else."""

    code: str
    zh: str
    kind: str
    also: str = ""


@dataclass(frozen=True, slots=True)
class Meta:
    """Name of the place and of the document that rules it; `decision_mark` begins the number of
    every decision (文号)."""

    name: str
    english: str
    code: str
    province: str
    city: str
    instrument: str
    document: str
    title: str
    issuers: tuple[str, ...]
    issued: date
    decision_mark: str
    hukou_names: tuple[str, ...]
    hukou_places: tuple[str, ...]
    hukou_codes: tuple[str, ...]


@dataclass(frozen=True)
class Jurisdiction:
    """Everything a county decides for itself; `jurisdiction()` gives the one in use."""

    folder: Path
    meta: Meta
    law: Law
    departments: Mapping[str, Department]
    groups: Mapping[str, tuple[Department, ...]]
    towns: Mapping[str, Town]
    timezone: ZoneInfo
    calendar: Calendar

    def department(self, name: str) -> Department:
        """The office of a code, a printed name or an alias, with or without △."""
        found = _named(self.departments, name)
        if found is None:
            raise UnknownDepartment(allowed=sorted(self.departments))
        return found

    def offices(self, name: str) -> tuple[Department, ...]:
        """The offices a word of the document means: one, or several for 政法单位."""
        return self.groups.get(name) or (self.department(name),)

    def town(self, name: str) -> Town:
        """The street or town of a code or a name."""
        found = self.towns.get(name) or next((t for t in self.towns.values() if t.zh == name), None)
        if found is None:
            raise UnknownTown(allowed=sorted(self.towns))
        return found

    def registered(self, hukou: str) -> bool:
        """Whether a stated household registration is of this place (具有温岭市户籍, WL24:1).

        Takes a place name, an address or an administrative code. It answers for what is
        stated: a registration nobody knows is a missing fact, not this question.
        """
        stated, meta = "".join(hukou.split()).lower(), self.meta
        if stated in meta.hukou_names or stated.startswith(meta.hukou_places + meta.hukou_codes):
            return True
        return any(  # 温岭城南镇: a name of the county with one of its towns
            stated.startswith(f"{name}{town.zh[:2]}")
            for name in meta.hukou_names
            if stated.startswith(name)
            for town in self.towns.values()
        )

    def names(self, place: str) -> bool:
        """Whether a place told in words is of this county; a town's own name is too."""
        if self.registered(place) or place in self.towns:
            return True
        return place.startswith(self._town_names)

    @cached_property
    def _town_names(self) -> tuple[str, ...]:
        return tuple(
            [name for town in self.towns.values() for name in (town.zh, town.also) if name]
        )


def jurisdiction() -> Jurisdiction:
    """The jurisdiction in use, read once from the folder that JURISDICTION names."""
    return load(str(settings().jurisdiction))


@lru_cache(maxsize=8)
def load(folder: str) -> Jurisdiction:
    """Read a jurisdiction's folder; DocumentError names the file and key that is wrong."""
    path = Path(folder)
    if not path.is_dir():
        raise DocumentError(f"JURISDICTION: there is no folder {folder}")
    meta, zone = _meta(path / "jurisdiction.yaml")
    departments = _departments(path / "departments.yaml")
    groups = _groups(path / "groups.yaml", departments)
    codes = _codes(departments, groups)
    law = Law(load_clauses(path, meta.instrument, meta.issued, codes), load_figures(path))
    return Jurisdiction(
        path,
        meta,
        law,
        departments,
        groups,
        _towns(path / "towns.yaml"),
        zone,
        Calendar(load_calendar(path), zone),
    )


def _meta(path: Path) -> tuple[Meta, ZoneInfo]:
    said = dict(read(path))
    hukou = said.pop("hukou", {})
    try:
        zone = ZoneInfo(said.pop("timezone"))
        lists = {f"hukou_{key}": tuple(hukou[key]) for key in ("names", "places", "codes")}
        return Meta(**said | lists | {"issuers": tuple(said["issuers"])}), zone
    except (KeyError, TypeError, ZoneInfoNotFoundError) as problem:
        raise DocumentError(f"{path}: {problem}") from problem


def _departments(path: Path) -> dict[str, Department]:
    found: dict[str, Department] = {}
    names: dict[str, str] = {}
    for code, said in read(path).items():
        try:
            found[code] = Department(code, said["zh"], tuple(said.get("aliases", ())), said["kind"])
        except (KeyError, TypeError) as problem:
            raise DocumentError(f"{path}: {code}: {problem} is missing") from problem
        for name in (code, found[code].zh, *found[code].aliases):
            if names.setdefault(name, code) != code:
                raise DocumentError(f"{path}: {name} names both {names[name]} and {code}")
    return found


def _groups(path: Path, departments: Mapping[str, Department]) -> dict[str, tuple[Department, ...]]:
    groups = {}
    for name, said in read(path).items():
        members: str | Sequence[str] = said["departments"]
        if members == "all":
            members = [d.code for d in departments.values() if d.kind != "technical"]
        unknown = [code for code in members if code not in departments]
        if unknown:
            raise DocumentError(f"{path}: {name}: no department {', '.join(unknown)}")
        groups[name] = tuple(departments[code] for code in members)
    return groups


def _codes(
    departments: Mapping[str, Department], groups: Mapping[str, tuple[Department, ...]]
) -> dict[str, tuple[str, ...]]:
    """Printed name → codes, for the responsibility lines of the document."""
    names = {name: (d.code,) for d in departments.values() for name in (d.zh, *d.aliases)}
    return names | {name: tuple(d.code for d in found) for name, found in groups.items()}


def _towns(path: Path) -> dict[str, Town]:
    try:
        return {code: Town(code, **said) for code, said in read(path).items()}
    except (KeyError, TypeError) as problem:
        raise DocumentError(f"{path}: a town lacks {problem}") from problem


def _named(departments: Mapping[str, Department], name: str) -> Department | None:
    wanted = name.strip().lstrip("△")
    if wanted in departments:
        return departments[wanted]
    return next((d for d in departments.values() if wanted in (d.zh, *d.aliases)), None)
