"""No state of a child without a way on, and nobody signs, files or opens what is another's."""

from datetime import date
from typing import Any

from tests.protection.conftest import Office
from tests.protection.test_care import an_order, assessed, case, ordered, placed, station

TOMORROW = "2024-05-07"
LEAVES_OUT = {"scope": "delegated_carer"}, {"purpose": "adoption"}


async def concluded(office: Office, case_id: str, **more: Any) -> str:
    """A passed assessment of somebody."""
    return str((await assessed(office, case_id, 100, told=more))["id"])


async def judged(office: Office, case_id: str, relief: str, **judgment: Any) -> str:
    """A petition of 市未保办 that the court granted today."""
    for who in ("court", "child_protection_office"):
        task = {"department": who, "code": "judge"}
        await office.post("civil_affairs", f"/cases/{case_id}/tasks", task, status=201)
    asked = {"reliefs": [relief], "petitioner": "市未保办", "grounds": ["serious_abuse"]}
    office_of = "child_protection_office"
    made = await office.post(office_of, f"/cases/{case_id}/petitions", asked, status=201)
    path = f"/petitions/{made['id']}"
    await office.post("child_protection_office", f"{path}/filing")
    await office.post("court", f"{path}/grant", {"judgment_ref": "1"} | judgment)
    return str(made["id"])


async def test_what_was_found_of_somebody_else_sends_no_child_to_the_guardian(
    office: Office,
) -> None:
    await station(office)
    case_id = await case(office)
    place = await placed(office, case_id)
    for other in LEAVES_OUT:
        basis = {"assessment_id": await concluded(office, case_id, **other)}
        gate = await office.post("civil_affairs", f"/placements/{place['id']}/gate", basis)
        assert gate["may_return"] is False
        home = f"/placements/{place['id']}/return"
        assert (await office.post("civil_affairs", home, basis, status=409))["clause"] == (
            "WL24:3.3b-2"
        )


async def test_a_judgment_opens_no_gate_of_a_later_removal(office: Office) -> None:
    await station(office)
    case_id = await case(office)
    first = await placed(office, case_id)
    told = {"court_order_id": await judged(office, case_id, "change_of_guardian")}
    await office.post("civil_affairs", f"/placements/{first['id']}/return", told)
    await office.post("civil_affairs", f"/placements/{first['id']}/collection")
    await office.at("2024-05-20T09:00:00+08:00")
    again = await placed(office, case_id)
    await office.post("civil_affairs", f"/placements/{again['id']}/return", told, status=409)


async def test_a_child_nobody_came_for_is_in_its_bed_and_stays_in_care(office: Office) -> None:
    await station(office)
    case_id = await case(office)
    place = await placed(office, case_id)
    path = f"/placements/{place['id']}"
    passed = {"assessment_id": await concluded(office, case_id)}
    decided = await office.post("civil_affairs", f"{path}/return", passed)
    assert decided["allowed"] == ["collection", "continuation", "death"]
    again = {"ground": "serious_harm"}
    twice = await office.post("civil_affairs", f"/cases/{case_id}/placements", again, status=409)
    assert (twice["state"], twice["allowed"]) == ("returned", decided["allowed"])
    (house,) = (await office.get("civil_affairs", "/facilities"))["items"]
    assert house["free"] == 0
    other = f"/cases/{await case(office, name='另一个金丝雀')}/placements"
    await office.post("civil_affairs", other, {"ground": "serious_harm"}, status=409)
    await office.at("2024-05-20T09:00:00+08:00")
    kept = await office.post("civil_affairs", f"{path}/continuation", {"note": "未来领回"})
    assert (kept["state"], kept["ended_on"], kept["term_ends_on"]) == (
        "in_care",
        None,
        "2025-05-06",
    )
    clocks = await office.sql("SELECT kind FROM deadline WHERE met_at IS NULL "
                              "AND cancelled_at IS NULL AND NOT silent")  # fmt: skip
    running = {row[0] for row in clocks}
    assert {"placement_term", "assessment_after_removal"} <= running
    assert not running & {"guardian_collection", "return_visit"}
    await office.post("civil_affairs", f"{path}/return", passed)
    await office.post("civil_affairs", f"{path}/collection")
    (house,) = (await office.get("civil_affairs", "/facilities"))["items"]
    assert house["free"] == 1


async def test_a_child_in_long_term_care_goes_home_when_the_court_restores(office: Office) -> None:
    await station(office)
    case_id = await case(office)
    place = await placed(office, case_id)
    path = f"/placements/{place['id']}"
    await judged(office, case_id, "revocation", appointed="civil_affairs")
    told = {"ground": "revoked_and_appointed"}
    await office.post("civil_affairs/a", f"{path}/long-term", told)
    signed = await office.post("civil_affairs/b", f"{path}/long-term", told)
    assert signed["state"] == "long_term"
    untested = {"assessment_id": await concluded(office, case_id)}
    await office.post("civil_affairs", f"{path}/return", untested, status=409)
    await office.at("2024-10-08T09:00:00+08:00")
    wish = {
        "reliefs": ["restoration"],
        "petitioner": "被撤销监护资格的父亲",
        "restoration": {
            "revoked_on": "2024-05-06",
            "applied_on": "2024-10-08",
            "applicant_is_parent": True,
        },
    }
    asked = await office.post("civil_affairs", f"/cases/{case_id}/petitions", wish, status=201)
    await office.post("civil_affairs", f"/petitions/{asked['id']}/filing")
    await office.post("court", f"/petitions/{asked['id']}/grant", {"judgment_ref": "2"})
    home = await office.post("civil_affairs", f"{path}/return", {"court_order_id": asked["id"]})
    assert home["state"] == "returned"


