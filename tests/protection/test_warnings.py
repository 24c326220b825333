"""Facts that collide open a check, each with its reason; a check leads to a case where it must."""

import asyncio
from typing import Any

import pytest

from services.protection.rules.warnings import COLLISIONS, Reason, injuries_in
from shared.jurisdiction import jurisdiction
from tests.protection.conftest import Office
from tests.protection.test_care import case, ordered, placed, station
from tests.protection.test_detentions import CHILD, arrest
from tests.protection.test_reports import report

TOWN = "331081100"
PUPIL = {"name": "吴小金丝雀", "birth_date": "2014-09-01", "town": "泽国镇"}


def absence(**more: Any) -> dict[str, Any]:
    """What a school tells on Monday morning, 6 May: absent since Tuesday, 30 April."""
    return {"child": PUPIL, "since": "2024-04-30", "days": 3} | more


async def reasons(office: Office, wait: bool = False) -> list[str]:
    """The reasons of the checks that were opened, in order."""
    found = await office.events("protection.warning.raised.v1")
    for _ in range(100 if wait else 0):
        if found:
            break
        await asyncio.sleep(0.1)
        found = await office.events("protection.warning.raised.v1")
    return [event["reason"] for event in found]


def test_every_reason_has_words_and_a_clause_of_the_register() -> None:
    assert set(COLLISIONS) == set(Reason)
    for collision in COLLISIONS.values():
        assert collision.clause in jurisdiction().law.clauses
        assert collision.zh
        assert collision.en


async def test_an_absence_nobody_explains_opens_a_check_with_its_reason(office: Office) -> None:
    told = await office.post("institution", "/absences", absence(days=2), status=201)
    assert (told["days"], await reasons(office)) == (2, [])
    again = await office.post("institution", "/absences", absence(days=3), status=201)
    assert again["id"] == told["id"]
    assert await reasons(office) == ["school_absence"]
    (warning,) = (await office.get("town", "/warnings", town=TOWN))["items"]
    assert (warning["reason"], warning["zh"]) == ("school_absence", "无故缺课")
    assert warning["clause"] == "WL24:4.1d"
    await office.post("institution", "/absences", absence(days=4), status=201)
    assert await reasons(office) == ["school_absence"]
    seen = await office.get("town", f"/children/{told['child_ref']}", town=TOWN)
    assert seen["identity"]["name"] == PUPIL["name"]
    await office.get("town", f"/children/{told['child_ref']}", town="331081101", status=404)


async def test_who_looks_into_an_absence_reads_what_was_said_of_it(office: Office) -> None:
    told = await office.post("police", "/absences", absence(words="随父外出金丝雀"), status=201)

    async def read(who: str, **more: Any) -> Any:
        (row,) = (await office.get(who, "/absences", **more))["items"]
        assert row["id"] == told["id"]
        return row["words"]

    for who, more in (("police", {}), ("town", {"town": TOWN}), ("civil_affairs", {})):
        assert await read(who, **more) == "随父外出金丝雀", who
    assert await read("education") is None, "the policy shows no notes to schools"
    read_by = "SELECT department FROM disclosure WHERE CAST(fields AS text) LIKE :f ORDER BY id"
    assert await office.sql(read_by, f="%notes.school_absence%") == [
        ("police",),
        ("town",),
        ("civil_affairs",),
    ]


async def test_an_explained_absence_worries_nobody_and_one_that_ended_is_not_listed(
    office: Office,
) -> None:
    await office.post("education", "/absences", absence(days=7, explained=True), status=201)
    assert await reasons(office) == []
    assert len((await office.get("education", "/absences"))["items"]) == 1
    back = absence(days=7, explained=True, returned_on="2024-05-06")
    await office.post("education", "/absences", back)
    assert (await office.get("education", "/absences"))["items"] == []
    early = absence(returned_on="2024-04-29")
    await office.post("education", "/absences", early, status=400)
    await office.post("education", "/absences", absence(since="2024-05-07"), status=400)


async def test_one_day_is_enough_for_a_child_whose_parent_is_detained(office: Office) -> None:
    await office.post("police", "/detentions", arrest())
    child = {name: CHILD[name] for name in ("name", "birth_date", "id_no")}
    await office.post("institution", "/absences", absence(child=child, days=1), status=201)
    assert await reasons(office) == ["school_absence"]


async def test_school_days_are_counted_by_the_calendar_when_nobody_counted(office: Office) -> None:
    told = await office.post("institution", "/absences", absence(days=None), status=201)
    assert told["days"] == 2  # 30 April and 6 May: the holiday between them is no school


async def test_who_is_hurt_again_is_more_than_reported_again(office: Office) -> None:
    for _ in range(2):
        await office.post("institution", "/reports", report(grounds=["R4"]))
    found = await reasons(office, wait=True)
    assert sorted(found) == ["repeated_injuries", "repeated_reports"]
    assert injuries_in([["organised_begging"], ["private_injury", "organised_begging"]]) == 1


