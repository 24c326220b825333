"""What protection tells: custody begins and ends, guardianship is revoked, restored, passed on."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from services.eligibility import app as assembled
from services.eligibility.models import Child
from services.eligibility.operations.hearing import released, take_in, take_over
from shared.database import transaction
from shared.events.protection import DetentionReported, GuardianReleased, GuardianshipChanged
from tests.eligibility.conftest import World
from tests.factories import TOWN

JUNE = datetime(2024, 6, 20, 2, 0, tzinfo=UTC)


def detention(child: UUID, town: str | None = TOWN) -> DetentionReported:
    return DetentionReported(
        detention_id=uuid4(),
        kind="criminal_detention",
        children=[child],
        care_needed=True,
        began_on=date(2024, 5, 9),
        ends_on=None,
        town=town,
    )


async def test_a_detained_mother_gives_her_child_a_file_and_an_application(world: World) -> None:
    child_ref = uuid4()
    event = detention(child_ref)
    told = {
        "identity": {"name": "陈小雨", "birth_date": "2016-06-01"},
        "address": {"hukou": "温岭市太平街道"},
        "detentions": [{"detention_id": str(event.detention_id), "relation": "母亲"}],
    }
    async with transaction(assembled.app.state.sessions) as session:
        await take_in(session, event, child_ref, told)
    application = (await world.county.get(f"/applications?child_id={child_ref}"))["items"][0]
    view = await world.town.get(f"/applications/{application['id']}")
    assert "father.life" in view["missing"]
    facts = {f["name"]: f for f in await world.county.get(f"/children/{child_ref}/facts")}
    assert facts["mother.custody"]["value"] == "criminal_detention"
    assert facts["mother.custody"]["source"] == "police"


async def test_a_release_ends_the_fact_it_had_begun(world: World) -> None:
    child_ref = uuid4()
    event = detention(child_ref)
    told = {"detentions": [{"detention_id": str(event.detention_id), "relation": "mother"}]}
    async with transaction(assembled.app.state.sessions) as session:
        await take_in(session, event, child_ref, told)
        assert await session.get(Child, child_ref) is not None
    free = GuardianReleased(
        detention_id=event.detention_id, children=[child_ref], released_on=date(2024, 5, 10)
    )
    async with transaction(assembled.app.state.sessions) as session:
        await released(session, free)
    facts = {f["name"]: f for f in await world.county.get(f"/children/{child_ref}/facts")}
    assert facts["mother.custody"]["value"] == "none"
    before = await world.county.get(f"/children/{child_ref}/facts?day=2024-05-09")
    assert {f["name"]: f["value"] for f in before}["mother.custody"] == "criminal_detention"


async def changed(
    child: str, kind: str, since: date, whose: list[str] | None = None, carer: str = "guardian"
) -> None:
    event = GuardianshipChanged(
        child_ref=UUID(child), case_id=uuid4(), kind=kind, carer_kind=carer, since=since
    )
    row = {"kind": kind, "since": since.isoformat(), "whose": whose or []}
    async with transaction(assembled.app.state.sessions) as session:
        await take_over(session, event, {"guardianship": [row]})


async def values(world: World, child_id: str) -> dict[str, Any]:
    return {f["name"]: f["value"] for f in await world.county.get(f"/children/{child_id}/facts")}


async def open_reviews(world: World) -> list[tuple[str, str]]:
    rows = (await world.county.get("/reviews?state=open"))["items"]
    return [(row["child_id"], row["cause"]) for row in rows]


async def test_a_revocation_makes_a_child_eligible_and_opens_its_application(world: World) -> None:
    child_id = await world.orphan_to_be()
    await world.state("police", child_id, {"mother": {"life": "健在"}}, "2024-03-01")
    application = await world.open_application(child_id)
    await world.town.post(f"/applications/{application}/withdrawal", {"reason": "母亲在世"})
    await changed(child_id, "revoked", date(2024, 5, 8), ["mother"])
    assert (await values(world, child_id))["mother.guardianship_revoked"] is True
    evaluation = await world.county.get(f"/children/{child_id}/evaluation")
    assert evaluation["categories"] == ["de_facto_unsupported"]
    listed = (await world.county.get(f"/applications?child_id={child_id}&state=opened"))["items"]
    assert [row["applicant"] for row in listed] == ["proactive"]


async def test_a_revocation_of_a_paid_child_is_reviewed_though_the_award_stays(
    world: World,
) -> None:
    made = await world.granted()
    await world.at(JUNE)
    await changed(made["child_id"], "revoked", date(2024, 6, 18), ["mother"])
    assert await open_reviews(world) == [(made["child_id"], "guardianship_revoked")]
    review = (await world.county.get("/reviews?state=open"))["items"][0]
    path = f"/reviews/{review['id']}/confirmation"
    done = await world.county.post(path, {"reason": "监护人已撤销，保障不变"})
    assert (done["state"], done["outcome"]) == ("done", "continued")


async def test_nobody_guesses_whose_guardianship_was_revoked(world: World) -> None:
    child_id = await world.orphan_to_be()
    await world.state("police", child_id, {"mother": {"life": "健在"}}, "2024-03-01")
    await changed(child_id, "revoked", date(2024, 5, 8))
    evaluation = await world.county.get(f"/children/{child_id}/evaluation")
    assert evaluation["status"] == "undetermined"
    assert evaluation["missing"] == ["mother.guardianship_revoked"]
    assert "court" in evaluation["questions"][0]["departments"]


async def test_another_guardians_revocation_says_nothing_of_the_parents(world: World) -> None:
    child_id = await world.orphan_to_be()
    await changed(child_id, "revoked", date(2024, 5, 8), ["guardian"])
    assert [name for name in await values(world, child_id) if "revoked" in name] == []


async def test_a_restoration_ends_what_the_revocation_had_begun(world: World) -> None:
    child_id = await world.orphan_to_be()
    await world.state("police", child_id, {"mother": {"life": "健在"}}, "2024-03-01")
    await changed(child_id, "revoked", date(2024, 5, 8), ["mother"])
    application = await world.open_application(child_id)
    await world.town.post(f"/applications/{application}/verification", {"opinion": "属实"})
    assert (await world.decided(application))["outcome"] == "granted"
    await world.at(datetime(2024, 9, 20, 2, 0, tzinfo=UTC))
    await changed(child_id, "restored", date(2024, 9, 3))
    assert (await values(world, child_id))["mother.guardianship_revoked"] is False
    assert await open_reviews(world) == [(child_id, "guardianship_restored")]
    application = await world.open_application(child_id)
    ended = await world.decided(application, {"reason": "监护人资格已恢复"})
    assert (ended["outcome"], ended["last_month"]) == ("ended", "2024-09-01")


async def test_an_adoption_is_a_leaving_and_is_reviewed(world: World) -> None:
    made = await world.granted()
    await world.at(JUNE)
    await changed(made["child_id"], "adopted", date(2024, 6, 18))
    assert await open_reviews(world) == [(made["child_id"], "adopted")]
    assert (await values(world, made["child_id"]))["child.adopted"] is True
    left = await world.told("eligibility.child.left.v1")
    assert [(event["why"], event["on"]) for event in left] == [("adopted", "2024-06-18")]
    application = await world.open_application(made["child_id"])
    ended = await world.decided(application, {"reason": "已被收养"})
    assert (ended["outcome"], ended["last_month"]) == ("ended", "2024-06-01")
    assert (await world.county.get(f"/children/{made['child_id']}"))["state"] == "left"


async def test_an_orphan_in_the_states_long_care_is_raised_by_the_institution(
    world: World,
) -> None:
    child_id = await world.orphan_to_be()
    await world.state("police", child_id, {"mother": {"life": "死亡"}}, "2024-03-01")
    application = await world.open_application(child_id)
    await world.town.post(f"/applications/{application}/verification", {"opinion": "属实"})
    assert (await world.decided(application))["rate_class"] == "scattered"
    await world.at(JUNE)
    await changed(child_id, "long_term", date(2024, 6, 18), carer="civil_affairs")
    application = await world.open_application(child_id)
    changed_to = await world.decided(application, {"reason": "由福利机构养育"})
    assert (changed_to["rate_class"], changed_to["first_month"]) == ("institution", "2024-07-01")


async def test_a_child_only_protection_knows_gets_a_file_when_its_guardianship_changes(
    world: World,
) -> None:
    child_ref = str(uuid4())
    await changed(child_ref, "temporary", date(2024, 5, 9), carer="protection_centre")
    child = await world.county.get(f"/children/{child_ref}")
    assert (child["id"], child["named"]) == (child_ref, False)
    assert (await values(world, child_ref))["child.placement"] == "protection_centre"


async def test_a_paused_review_stays_paused_when_guardianship_changes(world: World) -> None:
    made = await world.granted()
    waiting = (await world.county.get("/reviews?state=waiting"))["items"][0]
    await world.county.post(f"/reviews/{waiting['id']}/pause", {"reason": "等待法院判决"})
    await world.at(JUNE)
    await changed(made["child_id"], "revoked", date(2024, 6, 18), ["mother"])
    assert await open_reviews(world) == []
    assert (await world.county.get(f"/reviews/{waiting['id']}"))["state"] == "paused"
