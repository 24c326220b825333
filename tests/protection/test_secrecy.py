"""The reporter and the child are in no answer, event, log or count they do not belong in."""

import logging
import re
from typing import Any
from uuid import UUID, uuid4

import pytest
import structlog

from tests.protection.conftest import Office
from tests.protection.test_detentions import arrest
from tests.protection.test_reports import report

REPORTER = ("李老师金丝雀", "13700000009", "某小学金丝雀")
CHILD = ("陈小金丝雀", "331099201201010021", "手臂多处瘀青金丝雀")
EVERYBODY = (
    "police",
    "procuratorate",
    "civil_affairs",
    "education",
    "child_protection_office",
    "institution",
    "joint_meeting",
    "court",
    "health",
    "auditor",
    "service:eligibility",
)
TEACHER = {"kind": "staff", "name": REPORTER[0], "phone": REPORTER[1], "unit": REPORTER[2]}


async def story(office: Office) -> tuple[str, str]:
    """A report with everything in it, handled a little; its id and its case's."""
    told = report(reporter=TEACHER, town="泽国镇")
    receipt = await office.post("institution", "/reports", told, status=201)
    await office.post("police", f"/reports/{receipt['id']}/acceptance")
    (row,) = await office.sql("SELECT case_id FROM report WHERE id = :i", i=UUID(receipt["id"]))
    await office.post("police", f"/cases/{row[0]}/measures", {"measures": ["心理干预"]})
    await office.post("police", "/detentions", arrest())
    return receipt["id"], str(row[0])


def paths(office: Office, report_id: str, case_id: str, child_ref: str) -> list[str]:
    """Every GET of the service that these ids answer: a new route is scanned from its first day."""
    ids = {"report_id": report_id, "case_id": case_id, "child_ref": child_ref}
    app = office.client._transport.app  # type: ignore[attr-defined]
    asked = [path for path, calls in app.openapi()["paths"].items() if "get" in calls]
    named = {path: set(re.findall(r"{(\w+)}", path)) for path in asked}
    found = [path.format(**ids) for path, names in named.items() if names <= set(ids)]
    found = [path.removeprefix("/v1/protection") for path in found if "/v1/protection" in path]
    assert len(found) > 30
    return [*found, "/reports?state=李老师金丝雀"]


async def outputs(office: Office, who: str, report_id: str, case_id: str) -> str:
    """Everything a department can get to see, in one text."""
    from tests.factories import headers

    texts = []
    wanted = "SELECT child_ref FROM report WHERE id = :i"
    (row,) = await office.sql(wanted, i=UUID(report_id))
    for path in paths(office, report_id, case_id, str(row[0])):
        answer = await office.client.get(f"/v1/protection{path}", headers=headers(who))
        assert answer.status_code < 500, path
        texts.append(answer.text)
    return "\n".join(texts)


