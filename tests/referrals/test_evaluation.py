"""What the document says of situations: our own cases, and those case workers gave."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from services.referrals.operations.offering import names, table
from services.referrals.rules.evaluation import evaluate
from shared.jurisdiction import jurisdiction

HERE = Path(__file__).parent
CASES = yaml.safe_load((HERE / "cases" / "situations.yaml").read_text())
EXAMPLES = [
    case
    for case in yaml.safe_load((HERE.parent / "cases" / "examples.yaml").read_text())["cases"]
    if case["id"].startswith("REF-")
]


def answered(situation: dict[str, Any], question: str = "") -> dict[str, Any]:
    county = jurisdiction()
    day = date(2024, 6, 3)
    return evaluate(situation, question, day, county.law, table(), county.calendar, names())


def same(got: Any, expected: Any) -> bool:
    if isinstance(expected, list):
        return isinstance(got, list) and set(got) == set(expected)
    if isinstance(got, list):
        return expected in got
    if isinstance(got, date) and isinstance(expected, str):
        return got.isoformat() == expected
    return bool(got == expected)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_situation_is_answered_as_the_document_says(case: dict[str, Any]) -> None:
    got = answered(case["situation"], case.get("question", ""))
    for key, expected in case.get("expected", {}).items():
        assert same(got.get(key), expected), f"{key}: {got.get(key)!r}"
    for key, expected in case.get("contains", {}).items():
        assert set(expected) <= set(got[key]), f"{key}: {got[key]!r}"
    for key, never in case.get("never", {}).items():
        assert not set(never) & set(got.get(key) or [])
    assert set(case.get("missing", [])) <= set(got["missing"])
    assert set(case["clauses"]) <= set(got["clauses"]), got["clauses"]


@pytest.mark.parametrize("case", EXAMPLES, ids=lambda case: case["id"])
def test_an_example_of_a_case_worker_is_answered_as_expected(case: dict[str, Any]) -> None:
    got = answered(case["situation"], case["question"])
    for key, expected in case["expected"].items():
        assert same(got.get(key), expected), f"{key}: {got.get(key)!r}"


def test_every_answer_rests_on_clauses_of_the_register() -> None:
    clauses = jurisdiction().law.clauses
    for case in CASES:
        got = answered(case["situation"], case.get("question", ""))
        assert got["clauses"]
        assert set(got["clauses"]) <= set(clauses)


@given(
    st.dictionaries(
        st.sampled_from(["child", "person", "stage", "task", "field", "hospital", "description"]),
        st.text(
            alphabet="孤儿低保残疾流浪就业住房小学高中成年有无劳动能力病急岁一二三0189，",
            max_size=30,
        ),
        max_size=4,
    )
)
def test_no_words_break_the_question(situation: dict[str, Any]) -> None:
    got = answered(situation)
    assert got["topic"]
    assert isinstance(got["missing"], list)


def test_what_is_unknown_is_asked_for_and_never_refused() -> None:
    got = answered({"person": "成年孤儿，农村户籍"}, "住房帮扶？")
    assert got["applies"] is None
    assert {"has_housing", "building_conditions"} <= set(got["missing"])
