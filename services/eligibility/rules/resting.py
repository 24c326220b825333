"""What an answer rests on: the stated facts that must still hold when it is looked at again."""

from collections.abc import Iterator
from typing import Any

from services.eligibility.rules.evaluation import Evaluation
from services.eligibility.rules.vocabulary import VOCABULARY
from shared.law import Finding, Rule


def rests_on(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Each fact once, with who stated it and the first day it is known not to hold any more."""
    met = [f for f in (evaluation.scope_finding, *evaluation.findings.values()) if f.met]
    found: dict[str, dict[str, Any]] = {}
    for finding in met:
        for leaf in _leaves(finding):
            assert isinstance(leaf.part, Rule)
            for name in leaf.part.keys(leaf.subject):
                if name in VOCABULARY and name in leaf.facts.source:
                    found[name] = _fact(leaf, name)
    return sorted(found.values(), key=lambda fact: str(fact["fact"]))


def _leaves(finding: Finding) -> Iterator[Finding]:
    """The single rules that are met, below parts that are met."""
    if isinstance(finding.part, Rule):
        yield finding
    for part in finding.parts:
        if part.met:
            yield from _leaves(part)


def _fact(leaf: Finding, name: str) -> dict[str, Any]:
    until = leaf.facts.until.get(name)
    return {
        "fact": name,
        "zh": VOCABULARY[name].zh,
        "source": leaf.facts.source[name],
        "until": until.isoformat() if until else None,
    }
