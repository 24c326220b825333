"""A child nobody knows is compared with children somebody misses; people decide, never points."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from services.protection.rules.tracing import Seen, likeness
from shared.jurisdiction import jurisdiction
from tests.protection.conftest import Office
from tests.protection.test_care import station
from tests.protection.test_detentions import arrest

FIGURES = jurisdiction().law.on(datetime(2024, 5, 6).date()).figures
LOST = {
    "kind": "missing",
    "at": "2022-05-01T12:00:00+08:00",
    "age_from": 6,
    "sex": "男",
    "place_codes": ["520100"],
    "marks": ["scar:left_hand", "dialect:guizhou", "blood:ab"],
    "words": "走失时穿红衣金丝雀",
}
FOUND = {
    "kind": "found",
    "at": "2024-05-05T02:00:00+08:00",
    "age_from": 7,
    "age_to": 9,
    "sex": "男",
    "marks": ["scar:left_hand", "hair:short"],
}

STONE = {"name": "石小金丝雀", "birth_date": "2016-02-02"}


async def case(office: Office, **child: Any) -> str:
    """A case opened by the police."""
    told = {"child": child | {"town": "泽国镇"}, "level": "高", "origin": "street_child"}
    return str((await office.post("police", "/cases", told, status=201))["id"])


async def trace(office: Office, told: dict[str, Any], **child: Any) -> dict[str, Any]:
    """A trace in a case of its own."""
    case_id = await case(office, **child)
    made = await office.post("police", f"/cases/{case_id}/traces", told, status=201)
    assert isinstance(made, dict)
    return made


async def test_a_found_child_is_proposed_to_a_person_with_what_agrees_and_what_is_unknown(
    office: Office,
) -> None:
    missing = await trace(office, LOST, name="石小金丝雀", birth_date="2016-02-02")
    other = {"kind": "missing", "at": "2022-05-01T12:00:00+08:00", "sex": "女", "age_from": 6}
    await trace(office, other, name="另一金丝雀")
    found = await trace(office, FOUND)
    (one,) = await office.get("police", f"/traces/{found['id']}/candidates")
    assert one == {
        "trace_id": missing["id"],
        "points": 55,
        "agree": ["age", "sex", "scar:left_hand"],
        "differ": [],
        "unknown": ["place"],
    }
    (back,) = await office.get("civil_affairs", f"/traces/{missing['id']}/candidates")
    assert (back["trace_id"], back["points"]) == (found["id"], 55)
    assert (await office.get("police", f"/traces/{found['id']}"))["state"] == "open"


async def test_two_people_on_one_basis_make_two_children_one(office: Office) -> None:
    missing = await trace(office, LOST, name="石小金丝雀", birth_date="2016-02-02")
    found = await trace(office, FOUND)
    told = {"found_at": "2024-05-05T02:00:00+08:00", "infant": False}
    path = f"/cases/{found['case_id']}/foundlings"
    await office.post("civil_affairs", path, told, status=201)
    match, pair = f"/traces/{found['id']}/matches", {"trace_id": missing["id"], "basis": "dna"}
    assert (await office.post("police/a", match, pair))["state"] == "open"
    await office.post("police/a", match, pair, status=409)
    other_basis = pair | {"basis": "document"}
    assert (await office.post("police/b", match, other_basis))["state"] == "open"
    assert (await office.post("civil_affairs/c", match, other_basis))["state"] == "matched"
    (event,) = await office.events("protection.trace.matched.v1")
    assert (event["case_id"], event["other_case_id"]) == (found["case_id"], missing["case_id"])
    (inquiry,) = await office.get("civil_affairs", path)
    assert inquiry["tracing_result"] == "found"
    named = await office.get("police", f"/cases/{found['case_id']}")
    assert named["particulars"]["identity"]["name"] == "石小金丝雀"
    await office.post("police/a", match, pair, status=409)
    steps = await office.sql("SELECT verb FROM step WHERE subject_id = :i", i=UUID(missing["id"]))
    assert steps == [("match",)]


async def matched(office: Office) -> tuple[dict[str, Any], dict[str, Any]]:
    """A missing and a found child that two people confirmed to be one."""
    missing = await trace(office, LOST, **STONE)
    await office.at("2024-05-06T09:01:00+08:00")
    found = await trace(office, FOUND, name="不详金丝雀")
    told = {"trace_id": missing["id"], "basis": "dna"}
    for officer in ("a", "b"):
        await office.post(f"police/{officer}", f"/traces/{found['id']}/matches", told)
    return missing, found


async def child_of(office: Office, trace: dict[str, Any]) -> str:
    """The reference a trace's case has for its child."""
    opened = await office.get("police", f"/cases/{trace['case_id']}")
    return str(opened["child_ref"])


