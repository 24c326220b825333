"""What police decide on a report: told to the unit that reported, and open to the procuratorate."""

from typing import Any

import pytest

from shared import vault
from tests.protection.conftest import MORNING, Office
from tests.protection.test_reports import report


async def taken(office: Office, *verbs: str, **more: Any) -> str:
    """Where a report is that police have taken so far."""
    receipt = await office.post("institution", "/reports", report(**more), status=201)
    path = f"/reports/{receipt['id']}"
    for verb in verbs:
        await office.post("police", f"{path}/{verb}")
    return path


async def test_who_concludes_without_filing_is_asked_why_all_the_same(office: Office) -> None:
    path = await taken(office, "acceptance", "criminal-review")
    await office.post("police", f"{path}/non-filing", {"non_filing": "no_facts"})
    done = await office.post("police", f"{path}/conclusion")
    assert (done["state"], done["allowed"]) == (
        "concluded_not_filed",
        ["reasons_request", "resumption"],
    )
    asked = await office.post("procuratorate", f"{path}/reasons-request")
    assert asked["state"] == "reasons_requested"
    ordered = await office.post("procuratorate", f"{path}/filing-order")
    assert ordered["allowed"] == ["filing"]


async def test_a_report_sent_elsewhere_is_taken_up_again_when_it_comes_back(office: Office) -> None:
    path = await taken(office, "acceptance")
    away = await office.post("police", f"{path}/jurisdiction-transfer", {"reason": "elsewhere"})
    assert away["allowed"] == ["resumption"]
    back = await office.post("police", f"{path}/resumption", {"reason": "sent_back"})
    assert back["state"] == "accepted"
    clocks = {clock["kind"]: clock for clock in (await office.get("police", path))["clocks"]}
    assert clocks["police_review"]["state"] == "running"


async def test_a_unit_is_told_of_each_decision_and_of_nothing_before_one(office: Office) -> None:
    path = await taken(office, "acceptance", "administrative-review")
    nothing = await office.post("police", f"{path}/feedback", status=409)
    assert nothing["clause"] == "MINORS:11-3"
    assert {"filing", "non_filing"} <= set(nothing["allowed"])
    for verb in ("case-acceptance", "feedback", "criminal-review"):
        await office.post("police", f"{path}/{verb}")
    assert (await office.post("police", f"{path}/filing"))["feedback_at"] is None
    untold = await office.post("police", f"{path}/prosecution", status=409)
    assert untold["clause"] == "MINORS:11-3"
    await office.post("police", f"{path}/feedback")
    assert (await office.post("police", f"{path}/prosecution"))["state"] == "prosecuted"


async def test_a_girl_is_interviewed_by_women_whatever_the_form_says(office: Office) -> None:
    path = await taken(office)
    held = {"at": MORNING.isoformat(), "one_stop": True, "recorded": True, "female_staff": False}
    held |= {"guardian_present": True, "place_kind": "one_stop_site", "victim_female": False}
    refused = await office.post("police", f"{path}/interviews", held, status=409)
    assert refused["clause"] == "MINORS:112"
    boy = await taken(office, child={"name": "陈大金丝雀", "sex": "男"})
    await office.post("police", f"{boy}/interviews", held, status=201)


async def test_what_was_appraised_stands(office: Office) -> None:
    path = await taken(office)
    wanted = {"kind": "injury_appraisal"}
    asked = await office.post("police", f"{path}/appraisals", wanted, status=201)
    result = f"/appraisals/{asked['id']}/result"
    await office.post("health", result, {"result_code": "light_injury"}, status=204)
    again = await office.post("institution", result, {"result_code": "none"}, status=409)
    assert again["clause"] == "WL24:3.1g"
    (given,) = await office.get("police", f"{path}/appraisals")
    assert given["result_code"] == "light_injury"


async def test_a_child_told_of_before_its_reference_was_a_key_has_one_open_case(
    office: Office,
) -> None:
    first = await office.get("police", await taken(office))
    reference = vault.digest("protection.child", f"ref|{first['child_ref']}")
    by_reference = {"child": {"child_ref": first["child_ref"]}}
    for tell in ("report", "case"):
        await office.sql("DELETE FROM child_key WHERE digest = :d RETURNING 1", d=reference)
        if tell == "report":
            second = await office.get("police", await taken(office, **by_reference))
            assert second["case_id"] == first["case_id"]
        else:
            worry = by_reference | {"level": "高", "origin": "visit"}
            opened = await office.post("police", "/cases", worry, status=201)
            assert opened["id"] == first["case_id"]


@pytest.mark.parametrize("department", ["finance", "housing", "politics_law", "court"])
async def test_every_state_organ_may_report(office: Office, department: str) -> None:
    await office.post(department, "/reports", report(), status=201)


