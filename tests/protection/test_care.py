"""A home is assessed, the last bed has one winner, the gate of return stays shut, courts decide."""

import asyncio
from typing import Any

import pytest

from services.protection.operations.law import instrument, instruments
from tests.protection.conftest import Office

CHILD = {"name": "林小金丝雀", "birth_date": "2016-03-01", "town": "泽国镇"}


def answers(share: int, tool: str = "hubei-2023") -> dict[str, int]:
    """Points for the first `share` percent of the items, none for the rest."""
    items = list(instrument(tool).items.values())
    full = len(items) * share // 100
    return {item.code: item.points if n < full else 0 for n, item in enumerate(items)}


async def case(office: Office, **more: Any) -> str:
    """A case opened by the town."""
    told = {"child": CHILD | more, "level": "高", "origin": "visit", "words": "监护不当金丝雀"}
    opened = await office.post("town", "/cases", told, town="331081100", status=201)
    return str(opened["id"])


async def assessed(office: Office, case_id: str, share: int, **more: Any) -> dict[str, Any]:
    """An assessment concluded by two assessors of civil affairs; `told` is what it is for."""
    told = {"instrument": "hubei-2023", "purpose": "return"} | more.pop("told", {})
    row = await office.post("civil_affairs", f"/cases/{case_id}/assessments", told, status=201)
    path = f"/assessments/{row['id']}"
    score = {"answers": answers(share), "no_conflict_of_interest": True} | more
    for officer in ("a", "b"):
        await office.post(f"civil_affairs/{officer}", f"{path}/scores", score, status=201)
    await office.post("civil_affairs/a", f"{path}/conclusion")
    concluded = await office.post("civil_affairs/b", f"{path}/conclusion")
    assert isinstance(concluded, dict)
    return concluded


async def station(office: Office, beds: int = 1) -> dict[str, Any]:
    """A town station with beds."""
    told = {
        "kind": "town_station",
        "name": "泽国镇工作站",
        "separate_zone": True,
        "dedicated_staff": True,
        "beds": beds,
    }
    made = await office.post("town", "/facilities", told, town="331081100", status=201)
    assert isinstance(made, dict)
    return made


async def placed(office: Office, case_id: str) -> dict[str, Any]:
    """A child in the station."""
    row = await office.post(
        "civil_affairs", f"/cases/{case_id}/placements", {"ground": "serious_harm"}, status=201
    )
    await office.post("civil_affairs", f"/placements/{row['id']}/confirmation")
    told = {"from_department": "公安机关", "written": True}
    moved = await office.post("civil_affairs", f"/placements/{row['id']}/hand-over", told)
    assert isinstance(moved, dict)
    return moved


def an_order(kind: str, ground: str, duty: str) -> dict[str, Any]:
    """What an office tells of an instrument that binds the father."""
    bound = {"guardian": {"name": "林父金丝雀"}, "issued_on": "2024-05-06"}
    return bound | {"kind": kind, "grounds": [ground], "duties": [duty]}


async def ordered(office: Office, case_id: str, who: str, *said: str) -> dict[str, Any]:
    """An instrument (kind, ground, duty) of an office that has a task in the case for it."""
    task = {"department": who, "code": "intervene"}
    await office.post("civil_affairs", f"/cases/{case_id}/tasks", task, status=201)
    made = await office.post(who, f"/cases/{case_id}/orders", an_order(*said), status=201)
    assert isinstance(made, dict)
    return made


def test_two_instruments_load_as_the_published_counts_say(office_law: None) -> None:
    found = instruments()
    assert found["zhejiang-2026"].levels == (15, 43)
    assert found["hubei-2023"].levels == (3, 11, 20, 66)
    assert [g.zh for g in found["hubei-2023"].grades] == [
        "监护正常",
        "监护不足",
        "监护失当",
        "监护缺失",
    ]


@pytest.fixture
def office_law() -> None:
    """The jurisdiction as the repository has it; no service is needed."""


