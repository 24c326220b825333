"""The words of the law and its numbers: clause, figure, and the law as it stood on a day."""

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from typing import Any, Protocol

from shared.problem import Invalid

DAYS = 1_000  # laws of a day that are remembered
# Numbers that no text was read for, and what a reader is told of them.
UNSETTLED = {
    "assumption": "法律未定的建议数值，待法律人员确认",
    "memory": "凭记忆所录的法定数值，待核对原文",
}


class Asking(Protocol):
    """What asks for figures: a rule, by the names it gives them."""

    @property
    def figures(self) -> tuple[str, ...]: ...


class Verdict(IntEnum):
    """The three answers; their order is Kleene's, so *and* is min and *or* is max."""

    NOT_MET = 0
    UNKNOWN = 1
    MET = 2

    @property
    def zh(self) -> str:
        """The Chinese word on notices and pages."""
        return ("不符合", "待查明", "符合")[self]


@dataclass(frozen=True, slots=True)
class Clause:
    """One sentence or atomic norm of an instrument, word for word (条款)."""

    id: str
    text: str
    english: str
    since: date
    until: date | None = None
    instrument: str = ""
    kind: str = ""
    service: str = ""
    lead: str | None = None
    units: tuple[str, ...] = ()
    # The offices that the sentence itself names, before any line of offices below it.
    named: tuple[str, ...] = ()
    waived: str | None = None
    parent: str | None = None
    certainty: str = ""
    # The wordings this one took the place of, each until the day it ended.
    earlier: tuple["Clause", ...] = ()

    def on(self, day: date) -> "Clause | None":
        """The wording in force on the day; None when there was none."""
        return next((one for one in (self, *self.earlier) if one.in_force(day)), None)

    def in_force(self, day: date) -> bool:
        """Whether these were the words of the law on the day."""
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, switch or list of the law with its clause, unit and days (数值)."""

    name: str
    clause: str
    unit: str
    zh: str
    values: tuple[tuple[date, Any], ...]
    reading: str = ""
    # assumption: a proposal of this project; memory: a law's number nobody has looked up again.
    certainty: str = ""

    @property
    def settled(self) -> bool:
        """Whether the number was found in a text; otherwise a lawyer has to confirm it."""
        return self.certainty not in UNSETTLED

    def on(self, day: date) -> Any:
        """The value in force on the day; KeyError when none is (never guessed)."""
        for since, value in reversed(self.values):
            if since <= day:
                return value
        raise KeyError(self.name)

    def next_change(self, day: date) -> date | None:
        """The first day after `day` with another value."""
        return next((since for since, _ in self.values if since > day), None)


@dataclass(frozen=True)
class Law:
    """The register of clauses and the figures of one jurisdiction.

    `waived` names parts (rules, or groups of them) that are left out of whatever they are part of.
    """

    clauses: Mapping[str, Clause]
    figures: Mapping[str, Figure]
    waived: frozenset[str] = frozenset()
    _days: dict[date, "LawOfDay"] = field(default_factory=dict, repr=False, compare=False)

    def on(self, day: date) -> "LawOfDay":
        """The law as it stood on a day; remembered, since a run asks it a million times."""
        found = self._days.get(day)
        if found is None:
            if len(self._days) >= DAYS:
                self._days.clear()
            found = self._days[day] = LawOfDay(self, day)
        return found

    def words(self, clause: str, day: date) -> str:
        """What a clause said on a day, word for word; empty when it was not in force (当时条文)."""
        known = self.clauses.get(clause)
        then = known.on(day) if known else None
        return then.text if then else ""

    def with_figures(self, changed: Iterable[Figure]) -> "Law":
        """The same law with other figures, for a simulation or a published standard."""
        figures = {**self.figures, **{f.name: f for f in changed}}
        return Law(self.clauses, figures, self.waived)

    def without(self, parts: Iterable[str]) -> "Law":
        """The same law but for these parts: what a simulation tries (暂不适用)."""
        return Law(self.clauses, self.figures, self.waived | frozenset(parts))


class NotYetSet(Invalid, KeyError):
    """The law is asked for a day on which a number of it did not hold yet; none is guessed."""

    zh, en = "该日尚无适用的数值", "A figure the answer needs was not set yet on that day"


class Figures(dict[str, Any]):
    """The figures in force on a day: one not set yet refuses, one nobody has is a fault."""

    def __init__(self, known: Mapping[str, Any], of_law: Mapping[str, Figure]) -> None:
        super().__init__(known)
        self.of_law = of_law

    def __missing__(self, name: str) -> Any:
        figure = self.of_law[name]
        begins = [figure.values[0][0].isoformat()] if figure.values else []
        raise NotYetSet(where="day", clause=figure.clause, figure=name, allowed=begins)


class _Noting(Figures):
    """Figures that note which of them are read: an answer says what it rests on."""

    def __init__(self, figures: Figures, asked: set[str]) -> None:
        super().__init__(figures, figures.of_law)
        self.asked = asked

    def __getitem__(self, name: str) -> Any:
        self.asked.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        """As a dict's own, and noted."""
        self.asked.add(name)
        return super().get(name, default)


class LawOfDay:
    """Figures in force on one day, and when each next changes."""

    __slots__ = ("bound", "changes", "day", "figures", "law", "waived")

    def __init__(self, law: Law, day: date) -> None:
        self.law, self.day, self.waived = law, day, law.waived
        self.figures = Figures({}, law.figures)
        self.changes: dict[str, date] = {}
        self.bound: dict[Asking, dict[str, Any] | None] = {}
        for name, figure in law.figures.items():
            if figure.values and figure.values[0][0] <= day:
                self.figures[name] = figure.on(day)
            if (change := figure.next_change(day)) is not None:
                self.changes[name] = change

    def noting(self) -> tuple["LawOfDay", set[str]]:
        """The same law, and a set that names the figures somebody has read in it since."""
        found, asked = copy(self), set[str]()
        found.figures, found.bound = _Noting(self.figures, asked), {}
        return found, asked

    def figures_for(self, rule: Asking) -> dict[str, Any] | None:
        """The keyword arguments of a rule, or None when a figure is missing."""
        if rule not in self.bound:
            known = all(name in self.figures for name in rule.figures)
            self.bound[rule] = (
                {name: self.figures[name] for name in rule.figures} if known else None
            )
        return self.bound[rule]
