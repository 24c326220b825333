"""A unit that failed children is advised, has a month to answer in writing, and is judged by it."""

from typing import Any
from uuid import UUID

from tests.protection.conftest import Office
from tests.protection.test_care import an_order, case
from tests.protection.test_desk import desk
from tests.protection.test_duties import UNIT
from tests.protection.test_reports import report
from tests.protection.test_terms import running

ADVICE: dict[str, Any] = {"document_ref": "温检建〔2024〕1号", "words": "未落实制度金丝雀"}


async def breach(office: Office, unit_id: str, kind: str = "小学") -> dict[str, Any]:
    """A report that a unit ought to have made, on the register of the duty."""
    receipt = await office.post("police", "/reports", report())
    told = {"report_id": receipt["id"], "unit_id": unit_id, "institution_type": kind}
    row = await office.post("police", "/missed-reports", told | {"breach": "not_reported"})
    assert isinstance(row, dict)
    return row


async def advised(office: Office, **more: Any) -> tuple[dict[str, Any], str, dict[str, Any]]:
    """A school of its own system, its breach, and the advice about it."""
    school = await office.post("institution", "/units", UNIT, status=201)
    missed = await breach(office, school["id"])
    told = ADVICE | {"unit_id": school["id"], "failures": ["missed_report"]}
    told |= {"missed_report_ids": [missed["id"]]} | more
    row = await office.post("procuratorate", "/recommendations", told, status=201)
    return row, f"/recommendations/{row['id']}", missed


async def test_a_unit_is_advised_of_its_breach_answers_within_the_month_and_is_judged(
    office: Office,
) -> None:
    row, path, missed = await advised(office)
    assert (row["state"], row["department"], row["town"]) == ("sent", "education", "331081100")
    (clock,) = row["clocks"]
    assert (clock["kind"], clock["clause"]) == ("recommendation_reply", "MINORS:114")
    assert clock["due_at"] == "2024-06-06T16:00:00Z"
    (line,) = (await office.get("education", "/missed-reports"))["items"]
    assert (line["id"], line["recommendation_id"]) == (missed["id"], row["id"])
    report_id = UUID(missed["report_id"])
    (found,) = await office.sql("SELECT case_id FROM report WHERE id = :i", i=report_id)
    entries = await office.get("procuratorate", f"/cases/{found[0]}/entries")
    assert ("recommendation", row["id"]) in {(e["kind"], e["ref"]) for e in entries["items"]}
    unwritten = await office.post("institution", f"{path}/reply", status=400)
    assert (unwritten["clause"], unwritten["where"]) == ("MINORS:114", "body.note")
    await office.post("procuratorate", f"{path}/acceptance", status=409)
    reply = {"note": "已组织全员培训金丝雀"}
    await office.post("procuratorate", f"{path}/reply", reply, status=403)
    answered = await office.post("institution", f"{path}/reply", reply)
    assert (answered["state"], answered["replied_on"]) == ("replied", "2024-05-06")
    assert await running(office, row["id"]) == {"recommendation_judging"}
    await office.post("institution", f"{path}/acceptance", status=403)
    lacking = {"note": "培训无记录"}
    again = await office.post("procuratorate", f"{path}/objection", lacking)
    assert (again["state"], again["allowed"]) == ("insufficient", ["reply", "withdrawal"])
    assert await running(office, row["id"]) == {"recommendation_reply"}
    await office.post("education", f"{path}/reply", reply)
    judged = await office.post("procuratorate", f"{path}/acceptance")
    assert (judged["state"], judged["allowed"]) == ("accepted", [])
    assert await running(office, row["id"]) == set()
    assert [step["words"] for step in judged["steps"]] == [
        reply["note"],
        lacking["note"],
        reply["note"],
        None,
    ]
    states = [told["state"] for told in await office.events("protection.recommendation.moved.v1")]
    assert states == ["sent", "replied", "insufficient", "replied", "accepted"]


async def test_a_reply_that_does_not_come_is_told_of_the_authority_of_the_unit(
    office: Office,
) -> None:
    row, path, _ = await advised(office)
    kinds = {line["kind"]: line for line in await desk(office, "education")}
    line = kinds["recommendation_reply"]
    assert (line["about"], line["path"]) == ("recommendation", f"/v1/protection{path}")
    await office.at("2024-06-07T00:00:01+08:00")
    (late,) = [
        told
        for told in await office.events("protection.deadline.missed.v1")
        if told["subject_id"] == row["id"]
    ]
    assert (late["kind"], late["department"]) == ("recommendation_reply", "education")
    await office.post("institution", f"{path}/reply", {"note": "迟复"})
    (clock, _) = (await office.get("procuratorate", path))["clocks"]
    assert clock["state"] == "late"