async def test_one_assessor_or_an_interested_one_is_not_enough(office: Office) -> None:
    case_id = await case(office)
    told = {"instrument": "hubei-2023", "purpose": "capacity"}
    row = await office.post("civil_affairs", f"/cases/{case_id}/assessments", told)
    path = f"/assessments/{row['id']}"
    score = {"answers": answers(100), "no_conflict_of_interest": True}
    interested = score | {"no_conflict_of_interest": False}
    await office.post("civil_affairs/a", f"{path}/scores", interested, status=409)
    await office.post("civil_affairs/a", f"{path}/scores", score, status=201)
    await office.post("civil_affairs/a", f"{path}/conclusion", status=409)
    await office.post("civil_affairs/b", f"{path}/scores", {**score, "answers": {}}, status=201)
    refused = await office.post("civil_affairs/b", f"{path}/conclusion", status=409)
    assert len(refused["missing"]) == 66
    seen = await office.get("civil_affairs", path)
    assert [(one["assessor"], len(one["missing"])) for one in seen["scores"]] == [
        ("civil_affairs/a", 0),
        ("civil_affairs/b", 66),
    ]
    assert seen["scores"][0]["answers"] == score["answers"]
    unread = await office.get("auditor", path)
    assert (unread["scores"][0]["points"], unread["scores"][0]["answers"]) == (66, {})
    await office.post("civil_affairs/b", f"{path}/scores", score, status=201)
    await office.post("civil_affairs/b", f"{path}/conclusion")
    await office.post("civil_affairs/b", f"{path}/conclusion", status=409)
    done = await office.post("civil_affairs/a", f"{path}/conclusion")
    assert (done["grade"], done["valid_until"]) == ("normal", "2026-05-06")
    bad = {"answers": {"9.9": 1}, "no_conflict_of_interest": True}
    wrong = await office.post("civil_affairs/c", f"{path}/scores", bad, status=400)
    assert len(wrong["allowed"]) == 66
    wrong = await office.post(
        "civil_affairs/c", f"{path}/scores", bad | {"answers": {"1.1.1.1": 9}}, status=400
    )
    assert (wrong["where"], wrong["allowed"]) == ("body.points.1.1.1.1", [0, 1])


async def test_a_red_line_decides_whatever_the_points_are(office: Office) -> None:
    done = await assessed(office, await case(office), 100, red_lines=["serious_harm"])
    assert (done["grade"], done["grounds"]) == ("absent", ["serious_harm"])
    assert "temporary_guardianship" in done["consequences"]
    (event,) = await office.events("protection.assessment.concluded.v1")
    assert (event["grade"], event["town"]) == ("absent", "331081100")


async def test_the_last_bed_asked_for_twice_has_one_winner(office: Office) -> None:
    await station(office)
    cases = [await case(office, name=f"儿童{n}") for n in range(4)]
    told = {"ground": "serious_harm"}
    answers_ = await asyncio.gather(
        *(
            office.client.post(
                f"/v1/protection/cases/{one}/placements", json=told, headers=_headers()
            )
            for one in cases
        )
    )
    assert sorted(a.status_code for a in answers_) == [201, 409, 409, 409]
    assert await office.sql("SELECT count(*) FROM placement WHERE state = 'held'") == [(1,)]
    await office.at("2024-05-07T09:00:01+08:00")
    assert await office.sql("SELECT state FROM placement") == [("lapsed",)]
    loser = next(c for c, a in zip(cases, answers_, strict=True) if a.status_code == 409)
    await office.post("civil_affairs", f"/cases/{loser}/placements", told, status=201)


def _headers() -> dict[str, str]:
    from tests.factories import headers

    return headers("civil_affairs")


