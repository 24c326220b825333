"""The register: numbers, facts in two times, contradictions, duplicates, bulk, simulation."""

import json
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import select

from services.eligibility import app as assembled
from services.eligibility.models import Fact
from shared.database import transaction
from tests.eligibility.conftest import World
from tests.factories import TOWN, number_of


async def test_a_number_that_cannot_be_is_refused_with_the_reason(world: World) -> None:
    wrong = number_of("2016-06-01", 1)[:-1] + "Y"
    problem = await world.town.post("/children", {"id_no": wrong, "town": TOWN}, expect=400)
    assert problem["errors"][0]["field"] == "id_no"
    told = {"id_no": number_of("2016-06-01", 1), "birth_date": "2016-06-02", "town": TOWN}
    problem = await world.town.post("/children", told, expect=400)
    assert "出生日期" in problem["errors"][0]["rule"]


async def test_a_child_without_name_or_number_has_a_file_too(world: World) -> None:
    child = await world.town.post("/children", {"town": TOWN})
    assert (child["named"], child["state"]) == (False, "registered")


async def test_the_same_number_finds_the_same_file(world: World) -> None:
    told = {"id_no": number_of("2016-06-01", 2), "name": "陈一", "town": TOWN}
    one = await world.town.post("/children", told)
    other = await world.town.post("/children", told | {"child_ref": str(uuid4())})
    assert one["id"] == other["id"]


async def test_a_number_alone_opens_nobodys_file(world: World) -> None:
    told = {
        "id_no": number_of("2016-06-01", 4),
        "name": "陈三",
        "town": TOWN,
        "phone": "13900001111",
    }
    child = await world.town.post("/children", told)
    stranger = world.office("housing")
    found = await stranger.post("/children", {"id_no": told["id_no"], "phone": "13800000000"})
    assert found["id"] == child["id"]
    assert (found["town"], found["particulars"], found["possible_duplicates"]) == (None, {}, [])
    await stranger.get(f"/children/{child['id']}", expect=404)
    known = await world.county.get(f"/children/{child['id']}")
    assert known["particulars"]["contact"]["phone"] == told["phone"]


async def test_what_is_known_of_a_child_is_masked_for_those_without_a_task(world: World) -> None:
    child = await world.town.post(
        "/children", {"id_no": number_of("2016-06-01", 3), "name": "陈二", "town": TOWN}
    )
    seen = await world.county.get(f"/children/{child['id']}")
    assert seen["particulars"]["identity"]["name"] == "陈二"
    office = await world.office("child_protection_office").get(f"/children/{child['id']}")
    assert office["particulars"]["identity"]["name"] == "陈○○"
    await world.office("education").get(f"/children/{child['id']}", expect=404)


async def test_a_department_states_only_its_own_facts(world: World) -> None:
    child_id = await world.orphan_to_be()
    told = {"facts": {"mother": {"guardianship_revoked": True}}, "valid_from": "2024-03-01"}
    problem = await world.office("health").post(f"/children/{child_id}/facts", told, expect=403)
    assert problem["errors"][0]["field"] == "mother.guardianship_revoked"
    assert "court" in problem["errors"][0]["right"]


async def test_a_period_that_ends_before_it_begins_is_refused(world: World) -> None:
    child_id = await world.orphan_to_be()
    told = {
        "facts": {"mother": {"life": "alive"}},
        "valid_from": "2024-03-01",
        "valid_until": "2024-02-01",
    }
    problem = await world.police.post(f"/children/{child_id}/facts", told, expect=400)
    assert problem["where"] == "valid_until"


async def test_two_departments_that_contradict_wait_for_a_person(world: World) -> None:
    child_id = await world.orphan_to_be()
    alive = {"facts": {"mother": {"life": "健在"}}, "valid_from": "2024-03-01"}
    dead = {"facts": {"mother": {"life": "死亡"}}, "valid_from": "2024-03-01"}
    await world.police.post(f"/children/{child_id}/facts", alive)
    said = await world.office("health").post(f"/children/{child_id}/facts", dead)
    conflict = said["conflicts"][0]
    evaluation = await world.county.get(f"/children/{child_id}/evaluation")
    assert (evaluation["status"], evaluation["contested"]) == ("undetermined", ["mother.life"])
    kept = {"keep": conflict["other_id"], "reason": "医院死亡证明"}
    await world.town.post(f"/conflicts/{conflict['id']}/resolution", kept, expect=403)
    await world.county.post(f"/conflicts/{conflict['id']}/resolution", kept)
    evaluation = await world.county.get(f"/children/{child_id}/evaluation")
    assert evaluation["categories"] == ["orphan_scattered"]


async def test_nothing_is_overwritten_and_any_knowledge_can_be_asked_again(world: World) -> None:
    child_id = await world.orphan_to_be()
    await world.at(datetime(2024, 6, 1, 2, 0, tzinfo=UTC))
    told = {"facts": {"mother": {"life": "死亡"}}, "valid_from": "2024-04-01"}
    await world.police.post(f"/children/{child_id}/facts", told)
    path = f"/children/{child_id}/evaluation?day=2024-05-10"
    then = await world.county.get(path + "&known_at=2024-05-15T00:00:00Z")
    assert then["missing"] == ["mother.life"]
    assert (await world.county.get(path))["categories"] == ["orphan_scattered"]
    before = await world.county.get(f"/children/{child_id}/evaluation?day=2024-03-31")
    assert before["missing"] == ["mother.life"]


async def test_values_that_tell_of_the_body_are_sealed_in_the_database(world: World) -> None:
    child_id = await world.orphan_to_be()
    told = {"facts": {"child": {"hiv": "感染"}}, "valid_from": "2024-03-01"}
    await world.office("health").post(f"/children/{child_id}/facts", told)
    async with transaction(assembled.app.state.sessions) as session:
        rows = await session.scalars(select(Fact).where(Fact.name.in_(["child.hiv"])))
        assert [(row.value, row.sealed is not None) for row in rows] == [(None, True)]
    for office in ("civil_affairs", "town"):
        seen = await world.office(office).get(f"/children/{child_id}/evaluation")
        assert "hiv" not in json.dumps(seen).lower().replace("hiv_status", "")
    facts = await world.town.get(f"/children/{child_id}/facts")
    stated = await world.town.get(f"/children/{child_id}/statements")
    assert [f["name"] for f in (*facts, *stated) if f["name"].endswith(".hiv")] == []


async def test_a_carer_who_no_longer_is_one_stays_in_the_history(world: World) -> None:
    child_id = await world.orphan_to_be()
    told = {"role": "carer", "since": "2024-01-01", "name": "陈某", "relation": "祖母"}
    carer = await world.town.post(f"/children/{child_id}/people", told)
    path = f"/people/{carer['id']}/ending"
    problem = await world.town.post(path, {"until": "2024-01-01"}, expect=400)
    assert problem["where"] == "until"
    await world.town.post(path, {"until": "2024-04-01"})
    for day, there in (("2024-03-31", [carer["id"]]), ("2024-04-01", [])):
        listed = await world.town.get(f"/children/{child_id}/people?day={day}")
        assert [row["id"] for row in listed] == there
    assert len(await world.town.get(f"/children/{child_id}/people")) == 1
