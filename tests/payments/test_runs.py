"""Runs over the API on PostgreSQL: who may, what is refused, what is worked out again."""

import asyncio
from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.payments.operations import awards, beginning, custody
from shared.clock import clock
from shared.database import transaction
from shared.events.eligibility import ChildLeft
from shared.events.protection import DetentionReported, GuardianReleased
from shared.identity import Principal
from tests.factories import TOWN, headers
from tests.payments.desk import APPROVER, CHECKER, MAKER, Desk


def problem(answer: object) -> str:
    return str(answer.json()["type"]).rsplit("/", 1)[-1]  # type: ignore[attr-defined]


async def test_nobody_checks_or_approves_what_they_did_before(desk: Desk) -> None:
    await desk.standards()
    await desk.award()
    run = await desk.run()
    path = f"/runs/{run['id']}"
    own = await desk.post(f"{path}/check", None, officer=MAKER)
    assert (own.status_code, problem(own)) == (409, "second-person-needed")
    await desk.must(f"{path}/check", officer=CHECKER)
    for officer in (MAKER, CHECKER):
        again = await desk.post(f"{path}/approval", None, officer=officer)
        assert problem(again) == "second-person-needed"
    approved = await desk.must(f"{path}/approval", officer=APPROVER)
    assert approved["state"] == "approved"


async def test_before_any_standard_is_published_a_run_names_the_one_it_lacks(desk: Desk) -> None:
    assert (await desk.run())["total"] == "0.00", "nobody has an award yet"
    await desk.award()
    refused = await desk.post("/runs", {"month": "2026-02", "kind": "monthly"})
    assert (refused.status_code, problem(refused)) == (409, "standard-missing")
    assert refused.json()["missing"] == ["standard:scattered_orphan_monthly"]


async def test_a_step_out_of_turn_names_the_lawful_ones(desk: Desk) -> None:
    await desk.standards()
    await desk.award()
    run = await desk.run()
    answer = await desk.post(f"/runs/{run['id']}/sending", None, "finance", "101")
    assert problem(answer) == "unlawful-move"
    assert answer.json()["allowed"] == ["check", "rejection"]


async def test_large_sums_need_more_levels_and_finance_last(desk: Desk) -> None:
    await desk.standards()
    await desk.award()
    run = await desk.run()
    path = f"/runs/{run['id']}"
    await desk.must(f"{path}/check", officer=CHECKER)
    await desk.sql("UPDATE run SET total = 600000 RETURNING id")
    first = await desk.must(f"{path}/approval", officer=APPROVER)
    assert (first["state"], first["approvals"]) == ("checked", {"given": 1, "needed": 2})
    same = await desk.post(f"{path}/approval", None, officer=APPROVER)
    assert problem(same) == "second-person-needed"
    own = await desk.post(f"{path}/approval", None, officer="004")
    assert own.status_code == 403
    last = await desk.must(f"{path}/approval", who="finance", officer="101")
    assert last["state"] == "approved"


async def test_two_officers_who_press_at_once_make_one_run(desk: Desk) -> None:
    await desk.standards()
    await desk.award()
    answers = await asyncio.gather(
        *(desk.post("/runs", {"month": "2026-01"}, officer=o) for o in (MAKER, CHECKER))
    )
    assert sorted(a.status_code for a in answers) == [201, 409]
    assert len(await desk.sql("SELECT id FROM line")) == 1


async def test_the_same_run_asked_for_again_is_the_same_run(desk: Desk) -> None:
    await desk.standards()
    await desk.award()
    said = {"id": str(uuid4()), "month": "2026-01"}
    first, again = await desk.must("/runs", said), await desk.must("/runs", said)
    assert first == again
    other = await desk.post("/runs", said | {"month": "2026-02"})
    assert problem(other) == "run-exists"


async def test_two_officers_who_approve_at_once_approve_once(desk: Desk) -> None:
    await desk.standards()
    await desk.award()
    run = await desk.run()
    path = f"/runs/{run['id']}"
    await desk.must(f"{path}/check", officer=CHECKER)
    answers = await asyncio.gather(
        *(desk.post(f"{path}/approval", None, officer=o) for o in ("003", "004"))
    )
    assert sorted(a.status_code for a in answers) == [200, 409]
    assert [tuple(r) for r in await desk.sql("SELECT count(*), sum(amount) FROM transfer")] == [
        (1, 2120)
    ]