async def test_a_station_without_zone_or_staff_has_no_beds(office: Office) -> None:
    told = {"kind": "town_station", "name": "工作站", "beds": 2}
    told |= {"separate_zone": True, "dedicated_staff": False}
    refused = await office.post("town", "/facilities", told, town="331081100", status=409)
    assert refused["clause"] == "WL24:3.5d-2"
    empty = await office.post("town", "/facilities", told | {"beds": 0}, town="331081100")
    assert empty["active"] is False


async def test_no_child_goes_home_without_a_passed_assessment_made_after_the_removal(
    office: Office,
) -> None:
    await station(office)
    case_id = await case(office)
    before = await assessed(office, case_id, 100)
    await office.at("2024-05-08T09:00:00+08:00")
    placement = await placed(office, case_id)
    assert placement["term_ends_on"] == "2025-05-08"
    path = f"/placements/{placement['id']}"
    refused = await office.post("civil_affairs", f"{path}/return", status=409)
    assert refused["clause"] == "WL24:3.3b-2"
    old = {"assessment_id": before["id"]}
    await office.post("civil_affairs", f"{path}/return", old, status=409)
    failed = {"assessment_id": (await assessed(office, case_id, 50))["id"]}
    gate = await office.post("civil_affairs", f"{path}/gate", failed)
    assert gate["may_return"] is False
    assert gate["next"] == ["继续临时监护", "监护干预", "必要时申请撤销或变更监护人"]
    await office.post("civil_affairs", f"{path}/return", failed, status=409)
    passed = await assessed(office, case_id, 90)
    good = {"assessment_id": passed["id"]}
    await office.post("town", f"/assessments/{passed['id']}/dispute", town="331081100")
    await office.post("civil_affairs", f"{path}/return", good, status=409)
    await office.post("civil_affairs/c", f"/assessments/{passed['id']}/dispute-rejection")
    home = await office.post("civil_affairs", f"{path}/return", good)
    assert home["state"] == "returned"
    changes = await office.events("protection.guardianship.changed.v1")
    assert [e["kind"] + e["town"] for e in changes] == ["temporary331081100", "returned331081100"]


async def test_an_expired_assessment_opens_no_gate(office: Office) -> None:
    await station(office)
    case_id = await case(office)
    placement = await placed(office, case_id)
    passed = await assessed(office, case_id, 100)
    await office.at("2026-05-07T09:00:00+08:00")
    good = {"assessment_id": passed["id"]}
    await office.post("civil_affairs", f"/placements/{placement['id']}/return", good, status=409)


async def test_guardianship_is_revoked_with_support_and_becomes_long_term(office: Office) -> None:
    await station(office)
    case_id = await case(office)
    placement = await placed(office, case_id)
    told = {"reliefs": ["申请撤销监护人资格", "追索抚养费"], "petitioner": "市未保办"}
    await office.post("child_protection_office", f"/cases/{case_id}/petitions", told, status=400)
    told["grounds"] = ["serious_abuse"]
    row = await office.post("child_protection_office", f"/cases/{case_id}/petitions", told)
    path = f"/petitions/{row['id']}"
    await office.post("child_protection_office", f"{path}/support-request")
    await office.post("police", f"{path}/support", status=404)
    await office.post("procuratorate", f"{path}/support")
    await office.post("child_protection_office", f"{path}/filing")
    await office.post("court", f"{path}/grant", status=400)
    judged = await office.post(
        "court",
        f"{path}/grant",
        {"judgment_ref": "(2024)浙1081民特1号", "appointed": "civil_affairs"},
    )
    assert judged["state"] == "granted"
    passed = await assessed(office, case_id, 100)
    for basis in ({"assessment_id": passed["id"]}, {"court_order_id": row["id"]}):
        await office.post(
            "civil_affairs", f"/placements/{placement['id']}/return", basis, status=409
        )
    end = {"ground": "revoked_and_appointed"}
    ending = f"/placements/{placement['id']}/long-term"
    await office.post("civil_affairs/a", ending, end)
    await office.post("civil_affairs/a", ending, end, status=409)
    assert (await office.post("civil_affairs/b", ending, end))["state"] == "long_term"
    kinds = [e["kind"] for e in await office.events("protection.guardianship.changed.v1")]
    assert kinds == ["temporary", "revoked", "long_term"]


