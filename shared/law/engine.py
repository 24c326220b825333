"""Rules, groups of rules, and the findings they come to; Kleene decides what is unknown."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Generic, ParamSpec, Protocol, TypeVar, overload

from shared.law.plain import plain
from shared.law.statute import LawOfDay, Verdict

P = ParamSpec("P")
R = TypeVar("R")


class Facts(dict[str, Any]):
    """Known facts by name; what is not in it is unknown. `father.life` is a fact of a subject.

    `until` has the first day a fact may no longer hold, `source` who stated it.
    """

    __slots__ = ("source", "until")

    def __init__(
        self,
        known: Mapping[str, Any] | None = None,
        until: Mapping[str, date] | None = None,
        source: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(known or {})
        self.until: Mapping[str, date] = until or {}
        self.source: Mapping[str, str] = source or {}


class Part:
    """What a finding can be made of: a rule, a group of parts, or a part about somebody."""

    name: str
    clause: str | None
    zh: str
    en: str

    def find(self, facts: Facts, law: LawOfDay, subject: str = "") -> "Finding":
        """Ask this part of the facts; `subject` says whose facts (`father`)."""
        raise NotImplementedError

    def asked(self, subject: str = "") -> Iterator[tuple["Rule[Any, Any]", str]]:
        """Every rule below this part, with the subject it is asked of."""
        raise NotImplementedError

    def rules(self) -> Iterator["Rule[Any, Any]"]:
        """Every rule below this part."""
        return (rule for rule, _ in self.asked())


class Rule(Part, Generic[P, R]):
    """A plain function of facts and figures that carries its clause."""

    def __init__(
        self,
        func: Callable[P, R],
        clause: str,
        zh: str,
        changes: Callable[P, date | None] | None = None,
    ) -> None:
        self.func, self.clause, self.zh, self.changes = func, clause, zh, changes
        self.name = func.__name__
        self.en = (inspect.getdoc(func) or "").split("\n\n")[0].replace("\n", " ")
        kinds = inspect.signature(func).parameters.values()
        self.facts = tuple(p.name for p in kinds if p.kind is not p.KEYWORD_ONLY)
        self.figures = tuple(p.name for p in kinds if p.kind is p.KEYWORD_ONLY)
        # Facts of which hardly two children have the same: days, amounts and counts.
        self.measures = frozenset(p.name for p in kinds if p.annotation in (date, Decimal, int))
        self._keys: dict[str, tuple[str, ...]] = {"": self.facts}

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return self.func(*args, **kwargs)

    def keys(self, subject: str) -> tuple[str, ...]:
        """The names under which this rule's facts of a subject are kept."""
        keys = self._keys.get(subject)
        if keys is None:
            keys = tuple(n if n == "day" else f"{subject}.{n}" for n in self.facts)
            self._keys[subject] = keys
        return keys

    def find(self, facts: Facts, law: LawOfDay, subject: str = "") -> "Finding":
        """Call the function if all it names is known; a bool is a verdict, else an amount."""
        figures = law.figures_for(self)
        try:
            args = tuple([facts[key] for key in self.keys(subject)])
        except KeyError:
            return Finding(self, Verdict.UNKNOWN, facts, law, subject)
        if figures is None:
            return Finding(self, Verdict.UNKNOWN, facts, law, subject)
        value = self.func(*args, **figures)
        if value is True or value is False:
            return Finding(self, Verdict.MET if value else Verdict.NOT_MET, facts, law, subject)
        return Finding(self, Verdict.MET, facts, law, subject, value)

    def asked(self, subject: str = "") -> Iterator[tuple["Rule[Any, Any]", str]]:
        yield self, subject


