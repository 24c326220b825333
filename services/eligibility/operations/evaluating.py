"""A question of law answered as JSON, as fast as the law allows; nothing is stored (认定试算)."""

from datetime import date
from typing import Any

import orjson

from services.eligibility.operations.law import law_of, registered_here
from services.eligibility.rules.answer import answer, tree
from services.eligibility.rules.evaluation import evaluate
from services.eligibility.rules.ways import read
from shared.law import plain


def answered(day: date, given: dict[str, Any]) -> bytes:
    """The evaluation of stated facts as the endpoint sends it; FactsInvalid names every error."""
    law = law_of(day)
    facts, statement = read(given, law, registered_here)
    evaluation = evaluate(facts, law)
    said = answer(evaluation) | {
        "finding": tree(evaluation, as_json=True),
        "understood": {name: facts[name] for name in statement.stated if name in facts},
        "notes": statement.notes,
    }
    return orjson.dumps(said, default=plain)