async def test_a_run_killed_between_towns_goes_on_where_it_was(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.standards()
    for town in ("331081001", "331081002", "331081003"):
        await desk.award(town=town)
    monkeypatch.setattr(beginning, "AT_ONCE", 0)
    actor = Principal("civil_affairs", "civil_affairs", officer="001")
    async with transaction(desk.sessions) as session:
        run = await beginning.begin_run(session, actor, "monthly", date(2026, 1, 1), None)
        run_id = run.id
        await session.execute(text("DELETE FROM deadline"))
    async with transaction(desk.sessions) as session:
        assert await beginning.resume(session, run_id)
    async with desk.sessions() as session:
        session.info["now"] = clock()
        await beginning.resume(session, run_id)
        await session.rollback()
    assert len(await desk.sql("SELECT id FROM line")) == 1
    shown = (await desk.get(f"/runs/{run_id}")).json()
    assert (shown["state"], shown["progress"]) == ("preparing", {"done": 1, "of": 3})
    for left in (True, True, False):
        async with transaction(desk.sessions) as session:
            assert await beginning.resume(session, run_id) is left
    shown = (await desk.get(f"/runs/{run_id}")).json()
    assert (shown["state"], shown["lines"], shown["total"]) == ("prepared", 3, "6360.00")


async def test_rejecting_keeps_the_rows_and_a_new_run_pays_the_month_once(desk: Desk) -> None:
    await desk.standards()
    await desk.award()
    run = await desk.run()
    await desk.must(f"/runs/{run['id']}/rejection", {"reason": "名单有误"}, officer=CHECKER)
    assert len((await desk.get(f"/runs/{run['id']}/lines")).json()["items"]) == 1
    again = await desk.run()
    assert (again["lines"], again["total"]) == (1, "2120.00")
    cancelled = await desk.post(f"/runs/{run['id']}/check", None, officer=CHECKER)
    assert problem(cancelled) == "unlawful-move"
    returns = await desk.post(f"/runs/{run['id']}/returns", {"complete": True}, "bank", "b1")
    assert problem(returns) == "run-not-with-bank"


async def test_the_lines_cannot_be_changed_or_removed_by_the_service(desk: Desk) -> None:
    await desk.standards()
    await desk.award()
    await desk.run()
    for table in ("line", "transfer", "payment", "outcome", "explanation", "run_step"):
        for statement in (f"DELETE FROM {table}", f"TRUNCATE {table}"):
            with pytest.raises(DBAPIError, match="permission denied"):
                await desk.sql(statement)
    with pytest.raises(DBAPIError, match="permission denied"):
        await desk.sql("UPDATE line SET amount = 1")


async def test_who_may_not_be_paid_is_named_with_the_reason(desk: Desk) -> None:
    await desk.standards()
    paid, nobody, died, prison = [await desk.award(payee=n != 1) for n in range(4)]
    left = ChildLeft(child_id=died.child_id, why="died", on=date(2025, 12, 20))
    held = DetentionReported(
        detention_id=uuid4(), kind="criminal_detention", children=[prison.child_id],
        care_needed=True, began_on=date(2026, 1, 5), ends_on=None, town=TOWN,
    )  # fmt: skip
    async with transaction(desk.sessions) as session:
        await awards.child_left(session, left)
        await custody.detention_reported(session, held)
    run = await desk.run()
    blocked = (await desk.get(f"/runs/{run['id']}/blocked")).json()["items"]
    assert {b["child_id"]: b["reason"] for b in blocked} == {
        str(nobody.child_id): "no_payee",
        str(died.child_id): "died",
        str(prison.child_id): "payee_in_prison",
    }
    assert (run["children"], run["blocked"]) == (1, 3)
    stops = await desk.sql("SELECT data ->> 'reason' FROM outbox WHERE type LIKE '%stopped%'")
    assert sorted(row[0] for row in stops) == ["died", "payee_in_prison"]
    await desk.paid(run)
    free = GuardianReleased(
        detention_id=held.detention_id, children=[prison.child_id], released_on=date(2026, 1, 20)
    )
    async with transaction(desk.sessions) as session:
        await custody.guardian_released(session, free)
    await desk.payee(nobody.child_id)
    caught_up = await desk.run(kind="correction")
    assert (caught_up["children"], caught_up["total"]) == (2, "4240.00")
    assert paid.child_id not in (nobody.child_id, prison.child_id)


async def test_an_account_nobody_verified_or_somebody_refused_is_not_paid(desk: Desk) -> None:
    await desk.standards()
    waiting, refused = await desk.award(payee=False), await desk.award(payee=False)
    said = {"kind": "guardian", "name": "甲", "account": "6222020200001234567", "bank_code": "ICBC"}
    await desk.must(f"/children/{waiting.child_id}/payees", said)
    payee = await desk.must(f"/children/{refused.child_id}/payees", said)
    no = {"verified": False, "reason": "户名不符"}
    await desk.must(f"/payees/{payee['id']}/verification", no, officer=CHECKER)
    run = await desk.run()
    blocked = (await desk.get(f"/runs/{run['id']}/blocked")).json()["items"]
    assert {b["child_id"]: b["reason"] for b in blocked} == {
        str(waiting.child_id): "account_unverified",
        str(refused.child_id): "account_refused",
    }
    assert (run["lines"], run["blocked"]) == (0, 2)


async def test_a_back_dated_standard_pays_exactly_the_months_concerned(desk: Desk) -> None:
    await desk.standards()
    stays, left = await desk.award("scattered"), await desk.award("scattered")
    margin = await desk.award("dibao_margin_child")
    await desk.paid(await desk.run("2026-01"))
    await desk.ended(left, date(2026, 1, 1), reason="moved")
    await desk.paid(await desk.run("2026-02"))
    said = {"key": "scattered_orphan_monthly", "since": "2026-01-01", "amount": "2200.00",
            "source": "发文"}  # fmt: skip
    proposed = await desk.must("/standards", said)
    simulated = await desk.must(f"/standards/{proposed['id']}/simulations", {"months": 3})
    assert simulated["result"]["back_pay"] == "240.00"
    path = f"/standards/{proposed['id']}/publication"
    body = {"simulation_id": simulated["id"]}
    await desk.must(path, body, officer=CHECKER)
    run = await desk.run(kind="correction")
    lines = (await desk.get(f"/runs/{run['id']}/lines")).json()["items"]
    found = sorted((x["child_id"] == str(stays.child_id), x["month"], x["amount"]) for x in lines)
    assert found == [
        (False, "2026-01-01", "80.00"),
        (True, "2026-01-01", "80.00"),
        (True, "2026-02-01", "80.00"),
    ]
    assert {x["child_id"] for x in lines} == {str(stays.child_id), str(left.child_id)}
    assert run["total"] == simulated["result"]["back_pay"]
    await desk.paid(run)
    nothing = await desk.post("/runs", {"month": "2026-02", "kind": "correction"})
    assert problem(nothing) == "nothing-to-do"
    proofs = (await desk.get("/ledger")).json()["proofs"]
    assert proofs["holds"], proofs
    assert margin.child_id != stays.child_id


async def test_a_simulation_goes_stale_when_an_award_changes(desk: Desk) -> None:
    await desk.standards()
    await desk.award("scattered")
    said = {"key": "scattered_orphan_monthly", "since": "2026-03-01", "amount": "2200.00",
            "source": "发文"}  # fmt: skip
    proposed = await desk.must("/standards", said)
    simulated = await desk.must(f"/standards/{proposed['id']}/simulations", {"months": 3})
    await desk.award("scattered")
    body = {"simulation_id": simulated["id"]}
    answer = await desk.post(f"/standards/{proposed['id']}/publication", body, officer=CHECKER)
    assert problem(answer) == "simulation-stale"


async def test_what_was_paid_too_much_is_recorded_and_settled_by_two(desk: Desk) -> None:
    await desk.standards()
    award = await desk.award("scattered")
    await desk.paid(await desk.run("2026-01"))
    await desk.paid(await desk.run("2026-02"))
    await desk.ended(award, date(2026, 1, 1), reason="moved")
    run = await desk.run(kind="correction")
    assert (run["total"], run["overpaid"]) == ("0.00", "2120.00")
    await desk.paid(run)
    debt = (await desk.get("/debts")).json()["items"][0]
    assert (debt["amount"], debt["cause"]) == ("2120.00", "award_ended:moved")
    path = f"/debts/{debt['id']}"
    heard = {"fault": "未及时告知", "heard_on": "2026-01-12", "reason": "家庭困难，分期"}
    netting = heard | {"way": "offset", "months": 3}
    assert problem(await desk.post(f"{path}/proposal", netting)) == "consent-needed"
    plan = await desk.must(f"{path}/proposal", heard | {"way": "instalments", "months": 7})
    assert sum(float(p["amount"]) * 100 for p in plan["plan"]) == pytest.approx(212000)
    own = await desk.post(f"{path}/approval", None)
    assert problem(own) == "second-person-needed"
    await desk.must(f"{path}/approval", who="finance", officer="101")
    more = await desk.post(f"{path}/receipts", {"amount": "2120.01", "reference": "R1"})
    assert more.status_code == 400
    settled = await desk.must(f"{path}/receipts", {"amount": "2120.00", "reference": "R2"})
    assert (settled["state"], settled["recovered"]) == ("settled", "2120.00")
    proofs = (await desk.get("/ledger")).json()["proofs"]
    assert proofs["holds"], proofs


async def test_a_changed_class_and_other_relief_are_worked_out_from_their_month(
    desk: Desk,
) -> None:
    await desk.standards()
    award = await desk.award("scattered")
    january = await desk.run("2026-01")
    await desk.paid(january)
    february = await desk.run("2026-02")
    await desk.paid(february)
    await desk.changed(award, "institution", date(2026, 2, 1))
    relief = {"since": "2026-01", "monthly": "312.30"}
    await desk.must(f"/children/{award.child_id}/other-relief", relief)
    run = await desk.run(kind="correction")
    lines = (await desk.get(f"/runs/{run['id']}/lines")).json()["items"]
    found = sorted((x["month"], x["amount"], x["working"]) for x in lines)
    assert found == [
        ("2026-01-01", "-312.30", "max(2120.00-312.30,0.00)"),
        ("2026-02-01", "217.70", "max(2650.00-312.30,0.00)"),
    ]
    assert run["control"]["corrects"] == [january["id"], february["id"]]


async def test_a_late_price_order_is_paid_for_its_month_once(desk: Desk) -> None:
    await desk.standards()
    await desk.award("scattered")
    await desk.award("dibao_margin_child")
    await desk.paid(await desk.run("2026-01"))
    order = await desk.must(
        "/price-orders", {"month": "2026-01", "amount_per_head": "48.50", "source": "通知"}
    )
    own = await desk.post(f"/price-orders/{order['id']}/confirmation")
    assert problem(own) == "second-person-needed"
    await desk.must(f"/price-orders/{order['id']}/confirmation", officer=CHECKER)
    run = await desk.run(kind="correction")
    assert (run["lines"], run["total"]) == (1, "48.50")
    await desk.paid(run)
    twice = await desk.post(
        "/price-orders", {"month": "2026-01", "amount_per_head": "1.00", "source": "通知"}
    )
    assert twice.status_code == 409


async def test_an_infant_is_paid_the_add_on_until_the_birthday_month(desk: Desk) -> None:
    await desk.standards()
    await desk.award("dibao_child", infant_until=date(2026, 1, 20))
    first = await desk.run("2026-01")
    assert first["total"] == "454.00"
    await desk.paid(first)
    assert (await desk.run("2026-02"))["total"] == "424.00"


async def test_a_granted_subsidy_stacks_and_is_paid_with_the_month(desk: Desk) -> None:
    await desk.standards()
    award = await desk.award("scattered")
    said = {
        "child_id": str(award.child_id), "benefit": "nursing", "amount": "375.00",
        "first_month": "2026-01", "last_month": "2026-12", "decision_id": str(uuid4()),
        "town": TOWN,
    }  # fmt: skip
    granted = await desk.must("/entitlements", said)
    twice = await desk.post("/entitlements", said)
    assert problem(twice) == "granted-already"
    await desk.must(f"/entitlements/{granted['id']}/confirmation", officer=CHECKER)
    run = await desk.run("2026-01")
    assert (run["lines"], run["children"], run["total"]) == (2, 1, "2495.00")
    await desk.paid(run)
    assert (await desk.run("2026-02"))["total"] == "2495.00"


async def test_the_forecast_knows_who_will_leave(desk: Desk) -> None:
    await desk.standards()
    await desk.award("scattered", last=date(2026, 3, 1))
    await desk.award("institution")
    found = (await desk.get("/forecast?months=3", "finance", "101")).json()
    assert found["by_month"] == {
        "2026-02": "4770.00", "2026-03": "4770.00", "2026-04": "2650.00",
    }  # fmt: skip
    leaving = [r for r in found["rows"] if r["leaving"]]
    assert [(r["month"], r["lump_sums_at_most"]) for r in leaving] == [("2026-03", "12720.00")]


async def test_paid_against_budget_by_town_and_class(desk: Desk) -> None:
    await desk.standards()
    await desk.award("scattered")
    await desk.paid(await desk.run("2026-01"))
    said = {"year": 2026, "town": TOWN, "rate_class": "scattered", "amount": "30000.00"}
    answer = await desk.client.put(
        "/v1/payments/budgets", json=said, headers=headers("finance", "101"),
    )  # fmt: skip
    assert answer.status_code == 204
    rows = (await desk.get("/budgets/2026", "finance", "101")).json()
    assert rows == [
        {"town": TOWN, "rate_class": "scattered", "budget": "30000.00", "paid": "2120.00",
         "left": "27880.00"}
    ]  # fmt: skip


async def test_the_totals_a_signature_declares_must_be_the_runs(desk: Desk) -> None:
    await desk.standards()
    await desk.award("scattered")
    run = await desk.run()
    wrong = {"lines": 1, "total": "2120.01"}
    answer = await desk.post(f"/runs/{run['id']}/check", wrong, officer=CHECKER)
    assert problem(answer) == "totals-differ"
    right = {"lines": 1, "total": "2120.00"}
    await desk.must(f"/runs/{run['id']}/check", right, officer=CHECKER)
