"""Parts asked of one child after another: what was found once is not thought out again (提问).

`Part.find` is what a part means; `Asked.find` says the same sooner. A small part reads few values,
so its finding is kept by them and serves every child that has the same; a large one is kept by
the findings below it. Hardly two children share a day, an amount or a count, but a rule makes no
more of it than its verdict: so it is seen as what the rules say of it. A finding that rests on
such a measure is kept without it and marked `own`; `Finding.bound` gives it the child's. What is
kept names nobody.
"""

import gc
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import wraps
from operator import itemgetter
from typing import Any, TypeVar

from shared.law.engine import About, Facts, Finding, Group, Part, Rule
from shared.law.statute import LawOfDay

SMALL = 48  # as many facts as a part may read whose findings are kept by their values
MOST = 200_000  # findings kept in a process
DAYS = 64  # laws of a day they are kept for
TRIED, SELDOM = 1000, 4  # so many findings of a part, hardly one in four asked again: kept no more
SETTLED = 5000  # findings kept after which the collector of garbage looks at them no more
ABSENT, HIDDEN, SOURCED, NOTHING = object(), object(), object(), Facts()

R = TypeVar("R")
T = TypeVar("T")
Ask = Callable[["Asked"], Finding]
Say = Callable[[Facts], Any]


def kept(work: Callable[[Finding], R]) -> Callable[[Finding], R]:
    """What follows from a finding alone is worked out once and kept with it."""
    name = f"{work.__module__}.{work.__name__}"

    @wraps(work)
    def of(finding: Finding) -> R:
        known: dict[str, Any] = finding.__dict__
        made: R = known.get(name, ABSENT)
        if made is ABSENT:
            made = known[name] = work(finding)
        return made

    return of


def reads(part: Part, subject: str = "") -> Iterator[str]:
    """The names of all facts below a part."""
    for rule, whose in part.asked(subject):
        yield from rule.keys(whose)


class Asked:
    """The facts of one child under the law of a day, of which parts are asked."""

    __slots__ = ("asks", "days", "facts", "law", "looked", "own", "seen")

    def __init__(self, facts: Facts, law: LawOfDay) -> None:
        self.facts, self.law, self.asks = facts, law, MEMORY.of(law)
        self.days: dict[Any, date | None] = {}  # what of this child changes when, once reckoned
        self.look()

    def told(self, more: Mapping[str, Any]) -> "Asked":
        """The same child with more facts, none of them a day or an amount."""
        other = object.__new__(Asked)
        other.facts = Facts({**self.facts, **more}, self.facts.until, self.facts.source)
        other.law, other.asks, other.own = self.law, self.asks, self.own
        other.looked, other.days = self.looked, self.days
        other.seen = {**self.seen, **more}
        return other

    def find(self, part: Part, subject: str = "") -> Finding:
        """The same as `part.find(facts, law, subject)`."""
        asks = self.asks
        way = asks.whole.get(part) if not subject else asks.ways.get((part, subject))
        if way is None:
            way = asks.of(part, subject)
        if self.looked != len(asks.rules):
            self.look()
        return way(self)

    def look(self) -> None:
        """See the facts with the eyes of all rules that may be asked."""
        facts, asks = self.facts, self.asks
        self.looked = len(asks.rules)
        self.own = asks.measures & facts.keys()
        self.own.update(facts.until)
        # The facts as findings are kept by them: own ones as what the rules say of them.
        self.seen: dict[str, Any] = {**asks.blank, **facts}
        for name in self.own:
            self.seen[name] = asks.look_at(name, facts)
        for name, source in facts.source.items():
            self.seen[name] = (SOURCED, self.seen.get(name, ABSENT), source)

    def changes(self, finding: Finding) -> date | None:
        """The day a rule's finding may be another, reckoned once for all it is a part of."""
        part, days = finding.part, self.days
        which = part, finding.subject
        if which not in days:
            assert isinstance(part, Rule)
            days[which] = finding.changes_with(part, self.facts)
        return days[which]


class _Memory:
    """Everything kept in this process; it is emptied when it is full, and fills again."""

    def __init__(self) -> None:
        self.laws: dict[LawOfDay, _Asks] = {}
        self.kept = 0

    def of(self, law: LawOfDay) -> "_Asks":
        """The ways of asking under a law."""
        found = self.laws.get(law)
        if found is None:
            if len(self.laws) >= DAYS:
                self.laws.clear()
            found = self.laws[law] = _Asks(law, self)
        return found

    def keep(self, known: dict[Any, T], key: Any, found: T) -> None:
        """Keep a finding among the others of its part, or a sight among those of its fact.

        What is kept is no garbage, and there is much of it: it is not looked through for any.
        """
        self.kept += 1
        if self.kept > MOST:
            for asks in self.laws.values():
                asks.forget()
            self.kept = 1
            gc.unfreeze()
        elif self.kept % SETTLED == 0:
            gc.freeze()
        known[key] = found


