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


async def test_months_both_references_were_paid_for_stay_where_they_were(desk: Desk) -> None:
    await desk.standards()
    kept = await desk.award("scattered", first=date(2026, 1, 1))
    merged = await desk.award("scattered", first=date(2026, 1, 1))
    await desk.ended(merged, date(2026, 2, 1))
    async with transaction(desk.sessions) as session:
        await linking.link(session, merged.child_id, kept.child_id)
        assert [p.award_id for p in await periods(session, merged.child_id)] == [merged.award_id]
        assert [p.award_id for p in await periods(session, kept.child_id)] == [kept.award_id]


async def test_a_link_of_a_link_leads_to_the_child(desk: Desk) -> None:
    first, second, child = uuid4(), uuid4(), uuid4()
    async with transaction(desk.sessions) as session:
        await linking.link(session, first, second)
        await linking.link(session, second, child)
        assert await known_as(session, first) == child