async def test_who_signed_for_long_term_care_has_not_signed_for_an_adoption(
    office: Office,
) -> None:
    await station(office)
    place = await placed(office, await case(office))
    path = f"/placements/{place['id']}"
    await office.post("civil_affairs/a", f"{path}/long-term", {"ground": "guardian_dead"})
    adopted = {"adoptee": "orphan", "child_consents": True}
    first = await office.post("civil_affairs/b", f"{path}/adoption", adopted)
    assert first["state"] == "in_care"
    second = await office.post("civil_affairs/a", f"{path}/adoption", adopted)
    assert second["state"] == "adopted"


async def test_a_childs_death_ends_its_placement(office: Office) -> None:
    await station(office)
    place = await placed(office, await case(office))
    told = {"day": TOMORROW}
    path = f"/placements/{place['id']}/death"
    assert (await office.post("town", path, told, town="331081100", status=400))["allowed"] == [
        "2024-05-06",
        "2024-05-06",
    ]
    ended = await office.post("town", path, town="331081100")
    assert (ended["state"], ended["allowed"]) == ("died", [])


async def test_a_child_is_not_removed_tomorrow(office: Office) -> None:
    await station(office)
    wanted = {"ground": "serious_harm"}
    path = f"/cases/{await case(office)}/placements"
    row = await office.post("civil_affairs", path, wanted, status=201)
    assert "lapse" not in row["allowed"]
    await office.post("civil_affairs", f"/placements/{row['id']}/confirmation")
    given = {"from_department": "police", "written": True, "removed_on": TOMORROW}
    path = f"/placements/{row['id']}/hand-over"
    refused = await office.post("civil_affairs", path, given, status=400)
    assert (refused["where"], refused["allowed"]) == ("body.removed_on", ["2024-05-06"])


async def test_a_child_nobody_knows_goes_to_the_centre_and_each_house_is_its_keepers(
    office: Office,
) -> None:
    house = {"name": "某处", "separate_zone": True, "dedicated_staff": True, "beds": 1}
    centre = house | {"kind": "protection_centre"}
    refused = await office.post("town", "/facilities", centre, town="331081100", status=403)
    assert refused["allowed"] == ["civil_affairs", "protection_centre"]
    nowhere = house | {"kind": "town_station"}
    await office.post("civil_affairs", "/facilities", nowhere, status=400)
    await station(office)
    await office.post("protection_centre", "/facilities", centre, status=201)
    path = f"/cases/{await case(office)}/placements"
    row = await office.post("civil_affairs", path, {"ground": "unidentified"}, status=201)
    assert row["carer_kind"] == "protection_centre"
    taken = f"/placements/{row['id']}/confirmation"
    theirs = await office.post("town", taken, town="331081100", status=403)
    assert theirs["allowed"] == ["civil_affairs", "protection_centre"]
    await office.post("protection_centre", taken)


async def test_an_instrument_has_days_that_can_be_and_is_fulfilled_when_it_is(
    office: Office,
) -> None:
    case_id = await case(office)
    made = await ordered(office, case_id, "court", "家庭教育令", "neglect", "contact")
    path, told = f"/cases/{case_id}/orders", an_order("家庭教育令", "neglect", "contact")
    for wrong in (
        {"issued_on": TOMORROW},
        {"until_on": "2024-05-05"},
        {"guardian": None, "guardian_ref": "00000000-0000-4000-8000-000000000001"},
    ):
        await office.post("court", path, told | wrong, status=400)
    known = {"guardian": None, "guardian_ref": made["guardian_ref"], "sessions": 1}
    order = await office.post("court", path, told | known, status=201)
    path = f"/orders/{order['id']}"
    await office.post("court", f"{path}/service", {"day": TOMORROW}, status=400)
    await office.post("court", f"{path}/service")
    missing = await office.post("court", f"{path}/fulfilment", status=409)
    assert (missing["clause"], missing["missing"]) == ("WL24:3.3a-2", [1])
    held = {"held_on": TOMORROW, "attended": True, "provider": "某中心"}
    await office.post("court", f"{path}/sessions", held, status=400)
    await office.post("court", f"{path}/sessions", held | {"held_on": "2024-05-06"}, status=201)
    assert (await office.post("court", f"{path}/fulfilment"))["state"] == "fulfilled"


