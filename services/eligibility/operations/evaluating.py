"""A question of law answered as JSON, as fast as the law allows; nothing is stored (认定试算)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import orjson

from services.eligibility.operations.law import law_of, registered_here
from services.eligibility.rules.answer import answer, tree
from services.eligibility.rules.asking import asked
from services.eligibility.rules.statements.ways import FactsInvalid
from shared.law import plain


def answered(day: date, given: Mapping[str, Any]) -> bytes:
    """The evaluation of stated facts as the endpoint sends it; FactsInvalid names every error."""
    law = law_of(day)
    evaluation, facts, statement = asked(given, law, registered_here)
    said = answer(evaluation) | {
        "understood": {name: facts[name] for name in statement.stated if name in facts},
        "notes": statement.notes,
        "not_considered": statement.not_considered,
    }
    return b'%b,"finding":%b}' % (orjson.dumps(said, default=plain)[:-1], tree(evaluation))


def all_answered(days: Sequence[date], children: Sequence[Mapping[str, Any]]) -> bytes:
    """The evaluations of each child on each day, in the order they were asked for.

    FactsInvalid names every error of every child, with the days it is one on; nothing is answered
    of the others then, so that nobody takes a part for the whole.
    """
    wrong: dict[str, dict[str, Any]] = {}
    answers = []
    for number, given in enumerate(children):
        for day in days:
            try:
                answers.append(answered(day, given))
            except FactsInvalid as problem:
                _gather(wrong, f"children.{number}", day, problem)
    if wrong:
        raise FactsInvalid(errors=list(wrong.values()))
    said = [answers[at : at + len(days)] for at in range(0, len(answers), len(days))]
    return b'{"answers":[[%b]]}' % b"],[".join([b",".join(some) for some in said])


def _gather(wrong: dict[str, dict[str, Any]], whose: str, day: date, found: FactsInvalid) -> None:
    """An error that is one on several days is told once."""
    for error in found.errors:
        named = {**error, "where": f"{whose}.{error['where']}"}
        kept = wrong.setdefault(repr(named), named | {"days": []})
        kept["days"].append(day.isoformat())
