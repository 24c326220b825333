"""An office sees what it has to do, by when, about what; a case names all it is made of."""

from datetime import datetime, timedelta
from typing import Any

from tests.protection.conftest import Office
from tests.protection.test_care import assessed, case, ordered, placed, station
from tests.protection.test_reports import report

TOWN, OTHER_TOWN = "331081100", "331081101"


async def desk(office: Office, who: str, query: str = "", **more: Any) -> list[dict[str, Any]]:
    """The lines of a desk."""
    page = await office.get(who, f"/clocks{query}", **more)
    return list(page["items"])


async def test_a_desk_leads_from_each_clock_to_its_thing_and_its_case(office: Office) -> None:
    receipt = await office.post("institution", "/reports", report(), status=201)
    lines = await desk(office, "police")
    assert {line["kind"] for line in lines} == {"police_acceptance"}
    (line,) = lines
    assert (line["about"], line["about_id"]) == ("report", receipt["id"])
    assert line["path"] == f"/v1/protection/reports/{receipt['id']}"
    seen = await office.get("police", line["path"].removeprefix("/v1/protection"))
    assert line["case_id"] == seen["case_id"]
    assert [clock["kind"] for clock in seen["clocks"]].count("police_acceptance") == 1
    await office.post("police", f"/reports/{receipt['id']}/acceptance")
    assert [line["kind"] for line in await desk(office, "police")] == ["police_dispatch"]
    (filing,) = await desk(office, "education")
    assert (filing["kind"], filing["zh"]) == ("authority_filing", "向主管部门备案期限")


async def test_what_ran_out_what_is_due_today_and_what_within_the_week_are_told_apart(
    office: Office,
) -> None:
    case_id = await case(office)
    first = {"department": "police", "code": "look_for_father", "due_on": "2024-05-06"}
    later = {"department": "police", "code": "ask_neighbours", "due_on": "2024-05-10"}
    for task in (first, later):
        await office.post("civil_affairs", f"/cases/{case_id}/tasks", task, status=201)

    async def counted(due: str) -> int:
        lines = await desk(office, "police", f"?due={due}&kind=case_task")
        assert all(line["zh"] == "交办任务" for line in lines)
        assert all(line["case_id"] == case_id for line in lines)
        return len(lines)

    assert [await counted(due) for due in ("overdue", "today", "week")] == [0, 1, 2]
    await office.at("2024-05-08T09:00:00+08:00")
    assert [await counted(due) for due in ("today", "week")] == [0, 1]
    assert len((await office.get("police", "/overdue-tasks"))["items"]) == 1


async def test_who_oversees_may_see_every_desk_and_nobody_else_another_s(office: Office) -> None:
    await office.post("institution", "/reports", report(), status=201)
    theirs = await desk(office, "child_protection_office", "?department=市公安局")
    assert {line["department"] for line in theirs} == {"police"}
    everybody = await desk(office, "procuratorate", "?department=everybody&due=week")
    assert {line["department"] for line in everybody} >= {"police", "education"}
    refused = await office.get("education", "/clocks?department=police", status=403)
    assert "child_protection_office" in refused["allowed"]
    assert await desk(office, "procuratorate") == []


async def test_a_town_s_desk_is_its_own(office: Office) -> None:
    case_id = await case(office)
    (line,) = await desk(office, "town", town=TOWN)
    assert (line["kind"], line["about"], line["case_id"]) == ("contact_high", "case", case_id)
    assert await desk(office, "town", town=OTHER_TOWN) == []
    await office.get("town", f"/clocks?town={TOWN}", town=OTHER_TOWN, status=403)


async def test_lists_are_narrowed_to_what_is_due_and_to_one_child(office: Office) -> None:
    case_id = await case(office)
    other = await case(office, name="方小金丝雀", birth_date="2017-05-05")
    child_ref = (await office.get("civil_affairs", f"/cases/{case_id}"))["child_ref"]

    async def listed(query: str) -> list[str]:
        page = await office.get("civil_affairs", f"/cases?{query}")
        return [row["id"] for row in page["items"]]

    assert await listed(f"child_ref={child_ref}") == [case_id]
    assert await listed("due=overdue") == []
    await office.at("2024-05-07T08:00:00+08:00")
    assert set(await listed("due=today")) == {case_id, other}
    await office.post("town", f"/cases/{other}/contact", town=TOWN)
    await office.at("2024-05-07T10:00:00+08:00")
    assert await listed("due=overdue") == [case_id]
    reported = await office.post("police", "/reports", report(), status=201)
    assert (await office.get("police", "/reports?due=overdue"))["items"] == []
    await office.at("2024-05-07T12:00:00+08:00")
    (late,) = (await office.get("police", "/reports?due=overdue"))["items"]
    assert late["id"] == reported["id"]


