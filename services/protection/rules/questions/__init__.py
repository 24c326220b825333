"""What the law says of a situation told in a case worker's words; stores nothing.

`evaluate` asks every topic; each that applies answers with its clauses. Codes of departments
become names in the caller's jurisdiction (`names`).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from services.protection.rules.grounds import grounds_in
from services.protection.rules.questions.alone import ALONE_TOPICS
from services.protection.rules.questions.care import CARE_TOPICS
from services.protection.rules.questions.clocks import CLOCK_TOPICS
from services.protection.rules.questions.conduct import CONDUCT_TOPICS
from services.protection.rules.questions.courts import COURT_TOPICS
from services.protection.rules.questions.custody import CUSTODY_TOPICS
from services.protection.rules.questions.facts import FACTS
from services.protection.rules.questions.fixed import FIXED_TOPICS
from services.protection.rules.questions.hiring import HIRING_TOPICS
from services.protection.rules.questions.home import HOME_TOPICS
from services.protection.rules.questions.instruments import INSTRUMENT_TOPICS
from services.protection.rules.questions.lodging import LODGING_TOPICS
from services.protection.rules.questions.parents import DELEGATION_TOPICS, PARENT_TOPICS
from services.protection.rules.questions.pointers import FREELY, pointed_at
from services.protection.rules.questions.police import POLICE_TOPICS
from services.protection.rules.questions.reports import REPORT_TOPICS, Topic
from services.protection.rules.questions.response import RESPONSE_TOPICS
from services.protection.rules.questions.returning import RETURN_TOPICS
from services.protection.rules.questions.situation import Answer, County, Situation
from services.protection.rules.questions.stations import STATION_TOPICS
from services.protection.rules.questions.tasks import TASK_TOPICS, nearest_sentence
from services.protection.rules.questions.timeliness import TIMELINESS_TOPICS
from services.protection.rules.questions.victims import VICTIM_TOPICS
from shared.law import LawOfDay

TOPICS: Mapping[str, Topic] = {
    **REPORT_TOPICS,
    **TIMELINESS_TOPICS,
    **VICTIM_TOPICS,
    **POLICE_TOPICS,
    **LODGING_TOPICS,
    **RESPONSE_TOPICS,
    **CONDUCT_TOPICS,
    **HIRING_TOPICS,
    **INSTRUMENT_TOPICS,
    **CUSTODY_TOPICS,
    **DELEGATION_TOPICS,
    **ALONE_TOPICS,
    **PARENT_TOPICS,
    **RETURN_TOPICS,
    **CARE_TOPICS,
    **STATION_TOPICS,
    **HOME_TOPICS,
    **COURT_TOPICS,
    **FIXED_TOPICS,
    **CLOCK_TOPICS,
    **TASK_TOPICS,
}
_LISTED = {
    "authority_code": "authority",
    "authority_alternatives_codes": "authority_alternatives",
    "measure_departments_codes": "departments",
    "unit_code": "unit",
    "lead_code": "lead",
    "issuer_codes": "issuers",
    "duty_codes": "responsible",
    "support_code": "support_unit",
}


def evaluate(
    situation: Mapping[str, Any],
    question: str,
    law: LawOfDay,
    county: County,
    names: Callable[[str], str],
) -> dict[str, Any]:
    """Everything the law answers to a situation.

    `situation["topic"]` names what is asked (one code of `TOPICS` or several); without it the
    words decide. Flat fields first (the first topic that names one wins), then `topics` with each
    answer, its clauses and words. No topic: `undetermined`, with what could be told.
    """
    told = Situation.of(situation, question)
    asked = told.asked or TOPICS.keys()
    found = {
        code: one for code in TOPICS if code in asked and (one := TOPICS[code](told, law, county))
    }
    if not told.asked:
        found = _pointed_at(told, found, law, county)
    if not found and not told.asked and (one := nearest_sentence(told, law)):
        found = {"responsible": one}  # what the document says of it, for a person to read
    topics = [_named(one, names) for one in found.values()]
    flat: dict[str, Any] = {}
    for one in topics:
        for key, value in one.items():
            if key not in {"topic", "clauses", "zh", "en"}:
                flat.setdefault(key, value)
    clauses = list(dict.fromkeys(c for one in topics for c in one["clauses"]))
    if not topics:
        flat = {"status": "undetermined", "missing": ["unit", "finding", "placement", "event"]}
    if not told.asked:
        flat |= _of_the_question(question, found, topics)
    flat = {"status": "determined", "missing": []} | flat
    return flat | {"clauses": clauses, "topics": topics} | told.unread()


def _of_the_question(
    question: str, found: dict[str, Answer], topics: list[Answer]
) -> dict[str, Any]:
    """Whether all is known that the question itself asks for, whatever is answered beside it."""
    named = set(pointed_at(question))
    asked = [one for code, one in zip(found, topics, strict=True) if code in named]
    if not asked:
        return {}
    status = next((one["status"] for one in asked if "status" in one), "determined")
    return {"status": status, "missing": [m for one in asked for m in one.get("missing", ())]}


def _pointed_at(
    told: Situation, found: dict[str, Answer], law: LawOfDay, county: County
) -> dict[str, Answer]:
    """The answers with those first that the question itself names, asked for if need be.

    A question is answered even where no fact points at its topic: what is missing is then named.
    """
    named = pointed_at(told.question)
    for code in named:
        timed = code == "response" and "deadline" in found  # how soon: by the clock of the matter
        if code not in found and (code in FREELY or not found) and not timed:
            told_again = replace(told, asked=frozenset({code}))
            if one := TOPICS[code](told_again, law, county):
                found[code] = one
    found |= _of_harm(told, found, law, county)
    first = [code for code in named if code in found]
    return {code: found[code] for code in (*first, *(c for c in found if c not in first))}


def _of_harm(
    told: Situation, found: dict[str, Answer], law: LawOfDay, county: County
) -> dict[str, Answer]:
    """What a sentence that tells of harm alone points at: the report, else the family's case."""
    reports = ("duty_to_report", "timeliness")
    family = ("failing_guardian", "petition", "assessment")
    alone = not found.keys() - {"timeliness"} and grounds_in(told.text())
    tried: tuple[str, ...] = reports if alone else ()
    if not found.keys() - set(family) and _OF_KIN.search(told.facts()):
        tried += family
    more: dict[str, Answer] = {}
    for code in tried:
        one = TOPICS[code](replace(told, asked=frozenset({code})), law, county)
        settled = one and one.get("status" if code in family else "compliant") != "undetermined"
        if one and settled and code not in found:
            more[code] = one
    return more


# Harm within a family, told with no word of what is asked: what police, court and village may do.
_OF_KIN = re.compile(
    "(?:父|母|监护人|祖|爷|奶)[^。；]{0,16}(?:性侵|猥亵|强奸|虐待|殴打|毒打|遗弃|打骂|家暴|不给|"
    "反锁|失联|不归|丢[给下]|不闻不问|出走|酗酒|吸毒|赌博)"
)


def _named(found: Answer, names: Callable[[str], str]) -> Answer:
    """With printed names beside codes, and what is missing called as it can be told."""
    named = dict(found)
    if found.get("missing"):
        named["missing"] = list(dict.fromkeys(FACTS.fact(m) or m for m in found["missing"]))
    for code_key, name_key in _LISTED.items():
        codes = found.get(code_key)
        if codes is None or name_key in found:
            continue
        named[name_key] = names(codes) if isinstance(codes, str) else [names(c) for c in codes]
    return named
