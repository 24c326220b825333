"""Families drawn by lot are asked whether the money came."""

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.payments.rules.sampling import sample_size
from tests.factories import OTHER_TOWN
from tests.payments.desk import CHECKER, Desk
from tests.payments.test_runs import problem

MARGIN, Z = Decimal("0.05"), Decimal("1.96")


def test_a_sample_is_no_larger_than_it_must_be() -> None:
    assert [sample_size(n, MARGIN, Z) for n in (0, 1, 100, 1000, 1_000_000)] == [
        0, 1, 80, 278, 385,
    ]  # fmt: skip


@given(st.integers(1, 10**7), st.integers(1, 10**7))
def test_more_payments_never_need_a_smaller_sample(few: int, more: int) -> None:
    few, more = sorted((few, more))
    assert 1 <= sample_size(few, MARGIN, Z) <= sample_size(more, MARGIN, Z) <= 385


async def reconciled(desk: Desk, children: int = 3) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    await desk.standards()
    for number in range(children):
        await desk.award(town=OTHER_TOWN if number == 0 else "331081001")
    run = await desk.run()
    await desk.sent(run)
    path = f"/runs/{run['id']}"
    await desk.must(f"{path}/returns", {"complete": True}, who="bank", officer="b1")
    await desk.must(f"{path}/reconciliation", who="finance", officer="102")
    return run, (await desk.get(f"{path}/arrivals", officer="009")).json()["items"]


async def test_a_family_that_denies_the_money_keeps_the_run_open_until_it_is_cleared_up(
    desk: Desk,
) -> None:
    run, drawn = await reconciled(desk)
    assert len(drawn) == 3
    path = f"/runs/{run['id']}"
    said = [
        {"answer": "received"},
        {"answer": "short", "received": "2000.00"},
        {"answer": "not_received"},
    ]
    for row, answer in zip(drawn, said, strict=True):
        await desk.must(f"{path}/arrivals/{row['payment_id']}/answer", answer, officer="009")
    early = await desk.post(f"{path}/closing", None, "finance", "102")
    assert problem(early) == "unreconciled"
    for row in drawn[1:]:
        conclusion = {"conclusion": "钱款在另一账户，已告知家庭"}
        where = f"{path}/arrivals/{row['payment_id']}/conclusion"
        own = await desk.post(where, conclusion, officer="009")
        assert problem(own) == "second-person-needed"
        await desk.must(where, conclusion, officer="010")
    summary = (await desk.get(f"{path}/arrivals", officer="009")).json()["summary"]
    assert (summary["received_share"], summary["to_clear_up"]) == ("0.3333", 0)
    closed = await desk.must(f"{path}/closing", who="finance", officer="102")
    assert closed["state"] == "closed"


async def test_nobody_asks_after_a_run_they_took_a_step_in(desk: Desk) -> None:
    run, drawn = await reconciled(desk)
    where = f"/runs/{run['id']}/arrivals/{drawn[0]['payment_id']}/answer"
    own = await desk.post(where, {"answer": "received"}, officer=CHECKER)
    assert problem(own) == "second-person-needed"


async def test_a_town_sees_and_answers_for_its_own_families(desk: Desk) -> None:
    run, drawn = await reconciled(desk)
    path = f"/runs/{run['id']}/arrivals"
    mine = (await desk.get(path, "town")).json()["items"]
    assert len(mine) == 2
    other = next(row for row in drawn if row["town"] == OTHER_TOWN)
    answer = await desk.post(f"{path}/{other['payment_id']}/answer", {"answer": "received"}, "town")
    assert answer.status_code == 404


async def test_less_than_was_paid_is_an_amount_below_it(desk: Desk) -> None:
    run, drawn = await reconciled(desk, 1)
    where = f"/runs/{run['id']}/arrivals/{drawn[0]['payment_id']}/answer"
    for received in (None, "0.00", "2120.00"):
        said = {"answer": "short"} | ({"received": received} if received else {})
        assert (await desk.post(where, said, officer="009")).status_code == 400
    await desk.must(where, {"answer": "unreachable"}, officer="009")
    await desk.must(where, {"answer": "received"}, officer="009")
    again = await desk.post(where, {"answer": "not_received"}, officer="009")
    assert problem(again) == "answered-before"
