"""Two files of one child: found, put together by two people, read as one, undone whole (归并)."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from services.eligibility import app as assembled
from services.eligibility.operations.importing import NDJSON
from services.eligibility.operations.merging import traced
from shared.database import transaction
from tests.eligibility.conftest import World
from tests.eligibility.test_importing import push
from tests.factories import OTHER_TOWN, TOWN, number_of

BORN = {"birth_date": "2016-06-01", "town": TOWN}


async def merged(world: World, kept: str, other: str) -> dict[str, Any]:
    told = {"kept_id": kept, "merged_id": other, "why": "同一儿童重复建档"}
    row = await world.county.post("/merges", told)
    return dict(await world.second.post(f"/merges/{row['id']}/confirmation"))


async def found_to_be_one(missing: str, found: str) -> None:
    """What protection tells once two people have confirmed it."""
    async with transaction(assembled.app.state.sessions) as session:
        await traced(session, UUID(missing), UUID(found))


async def test_a_found_child_that_is_a_missed_one_waits_for_a_person_to_merge_its_files(
    world: World,
) -> None:
    missing = await world.town.post("/children", BORN | {"name": "石小金"})
    found = await world.town.post("/children", {"town": TOWN})
    for _ in range(2):
        await found_to_be_one(missing["id"], found["id"])
    (merge,) = (await world.county.get("/merges?state=proposed"))["items"]
    assert (merge["kept_id"], merge["merged_id"]) == (missing["id"], found["id"])
    assert (await world.county.get(f"/children/{found['id']}"))["id"] == found["id"]
    await world.county.post(f"/merges/{merge['id']}/confirmation")
    assert (await world.county.get(f"/children/{found['id']}"))["id"] == missing["id"]


async def test_where_one_of_them_has_a_file_the_other_reference_leads_to_it(world: World) -> None:
    missing, stranger = await world.town.post("/children", BORN | {"name": "石小金"}), str(uuid4())
    await found_to_be_one(missing["id"], stranger)
    assert (await world.county.get(f"/children/{stranger}"))["id"] == missing["id"]
    await found_to_be_one(str(uuid4()), str(uuid4()))  # whom nobody knows has nothing to merge


async def test_similar_files_are_found_merged_by_two_and_undone_by_two(world: World) -> None:
    one = await world.town.post("/children", BORN | {"name": "陈小雨"})
    other = await world.town.post("/children", BORN | {"name": "陈小雨儿"})
    assert other["possible_duplicates"] == [one["id"]]
    told = {"kept_id": one["id"], "merged_id": other["id"], "why": "同一儿童重复建档"}
    merge = await world.county.post("/merges", told)
    waiting = await world.second.get("/merges?state=proposed")
    assert [row["id"] for row in waiting["items"]] == [merge["id"]]
    await world.county.post(f"/merges/{merge['id']}/confirmation", expect=409)
    await world.second.post(f"/merges/{merge['id']}/confirmation")
    assert (await world.county.get(f"/children/{other['id']}"))["id"] == one["id"]
    reason = {"reason": "经核实为姐妹"}
    await world.second.post(f"/merges/{merge['id']}/undoing", reason, expect=409)
    await world.county.post(f"/merges/{merge['id']}/undoing", reason)
    assert (await world.county.get(f"/children/{other['id']}"))["id"] == other["id"]


async def test_a_name_of_three_signs_is_found_with_one_of_them_wrong(world: World) -> None:
    one = await world.town.post("/children", BORN | {"name": "林小明"})
    homophone = await world.town.post("/children", BORN | {"name": "林晓明"})
    assert homophone["possible_duplicates"] == [one["id"]]
    other = await world.town.post("/children", BORN | {"name": "林大海"})
    assert other["possible_duplicates"] == []


async def test_one_name_in_one_place_is_found_though_a_birth_date_is_wrong_or_unknown(
    world: World,
) -> None:
    async def file_of(**told: Any) -> dict[str, Any]:
        return dict(await world.town.post("/children", {"town": TOWN, "name": "林小舟"} | told))

    first = await file_of(birth_date="2016-06-01")
    slip = await file_of(birth_date="2016-01-06")
    assert slip["possible_duplicates"] == [first["id"]]
    undated = await file_of(name="林 小舟")
    assert set(undated["possible_duplicates"]) == {first["id"], slip["id"]}
    elder = await file_of(birth_date="2009-06-01")
    assert elder["possible_duplicates"] == [undated["id"]]
    elsewhere = await file_of(town=OTHER_TOWN, birth_date="2016-02-02")
    assert elsewhere["possible_duplicates"] == []


async def test_a_merge_that_is_rejected_changes_nothing(world: World) -> None:
    one = await world.town.post("/children", BORN | {"name": "陈小雨"})
    other = await world.town.post("/children", BORN | {"name": "陈小雨儿"})
    told = {"kept_id": one["id"], "merged_id": other["id"], "why": "疑似重复"}
    merge = await world.county.post("/merges", told)
    again = await world.county.post("/merges", told, expect=409)
    assert again["type"].endswith("already-merged")
    await world.second.post(f"/merges/{merge['id']}/rejection", {"reason": "两名儿童"})
    await world.second.post(f"/merges/{merge['id']}/confirmation", expect=409)
    assert (await world.county.get(f"/children/{other['id']}"))["id"] == other["id"]


async def test_facts_people_and_particulars_of_both_files_are_read_as_one(world: World) -> None:
    kept = await world.orphan_to_be()
    other = await world.town.post(
        "/children", {"id_no": number_of("2016-06-01", 7), "name": "陈雨", "town": TOWN}
    )
    await world.state("police", other["id"], {"mother": {"life": "死亡"}}, "2024-03-01")
    payee = {"role": "payee", "kind": "carer", "since": "2024-05-01", "account": "6222000011112222"}
    await world.town.post(f"/children/{other['id']}/people", payee)
    application = await world.open_application(other["id"])
    await world.town.post(f"/applications/{application}/withdrawal", {"reason": "重复"})
    before = await world.county.get(f"/children/{kept}/evaluation")
    assert before["missing"] == ["mother.life"]
    await merged(world, kept, other["id"])
    after = await world.county.get(f"/children/{kept}/evaluation")
    assert after["categories"] == ["orphan_scattered"]
    child = await world.county.get(f"/children/{kept}")
    assert child["particulars"]["identity"]["id_no"] == number_of("2016-06-01", 7)
    assert child["particulars"]["identity"]["name"] == "陈小雨"
    paid = await world.office("service:payments").get(f"/children/{kept}/payee")
    assert paid["account"] == "6222000011112222"


async def test_the_number_of_a_merged_file_finds_the_kept_one(world: World) -> None:
    kept = await world.orphan_to_be()
    told = {"id_no": number_of("2016-06-01", 8), "name": "陈雨", "town": TOWN}
    other = await world.town.post("/children", told)
    await merged(world, kept, other["id"])
    found = await world.town.post("/children", told)
    assert found["id"] == kept


async def test_an_award_of_the_merged_file_goes_on_and_is_ended_under_the_kept_one(
    world: World,
) -> None:
    paid = await world.granted()
    kept = await world.town.post("/children", BORN | {"name": "陈小雨儿"})
    await merged(world, kept["id"], paid["child_id"])
    decisions = await world.county.get(f"/children/{kept['id']}/decisions")
    assert [row["id"] for row in decisions] == [paid["decision"]["id"]]
    await world.at(datetime(2024, 9, 20, 2, 0, tzinfo=UTC))
    await world.state("police", kept["id"], {"mother": {"custody": "none"}}, "2024-09-12")
    application = await world.open_application(paid["child_id"])
    ended = await world.decided(application, {"reason": "母亲已释放"})
    assert (ended["outcome"], ended["child_id"]) == ("ended", kept["id"])
    opened = (await world.told("eligibility.award.opened.v1"))[0]
    closed = (await world.told("eligibility.award.ended.v1"))[0]
    assert closed["award_id"] == opened["award_id"]


async def test_two_files_that_are_both_paid_are_not_merged(world: World) -> None:
    one, other = await world.granted(), await world.granted(name="陈小雨儿")
    told = {"kept_id": one["child_id"], "merged_id": other["child_id"], "why": "重复"}
    merge = await world.county.post("/merges", told)
    problem = await world.second.post(f"/merges/{merge['id']}/confirmation", expect=409)
    assert problem["type"].endswith("both-in-progress")
    assert problem["clause"] == "WL24:2.1.0b-3"


async def test_a_decision_reads_the_same_before_during_and_after_a_merge(world: World) -> None:
    made = await world.granted()
    auditor, path = world.office("auditor"), f"/decisions/{made['decision']['id']}/replay"
    other = await world.town.post("/children", BORN | {"name": "陈小雨儿"})
    severe = {"child": {"severe_disability": True}}
    await world.state("disabled_federation", other["id"], severe, "2024-02-01")
    application = await world.open_application(other["id"])
    await world.town.post(f"/applications/{application}/withdrawal", {"reason": "重复"})
    await world.at(datetime(2024, 5, 13, 2, 0, tzinfo=UTC))
    merge = await merged(world, made["child_id"], other["id"])
    assert (await auditor.get(path))["same"]
    evaluation = f"/children/{made['child_id']}/evaluation"
    both = ["de_facto_unsupported", "own_difficulty"]
    assert (await world.county.get(evaluation))["categories"] == both
    await world.at(datetime(2024, 5, 20, 2, 0, tzinfo=UTC))
    await world.county.post(f"/merges/{merge['id']}/undoing", {"reason": "两名儿童"})
    assert (await auditor.get(path))["same"]
    assert (await world.county.get(evaluation))["categories"] == ["de_facto_unsupported"]
    then = await world.county.get(f"{evaluation}?known_at=2024-05-15T00:00:00Z")
    assert then["categories"] == both


async def test_what_is_told_under_a_merged_file_is_its_own_again_when_the_merge_is_undone(
    world: World,
) -> None:
    one = await world.orphan_to_be()
    other = (await world.town.post("/children", BORN | {"name": "陈小雨儿"}))["id"]
    merge = await merged(world, one, other)
    severe = {"child": {"severe_disability": True}}
    await world.state("disabled_federation", other, severe, "2024-02-01")
    line = {"child_id": other, "facts": {"mother": {"life": "死亡"}}, "valid_from": "2024-03-01"}
    assert (await push(world, json.dumps(line).encode(), NDJSON, "good"))["accepted"] == 1
    names = {"child.severe_disability", "mother.life"}

    async def standing(child_id: str) -> set[str]:
        return {f["name"] for f in await world.county.get(f"/children/{child_id}/facts")} & names

    assert await standing(one) == names
    await world.county.post(f"/merges/{merge['id']}/undoing", {"reason": "两名儿童"})
    assert (await standing(one), await standing(other)) == (set(), names)


async def test_who_had_to_do_with_the_other_child_only_sees_the_kept_one_no_more_after_undoing(
    world: World,
) -> None:
    one = await world.orphan_to_be()
    elsewhere = {"birth_date": "2016-06-01", "town": OTHER_TOWN, "name": "陈小雨儿"}
    there = world.town_of(OTHER_TOWN)
    other = (await there.post("/children", elsewhere))["id"]
    await there.get(f"/children/{one}", expect=404)
    merge = await merged(world, one, other)
    await there.get(f"/children/{one}")
    await world.county.post(f"/merges/{merge['id']}/undoing", {"reason": "两名儿童"})
    await there.get(f"/children/{one}", expect=404)
    await there.get(f"/children/{other}")
    await world.town.get(f"/children/{one}")


async def test_everybody_is_told_of_a_merge_and_of_its_undoing(world: World) -> None:
    one = await world.town.post("/children", BORN | {"name": "陈小雨"})
    other = await world.town.post("/children", BORN | {"name": "陈小雨儿"})
    merge = await merged(world, one["id"], other["id"])
    await world.county.post(f"/merges/{merge['id']}/undoing", {"reason": "两名儿童"})
    said = {"child_id": one["id"], "child_ref": other["id"], "town": one["town"]}
    assert said["town"]
    assert await world.told("eligibility.child.linked.v1") == [said]
    assert await world.told("eligibility.child.unlinked.v1") == [said]


async def test_files_that_contradict_each_other_wait_for_a_person(world: World) -> None:
    one = await world.town.post("/children", BORN | {"name": "陈小雨"})
    other = await world.town.post("/children", BORN | {"name": "陈小雨儿"})
    await world.state("police", one["id"], {"mother": {"life": "健在"}}, "2024-03-01")
    await world.state("health", other["id"], {"mother": {"life": "死亡"}}, "2024-03-01")
    await merged(world, one["id"], other["id"])
    waiting = (await world.county.get("/conflicts"))["items"]
    assert [row["name"] for row in waiting] == ["mother.life"]
    assert (await world.county.get(f"/children/{one['id']}/evaluation"))["contested"] == [
        "mother.life"
    ]


async def test_what_was_decided_on_the_facts_of_both_files_is_reviewed_once_they_are_two(
    world: World,
) -> None:
    kept = await world.orphan_to_be()
    other = await world.town.post("/children", BORN | {"name": "陈小雨儿"})
    await world.state("police", other["id"], {"mother": {"life": "死亡"}}, "2024-03-01")
    application = await world.open_application(other["id"])
    await world.town.post(f"/applications/{application}/withdrawal", {"reason": "重复"})
    merge = await merged(world, kept, other["id"])
    application = await world.open_application(kept)
    assert (await world.county.get(f"/applications/{application}"))["missing"] == []
    await world.town.post(f"/applications/{application}/verification", {"opinion": "属实"})
    assert (await world.decided(application))["outcome"] == "granted"
    await world.at(datetime(2024, 6, 20, 2, 0, tzinfo=UTC))
    await world.county.post(f"/merges/{merge['id']}/undoing", {"reason": "两名儿童"})
    reviews = (await world.county.get("/reviews?state=open"))["items"]
    assert [(row["child_id"], row["cause"]) for row in reviews] == [(kept, "facts_changed")]
    asked = await world.county.get(f"/applications/{reviews[0]['application_id']}")
    assert asked["missing"] == ["mother.life"]