async def test_a_case_names_all_it_is_made_of_and_every_clock_of_it(office: Office) -> None:
    await station(office)
    case_id = await case(office)
    placement = await placed(office, case_id)
    grade = await assessed(office, case_id, 100)
    order = await ordered(office, case_id, "court", "家庭教育令", "neglect", "provide_care")
    await office.post("court", f"/orders/{order['id']}/service")
    asked = {"reliefs": ["protection_ruling"], "petitioner": "妇联", "urgent": True}
    petition = await office.post("civil_affairs", f"/cases/{case_id}/petitions", asked, status=201)
    await office.post("civil_affairs", f"/petitions/{petition['id']}/filing")
    seen = await office.get("court", f"/cases/{case_id}")
    parts = {(part["kind"], part["id"]): part for part in seen["parts"]}
    assert set(parts) == {
        ("placement", placement["id"]),
        ("assessment", grade["id"]),
        ("order", order["id"]),
        ("petition", petition["id"]),
    }
    for part in parts.values():
        read = await office.get("court", part["path"].removeprefix("/v1/protection"))
        assert (read["id"], read["state"]) == (part["id"], part["state"])
    clocks = {clock["kind"] for clock in seen["clocks"]}
    assert clocks >= {"order_follow_up", "protection_order_urgent", "placement_term", "case_note"}
    due = await desk(office, "court")
    assert {line["about"] for line in due} == {"order", "petition"}


async def test_who_keeps_the_house_has_the_task_and_the_clock_of_its_bed(office: Office) -> None:
    case_id = await case(office, name=None)
    told = {
        "kind": "protection_centre",
        "name": "市未成年人救助保护中心",
        "separate_zone": True,
        "dedicated_staff": True,
        "beds": 2,
    }
    house = await office.post("civil_affairs", "/facilities", told, status=201)
    await office.get("protection_centre", f"/cases/{case_id}", status=404)
    wish = {"ground": "unidentified", "unidentified": True}
    held = await office.post("police", f"/cases/{case_id}/placements", wish, status=404)
    assert held["status"] == 404
    held = await office.post("civil_affairs", f"/cases/{case_id}/placements", wish, status=201)
    assert (held["state"], held["carer_kind"]) == ("held", "protection_centre")
    (line,) = await desk(office, "protection_centre")
    assert (line["kind"], line["path"]) == ("bed_hold", f"/v1/protection/placements/{held['id']}")
    await office.post("protection_centre", f"/placements/{held['id']}/confirmation")
    assert await desk(office, "protection_centre") == []
    query = f"/placements?facility_id={house['id']}"
    (row,) = (await office.get("protection_centre", query))["items"]
    assert (row["id"], row["state"]) == (held["id"], "confirmed")
    assert (await office.get("protection_centre", f"{query}&state=in_care"))["items"] == []
    assert (await office.get("court", "/placements"))["items"] == []


async def test_an_issuer_finds_its_instruments_by_state_and_by_their_end(office: Office) -> None:
    case_id = await case(office)
    order = await ordered(office, case_id, "court", "人身安全保护令", "violence", "keep_away")

    async def listed(who: str, query: str) -> list[str]:
        return [row["id"] for row in (await office.get(who, f"/orders?{query}"))["items"]]

    assert await listed("court", "state=issued&ends_by=2024-11-06") == [order["id"]]
    assert await listed("court", "state=issued&ends_by=2024-11-05") == []
    assert await listed("court", "kind=admonition") == []
    assert await listed("health", "") == []


async def test_the_time_of_an_expert_s_appraisal_does_not_count_and_the_clock_says_so(
    office: Office,
) -> None:
    receipt = await office.post("police", "/reports", report(), status=201)
    path = f"/reports/{receipt['id']}"
    for verb in ("acceptance", "administrative-review", "case-acceptance"):
        await office.post("police", f"{path}/{verb}")

    async def clock() -> dict[str, Any]:
        seen = await office.get("police", path)
        (found,) = [one for one in seen["clocks"] if one["kind"] == "administrative_case"]
        return dict(found)

    before = await clock()
    asked = await office.post("police", f"{path}/appraisals", {"kind": "injury_appraisal"})
    await office.post("police", f"{path}/appraisals", {"kind": "psychological_assessment"})
    assert (await clock())["state"] == "paused"
    assert "administrative_case" not in {line["kind"] for line in await desk(office, "police")}
    await office.at("2024-05-16T09:00:00+08:00")
    result = {"result_code": "light_injury"}
    await office.post("health", f"/appraisals/{asked['id']}/result", result, status=204)
    after = await clock()
    waited = datetime.fromisoformat(after["due_at"]) - datetime.fromisoformat(before["due_at"])
    assert (after["state"], waited) == ("running", timedelta(days=10))
    assert [line["what"] for line in after["history"]] == ["started", "paused", "resumed"]
    assert after["history"][1]["why"] == "PSAPL:99-2"


async def test_a_length_that_no_text_gives_is_marked_where_it_is_shown(office: Office) -> None:
    case_id = await case(office)
    receipt = await office.post("police", "/reports", report(), status=201)
    for verb in ("acceptance", "criminal-review"):
        await office.post("police", f"/reports/{receipt['id']}/{verb}")
    lines = {line["kind"]: line for line in await desk(office, "police")}
    assert lines["criminal_review"]["to_confirm"] is None
    (contact,) = (await office.get("civil_affairs", f"/cases/{case_id}"))["clocks"]
    assert "待法律人员确认" in contact["to_confirm"]
    question = {"situation": {"topic": "police_duty", "received_at": "2024-05-06 09:00"}}
    answer = await office.post("police", "/evaluations", question)
    marked = {line["figure"]: line for line in answer["to_confirm"]}
    assert marked["unit_feedback_days"]["certainty"] == "assumption"
    assert marked["non_filing_reasons_days"]["certainty"] == "memory"
    assert "criminal_review_days" not in marked
    assert marked["unit_feedback_days"]["value"] == 3
