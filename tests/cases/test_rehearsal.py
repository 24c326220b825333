"""Situations of case workers, sent as an integrator would send them, answered by the rules.

Each request passes through the published request model, so that the vocabulary itself is tested.
"""

import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from services.eligibility.operations.law import registered_here
from services.eligibility.rules.answer import answer as told
from services.eligibility.rules.asking import asked
from services.eligibility.schemas.evaluations import EvaluationTold
from services.payments.operations.evaluating import evaluated
from services.payments.schemas import evaluations as payments
from services.protection.operations.law import county, department_name
from services.protection.rules.questions import TOPICS as PROTECTION_TOPICS
from services.protection.rules.questions import evaluate as protected
from services.protection.rules.questions.facts import FACTS as PROTECTION_FACTS
from services.protection.schemas import questions as protection
from services.referrals.operations.offering import names, table
from services.referrals.rules.evaluation import TOPICS as REFERRAL_TOPICS
from services.referrals.rules.evaluation import evaluate as referred
from services.referrals.rules.facts import FACTS as REFERRAL_FACTS
from services.referrals.rules.words import day_stated
from services.referrals.schemas import evaluations as referrals
from shared.jurisdiction import jurisdiction

CASES = yaml.load((Path(__file__).parent / "rehearsal.yaml").read_text(), yaml.CSafeLoader)["cases"]
TODAY = date(2024, 6, 3)
Said = dict[str, Any]


def eligibility_says(request: Said) -> Said:
    question = EvaluationTold.model_validate(request)
    law = jurisdiction().law.on(question.day)
    return told(asked(question.facts, law, registered_here)[0])


def payments_says(request: Said) -> Said:
    return evaluated(payments.EvaluationIn.model_validate(request), jurisdiction(), [], TODAY)


def protection_says(request: Said) -> Said:
    question = protection.Question.model_validate(request)
    facts = question.situation.model_dump(exclude_unset=True)
    law = jurisdiction().law.on(TODAY)
    return protected(facts, question.question, law, county(), department_name)


def referrals_says(request: Said) -> Said:
    asked = referrals.EvaluationIn.model_validate(request)
    facts, county = asked.situation.model_dump(exclude_unset=True), jurisdiction()
    day = asked.day or day_stated(facts) or TODAY
    return referred(facts, asked.question, day, county.law, table(), county.calendar, names())


SAYS: dict[str, Callable[[Said], Said]] = {
    "eligibility": eligibility_says,
    "payments": payments_says,
    "protection": protection_says,
    "referrals-and-access": referrals_says,
}


def at(said: Any, path: str) -> Any:
    """The value at a path: `exit.kind`, `2024-05/total`, `standards.floors[key].lawful`."""
    if "/" in path:
        month, key = path.split("/")
        row = next(row for row in said["by_month"] if row["month"] == month)
        return row.get(key)
    for part in path.split("."):
        if found := re.fullmatch(r"(\w+)\[(.+)\]", part):
            said = next(entry for entry in said[found[1]] if found[2] in entry.values())
        else:
            said = said.get(part) if isinstance(said, dict) else None
    return said


def holds(got: Any, wanted: Any) -> bool:
    """Whether an answer says what is wanted: a value, or one of the words of the note."""
    if not isinstance(wanted, dict):
        both_lists = isinstance(wanted, list) and isinstance(got, list)
        return sorted(map(str, got)) == sorted(map(str, wanted)) if both_lists else got == wanted
    some = got if isinstance(got, list) else [got]
    tests = {
        "contains": lambda want: want in json.dumps(got, ensure_ascii=False),
        "includes": lambda want: set(want) <= set(some),
        "excludes": lambda want: not set(want) & set(some),
        "one_of": lambda want: got in want,
    }
    return all(tests[name](want) for name, want in wanted.items())


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["id"]))
def test_the_answer_means_what_a_case_worker_expects(case: Said) -> None:
    said = json.loads(json.dumps(SAYS[case["group"]](case["request"]), default=str))
    for path, wanted in case["expects"].items():
        assert holds(at(said, path), wanted), (path, wanted, at(said, path))


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["id"]))
def test_every_case_has_the_form_of_the_examples(case: Said) -> None:
    assert case["expects"]
    assert ("expected" in case) != ("accept" in case)
    assert case["certainty"] in {"certain", "convention", "open"}
    assert case["source"] in {"document", "national"}
    assert case["question"]
    assert case["justification"]
    for clause in case["clauses"]:
        assert f"WL24:{clause}" in jurisdiction().law.clauses


