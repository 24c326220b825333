"""The cases people who read law wrote, and the examples of case workers, through the evaluation."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.payments.operations.evaluating import evaluated
from services.payments.schemas.evaluations import EvaluationIn
from shared.jurisdiction import jurisdiction

FOLDER = Path(__file__).parent / "cases"
EXAMPLES = Path(__file__).parent.parent / "cases" / "examples.yaml"


class Text(yaml.CSafeLoader):
    """Months and days stay as they are written."""


Text.yaml_implicit_resolvers = {
    key: [(tag, pattern) for tag, pattern in found if not tag.endswith("timestamp")]
    for key, found in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


TODAY = date(2024, 6, 3)


def load(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.load(path.read_text(), Text)
    return found


def own_cases() -> list[Any]:
    cases = []
    for path in sorted(FOLDER.glob("*.yaml")):
        document = load(path)
        for case in document["cases"]:
            case["standards"] = document["standards"]
            cases.append(pytest.param(case, id=f"{path.stem}: {case['id']}"))
    return cases


def answer_to(situation: dict[str, Any], months: Any = None) -> dict[str, Any]:
    asked = {"situation": situation} | ({"months": months} if months else {})
    return evaluated(EvaluationIn.model_validate(asked), jurisdiction(), [], TODAY)


def seen(answer: dict[str, Any], name: str, months: list[str]) -> list[str]:
    rows = {row["month"]: row for row in answer["by_month"]}
    return [rows[month].get(name) for month in months]


def shown(line: dict[str, Any]) -> str:
    return str(line["status"] if line["amount"] is None else line["amount"])


SPECIAL: dict[str, Callable[[dict[str, Any], Any], bool]] = {
    "lump_sums": lambda a, want: [shown(line) for line in a["lump_sums"]] == want,
    "missing": lambda a, want: set(want) <= set(a["missing"]),
    "review": lambda a, want: bool(a["manual_review"]) is want,
    "next_step": lambda a, want: any(want in step["zh"] for step in a["next_steps"]),
    "back_pay": lambda a, want: a["back_pay"] == want,
    "overpaid": lambda a, want: a["overpaid"] == want,
    "floors": lambda a, want: (
        want.items() <= {f["key"]: f["minimum"] for f in a["standards"]["floors"]}.items()
    ),
}


@pytest.mark.parametrize("case", own_cases())
def test_a_case_is_answered_as_the_law_says(case: dict[str, Any]) -> None:
    situation = dict(case["situation"])
    bare = {"scattered_orphan_monthly", "institution_orphan_monthly", "standards_in_force"}
    if not bare & set(situation):
        situation["standards_in_force"] = case["standards"]
    answer = answer_to(situation, case["months"])
    for name, want in case["expect"].items():
        if name in SPECIAL:
            assert SPECIAL[name](answer, want), (name, want, answer)
        else:
            assert seen(answer, name, answer["months"]) == want, (name, answer["lines"])


def ceil2(value: Fraction) -> Fraction:
    return Fraction(ceil(value * 100), 100)


def worked(expression: str) -> Decimal:
    exact = re.sub(r"\d+(\.\d+)?", lambda found: f"F('{found[0]}')", expression)
    exact = exact.replace("ceilF('2')", "ceil2").replace("ceilF('0')", "ceil0")
    names = {"F": Fraction, "ceil2": ceil2, "ceil0": lambda v: Fraction(ceil(v)), "max": max}
    value = Fraction(eval(exact, {"__builtins__": {}}, names))
    return Decimal(value.numerator) / Decimal(value.denominator)


@pytest.mark.parametrize("case", own_cases())
def test_every_working_evaluates_to_its_amount(case: dict[str, Any]) -> None:
    situation = {"standards_in_force": case["standards"]} | dict(case["situation"])
    answer = answer_to(situation, case["months"])
    for line in answer["lines"] + answer["lump_sums"]:
        if line["amount"] is not None:
            assert worked(line["working"]) == Decimal(line["amount"]), line
            assert line["clause"].startswith("WL24:")
            for clause in line["clauses"]:
                assert clause in jurisdiction().law.clauses


# What each example asks, in the words of the answer.
ASKED: dict[str, Callable[[dict[str, Any]], bool]] = {
    "PAY-005": lambda a: seen(a, "basic_living", ["2024-05"]) == ["200.00"],
    "PAY-006": lambda a: seen(a, "basic_living", ["2024-05"]) == ["200.00"],
    "PAY-008": lambda a: seen(a, "basic_living", ["2024-05"]) == ["426.23"],
    "PAY-009": lambda a: seen(a, "street_relief", ["2024-05"]) == ["1065.56"],
    "PAY-020": lambda a: (
        seen(a, "basic_living", ["2024-05"]) == ["424.00"]
        and seen(a, "infant_nutrition", ["2024-05"]) == ["30.00"]
        and seen(a, "total", ["2024-05"]) == ["454.00"]
    ),
    "PAY-023": lambda a: (
        seen(a, "basic_living", ["2024-05"]) == ["0.00"]
        and seen(a, "infant_nutrition", ["2024-05"]) == ["30.00"]
    ),
    "PAY-033": lambda a: seen(a, "basic_living", ["2024-04"]) == ["2120.00"] and not a["lump_sums"],
    "PAY-041": lambda a: a["totals"]["lump_sums"] == "12720.00",
    "PAY-055": lambda a: (
        seen(a, "basic_living", ["2024-04"]) == ["0.00"] and a["status"] == "manual_review"
    ),
    "PAY-083": lambda a: (
        seen(a, "training", ["2024-05"]) == ["0.00"]
        and a["next_steps"][0]["zh"] == "转介残联指定或认定的机构"
    ),
    "PAY-095": lambda a: (
        seen(a, "price_subsidy", ["2024-02"]) == ["48.50"]
        and seen(a, "total", ["2024-02"]) == ["2168.50"]
    ),
    "PAY-125": lambda a: (
        seen(a, "basic_living", ["2024-07"]) == ["2120.00"]
        and seen(a, "street_relief", ["2024-07"]) == ["0.00"]
    ),
}


@pytest.mark.parametrize("case_id", sorted(ASKED))
def test_an_example_of_a_case_worker_is_answered(case_id: str) -> None:
    case = next(c for c in load(EXAMPLES)["cases"] if c["id"] == case_id)
    answer = answer_to(case["situation"])
    assert ASKED[case_id](answer), answer


def test_every_payments_example_is_among_them() -> None:
    ids = {c["id"] for c in load(EXAMPLES)["cases"] if c["group"] == "payments"}
    assert ids == set(ASKED)
