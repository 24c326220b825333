"""No clock is lost and none runs for nothing; every end of care has its condition."""

from typing import Any
from uuid import UUID

from tests.patience import eventually
from tests.protection.conftest import Office
from tests.protection.test_care import an_order, assessed, case, ordered, placed, station
from tests.protection.test_reports import report

TOWN = "331081100"


async def running(office: Office, subject: str) -> set[str]:
    """The clocks of a subject that wait for somebody."""
    rows = await office.sql(
        "SELECT kind FROM deadline WHERE subject_id = :i AND met_at IS NULL "
        "AND cancelled_at IS NULL AND NOT silent",
        i=UUID(subject),
    )
    return {row[0] for row in rows}


async def test_another_level_moves_its_own_clocks_and_no_other(office: Office) -> None:
    await station(office)
    case_id = await case(office)
    await placed(office, case_id)
    assert await running(office, case_id) == {
        "contact_high",
        "contact_urgent",
        "assessment_after_removal",
    }
    lower = {"level": "中", "reason": "safer"}
    await office.post("town", f"/cases/{case_id}/level", lower, town=TOWN)
    assert await running(office, case_id) == {"contact_middle", "assessment_after_removal"}


async def test_a_report_that_raises_a_case_shortens_its_first_contact(office: Office) -> None:
    child = {"name": "林小金丝雀", "birth_date": "2016-03-01"}
    case_id = await case(office)
    await office.at("2024-05-06T09:01:00+08:00")
    await office.post("institution", "/reports", report(child=child), status=201)

    async def raised() -> bool:
        return await running(office, case_id) >= {"contact_high", "contact_urgent"}

    await eventually(raised)


async def test_who_reviews_a_report_at_once_has_no_dispatch_left_to_miss(office: Office) -> None:
    receipt = await office.post("police", "/reports", report())
    path = f"/reports/{receipt['id']}"
    await office.post("police", f"{path}/acceptance")
    assert "police_dispatch" in await running(office, receipt["id"])
    await office.post("police", f"{path}/administrative-review")
    assert await running(office, receipt["id"]) == {"administrative_review", "authority_filing"}


async def test_the_procuratorate_hears_of_each_filing_and_each_non_filing(office: Office) -> None:
    receipt = await office.post("police", "/reports", report())
    path = f"/reports/{receipt['id']}"
    for verb in ("acceptance", "criminal-review"):
        await office.post("police", f"{path}/{verb}")
    await office.post("police", f"{path}/non-filing", {"non_filing": "no_facts", "note": "金丝雀"})
    await office.post("procuratorate", f"{path}/reasons-request")
    await office.post("procuratorate", f"{path}/filing-order")
    await office.post("police", f"{path}/filing")
    told = await office.events("protection.report.decided.v1")
    assert [(e["decision"], e["reason"]) for e in told] == [
        ("not_filed", "no_facts"),
        ("filed", None),
    ]


async def test_a_case_is_not_closed_over_a_child_in_care(office: Office) -> None:
    await station(office)
    case_id = await case(office)
    await placed(office, case_id)
    await office.post("town", f"/cases/{case_id}/contact", town=TOWN)
    reason = {"closure_reason": "safe_at_home"}
    refused = await office.post(
        "town", f"/cases/{case_id}/closure-proposal", reason, town=TOWN, status=409
    )
    assert refused["where"] == "placements"


async def test_a_child_sent_home_is_fetched_within_three_days_and_visited(office: Office) -> None:
    await station(office)
    case_id = await case(office)
    placement = await placed(office, case_id)
    passed = await assessed(office, case_id, 100)
    path = f"/placements/{placement['id']}"
    await office.post("civil_affairs", f"{path}/return", {"assessment_id": passed["id"]})
    assert await running(office, placement["id"]) == {"guardian_collection"}
    assert "return_visit" in await running(office, case_id)
    await office.at("2024-05-10T09:00:00+08:00")
    missed = await office.events("protection.deadline.missed.v1")
    assert "guardian_collection" in {event["kind"] for event in missed}
    assert (await office.post("civil_affairs", f"{path}/collection"))["state"] == "home"
    visit = {"visited_at": "2024-05-10T08:00:00+08:00", "child_seen": True, "safe": True}
    await office.post("town", f"/cases/{case_id}/visits", visit, town=TOWN)
    assert await running(office, placement["id"]) == set()
    assert "return_visit" not in await running(office, case_id)


