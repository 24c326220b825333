"""Findings remembered by the values their rules saw, so that a run does not think twice (记忆).

A part that was asked of the same values on the same day of the law answers the same finding. What
is remembered names nobody: it is the values alone, apart from the child they came from.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from shared.law import About, Facts, Finding, Group, LawOfDay, Part, Rule

MOST = 20_000
DAYS = 64
ABSENT = object()


def reads(part: Part, subject: str = "") -> Iterator[str]:
    """The names of all facts below a part, the day left out: the law of a day knows it."""
    if isinstance(part, Rule):
        yield from (key for key in part.keys(subject) if key != "day")
    elif isinstance(part, About):
        yield from reads(part.part, f"{subject}.{part.subject}" if subject else part.subject)
    elif isinstance(part, Remembered):
        yield from part.keys(subject)
    elif isinstance(part, Group):
        for below in part.parts:
            yield from reads(below, subject)


class Asked(Facts):
    """Facts of one evaluation, in which no part is asked twice."""

    __slots__ = ("asked",)

    def __init__(
        self,
        known: Mapping[str, Any],
        until: Mapping[str, date] | None = None,
        source: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(known, until, source)
        self.asked: dict[tuple[Remembered, str], Finding] = {}


class Remembered(Part):
    """A part whose findings are kept by the values it was asked of."""

    def __init__(self, part: Part) -> None:
        self.part, self.name, self.clause = part, part.name, part.clause
        self.zh, self.en = part.zh, part.en
        self._keys: dict[str, tuple[str, ...]] = {}
        self._sets: dict[str, frozenset[str]] = {}
        self._known: dict[tuple[LawOfDay, str], dict[Any, Finding]] = {}

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts below, where there are any."""
        found = getattr(self.part, "parts", ())
        assert isinstance(found, tuple)
        return found

    def keys(self, subject: str = "") -> tuple[str, ...]:
        """The facts its findings rest on."""
        if subject not in self._keys:
            self._keys[subject] = tuple(dict.fromkeys(reads(self.part, subject)))
            self._sets[subject] = frozenset(self._keys[subject])
        return self._keys[subject]

    def find(self, facts: Facts, law: LawOfDay, subject: str = "") -> Finding:
        """The finding of these values: remembered, or found now."""
        if isinstance(facts, Asked):
            asked = facts.asked.get((self, subject))
            if asked is not None:
                return asked
            facts.asked[self, subject] = found = self._find(facts, law, subject)
            return found
        return self._find(facts, law, subject)

    def _find(self, facts: Facts, law: LawOfDay, subject: str) -> Finding:
        keys, own = self.keys(subject), self._sets[subject]
        seen: Any = tuple([facts.get(key, ABSENT) for key in keys])
        if facts.until:
            seen = (seen, *[item for item in facts.until.items() if item[0] in own])
        if facts.source:
            seen = (seen, *[item for item in facts.source.items() if item[0] in own])
        known = self._known.get((law, subject))
        if known is None:
            if len(self._known) >= DAYS:
                self._known.clear()
            known = self._known[law, subject] = {}
        found = known.get(seen)
        if found is None:
            if len(known) >= MOST:
                known.clear()
            found = known[seen] = self.part.find(_only(facts, keys), law, subject)
        return found

    def rules(self) -> Iterator[Rule[Any, Any]]:
        yield from self.part.rules()


def _only(facts: Facts, keys: tuple[str, ...]) -> Facts:
    """The facts a part reads and no others, so that nothing else is kept with its finding."""
    wanted = [*keys, "day"]
    return Facts(
        {key: facts[key] for key in wanted if key in facts},
        {key: facts.until[key] for key in keys if key in facts.until},
        {key: facts.source[key] for key in keys if key in facts.source},
    )


def remembered(part: Part) -> Remembered:
    """Remember the findings of this part."""
    return Remembered(part)