async def test_no_judgment_no_long_term_guardianship_by_judgment(office: Office) -> None:
    await station(office)
    placement = await placed(office, await case(office))
    end = {"ground": "revoked_and_appointed"}
    refused = await office.post(
        "civil_affairs", f"/placements/{placement['id']}/long-term", end, status=409
    )
    assert refused["clause"] == "MINORS:94-4"


async def test_a_court_order_goes_over_the_gate_and_nothing_else(office: Office) -> None:
    await station(office)
    case_id = await case(office)
    placement = await placed(office, case_id)
    told = {"reliefs": ["change_of_guardian"], "petitioner": "relative"}
    row = await office.post("child_protection_office", f"/cases/{case_id}/petitions", told)
    home = {"court_order_id": row["id"]}
    path = f"/placements/{placement['id']}/return"
    await office.post("civil_affairs", path, home, status=409)
    await office.post("child_protection_office", f"/petitions/{row['id']}/filing")
    await office.post("court", f"/petitions/{row['id']}/grant", {"judgment_ref": "1"})
    assert (await office.post("civil_affairs", path, home))["state"] == "returned"


async def test_an_instrument_belongs_to_its_issuer_and_its_term_to_the_law(
    office: Office,
) -> None:
    case_id = await case(office)
    told = {
        "kind": "督促监护令",
        "guardian": {"name": "林父金丝雀"},
        "grounds": ["neglect"],
        "duties": ["weekly_contact"],
        "issued_on": "2024-05-06",
        "sessions": 4,
    }
    refused = await office.post("civil_affairs", f"/cases/{case_id}/orders", told, status=403)
    assert refused["allowed"] == ["procuratorate"]
    order = await office.post("procuratorate", f"/cases/{case_id}/orders", told, status=201)
    path = f"/orders/{order['id']}"
    await office.post("procuratorate", f"{path}/fulfilment", status=409)
    await office.post("procuratorate", f"{path}/service")
    await office.post("procuratorate", f"{path}/breach")
    await office.post("town", f"{path}/follow-up", town="331081100")
    task = {"department": "court", "code": "protection"}
    await office.post("civil_affairs", f"/cases/{case_id}/tasks", task, status=201)
    protect = told | {"kind": "人身安全保护令", "until_on": "2024-11-07"}
    await office.post("court", f"/cases/{case_id}/orders", protect, status=409)
    made = await office.post("court", f"/cases/{case_id}/orders", protect | {"until_on": None})
    assert made["until_on"] == "2024-11-06"


async def test_who_sold_or_harmed_the_child_is_not_restored(office: Office) -> None:
    case_id = await case(office)
    facts = {
        "revoked_on": "2023-12-01",
        "applied_on": "2024-05-01",
        "applicant_is_parent": True,
        "repentance": True,
        "ward_wants": True,
        "sexual_harm_or_sale_done": False,
        "grave_abuse_done": False,
        "sentence_years": 0,
        "intentional_crime_against_ward": False,
    }
    told = {"reliefs": ["恢复监护人资格"], "petitioner": "parent", "restoration": facts}
    path = f"/cases/{case_id}/petitions"
    for bar in (
        {"sexual_harm_or_sale_done": True},
        {"intentional_crime_against_ward": True},
        {"sentence_years": 5},
        {"applied_on": "2024-02-29"},
        {"revoked_on": "2023-04-30"},
        {"repentance": False},
    ):
        barred = told | {"restoration": facts | bar}
        await office.post("child_protection_office", path, barred, status=409)
    await office.post("child_protection_office", path, told, status=201)


