"""What a change of standards comes to, before anybody signs it."""

from datetime import date
from decimal import Decimal

from services.payments.operations import awards
from services.payments.rules.effect import Change, spans, summed
from services.payments.rules.months import later
from shared.database import transaction
from shared.events.eligibility import ChildLeft
from tests.payments.desk import Desk

JANUARY = date(2026, 1, 1)


def change(
    months: int, before: str, after: str, *, held: bool = False, decided: bool = False
) -> Change:
    named = later(JANUARY, months), "scattered", Decimal("0.00"), 2
    return Change(*named, Decimal(before), Decimal(after), held, decided)


def test_months_that_follow_each_other_are_one_span_and_a_gap_makes_two() -> None:
    found = [change(n, "10.00", "12.00") for n in (0, 1, 3)] + [change(2, "10.00", "9.00")]
    gained = [span[3:] for span in spans(found, more=True)]
    assert gained == [(JANUARY, date(2026, 3, 1)), (date(2026, 4, 1), date(2026, 5, 1))]
    assert [span[3:] for span in spans(found, more=False)] == [(date(2026, 3, 1), date(2026, 4, 1))]


def test_what_nobody_may_be_paid_now_is_held_back_and_not_back_pay() -> None:
    found = [
        change(0, "10.00", "12.00", decided=True),
        change(0, "10.00", "12.00", decided=True, held=True),
        change(1, "10.00", "12.00"),
    ]
    result = summed(found, [JANUARY, later(JANUARY)])
    assert (result["back_pay"], result["held_back"], result["coming"]) == ("4.00", "4.00", "4.00")
    assert [month["back_pay"] for month in result["months"]] == [True, False]


async def test_a_dearer_infant_add_on_is_simulated_and_comes_out(desk: Desk) -> None:
    await desk.standards()
    infant = await desk.award("dibao_child", infant_until=date(2026, 2, 1))
    await desk.award("dibao_child")
    await desk.paid(await desk.run("2026-01"))
    said = {"key": "infant_nutrition_monthly", "since": "2026-01-01", "amount": "50.00",
            "source": "发文"}  # fmt: skip
    proposed = await desk.must("/standards", said)
    effect = (await desk.must(f"/standards/{proposed['id']}/simulations", {}))["result"]
    assert (effect["back_pay"], effect["coming"]) == ("20.00", "20.00")
    assert (effect["children_with_more"], effect["children_with_less"]) == (1, 0)
    await desk.signed(proposed)
    run = await desk.run(kind="correction")
    assert run["total"] == effect["back_pay"]
    lines = (await desk.get(f"/runs/{run['id']}/lines")).json()["items"]
    assert [line["child_id"] for line in lines] == [str(infant.child_id)]


async def test_who_moved_is_paid_back_to_the_month_of_the_move_and_the_dead_are_held(
    desk: Desk,
) -> None:
    await desk.standards()
    moved, died = await desk.award(), await desk.award()
    for month in ("2026-01", "2026-02"):
        await desk.paid(await desk.run(month))
    async with transaction(desk.sessions) as session:
        for award, why in ((moved, "moved"), (died, "died")):
            left = ChildLeft(child_id=award.child_id, why=why, on=date(2026, 1, 20))
            await awards.child_left(session, left)
    said = {"key": "scattered_orphan_monthly", "since": "2026-01-01", "amount": "2200.00",
            "source": "发文"}  # fmt: skip
    proposed = await desk.must("/standards", said)
    effect = (await desk.must(f"/standards/{proposed['id']}/simulations", {}))["result"]
    assert effect["back_pay"] == "80.00"
    await desk.signed(proposed)
    run = await desk.run(kind="correction")
    lines = (await desk.get(f"/runs/{run['id']}/lines")).json()["items"]
    found = [(line["child_id"], line["month"], line["amount"]) for line in lines]
    assert found == [(str(moved.child_id), "2026-01-01", "80.00")]


async def test_a_statement_as_of_a_day_knows_nothing_of_what_was_done_later(desk: Desk) -> None:
    await desk.standards()
    award = await desk.award()
    rejected = await desk.run("2026-01")
    await desk.must(f"/runs/{rejected['id']}/rejection", {"reason": "收款人有误"}, officer="002")
    await desk.paid(await desk.run("2026-01"))
    then = (await desk.get("/ledger")).json()
    path = f"/children/{award.child_id}/statement"
    now = (await desk.get(path)).json()
    assert [line["amount"] for line in now["lines"]] == ["2120.00"]
    words = {clause["id"]: clause["text"] for clause in now["lines"][0]["clauses"]}
    assert "80%" in words["WL24:2.1.1b"]
    before = (await desk.get(f"{path}?known_at=2020-01-01T00:00:00Z")).json()
    assert (before["lines"], before["payments"], before["total"]) == ([], [], "0.00")
    assert then["proofs"]["holds"]
