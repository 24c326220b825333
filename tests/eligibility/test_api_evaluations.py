"""The evaluation endpoint: what it answers, how it refuses, what it documents."""

import json
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest

from services.eligibility import app as assembled
from services.eligibility.operations.evaluating import answered
from tests.eligibility.conftest import World
from tests.factories import headers

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


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("father.until", {"status": "服刑", "since": "2024-01-01", "until": "2023-01-01"}),
        ("father.released_on", {"status": "服刑", "since": "2024-01-01", "released": "2023-12-31"}),
        ("mother.until", {"custody": "服刑", "custody_since": "2024-01-01", "until": "2023-06-30"}),
        ("mother.restored_on",
         {"status": "撤销监护资格", "date": "2024-01-01", "restored_on": "2023-06-30"}),
        ("relief.until", {"by": "公安", "since": "2024-03-01", "until": "2024-02-01"}),
        ("child.died_on", {"died_on": "2015-12-31"}),
        ("child.adopted_on", {"adopted_on": "2010-01-01"}),
        ("child.schooling.graduated_on", {"schooling": {"graduated_on": "2010-07-01"}}),
        ("child.returned_from_service_on",
         {"enlisted_on": "2023-09-01", "returned_from_service_on": "2022-09-01"}),
        ("father.life", {"status": "死亡", "life": "健在"}),
        ("father.life", {"status": ["死亡", "服刑"]}),
        ("father.status", {"status": "死亡", "lost_contact": True}),
    ],
)  # fmt: skip
async def test_what_cannot_be_true_together_is_refused_and_says_what_could(
    world: World, field: str, said: dict[str, Any]
) -> None:
    facts: dict[str, Any] = {"child": {"birth_date": "2016-06-01", "hukou_city": "温岭市"}}
    subject = field.split(".", maxsplit=1)[0]
    facts[subject] = facts.get(subject, {}) | said
    body = {"day": "2024-03-15", "facts": facts}
    problem = await world.police.post("/evaluations", body, expect=400)
    assert [error["field"] for error in problem["errors"]] == [field]
    assert all(error["rule"] and error["rule_en"] and error["right"] for error in problem["errors"])


@pytest.mark.parametrize(
    ("field", "facts"),
    [
        ("child.age", {"child": {"age": "9" * 30}}),
        ("child.apparent_age", {"child": {"apparent_age": "1e999999"}}),
        ("child.birth_date", {"child": {"birth_date": "0001-01-01"}}),
        ("child.notice_on", {"child": {"notice_on": "9999-12-31"}}),
        ("father.term_months", {"father": {"status": "服刑", "term_months": 10**30}}),
        ("father.term", {"father": {"status": "服刑", "term": "9" * 5000 + "年"}}),
        ("household.members", {"household": {"members": "1e99999999"}}),
        ("household.income_monthly", {"household": {"income_monthly": "1e400"}}),
    ],
)
async def test_a_number_or_a_day_beyond_all_measure_is_refused_at_once(
    world: World, field: str, facts: dict[str, Any]
) -> None:
    body = {"day": "2024-03-15", "facts": facts}
    problem = await world.police.post("/evaluations", body, expect=400)
    assert {error["field"] for error in problem["errors"]} == {field}
    await world.police.post("/evaluations", body | {"day": "9999-12-31"}, expect=400)


async def test_the_vocabulary_is_documented_field_by_field(world: World) -> None:
    paths = assembled.app.openapi()["paths"]
    asked = paths["/v1/eligibility/evaluations"]["post"]["requestBody"]["content"]
    schema = asked["application/json"]["schema"]
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


async def test_a_household_is_asked_about_twelve_months_in_one_call(world: World) -> None:
    released = {"status": "服刑", "term_months": 12, "custody_since": "2023-07-01"}
    facts = {
        "child": {"birth_date": "2012-09-20", "hukou_city": "温岭市"},
        "father": {"status": "死亡"},
        "mother": released,
    }
    brother = facts | {"child": {"birth_date": "2006-03-15", "hukou_city": "温岭市"}}
    days = [f"2024-{month:02}-01" for month in range(1, 13)]
    asked = {"days": days, "children": [facts, brother]}
    said = (await world.police.post("/evaluations/batch", asked))["answers"]
    assert [[one["day"] for one in child] for child in said] == [days, days]
    one_by_one = [
        [await world.police.post("/evaluations", {"day": day, "facts": child}) for day in days]
        for child in (facts, brother)
    ]
    assert said == one_by_one
    assert [one["status"] for one in said[0]] == ["eligible"] * 6 + ["undetermined"] * 6


async def test_a_hundred_children_are_asked_about_in_one_call_and_no_more(world: World) -> None:
    asked = {"days": ["2024-03-15"], "children": [ASKED["facts"]] * 100}
    said = (await world.police.post("/evaluations/batch", asked))["answers"]
    assert [len(child) for child in said] == [1] * 100
    asked["days"] = ["2024-03-15", "2024-03-16"]
    problem = await world.police.post("/evaluations/batch", asked, expect=400)
    assert "100" in problem["errors"][0]["zh"]
    assert "100" in problem["errors"][0]["en"]


async def test_a_batch_names_whose_statement_is_wrong_on_which_days_and_answers_nothing(
    world: World,
) -> None:
    unborn = {"child": {"birth_date": "2024-02-10"}}
    asked = {
        "days": ["2024-01-01", "2024-02-01", "2024-03-01"],
        "children": [ASKED["facts"], unborn, {"father": {"status": "火星"}}],
    }
    problem = await world.police.post("/evaluations/batch", asked, expect=400)
    assert [(error["where"], error["days"]) for error in problem["errors"]] == [
        ("children.1.facts.child.birth_date", ["2024-01-01"]),
        ("children.1.facts.child.birth_date", ["2024-02-01"]),
        ("children.2.facts.father.status", asked["days"]),
    ]
    assert "answers" not in problem


@pytest.mark.parametrize(
    ("query", "signed", "told", "status"),
    [
        ("", True, {"day": "2024-05-10", "facts": {"father": "死亡"}}, 200),
        ("?verbose=1", True, {"day": "2024-05-10", "facts": {}}, 400),
        ("", False, {"day": "2024-05-10", "facts": {}}, 401),
        ("", True, {"day": "2024-05-10", "facts": {"father": "飞走"}}, 400),
        ("", True, {"day": "2024-05-10"}, 400),
        ("", True, "[", 400),
    ],
)
async def test_a_question_is_answered_alike_by_the_short_way_and_by_the_documented_one(
    world: World, query: str, signed: bool, told: Any, status: int
) -> None:
    head = headers("police") if signed else {}
    body = told if isinstance(told, str) else json.dumps(told)
    pieces = [body[:5].encode(), body[5:].encode()]

    async def chunked() -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece

    path = f"/v1/eligibility/evaluations{query}"
    head = head | {"Content-Type": "application/json"}
    whole = await world.client.post(path, content=body, headers=head)
    parts = await world.client.post(path, content=chunked(), headers=head)
    assert (whole.status_code, parts.status_code) == (status, status), whole.text
    assert whole.json() == parts.json()
    if status == 200:
        assert whole.content == answered(date(2024, 5, 10), told["facts"])
    metrics = (await world.client.get("/metrics")).text
    counted = (
        f'method="POST",route="/v1/eligibility/evaluations",service="eligibility",status="{status}"'
    )
    assert f"hutong_requests_total{{{counted}}}" in metrics