class Group(Part):
    """Parts joined by *and*, *or* or *none of*, in the order of the document."""

    def __init__(
        self, how: str, name: str, zh: str, en: str, clause: str | None, parts: tuple[Part, ...]
    ) -> None:
        self.how, self.name, self.zh, self.en = how, name, zh, en
        self.clause, self.parts = clause, parts

    def find(self, facts: Facts, law: LawOfDay, subject: str = "") -> "Finding":
        """All parts are asked, also after one has decided: the family is told every reason."""
        found = tuple([part.find(facts, law, subject) for part in self.parts])
        return self.joined(found, facts, law, subject)

    def joined(
        self, found: "tuple[Finding, ...]", facts: Facts, law: LawOfDay, subject: str
    ) -> "Finding":
        """What the findings of the parts come to together; a part that is waived is no part."""
        verdicts = [finding.verdict for finding in found]
        if law.waived:
            verdicts = [finding.verdict for finding in found if not finding.waived]
        if not verdicts or self.name in law.waived:
            verdict = Verdict.NOT_MET
        elif self.how == "all":
            verdict = min(verdicts)
        else:
            verdict = max(verdicts)
            if self.how == "none":
                verdict = Verdict(2 - verdict)
        return Finding(self, verdict, facts, law, subject, None, found)

    def asked(self, subject: str = "") -> Iterator[tuple["Rule[Any, Any]", str]]:
        for part in self.parts:
            yield from part.asked(subject)


class About(Part):
    """The same part asked of somebody else: `about("father", unable_to_raise)`."""

    def __init__(self, subject: str, zh: str, part: Part) -> None:
        self.subject, self.part = subject, part
        self.name, self.clause = f"{subject}_{part.name}", part.clause
        self.zh, self.en = f"{zh}{part.zh}", f"{subject.capitalize()}: {part.en}"

    def find(self, facts: Facts, law: LawOfDay, subject: str = "") -> "Finding":
        whose = self.whose(subject)
        return self.joined(self.part.find(facts, law, whose), facts, law, whose)

    def whose(self, subject: str) -> str:
        """The subject the part is asked of, where this one is asked of `subject`."""
        return f"{subject}.{self.subject}" if subject else self.subject

    def joined(self, found: "Finding", facts: Facts, law: LawOfDay, whose: str) -> "Finding":
        """The finding of the part, said of this subject."""
        return Finding(self, found.verdict, facts, law, whose, found.value, (found,))

    def asked(self, subject: str = "") -> Iterator[tuple["Rule[Any, Any]", str]]:
        yield from self.part.asked(self.whose(subject))


# (service, name) → rule: within a service a name in a finding means one rule.
RULES: dict[tuple[str, str], Rule[Any, Any]] = {}


class Registrar(Protocol):
    """What `rule(clause, zh)` gives: it keeps the parameters of whatever function it is put on."""

    def __call__(self, func: Callable[P, R], /) -> Rule[P, R]:
        """Register the function."""


@overload
def rule(clause: str, zh: str) -> Registrar: ...


@overload
def rule(
    clause: str, zh: str, *, changes: Callable[..., date | None]
) -> Callable[[Callable[P, R]], Rule[P, R]]: ...


def rule(clause: str, zh: str, *, changes: Callable[..., date | None] | None = None) -> Any:
    """Make a function a rule of `clause`.

    `zh` is its question in Chinese, the docstring the one in English. `changes` takes the
    same arguments and answers the next day its verdict could be another although no fact
    changes (a birthday, the end of a term); a rule that names `day` needs it.
    """

    def register(func: Callable[P, R]) -> Rule[P, R]:
        made = Rule(func, clause, zh, changes)
        if not made.en:
            raise ValueError(f"rule {made.name} has no docstring")
        if "day" in made.facts and changes is None:
            raise ValueError(f"rule {made.name} names the day but not when it changes")
        service = ".".join(func.__module__.split(".")[:2])
        if RULES.get((service, made.name), made).func.__module__ != func.__module__:
            raise ValueError(f"two rules of {service} are named {made.name}")
        RULES[service, made.name] = made
        return made

    return register


def all_of(name: str, zh: str, en: str, *parts: Part, clause: str | None = None) -> Group:
    """Every part must be met (并且)."""
    return Group("all", name, zh, en, clause, parts)


def any_of(name: str, zh: str, en: str, *parts: Part, clause: str | None = None) -> Group:
    """One part is enough (或者)."""
    return Group("any", name, zh, en, clause, parts)


def none_of(name: str, zh: str, en: str, *parts: Part, clause: str | None = None) -> Group:
    """No part may be met (不得有)."""
    return Group("none", name, zh, en, clause, parts)


def about(subject: str, zh: str, part: Part) -> About:
    """Ask `part` of the facts of `subject`."""
    return About(subject, zh, part)


