"""What an answer rests on: the stated facts that must still hold when it is looked at again."""

from collections.abc import Iterator
from typing import Any

from services.eligibility.rules.evaluation import Evaluation
from services.eligibility.rules.vocabulary import VOCABULARY
from shared.law import Facts, Finding, Rule


def rests_on(evaluation: Evaluation, facts: Facts) -> list[dict[str, Any]]:
    """Each fact once, with who stated it and the first day it is known not to hold any more."""
    met = [f for f in (evaluation.scope_finding, *evaluation.findings.values()) if f.met]
    names = {name for finding in met for name in _read(finding) if name in facts.source}
    return [_fact(facts, name) for name in sorted(names & set(VOCABULARY))]


def _read(finding: Finding) -> Iterator[str]:
    """The facts of the single rules that are met, below parts that are met."""
    if isinstance(finding.part, Rule):
        yield from finding.part.keys(finding.subject)
    for part in finding.parts:
        if part.met:
            yield from _read(part)


def _fact(facts: Facts, name: str) -> dict[str, Any]:
    until = facts.until.get(name)
    return {
        "fact": name,
        "zh": VOCABULARY[name].zh,
        "source": facts.source[name],
        "until": until.isoformat() if until else None,
    }
