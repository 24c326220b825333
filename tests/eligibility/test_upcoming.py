"""What comes: for a child day by day, for a town review by review (变化预告)."""

from datetime import UTC, datetime
from typing import Any

from tests.eligibility.conftest import World


async def calendar(world: World, child_id: str) -> list[dict[str, Any]]:
    return list(await world.town.get(f"/children/{child_id}/calendar"))


async def test_a_child_sees_each_day_on_which_something_changes_and_what_must_be_known(
    world: World,
) -> None:
    made = await world.granted()
    days = await calendar(world, made["child_id"])
    assert [day["day"] for day in days] == ["2024-05-10", "2026-03-01", "2034-06-01"]
    assert days[0]["award_basis"] == "scattered"
    assert days[1]["missing"] == ["mother.custody"]
    assert [q["fact"] for q in days[1]["questions"]] == ["mother.custody"]
    assert "child.study_status" in days[2]["missing"]


async def test_a_town_sees_the_reviews_that_fall_due_in_its_days(world: World) -> None:
    made = await world.granted()
    found = await world.town.get("/calendar?first=2026-03-01&last=2026-03-01")
    assert [row["child_id"] for row in found] == [made["child_id"]]
    assert await world.town.get("/calendar?first=2026-02-01&last=2026-02-28") == []
    other = world.town_of("331081102")
    assert await other.get("/calendar?first=2026-03-01&last=2026-03-31") == []


async def test_a_decision_names_what_must_still_hold_on_the_day_it_is_looked_at_again(
    world: World,
) -> None:
    made = await world.granted()
    answer = (await world.county.get(f"/decisions/{made['decision']['id']}"))["answer"]
    rests = {fact["fact"]: fact for fact in answer["rests_on"]}
    assert {"father.life", "mother.custody", "mother.term_months", "child.hukou_here"} <= set(rests)
    assert rests["mother.custody"]["until"] == made["decision"]["review_on"] == "2026-03-01"
    assert rests["father.life"]["until"] is None


async def test_a_term_that_was_prolonged_moves_the_day(world: World) -> None:
    made = await world.granted()
    await world.at(datetime(2025, 6, 3, 2, 0, tzinfo=UTC))
    longer = {"mother": {"term_months": 36}}
    await world.state("court", made["child_id"], longer, "2024-03-01")
    days = await calendar(world, made["child_id"])
    assert [day["day"] for day in days[:2]] == ["2025-06-03", "2027-03-01"]
    await world.at(datetime(2026, 3, 1, 2, 0, tzinfo=UTC))
    review = (await world.county.get("/reviews?state=open"))["items"][0]
    unchanged = {"reason": "刑期延长，情形未变"}
    done = await world.county.post(f"/reviews/{review['id']}/confirmation", unchanged)
    assert (done["state"], done["outcome"]) == ("done", "continued")
    waiting = (await world.county.get("/reviews?state=waiting"))["items"]
    assert [row["due_on"] for row in waiting] == ["2027-03-01"]
    assert (await world.county.get("/applications?state=verified"))["items"] == []


async def test_a_review_is_not_called_unchanged_when_something_has_changed(world: World) -> None:
    made = await world.granted()
    await world.at(datetime(2026, 3, 2, 2, 0, tzinfo=UTC))
    review = (await world.county.get("/reviews?state=open"))["items"][0]
    path = f"/reviews/{review['id']}/confirmation"
    problem = await world.county.post(path, {"reason": "照旧"}, expect=409)
    assert problem["missing"] == ["mother.custody"]
    free = {"mother": {"custody": "none"}}
    await world.state("police", made["child_id"], free, "2026-03-01")
    await world.county.post(path, {"reason": "照旧"}, expect=409)
    ended = await world.decided(review["application_id"], {"reason": "母亲刑满释放"})
    assert (ended["outcome"], ended["last_month"]) == ("ended", "2026-03-01")
