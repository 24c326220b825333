"""Applications: found by the data, made by people, taken elsewhere, each in its time (申请)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.eligibility.conftest import World
from tests.factories import OTHER_TOWN, TOWN

GUARDIAN = {"applicant": "监护人"}


async def child_of(world: World, hukou: str, **more: Any) -> str:
    told = {"name": "陈小舟", "birth_date": "2016-06-01", "hukou": hukou}
    return str((await world.town.post("/children", told | more))["id"])


async def clocks(world: World, application: str) -> dict[str, str]:
    seen = await world.county.get(f"/applications/{application}")
    return {clock["kind"]: clock["due_at"][:10] for clock in seen["clocks"]}


async def test_every_fact_that_makes_a_child_eligible_opens_its_application(world: World) -> None:
    pushed = (
        ("disabled_federation", {"child": {"severe_disability": True}}, "own_difficulty"),
        ("medical_insurance", {"child": {"illness": "白血病"}}, "own_difficulty"),
        ("civil_affairs", {"household": {"class": "低保"}}, "dibao"),
        ("court", {"father": {"guardianship_revoked": True}}, "de_facto_unsupported"),
        ("police", {"father": {"life": "死亡"}}, "orphan_scattered"),
    )
    for department, facts, category in pushed:
        child_id = await child_of(world, "温岭市", town=TOWN)
        lives = {"father": {"life": "健在"}, "mother": {"life": "死亡"}}
        if category in ("own_difficulty", "dibao"):
            lives["mother"] = {"life": "健在"}
        if category != "orphan_scattered":
            await world.state("police", child_id, lives, "2016-06-01")
        else:
            await world.state("police", child_id, {"mother": lives["mother"]}, "2016-06-01")
        listed = (await world.county.get(f"/applications?child_id={child_id}"))["items"]
        for row in listed:
            path = f"/applications/{row['id']}/withdrawal"
            await world.town.post(path, {"reason": "另一方健在"})
        await world.state(department, child_id, facts, "2024-04-01")
        listed = (await world.county.get(f"/applications?child_id={child_id}&state=opened"))[
            "items"
        ]
        assert [(row["applicant"], row["town"]) for row in listed] == [("proactive", TOWN)], (
            category
        )
        evaluation = await world.county.get(f"/children/{child_id}/evaluation")
        assert category in evaluation["categories"]


async def test_a_fact_that_changes_nothing_opens_nothing(world: World) -> None:
    child_id = await child_of(world, "温岭市", town=TOWN)
    lives = {"father": {"life": "健在"}, "mother": {"life": "健在"}}
    await world.state("police", child_id, lives, "2016-06-01")
    await world.state("medical_insurance", child_id, {"child": {"insured": True}}, "2024-01-01")
    assert (await world.county.get(f"/applications?child_id={child_id}"))["items"] == []


@pytest.mark.parametrize(
    ("department", "facts", "opens"),
    [
        ("civil_affairs", {"household": {"members": 3}}, False),
        ("medical_insurance", {"child": {"insured": True}}, False),
        ("education", {"child": {"schooling": {"stage": "小学", "enrolled": True}}}, False),
        ("police", {"child": {"hukou_kind": "农村"}}, False),
        ("town", {"child": {"placement": "在家"}}, False),
        ("police", {"father": {"life": "健在"}}, False),
        ("civil_affairs", {"household": {"income_monthly": "900.00"}}, True),
        ("police", {"father": {"life": "死亡"}}, True),
        ("court", {"mother": {"guardianship_revoked": None}}, True),
        ("town", {"child": {"placement": "市儿童福利院"}}, True),
        ("disabled_federation", {"child": {"disability": "智力"}}, True),
        ("health", {"mother": {"hiv": "感染"}}, True),
        ("police", {"child": {"harm": "虐待"}}, True),
        ("town", {"emergency": "火灾"}, True),
    ],
)
async def test_only_what_may_make_a_child_eligible_opens_its_application(
    world: World, department: str, facts: dict[str, Any], opens: bool
) -> None:
    child_id = await child_of(world, "温岭市", town=TOWN)
    await world.state(department, child_id, facts, "2024-04-01")
    listed = (await world.county.get(f"/applications?child_id={child_id}"))["items"]
    assert [row["applicant"] for row in listed] == (["proactive"] if opens else [])
    evaluation = await world.county.get(f"/children/{child_id}/evaluation")
    if opens and evaluation["status"] != "eligible":
        seen = await world.county.get(f"/applications/{listed[0]['id']}")
        assert set(seen["missing"]) == set(evaluation["missing"])


async def test_a_contradiction_that_would_decide_opens_an_application_too(world: World) -> None:
    child_id = await child_of(world, "温岭市", town=TOWN)
    await world.state("police", child_id, {"father": {"life": "健在"}}, "2024-04-01")
    assert (await world.county.get(f"/applications?child_id={child_id}"))["items"] == []
    await world.state("town", child_id, {"father": {"life": "死亡"}}, "2024-04-01")
    found = await world.open_application(child_id)
    assert "father.life" in (await world.county.get(f"/applications/{found}"))["missing"]


async def test_who_applies_for_a_child_the_data_had_found_joins_that_application(
    world: World,
) -> None:
    child_id = await world.orphan_to_be()
    found = await world.open_application(child_id)
    joined = await world.town.post("/applications", {"child_id": child_id} | GUARDIAN)
    assert (joined["id"], joined["applicant"]) == (found, "guardian")
    again = await world.town.post("/applications", {"child_id": child_id} | GUARDIAN, expect=409)
    assert again["type"].endswith("already-applied")
    history = await world.town.get(f"/applications/{found}/history")
    assert [row["verb"] for row in history] == ["joining"]


async def test_verification_and_confirmation_have_fifteen_working_days_each(world: World) -> None:
    child_id = await world.orphan_to_be()
    await world.state("police", child_id, {"mother": {"life": "死亡"}}, "2024-03-01")
    application = await world.open_application(child_id)
    # From Friday, 10 May 2024; Saturday the 11th is a make-up working day.
    assert (await clocks(world, application))["verification"] == "2024-05-30"
    await world.at(datetime(2024, 5, 13, 2, 0, tzinfo=UTC))
    await world.town.post(f"/applications/{application}/verification", {"opinion": "属实"})
    due = await clocks(world, application)
    assert set(due) == {"confirmation"}
    assert due["confirmation"] == "2024-06-03"


async def test_the_towns_clock_and_the_countys_stand_still_while_somebody_else_must_answer(
    world: World,
) -> None:
    child_id = await world.orphan_to_be()
    await world.state("police", child_id, {"mother": {"life": "死亡"}}, "2024-03-01")
    application = await world.open_application(child_id)
    path = f"/applications/{application}"
    await world.town.post(f"{path}/question", {"reason": "等待公安回执"})
    await world.at(datetime(2024, 5, 17, 2, 0, tzinfo=UTC))
    await world.town.post(f"{path}/answer")
    assert (await clocks(world, application))["verification"] == "2024-06-07"
    await world.town.post(f"{path}/verification", {"opinion": "属实"})
    before = (await clocks(world, application))["confirmation"]
    asked = await world.county.post(f"{path}/question", {"reason": "补充监护人账户"})
    assert (asked["state"], asked["clocks"][0]["state"]) == ("clarifying", "paused")
    await world.county.post(f"{path}/decision", expect=409)
    await world.at(datetime(2024, 5, 24, 2, 0, tzinfo=UTC))
    going_on = await world.county.post(f"{path}/answer")
    assert going_on["state"] == "verified"
    assert (await clocks(world, application))["confirmation"] > before


async def test_another_town_takes_an_application_and_pushes_it_to_the_childs_own(
    world: World,
) -> None:
    other = world.town_of(OTHER_TOWN)
    told = {"name": "陈小舟", "birth_date": "2016-06-01", "hukou": "温岭市", "town": TOWN}
    child = await other.post("/children", told)
    taken = await other.post("/applications", {"child_id": child["id"], "town": TOWN} | GUARDIAN)
    path = f"/applications/{taken['id']}"
    assert (taken["route"], taken["state"], taken["town"]) == ("cross_town", "received", TOWN)
    assert [clock["kind"] for clock in taken["clocks"]] == ["cross_province_intake"]
    assert taken["clocks"][0]["due_at"][:10] == "2024-05-14"
    await world.town.post(f"{path}/push", expect=403)
    pushed = await other.post(f"{path}/push")
    assert pushed["state"] == "opened"
    assert [clock["kind"] for clock in pushed["clocks"]] == ["verification"]
    dead = {"father": {"life": "死亡"}, "mother": {"life": "死亡"}}
    await world.state("police", child["id"], dead, "2024-03-01")
    await other.post(f"{path}/verification", {"opinion": "属实"}, expect=403)
    await world.town.post(f"{path}/verification", {"opinion": "属实"})
    await world.decided(taken["id"])
    after = await world.county.get(path)
    assert [clock["kind"] for clock in after["clocks"]] == ["cross_province_reply"]
    told_back = await world.town.post(f"{path}/reply", {"reason": "已认定，次月发放"})
    assert told_back["clocks"] == []
    history = await other.get(f"{path}/history")
    assert [row["verb"] for row in history][-1] == "informing"


async def test_a_child_of_another_province_is_pushed_there_and_its_answer_kept(
    world: World,
) -> None:
    child_id = await child_of(world, "江西省上饶市", town=TOWN)
    told = {"child_id": child_id, "route": "跨省通办"} | GUARDIAN
    taken = await world.town.post("/applications", told)
    path = f"/applications/{taken['id']}"
    assert taken["state"] == "received"
    forwarded = await world.town.post(f"{path}/push")
    assert (forwarded["state"], forwarded["clocks"]) == ("forwarded", [])
    await world.county.post(f"{path}/decision", expect=409)
    answered = await world.town.post(f"{path}/reply", {"reason": "上饶市已认定"})
    assert answered["state"] == "decided"
    assert (await world.county.get(f"/children/{child_id}/decisions")) == []


async def test_what_another_province_took_for_a_child_of_ours_is_verified_at_once(
    world: World,
) -> None:
    child_id = await child_of(world, "温岭市", town=TOWN)
    told = {"child_id": child_id, "route": "cross_province", "received_in": "江西省上饶市"}
    taken = await world.town.post("/applications", told | GUARDIAN)
    assert taken["state"] == "opened"
    assert [clock["kind"] for clock in taken["clocks"]] == ["verification"]


async def test_a_death_ends_what_was_only_applied_for(world: World) -> None:
    child_id = await world.orphan_to_be()
    application = await world.open_application(child_id)
    told = {"why": "died", "on": "2024-05-09"}
    await world.police.post(f"/children/{child_id}/leaving", told)
    seen = await world.county.get(f"/applications/{application}")
    assert (seen["state"], seen["clocks"]) == ("withdrawn", [])
    assert (await world.county.get(f"/children/{child_id}"))["state"] == "left"


async def test_a_leaving_that_is_to_come_is_not_recorded(world: World) -> None:
    made = await world.granted()
    told = {"why": "died", "on": "2024-05-11"}
    path = f"/children/{made['child_id']}/leaving"
    problem = await world.police.post(path, told, expect=400)
    assert (problem["where"], problem["allowed"]) == ("on", ["≤ 2024-05-10"])


async def test_a_child_whose_parents_are_found_is_asked_for_which_and_then_supported_no_more(
    world: World,
) -> None:
    child_id = await child_of(world, "温岭市", town=TOWN)
    lost = {"father": {"status": "查找不到"}, "mother": {"status": "查找不到"}}
    await world.state("police", child_id, lost, "2023-05-01")
    application = await world.open_application(child_id)
    await world.town.post(f"/applications/{application}/verification", {"opinion": "情况属实"})
    made = await world.decided(application)
    assert made["rate_class"] == "scattered"
    told = {"why": "found_parents", "on": "2024-05-09"}
    await world.police.post(f"/children/{child_id}/leaving", told)
    seen = await world.county.get(f"/children/{child_id}/evaluation")
    assert (seen["status"], seen["missing"]) == ("undetermined", ["father.life", "mother.life"])
    found = {"mother": {"status": "健在"}}
    await world.state("town", child_id, found, "2024-05-09")
    seen = await world.county.get(f"/children/{child_id}/evaluation")
    assert (seen["status"], seen["categories"]) == ("not_eligible", [])
    assert (await world.county.get("/conflicts"))["items"] == []
    ended = await world.decided(await world.open_application(child_id), {"reason": "生母已找到"})
    assert (ended["outcome"], ended["last_month"]) == ("ended", "2024-05-01")
