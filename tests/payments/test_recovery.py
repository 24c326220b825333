"""What was paid too much is taken back as time and fault allow, never behind a family's back."""

from datetime import date
from typing import Any

import pytest

from services.payments.rules.recovery import EVERY_WAY, Fault, Way, needs_consent, ways
from tests.payments.desk import Desk
from tests.payments.test_relief import at
from tests.payments.test_runs import problem

RECORDED = date(2026, 1, 12)


async def debt_of(desk: Desk) -> dict[str, Any]:
    """A month paid too much, recorded by the correction that found it."""
    await desk.standards()
    award = await desk.award("scattered")
    for month in ("2026-01", "2026-02"):
        await desk.paid(await desk.run(month))
    await desk.ended(award, date(2026, 1, 1), reason="moved")
    await desk.paid(await desk.run(kind="correction"))
    found: dict[str, Any] = (await desk.get("/debts")).json()["items"][0]
    return found


@pytest.mark.parametrize(
    ("fault", "day", "open_ways"),
    [
        (Fault.OFFICE, date(2029, 1, 31), EVERY_WAY),
        (Fault.OFFICE, date(2029, 2, 1), (Way.WAIVER,)),
        (Fault.LATE_NOTICE, date(2029, 2, 1), (Way.WAIVER,)),
        (Fault.CONCEALED, date(2026, 1, 12), (Way.REPAYMENT, Way.INSTALMENTS, Way.OFFSET)),
        (Fault.CONCEALED, date(2040, 1, 1), (Way.REPAYMENT, Way.INSTALMENTS, Way.OFFSET)),
    ],
)
def test_time_and_fault_say_which_ways_are_open(
    fault: Fault, day: date, open_ways: tuple[Way, ...]
) -> None:
    assert ways(fault, RECORDED, day, 36) == open_ways


def test_who_did_nothing_wrong_pays_back_only_what_they_agree_to() -> None:
    agreed = {(f, w) for f in Fault for w in Way if needs_consent(f, w)}
    assert agreed == {(Fault.OFFICE, Way.REPAYMENT), (Fault.OFFICE, Way.INSTALMENTS)} | {
        (fault, Way.OFFSET) for fault in Fault
    }


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"way": "repayment", "fault": "未及时告知"}, "not-heard"),
        ({"way": "waiver", "fault": "隐瞒虚报", "heard_on": "2026-01-12"}, "way-not-open"),
        ({"way": "repayment", "fault": "机关差错", "heard_on": "2026-01-12"}, "consent-needed"),
        ({"way": "repayment", "fault": "未及时告知", "heard_on": "2026-02-01"}, "invalid"),
        ({"way": "repayment", "fault": "运气不好", "heard_on": "2026-01-12"}, "invalid"),
        ({"way": "repayment", "heard_on": "2026-01-12"}, "invalid"),
        ({"way": "instalments", "months": 25, "fault": "未及时告知", "heard_on": "2026-01-12"},
         "too-many-instalments"),
    ],
)  # fmt: skip
async def test_a_recovery_out_of_order_is_refused_and_the_debt_stays_as_it_was(
    desk: Desk, said: dict[str, Any], code: str
) -> None:
    debt = await debt_of(desk)
    answer = await desk.post(f"/debts/{debt['id']}/proposal", {"reason": "多发须收回"} | said)
    assert problem(answer) == code, answer.text
    assert (await desk.get("/debts")).json()["items"] == [debt]


async def test_a_statement_tells_a_debt_as_it_stood(desk: Desk) -> None:
    debt = await debt_of(desk)
    said = {
        "way": "repayment",
        "fault": "未及时告知",
        "heard_on": "2026-01-12",
        "reason": "多发须收回",
    }
    await desk.must(f"/debts/{debt['id']}/proposal", said)
    await desk.must(f"/debts/{debt['id']}/approval", who="finance", officer="101")
    at("2026-01-20")
    paid = {"amount": "2000.00", "reference": "R1"}
    await desk.must(f"/debts/{debt['id']}/receipts", paid)
    at("2026-01-25")
    await desk.must(f"/debts/{debt['id']}/receipts", {"amount": "120.00", "reference": "R2"})
    path = f"/children/{debt['child_id']}/statement"
    told = [
        (await desk.get(f"{path}?known_at=2026-01-{day}T05:00:00Z")).json()["debts"]
        for day in (11, 12, 20, 25)
    ]
    assert [[(d["state"], d["recovered"]) for d in debts] for debts in told] == [
        [], [("open", "0.00")], [("open", "2000.00")], [("settled", "2120.00")],
    ]  # fmt: skip


async def test_a_debt_too_old_is_waived_and_leaves_the_books(desk: Desk) -> None:
    debt = await debt_of(desk)
    await desk.sql("UPDATE debt SET recorded_at = recorded_at - interval '37 months' RETURNING id")
    path = f"/debts/{debt['id']}"
    said = {"fault": "late_notice", "heard_on": "2026-01-12", "reason": "多发须收回"}
    late = await desk.post(f"{path}/proposal", said | {"way": "repayment"})
    assert (problem(late), late.json()["allowed"]) == ("way-not-open", ["waiver"])
    proposed = await desk.must(f"{path}/proposal", said | {"way": "waiver"})
    assert (proposed["fault"], proposed["heard_on"]) == ("late_notice", "2026-01-12")
    waived = await desk.must(f"{path}/approval", who="finance", officer="101")
    assert waived["state"] == "waived"
    found = (await desk.get("/ledger")).json()
    assert found["proofs"]["holds"], found
    balances = {row["account"]: row["balance"] for row in found["balances"]}
    assert balances["receivable"] == "0.00"
