"""Looking for one child: by who it is, as far as the caller may know, on record."""

from datetime import date
from typing import Any

from sqlalchemy import select

from services.eligibility import app as assembled
from shared.audit import Disclosure
from shared.database import transaction
from tests.eligibility.conftest import World
from tests.factories import OTHER_TOWN, TOWN, headers, number_of

NUMBER = number_of("2016-06-01", 21)


async def ask(
    world: World, path: str, body: dict[str, Any], department: str, *, town: str | None = None,
    purpose: str = "duty", expect: int = 200,
) -> Any:  # fmt: skip
    """What a department is answered, for a purpose."""
    sent = headers(department, town=town, purpose=purpose)
    answer = await world.client.post(f"/v1/eligibility{path}", json=body, headers=sent)
    assert answer.status_code == expect, answer.text
    return answer.json()


async def test_a_child_is_found_by_number_or_by_name_and_birth_date(world: World) -> None:
    child_id = await world.orphan_to_be(id_no=NUMBER)
    by_number = await ask(world, "/searches", {"id_no": NUMBER}, "civil_affairs")
    named = {"name": "陈 小雨", "birth_date": "2016-06-01"}
    by_name = await ask(world, "/searches", named, "civil_affairs")
    assert [one["child_id"] for one in by_number] == [child_id]
    assert by_number == by_name
    assert by_number[0]["particulars"]["identity"]["name"] == "陈小雨"
    other = await ask(world, "/searches", {"id_no": NUMBER, "name": "林小雨"}, "civil_affairs")
    assert other == []


async def test_a_question_that_names_nobody_never_returns_the_register(world: World) -> None:
    await world.orphan_to_be(id_no=NUMBER)
    for vague in ({}, {"name": "陈小雨"}, {"birth_date": "2016-06-01"}, {"town": TOWN}):
        problem = await ask(world, "/searches", vague, "civil_affairs", expect=400)
        assert problem["type"] == "/problems/invalid"


async def test_whom_a_caller_may_not_know_is_as_absent_as_nobody(world: World) -> None:
    await world.orphan_to_be(id_no=NUMBER)
    stranger = number_of("2016-06-01", 22)
    for department, town in (("education", None), ("health", None), ("town", OTHER_TOWN)):
        known = await ask(world, "/searches", {"id_no": NUMBER}, department, town=town)
        unknown = await ask(world, "/searches", {"id_no": stranger}, department, town=town)
        assert known == unknown == []


async def test_what_is_found_is_masked_where_the_policy_says_so(world: World) -> None:
    await world.orphan_to_be(id_no=NUMBER)
    (seen,) = await ask(world, "/searches", {"id_no": NUMBER}, "child_protection_office")
    assert seen["particulars"]["identity"]["name"] == "陈○○"
    assert NUMBER not in str(seen)


async def test_whether_a_child_is_in_the_programme_is_a_yes_or_no_and_nothing_more(
    world: World,
) -> None:
    await world.granted(id_no=NUMBER)
    for department in ("disabled_federation", "civil_affairs", "charity"):
        answer = await ask(
            world, "/enrolment-checks", {"id_no": NUMBER}, department, purpose="eligibility"
        )
        assert answer == {"enrolled": True}
    stranger = {"id_no": number_of("2016-06-01", 23)}
    answer = await ask(
        world, "/enrolment-checks", stranger, "disabled_federation", purpose="eligibility"
    )
    assert answer == {"enrolled": False}


async def test_a_child_that_is_registered_without_an_award_is_not_in_the_programme(
    world: World,
) -> None:
    await world.orphan_to_be(id_no=NUMBER)
    answer = await ask(
        world, "/enrolment-checks", {"id_no": NUMBER}, "charity", purpose="eligibility"
    )
    assert answer == {"enrolled": False}


async def test_the_question_is_refused_alike_for_known_and_unknown_children(world: World) -> None:
    await world.granted(id_no=NUMBER)
    for purpose, department in (("duty", "charity"), ("eligibility", "police")):
        refusals = [
            await ask(
                world, "/enrolment-checks", {"id_no": number}, department, purpose=purpose,
                expect=403,
            )
            for number in (NUMBER, number_of("2016-06-01", 24))
        ]  # fmt: skip
        assert refusals[0] == refusals[1]
        assert refusals[0]["clause"] == "WL24:2.1.0b-3"


async def test_two_children_of_one_name_and_day_are_not_mixed_up(world: World) -> None:
    await world.granted(id_no=NUMBER)
    twin = {"name": "陈小雨", "birth_date": "2016-06-01", "town": OTHER_TOWN}
    await world.county.post("/children", twin)
    named = {"name": "陈小雨", "birth_date": "2016-06-01"}
    problem = await ask(
        world, "/enrolment-checks", named, "charity", purpose="eligibility", expect=409
    )
    assert problem["type"] == "/problems/several-found"


async def test_every_answer_about_a_child_is_on_record(world: World) -> None:
    made = await world.granted(id_no=NUMBER)
    await ask(world, "/enrolment-checks", {"id_no": NUMBER}, "charity", purpose="eligibility")
    async with transaction(assembled.app.state.sessions) as session:
        rows = await session.scalars(select(Disclosure).where(Disclosure.department == "charity"))
        (row,) = rows.all()
    assert (str(row.subject_id), row.fields) == (made["child_id"], ["enrolment.enrolled"])
    assert (row.purpose, row.basis) == ("eligibility", ["WL24:2.1.0b-3"])


async def test_a_merged_file_is_found_under_the_one_that_was_kept(world: World) -> None:
    kept = await world.orphan_to_be()
    other = await world.county.post("/children", {"id_no": NUMBER, "town": TOWN})
    merge = await world.county.post(
        "/merges", {"kept_id": kept, "merged_id": other["id"], "why": "同一儿童重复建档"}
    )
    await world.second.post(f"/merges/{merge['id']}/confirmation")
    (seen,) = await ask(world, "/searches", {"id_no": NUMBER}, "civil_affairs")
    assert seen["child_id"] == kept
    assert date.fromisoformat(seen["particulars"]["identity"]["birth_date"]) == date(2016, 6, 1)
