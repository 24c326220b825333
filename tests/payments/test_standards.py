"""Standards and what is refused at the door: floors, two people, bad input."""

from typing import Any
from uuid import uuid4

import pytest

from services.payments.queries.standards import published
from shared.database import transaction
from tests.factories import TOWN
from tests.payments.desk import CHECKER, Desk
from tests.payments.test_runs import problem


async def test_a_standard_below_its_floor_is_refused_with_the_lawful_minimum(desk: Desk) -> None:
    await desk.published("urban_consumption_yearly", "43210.00")
    said = {"key": "institution_orphan_monthly", "since": "2026-01-01", "amount": "2520.58",
            "source": "发文"}  # fmt: skip
    answer = await desk.post("/standards", said)
    body = answer.json()
    assert (answer.status_code, problem(answer)) == (409, "below-floor")
    assert (body["minimum"], body["working"]) == ("2520.59", "ceil2(43210.00*0.70/12)")
    assert body["clause"] == "WL24:2.1.1a"
    await desk.must("/standards", said | {"amount": "2520.59"})


async def test_the_floor_of_a_standard_needs_its_statistic(desk: Desk) -> None:
    said = {"key": "institution_orphan_monthly", "since": "2026-01-01", "amount": "2650.00",
            "source": "发文"}  # fmt: skip
    proposed = await desk.must("/standards", said)
    answer = await desk.post(f"/standards/{proposed['id']}/publication", {}, officer=CHECKER)
    assert problem(answer) == "statistic-missing"


async def test_nobody_publishes_what_they_proposed(desk: Desk) -> None:
    said = {"key": "urban_consumption_yearly", "since": "2026-01-01", "amount": "43210.00",
            "source": "统计公报", "statistic_year": 2025}  # fmt: skip
    proposed = await desk.must("/standards", said)
    answer = await desk.post(f"/standards/{proposed['id']}/publication", {})
    assert problem(answer) == "second-person-needed"
    again = await desk.post("/standards", said)
    assert problem(again) == "proposed-already"


async def test_a_lower_standard_needs_a_second_persons_reasons(desk: Desk) -> None:
    await desk.standards()
    said = {"key": "institution_orphan_monthly", "since": "2026-01-01", "amount": "2630.00",
            "source": "发文"}  # fmt: skip
    proposed = await desk.must("/standards", said)
    path = f"/standards/{proposed['id']}/publication"
    assert problem(await desk.post(path, {}, officer=CHECKER)) == "lower-than-before"
    await desk.must(path, {"reason": "统计口径调整"}, officer=CHECKER)


async def test_of_two_announced_at_one_moment_the_later_holds(desk: Desk) -> None:
    """A rehearsal's clock stands still: nothing but the order of signing tells them apart."""
    await desk.standards()
    for amount in range(2130, 2140):
        await desk.published("scattered_orphan_monthly", f"{amount}.00", "2026-02-01")
    async with transaction(desk.sessions) as session:
        assert (await published(session))[-1].amount == 2139


async def test_a_share_below_the_documents_is_refused(desk: Desk) -> None:
    said = {"key": "dibao_child_rate_of_scattered", "since": "2026-01-01", "share": "15%",
            "source": "发文"}  # fmt: skip
    answer = await desk.post("/standards", said)
    assert (problem(answer), answer.json()["minimum"]) == ("below-floor", "0.20")


BAD: list[tuple[str, Any, int]] = [
    ("/standards", {"key": "golden_monthly", "since": "2026-01-01", "amount": "1.00",
                    "source": "x"}, 400),
    ("/standards", {"key": "scattered_orphan_monthly", "since": "2026-01-01",
                    "amount": "2120.005", "source": "x"}, 400),
    ("/standards", {"key": "scattered_orphan_monthly", "since": "2026-01-01",
                    "amount": "-1.00", "source": "x"}, 400),
    ("/standards", {"key": "scattered_orphan_monthly", "since": "2026-01-01",
                    "amount": "NaN", "source": "x"}, 400),
    ("/standards", {"key": "scattered_orphan_monthly", "since": "2026-01-01",
                    "amount": "2120.00", "source": "x", "extra": 1}, 400),
    ("/standards", {"key": "scattered_orphan_monthly", "since": "2026-02-30",
                    "amount": "2120.00", "source": "x"}, 400),
    ("/runs", {"month": "2026-13"}, 400),
    ("/runs", {"month": "2026-01", "kind": "bonus"}, 400),
    ("/runs", {"month": "2019-01"}, 409),
    ("/runs", {"month": "2026-03"}, 409),
    ("/runs", {"month": "2026-01", "kind": "correction"}, 409),
    ("/evaluations", {"child": {"categories": ["孤儿（社会散居）"]}, "months": ["2026-1x"]}, 400),
    ("/evaluations", {"month": "2026-01", "household": {"class": "golden"}, "child": {}}, 400),
    ("/evaluations", {"month": "2026-01", "scattered_orphan_monthly": "2120.001"}, 400),
    ("/evaluations", {"month": "2026-01", "child": {}, "relief": {"from": "2026-02-02",
                      "to": "2026-01-01"}}, 400),
    ("/evaluations", {"months": {"from": "2026-03", "to": "2026-01"}, "child": {}}, 400),
    ("/evaluations", {"month": "2026-01", "awards": [
        {"rate_class": "scattered", "first_month": "2025-01", "last_month": "2026-03"},
        {"rate_class": "institution", "first_month": "2026-02"}]}, 400),
    ("/entitlements", {"child_id": str(uuid4()), "benefit": "golden", "amount": "1.00",
                       "first_month": "2026-01", "last_month": "2026-01",
                       "decision_id": str(uuid4()), "town": TOWN}, 400),
    ("/entitlements", {"child_id": str(uuid4()), "benefit": "nursing", "amount": "1.00",
                       "first_month": "2026-02", "last_month": "2026-01",
                       "decision_id": str(uuid4()), "town": TOWN}, 400),
]  # fmt: skip


