"""Stating facts: one's own, of the right person, for days that can be, never overwritten (事实)."""

from datetime import UTC, datetime
from uuid import uuid4

from tests.eligibility.conftest import World
from tests.factories import TOWN, number_of


async def test_a_disability_card_of_somebody_else_is_refused(world: World) -> None:
    own, other = number_of("2016-06-01", 1), number_of("2016-06-01", 2)
    child = await world.town.post("/children", {"id_no": own, "name": "陈一", "town": TOWN})
    for card in (other, number_of("2015-06-01", 1)):
        facts = {"child": {"disability": {"number": card + "51"}}}
        problem = await world.state(
            "disabled_federation", child["id"], facts, "2024-01-01", expect=400
        )
        assert problem["errors"][0]["field"] == "child.disability.number"
        assert card not in str(problem)
    facts = {"child": {"disability": {"number": own + "51"}}}
    made = await world.state("disabled_federation", child["id"], facts, "2024-01-01")
    assert {row["name"] for row in made["facts"]} >= {
        "child.disability_type",
        "child.disability_grade",
    }


async def test_a_parents_card_is_compared_with_the_parents_number(world: World) -> None:
    child_id = await world.orphan_to_be()
    number = number_of("1985-03-04", 5)
    mother = {"role": "mother", "since": "2016-06-01", "id_no": number, "name": "王某"}
    await world.town.post(f"/children/{child_id}/people", mother)
    facts = {"mother": {"disability": {"number": number_of("1985-03-04", 6) + "41"}}}
    problem = await world.state("disabled_federation", child_id, facts, "2024-01-01", expect=400)
    assert problem["errors"][0]["field"] == "mother.disability.number"
    facts = {"mother": {"disability": {"number": number + "41"}}}
    await world.state("disabled_federation", child_id, facts, "2024-01-01")


async def test_nobody_says_that_a_parent_is_dead_and_alive_on_a_day(world: World) -> None:
    child_id = await world.orphan_to_be()
    for since in ("2023-01-05", "2024-02-01"):
        facts = {"father": {"life": "健在"}}
        problem = await world.state("police", child_id, facts, since, expect=400)
        assert problem["errors"][0]["field"] == "father.life"
        assert problem["errors"][0]["right"].startswith("corrects: ")
    both = {"father": {"status": ["死亡", "服刑"]}}
    problem = await world.state("police", child_id, both, "2024-02-01", expect=400)
    assert problem["errors"][0]["field"] == "father.life"
    before = await world.county.get(f"/children/{child_id}/facts?day=2024-05-01")
    assert {f["name"]: f["value"] for f in before}["father.life"] == "dead"


async def test_who_was_declared_dead_may_come_back(world: World) -> None:
    child_id = await world.orphan_to_be()
    await world.state("court", child_id, {"mother": {"life": "宣告死亡"}}, "2022-01-01")
    await world.state("court", child_id, {"mother": {"life": "健在"}}, "2024-04-01")
    facts = {f["name"]: f["value"] for f in await world.county.get(f"/children/{child_id}/facts")}
    assert facts["mother.life"] == "alive"


async def test_a_correction_takes_the_place_of_ones_own_statement_and_no_other(
    world: World,
) -> None:
    child_id = await world.orphan_to_be()
    stated = await world.county.get(f"/children/{child_id}/statements")
    father = next(row for row in stated if row["name"] == "father.life")
    alive = {"father": {"life": "健在"}}
    for department, named in (("health", father["id"]), ("police", str(uuid4()))):
        problem = await world.state(
            department, child_id, alive, "2023-01-05", corrects=named, expect=400
        )
        assert problem["where"] == "corrects"
    other = {"mother": {"life": "健在"}}
    await world.state("police", child_id, other, "2023-01-05", corrects=father["id"], expect=400)
    await world.at(datetime(2024, 5, 13, 2, 0, tzinfo=UTC))
    await world.state("police", child_id, alive, "2016-06-01", corrects=father["id"])
    facts = await world.county.get(f"/children/{child_id}/facts")
    assert {f["name"]: f["value"] for f in facts}["father.life"] == "alive"
    history = await world.county.get(f"/children/{child_id}/statements")
    assert [row["value"] for row in history if row["name"] == "father.life"] == ["dead", "alive"]


async def test_each_wrong_field_is_named_with_its_rule_and_what_is_right(world: World) -> None:
    child_id = await world.orphan_to_be()
    facts = {"mother": {"lief": "死亡", "custody_since": "2024-02-30", "term_months": "很久"}}
    problem = await world.state("court", child_id, facts, "2024-03-01", expect=400)
    wrong = {error["field"]: error for error in problem["errors"]}
    assert set(wrong) == {"mother.lief", "mother.custody_since", "mother.term_months"}
    assert "life" in wrong["mother.lief"]["right"]
    assert all(error["rule"] and error["rule_en"] for error in wrong.values())
    assert await world.county.get(f"/children/{child_id}/conflicts") == []


async def test_what_was_contested_then_is_contested_in_the_answer_of_then(world: World) -> None:
    child_id = await world.orphan_to_be()
    await world.state("police", child_id, {"mother": {"life": "健在"}}, "2024-03-01")
    said = await world.state("health", child_id, {"mother": {"life": "死亡"}}, "2024-03-01")
    conflict = said["conflicts"][0]
    await world.at(datetime(2024, 5, 20, 2, 0, tzinfo=UTC))
    kept = {"keep": conflict["other_id"], "reason": "医院死亡证明"}
    await world.county.post(f"/conflicts/{conflict['id']}/resolution", kept)
    now = await world.county.get(f"/children/{child_id}/evaluation")
    assert (now["contested"], now["categories"]) == ([], ["orphan_scattered"])
    path = f"/children/{child_id}/evaluation?known_at=2024-05-15T00:00:00Z"
    then = await world.county.get(path)
    assert (then["contested"], then["status"]) == (["mother.life"], "undetermined")


async def test_what_is_known_to_end_is_unknown_afterwards_and_never_no(world: World) -> None:
    child_id = await world.orphan_to_be()
    facts = {"mother": {"custody": "服刑", "life": "健在", "term_months": 24}}
    await world.state("court", child_id, facts, "2024-01-01", valid_until="2026-01-01")
    path = f"/children/{child_id}/evaluation"
    inside = await world.county.get(f"{path}?day=2025-12-31")
    assert inside["categories"] == ["de_facto_unsupported"]
    assert inside["changes_on"] == "2026-01-01"
    after = await world.county.get(f"{path}?day=2026-01-01")
    assert after["status"] == "undetermined"
    assert "mother.custody" in after["missing"]