async def test_the_term_of_care_and_the_end_of_an_order_are_told_before(office: Office) -> None:
    await station(office)
    case_id = await case(office)
    placement = await placed(office, case_id)
    order = await ordered(office, case_id, "court", "人身安全保护令", "violence", "keep_away")
    await office.at("2024-10-24T09:00:00+08:00")
    (near,) = await office.events("protection.term.ending.v1")
    assert (near["subject_id"], near["ends_on"]) == (order["id"], "2024-11-06")
    await office.at("2025-04-07T09:00:00+08:00")
    near = (await office.events("protection.term.ending.v1"))[-1]
    assert (near["subject_id"], near["kind"]) == (placement["id"], "placement_alarm")
    assert near["ends_on"] == "2025-05-06"


async def test_care_ends_in_a_transfer_only_when_the_other_side_has_the_child(
    office: Office,
) -> None:
    await station(office)
    case_id = await case(office)
    placement = await placed(office, case_id)
    away = f"/placements/{placement['id']}/home-transfer"
    assert (await office.post("civil_affairs", away, status=409))["clause"] == "WL24:3.5c-3"
    transfer = await office.post(
        "civil_affairs", f"/cases/{case_id}/transfers", {"home_code": "520100"}
    )
    for verb in ("contact", "agreement", "escort"):
        await office.post("civil_affairs", f"/transfers/{transfer['id']}/{verb}")
    await office.post("civil_affairs", away, status=409)
    ref = {"confirmation_ref": "黔民接2024-1"}
    await office.post("civil_affairs", f"/transfers/{transfer['id']}/confirmation", ref)
    assert (await office.post("civil_affairs", away))["state"] == "transferred"


async def test_nobody_leaves_as_an_adult_before_eighteen(office: Office) -> None:
    await station(office)
    placement = await placed(office, await case(office))
    path = f"/placements/{placement['id']}/majority"
    assert (await office.post("civil_affairs", path, status=409))["clause"] == "CIVIL:17"
    await office.at("2034-03-01T09:00:00+08:00")
    assert (await office.post("civil_affairs", path))["state"] == "left_of_age"


async def adoption(office: Office, placement_id: str, **told: Any) -> dict[str, Any]:
    """The refusal of an adoption, with what is missing."""
    path = f"/placements/{placement_id}/adoption"
    refused = await office.post("civil_affairs", path, told, status=409)
    assert isinstance(refused, dict)
    return refused


async def test_a_child_of_eight_is_adopted_only_with_its_consent_and_a_lawful_ground(
    office: Office,
) -> None:
    await station(office)
    placement = await placed(office, await case(office))
    assert (await adoption(office, placement["id"]))["missing"] == ["adoptee", "child_consents"]
    unasked = await adoption(office, placement["id"], adoptee="orphan")
    assert unasked["missing"] == ["child_consents"]
    await adoption(office, placement["id"], adoptee="orphan", child_consents=False)
    await adoption(office, placement["id"], adoptee="parents_not_found", child_consents=True)
    path = f"/placements/{placement['id']}/adoption"
    agreed = {"adoptee": "orphan", "child_consents": True}
    await office.post("civil_affairs/a", path, agreed)
    assert (await office.post("civil_affairs/b", path, agreed))["state"] == "adopted"


async def test_long_term_care_of_a_foundling_waits_for_the_inquiry(office: Office) -> None:
    await station(office)
    case_id = await case(office, name=None)
    placement = await placed(office, case_id)
    path = f"/placements/{placement['id']}/long-term"
    end = {"ground": "no_guardian_found"}
    assert (await office.post("civil_affairs", path, end, status=409))["clause"] == "MINORS:94-1"
    told = {"found_at": "2024-05-05T02:00:00+08:00", "infant": True}
    row = await office.post("civil_affairs", f"/cases/{case_id}/foundlings", told, status=201)
    steps = f"/foundlings/{row['id']}/steps"
    await office.post("police", steps, {"dna_result": "no_match", "tracing_result": "not_found"})
    await office.post("civil_affairs", steps, {"notice_on": "2024-05-06"})
    await office.at("2024-07-06T09:00:00+08:00")
    (ended,) = await office.events("protection.term.ending.v1")
    assert ended["kind"] == "foundling_notice"
    await office.post("civil_affairs", steps, {"outcome": "parents_not_found"})
    (seen,) = await office.get("civil_affairs", f"/cases/{case_id}/foundlings")
    assert (seen["outcome"], seen["notice_until"]) == ("parents_not_found", "2024-07-05")
    await office.post("civil_affairs/a", path, end)
    assert (await office.post("civil_affairs/b", path, end))["state"] == "long_term"