async def test_bad_input_is_refused_with_a_code_and_changes_nothing(desk: Desk) -> None:
    for path, body, status in BAD:
        answer = await desk.post(path, body)
        assert answer.status_code == status, (path, body, answer.text)
        assert answer.json()["type"].startswith("/problems/"), answer.text
    for table in ("standard", "run", "line", "entitlement"):
        assert (await desk.sql(f"SELECT count(*) FROM {table}"))[0][0] == 0


async def test_a_category_nobody_knows_leaves_the_answer_open_and_is_named(desk: Desk) -> None:
    asked = {"month": "2026-01", "child": {"categories": ["golden"]}}
    said = (await desk.post("/evaluations", asked)).json()
    assert (said["status"], said["not_considered"]) == ("undetermined", ["child.categories"])


async def test_a_department_without_the_task_may_not_pay(desk: Desk) -> None:
    for who in ("police", "education", "bank"):
        answer = await desk.post("/runs", {"month": "2026-01"}, who, "001")
        assert answer.status_code == 403


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("garbage", "returns-unreadable"),
        ("1,maybe,", "returns-unreadable"),
        ("", "returns-unreadable"),
        ("1,退票,账号\n1,成功,", "returns-unreadable"),
        ("7,退票,账号", "payment-never-sent"),
    ],
)
async def test_returns_that_cannot_be_are_refused_whole(
    desk: Desk, content: str, code: str
) -> None:
    await desk.standards()
    await desk.award()
    run = await desk.sent(await desk.run())
    path = f"/runs/{run['id']}/returns"
    answer = await desk.post(path, {"content": content, "complete": True}, "bank", "b1")
    assert problem(answer) == code
    assert (await desk.sql("SELECT count(*) FROM outcome"))[0][0] == 0


@pytest.mark.parametrize(
    "said",
    [
        {"complete": True, "day": "2026-01-11"},
        {"complete": True, "day": "2026-01-13"},
        {"complete": True, "content": "1,成功,", "rows": [{"number": 1, "status": "成功"}]},
        {},
    ],
)
async def test_returns_of_an_impossible_day_or_told_in_two_ways_are_refused(
    desk: Desk, said: dict[str, Any]
) -> None:
    await desk.standards()
    await desk.award()
    run = await desk.sent(await desk.run())
    answer = await desk.post(f"/runs/{run['id']}/returns", said, "bank", "b1")
    assert (answer.status_code, problem(answer)) == (400, "invalid")
    assert (await desk.sql("SELECT count(*) FROM outcome"))[0][0] == 0


async def test_the_same_returns_twice_change_nothing_and_others_conflict(desk: Desk) -> None:
    await desk.standards()
    await desk.award()
    run = await desk.sent(await desk.run())
    path = f"/runs/{run['id']}/returns"
    said = {"rows": [{"number": 1, "status": "退票", "reason": "销户"}]}
    first = await desk.must(path, said, "bank", "b1")
    assert await desk.must(path, said, "bank", "b1") == first
    other = await desk.post(path, {"rows": [{"number": 1, "status": "成功"}]}, "bank", "b1")
    assert problem(other) == "answered-otherwise"
    returned = await desk.sql("SELECT sum(amount) FROM transfer WHERE cause = 'returned'")
    assert str(returned[0][0]) == "2120.00"
    events = await desk.sql(
        "SELECT data ->> 'reason' FROM outbox WHERE type = 'payments.payment.returned.v1'"
    )
    assert [row[0] for row in events] == ["account_closed"]


async def test_a_run_is_not_reconciled_while_the_bank_owes_an_answer(desk: Desk) -> None:
    await desk.standards()
    await desk.award()
    run = await desk.sent(await desk.run())
    answer = await desk.post(f"/runs/{run['id']}/reconciliation", None, "finance", "101")
    assert problem(answer) == "unreconciled"
    clocks = await desk.sql("SELECT kind, department FROM deadline WHERE next_at IS NOT NULL "
                            "AND kind = 'reconciliation'")  # fmt: skip
    assert [tuple(row) for row in clocks] == [("reconciliation", "finance")]


async def test_a_payee_changed_after_preparation_stops_the_sending(desk: Desk) -> None:
    await desk.standards()
    award = await desk.award()
    run = await desk.run()
    path = f"/runs/{run['id']}"
    await desk.must(f"{path}/check", officer=CHECKER)
    await desk.must(f"{path}/approval", officer="003")
    await desk.must(f"{path}/funding", who="finance", officer="101")
    payee = (await desk.get(f"/children/{award.child_id}/payees")).json()[0]
    refusal = {"verified": False, "reason": "户名不符"}
    await desk.must(f"/payees/{payee['id']}/verification", refusal, officer=CHECKER)
    answer = await desk.post(f"{path}/sending", None, "finance", "102")
    assert problem(answer) == "payees-changed"


async def test_the_evaluation_uses_published_standards_when_none_are_given(desk: Desk) -> None:
    await desk.standards()
    said = {"month": "2024-05", "child": {"categories": ["孤儿（福利机构）"]}}
    found = await desk.must("/evaluations", said, who="town")
    assert found["by_month"][0]["basic_living"] == "2650.00"
    assert found["standards"]["source"] == "published"
