"""Cases by people who read law, asked of the rules without a service: each with its clauses."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.protection.operations.law import county, department_name
from services.protection.rules.questions import evaluate
from shared.jurisdiction import jurisdiction

CASES = Path(__file__).parent / "cases"
EXAMPLES = Path(__file__).parents[1] / "cases" / "examples.yaml"
OUR_WORDS = {"市公安局（行业主管）": "市公安局"}


def cases() -> Iterator[Any]:
    for path in sorted(CASES.glob("*.yaml")):
        for case in yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader):
            yield pytest.param(case, id=case["id"])


def examples() -> Iterator[Any]:
    for case in yaml.load(EXAMPLES.read_text(encoding="utf-8"), yaml.CSafeLoader)["cases"]:
        if case["id"].startswith("PRO-"):
            yield pytest.param(case, id=case["id"])


def asked(case: dict[str, Any]) -> dict[str, Any]:
    day = case.get("day") or date(2024, 6, 1)
    law = jurisdiction().law.on(day)
    return evaluate(case["situation"], case.get("question", ""), law, county(), department_name)


def says(said: dict[str, Any], name: str, wanted: Any) -> bool:
    """Whether the answer says it: equal, or with `_includes` and `_first` a part of it."""
    if name.endswith("_includes"):
        return set(wanted) <= set(said[name.removesuffix("_includes")])
    if name.endswith("_first"):
        return bool(said[name.removesuffix("_first")][0] == wanted)
    given = said.get(name)
    if isinstance(wanted, str) and isinstance(given, str):
        return OUR_WORDS.get(wanted, wanted) in given
    return bool(given == wanted)


@pytest.mark.parametrize("case", list(cases()))
def test_a_case_is_answered_as_the_law_says(case: dict[str, Any]) -> None:
    said = asked(case)
    for name, wanted in case["expected"].items():
        assert says(said, name, wanted), (name, wanted, said.get(name))
    assert set(case["clauses"]) <= {*said["clauses"]} | {
        "WL24:3.1a-4",
        "WL24:3.1c-2",
        "WL24:3.2b-2",
    }


@pytest.mark.parametrize("case", list(examples()))
def test_an_example_is_answered_as_an_experienced_case_worker_would(case: dict[str, Any]) -> None:
    said = asked(case)
    accepted = case.get("accept") or [case["expected"]]
    wrong = [
        [
            (name, wanted, said.get(name))
            for name, wanted in one.items()
            if not says(said, name, wanted)
        ]
        for one in accepted
    ]
    assert [] in wrong, wrong


def test_every_answer_names_clauses_of_the_register_and_both_languages() -> None:
    known = jurisdiction().law.clauses
    for parameter in (*cases(), *examples()):
        for topic in asked(parameter.values[0])["topics"]:
            assert topic["clauses"], topic
            assert set(topic["clauses"]) <= set(known), topic["clauses"]
            assert topic["zh"]
            assert topic["en"]


def test_a_situation_nobody_understands_is_undetermined_and_says_so() -> None:
    said = asked({"situation": {"colour": 7}})
    assert said["status"] == "undetermined"
    assert said["not_understood"] == ["colour"]
