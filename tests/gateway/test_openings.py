"""Break-glass: a reason, a person, one subject, an end, and a second look by another."""

import json
from contextlib import ExitStack
from datetime import datetime, timedelta
from uuid import uuid4

from shared.jurisdiction import jurisdiction
from tests.gateway.conftest import World, away
from tests.gateway.test_stream import listening
from tests.patience import until

WHY = "深夜接警，儿童有生命危险，须立即联系监护人"


def opening(subject: str, **change: object) -> dict[str, object]:
    return {"subject_id": subject, "category": "life_danger", "reason": WHY} | change


def test_an_opening_goes_to_the_service_with_its_subject_for_its_opener_only(world: World) -> None:
    subject = str(uuid4())
    with world.client("police", "0417") as police, world.client("police", "0418") as colleague:
        made = police.post("/v1/break-glass", json=opening(subject)).json()
        name = {"Break-Glass": made["id"]}
        said = police.get("/v1/protection/reports/a", headers=name).json()
        assert said["break_glass"] == f"{made['id']}/{subject}"
        assert police.get("/v1/protection/reports/a").json()["break_glass"] is None
        assert colleague.get("/v1/protection/reports/a", headers=name).status_code == 403
        unknown = {"Break-Glass": str(uuid4())}
        assert police.get("/v1/protection/reports/a", headers=unknown).status_code == 403
        nonsense = {"Break-Glass": "please"}
        assert police.get("/v1/protection/reports/a", headers=nonsense).status_code == 403


def test_reviewers_and_the_own_office_hear_of_an_opening_at_once_and_of_its_review(
    own_world: World,
) -> None:
    world, subject = own_world, str(uuid4())
    hearers = ("procuratorate", "police")
    with ExitStack() as stack:
        streams = [stack.enter_context(listening(world, one)) for one in hearers]
        with world.client("police", "0417") as police:
            made = police.post("/v1/break-glass", json=opening(subject)).json()
        for events in streams:
            said = json.loads(next(events)["data"])
            assert said["type"] == "gateway.glass.broken.v1"
            assert said["data"]["opening_id"] == made["id"]
            assert said["data"]["department"] == "police"
            assert subject not in json.dumps(said), "which child is nobody's to hear"
            assert WHY not in json.dumps(said, ensure_ascii=False)
        with world.client("procuratorate", "b-1") as procuratorate:
            procuratorate.post(f"/v1/break-glass/{made['id']}/review", json={"justified": True})
        for events in streams:
            said = json.loads(next(events)["data"])
            assert (said["type"], said["data"]["justified"]) == ("gateway.glass.reviewed.v1", True)
    rows = world.rows(
        world.gateway_database, "select * from disclosure where action = 'break_glass'"
    )
    assert [(str(row["subject_id"]), row["officer"]) for row in rows] == [(subject, "0417")]


def test_a_review_nobody_makes_within_three_working_days_is_told_to_the_joint_meeting(
    own_world: World,
) -> None:
    world = own_world
    with listening(world, "joint_meeting") as events:
        with world.client("police", "0417") as police:
            made = police.post("/v1/break-glass", json=opening(str(uuid4()))).json()
            begun = datetime.fromisoformat(made["opened_at"])
            # The last day ends when the next begins.
            due = datetime.fromisoformat(made["review_due_on"]) - timedelta(seconds=1)
            calendar = jurisdiction().calendar
            days = [calendar.legal_day(moment) for moment in (begun, due)]
            assert calendar.working_days_between(*days) == 3
            police.post("/v1/clock", json={"to": made["review_due_on"], "minutes": 1})
        said = json.loads(next(events)["data"])
    assert said["type"] == "gateway.deadline.missed.v1"
    assert (said["subject"], said["data"]["kind"]) == (made["id"], "break_glass_review")


def test_an_opening_needs_a_reason_a_person_and_an_office_that_may(world: World) -> None:
    subject = str(uuid4())
    with world.client("police") as police:
        assert police.post("/v1/break-glass", json=opening(subject, reason="急")).status_code == 400
        assert (
            police.post("/v1/break-glass", json=opening(subject, category="x")).status_code == 400
        )
    with world.client("police", None) as system:
        assert system.post("/v1/break-glass", json=opening(subject)).status_code == 403
    with world.client("finance") as finance:
        assert finance.post("/v1/break-glass", json=opening(subject)).status_code == 403


def test_an_opening_ends_and_the_reason_is_sealed_and_reviewed_by_another(
    own_world: World,
) -> None:
    world, subject = own_world, str(uuid4())
    with world.client("child_protection_office", "a-1") as office:
        made = office.post("/v1/break-glass", json=opening(subject, hours=24)).json()
        (row,) = world.rows(world.gateway_database, "select * from opening")
        assert (row["ends_at"] - row["opened_at"]).total_seconds() == 4 * 3600
        assert WHY.encode() not in row["reason"]
    for officer in ("a-1", "a-2"):
        with world.client("child_protection_office", officer) as office:
            own = office.post(f"/v1/break-glass/{made['id']}/review", json={"justified": True})
            assert (own.status_code, own.json()["allowed"]) == (409, ["procuratorate", "auditor"])
            assert own.json()["type"] == "/problems/another-office-needed"
    waiting = "select department from deadline where kind = 'break_glass_review'"
    (clock,) = world.rows(world.gateway_database, waiting)
    assert clock["department"] == "procuratorate", "nobody waits for an office to judge itself"
    with world.client("procuratorate", "b-1") as procuratorate:
        waiting = procuratorate.get("/v1/break-glass", params={"unreviewed": "true"}).json()
        assert [one["reason"] for one in waiting["items"]] == [WHY]
        review = {"justified": True}
        done = procuratorate.post(f"/v1/break-glass/{made['id']}/review", json=review)
        assert done.json()["reviewed_by"] == "procuratorate/b-1"
        again = procuratorate.post(f"/v1/break-glass/{made['id']}/review", json=review)
        assert again.status_code == 409
    with world.client("police") as police:
        moved = police.post("/v1/clock", json={"hours": 5})
        assert moved.status_code == 200, moved.text
    with world.client("child_protection_office", "a-1") as office:
        name = {"Break-Glass": made["id"]}
        assert office.get("/v1/protection/reports/a", headers=name).status_code == 403


def test_an_opening_that_was_not_justified_ends_with_the_review(own_world: World) -> None:
    world = own_world
    with world.client("police", "0417") as police:
        made = police.post("/v1/break-glass", json=opening(str(uuid4()))).json()
        name = {"Break-Glass": made["id"]}
        assert police.get("/v1/protection/reports/a", headers=name).status_code == 200
        with world.client("auditor", "c-1") as auditor:
            said = auditor.post(f"/v1/break-glass/{made['id']}/review", json={"justified": False})
        assert said.json()["ends_at"] == said.json()["reviewed_at"]
        # Each gateway remembers for some seconds what it has looked up.
        until(lambda: police.get("/v1/protection/reports/a", headers=name).status_code == 403)


def test_an_opening_that_cannot_be_looked_up_lets_nobody_in(own_world: World) -> None:
    world = own_world
    with world.client("police", "0417") as police:
        made = police.post("/v1/break-glass", json=opening(str(uuid4()))).json()
        with away(world.gateway_database):
            name = {"Break-Glass": made["id"]}
            answer = police.get("/v1/protection/reports/a", headers=name)
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