async def test_the_reporter_is_in_no_output_of_anybody(
    office: Office, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    structlog.get_logger().info("the scan begins")
    report_id, case_id = await story(office)
    for who in EVERYBODY:
        seen = await outputs(office, who, report_id, case_id)
        for canary in REPORTER:
            assert canary not in seen.replace("state=李老师金丝雀", ""), (who, canary)
    assert "报告人-1" in await outputs(office, "police", report_id, case_id)
    rows = await office.sql(
        "SELECT data::text FROM outbox UNION ALL SELECT fields::text FROM disclosure"
    )
    printed = capsys.readouterr()
    logged = caplog.text + printed.out + printed.err + "".join(row[0] for row in rows)
    for canary in (*REPORTER, *CHILD, "周小金丝雀", "周某金丝雀"):
        assert canary not in logged, canary


async def test_what_is_stored_is_sealed(office: Office) -> None:
    report_id, _ = await story(office)
    tables = await office.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    dump = ""
    for (table,) in tables:
        rows = await office.sql(f"SELECT to_jsonb(t)::text FROM {table} t")
        dump += "".join(row[0] for row in rows)
    for canary in (*REPORTER, *CHILD, "周小金丝雀"):
        assert canary not in dump, canary
        assert canary.encode().hex() not in dump
    assert report_id in dump


async def test_the_child_is_seen_by_those_with_a_task_and_the_looking_is_on_record(
    office: Office,
) -> None:
    report_id, case_id = await story(office)
    assert CHILD[0] in await outputs(office, "police", report_id, case_id)
    before = await office.sql("SELECT count(*) FROM disclosure WHERE department = 'police'")
    await office.get("police", f"/reports/{report_id}")
    after = await office.sql("SELECT count(*) FROM disclosure WHERE department = 'police'")
    assert after[0][0] == before[0][0] + 1
    for stranger in ("joint_meeting", "institution", "court", "auditor"):
        seen = await outputs(office, stranger, report_id, case_id)
        assert not any(canary in seen for canary in CHILD), stranger
    missing = await office.get("court", f"/cases/{uuid4()}", status=404)
    hidden = await office.get("court", f"/cases/{case_id}", status=404)
    assert missing == hidden


async def test_the_vault_opens_for_a_purpose_a_task_and_a_second_person(office: Office) -> None:
    report_id, _ = await story(office)
    path = f"/reports/{report_id}/reporter-openings"
    wish: dict[str, Any] = {"purpose": "investigation", "reason": "需向报告人核实时间"}
    await office.post("education", path, wish, status=403)
    await office.post("court", path, wish, status=404)
    await office.post("procuratorate", path, wish, status=404)
    opening = await office.post("police/a", path, wish, status=201)
    one = f"/reporter-openings/{opening['id']}"
    (asked,) = (await office.get("police/b", "/reporter-openings"))["items"]
    assert (asked["id"], asked["reason"]) == (opening["id"], wish["reason"])
    assert (await office.get("procuratorate", "/reporter-openings"))["items"] == []
    await office.get("education", "/reporter-openings", status=403)
    await office.post("police/a", f"{one}/opening", status=409)
    await office.post("police/a", f"{one}/approval", status=409)
    await office.post("procuratorate/b", f"{one}/approval", status=404)
    await office.post("police/b", f"{one}/approval")
    for verb in ("approval", "refusal"):
        decided = await office.post("police/b", f"{one}/{verb}", status=409)
        assert decided["type"] == "/problems/opening-decided"
    assert (await office.get("police/b", "/reporter-openings"))["items"] == []
    await office.post("police/b", f"{one}/opening", status=409)
    found = await office.post("police/a", f"{one}/opening")
    assert found["name"] == REPORTER[0]
    rows = await office.sql(
        "SELECT action, purpose FROM disclosure WHERE subject_kind = 'reporter'"
    )
    assert rows == [("open", "investigation")]
    await office.at("2024-05-06T09:31:00+08:00")
    await office.post("police/a", f"{one}/opening", status=409)


async def test_a_file_is_what_it_says_and_sealed(office: Office) -> None:
    from tests.factories import headers

    report_id, _ = await story(office)
    path = f"/v1/protection/reports/{report_id}/attachments"
    data = b"\x89PNG\r\n\x1a\n" + b"canary" * 100

    async def send(body: bytes, kind: str) -> int:
        sent = headers("institution") | {"Content-Type": kind}
        return (await office.client.post(path, content=body, headers=sent)).status_code

    assert await send(data, "image/png") == 201
    assert await send(data, "application/pdf") == 400
    assert await send(data, "text/plain") == 415
    assert await send(b"MZ\x90\x00 program", "image/png") == 400
    assert await send(data + b"x" * 10 * 1024 * 1024, "image/png") == 413
    (one,) = await office.get("police", f"/reports/{report_id}/attachments")
    got = await office.client.get(
        f"/v1/protection/attachments/{one['id']}", headers=headers("police")
    )
    assert got.content == data
    await office.get("institution", f"/attachments/{one['id']}", status=404)
    (stored,) = await office.sql("SELECT sealed FROM attachment")
    assert b"canary" not in stored[0]
