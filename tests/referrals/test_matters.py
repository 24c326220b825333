"""Pushes, matters, directory, students, scorecards, meetings, posts."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from services.referrals.app import app
from services.referrals.models import Matter, MatterStep
from services.referrals.schemas.hsds import faults
from shared.database import transaction
from tests.factories import OTHER_TOWN, TOWN
from tests.referrals.conftest import House

JUNE = {"since": "2024-06-01", "until": "2024-06-30"}


async def test_a_clue_is_told_answered_and_its_timeliness_kept(house: House) -> None:
    push = await house.post(
        "/pushes",
        "education",
        {
            "kind": "学校",
            "learned_at": "2024-05-27T09:00:00+08:00",
            "particulars": {"identity": {"name": "某童"}},
            "note": "多日未到校",
        },
    )
    assert push["late"] is True
    for verb in ("acknowledgement", "case", "answer"):
        await house.post(f"/pushes/{push['id']}/{verb}", "child_protection_office")
    seen = await house.get(f"/pushes/{push['id']}", "education")
    assert (seen["state"], seen["answered_at"] is not None) == ("answered", True)
    card = await house.get("/scorecards", "procuratorate", params=JUNE)
    assert [(p["department"], p["pushed"], p["late"]) for p in card["pushes"]] == [
        ("education", 1, 1)
    ]


async def test_a_clue_from_the_future_and_an_answer_before_the_case_are_refused(
    house: House,
) -> None:
    for learned in (
        "2030-01-01T00:00:00+08:00",
        "2024-05-01T08:00:00",
        "0001-01-01T00:00:00+14:00",
    ):
        body = {"kind": "clue", "learned_at": learned}
        assert (await house.call("POST", "/pushes", "health", body)).status_code == 400, learned
    push = await house.post("/pushes", "health", {"kind": "clue"})
    answer = await house.call("POST", f"/pushes/{push['id']}/answer", "child_protection_office", {})
    assert (answer.status_code, answer.json()["allowed"]) == (409, ["acknowledgement"])
    assert (await house.call("GET", f"/pushes/{push['id']}", "education")).status_code == 404


async def test_the_first_hospital_stays_responsible_until_it_names_who_took_over(
    house: House,
) -> None:
    matter = await house.post(
        "/first-diagnoses",
        "health",
        {
            "child_ref": str(uuid4()),
            "details": {"hospital": "医院甲", "found_by": "police", "escorted_by": "police"},
        },
    )
    assert matter["state"] == "responsible"
    assert (matter["details"]["treat_first"], matter["details"]["deposit_paid"]) == (True, False)
    path = f"/first-diagnoses/{matter['id']}"
    unnamed = await house.call("POST", f"{path}/handover", "health", {})
    assert (unnamed.status_code, unnamed.json()["clause"]) == (400, "WL24:2.2.4-2")
    early = await house.call("POST", f"{path}/settlement", "health", {})
    assert early.status_code == 409
    await house.post(f"{path}/treatment", "health")
    await house.post(f"{path}/handover", "health", {"details": {"next_hospital": "医院乙"}})
    done = await house.post(f"{path}/settlement", "health")
    assert (done["state"], done["allowed"]) == ("settled", [])


async def test_a_transfer_to_another_province_is_open_until_the_other_side_confirms(
    house: House,
) -> None:
    matter = await house.post(
        "/cross-province-transfers",
        "protection_centre",
        {"child_ref": str(uuid4()), "details": {"province": "安徽省"}},
    )
    path = f"/cross-province-transfers/{matter['id']}"
    step: dict[str, Any] = {}
    for verb in ("identification", "contact", "agreement", "escort"):
        step = await house.post(f"{path}/{verb}", "protection_centre")
    assert (step["state"], step["ended_at"]) == ("escorted", None)
    assert set(step["allowed"]) == {"confirmation", "failure"}
    done = await house.post(
        f"{path}/confirmation",
        "protection_centre",
        {"details": {"document_ref": "皖救〔2024〕1号"}},
    )
    assert (done["state"], done["ended_at"] is not None) == ("received", True)


async def test_a_school_s_refusal_is_tracked_and_ordered_by_the_bureau(house: House) -> None:
    matter = await house.post(
        "/school-refusals",
        "womens_federation",
        {
            "child_ref": str(uuid4()),
            "department": "education",
            "details": {"school": "某小学", "ground": "disability"},
        },
    )
    path = f"/school-refusals/{matter['id']}"
    wrong = await house.call("POST", f"{path}/order", "womens_federation", {})
    assert (wrong.status_code, wrong.json()["allowed"]) == (403, ["education"])
    await house.wait(days=5)
    missed = await house.told("referrals.deadline.missed.v1")
    assert [(m["kind"], m["department"]) for m in missed] == [("school_refusal", "education")]
    await house.post(f"{path}/order", "education")
    assert (await house.post(f"{path}/admission", "education"))["state"] == "admitted"


async def test_an_exemption_is_confirmed_by_the_school_and_not_by_who_proposed_it(
    house: House,
) -> None:
    matter = await house.post(
        "/exemptions",
        "civil_affairs",
        {
            "child_ref": str(uuid4()),
            "department": "education",
            "details": {"benefit": "boarding_fee_waiver", "term": "2024-09"},
        },
    )
    path = f"/exemptions/{matter['id']}/confirmation"
    assert (await house.call("POST", path, "civil_affairs", {})).status_code == 403
    assert (await house.post(path, "education"))["state"] == "confirmed"


async def test_a_posted_need_names_nobody_and_is_taken_up(house: House) -> None:
    unsafe = {"details": {"service": "volunteer_project", "name": "某童"}}
    refused = await house.call("POST", "/posted-needs", "town", unsafe)
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["where"] == "details.name"
    named = {"details": {"service": "volunteer_project", "summary": "请联系 137 0000 0000"}}
    assert (await house.call("POST", "/posted-needs", "town", named)).status_code == 400
    need = await house.post(
        "/posted-needs",
        "town",
        {
            "details": {
                "service": "volunteer_project",
                "summary": "周末课业陪伴",
                "age_band": "7-9",
                "count": 1,
            }
        },
    )
    path = f"/posted-needs/{need['id']}"
    seen = await house.get("/posted-needs", "social_organisation", params={"state": "posted"})
    assert [one["id"] for one in seen["items"]] == [need["id"]]
    await house.post(
        f"{path}/offer", "social_organisation", {"details": {"organisation": "某社工机构"}}
    )
    own = await house.call("POST", f"{path}/assignment", "social_organisation", {})
    assert own.status_code == 403
    await house.post(f"{path}/assignment", "town")
    await house.post(f"{path}/delivery", "social_organisation", {"details": {"hours": 12}})
    assert (await house.post(f"{path}/closure", "town"))["state"] == "closed"


async def test_a_student_is_entered_by_many_and_paired_with_one(house: House) -> None:
    child = str(uuid4())
    await house.post(
        "/students", "education", {"child_ref": child, "groups": ["留守"], "town": TOWN}
    )
    student = await house.post(
        "/students", "womens_federation", {"child_ref": child, "groups": ["bereaved"]}
    )
    assert student["groups"] == ["bereaved", "left_behind"]
    assert student["contributors"] == ["education", "womens_federation"]
    assert (await house.get("/students/unpaired", "education"))["unpaired"] == 1
    pairing = await house.post(
        "/pairings",
        "education",
        {
            "child_ref": child,
            "details": {"helper_department": "education", "helper_post": "班主任"},
        },
    )
    await house.post(
        f"/pairings/{pairing['id']}/visit",
        "education",
        {"details": {"topic": "谈心", "next_visit_on": "2024-07-01"}},
    )
    assert (await house.get("/students/unpaired", "education"))["unpaired"] == 0
    listed = await house.get("/students", "education", params={"group": "丧亲"})
    assert [one["child_ref"] for one in listed["items"]] == [child]
    assert (await house.call("GET", "/students", "bank")).status_code == 403


async def test_psychological_service_goes_on_after_the_first_session(house: House) -> None:
    matter = await house.post(
        "/psychological-services",
        "education",
        {"child_ref": str(uuid4()), "details": {"topic": "网瘾"}},
    )
    path = f"/psychological-services/{matter['id']}"
    last: dict[str, Any] = {}
    for verb in ("consent", "session", "session", "follow-up", "closure"):
        last = await house.post(f"{path}/{verb}", "education")
    assert last["state"] == "closed"
    detail = await house.get(path, "education")
    assert [step["verb"] for step in detail["steps"]].count("session") == 2


async def test_words_about_a_child_are_notes_and_shown_to_whom_notes_may_be(house: House) -> None:
    child = {"child_ref": str(uuid4()), "details": {"topic": "网瘾", "provider": "某中心"}}
    matter = await house.post("/psychological-services", "education", child)
    assert matter["details"] == {"provider": "某中心"}
    path = f"/psychological-services/{matter['id']}"
    (listed,) = (await house.get("/psychological-services", "education"))["items"]
    assert listed["details"] == {"provider": "某中心"}
    for department, topic in (("education", "●●●"), ("civil_affairs", "网瘾")):
        (opening,) = (await house.get(path, department))["steps"]
        assert opening["details"] == {"provider": "某中心", "topic": topic}
    async with transaction(app.state.sessions) as session:
        kept = [*await session.scalars(select(Matter.details))]
        kept += await session.scalars(select(MatterStep.details))
    assert len(kept) == 2
    assert "网瘾" not in str(kept)


def organisation(**more: Any) -> dict[str, Any]:
    return {
        "name": "某康复中心",
        "description": "残疾儿童康复",
        "kind": "rehabilitation",
        "contact_post": "值班室",
        "contact_phone": "0576-80000000",
        "designated_by": "disabled_federation",
        **more,
    }


async def test_the_directory_goes_out_and_comes_back_in_hsds(house: House) -> None:
    own = await house.post("/organisations", "civil_affairs", organisation(town=TOWN))
    await house.post(
        f"/organisations/{own['id']}/services",
        "civil_affairs",
        {
            "service": "基本康复训练",
            "areas": [TOWN],
            "capacity_unit": "名额",
            "capacity_available": 3,
            "capacity_maximum": 10,
            "minimum_age": 0,
            "maximum_age": 17,
        },
    )
    page = await house.get("/directory/hsds", "health")
    assert page["total_items"] == 1
    assert faults("service", page["contents"][0]) == []
    page["contents"][0]["service_capacities"][0]["available"] = 2
    await house.post("/directory/hsds", "civil_affairs", {"contents": page["contents"]})
    offered = await house.get("/offered-services", "town", params={"town": TOWN, "room": "true"})
    assert [(o["service"], o["capacity_available"]) for o in offered["items"]] == [
        ("rehabilitation_training", 2)
    ]
    assert await house.get("/offered-services", "town", params={"town": OTHER_TOWN}) == {
        "items": [],
        "next": None,
    }


async def test_a_document_that_is_no_hsds_is_refused_with_every_fault(house: House) -> None:
    bad = [{"id": "x", "name": "算命", "status": "perhaps"}]
    answer = await house.call("POST", "/directory/hsds", "civil_affairs", {"contents": bad})
    assert answer.status_code == 400
    where = {error["where"] for error in answer.json()["errors"]}
    assert where == {
        "contents.0.id",
        "contents.0.status",
        "contents.0.organization",
        "contents.0.attributes",
    }


async def test_no_more_room_than_there_is(house: House) -> None:
    own = await house.post("/organisations", "civil_affairs", organisation())
    body = {"service": "assistive_devices", "capacity_available": 5, "capacity_maximum": 4}
    answer = await house.call("POST", f"/organisations/{own['id']}/services", "civil_affairs", body)
    assert answer.status_code == 400


async def test_the_scorecard_counts_what_each_department_did(house: House) -> None:
    for _ in range(3):
        await house.post("", "civil_affairs", {"lines": [{"service": "legal_aid"}]})
    lines = (await house.get("/inbox", "justice"))["items"]
    await house.post(f"/lines/{lines[0]['id']}/receipt", "justice")
    await house.post(f"/lines/{lines[0]['id']}/decline", "justice", {"reason": "no_capacity"})
    await house.wait(days=7)
    card = await house.get("/scorecards", "joint_meeting", params=JUNE)
    row = card["departments"][0]
    assert (row["name"], row["received"], row["answered"]) == ("市司法局", 3, 1)
    assert (row["declined"], row["unanswered"], row["silent_past_due"]) == (1, 2, 2)
    assert card["reasons"] == [{"department": "justice", "reason": "no_capacity", "count": 1}]
    assert (await house.get("/scorecards", "housing", params=JUNE))["departments"] == []
    backwards = {"since": "2024-06-30", "until": "2024-06-01"}
    answer = await house.call("GET", "/scorecards", "joint_meeting", params=backwards)
    assert answer.status_code == 400


async def test_the_overview_counts_what_is_open_and_late_by_town(house: House) -> None:
    body = {"lines": [{"service": "legal_aid"}, {"service": "family_doctor"}], "town": TOWN}
    await house.post("", "civil_affairs", body)
    await house.post("/pushes", "education", {"kind": "clue", "town": TOWN})
    await house.wait(days=7)
    seen = await house.get("/overview", "joint_meeting")
    row = seen["towns"][0]
    assert (row["name"], row["open_lines"]) == ("太平街道", 2)
    assert (row["late_lines"], row["open_pushes"]) == (2, 1)
    assert seen["line_states"] == {"sent": 2}
    assert (await house.get("/overview", "town", town=OTHER_TOWN))["towns"] == []
    assert (await house.call("GET", "/overview", "bank")).status_code == 403


async def test_what_leaves_the_house_hides_small_counts(house: House) -> None:
    for _ in range(2):
        await house.post("", "civil_affairs", {"lines": [{"service": "legal_aid"}]})
    centuries = {"since": "0087-04-02", "until": "1041-08-13"}
    refused = await house.call("GET", "/scorecards/public", "auditor", params=centuries)
    assert (refused.status_code, refused.json()["where"]) == (400, "query.since")
    public = await house.get("/scorecards/public", "auditor", params=JUNE)
    assert public["smallest_count"] == 5
    assert public["cells"]["justice"]["unanswered"] is None
    assert public["by_department"] == {"justice": None}


async def test_a_meeting_gives_tasks_with_a_clock(house: House) -> None:
    meeting = await house.post(
        "/meetings",
        "procuratorate",
        {
            "held_on": "2024-06-03",
            "topics": ["逾期事项"],
            "attended": ["市民政局", "市教育局"],
            "minutes": "纪要全文",
            "tasks": [{"department": "市教育局", "topic": "清理逾期事项"}],
        },
    )
    task = meeting["tasks"][0]
    assert (task["department"], task["due_at"] is not None) == ("education", True)
    path = f"/meeting-tasks/{task['id']}"
    assert (await house.call("POST", f"{path}/report", "civil_affairs", {})).status_code == 403
    await house.post(f"{path}/report", "education")
    assert (await house.call("POST", f"{path}/closure", "education", {})).status_code == 403
    assert (await house.post(f"{path}/closure", "procuratorate"))["state"] == "closed"


async def test_a_town_keeps_its_posts_and_vacancies_are_seen(house: House) -> None:
    await house.post(
        "/staff-posts",
        "town",
        {"town": TOWN, "village": "某村", "role": "儿童主任", "filled": False},
    )
    await house.post(
        "/staff-posts",
        "town",
        {"town": TOWN, "village": "另村", "role": "child_director", "filled": True},
    )
    other = {"town": OTHER_TOWN, "village": "某村", "role": "儿童主任", "filled": True}
    assert (await house.call("POST", "/staff-posts", "town", other)).status_code == 403
    seen = await house.get("/staff-posts/vacancies", "civil_affairs")
    assert seen["towns"] == [{"town": TOWN, "filled": 1, "vacant": 1, "untrained": 1}]


@pytest.mark.parametrize("department", ["education", "health"])
async def test_a_question_of_law_stores_nothing_and_names_its_clause(
    house: House, department: str
) -> None:
    asked = {
        "situation": {"child": {"categories": ["孤儿（社会散居）"]}, "stage": "小学，住校"},
        "question": "Benefits?",
        "day": "2024-06-03",
    }
    got = await house.post("/evaluations", department, asked)
    assert got["benefits"] == ["免住宿费", "免费爱心营养餐"]
    assert got["clauses"] == ["WL24:2.3.2a-2"]
    services = await house.get("/services", department)
    assert {"code", "lead", "clause"} <= set(services[0])
