"""Children nobody claims and children from elsewhere: no step shortens what the law gives them."""

from typing import Any
from uuid import uuid4

from tests.protection.conftest import Office
from tests.protection.test_care import case, placed, station
from tests.protection.test_terms import running

FOUND = {"found_at": "2024-05-05T02:00:00+08:00", "infant": True}
NOBODY = {"dna_result": "no_match", "tracing_result": "not_found"}


async def inquiry(office: Office) -> tuple[str, dict[str, Any]]:
    """A case and its open inquiry after the parents."""
    case_id = await case(office, name=None)
    row = await office.post("civil_affairs", f"/cases/{case_id}/foundlings", FOUND, status=201)
    return case_id, row


async def test_the_notice_has_its_sixty_days_from_the_day_it_was_given(office: Office) -> None:
    _, row = await inquiry(office)
    path = f"/foundlings/{row['id']}/steps"
    for wrong in ("2024-05-04", "2024-05-07", "2024-02-01"):
        refused = await office.post("civil_affairs", path, {"notice_on": wrong}, status=400)
        assert (refused["clause"], refused["where"]) == ("ADOPT:8", "body.notice_on"), wrong
    noticed = await office.post("civil_affairs", path, {"notice_on": "2024-05-05"}, status=201)
    assert (noticed["notice_until"], noticed["version"]) == ("2024-07-04", 2)
    await office.post("police", path, NOBODY, status=201)
    await office.at("2024-07-04T23:00:00+08:00")
    await office.post("civil_affairs", path, {"outcome": "parents_not_found"}, status=409)
    await office.at("2024-07-05T00:00:01+08:00")
    await office.post("civil_affairs", path, {"outcome": "parents_not_found"}, status=201)


async def test_one_inquiry_is_open_at_a_time_and_what_it_came_to_stands(office: Office) -> None:
    case_id, row = await inquiry(office)
    again = f"/cases/{case_id}/foundlings"
    tomorrow = FOUND | {"found_at": "2024-05-07T02:00:00+08:00"}
    await office.post("civil_affairs", again, tomorrow, status=400)
    second = await office.post("civil_affairs", again, FOUND, status=409)
    assert (second["clause"], second["allowed"]) == ("WL24:4.1c-1", [row["id"]])
    path = f"/foundlings/{row['id']}/steps"
    by_police = await office.post("civil_affairs", path, NOBODY, status=403)
    assert (by_police["clause"], by_police["allowed"]) == ("WL24:4.1c-1", ["police"])
    assert "foundling_inquiry" in await running(office, row["id"])
    await office.post("police", path, {"outcome": "claimed"}, status=201)
    assert await running(office, row["id"]) == set()
    for later in (NOBODY, {"outcome": "parents_not_found"}, {"outcome": "claimed"}):
        await office.post("police", path, later, status=409)
    await office.post("civil_affairs", again, FOUND, status=201)


async def test_who_was_sought_in_vain_may_come_and_then_the_child_is_not_given_away(
    office: Office,
) -> None:
    await station(office)
    case_id, row = await inquiry(office)
    path = f"/foundlings/{row['id']}/steps"
    await office.post("civil_affairs", path, {"notice_on": "2024-05-06"})
    await office.post("police", path, NOBODY)
    placement = await placed(office, case_id)
    await office.at("2024-07-06T09:00:00+08:00")
    await office.post("civil_affairs", path, {"outcome": "parents_not_found"}, status=201)
    await office.post("civil_affairs", path, {"outcome": "claimed"}, status=201)
    adopting = f"/placements/{placement['id']}/adoption"
    wish = {"adoptee": "parents_not_found", "child_consents": True}
    refused = await office.post("civil_affairs", adopting, wish, status=409)
    assert refused["clause"] == "CIVIL:1093"
    grown = await office.post(
        "civil_affairs", f"/placements/{placement['id']}/majority", status=409
    )
    assert grown["clause"] == "CIVIL:17"


async def test_a_transfer_crosses_a_border_once_and_ends_the_care_it_came_after(
    office: Office,
) -> None:
    await station(office)
    case_id = await case(office)
    path = f"/cases/{case_id}/transfers"
    here = await office.post("civil_affairs", path, {"home_code": "331081"}, status=400)
    assert (here["clause"], here["where"]) == ("WL24:3.5c-3", "body.home_code")
    strange = {"home_code": "520102", "placement_id": str(uuid4())}
    assert (await office.post("civil_affairs", path, strange, status=400))["where"] == (
        "body.placement_id"
    )
    row = await office.post("civil_affairs", path, {"home_code": "520102"}, status=201)
    second = await office.post("civil_affairs", path, {"home_code": "520103"}, status=409)
    assert second["allowed"] == [row["id"]]
    going = f"/transfers/{row['id']}"
    for verb in ("contact", "agreement", "escort"):
        await office.post("civil_affairs", f"{going}/{verb}")
    early = {"confirmation_ref": "黔民接2024-1", "day": "2024-05-05"}
    await office.post("civil_affairs", f"{going}/confirmation", early, status=400)
    await office.post("civil_affairs", f"{going}/confirmation", early | {"day": "2024-05-06"})
    await office.at("2024-05-20T09:00:00+08:00")
    placement = await placed(office, case_id)  # it came back
    away = f"/placements/{placement['id']}/home-transfer"
    assert (await office.post("civil_affairs", away, status=409))["clause"] == "WL24:3.5c-3"


async def test_a_child_whose_birth_nobody_knows_does_not_leave_as_an_adult(office: Office) -> None:
    await station(office)
    placement = await placed(office, await case(office, name=None, birth_date=None))
    path = f"/placements/{placement['id']}/majority"
    unknown = await office.post("civil_affairs", path, status=409)
    assert (unknown["clause"], unknown["missing"]) == ("CIVIL:17", ["birth_date"])


async def test_a_revocation_on_record_says_when_restoration_may_be_asked_for(
    office: Office,
) -> None:
    case_id = await case(office)
    wish: dict[str, Any] = {"reliefs": ["revocation"], "petitioner": "relative"}
    wish |= {"grounds": ["six_months_refusal"]}
    path = f"/cases/{case_id}/petitions"
    row = await office.post("child_protection_office", path, wish, status=201)
    await office.post("child_protection_office", f"/petitions/{row['id']}/filing")
    await office.post("court", f"/petitions/{row['id']}/grant", {"judgment_ref": "1"})
    facts = {"revoked_on": "2023-12-01", "applied_on": "2024-05-06", "applicant_is_parent": True}
    facts |= {"repentance": True, "ward_wants": True}
    back = {"reliefs": ["restoration"], "petitioner": "parent", "restoration": facts}
    early = await office.post("child_protection_office", path, back, status=409)
    assert early["clause"] == "FF2014-24:40"
    to_come = back | {"restoration": facts | {"applied_on": "2024-09-06"}}
    assert (await office.post("child_protection_office", path, to_come, status=400))["where"] == (
        "body.restoration.applied_on"
    )
    await office.at("2024-09-06T09:00:00+08:00")
    less_than_none = to_come | {"restoration": facts | {"sentence_years": -1}}
    await office.post("child_protection_office", path, less_than_none, status=400)
    await office.post("child_protection_office", path, to_come, status=201)