QUESTIONS = [case for case in CASES if case["group"] in ("protection", "referrals-and-access")]
VERDICTS = ("duty", "allowed", "compliant", "may_return", "may_be_restored", "applies", "deadline")


def asked_again(case: Said, situation: Said) -> Said:
    said = SAYS[case["group"]](case["request"] | {"situation": situation})
    verdicts: Said = {name: said.get(name) for name in VERDICTS}
    return verdicts | {"not_understood": said["not_understood"]}


@pytest.mark.parametrize("case", QUESTIONS, ids=lambda case: str(case["id"]))
def test_the_order_of_facts_and_what_is_beside_them_decide_nothing(case: Said) -> None:
    told = case["request"]["situation"]
    before = asked_again(case, told)
    beside = asked_again(case, {**dict(reversed(told.items())), "weather": "晴", "zz_count": 3})
    assert "zz_count" in beside["not_understood"]
    assert {name: beside[name] for name in VERDICTS} == {name: before[name] for name in VERDICTS}


@pytest.mark.parametrize("case", QUESTIONS, ids=lambda case: str(case["id"]))
def test_what_is_missing_is_called_as_it_can_be_told(case: Said) -> None:
    facts = PROTECTION_FACTS if case["group"] == "protection" else REFERRAL_FACTS
    missing = SAYS[case["group"]](case["request"])["missing"]
    assert [name for name in missing if facts.fact(name) is None] == []


def places(said: Any, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Where every single fact of a situation stands."""
    for key, value in said.items() if isinstance(said, dict) else ():
        yield from places(value, (*before, key)) if isinstance(value, dict) else [(*before, key)]


def told_as(situation: Said, place: tuple[str, ...], value: Any) -> Said:
    """The situation with another value at a place."""
    first, *rest = place
    inner = told_as(situation[first], tuple(rest), value) if rest else value
    return situation | {first: inner}


@pytest.mark.parametrize("case", QUESTIONS, ids=lambda case: str(case["id"]))
def test_a_fact_that_becomes_unknown_becomes_no_refusal(case: Said) -> None:
    told = case["request"]["situation"]
    before = asked_again(case, told)
    # Without a day it is today's question; a topic is no fact.
    for place in [place for place in places(told) if place[-1] not in ("as_of", "topic")]:
        unknown = asked_again(case, told_as(told, place, None))
        assert asked_again(case, told_as(told, place, "不详")) == unknown, place
        refused = {name for name in VERDICTS if unknown[name] is False}
        assert refused <= {name for name in VERDICTS if before[name] is False}, place


def test_no_case_stands_twice() -> None:
    ids = [case["id"] for case in CASES]
    assert len(ids) == len(set(ids)) >= 160


def test_the_documented_topics_are_those_the_rules_answer() -> None:
    assert set(get_args(protection.Topic)) == set(PROTECTION_TOPICS)
    assert set(get_args(referrals.Topic)) == {name for name, _, _ in REFERRAL_TOPICS}


@pytest.mark.parametrize("topic", sorted(PROTECTION_TOPICS))
def test_a_named_topic_is_answered_alone(topic: str) -> None:
    said = protection_says({"situation": {"topic": topic, "event": "公安机关对文身店的拘留"}})
    assert {found["topic"] for found in said["topics"]} <= {topic, "prison"}


@pytest.mark.parametrize("model", [protection.SituationIn, referrals.SituationIn])
def test_every_fact_of_a_question_is_described(model: Any) -> None:
    fields = model.model_json_schema()["properties"]
    assert not [name for name, field in fields.items() if len(field.get("description", "")) < 4]
