"""Many events go to the stream as one batch: in order, once, and one by one where it cannot be."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from shared import relay
from shared.bus import cloud_event, told_only
from shared.database import Sessions, driver_of
from shared.relay import Bus
from shared.wire import Row, publish_whole
from tests.shared.conftest import asked, closed, told


async def unsent(sessions: Sessions) -> list[Row]:
    """What the relay would publish."""
    async with driver_of(sessions.kw["bind"]) as driver:
        rows: list[Row] = await driver.fetch(relay._UNSENT, relay.BATCH, told_only())
    return rows


async def ids_in(bus: Bus) -> list[str | None]:
    """The ids of all events of the stream, in its order."""
    jetstream = await bus.connected()
    newest = (await jetstream.stream_info("HUTONG")).state.last_seq
    places = range(1, newest + 1)
    found = [await jetstream.get_msg("HUTONG", place) for place in places]
    return [(message.headers or {}).get("Nats-Msg-Id") for message in found]


async def many(sessions: Sessions) -> list[str]:
    """As many events as are worth a batch, several of each case; their ids in order."""
    cases = [uuid4() for _ in range(relay.WORTH_A_BATCH // 3)]
    events = [make(case) for make in (asked, closed, asked) for case in cases]
    return [str(one.id) for one in await told(sessions, *events)]


Calls = list[str]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    """By which way the relay published."""
    seen: Calls = []

    def noted(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        async def publishing(client: Any, rows: list[Row]) -> dict[int, Row]:
            seen.append(name)
            found: dict[int, Row] = await real(client, rows)
            return found

        return publishing

    for name in ("publish_whole", "publish"):
        monkeypatch.setattr(relay, name, noted(name, getattr(relay, name)))
    return seen


async def test_many_events_go_as_one_batch_in_their_order(sessions: Sessions, calls: Calls) -> None:
    bus, ids = Bus("protection", sessions, {}), await many(sessions)
    await bus.connected()
    assert await bus._publish_batch() == len(ids)
    assert (await ids_in(bus), calls) == (ids, ["publish_whole"])
    assert await unsent(sessions) == []
    known = await bus.state()
    await bus.stop()
    assert known["unsent"] == 0


async def test_few_events_go_one_by_one(sessions: Sessions, calls: Calls) -> None:
    bus = Bus("protection", sessions, {})
    await told(sessions, asked(uuid4()), asked(uuid4()))
    await bus.connected()
    assert await bus._publish_batch() == 2
    await bus.stop()
    assert calls == ["publish"]


async def test_a_batch_of_which_the_stream_has_a_part_goes_one_by_one_and_nothing_twice(
    sessions: Sessions, calls: Calls
) -> None:
    """A relay ended between the acknowledgement and its mark."""
    bus, ids = Bus("protection", sessions, {}), await many(sessions)
    jetstream, rows = await bus.connected(), await unsent(sessions)
    for row in rows[:3]:
        headers = {"Nats-Msg-Id": str(row["event_id"])}
        await jetstream.publish(row["type"], b"known already", headers=headers)
    assert await bus._publish_batch() == len(ids)
    assert calls[:2] == ["publish_whole", "publish"]
    assert await ids_in(bus) == ids
    assert await unsent(sessions) == []
    await bus.stop()


async def test_a_stream_without_batches_gets_events_one_by_one(
    sessions: Sessions, calls: Calls
) -> None:
    """An older server made it, or there is an older server now."""
    first = Bus("protection", sessions, {})
    jetstream, ids = await first.connected(), await many(sessions)
    await jetstream.delete_stream("HUTONG")
    await jetstream.add_stream(relay.stream_config())
    await first.stop()
    bus = Bus("protection", sessions, {})
    await bus.connected()
    assert await publish_whole(bus.client, await unsent(sessions)) == {}
    assert await bus._publish_batch() == len(ids)
    assert "publish_whole" not in calls
    assert sorted(map(str, await ids_in(bus))) == sorted(ids)
    await bus.stop()


async def test_a_batch_is_whole_in_the_stream_or_not_at_all(sessions: Sessions) -> None:
    bus = Bus("protection", sessions, {})
    await many(sessions)
    await bus.connected()
    rows: list[Row] = [dict(row) for row in await unsent(sessions)]
    rows[-1] = {**rows[-1], "type": "protection.case.opened.v1", "event_id": rows[0]["event_id"]}
    assert await publish_whole(bus.client, rows) == {}
    assert await ids_in(bus) == []
    acknowledged = await publish_whole(bus.client, rows[:-1])
    assert [acknowledged[place] for place in sorted(acknowledged)] == rows[:-1]
    assert [str(cloud_event(row)["id"]) for row in rows[:-1]] == await ids_in(bus)
    await bus.stop()