async def test_only_who_advises_is_advised_or_supervises_may_know_of_it(office: Office) -> None:
    row, path, _ = await advised(office)
    for who in ("procuratorate", "child_protection_office", "education", "institution"):
        seen = await office.get(who, path)
        assert seen["words"] == ADVICE["words"], who
        assert len((await office.get(who, "/recommendations"))["items"]) == 1, who
    for who in ("health", "police", "civil_affairs"):
        await office.get(who, path, status=404)
        assert (await office.get(who, "/recommendations"))["items"] == [], who
        await office.post(who, f"{path}/reply", {"note": "冒名"}, status=404)
    elsewhere = await office.post("education", "/units", UNIT | {"client": "another-school"})
    told = ADVICE | {"unit_id": elsewhere["id"], "failures": ["negligence"]}
    foreign = await office.post("procuratorate", "/recommendations", told, status=201)
    await office.get("institution", f"/recommendations/{foreign['id']}", status=404)
    assert len((await office.get("institution", "/recommendations"))["items"]) == 1
    sealed = "SELECT count(*) FROM recommendation WHERE CAST(recommendation AS text) LIKE :w"
    assert await office.sql(sealed, w="%金丝雀%") == [(0,)]
    assert row["missed_report_ids"]


async def test_advice_about_a_breach_names_the_unit_s_own_and_each_once(office: Office) -> None:
    row, path, missed = await advised(office)
    other = await office.post("education", "/units", UNIT | {"name": "另一所小学"})
    told = ADVICE | {"unit_id": other["id"], "failures": ["未履行强制报告义务"]}
    for ids in ([], [missed["id"]]):
        refused = await office.post(
            "procuratorate", "/recommendations", told | {"missed_report_ids": ids}, status=400
        )
        assert refused["where"] == "body.missed_report_ids"
    checks = told | {"failures": ["entry_checks"]}
    await office.post("procuratorate", "/recommendations", checks, status=201)
    same = told | {"unit_id": row["unit_id"], "missed_report_ids": [missed["id"]]}
    twice = await office.post("procuratorate", "/recommendations", same, status=409)
    assert twice["allowed"] == [row["id"]]
    await office.post("procuratorate/001", f"{path}/withdrawal")
    await office.post("procuratorate/001", f"{path}/withdrawal", status=409)
    back = await office.post("procuratorate/002", f"{path}/withdrawal")
    assert (back["state"], await running(office, row["id"])) == ("withdrawn", set())
    await office.post("procuratorate", "/recommendations", same, status=201)


async def test_an_office_is_advised_as_well_and_nobody_by_itself(office: Office) -> None:
    case_id = await case(office)
    told = ADVICE | {"department": "市民政局", "failures": ["no_petition"]}
    for wrong in (
        told | {"department": "procuratorate"},
        told | {"department": "institution"},
        told | {"department": "town"},
        told | {"town": "泽国镇"},
        told | {"unit_id": case_id},
        told | {"sent_on": "2024-05-07"},
    ):
        await office.post("procuratorate", "/recommendations", wrong, status=400)
    await office.post("civil_affairs", "/recommendations", told, status=403)
    row = await office.post("procuratorate", "/recommendations", told, status=201)
    assert (row["department"], row["unit_id"]) == ("civil_affairs", None)
    earlier = told | {"document_ref": "温检建〔2024〕0号", "sent_on": "2024-04-10"}
    before = await office.post("procuratorate", "/recommendations", earlier, status=201)
    assert [clock["due_at"] for clock in before["clocks"]] == ["2024-05-10T16:00:00Z"]
    reply = {"note": "已向法院申请"}
    await office.post("civil_affairs", f"/recommendations/{row['id']}/reply", reply)
    of_a_town = told | {"department": "town", "town": "泽国镇", "failures": ["negligence"]}
    row = await office.post("court", "/recommendations", of_a_town, status=201)
    path = f"/recommendations/{row['id']}"
    await office.get("town", path, town="331081101", status=404)
    await office.post("town", f"{path}/reply", reply, town="331081100")
    refused = await office.post("procuratorate", f"{path}/acceptance", status=403)
    assert refused["allowed"] == ["court"]
    await office.post("court", f"{path}/acceptance")


async def test_a_guardian_is_not_advised(office: Office) -> None:
    case_id = await case(office)
    told = an_order("检察建议", "neglect", "contact")
    refused = await office.post("procuratorate", f"/cases/{case_id}/orders", told, status=400)
    assert (refused["clause"], refused["where"]) == ("MINORS:114", "body.kind")
