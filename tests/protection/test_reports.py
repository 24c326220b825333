"""A mandatory report: taken at once, joined, handled by police, supervised, fed back."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from shared.audit.disclosures import Disclosure, genuine
from shared.database import transaction
from tests.factories import headers
from tests.protection.conftest import Office

TEACHER = {"kind": "工作人员", "name": "李老师金丝雀", "phone": "13700000009", "unit": "某小学"}
GIRL = {
    "name": "陈小金丝雀",
    "id_no": "331099201201010021",
    "birth_date": "2012-01-01",
    "sex": "女",
}


def report(**more: Any) -> dict[str, Any]:
    """What a school tells."""
    return {
        "institution_type": "小学",
        "reporter": TEACHER,
        "grounds": ["R4"],
        "trigger": "疑似",
        "what_was_seen": "手臂多处瘀青金丝雀",
        "found_at": "2024-05-06T08:30:00+08:00",
        "town": "泽国镇",
        "child": GIRL,
    } | more


async def test_a_teacher_reports_and_everybody_who_must_knows_at_once(office: Office) -> None:
    receipt = await office.post("institution", "/reports", report(), status=201)
    assert receipt["grounds"] == ["injury_or_neglect_signs"]
    assert (receipt["late"], receipt["waited_minutes"]) == (False, 30)
    assert receipt["competent_authority"] == "education"
    assert receipt["informed"][:2] == ["police", "education"]
    assert "case_id" not in receipt
    (accepted,) = await office.events("protection.report.accepted.v1")
    (opened,) = await office.events("protection.case.opened.v1")
    assert accepted["case_id"] == opened["case_id"]
    assert (accepted["level"], accepted["competent_authority"]) == ("urgent", "education")
    kinds = {row[0] for row in await office.sql("SELECT kind FROM deadline")}
    assert kinds == {"police_acceptance", "contact_urgent", "authority_filing"}
    audit = await office.sql("SELECT action, department FROM disclosure")
    assert audit == [("report", "institution")]


async def test_a_signed_report_names_its_evidence_to_those_who_handle_it(office: Office) -> None:
    evidence = str(uuid4())
    signed = headers("institution") | {"Hutong-Evidence-Id": evidence, "Hutong-Evidence-Key": "k"}
    answer = await office.client.post("/v1/protection/reports", json=report(), headers=signed)
    path = f"/reports/{answer.json()['id']}"
    assert (await office.get("police", path))["evidence_id"] == evidence
    assert (await office.get("institution", path))["evidence_id"] is None
    unsigned = await office.post(
        "institution", "/reports", report(found_at="2024-05-06T08:40:00+08:00"), status=201
    )
    assert (await office.get("police", f"/reports/{unsigned['id']}"))["evidence_id"] is None


async def test_what_intake_adds_to_the_record_carries_its_seal(office: Office) -> None:
    await office.post("institution", "/reports", report(), status=201)
    app = office.client._transport.app  # type: ignore[attr-defined]
    async with transaction(app.state.sessions) as session:
        (row,) = await session.scalars(select(Disclosure))
        assert genuine(row)


async def test_a_report_told_twice_is_one_and_another_body_is_refused(office: Office) -> None:
    told = report(id=str(uuid4()))
    first = await office.post("institution", "/reports", told, status=201)
    again = await office.post("institution", "/reports", told, status=201)
    assert first == again
    await office.post("institution", "/reports", told | {"serious": True}, status=422)
    await office.post("police", "/reports", told, status=422)
    assert await office.sql("SELECT count(*) FROM report") == [(1,)]
    one = await office.post("institution", "/reports", report(), key="k-1", status=201)
    two = await office.post("institution", "/reports", report(), key="k-1", status=201)
    assert one == two
    told_of = "type IN ('protection.report.accepted.v1', 'protection.case.opened.v1')"
    assert await office.sql(f"SELECT count(*) FROM outbox WHERE {told_of}") == [(3,)]


async def test_many_reports_at_once_about_one_child_meet_in_one_case(office: Office) -> None:
    told = [report(id=str(uuid4())) for _ in range(30)]
    await asyncio.gather(*(office.post("institution", "/reports", one) for one in told))
    assert await office.sql("SELECT count(*), count(DISTINCT case_id) FROM report") == [(30, 1)]
    assert len(await office.events("protection.case.opened.v1")) == 1
    assert len(await office.events("protection.report.accepted.v1")) == 30
    (case,) = await office.sql("SELECT DISTINCT case_id FROM report")
    view = await office.get("civil_affairs", f"/cases/{case[0]}")
    assert view["reports"][0]["reporter"] == "报告人-1"


async def test_what_is_wrong_is_refused_and_what_is_unlisted_goes_to_the_office(
    office: Office,
) -> None:
    await office.post("institution", "/reports", report(grounds=[]), status=400)
    await office.post("institution", "/reports", report(grounds=["R10"]), status=400)
    future = report(found_at="2024-05-07T08:00:00+08:00")
    refused = await office.post("institution", "/reports", future, status=400)
    assert refused["type"] == "/problems/found-in-the-future"
    await office.post("institution", "/reports", report(town="不存在镇"), status=400)
    await office.post("institution", "/reports", report(extra=1), status=400)
    await office.post("bank", "/reports", report(), status=403)
    odd = await office.post("institution", "/reports", report(institution_type="马戏团"))
    assert odd["authority_to_be_assigned"] is True
    assert odd["competent_authority"] == "child_protection_office"
    await office.post(
        "child_protection_office",
        f"/reports/{odd['id']}/assignment",
        {"competent_authority": "市文化和广电旅游体育局"},
    )
    seen = await office.get("culture_tourism", f"/reports/{odd['id']}")
    assert seen["competent_authority"] == "culture_tourism"


async def test_lateness_is_measured_from_finding_to_report(office: Office) -> None:
    late = report(found_at="2024-05-03T08:30:00+08:00")
    receipt = await office.post("institution", "/reports", late)
    assert (receipt["late"], receipt["waited_minutes"]) == (True, 3 * 24 * 60 + 30)


async def test_an_anonymous_report_keeps_nobody(office: Office) -> None:
    receipt = await office.post(
        "police", "/reports", report(reporter={"kind": "匿名", "name": "x"})
    )
    assert await office.sql(
        "SELECT reporter_id FROM report WHERE id = :id", id=UUID(receipt["id"])
    ) == [(None,)]


async def test_a_child_that_reports_for_itself_is_the_child_of_the_case_and_nobody_s_reporter(
    office: Office,
) -> None:
    himself = {"kind": "本人", "name": "孙小金丝雀", "phone": "13700000001"}
    child = {"name": "孙小金丝雀", "birth_date": "2010-03-01", "town": "泽国镇"}
    told = report(reporter=himself, child=child, found_at="2024-04-01T08:00:00+08:00")
    receipt = await office.post("police", "/reports", told, status=201)
    shown = await office.get("police", f"/reports/{receipt['id']}")
    assert shown["particulars"]["identity"]["name"] == "孙小金丝雀"
    assert shown["reporter"] == "报告人-1"
    assert "13700000001" not in str(shown)
    assert not {"本人", "child"} & set(map(str, shown.values()))
    await office.client.post("/internal/clock")
    assert await office.events("protection.duty.broken.v1") == []


async def test_a_slip_in_one_report_of_a_batch_holds_up_no_other(office: Office) -> None:
    slip = report(id=str(uuid4()), grounds=["R4", "R0"])
    nameless = report(id="not-an-id", colour="red")
    sent = {"reports": [slip, report(), nameless]}
    items = await office.post("institution", "/report-batches", sent, status=200)
    assert [item["status"] for item in items] == [400, 201, 400]
    assert [item["id"] for item in items] == [slip["id"], items[1]["receipt"]["id"], None]
    assert items[0]["problem"]["errors"][0]["where"] == "body.grounds.1"
    assert await office.sql("SELECT count(*) FROM report") == [(1,)]
    for wrong in ([], ["text"], [report()] * 201):
        await office.post("institution", "/report-batches", {"reports": wrong}, status=400)


async def test_a_batch_answers_each_report_for_itself(office: Office) -> None:
    bad = report(id=str(uuid4()), found_at="2025-01-01T00:00:00+08:00")
    good = report(id=str(uuid4()))
    items = await office.post("police", "/report-batches", {"reports": [good, bad]}, status=200)
    assert [item["status"] for item in items] == [201, 400]
    again = await office.post("police", "/report-batches", {"reports": [good, bad]})
    assert [item["status"] for item in again] == [200, 400]


async def test_police_handle_the_procuratorate_supervises_the_unit_is_told(
    office: Office,
) -> None:
    receipt = await office.post("institution", "/reports", report())
    path = f"/reports/{receipt['id']}"
    refused = await office.post("police", f"{path}/filing", status=409)
    assert (refused["allowed"], refused["allowed_zh"]) == (["acceptance"], ["立即接受"])
    await office.post("education", f"{path}/acceptance", status=403)
    await office.post("police", f"{path}/acceptance")
    await office.post("police", f"{path}/dispatch")
    await office.post("police", f"{path}/criminal-review", {"difficulty": "complex"}, status=409)
    await office.post("police", f"{path}/criminal-review")
    await office.post("police", f"{path}/non-filing", status=400)
    await office.post(
        "police", f"{path}/non-filing", {"non_filing": "no_facts", "note": "查无实据"}
    )
    await office.post("procuratorate", f"{path}/reasons-request")
    await office.post("police", f"{path}/explanation", {"note": "证据不足"})
    why = [step["words"] for step in await office.get("procuratorate", f"{path}/steps")]
    assert [words for words in why if words] == ["查无实据", "证据不足"]
    assert not any(step["words"] for step in await office.get("education", f"{path}/steps"))
    assert await office.get("institution", f"{path}/steps") == []
    await office.post("procuratorate", f"{path}/filing-order")
    filed = await office.post("police", f"{path}/filing")
    assert filed["state"] == "filed"
    await office.post("police", f"{path}/prosecution", status=409)
    await office.post("police", f"{path}/feedback")
    await office.post("police", f"{path}/prosecution")
    steps = await office.get("procuratorate", f"{path}/steps")
    assert [step["verb"] for step in steps][-3:] == ["filing_order", "filing", "prosecution"]
    running = await office.sql(
        "SELECT kind FROM deadline WHERE subject_id = :id AND met_at IS NULL",
        id=UUID(receipt["id"]),
    )
    assert running == [("authority_filing",)]
    await office.post("education", f"{path}/acknowledgement")
    own = await office.get("institution", path)
    assert (own["state"], own["case_id"], own["particulars"]) == ("prosecuted", None, {})


async def test_one_interview_recorded_by_the_right_staff(office: Office) -> None:
    receipt = await office.post("institution", "/reports", report())
    path = f"/reports/{receipt['id']}/interviews"
    told = {
        "at": "2024-05-06T09:00:00+08:00",
        "one_stop": True,
        "recorded": True,
        "female_staff": True,
        "victim_female": True,
        "guardian_present": False,
        "place_kind": "one_stop_site",
    }
    await office.post("police", path, told | {"female_staff": False}, status=409)
    await office.post("police", path, told | {"recorded": False}, status=409)
    await office.post("police", path, told, status=201)
    await office.post("police", path, told, status=409)
    await office.post("police", path, told | {"again_because": "发现新的侵害事实"}, status=201)
    first, second = await office.get("procuratorate", path)
    assert (first["recorded"], first["female_staff"], first["again"]) == (True, True, False)
    assert (second["again"], second["again_because"]) == (True, None)  # without a task, no words
    assert (await office.get("police", path))[1]["again_because"] == "发现新的侵害事实"
    await office.get("institution", path, status=404)


async def test_measures_are_asked_of_departments_as_an_event(office: Office) -> None:
    receipt = await office.post("institution", "/reports", report())
    (case,) = await office.sql("SELECT case_id FROM report WHERE id = :i", i=UUID(receipt["id"]))
    asked = await office.post(
        "police", f"/cases/{case[0]}/measures", {"measures": ["经济救助", "心理干预"]}, status=201
    )
    assert asked["services"] == ["economic_relief", "psychological_intervention"]
    (event,) = await office.events("protection.measures.requested.v1")
    assert event["services"] == asked["services"]
    await office.get("youth_league", f"/cases/{case[0]}", status=200)
    await office.get("housing", f"/cases/{case[0]}", status=404)


async def test_an_unanswered_report_alarms_and_climbs(office: Office) -> None:
    await office.post("institution", "/reports", report())
    await office.at("2024-05-06T10:00:01+08:00")
    (missed,) = await office.events("protection.deadline.missed.v1")
    assert (missed["kind"], missed["department"]) == ("police_acceptance", "police")


async def test_repeated_reports_about_one_child_open_a_check(office: Office) -> None:
    await office.post("institution", "/reports", report())
    await office.post("institution", "/reports", report(what_was_seen="再次发现新伤"))
    await office.told("protection.warning.raised.v1", reason="repeated_reports")


async def test_who_names_the_child_by_its_reference_joins_its_open_case(office: Office) -> None:
    first = await office.post("institution", "/reports", report())
    met = "SELECT child_ref, case_id FROM report WHERE id = :i"
    (known,) = await office.sql(met, i=UUID(first["id"]))
    by_reference = report(child={"child_ref": str(known[0])})
    second = await office.post("institution", "/reports", by_reference)
    assert await office.sql(met, i=UUID(second["id"])) == [known]


async def test_only_a_late_report_or_one_of_a_known_child_is_flagged(office: Office) -> None:
    other = {"name": "另一", "birth_date": "2012-02-02"}
    late = report(found_at="2024-05-03T08:30:00+08:00", child=other)
    first = await office.post("institution", "/reports", report())
    again = await office.post("institution", "/reports", report(what_was_seen="再次发现新伤"))
    tardy = await office.post("institution", "/reports", late)
    flagged = await office.events("protection.report.flagged.v1")
    told = {one["report_id"]: (one["late"], one["known_before"]) for one in flagged}
    assert told == {again["id"]: (False, True), tardy["id"]: (True, False)}
    (case,) = await office.sql("SELECT case_id FROM report WHERE id = :i", i=UUID(first["id"]))
    assert flagged[0]["case_id"] == str(case[0])
    numbered = "SELECT sequence FROM outbox WHERE subject_id = :i ORDER BY id"
    assert await office.sql(numbered, i=UUID(again["id"])) == [(1,), (2,)]


async def test_what_the_gateway_verified_and_when_it_received_is_kept(office: Office) -> None:
    told = report(found_at="2024-05-06T07:00:00+08:00")
    held = headers("police") | {
        "Hutong-Evidence-Digest": "sha-256=:x:",
        "Hutong-Received-At": "2024-05-06T07:10:00+08:00",
    }
    answer = await office.client.post("/v1/protection/reports", json=told, headers=held)
    assert (answer.json()["waited_minutes"], answer.json()["late"]) == (10, False)
    assert await office.sql("SELECT evidence FROM report") == [({"digest": "sha-256=:x:"},)]


async def test_the_question_endpoint_stores_nothing(office: Office) -> None:
    asked = {
        "day": "2024-06-01",
        "situation": {"unit": "宾馆", "finding": "女孩神情惊恐，说不清关系"},
        "question": "旅店有何义务？",
    }
    said = await office.post("institution", "/evaluations", asked, status=200)
    assert (said["duty"], said["report_to"], said["authority"]) == (
        "强制报告",
        "公安机关",
        "市公安局",
    )
    assert await office.sql("SELECT count(*) FROM report") == [(0,)]
    types = await office.get("institution", "/institution-types")
    assert len([kind for kind in types if kind["named_by_law"]]) >= 9


async def test_a_case_of_five_thousand_entries_shows_the_newest_and_pages_the_rest(
    office: Office,
) -> None:
    receipt = await office.post("police", "/reports", report())
    (row,) = await office.sql("SELECT case_id FROM report WHERE id = :i", i=UUID(receipt["id"]))
    await office.sql(
        "INSERT INTO case_entry (case_id, kind, department, at) "
        "SELECT :c, 'note', 'town', now() FROM generate_series(1, 5000) RETURNING id",
        c=row[0],
    )
    view = await office.get("civil_affairs", f"/cases/{row[0]}")
    assert len(view["entries"]) == 50
    page = await office.get("civil_affairs", f"/cases/{row[0]}/entries?limit=100")
    assert (len(page["items"]), page["next"] is not None) == (100, True)


async def test_what_the_reporter_writes_of_herself_is_left_out_of_the_narrative(
    office: Office,
) -> None:
    words = f"我是班主任{TEACHER['name']}，电话{TEACHER['phone']}，看到瘀青"
    receipt = await office.post("institution", "/reports", report(what_was_seen=words), status=201)
    read = await office.get("police", f"/reports/{receipt['id']}")
    assert read["particulars"]["notes"]["what_was_seen"] == "我是班主任报告人，电话报告人，看到瘀青"


async def test_who_has_a_task_sees_whom_the_report_is_about(office: Office) -> None:
    receipt = await office.post("institution", "/reports", report(), status=201)
    read = await office.get("police", f"/reports/{receipt['id']}")
    case = await office.get("civil_affairs", f"/cases/{read['case_id']}")
    child = await office.get("civil_affairs", f"/children/{read['child_ref']}")
    assert case["particulars"]["identity"]["name"] == GIRL["name"]
    assert child["identity"]["name"] == GIRL["name"]


async def test_an_appraisal_waits_in_the_queue_until_its_result_is_read(office: Office) -> None:
    receipt = await office.post("institution", "/reports", report(), status=201)
    path = f"/reports/{receipt['id']}/appraisals"
    asked = await office.post("police", path, {"kind": "injury_appraisal"}, status=201)
    waiting = await office.get("health", "/appraisals")
    assert [row["id"] for row in waiting["items"]] == [asked["id"]]
    result = {"result_code": "light_injury", "words": "软组织挫伤"}
    await office.post("health", f"/appraisals/{asked['id']}/result", result, status=204)
    assert (await office.get("health", "/appraisals"))["items"] == []
    (row,) = await office.get("police", path)
    assert (row["result_code"], row["words"]) == ("light_injury", "软组织挫伤")
    await office.get("institution", path, status=404)
