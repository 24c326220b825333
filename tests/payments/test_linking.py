"""References that are one child, and those that were thought to be: nothing is lost either way."""

from datetime import date
from uuid import uuid4

from services.payments.operations import linking
from services.payments.queries.awards import known_as, periods
from shared.database import transaction
from tests.payments.desk import Desk


async def test_references_that_are_one_child_are_brought_together(desk: Desk) -> None:
    await desk.standards()
    award = await desk.award("scattered")
    child = uuid4()
    async with transaction(desk.sessions) as session:
        await linking.link(session, award.child_id, child)
    run = await desk.run()
    lines = (await desk.get(f"/runs/{run['id']}/lines")).json()["items"]
    assert [x["child_id"] for x in lines] == [str(child)]


async def test_what_went_with_a_link_comes_back_when_it_is_undone(desk: Desk) -> None:
    await desk.standards()
    kept = await desk.award("scattered", first=date(2026, 1, 1))
    await desk.ended(kept, date(2026, 3, 1))
    merged = await desk.award("scattered", first=date(2026, 4, 1))
    async with transaction(desk.sessions) as session:
        await linking.link(session, merged.child_id, kept.child_id)
        assert len(await periods(session, kept.child_id)) == 2
        assert await known_as(session, merged.child_id) == kept.child_id
    async with transaction(desk.sessions) as session:
        await linking.unlink(session, merged.child_id)
    async with transaction(desk.sessions) as session:
        assert [p.award_id for p in await periods(session, merged.child_id)] == [merged.award_id]
        assert [p.award_id for p in await periods(session, kept.child_id)] == [kept.award_id]
        assert await known_as(session, merged.child_id) == merged.child_id


async def test_months_both_references_have_an_award_for_are_due_once(desk: Desk) -> None:
    await desk.standards()
    kept = await desk.award("scattered", first=date(2026, 2, 1), last=date(2026, 3, 1))
    merged = await desk.award("scattered", first=date(2026, 1, 1))
    async with transaction(desk.sessions) as session:
        await linking.link(session, merged.child_id, kept.child_id)
        found = [(p.award_id, p.months.lower) for p in await periods(session, kept.child_id)]
        assert await periods(session, merged.child_id) == []
    assert found == [
        (merged.award_id, date(2026, 1, 1)),
        (kept.award_id, date(2026, 2, 1)),
        (merged.award_id, date(2026, 4, 1)),
    ]
    async with transaction(desk.sessions) as session:
        await linking.unlink(session, merged.child_id)
    async with transaction(desk.sessions) as session:
        back = await periods(session, merged.child_id)
        assert [p.months.lower for p in back] == [date(2026, n, 1) for n in (1, 2, 4)]
        assert [p.award_id for p in await periods(session, kept.child_id)] == [kept.award_id]


async def test_what_was_paid_twice_is_found_by_the_next_correction_and_nothing_is_paid_again(
    desk: Desk,
) -> None:
    await desk.standards()
    kept = await desk.award("scattered", first=date(2026, 1, 1))
    merged = await desk.award("scattered", first=date(2026, 1, 1))
    await desk.paid(await desk.run("2026-01"))
    await desk.ended(merged, date(2026, 1, 1), reason="duplicate", lump_sum_months=6)
    await desk.paid(await desk.run("2026-02"))
    async with transaction(desk.sessions) as session:
        await linking.link(session, merged.child_id, kept.child_id)
    run = await desk.paid(await desk.run(kind="correction"))
    lines = (await desk.get(f"/runs/{run['id']}/lines")).json()["items"]
    assert [(x["child_id"], x["month"], x["amount"]) for x in lines] == [
        (str(merged.child_id), "2026-01-01", "-2120.00")
    ]
    debts = (await desk.get("/debts")).json()["items"]
    assert [(d["child_id"], d["amount"], d["cause"], d["state"]) for d in debts] == [
        (str(merged.child_id), "2120.00", "paid_twice", "recorded")
    ]


async def test_what_a_run_decided_of_a_reference_stays_and_the_rest_goes_on_under_the_child(
    desk: Desk,
) -> None:
    await desk.standards()
    child = uuid4()
    award = await desk.award("scattered", first=date(2026, 1, 1))
    await desk.paid(await desk.run("2026-01"))
    async with transaction(desk.sessions) as session:
        await linking.link(session, award.child_id, child)
    run = await desk.paid(await desk.run("2026-02"))
    lines = (await desk.get(f"/runs/{run['id']}/lines")).json()["items"]
    assert [(x["child_id"], x["amount"]) for x in lines] == [(str(child), "2120.00")]
    books = (await desk.get("/ledger")).json()
    assert books["proofs"]["holds"], books


async def test_a_link_of_a_link_leads_to_the_child(desk: Desk) -> None:
    first, second, child = uuid4(), uuid4(), uuid4()
    async with transaction(desk.sessions) as session:
        await linking.link(session, first, second)
        await linking.link(session, second, child)
        assert await known_as(session, first) == child