class Finding:
    """What a part says of given facts on a day, with everything it rests on (认定)."""

    __slots__ = ("__dict__", "facts", "law", "own", "part", "parts", "subject", "value", "verdict")
    fleeting = False  # hardly to be found again of another child: not kept

    def __init__(
        self,
        part: Part,
        verdict: Verdict,
        facts: Facts,
        law: LawOfDay,
        subject: str,
        value: Any = None,
        parts: "tuple[Finding, ...]" = (),
    ) -> None:
        self.part, self.verdict, self.facts, self.law = part, verdict, facts, law
        self.subject, self.value, self.parts = subject, value, parts
        self.own = False  # kept without the dates and amounts it rests on, see `bound`

    def __repr__(self) -> str:
        return f"Finding({self.part.name}: {self.verdict.name} {self.value})"

    def bound(self, facts: Facts) -> "Finding":
        """The finding with the facts of the child it is of, where it was kept without them."""
        if not self.own:
            return self
        parts = tuple([part.bound(facts) for part in self.parts])
        return Finding(self.part, self.verdict, facts, self.law, self.subject, self.value, parts)

    @property
    def met(self) -> bool:
        """Known to be so."""
        return self.verdict is Verdict.MET

    @property
    def unknown(self) -> bool:
        """Facts or figures are missing."""
        return self.verdict is Verdict.UNKNOWN

    @property
    def waived(self) -> bool:
        """Whether the law that was asked leaves this part out, or all it is made of."""
        names, parts = self.law.waived, self.parts
        return self.part.name in names or (bool(parts) and all(part.waived for part in parts))

    def missing(self) -> list[str]:
        """The questions that would decide it: names of unknown facts, then of figures."""
        return list(self._missing) if self.unknown else []

    @cached_property
    def _missing(self) -> tuple[str, ...]:
        below = [name for part in self.parts if part.unknown for name in part._missing]
        if isinstance(self.part, Rule):
            below += [k for k in self.part.keys(self.subject) if k not in self.facts]
            below += [f"figure:{n}" for n in self.part.figures if n not in self.law.figures]
        return tuple(dict.fromkeys(below))

    @cached_property
    def changes_on(self) -> date | None:
        """The next day this could be answered otherwise although nobody reports anything."""
        if isinstance(self.part, Rule):
            return self.changes_with(self.part, self.facts)
        days = [part.changes_on for part in self.parts]
        return min([day for day in days if day is not None], default=None)

    def changes_with(self, rule: "Rule[Any, Any]", facts: Facts) -> date | None:
        """The next day this rule could answer otherwise of these facts."""
        keys, law = rule.keys(self.subject), self.law
        days = [law.changes[name] for name in rule.figures if name in law.changes]
        if facts.until:
            days += [facts.until[key] for key in keys if key in facts.until]
        if rule.changes is not None and not self.unknown:
            figures = law.figures_for(rule) or {}
            if (day := rule.changes(*[facts[key] for key in keys], **figures)) is not None:
                days.append(day)
        return min([day for day in days if day > law.day], default=None)

    def leaves(self) -> "Iterator[Finding]":
        """The findings of single rules below, in the order of the document."""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.leaves()

    def clauses(self) -> list[str]:
        """Every clause this finding rests on, once, in order."""
        own = [self.part.clause] if self.part.clause else []
        below = [clause for part in self.parts for clause in part.clauses()]
        return list(dict.fromkeys(own + below))

    def tree(self) -> dict[str, Any]:
        """The finding as plain data, to be stored with a decision or sent as JSON."""
        part = self.part
        tree: dict[str, Any] = {
            "rule": part.name,
            "clause": part.clause,
            "zh": part.zh,
            "en": part.en,
            "verdict": self.verdict.name,
        }
        if isinstance(part, Rule):
            keys, figures = part.keys(self.subject), self.law.figures
            tree["facts"] = {k: plain(self.facts[k]) for k in keys if k in self.facts}
            tree["figures"] = {n: plain(figures[n]) for n in part.figures if n in figures}
            if sources := {k: self.facts.source[k] for k in keys if k in self.facts.source}:
                tree["sources"] = sources
        if self.value is not None:
            tree["value"] = plain(self.value)
        if self.unknown:
            tree["missing"] = self.missing()
        if self.parts:
            tree["parts"] = [part.tree() for part in self.parts]
        return tree
