"""What the law says of a situation told in a case worker's words; stores nothing.

`evaluate` asks every topic; each that applies answers with its clauses. Codes of departments
become names in the caller's jurisdiction (`names`).
"""

from collections.abc import Callable, Mapping
from typing import Any

from services.protection.rules.institutions import Institutions
from services.protection.rules.questions.care import CARE_TOPICS
from services.protection.rules.questions.conduct import CONDUCT_TOPICS
from services.protection.rules.questions.courts import COURT_TOPICS
from services.protection.rules.questions.fixed import FIXED_TOPICS
from services.protection.rules.questions.reports import REPORT_TOPICS, Topic
from services.protection.rules.questions.situation import Answer, Situation
from shared.law import LawOfDay

TOPICS: Mapping[str, Topic] = {
    **REPORT_TOPICS,
    **CONDUCT_TOPICS,
    **CARE_TOPICS,
    **COURT_TOPICS,
    **FIXED_TOPICS,
}
_LISTED = {
    "authority_code": "authority",
    "authority_alternatives_codes": "authority_alternatives",
    "measure_departments_codes": "departments",
    "unit_code": "unit",
    "issuer_codes": "issuers",
    "duty_codes": "responsible",
    "support_code": "support_unit",
}


def evaluate(
    situation: Mapping[str, Any],
    question: str,
    law: LawOfDay,
    institutions: Institutions,
    names: Callable[[str], str],
) -> dict[str, Any]:
    """Everything the law answers to a situation.

    `situation["topic"]` names what is asked (one code of `TOPICS` or several); without it the
    words decide. Flat fields first (the first topic that names one wins), then `topics` with each
    answer, its clauses and words. No topic: `undetermined`, with what could be told.
    """
    told = Situation.of(situation, question)
    asked = [topic for code, topic in TOPICS.items() if code in told.asked or not told.asked]
    topics = [_named(found, names) for topic in asked if (found := topic(told, law, institutions))]
    flat: dict[str, Any] = {}
    for found in topics:
        for key, value in found.items():
            if key not in {"topic", "clauses", "zh", "en"}:
                flat.setdefault(key, value)
    clauses = list(dict.fromkeys(c for found in topics for c in found["clauses"]))
    if not topics:
        flat = {"status": "undetermined", "missing": ["unit", "finding", "placement", "event"]}
    flat = {"status": "determined", "missing": []} | flat
    return flat | {"clauses": clauses, "topics": topics} | told.unread()


def _named(found: Answer, names: Callable[[str], str]) -> Answer:
    """Add the printed names beside the codes of departments."""
    named = dict(found)
    for code_key, name_key in _LISTED.items():
        codes = found.get(code_key)
        if codes is None or name_key in found:
            continue
        named[name_key] = names(codes) if isinstance(codes, str) else [names(c) for c in codes]
    return named