async def test_when_nobody_petitions_in_time_civil_affairs_must(office: Office) -> None:
    case_id = await case(office)
    await assessed(office, case_id, 100, red_lines=["serious_harm"])
    assert "petition_by_others" in await running(office, case_id)
    await office.at("2024-05-21T09:00:00+08:00")
    assert "petition_by_civil_affairs" in await running(office, case_id)
    assert "petition_by_others" not in await running(office, case_id)
    told = {"reliefs": ["revocation"], "petitioner": "民政局", "grounds": ["serious_abuse"]}
    row = await office.post("civil_affairs", f"/cases/{case_id}/petitions", told, status=201)
    await office.post("civil_affairs", f"/petitions/{row['id']}/filing")
    assert "petition_by_civil_affairs" not in await running(office, case_id)


async def test_a_better_assessment_ends_the_wait_for_a_petition(office: Office) -> None:
    case_id = await case(office)
    await assessed(office, case_id, 100, red_lines=["serious_harm"])
    await assessed(office, case_id, 100)
    assert "petition_by_others" not in await running(office, case_id)


async def test_each_relief_has_its_petitioners(office: Office) -> None:
    case_id = await case(office)
    path = f"/cases/{case_id}/petitions"
    asks = {"reliefs": ["revocation"], "grounds": ["serious_abuse"]}
    for barred in ("police", "parent"):
        refused = await office.post(
            "child_protection_office", path, asks | {"petitioner": barred}, status=409
        )
        assert refused["clause"] == "CIVIL:36"
        assert barred not in refused["allowed"]
    protect = {"reliefs": ["protection_ruling"], "petitioner": "公安机关"}
    await office.post("child_protection_office", path, protect, status=201)
    await office.post("procuratorate", path, protect, status=403)


async def test_a_supervisor_s_flag_is_answered_in_time_and_nothing_is_closed_over_it(
    office: Office,
) -> None:
    case_id = await case(office)
    path = f"/cases/{case_id}"
    await office.post("town", f"{path}/contact", town=TOWN)
    worry = {"code": "slow", "words": "多日未走访金丝雀"}
    await office.post("town", f"{path}/flags", worry, town=TOWN, status=403)
    flag = await office.post("procuratorate", f"{path}/flags", worry, status=201)
    assert await running(office, flag["id"]) == {"flag_answer"}
    reason = {"closure_reason": "safe_at_home"}
    closing = f"{path}/closure-proposal"
    refused = await office.post("town", closing, reason, town=TOWN, status=409)
    assert refused["where"] == "flags"
    await office.at("2024-05-10T00:00:01+08:00")
    missed = await office.events("protection.deadline.missed.v1")
    assert ("flag_answer", "town") in {(one["kind"], one["department"]) for one in missed}
    clearance = f"/flags/{flag['id']}/clearance"
    await office.post("civil_affairs", clearance, status=403)
    await office.post("procuratorate", clearance)
    await office.post("procuratorate", clearance, status=409)
    assert await running(office, flag["id"]) == set()
    shown = await office.get("procuratorate", path)
    assert ("flag_answer", "late") in {(c["kind"], c["state"]) for c in shown["clocks"]}
    await office.post("town", closing, reason, town=TOWN)


async def test_a_unit_that_is_told_too_late_was_told_too_late_for_ever(office: Office) -> None:
    receipt = await office.post("institution", "/reports", report())
    path = f"/reports/{receipt['id']}"
    for verb in ("acceptance", "criminal-review", "filing"):
        await office.post("police", f"{path}/{verb}")
    due = (await office.get("institution", path))["feedback_due_at"]
    assert due == "2024-05-09T16:00:00Z"
    await office.post("police", f"{path}/prosecution", status=409)
    await office.at("2024-05-10T00:00:01+08:00")
    missed = await office.events("protection.deadline.missed.v1")
    assert "unit_feedback" in {one["kind"] for one in missed}
    await office.post("police", f"{path}/feedback")
    rows = await office.sql(
        "SELECT met_at > due_at, missed_at IS NOT NULL FROM deadline WHERE kind = 'unit_feedback'"
    )
    assert rows == [(True, True)]
    await office.post("police", f"{path}/prosecution")


async def test_only_the_village_dissuades(office: Office) -> None:
    case_id = await case(office)
    task = {"department": "village", "code": "talk"}
    await office.post("civil_affairs", f"/cases/{case_id}/tasks", task, status=201)
    told = an_order("劝诫", "left_alone", "stay_with_child")
    await office.post("town", f"/cases/{case_id}/orders", told, town=TOWN, status=403)
    elsewhere = "331081101"
    await office.post("village", f"/cases/{case_id}/orders", told, town=elsewhere, status=404)
    order = await office.post("village", f"/cases/{case_id}/orders", told, town=TOWN, status=201)
    served = await office.post("village", f"/orders/{order['id']}/service", town=TOWN)
    assert (served["kind"], served["state"]) == ("dissuasion", "served")


