"""Cases by people who read law, asked of the rules: each at a boundary, each with its clauses."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.eligibility.rules.answer import answer
from services.eligibility.rules.evaluation import evaluate
from services.eligibility.rules.statements.whole import FactsInvalid, read
from shared.jurisdiction import jurisdiction

CASES = Path(__file__).parent / "cases"
EXAMPLES = Path(__file__).parents[1] / "cases" / "examples.yaml"


def cases() -> Iterator[Any]:
    for path in sorted(CASES.glob("*.yaml")):
        for case in yaml.load(path.read_text(), yaml.CSafeLoader):
            yield pytest.param(case, id=case["id"])


def asked(day: date, facts: dict[str, Any]) -> dict[str, Any]:
    law = jurisdiction().law.on(day)
    known, _ = read(facts, law, jurisdiction().registered)
    return answer(evaluate(known, law))


def entitled(said: dict[str, Any]) -> set[str]:
    return {line["service"] for line in said["plan"] if line["status"] == "entitled"}


def lines(said: dict[str, Any], field: str) -> dict[str, Any]:
    return {line["service"]: line[field] for line in said["plan"]}


# Fields of a case that are no fields of the answer: what they say of it.
SAYS: dict[str, Callable[[Any, dict[str, Any]], bool]] = {
    "missing_includes": lambda wanted, said: set(wanted) <= set(said["missing"]),
    "excluded": lambda wanted, said: set(wanted) <= set(said["categories_excluded"]),
    "undetermined": lambda wanted, said: set(wanted) == set(said["categories_undetermined"]),
    "manual_review": lambda wanted, said: bool(said["manual_review"]) is wanted,
    "lump_sum_months": lambda wanted, said: said["exit"]["lump_sum_months"] == wanted,
    "exit": lambda wanted, said: (said["exit"] or {}).get("kind") == wanted,
    "plan_includes": lambda wanted, said: set(wanted) <= entitled(said),
    "plan_excludes": lambda wanted, said: not set(wanted) & {p["service"] for p in said["plan"]},
    "plan_asks": lambda wanted, said: wanted.items() <= lines(said, "missing").items(),
    "plan_status": lambda wanted, said: wanted.items() <= lines(said, "status").items(),
    "steps": lambda wanted, said: set(wanted) <= {step["code"] for step in said["next_steps"]},
    "reasons": lambda wanted, said: wanted == [r["zh"] for r in said["reasons"]],
    "reason": lambda wanted, said: any(wanted in r["zh"] for r in said["reasons"]),
}


def check(case: dict[str, Any], said: dict[str, Any]) -> None:
    for field, expected in case["expected"].items():
        wanted = expected.isoformat() if isinstance(expected, date) else expected
        if field in SAYS:
            assert SAYS[field](wanted, said), (field, wanted, said)
        else:
            assert said[field] == wanted, (field, said[field], said["reasons"])


@pytest.mark.parametrize("case", list(cases()))
def test_the_case_is_decided_as_the_law_says(case: dict[str, Any]) -> None:
    if "expected_error" in case:
        with pytest.raises(FactsInvalid) as refused:
            asked(case["day"], case["facts"])
        named = [error["field"] for error in refused.value.errors]
        assert set(case["expected_error"]) <= set(named)
        assert all(error["rule"] and error["rule_en"] for error in refused.value.errors)
    else:
        check(case, asked(case["day"], case["facts"]))


@pytest.mark.parametrize("case", list(cases()))
def test_every_clause_of_a_case_is_in_the_register(case: dict[str, Any]) -> None:
    assert case["clauses"]
    for clause in case["clauses"]:
        assert clause in jurisdiction().law.clauses


IN_CHINESE = {"orphan_scattered": "孤儿（社会散居）", "de_facto_unsupported": "事实无人抚养儿童"}


def example(id_: str) -> dict[str, Any]:
    found = yaml.load(EXAMPLES.read_text(), yaml.CSafeLoader)["cases"]
    situation = dict(next(case for case in found if case["id"] == id_)["situation"])
    return asked(date.fromisoformat(situation.pop("as_of")), situation)


def test_a_father_of_physical_grade_three_excludes_the_child() -> None:
    said = example("ELG-006")
    assert said["status"] == "not_eligible"
    assert "de_facto_unsupported" in said["categories_excluded"]


def test_both_parents_in_drug_isolation_leave_the_child_unsupported() -> None:
    said = example("ELG-011")
    assert (said["scope"], said["categories_zh"]) == ("in", ["事实无人抚养儿童"])
    assert said["award_basis_zh"] == "社会散居孤儿标准 100%"


def test_revoked_guardianship_counts_like_inability() -> None:
    said = example("ELG-012")
    assert (said["scope"], said["categories"]) == ("in", ["de_facto_unsupported"])
    assert said["award_basis"] == "scattered"


def test_leaving_the_parents_is_not_enough_while_an_uncle_provides() -> None:
    said = example("ELG-021")
    assert said["scope"] == "out"
    assert any(reason["zh"] == "未失去基本生存保障" for reason in said["reasons"])


def test_a_day_before_eighteen_is_a_child_still() -> None:
    said = example("ELG-040")
    assert (said["status"], said["categories_zh"]) == ("eligible", ["孤儿（社会散居）"])
    assert said["adult_on"] == "2024-06-15"


def test_a_first_application_after_eighteen_goes_to_a_person() -> None:
    said = example("ELG-041")
    assert said["status"] == "manual_review"
    assert not said["exit"]


def test_the_subsidy_of_the_child_is_no_income() -> None:
    said = example("ELG-051")
    assert (said["per_capita_income"], said["household_class"]) == ("1000.00", "dibao")


def test_a_grown_person_on_the_street_is_referred_to_the_adult_channel() -> None:
    said = example("ELG-056")
    assert said["scope"] == "out"
    assert any("已满18周岁" in reason["zh"] for reason in said["reasons"])
    assert any(step["zh"] == "按成年流浪乞讨人员救助转介救助站" for step in said["next_steps"])