class _Asks:
    """How each part is asked under the law of one day, made when it is first asked."""

    def __init__(self, law: LawOfDay, memory: _Memory) -> None:
        self.law, self.memory = law, memory
        self.ways: dict[tuple[Part, str], Ask] = {}
        self.whole: dict[Part, Ask] = {}  # those asked of nobody in particular
        self.rules: set[tuple[Rule[Any, Any], str]] = set()
        self.saying: dict[str, list[Say]] = {}
        self.blank: dict[str, Any] = {}  # every fact a rule reads, absent
        self.measures: set[str] = set()  # those of which hardly two children have the same
        self.sights: dict[Any, object] = {}  # by what rules say
        self.others: dict[str, set[str]] = {}  # what rules read beside a fact, but for the day
        self.alone: dict[str, dict[Any, object]] = {}  # sights of those read beside none
        self.known: list[dict[Any, Finding]] = []

    def forget(self) -> None:
        """Keep no finding any more."""
        for known in self.known:
            known.clear()
        for sights in (self.sights, *self.alone.values()):
            sights.clear()

    def look_at(self, name: str, facts: Facts) -> object:
        """How a fact of the child's own is seen: one sight wherever all rules say the same."""
        if self.others.get(name, name):
            return self._sight(name, facts)
        known, key = self.alone[name], (facts.get(name, ABSENT), facts.get("day"))
        sight = known.get(key)
        if sight is None:
            sight = self._sight(name, facts)
            self.memory.keep(known, key, sight)
        return sight

    def _sight(self, name: str, facts: Facts) -> object:
        shown = HIDDEN if name in self.measures else facts.get(name, ABSENT)
        said = shown, *[say(facts) for say in self.saying.get(name, ())]
        sight = self.sights.get(said)
        if sight is None:
            sight = object()
            self.memory.keep(self.sights, said, sight)
        return sight

    def of(self, part: Part, subject: str) -> Ask:
        """The way of asking a part of a subject's facts."""
        way = self.ways.get((part, subject))
        if way is None:
            keys = tuple(dict.fromkeys(reads(part, subject)))
            anew = self._anew(part, subject, keys)
            small = len(keys) <= SMALL
            way = self._by_values(keys, anew) if small else anew
            self.ways[part, subject] = way
            if not subject:
                self.whole[part] = way
        return way

    def _anew(self, part: Part, subject: str, keys: tuple[str, ...]) -> Ask:
        """The part asked anew: of the parts below it, each in its own way."""
        law = self.law
        if isinstance(part, About):
            about, whose = part, part.whose(subject)
            ask = self.of(part.part, whose)
            return self._by_parts((ask,), lambda found: about.joined(found[0], NOTHING, law, whose))
        if isinstance(part, Group):
            asks, group = tuple([self.of(below, subject) for below in part.parts]), part
            return self._by_parts(asks, lambda found: group.joined(found, NOTHING, law, subject))
        assert isinstance(part, Rule)
        self._add(part, subject)
        return lambda asked: _without_own(part.find(asked.facts, law, subject), asked, keys)

    def _add(self, rule: Rule[Any, Any], subject: str) -> None:
        if (rule, subject) not in self.rules:
            self.rules.add((rule, subject))
            keys = rule.keys(subject)
            say = _says(rule, keys, self.law.figures_for(rule))
            for fact, name in zip(rule.facts, keys, strict=True):
                self.saying.setdefault(name, []).append(say)
                self.blank[name] = ABSENT
                self.others.setdefault(name, set()).update({*keys} - {name, "day"})
                self.alone[name] = {}
                if fact in rule.measures and name != "day":
                    self.measures.add(name)

    def _by_parts(self, asks: tuple[Ask, ...], join: Callable[[Any], Finding]) -> Ask:
        """Kept by the findings of the parts below.

        Where hardly two children have the same below, nothing is kept: it would only fill.
        """
        known, keep = self._some_kept(), self.memory.keep
        new = again = 0

        def way(asked: Asked) -> Finding:
            nonlocal new, again
            below = tuple([ask(asked) for ask in asks])
            if new >= TRIED and again * SELDOM < new:
                alone = _above(join(below))
                alone.fleeting = True
                return alone
            found = known.get(below)
            if found is None:
                new += 1
                found = _above(join(below))
                keep(known, below, found)
            else:
                again += 1
            return found

        return way

    def _by_values(self, keys: tuple[str, ...], anew: Ask) -> Ask:
        """Kept by the facts it reads, as they are seen."""
        known = self._some_kept()
        keep = self.memory.keep
        values: Callable[[dict[str, Any]], Any] = itemgetter(*keys) if keys else lambda _: ()

        def way(asked: Asked) -> Finding:
            key = values(asked.seen)
            found = known.get(key)
            if found is None:
                found = anew(asked)
                found.fleeting = False  # also where the parts below are hardly found again
                keep(known, key, found)
            return found

        return way

    def _some_kept(self) -> dict[Any, Finding]:
        known: dict[Any, Finding] = {}
        self.known.append(known)
        return known


def _says(rule: Rule[Any, Any], keys: tuple[str, ...], figures: dict[str, Any] | None) -> Say:
    """What a rule says of facts, and nothing of how it comes to it."""
    func = rule.func

    def say(facts: Facts) -> Any:
        if figures is None:
            return ABSENT
        try:
            args = [facts[key] for key in keys]
        except KeyError:
            return ABSENT
        return func(*args, **figures)

    return say


def _above(found: Finding) -> Finding:
    """What rests on a finding of the child's own is the child's own."""
    for part in found.parts:
        if part.own:
            found.own = True
            break
    return found


def _without_own(found: Finding, asked: Asked, keys: tuple[str, ...]) -> Finding:
    """What a rule found, with what it reads and nothing else, and without what is the child's."""
    found.own = not asked.own.isdisjoint(keys)
    facts, source = asked.facts, asked.facts.source
    known = {key: facts[key] for key in keys if key in facts}
    for key in asked.asks.measures.intersection(known):
        known[key] = HIDDEN
    found.facts = Facts(known, source={key: source[key] for key in keys if key in source})
    return found


MEMORY = _Memory()