async def test_two_visits_without_seeing_the_child_open_a_check(office: Office) -> None:
    case_id = await case(office)
    path = f"/cases/{case_id}/visits"
    visit = {"visited_at": "2024-05-06T08:50:00+08:00", "child_seen": False, "safe": None}
    await office.post("town", path, visit, town=TOWN)
    await office.post("town", path, visit | {"child_seen": True, "safe": True}, town=TOWN)
    await office.post("town", path, visit, town=TOWN)
    assert await reasons(office) == []
    await office.post("town", path, visit, town=TOWN)
    assert await reasons(office) == ["child_not_seen"]


async def test_a_breached_order_and_a_released_guardian_of_a_harmed_child_are_warnings(
    office: Office,
) -> None:
    await station(office)
    case_id = await case(office)
    placement = await placed(office, case_id)
    order = await ordered(
        office, case_id, "procuratorate", "督促监护令", "neglect", "weekly_contact"
    )
    await office.post("procuratorate", f"/orders/{order['id']}/service")
    await office.post("procuratorate", f"/orders/{order['id']}/breach")
    child = {"child_ref": placement["child_ref"], "relation": "father"}
    answer = {"answer": "has", "children": [child]}
    held = await office.post("police", "/detentions", arrest(minor_children=answer))
    released = {"released_on": "2024-05-06"}
    await office.post("police", f"/detentions/{held['id']}/release", released)
    assert await reasons(office) == ["order_breached", "guardian_released"]


async def test_a_release_worries_nobody_where_no_harm_was_done(office: Office) -> None:
    held = await office.post("police", "/detentions", arrest())
    released = {"released_on": "2024-05-06"}
    await office.post("police", f"/detentions/{held['id']}/release", released)
    assert await reasons(office) == []


async def test_a_delegation_that_ends_worries_nobody_while_another_carer_has_the_child(
    office: Office,
) -> None:
    held = await office.post("police", "/detentions", arrest())
    agreement = {
        "child_ref": held["children"][0]["child_ref"],
        "checks": {"capable_adult": True},
        "signed_on": "2024-05-06",
        "from_on": "2024-05-06",
        "child_heard": True,
    }
    for carer, last in ("外祖母", "2024-05-20"), ("外祖父", "2024-05-25"):
        told = agreement | {"carer": {"name": carer}, "until_on": last}
        await office.post("justice", "/delegations", told, status=201)
    await office.at("2024-05-21T00:00:01+08:00")
    assert await reasons(office) == []
    await office.at("2024-05-26T00:00:01+08:00")
    assert await reasons(office) == ["delegation_ended"]


@pytest.mark.parametrize("released", [False, True])
async def test_a_delegation_that_ends_before_the_detention_opens_a_check(
    office: Office, released: bool
) -> None:
    held = await office.post("police", "/detentions", arrest())
    child_ref = held["children"][0]["child_ref"]
    agreement = {
        "detention_id": held["id"],
        "child_ref": child_ref,
        "carer": {"name": "周姑金丝雀"},
        "checks": {"capable_adult": True, "past_offence": False},
        "signed_on": "2024-05-06",
        "from_on": "2024-05-06",
        "until_on": "2024-05-20",
        "child_heard": True,
    }
    await office.post("justice", "/delegations", agreement, status=201)
    if released:
        free = {"released_on": "2024-05-06"}
        await office.post("police", f"/detentions/{held['id']}/release", free)
    await office.at("2024-05-21T00:00:01+08:00")
    assert await reasons(office) == ([] if released else ["delegation_ended"])


@pytest.mark.parametrize(
    ("finding", "level"),
    [("well", None), ("needs_help", "middle"), ("harm_suspected", "urgent")],
)
async def test_a_check_that_finds_need_or_harm_becomes_a_case(
    office: Office, finding: str, level: str | None
) -> None:
    await office.post("institution", "/absences", absence(), status=201)
    (warning,) = (await office.get("town", "/warnings", town=TOWN))["items"]
    path = f"/warnings/{warning['id']}/check"
    checked = await office.post("town", path, {"finding": finding}, town=TOWN)
    assert (checked["case_id"] is not None) == (level is not None)
    opened = await office.events("protection.case.opened.v1")
    assert [event["level"] for event in opened] == ([level] if level else [])
    if finding == "harm_suspected":
        seen = await office.get("police", f"/cases/{checked['case_id']}")
        assert seen["particulars"]["identity"]["name"] == PUPIL["name"]


async def test_nobody_is_absent_for_more_days_than_there_were(office: Office) -> None:
    told = absence(since="2024-05-02", days=6)
    refused = await office.post("institution", "/absences", told, status=400)
    assert (refused["where"], refused["allowed"]) == ("body.days", [5])
    await office.post("institution", "/absences", told | {"days": 5}, status=201)