async def test_what_was_told_of_two_who_are_one_is_read_together_and_new_tellings_join_them(
    office: Office,
) -> None:
    missing, found = await matched(office)
    refs = [await child_of(office, one) for one in (missing, found)]
    for one in (missing, found):
        shown = await office.get("police", f"/cases/{one['case_id']}")
        assert shown["particulars"]["identity"]["name"] == STONE["name"]
    (event,) = await office.events("protection.child.identified.v1")
    assert (event["child_ref"], event["one_with"]) == (refs[1], refs[0])
    known = [await office.get("civil_affairs", f"/children/{ref}") for ref in refs]
    assert {one["case_id"] for one in known} == {found["case_id"]}
    held = arrest(minor_children={"answer": "有", "children": [STONE | {"relation": "father"}]})
    told = await office.post("police", "/detentions", held)
    assert told["children"][0]["case_id"] == found["case_id"]
    for ref in refs:
        (seen,) = (await office.get("civil_affairs", f"/children/{ref}"))["detentions"]
        assert seen["detention_id"] == told["id"]


async def test_a_child_has_one_bed_under_whatever_name_it_was_told_of(office: Office) -> None:
    await station(office, beds=2)
    missing, found = await matched(office)
    wish = {"ground": "serious_harm"}
    await office.post("civil_affairs", f"/cases/{found['case_id']}/placements", wish, status=201)
    again = f"/cases/{missing['case_id']}/placements"
    refused = await office.post("civil_affairs", again, wish, status=409)
    assert refused["type"] == "/problems/in-care-already"


async def test_who_has_a_task_for_the_missing_child_has_it_for_the_found_one_and_so_has_a_shield(
    office: Office,
) -> None:
    missing = await trace(office, LOST, **STONE)
    found = await trace(office, FOUND)
    task = {"department": "womens_federation", "code": "help"}
    await office.post("civil_affairs", f"/cases/{missing['case_id']}/tasks", task)
    await office.post("civil_affairs", f"/cases/{missing['case_id']}/shield", {"shielded": True})
    await office.get("womens_federation", f"/cases/{found['case_id']}", status=404)
    told = {"trace_id": missing["id"], "basis": "dna"}
    for officer in ("a", "b"):
        await office.post(f"police/{officer}", f"/traces/{found['id']}/matches", told)
    await office.get("womens_federation", f"/cases/{found['case_id']}")
    assert await office.sql("SELECT bool_and(shielded) FROM protection_case") == [(True,)]
    refs = [await child_of(office, one) for one in (missing, found)]
    shielded = await office.events("protection.child.shielded.v1")
    assert [event["child_ref"] for event in shielded] == refs


async def test_a_match_that_was_wrong_is_taken_back_whole(office: Office) -> None:
    missing, found = await matched(office)
    reopening = f"/traces/{missing['id']}/reopening"
    await office.post("police", reopening, {"reason": "laboratory_error"})
    for one in (missing, found):
        shown = await office.get("police", f"/traces/{one['id']}")
        assert (shown["state"], shown["matched_with"]) == ("open", None)
    names = {
        (await office.get("police", f"/cases/{one['case_id']}"))["particulars"]["identity"]["name"]
        for one in (missing, found)
    }
    assert names == {STONE["name"], "不详金丝雀"}
    for one in (missing, found):
        ref = await child_of(office, one)
        assert (await office.get("civil_affairs", f"/children/{ref}"))["case_id"] == one["case_id"]