async def test_a_foundling_waits_the_whole_notice_and_a_transfer_the_other_side(
    office: Office,
) -> None:
    case_id = await case(office, name=None)
    told = {"found_at": "2024-05-05T02:00:00+08:00", "infant": True, "first_hospital": "医院甲"}
    row = await office.post("civil_affairs", f"/cases/{case_id}/foundlings", told, status=201)
    await office.post("town", f"/cases/{case_id}/contact", town="331081100")
    closing = {"closure_reason": "moved_away"}
    propose = f"/cases/{case_id}/closure-proposal"
    early = await office.post("town", propose, closing, town="331081100", status=409)
    assert early["where"] == "foundlings"
    path = f"/foundlings/{row['id']}/steps"
    step = {"dna_result": "no_match", "tracing_result": "not_found"}
    await office.post("police", path, step, status=201)
    noticed = await office.post("civil_affairs", path, {"notice_on": "2024-05-06"})
    assert noticed["notice_until"] == "2024-07-05"
    await office.post("civil_affairs", path, {"outcome": "parents_not_found"}, status=409)
    await office.at("2024-07-06T09:00:00+08:00")
    await office.post("civil_affairs", path, {"outcome": "parents_not_found"}, status=201)
    transfer = await office.post(
        "protection_centre", f"/cases/{case_id}/transfers", {"home_code": "520100"}, status=404
    )
    task = {"department": "protection_centre", "code": "transfer"}
    await office.post("civil_affairs", f"/cases/{case_id}/tasks", task)
    transfer = await office.post(
        "protection_centre", f"/cases/{case_id}/transfers", {"home_code": "520100"}, status=201
    )
    path = f"/transfers/{transfer['id']}"
    await office.post("protection_centre", f"{path}/contact")
    await office.post("protection_centre", f"{path}/agreement")
    moved = await office.post("protection_centre", f"{path}/escort")
    assert moved["open"] is True
    await office.post("protection_centre", f"{path}/confirmation", status=400)
    ref = {"confirmation_ref": "黔民接2024-1"}
    assert (await office.post("protection_centre", f"{path}/confirmation", ref))["open"] is False


async def test_a_case_is_planned_visited_and_closed_by_two(office: Office) -> None:
    case_id = await case(office)
    path, town = f"/cases/{case_id}", "331081100"
    await office.post("town", f"{path}/contact", town=town)
    await office.post("town/a", f"{path}/plans", {"goals": ["safe_home"]}, town=town)
    refused = await office.post("town/a", f"{path}/plan-approval", status=409, town=town)
    assert refused["type"] == "/problems/second-person-needed"
    await office.post("town/b", f"{path}/plan-approval", town=town)
    visit = {"visited_at": "2024-05-06T08:50:00+08:00", "child_seen": True, "safe": True}
    await office.post("town", f"{path}/visits", visit, status=201, town=town)
    task = {"department": "town", "code": "follow_up", "due_on": "2024-05-07"}
    made = await office.post("town", f"{path}/tasks", task, town=town)
    reason = {"closure_reason": "safe_at_home"}
    await office.post("town/a", f"{path}/closure-proposal", reason, status=409, town=town)
    await office.at("2024-05-08T09:00:00+08:00")
    late = await office.get("town", "/overdue-tasks", town=town)
    assert [one["id"] for one in late["items"]] == [made["id"]]
    await office.post("town", f"/tasks/{made['id']}/completion", {"outcome": "done"}, town=town)
    await office.post("town/a", f"{path}/closure-proposal", reason, town=town)
    await office.post("town/a", f"{path}/closure", status=409, town=town)
    closed = await office.post("town/b", f"{path}/closure", town=town)
    assert (closed["state"], closed["allowed"]) == ("closed", ["reopening"])
    (event,) = await office.events("protection.case.closed.v1")
    assert event["reason"] == "safe_at_home"
    view = await office.get("town", path, town=town)
    assert {c["kind"] for c in view["clocks"] if c["state"] == "running"} == {"closure_follow_up"}
    reopened = await office.post("town", f"{path}/reopening", town=town)
    assert (reopened["state"], reopened["reopened"]) == ("reopened", 1)
