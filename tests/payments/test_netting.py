"""What was paid too much is kept from later money only as the family agreed."""

from datetime import UTC, date, datetime
from typing import Any

from shared.clock import set_clock
from tests.payments.desk import CHECKER, Desk
from tests.payments.test_runs import problem


async def indebted(desk: Desk, months: int = 2) -> tuple[Any, dict[str, Any]]:
    """A child whose class fell after two months were paid, with a debt and an agreed plan."""
    await desk.standards()
    award = await desk.award("institution")
    for month in ("2026-01", "2026-02"):
        await desk.paid(await desk.run(month))
    await desk.changed(award, "scattered", date(2026, 1, 1))
    await desk.paid(await desk.run("2026-02", kind="correction"))
    debt = (await desk.get("/debts")).json()["items"][0]
    agreed = {"way": "offset", "months": months, "consent": "书面同意 2026-01-12",
              "fault": "机关差错", "heard_on": "2026-01-12",
              "reason": "监护人同意分月抵扣"}  # fmt: skip
    await desk.must(f"/debts/{debt['id']}/proposal", agreed)
    await desk.must(f"/debts/{debt['id']}/approval", who="finance", officer="101")
    return award, debt


async def booked(desk: Desk) -> dict[str, Any]:
    found = (await desk.get("/ledger")).json()
    assert found["proofs"]["holds"], found
    return {row["account"]: row["balance"] for row in found["balances"]}


async def month_of_run(desk: Desk, month: str) -> dict[str, Any]:
    """Prepared, with the clock in the month the run pays."""
    set_clock(datetime.fromisoformat(f"{month}-12T04:00:00").replace(tzinfo=UTC))
    return await desk.run(month)


async def test_an_agreed_debt_is_kept_from_the_months_of_its_plan_and_then_settled(
    desk: Desk,
) -> None:
    award, debt = await indebted(desk)
    assert debt["amount"] == "1060.00"
    run = await month_of_run(desk, "2026-03")
    assert (run["total"], run["netted"], run["to_pay"]) == ("2120.00", "1060.00", "1060.00")
    await desk.paid(run)
    payments = (await desk.get(f"/runs/{run['id']}/payments")).json()["items"]
    assert [p["amount"] for p in payments] == ["1060.00"]
    settled = (await desk.get("/debts")).json()["items"][0]
    assert (settled["state"], settled["recovered"]) == ("settled", "1060.00")
    assert (await booked(desk))["receivable"] == "0.00"
    statement = (await desk.get(f"/children/{award.child_id}/statement")).json()
    assert [row["amount"] for row in statement["netted"]] == ["1060.00"]
    assert (await month_of_run(desk, "2026-04"))["netted"] == "0.00"


async def test_a_plan_of_months_keeps_a_part_each_month(desk: Desk) -> None:
    await indebted(desk, months=3)
    kept = []
    for month in ("2026-02", "2026-03", "2026-04", "2026-05"):
        if month != "2026-02":
            run = await month_of_run(desk, month)
            kept.append(run["netted"])
            await desk.paid(run)
    # The plan began with February, which was paid before anybody agreed: March keeps both parts.
    assert kept == ["706.67", "353.33", "0.00"]
    await booked(desk)


async def test_nothing_is_kept_of_a_lump_sum_or_beyond_what_is_paid(desk: Desk) -> None:
    award, _ = await indebted(desk, months=1)
    await desk.ended(award, date(2026, 3, 1), lump_sum_months=6)
    await desk.sql("UPDATE debt SET amount = 3000 RETURNING id")
    await desk.sql(
        'UPDATE debt SET plan = \'[{"month": "2026-02", "amount": "3000.00"}]\' RETURNING id'
    )
    run = await month_of_run(desk, "2026-03")
    assert (run["total"], run["netted"]) == ("14840.00", "2120.00")


async def test_consent_taken_back_stops_the_keeping_and_voids_a_prepared_run(desk: Desk) -> None:
    _, debt = await indebted(desk)
    run = await month_of_run(desk, "2026-03")
    await desk.must(f"/runs/{run['id']}/check", officer=CHECKER)
    await desk.must(f"/debts/{debt['id']}/withdrawal", {"reason": "监护人撤回同意"})
    answer = await desk.post(f"/runs/{run['id']}/approval", None, officer="003")
    assert problem(answer) == "debts-changed"
    await desk.must(f"/runs/{run['id']}/rejection", {"reason": "抵扣撤回"}, officer="003")
    assert (await desk.run("2026-03"))["netted"] == "0.00"


async def test_what_a_prepared_run_keeps_cannot_be_paid_back_twice(desk: Desk) -> None:
    _, debt = await indebted(desk)
    await month_of_run(desk, "2026-03")
    said = {"amount": "0.01", "reference": "R1"}
    assert (await desk.post(f"/debts/{debt['id']}/receipts", said)).status_code == 400


async def test_a_rejected_run_has_kept_nothing(desk: Desk) -> None:
    await indebted(desk)
    run = await month_of_run(desk, "2026-03")
    await desk.must(f"/runs/{run['id']}/rejection", {"reason": "重新编制"}, officer=CHECKER)
    assert (await desk.run("2026-03"))["netted"] == "1060.00"