async def test_nothing_is_reported_before_it_was_found(office: Office) -> None:
    early = report(reported_at="2024-05-05T08:30:00+08:00")
    refused = await office.post("institution", "/reports", early, status=400)
    assert (refused["where"], refused["clause"]) == ("body.reported_at", "WL24:3.1a-4")


async def test_no_report_waits_for_a_year_whose_holidays_nobody_has_entered(
    office: Office,
) -> None:
    await office.at("2199-03-04T09:00:00+08:00")
    new = report(institution_type="某种新业态", found_at="2199-03-04T08:30:00+08:00")
    receipt = await office.post("institution", "/reports", new, status=201)
    assert receipt["authority_to_be_assigned"] is True
    wanted = "SELECT due_at, provisional FROM deadline WHERE kind = 'authority_assignment'"
    ((due_at, provisional),) = await office.sql(wanted)
    assert (due_at.isoformat()[:16], provisional) == ("2199-03-05T16:00", True)


async def _term(office: Office, path: str) -> dict[str, Any]:
    clocks = (await office.get("police", path))["clocks"]
    (found,) = [clock for clock in clocks if clock["kind"] == "administrative_case"]
    return dict(found)


GRAVE: dict[str, Any] = {"reason": "grave_and_complex", "approved_by": "台州市公安局"}


async def test_a_complex_public_order_case_has_thirty_days_more_once_as_the_superior_approved(
    office: Office,
) -> None:
    path = await taken(office, "acceptance", "administrative-review", "case-acceptance")
    assert (await _term(office, path))["due_at"] == "2024-06-05T16:00:00Z"
    longer = f"{path}/extension"
    unsaid = await office.post("police", longer, {"approved_by": "台州市公安局"}, status=400)
    assert unsaid["where"] == "body.reason"
    unapproved = await office.post("police", longer, {"reason": "complex"}, status=409)
    assert (unapproved["clause"], unapproved["where"]) == ("PSAPL:99-1", "body.approved_by")
    await office.post("procuratorate", longer, GRAVE, status=403)
    assert (await office.post("police", longer, GRAVE))["state"] == "administrative_case"
    term = await _term(office, path)
    assert (term["state"], term["due_at"]) == ("running", "2024-07-05T16:00:00Z")
    assert (term["history"][-1]["what"], term["history"][-1]["why"]) == ("extended", "PSAPL:99-1")
    step = (await office.get("procuratorate", f"{path}/steps"))[-1]
    told = {name: step[name] for name in ("verb", "reason", "approved_by", "clause")}
    assert told == GRAVE | {"verb": "extension", "clause": "PSAPL:99-1"}
    again = await office.post("police", longer, GRAVE, status=409)
    assert (again["clause"], again["type"].rsplit("/")[-1]) == ("PSAPL:99-1", "no-more-time")
    await office.at("2024-06-06T09:00:00+08:00")
    assert "administrative_case" not in await _missed(office)
    await office.at("2024-07-06T00:00:01+08:00")
    assert "administrative_case" in await _missed(office)


async def _missed(office: Office) -> set[str]:
    return {told["kind"] for told in await office.events("protection.deadline.missed.v1")}


async def test_a_term_that_is_over_and_a_criminal_case_are_not_extended(office: Office) -> None:
    verbs = ("acceptance", "administrative-review", "case-acceptance")
    over, crime = await taken(office, *verbs), await taken(office, *verbs)
    await office.post("police", f"{crime}/criminal-review")
    unlawful = await office.post("police", f"{crime}/extension", GRAVE, status=409)
    assert (unlawful["state"], unlawful["clause"]) == ("under_criminal_review", "PSAPL:99-1")
    await office.post("police", f"{crime}/filing")
    assert "extension" not in (await office.get("police", crime))["allowed"]
    await office.post("police", f"{crime}/extension", GRAVE, status=409)
    await office.at("2024-06-06T00:00:01+08:00")
    late = await office.post("police", f"{over}/extension", GRAVE, status=409)
    assert late["clause"] == "PSAPL:99-1"
    assert (await _term(office, over))["state"] == "missed"


async def test_a_term_that_stands_still_for_an_appraisal_is_extended_by_as_much(
    office: Office,
) -> None:
    path = await taken(office, "acceptance", "administrative-review", "case-acceptance")
    asked = await office.post("police", f"{path}/appraisals", {"kind": "injury_appraisal"})
    await office.post("police", f"{path}/extension", GRAVE)
    await office.at("2024-07-16T09:00:00+08:00")
    result = {"result_code": "light_injury"}
    await office.post("health", f"/appraisals/{asked['id']}/result", result, status=204)
    term = await _term(office, path)
    assert (term["state"], term["due_at"]) == ("running", "2024-09-14T16:00:00Z")
