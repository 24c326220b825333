"""The words of the law a decision rests on, as they read on its day (当时条文)."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from shared.law import Law

CITING = ("reasons", "plan", "next_steps", "manual_review")


def cited(said: Mapping[str, Any]) -> list[str]:
    """Every clause an answer names for its award, reasons, plan and next steps, once each."""
    return list(dict.fromkeys(clause for clause in _named(said) if clause))


def _named(said: Mapping[str, Any]) -> Iterator[str | None]:
    yield said.get("award_clause")
    for name in CITING:
        for entry in said.get(name) or ():
            yield entry.get("clause")


def cited_words(said: Mapping[str, Any], law: Law, day: date) -> dict[str, str]:
    """Clause → what it said on the day, word for word; those not in force then are left out."""
    words = {clause: law.words(clause, day) for clause in cited(said)}
    return {clause: text for clause, text in words.items() if text}
