"""Awards: one a month, heard once, under one child, in a class the tariff has."""

from datetime import date
from uuid import uuid4

import pytest

from services.payments.operations import awards
from shared.database import transaction
from shared.events.eligibility import AwardOpened, ChildRelocated
from tests.factories import OTHER_TOWN, TOWN
from tests.payments.desk import Desk


async def test_a_child_has_one_basic_living_award_a_month(desk: Desk) -> None:
    await desk.standards()
    award = await desk.award(first=date(2026, 1, 1))
    with pytest.raises(awards.TwoAwards):
        await desk.award(child=award.child_id, first=date(2026, 6, 1), payee=False)
    await desk.ended(award, date(2026, 5, 1))
    await desk.award(child=award.child_id, first=date(2026, 6, 1), payee=False)


async def test_an_event_heard_twice_opens_one_award(desk: Desk) -> None:
    await desk.standards()
    award = await desk.award(payee=False)
    async with transaction(desk.sessions) as session:
        await awards.open_award(session, award)
    assert len(await desk.sql("SELECT id FROM award_period")) == 1


async def test_an_unknown_rate_class_is_refused(desk: Desk) -> None:
    event = AwardOpened(
        child_id=uuid4(), award_id=uuid4(), decision_id=uuid4(), rate_class="golden",
        first_month=date(2026, 1, 1), last_month=None, infant_until=None, town=TOWN,
    )  # fmt: skip
    with pytest.raises(awards.UnknownRateClass):
        async with transaction(desk.sessions) as session:
            await awards.open_award(session, event)


async def test_an_award_goes_on_in_the_town_a_child_moved_to_without_a_gap(desk: Desk) -> None:
    award = await desk.award("scattered", first=date(2026, 1, 1), payee=False)
    for told in (TOWN, OTHER_TOWN):  # both towns are told; the award moves once
        event = ChildRelocated(
            child_id=award.child_id,
            moved_to=OTHER_TOWN,
            on=date(2026, 1, 20),
            first_month=date(2026, 2, 1),
            town=told,
        )
        async with transaction(desk.sessions) as session:
            await awards.child_relocated(session, event)
    rows = await desk.sql(
        "SELECT town, lower(months), upper(months), rate_class FROM award_period"
        " WHERE child_id = :child ORDER BY 2",
        child=award.child_id,
    )
    assert [tuple(row) for row in rows] == [
        (TOWN, date(2026, 1, 1), date(2026, 2, 1), "scattered"),
        (OTHER_TOWN, date(2026, 2, 1), None, "scattered"),
    ]