async def test_an_order_that_was_breached_can_be_made_longer_and_never_shorter(
    office: Office,
) -> None:
    made = await ordered(office, await case(office), "court", "保护令", "violence", "keep_away")
    path = f"/orders/{made['id']}"
    for verb in ("service", "breach"):
        await office.post("court", f"{path}/{verb}")
    shorter = {"until_on": "2024-06-01"}
    assert (await office.post("court", f"{path}/extension", shorter, status=400))["allowed"] == [
        "2024-11-06"
    ]
    longer = await office.post("court", f"{path}/extension", {"until_on": "2024-12-01"})
    assert (longer["state"], longer["until_on"]) == ("breached", "2024-12-01")


async def test_a_petition_is_its_petitioners(office: Office) -> None:
    case_id = await case(office)
    for who in ("child_protection_office", "womens_federation", "youth_league"):
        task = {"department": who, "code": "petition"}
        await office.post("civil_affairs", f"/cases/{case_id}/tasks", task, status=201)
    asked = {"reliefs": ["protection_ruling"], "petitioner": "市未保办", "co_petitioners": ["妇联"]}
    path = f"/cases/{case_id}/petitions"
    made = await office.post("child_protection_office", path, asked, status=201)
    path = f"/petitions/{made['id']}"
    for verb in ("filing", "withdrawal", "support-request"):
        refused = await office.post("youth_league", f"{path}/{verb}", status=403)
        assert refused["allowed"] == ["child_protection_office", "womens_federation"]
    assert (await office.post("womens_federation", f"{path}/filing"))["state"] == "filed"


async def test_a_plan_that_is_not_approved_is_made_anew(office: Office) -> None:
    path = f"/cases/{await case(office)}"
    await office.post("town", f"{path}/contact", town="331081100")
    await office.post("town", f"{path}/plans", {"goals": ["school"]}, town="331081100")
    anew = await office.post("civil_affairs/a", f"{path}/plans", {"goals": ["safe_home"]})
    assert anew["number"] == 2
    await office.post("civil_affairs/a", f"{path}/plan-approval", status=409)
    approved = await office.post("civil_affairs/b", f"{path}/plan-approval")
    assert approved["state"] == "in_service"


async def test_a_child_first_kept_silent_about_is_told_of_later(office: Office) -> None:
    none = {"minor_children": {"answer": "没有"}, "began_on": "2024-05-06", "kind": "刑事拘留"}
    told = none | {"person": {"name": "某母金丝雀"}, "town": "泽国镇"}
    made = await office.post("police", "/detentions", told, status=201)
    child = {"name": "某小金丝雀", "relation": "mother", "birth_date": str(date(2019, 1, 1))}
    answer = {"minor_children": {"answer": "有", "children": [child]}}
    later = await office.post("police", f"/detentions/{made['id']}/answer", answer)
    assert (later["state"], later["care_needed"], later["answer"]) == ("reported", True, "has")


async def test_a_transfer_opened_by_mistake_is_called_off_with_its_reason(office: Office) -> None:
    case_id = await case(office)
    path = f"/cases/{case_id}/transfers"
    task = {"department": "protection_centre", "code": "transfer"}
    await office.post("civil_affairs", f"/cases/{case_id}/tasks", task, status=201)
    made = await office.post("protection_centre", path, {"home_code": "520100"}, status=201)
    path = f"/transfers/{made['id']}"
    await office.post("protection_centre", f"{path}/withdrawal", status=400)
    told = {"reason": "identity_was_wrong"}
    off = await office.post("protection_centre", f"{path}/withdrawal", told)
    assert (off["state"], off["open"], off["allowed"]) == ("withdrawn", False, [])
    assert (await office.get("protection_centre", "/transfers"))["items"] == []


async def test_a_child_in_danger_is_seen_daily_until_it_is_safe_and_then_weekly(
    office: Office,
) -> None:
    path = f"/cases/{await case(office)}"
    urgent = {"level": "紧急", "reason": "beaten"}
    await office.post("town", f"{path}/level", urgent, town="331081100")
    for safe, kind in ((False, "visit_urgent"), (True, "visit_high"), (None, "visit_urgent")):
        seen = {"visited_at": "2024-05-06T09:00:00+08:00", "child_seen": True, "safe": safe}
        await office.post("town", f"{path}/visits", seen, town="331081100", status=201)
        clocks = (await office.get("town", path, town="331081100"))["clocks"]
        running = [one["kind"] for one in clocks if one["state"] == "running"]
        assert [one for one in running if one.startswith("visit_")] == [kind]


async def test_a_family_is_assessed_for_what_its_instrument_names(office: Office) -> None:
    path, told = f"/cases/{await case(office)}/assessments", {"purpose": "capacity"}
    told |= {"instrument": "hubei-2023"}
    wrong = told | {"trigger": "full_moon"}
    refused = await office.post("civil_affairs", path, wrong, status=400)
    assert refused["where"] == "body.trigger"
    for trigger in refused["allowed"]:
        made = await office.post("civil_affairs", path, told | {"trigger": trigger}, status=201)
        assert made["trigger"] == trigger
    assert "发现监护风险线索" in refused["allowed"]