async def test_a_village_knows_of_the_cases_and_tasks_that_are_its_own_and_of_its_own_reports(
    office: Office,
) -> None:
    case_id = await case(office)
    await case(office, name="江小金丝雀", birth_date="2017-03-01")
    told = report(town="泽国镇", child={"name": "某", "birth_date": "2017-03-01"})
    receipt = await office.post("institution", "/reports", told, status=201)
    assert (await office.get("village", "/cases", town=TOWN))["items"] == []
    assert (await office.get("village", "/reports", town=TOWN))["items"] == []
    await office.get("village", f"/reports/{receipt['id']}", town=TOWN, status=404)
    task = {"department": "village", "code": "visit", "due_on": "2024-05-06"}
    await office.post("civil_affairs", f"/cases/{case_id}/tasks", task, status=201)
    await office.at("2024-05-07T09:00:00+08:00")
    seen = {}
    for place in (TOWN, "331081101", None):
        cases = (await office.get("village", "/cases", town=place))["items"]
        overdue = (await office.get("village", "/overdue-tasks", town=place))["items"]
        seen[place] = [one["id"] for one in cases] + [one["case_id"] for one in overdue]
    assert seen == {TOWN: [case_id, case_id], "331081101": [], None: []}


async def filed(office: Office, case_id: str, *reliefs: str, **more: Any) -> str:
    """A petition of civil affairs that is before the court."""
    told = {"reliefs": list(reliefs), "petitioner": "民政局", "grounds": ["serious_abuse"]} | more
    row = await office.post("civil_affairs", f"/cases/{case_id}/petitions", told, status=201)
    await office.post("civil_affairs", f"/petitions/{row['id']}/filing")
    return str(row["id"])


async def due(office: Office, petition_id: str) -> dict[str, tuple[str, str]]:
    """The clocks of a petition: when each is due, and by which clause."""
    rows = await office.sql(
        "SELECT kind, to_char(due_at AT TIME ZONE 'Asia/Shanghai', 'MM-DD HH24:MI'), clause "
        "FROM deadline WHERE subject_id = :i",
        i=UUID(petition_id),
    )
    return {kind: (at, clause) for kind, at, clause in rows}


async def test_protection_before_the_suit_is_due_by_both_laws_and_the_shorter_comes_first(
    office: Office,
) -> None:
    before = await filed(office, await case(office), "人身安全保护")
    assert await due(office, before) == {
        "protection_order_decision": ("05-09 09:00", "DV:28"),
        "protection_ruling_decision": ("05-08 09:00", "FF2014-24:25"),
    }
    other = await case(office, name="江小金丝雀", birth_date="2017-03-01")
    await filed(office, other, "撤销监护")
    in_suit = await filed(office, other, "人身安全保护")
    assert await due(office, in_suit) == {"protection_order_decision": ("05-09 09:00", "DV:28")}
    at_once = await filed(office, other, "人身安全保护", urgent=True)
    assert await due(office, at_once) == {
        "protection_order_urgent": ("05-07 09:00", "DV:28"),
        "protection_ruling_decision": ("05-08 09:00", "FF2014-24:25"),
    }


async def test_a_ruling_that_protects_meets_its_clocks_and_leaves_the_judgment_its_own(
    office: Office,
) -> None:
    case_id = await case(office)
    petition = await filed(office, case_id, "人身安全保护", "撤销监护", "抚养费", urgent=True)
    assert await running(office, petition) == {
        "protection_order_urgent",
        "protection_ruling_decision",
        "revocation_decision",
        "maintenance_decision",
    }
    order = an_order("人身安全保护令", "violence", "keep_away")
    await office.post("court", f"/cases/{case_id}/orders", order, status=201)
    assert await running(office, petition) == {"revocation_decision", "maintenance_decision"}
    judgment = {"judgment_ref": "(2024)浙1081民特1号", "appointed": "civil_affairs"}
    await office.post("court", f"/petitions/{petition}/grant", judgment)
    assert await running(office, petition) == set()
    met = "SELECT bool_and(met_at IS NOT NULL) FROM deadline WHERE subject_id = :i"
    assert await office.sql(met, i=UUID(petition)) == [(True,)]
