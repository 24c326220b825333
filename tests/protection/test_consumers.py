"""What protection hears: a stopped payment opens a check, a linked child keeps one file."""

from datetime import date
from uuid import UUID, uuid4

from services.protection import consumers
from shared.bus import Received, handlers_of
from shared.events import Event
from shared.events.eligibility import ChildLinked, ChildRelocated, ChildUnlinked
from shared.events.payments import PaymentStopped
from shared.inbox import Outcome, receive
from tests.factories import OTHER_TOWN, TOWN
from tests.protection.conftest import Office
from tests.protection.test_detentions import arrest


async def hear(office: Office, event: Event) -> Outcome:
    """Deliver an event as the bus would."""
    app = office.client._transport.app  # type: ignore[attr-defined]
    envelope = {
        "id": str(uuid4()),
        "type": event.type,
        "subject": str(event.happened_to()),
        "sequence": "1",
        "time": "2024-05-06T01:00:00+00:00",
        "data": event.model_dump(mode="json"),
    }
    handlers = handlers_of(consumers)
    (outcome,) = await receive(app.state.sessions, handlers, [Received(envelope)])
    return outcome


async def test_a_stopped_payment_opens_one_check_with_its_clock(office: Office) -> None:
    stopped = PaymentStopped(
        child_id=uuid4(),
        award_id=uuid4(),
        reason="account_closed",
        month=date(2024, 5, 1),
        town="331081100",
    )
    await hear(office, stopped)
    again = stopped.model_copy(update={"award_id": uuid4()})
    await hear(office, again)
    listed = await office.get("town", "/warnings", town="331081100")
    (warning,) = listed["items"]
    assert warning["reason"] == "payment_stopped"
    path = f"/warnings/{warning['id']}/check"
    await office.post("town", path, {"finding": "well"}, town="331081101", status=404)
    await office.post("town", path, {"finding": "well"}, town="331081100")
    await office.post("town", path, {"finding": "well"}, town="331081100", status=409)
    assert (await office.get("town", "/warnings", town="331081100"))["items"] == []
    clocks = await office.sql("SELECT kind, met_at IS NOT NULL FROM deadline")
    assert clocks == [("warning_check", True)]


async def test_a_linked_child_is_found_under_both_ids(office: Office) -> None:
    told = await office.post("police", "/detentions", arrest())
    child_ref, child_id = UUID(told["children"][0]["child_ref"]), uuid4()
    await office.get("civil_affairs", f"/children/{child_id}", status=404)
    await hear(office, ChildLinked(child_id=child_id, child_ref=child_ref))
    found = await office.get("civil_affairs", f"/children/{child_id}")
    assert found["child_ref"] == str(child_ref)
    assert found["case_id"] == told["children"][0]["case_id"]


async def test_two_children_the_register_finds_to_be_one_are_one_here_until_it_takes_it_back(
    office: Office,
) -> None:
    first = {"name": "江小金丝雀", "birth_date": "2016-03-01"}
    other = {"name": "江小雀", "birth_date": "2016-03-01"}
    refs, cases = [], []
    for minute, child in enumerate((first, other)):
        await office.at(f"2024-05-06T09:0{minute}:00+08:00")
        told = {"child": child, "level": "中", "origin": "visit"}
        opened = await office.post("civil_affairs", "/cases", told, status=201)
        refs.append(UUID(opened["child_ref"]))
        cases.append(opened["id"])
    await hear(office, ChildLinked(child_id=refs[0], child_ref=refs[1]))
    for ref in refs:
        assert (await office.get("civil_affairs", f"/children/{ref}"))["case_id"] == cases[1]
    await hear(office, ChildUnlinked(child_id=refs[0], child_ref=refs[1]))
    for ref, case_id in zip(refs, cases, strict=True):
        assert (await office.get("civil_affairs", f"/children/{ref}"))["case_id"] == case_id


async def test_a_case_and_what_is_due_in_it_follow_a_child_to_another_town(
    office: Office,
) -> None:
    child = {"name": "钱小满", "birth_date": "2016-03-01"}
    told = {"child": child, "level": "高", "town": TOWN, "origin": "visit"}
    case = await office.post("town", "/cases", told, town=TOWN, status=201)
    path = f"/cases/{case['id']}"
    tasks = (("town", "home_visit"), ("village", "look_in"), ("police", "verify"))
    for department, code in tasks:
        task = {"department": department, "code": code, "due_on": "2024-05-20"}
        await office.post("civil_affairs", f"{path}/tasks", task)
    before = (await office.get("civil_affairs", path))["clocks"]
    child_id = UUID(case["child_ref"])
    for town in (TOWN, OTHER_TOWN):  # told to the town it leaves and to the new one
        await hear(
            office,
            ChildRelocated(
                child_id=child_id,
                moved_to=OTHER_TOWN,
                on=date(2024, 5, 6),
                first_month=date(2024, 6, 1),
                town=town,
            ),
        )
    await office.get("town", path, town=TOWN, status=404)
    assert (await office.get("town", "/cases", town=TOWN))["items"] == []
    after = await office.get("town", path, town=OTHER_TOWN)
    assert after["town"] == OTHER_TOWN
    assert {t["department"]: t["town"] for t in after["tasks"]} == {
        "town": OTHER_TOWN,
        "village": OTHER_TOWN,
        "police": None,
    }
    assert not [one for one in after["departments"] if one.endswith(TOWN)]
    assert {f"town:{OTHER_TOWN}", f"village:{OTHER_TOWN}", "police"} <= set(after["departments"])
    assert [c["due_at"] for c in after["clocks"]] == [c["due_at"] for c in before]
    towns = await office.sql("SELECT DISTINCT town FROM deadline WHERE town IS NOT NULL")
    assert towns == [(OTHER_TOWN,)]
    moved = [entry["data"] for entry in after["entries"] if entry["kind"] == "relocated"]
    assert moved == [{"from": TOWN, "to": OTHER_TOWN}]


async def test_a_warning_nobody_has_checked_follows_the_child(office: Office) -> None:
    child_id = uuid4()
    stopped = PaymentStopped(
        child_id=child_id,
        award_id=uuid4(),
        reason="account_closed",
        month=date(2024, 5, 1),
        town=TOWN,
    )
    await hear(office, stopped)
    moved = ChildRelocated(
        child_id=child_id,
        moved_to=OTHER_TOWN,
        on=date(2024, 5, 6),
        first_month=date(2024, 6, 1),
        town=TOWN,
    )
    await hear(office, moved)
    assert (await office.get("town", "/warnings", town=TOWN))["items"] == []
    (warning,) = (await office.get("town", "/warnings", town=OTHER_TOWN))["items"]
    path = f"/warnings/{warning['id']}/check"
    await office.post("town", path, {"finding": "well"}, town=OTHER_TOWN)
