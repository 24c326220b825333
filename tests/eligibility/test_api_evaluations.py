"""The evaluation endpoint: what it answers, how it refuses, what it documents."""

from typing import Any

from services.eligibility import app as assembled
from tests.eligibility.conftest import World

ASKED: dict[str, Any] = {
    "day": "2024-03-15",
    "facts": {
        "child": {"birth_date": "2018-02-11", "hukou_city": "温岭市"},
        "father": {"status": "强制隔离戒毒", "term_months": 24},
        "mother": {"status": "强制隔离戒毒", "term_months": 24},
    },
}


async def test_the_fixed_surface_is_answered(world: World) -> None:
    said = await world.police.post("/evaluations", ASKED)
    assert (said["scope"], said["categories"]) == ("in", ["de_facto_unsupported"])
    assert said["award_basis"] == "scattered"
    assert said["missing"] == []
    assert said["changes_on"] == "2036-02-11"
    assert said["finding"]["parts"][0]["rule"] == "in_scope"
    assert said["understood"]["father.custody"] == "drug_isolation"


async def test_every_error_is_named_at_once_with_field_and_rule(world: World) -> None:
    facts = {"child": {"birth_date": "2013-02-29", "colour": "red"}, "father": "火星"}
    problem = await world.police.post(
        "/evaluations", {"day": "2024-03-15", "facts": facts}, expect=400
    )
    assert {e["field"] for e in problem["errors"]} == {
        "child.birth_date",
        "child.colour",
        "father.status",
    }
    assert all(error["rule"] and "right" in error for error in problem["errors"])


async def test_an_impossible_day_is_refused(world: World) -> None:
    await world.police.post("/evaluations", {"day": "2024-02-30", "facts": {}}, expect=400)


async def test_the_vocabulary_is_documented_field_by_field(world: World) -> None:
    schema = assembled.app.openapi()["components"]["schemas"]["EvaluationTold"]
    child = schema["properties"]["facts"]["properties"]["child"]["properties"]
    assert "出生日期" in child["birth_date"]["description"]
    vocabulary = await world.town.get("/vocabulary")
    assert vocabulary["status"]["prison"][0] == "服刑在押"


async def test_an_error_never_repeats_what_was_sent(world: World) -> None:
    secret = "331099201606010021"
    facts = {
        "child": {"birth_date": secret, "harm": secret},
        "household": {"members": secret + "x"},
    }
    body = {"day": "2024-03-15", "facts": facts}
    problem = await world.police.post("/evaluations", body, expect=400)
    assert secret not in str(problem)