async def test_closing_one_of_two_cases_of_a_child_leads_to_the_other(office: Office) -> None:
    missing, found = await matched(office)
    path = f"/cases/{found['case_id']}"
    await office.post("civil_affairs", f"{path}/contact")
    reason = {"closure_reason": "returned"}
    await office.post("civil_affairs/a", f"{path}/closure-proposal", reason)
    await office.post("civil_affairs/b", f"{path}/closure")
    for one in (missing, found):
        child = await office.get("civil_affairs", f"/children/{await child_of(office, one)}")
        assert child["case_id"] == missing["case_id"]


async def test_who_was_ruled_out_is_not_proposed_again(office: Office) -> None:
    missing = await trace(office, LOST)
    found = await trace(office, FOUND)
    path = f"/traces/{missing['id']}"
    await office.post("police", f"{path}/exclusions", {"trace_id": found["id"]})
    assert await office.get("police", f"{path}/candidates") == []
    assert await office.get("police", f"/traces/{found['id']}/candidates") == []


async def test_a_trace_is_sealed_and_shown_to_those_with_a_task(office: Office) -> None:
    told = LOST | {"id": str(uuid4())}
    missing = await trace(office, told)
    assert missing["id"] == told["id"]
    await office.post("police", f"/cases/{missing['case_id']}/traces", told, status=409)
    seen = await office.get("police", f"/traces/{missing['id']}")
    assert "scar:left_hand" in seen["description"]["marks"]
    listed = await office.get("police", "/traces?kind=missing")
    assert listed["items"][0]["description"] == {}
    await office.get("education", f"/traces/{missing['id']}", status=403)
    await office.get("protection_centre", f"/traces/{missing['id']}", status=404)
    (row,) = await office.sql("SELECT to_jsonb(t)::text FROM trace t")
    assert "scar" not in row[0]
    future = FOUND | {"at": "2024-05-07T02:00:00+08:00"}
    await office.post("police", f"/cases/{missing['case_id']}/traces", future, status=400)


async def test_a_search_that_ended_is_proposed_to_nobody_until_it_is_resumed(
    office: Office,
) -> None:
    missing = await trace(office, LOST)
    found = await trace(office, FOUND)
    await office.post("police", f"/traces/{missing['id']}/closure", {"reason": "came_home"})
    assert await office.get("police", f"/traces/{found['id']}/candidates") == []
    refused = await office.post("police", f"/traces/{missing['id']}/closure", status=409)
    assert refused["allowed"] == ["reopening"]
    await office.post("police", f"/traces/{missing['id']}/reopening")
    assert len(await office.get("police", f"/traces/{found['id']}/candidates")) == 1


AGES = st.none() | st.integers(0, 17)
SEEN = st.builds(
    Seen,
    at=st.datetimes(datetime(2015, 1, 1), datetime(2024, 1, 1)),
    age_from=AGES,
    sex=st.sampled_from([None, "男", "女"]),
    places=st.frozensets(st.sampled_from(["331081", "520100"])),
    marks=st.frozensets(st.sampled_from(["scar:left", "scar:right", "blood:a", "blood:b"])),
)


@given(SEEN, SEEN)
def test_what_only_one_side_knows_neither_helps_nor_harms(missing: Seen, found: Seen) -> None:
    alike = likeness(missing, found, FIGURES)
    if found.at < missing.at:
        assert alike is None
        return
    nothing = Seen(at=found.at)
    blank = likeness(missing, nothing, FIGURES)
    assert blank is not None
    assert (blank.points, blank.agree, blank.differ) == (0, [], [])
    if alike is not None:
        assert not {missing.sex, found.sex} >= {"男", "女"}
        assert set(alike.agree).isdisjoint(alike.differ)


@given(st.integers(0, 10), st.integers(0, 12))
def test_a_child_grows_while_it_is_missed(age: int, years: int) -> None:
    lost = datetime(2010, 1, 1)
    later = lost + timedelta(days=365 * years + 30)
    missing = Seen(at=lost, age_from=age)
    assert likeness(missing, Seen(at=later, age_from=age + years), FIGURES) is not None
    assert likeness(missing, Seen(at=later, age_from=age + years + 4), FIGURES) is None
