"""Delivery, objection, reconsideration, suit: each before whom it belongs, in its time (救济)."""

from datetime import UTC, datetime

import pytest

from tests.eligibility.conftest import World


async def test_an_objection_is_answered_by_another_officer_than_confirmed(world: World) -> None:
    made = await world.granted()
    path = f"/decisions/{made['decision']['id']}/objections"
    row = await world.town.post(path, {"kind": "objection", "grounds": "标准有误"})
    assert row["in_time"]
    seen = await world.county.get(f"/objections/{row['id']}")
    assert seen["particulars"]["notes"]["grounds"] == "标准有误"
    result = {"result": "upholding", "reason": "经核实无误"}
    await world.second.post(f"/objections/{row['id']}/result", result, expect=409)
    answered = await world.county.post(f"/objections/{row['id']}/result", result)
    assert (answered["state"], answered["decision_id"]) == ("upheld", made["decision"]["id"])
    assert [r["id"] for r in await world.town.get(path)] == [row["id"]]


async def test_the_time_of_remedies_runs_from_the_delivery_of_the_notice(world: World) -> None:
    made = await world.granted()
    decision = made["decision"]["id"]
    told = {"delivered_on": "2024-05-20", "way": "直接送达"}
    problem = await world.town.post(f"/decisions/{decision}/deliveries", told, expect=400)
    assert problem["where"] == "delivered_on"
    await world.at(datetime(2024, 12, 2, 2, 0, tzinfo=UTC))
    delivered = await world.town.post(f"/decisions/{decision}/deliveries", told)
    assert (delivered["reconsider_by"], delivered["sue_by"]) == ("2024-07-19", "2024-11-20")
    days = {
        ("reconsideration", "2024-07-19"): True,
        ("reconsideration", "2024-07-20"): False,
        ("lawsuit", "2024-11-20"): True,
        ("lawsuit", "2024-11-21"): False,
        ("objection", "2024-12-01"): True,
    }
    for (kind, day), in_time in days.items():
        told = {"kind": kind, "grounds": "不服决定", "received_on": day}
        row = await world.office("justice").post(f"/decisions/{decision}/objections", told)
        assert row["in_time"] is in_time, (kind, day)


async def test_nobody_is_late_before_the_notice_was_delivered(world: World) -> None:
    made = await world.granted()
    await world.at(datetime(2025, 6, 2, 2, 0, tzinfo=UTC))
    told = {"kind": "reconsideration", "grounds": "从未收到告知书"}
    path = f"/decisions/{made['decision']['id']}/objections"
    assert (await world.town.post(path, told))["in_time"]


@pytest.mark.parametrize(
    ("kind", "answers"),
    [("reconsideration", "justice"), ("lawsuit", "court")],
)
async def test_a_remedy_above_the_office_is_answered_there_and_may_reopen_the_case(
    world: World, kind: str, answers: str
) -> None:
    made = await world.granted()
    decision = made["decision"]["id"]
    told = {"kind": kind, "grounds": "应按机构孤儿标准"}
    row = await world.office(answers).post(f"/decisions/{decision}/objections", told)
    result = {"result": "revision", "reason": "事实不清，责令重新认定"}
    await world.county.post(f"/objections/{row['id']}/result", result, expect=403)
    answered = await world.office(answers).post(f"/objections/{row['id']}/result", result)
    assert answered["state"] == "revised"
    reopened = await world.county.get(f"/applications/{answered['new_application_id']}")
    assert (reopened["child_id"], reopened["state"]) == (made["child_id"], "opened")


async def test_a_remedy_of_another_kind_makes_a_child_nobodys_to_know(world: World) -> None:
    made = await world.granted()
    path = f"/decisions/{made['decision']['id']}/objections"
    for kind in ("objection", "lawsuit"):
        told = {"kind": kind, "grounds": "标准有误"}
        await world.office("justice").post(path, told, expect=404)


async def test_a_decision_is_found_by_its_number_by_whom_may_know_of_the_child(
    world: World,
) -> None:
    decision = (await world.granted())["decision"]
    path = f"/decisions?number={decision['number']}"
    (found,) = await world.county.get(path)
    assert found["id"] == decision["id"]
    assert await world.county.get(f"{path}0") == []
    assert await world.town_of("331081002").get(path) == []


async def test_a_notice_is_never_delivered_by_public_posting(world: World) -> None:
    made = await world.granted()
    path = f"/decisions/{made['decision']['id']}"
    told = {"delivered_on": "2024-05-10", "way": "公告送达"}
    await world.county.post(f"{path}/deliveries", told, expect=400)
    problem = await world.county.post(f"{path}/posting", {}, expect=409)
    assert problem["type"].endswith("no-public-posting")
    assert problem["clause"] == "MZ2019-62:3"
