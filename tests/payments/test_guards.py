"""What watches over money: clocks that ring, custody that moves the payee, sheets nobody runs."""

import csv
import io
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from openpyxl import load_workbook

from services.payments import consumers
from services.payments.operations import awards, custody, payees
from shared.database import transaction
from shared.deadlines import due_handlers_of, run_due
from shared.events.eligibility import DecisionMade
from shared.events.protection import GuardianshipChanged
from tests.factories import TOWN, headers
from tests.payments.desk import CHECKER, Desk
from tests.payments.test_relief import at
from tests.payments.test_runs import problem


async def ring(desk: Desk) -> list[tuple[str, str, int]]:
    """Let every clock that ran out do what it does; the alarms that were told."""
    await run_due("payments", desk.sessions, due_handlers_of(consumers))
    rows = await desk.sql(
        "SELECT data ->> 'kind', data ->> 'department', (data ->> 'level')::int FROM outbox "
        "WHERE type = 'payments.deadline.missed.v1' ORDER BY id"
    )
    return [tuple(row) for row in rows]


async def test_a_run_nobody_reconciles_raises_an_alarm_that_climbs(desk: Desk) -> None:
    await desk.standards()
    await desk.award()
    await desk.sent(await desk.run())
    at("2026-01-19")
    assert await ring(desk) == []
    at("2026-01-20")
    assert await ring(desk) == [("reconciliation", "finance", 1)]
    at("2026-02-02")
    assert [level for _, _, level in await ring(desk)] == [1, 2]


async def test_a_returned_payment_nobody_repays_raises_an_alarm(desk: Desk) -> None:
    await desk.standards()
    await desk.award()
    run = await desk.sent(await desk.run())
    said = {"rows": [{"number": 1, "status": "退票", "reason": "账户已销户"}]}
    await desk.must(f"/runs/{run['id']}/returns", said, who="bank", officer="b1")
    await desk.must(f"/runs/{run['id']}/reconciliation", who="finance", officer="102")
    at("2026-02-10")
    assert ("repayment", "civil_affairs", 1) in await ring(desk)


async def test_a_bank_that_verifies_an_account_is_not_told_of_which_child(desk: Desk) -> None:
    child = (await desk.award()).child_id
    payee = (await desk.get(f"/children/{child}/payees")).json()[0]["id"]
    path, right = f"/payees/{payee}/verification", {"verified": True}
    told = await desk.must(path, right, who="bank", officer="b1")
    assert (told["id"], told["verified"], told["child_id"]) == (payee, True, None)
    assert (await desk.must(path, right, officer=CHECKER))["child_id"] == str(child)


async def test_what_the_bank_sends_back_after_calling_it_paid_is_paid_again(desk: Desk) -> None:
    await desk.standards()
    child = (await desk.award()).child_id
    run = await desk.run()
    await desk.paid(run)
    said = {"number": 1, "reason": "账户已冻结", "day": "2026-01-12"}
    path = f"/runs/{run['id']}/reversals"
    for _ in range(2):
        await desk.must(path, said, who="bank", officer="b1")
    early = await desk.post(f"/runs/{run['id']}/follow-up")
    assert problem(early) == "nothing-to-do"
    payee = (await desk.get(f"/children/{child}/payees")).json()[0]["id"]
    await desk.must(f"/payees/{payee}/verification", {"verified": True}, officer=CHECKER)
    again = await desk.must(f"/runs/{run['id']}/follow-up")
    assert again["total"] == "2120.00"
    await desk.paid(again)
    found = (await desk.get("/ledger")).json()
    assert found["proofs"]["holds"], found
    balances = {row["account"]: row["balance"] for row in found["balances"]}
    assert (balances["payable"], balances["in_transit"], balances["fund"]) == ("0.00",) * 3
    states = (await desk.get(f"/children/{child}/statement")).json()["payments"]
    assert [row["state"] for row in states] == ["returned", "paid"]


async def test_only_what_was_called_paid_can_be_sent_back_later(desk: Desk) -> None:
    await desk.standards()
    await desk.award()
    run = await desk.sent(await desk.run())
    said = {"number": 1, "reason": "账户已冻结"}
    answer = await desk.post(f"/runs/{run['id']}/reversals", said, "bank", "b1")
    assert problem(answer) == "never-paid"
    unknown = await desk.post(f"/runs/{run['id']}/reversals", said | {"number": 9}, "bank", "b1")
    assert unknown.status_code == 404


async def changed_hands(desk: Desk, child: UUID, since: date) -> None:
    event = GuardianshipChanged(
        child_ref=child, case_id=uuid4(), kind="long_term", carer_kind="welfare_institution",
        since=since,
    )  # fmt: skip
    async with transaction(desk.sessions) as session:
        await custody.guardianship_changed(session, event)


async def paid_to(desk: Desk, run: dict[str, Any]) -> list[str]:
    rows = await desk.sql(
        "SELECT y.kind FROM payment p JOIN payee y ON y.id = p.payee_id WHERE p.run_id = :run",
        run=UUID(run["id"]),
    )
    return [row[0] for row in rows]


