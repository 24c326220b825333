"""A child moves to another town of the county: case and award go with it (迁居)."""

from datetime import UTC, datetime

from tests.eligibility.conftest import World
from tests.factories import OTHER_TOWN, TOWN

MOVED = {"town": OTHER_TOWN, "on": "2024-05-08", "reason": "随祖母迁居，村委会证明"}
NEXT_MONTH = {"moved_to": OTHER_TOWN, "on": "2024-05-08", "first_month": "2024-06-01"}


async def test_a_paid_child_that_moves_is_the_new_towns_and_its_award_stands(world: World) -> None:
    granted = await world.granted()
    child_id, decision = granted["child_id"], granted["decision"]["id"]
    there = world.town_of(OTHER_TOWN)
    await there.get(f"/children/{child_id}", expect=404)
    moved = await world.town.post(f"/children/{child_id}/relocation", MOVED)
    assert (moved["town"], moved["state"]) == (OTHER_TOWN, "supported")
    assert await world.told("eligibility.child.relocated.v1") == [
        {"child_id": child_id, "town": town} | NEXT_MONTH for town in (TOWN, OTHER_TOWN)
    ]
    assert (await there.get(f"/decisions/{decision}"))["rate_class"] == "scattered"
    assert (await there.get(f"/reviews?town={OTHER_TOWN}"))["items"][0]["child_id"] == child_id
    assert [row["id"] for row in (await there.get("/children"))["items"]] == [child_id]
    found = await world.county.post("/searches", {"child_id": child_id})
    assert found[0]["enrolment"]["status"] == "active"
    assert await world.told("eligibility.award.ended.v1") == []


async def test_the_town_a_child_has_left_keeps_what_it_did_and_not_the_file(world: World) -> None:
    granted = await world.granted()
    child_id, application = granted["child_id"], granted["application_id"]
    await world.county.post(f"/children/{child_id}/relocation", MOVED)
    for path in ("", "/facts", "/people", "/calendar", "/evaluation", "/decisions"):
        await world.town.get(f"/children/{child_id}{path}", expect=404)
    await world.town.get(f"/applications/{application}", expect=404)
    assert (await world.town.get("/children"))["items"] == []
    assert (await world.town.get("/reviews"))["items"] == []
    assert [row["id"] for row in (await world.town.get("/applications"))["items"]] == [application]


async def test_an_application_goes_on_in_the_new_town_with_the_time_that_is_left(
    world: World,
) -> None:
    child_id = await world.orphan_to_be()
    application = await world.open_application(child_id)
    path = f"/applications/{application}"
    before = (await world.county.get(path))["clocks"]
    await world.state("police", child_id, {"mother": {"life": "死亡"}}, "2024-04-01")
    await world.town.post(f"/children/{child_id}/relocation", MOVED)
    opinion = {"opinion": "情况属实"}
    # Whose child it no longer is neither reads nor verifies it, and is not told where it went.
    await world.town.get(path, expect=404)
    await world.town.post(f"{path}/verification", opinion, expect=404)
    there = world.town_of(OTHER_TOWN)
    clocks = (await there.get(path))["clocks"]
    assert [clock["due_at"] for clock in clocks] == [clock["due_at"] for clock in before]
    await there.post(f"{path}/verification", opinion)
    decision = await world.decided(application)
    assert (decision["town"], decision["outcome"]) == (OTHER_TOWN, "granted")


async def test_what_is_reviewed_after_a_move_is_the_new_towns_affair(world: World) -> None:
    child_id = (await world.granted())["child_id"]
    await world.town.post(f"/children/{child_id}/relocation", MOVED)
    await world.at(datetime(2026, 3, 2, 2, 0, tzinfo=UTC))
    there = world.town_of(OTHER_TOWN)
    (review,) = (await there.get("/reviews?state=open"))["items"]
    assert (review["child_id"], review["town"]) == (child_id, OTHER_TOWN)
    (application,) = (await there.get(f"/applications?child_id={child_id}&state=verified"))["items"]
    assert application["town"] == OTHER_TOWN


async def test_a_child_is_handed_over_by_those_whose_affair_it_is(world: World) -> None:
    child_id = (await world.granted())["child_id"]
    path = f"/children/{child_id}/relocation"
    same = await world.town.post(path, MOVED | {"town": TOWN}, expect=400)
    assert OTHER_TOWN in same["allowed"]
    await world.town.post(path, MOVED | {"on": "2024-06-01"}, expect=400)
    await world.town.post(path, MOVED | {"town": "火星街道"}, expect=400)
    await world.town_of("331081101").post(path, MOVED, expect=404)
    await world.police.post(path, MOVED, expect=403)
    assert await world.told("eligibility.child.relocated.v1") == []
