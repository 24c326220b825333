"""A question of law answered as JSON, as fast as the law allows; nothing is stored (认定试算)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import orjson

from services.eligibility.operations.law import law_of, registered_here
from services.eligibility.rules.answer import answer, tree
from services.eligibility.rules.asking import asked
from services.eligibility.rules.evaluation import Evaluation
from services.eligibility.rules.lasting import lasts_until
from services.eligibility.rules.statements.reading import Statement
from services.eligibility.rules.statements.whole import FactsInvalid
from shared.law import plain


@dataclass
class Answer:
    """An answer as the endpoint sends it, with what it rests on."""

    day: date
    said: bytes
    evaluation: Evaluation
    statement: Statement

    @cached_property
    def _until(self) -> date:
        return lasts_until(self.evaluation, self.statement, law_of(self.day))

    @cached_property
    def _around(self) -> list[bytes]:
        """What stands around the day it names; no text in it can look like a field."""
        return self.said.split(_field(self.day))

    def holds_on(self, day: date) -> bool:
        """Whether it is the answer of another day too, but for the day it names."""
        return self.day == day or self.day < day < self._until

    def on(self, day: date) -> bytes:
        """The answer of a day it holds on."""
        return self.said if day == self.day else _field(day).join(self._around)


def _field(day: date) -> bytes:
    return b'"day":"%b"' % day.isoformat().encode()


def answered(day: date, given: Mapping[str, Any]) -> bytes:
    """The evaluation of stated facts as the endpoint sends it; FactsInvalid names every error."""
    return _answer(day, given).said


def _answer(day: date, given: Mapping[str, Any]) -> Answer:
    evaluation, facts, statement = asked(given, law_of(day), registered_here)
    told = answer(evaluation) | {
        "understood": {name: facts[name] for name in statement.stated if name in facts},
        "notes": statement.notes,
        "not_considered": statement.not_considered,
    }
    begun = orjson.dumps(told, default=plain).removesuffix(b"}")
    said = b"".join((begun, b',"finding":', tree(evaluation), b"}"))
    return Answer(day, said, evaluation, statement)


def all_answered(days: Sequence[date], children: Sequence[Mapping[str, Any]]) -> bytes:
    """The evaluations of each child on each day, in the order they were asked for.

    FactsInvalid names every error of every child, with the days it is one on; nothing is answered
    of the others then, so that nobody takes a part for the whole.
    """
    wrong: dict[str, dict[str, Any]] = {}
    answers = []
    for number, given in enumerate(children):
        last: Answer | None = None
        for day in days:
            try:
                if last is None or not last.holds_on(day):
                    last = _answer(day, given)
                answers.append(last.on(day))
            except FactsInvalid as problem:
                _gather(wrong, f"children.{number}", day, problem)
    if wrong:
        raise FactsInvalid(errors=list(wrong.values()))
    said = [b",".join(answers[at : at + len(days)]) for at in range(0, len(answers), len(days))]
    said[0] = b'{"answers":[[' + said[0]
    said[-1] += b"]]}"
    return b"],[".join(said)


def _gather(wrong: dict[str, dict[str, Any]], whose: str, day: date, found: FactsInvalid) -> None:
    """An error that is one on several days is told once."""
    for error in found.errors:
        named = {**error, "where": f"{whose}.{error['where']}"}
        kept = wrong.setdefault(repr(named), named | {"days": []})
        kept["days"].append(day.isoformat())