async def test_a_change_of_custody_moves_the_payee_from_the_next_month(desk: Desk) -> None:
    await desk.standards()
    child = (await desk.award()).child_id
    await changed_hands(desk, child, date(2026, 1, 9))
    january = await desk.run("2026-01")
    assert await paid_to(desk, await desk.paid(january)) == ["guardian"]
    at("2026-02-05")
    waiting = await desk.run("2026-02")
    assert (waiting["lines"], waiting["control"]["blocked"]) == (0, {"custody_changed": 1})
    await desk.paid(waiting)
    async with transaction(desk.sessions) as session:
        await payees.enter_payee(
            session, child, "institution", {"name": "福利院", "account": "6222020200007654321"},
            "ICBC", since=date(2026, 2, 1), by="civil_affairs/001", source="eligibility",
            verified_by="civil_affairs/002",
        )  # fmt: skip
    caught_up = await desk.run("2026-02", kind="correction")
    assert caught_up["total"] == "2120.00"
    assert await paid_to(desk, await desk.paid(caught_up)) == ["institution"]


async def test_the_forecast_shows_what_rests_on_a_decision_that_may_change(desk: Desk) -> None:
    await desk.standards()
    award = await desk.award("scattered")
    made = DecisionMade(
        child_id=award.child_id, decision_id=award.decision_id, outcome="granted",
        decided_on=date(2026, 1, 5), review_on=date(2026, 3, 17), town=TOWN,
    )  # fmt: skip
    async with transaction(desk.sessions) as session:
        await awards.decision_made(session, made)
    rows = (await desk.get("/forecast", "finance", "101")).json()["rows"]
    assert len(rows) == 12
    assert [(r["month"], r["leaving"], r["lump_sums_at_most"]) for r in rows if r["leaving"]] == [
        ("2026-03", 1, "12720.00")
    ]
    assert [r["amount_open"] for r in rows[:4]] == ["0.00", "0.00", "2120.00", "2120.00"]


async def test_money_beyond_the_budget_needs_finances_reasons(desk: Desk) -> None:
    await desk.standards()
    await desk.award("scattered")
    said = {"year": 2026, "town": TOWN, "rate_class": "scattered", "amount": "1000.00"}
    put = await desk.client.put("/v1/payments/budgets", json=said, headers=headers("finance"))
    assert put.status_code == 204
    run = await desk.run()
    path = f"/runs/{run['id']}"
    await desk.must(f"{path}/check", officer=CHECKER)
    await desk.must(f"{path}/approval", officer="003")
    answer = await desk.post(f"{path}/funding", None, "finance", "101")
    assert (problem(answer), answer.json()["over"]) == ("budget-exceeded", [f"{TOWN} scattered"])
    funded = await desk.post(f"{path}/funding", {"reason": "追加预算已报批"}, "finance", "101")
    assert funded.json()["state"] == "funded"


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("/price-orders", {"month": "2026-01", "amount_per_head": "48.50", "source": "通知",
                           "rate_classes": ["golden"]}, "unknown-rate-class"),
        ("/entitlements", {"child_id": str(uuid4()), "benefit": "nursing", "amount": "0.00",
                           "first_month": "2026-01", "last_month": "2026-01",
                           "decision_id": str(uuid4()), "town": TOWN}, "invalid"),
        ("/entitlements", {"child_id": str(uuid4()), "benefit": "street_relief",
                           "amount": "1.00", "first_month": "2026-01", "last_month": "2026-01",
                           "decision_id": str(uuid4()), "town": TOWN}, "invalid"),
    ],
)  # fmt: skip
async def test_an_unknown_programme_or_an_empty_sum_is_refused(
    desk: Desk, path: str, body: dict[str, Any], code: str
) -> None:
    answer = await desk.post(path, body)
    assert (answer.status_code, problem(answer)) == (400, code)


async def test_a_sheet_has_no_formula_and_a_correction_says_of_what_to_what(desk: Desk) -> None:
    await desk.standards()
    award = await desk.award("scattered")
    await desk.paid(await desk.run("2026-01"))
    await desk.changed(award, "institution", date(2026, 1, 1))
    run = await desk.run("2026-01", kind="correction")
    line = (await desk.get(f"/runs/{run['id']}/lines")).json()["items"][0]
    assert (line["owed"], line["decided_before"], line["amount"]) == (
        "2650.00", "2120.00", "530.00",
    )  # fmt: skip
    path = f"/runs/{run['id']}/sheet"
    text = (await desk.get(path)).content.decode("utf-8-sig")
    header, row = list(csv.reader(io.StringIO(text)))
    assert dict(zip(header, row, strict=True))["amount"] == "530.00"
    book = load_workbook(io.BytesIO((await desk.get(f"{path}?form=xlsx")).content))
    cells = [cell for cells in book["lines"].iter_rows() for cell in cells]
    assert {cell.data_type for cell in cells} == {"s"}
    page = (await desk.get(f"/children/{award.child_id}/statement?form=html")).text
    assert "应发 2650.00 减已定 2120.00" in page
