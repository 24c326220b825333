"""References that are one child, or were thought to be: referrals and names follow both ways."""

from uuid import UUID, uuid4

from services.referrals.app import app
from shared import vault
from shared.access import Particular
from shared.database import transaction
from shared.events.eligibility import ChildLinked, ChildUnlinked
from tests.factories import TOWN
from tests.referrals.conftest import House


async def of_child(house: House, referral: str) -> UUID:
    return UUID((await house.get(f"/{referral}", "civil_affairs"))["child_ref"])


async def named(child: UUID) -> str | None:
    async with transaction(app.state.sessions) as session:
        return (await vault.read(session, child, Particular.IDENTITY)).get("name")


async def test_what_went_with_a_link_comes_back_when_it_is_undone(house: House) -> None:
    kept, merged = uuid4(), uuid4()
    async with transaction(app.state.sessions) as session:
        await vault.keep(session, merged, Particular.IDENTITY, {"name": "陈小雨"})
    body = {"lines": [{"service": "medical_assistance"}], "town": TOWN}
    own = (await house.post("", "civil_affairs", body | {"child_ref": str(kept)}))["id"]
    other = (await house.post("", "civil_affairs", body | {"child_ref": str(merged)}))["id"]
    linked = ChildLinked(child_id=kept, child_ref=merged)
    await house.hear(linked)
    await house.hear(linked)
    assert (await of_child(house, own), await of_child(house, other)) == (kept, kept)
    assert await named(kept) == "陈小雨"
    await house.hear(ChildUnlinked(child_id=kept, child_ref=merged))
    assert (await of_child(house, own), await of_child(house, other)) == (kept, merged)
    assert (await named(kept), await named(merged)) == (None, "陈小雨")


async def test_a_link_does_not_write_over_who_the_child_is(house: House) -> None:
    kept, merged = uuid4(), uuid4()
    async with transaction(app.state.sessions) as session:
        await vault.keep(session, kept, Particular.IDENTITY, {"name": "陈小雨"})
        await vault.keep(session, merged, Particular.IDENTITY, {"name": "陈小宇"})
    await house.hear(ChildLinked(child_id=kept, child_ref=merged))
    assert await named(kept) == "陈小雨"
