"""A question of law answered as JSON, as fast as the law allows; nothing is stored (认定试算)."""

from datetime import date
from typing import Any

import orjson

from services.eligibility.operations.law import law_of, registered_here
from services.eligibility.rules.answer import answer, tree
from services.eligibility.rules.evaluation import evaluate
from services.eligibility.rules.ways import read
from shared.law import Facts, LawOfDay, plain

MOST = 5_000
_ANSWERS: dict[Any, bytes] = {}


def answered(day: date, given: dict[str, Any]) -> bytes:
    """The evaluation of stated facts as the endpoint sends it; FactsInvalid names every error.

    The same values on the same day are answered from memory; they name nobody.
    """
    law = law_of(day)
    facts, statement = read(given, law, registered_here)
    understood = {name: facts[name] for name in statement.stated if name in facts}
    said = _said(facts, law)
    own = orjson.dumps({"understood": understood, "notes": statement.notes}, default=plain)
    return said[:-1] + b"," + own[1:]


def _said(facts: Facts, law: LawOfDay) -> bytes:
    seen = (
        law,
        tuple(facts),
        tuple(facts.values()),
        tuple(facts.until.items()),
        tuple(facts.source),
    )
    known = _ANSWERS.get(seen)
    if known is None:
        evaluation = evaluate(facts, law)
        body = answer(evaluation) | {"finding": tree(evaluation, as_json=True)}
        if len(_ANSWERS) >= MOST:
            _ANSWERS.clear()
        known = _ANSWERS[seen] = orjson.dumps(body, default=plain)
    return known
