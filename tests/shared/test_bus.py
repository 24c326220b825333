"""Events are lost never, take effect once, and failed ones are set aside with their error."""

import base64
from types import ModuleType
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, text

from shared import relay
from shared.bus import (
    Inbox,
    Received,
    SetAside,
    Waiting,
    cloud_event,
    emit,
    handlers_of,
    hears,
    told_only,
)
from shared.database import Sessions, driver_of, to_json, transaction
from shared.events.protection import CaseClosed, CaseOpened, MeasuresRequested
from shared.inbox import (
    NotAnEvent,
    Outcome,
    pause_before_retry,
    receive,
    replay,
    run_waiting,
    set_aside,
    skip,
    take,
)
from shared.problem import Unavailable
from shared.relay import Bus
from tests.factories import principal
from tests.patience import eventually
from tests.shared.conftest import asked, closed, told

SEEN: list[tuple[str, UUID]] = []


@hears(MeasuresRequested)
async def on_measures_requested(session: Any, event: MeasuresRequested, received: Received) -> None:
    """Note it; a town called `poison` cannot be handled."""
    if event.town == "poison":
        raise ValueError("poison")
    SEEN.append(("asked", event.case_id))


@hears(CaseClosed)
async def on_case_closed(session: Any, event: CaseClosed, received: Received) -> None:
    """Note it."""
    SEEN.append(("closed", event.case_id))


CONSUMERS = ModuleType("consumers")
CONSUMERS.__dict__.update(a=on_measures_requested, b=on_case_closed)
HANDLERS = handlers_of(CONSUMERS)


@pytest.fixture(autouse=True)
def nothing_seen() -> None:
    """What the handlers noted in an earlier test is forgotten."""
    SEEN.clear()


async def test_a_message_delivered_twice_takes_effect_once(sessions: Sessions) -> None:
    (event,) = await told(sessions, asked(uuid4()))
    assert await receive(sessions, HANDLERS, [event]) == [Outcome.DONE]
    assert await receive(sessions, HANDLERS, [event]) == [Outcome.SEEN]
    assert len(SEEN) == 1


async def test_an_event_that_comes_too_early_waits_for_the_one_before(sessions: Sessions) -> None:
    case_id = uuid4()
    first, second = await told(sessions, asked(case_id), closed(case_id))
    assert await receive(sessions, HANDLERS, [second]) == [Outcome.WAITS]
    assert await receive(sessions, HANDLERS, [second]) == [Outcome.WAITS]
    assert SEEN == []
    assert await receive(sessions, HANDLERS, [first]) == [Outcome.DONE]
    assert list(SEEN) == [("asked", case_id), ("closed", case_id)]
    assert await receive(sessions, HANDLERS, [second]) == [Outcome.SEEN]


async def test_any_order_of_arrival_takes_effect_in_the_order_of_emission(
    sessions: Sessions,
) -> None:
    case_id = uuid4()
    events = await told(sessions, *[asked(case_id) for _ in range(30)], closed(case_id))
    for event in reversed(events):
        await receive(sessions, HANDLERS, [event])
    assert [what for what, _ in SEEN] == ["asked"] * 30 + ["closed"]


async def test_what_nobody_acts_on_is_passed_over_together_and_order_is_kept(
    sessions: Sessions,
) -> None:
    case, other = uuid4(), uuid4()
    first, second, third, alone = await told(
        sessions, asked(case), closed(case), asked(case), asked(other)
    )
    deaf = {CaseClosed.type: HANDLERS[CaseClosed.type]}
    assert await receive(sessions, deaf, [second]) == [Outcome.WAITS]
    await receive(sessions, deaf, [third, alone, first, first])
    assert [("closed", case)] == SEEN
    async with transaction(sessions) as session:
        handled = set(await session.scalars(select(Inbox.event_id)))
        waiting = list(await session.scalars(select(Waiting.event_id)))
    assert handled == {first.id, second.id, third.id, alone.id}
    assert waiting == []
    assert await receive(sessions, deaf, [third]) == [Outcome.SEEN]


async def test_a_subject_goes_on_without_what_the_stream_no_longer_has(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = uuid4()
    _, second, third = await told(sessions, asked(case_id), asked(case_id), closed(case_id))
    for event in (third, second):
        assert await receive(sessions, HANDLERS, [event]) == [Outcome.WAITS]
    assert await run_waiting(sessions, HANDLERS, quiet) == 0
    monkeypatch.setattr("shared.inbox.GO_ON_SECONDS", 0)
    assert await run_waiting(sessions, HANDLERS, still_coming) == 0
    assert await run_waiting(sessions, HANDLERS, quiet) == 2
    assert list(SEEN) == [("asked", case_id), ("closed", case_id)]


async def test_the_relay_wakes_for_what_is_committed_and_for_nothing_else(
    sessions: Sessions,
) -> None:
    async def undone() -> None:
        async with transaction(sessions) as session:
            await emit(session, asked(uuid4()))
            raise ValueError("undone")

    bus = Bus("protection", sessions, {})
    with pytest.raises(ValueError, match="undone"):
        await undone()
    assert not bus._unsent.is_set()
    async with transaction(sessions) as session:
        await emit(session, asked(uuid4()))
        assert not bus._unsent.is_set()
    assert bus._unsent.is_set()


async def published(sessions: Sessions, *events: Any) -> list[Received]:
    """Emit events and read what the relay makes of them."""
    await told(sessions, *events)
    async with driver_of(sessions.kw["bind"]) as driver:
        rows = await driver.fetch(relay._UNSENT, 100, told_only())
    return [Received(cloud_event(row), 1) for row in rows]


async def test_an_event_follows_the_one_before_it_that_is_for_services(sessions: Sessions) -> None:
    case_id = uuid4()
    news = CaseOpened(case_id=case_id, child_ref=None, level="red", town=None)
    events = await published(sessions, news, asked(case_id), news, news, closed(case_id), news)
    assert [event.follows for event in events] == [0, 0, 2, 2, 2, 5]
    first, second = events[1], events[4]
    assert await receive(sessions, HANDLERS, [second]) == [Outcome.WAITS]
    assert await receive(sessions, HANDLERS, [first]) == [Outcome.DONE]
    assert list(SEEN) == [("asked", case_id), ("closed", case_id)]


async def test_what_is_not_for_services_reaches_only_its_owner(sessions: Sessions) -> None:
    case_id = uuid4()

    @hears(CaseOpened)
    async def on_case_opened(session: Any, event: CaseOpened, received: Received) -> None:
        SEEN.append((f"opened after {received.follows}", event.case_id))

    own = {CaseOpened.type: on_case_opened}
    with pytest.raises(ValueError, match=r"protection\.case\.opened\.v1"):
        Bus("referrals", sessions, own)
    news = CaseOpened(case_id=case_id, child_ref=None, level="red", town=None)
    await told(sessions, asked(case_id), closed(case_id), news)
    bus = Bus("protection", sessions, own)
    await bus.start()
    bus.wake()

    async def seen() -> bool:
        return bool(SEEN)

    await eventually(seen)
    jetstream, other = await bus.connected(), Bus("referrals", sessions, HANDLERS)
    info = await jetstream.consumer_info("HUTONG", await other._durable(jetstream, other._heard))
    await bus.stop()
    assert list(SEEN) == [("opened after 2", case_id)]
    assert info.num_pending == 2


async def quiet() -> bool:
    """The stream has brought everything."""
    return True


async def still_coming() -> bool:
    """The stream may still bring something."""
    return False


async def put_aside(sessions: Sessions, event: Received) -> None:
    with pytest.raises(ValueError, match="poison"):
        await receive(sessions, HANDLERS, [event])
    await set_aside(sessions, event, ValueError("poison"))


async def test_later_events_wait_behind_one_that_was_set_aside(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.inbox.GO_ON_SECONDS", 0)
    case_id = uuid4()
    poison, after = await told(sessions, asked(case_id, "poison"), closed(case_id))
    await put_aside(sessions, poison)
    assert await receive(sessions, HANDLERS, [after]) == [Outcome.WAITS]
    assert await run_waiting(sessions, HANDLERS, quiet) == 0
    mended = handlers_of(CONSUMERS) | {"protection.measures.requested.v1": on_case_closed}
    async with transaction(sessions) as session:
        await replay(session, mended, poison.id, principal("operator"))
    assert await run_waiting(sessions, HANDLERS, quiet) == 1


async def test_what_is_skipped_in_the_middle_lets_the_later_ones_go_on(sessions: Sessions) -> None:
    case_id = uuid4()
    first, *rest = await told(
        sessions,
        asked(case_id),
        asked(case_id, "poison"),
        asked(case_id, "poison"),
        closed(case_id),
    )
    await receive(sessions, HANDLERS, [first])
    await put_aside(sessions, rest[0])
    for event in rest[1:]:
        assert await receive(sessions, HANDLERS, [event]) == [Outcome.WAITS]
    async with transaction(sessions) as session:
        await skip(session, rest[0].id, principal("operator"), "made by mistake")
    # The second poison is tried, fails and is put off; the one behind it still waits.
    assert await run_waiting(sessions, HANDLERS, quiet) == 1
    assert list(SEEN) == [("asked", case_id)]
    await set_aside(sessions, rest[1], ValueError("poison"))
    async with transaction(sessions) as session:
        await skip(session, rest[1].id, principal("operator"), "made by mistake")
    assert await run_waiting(sessions, HANDLERS, quiet) == 1
    assert list(SEEN) == [("asked", case_id), ("closed", case_id)]


def test_what_passes_is_never_set_aside() -> None:
    ids = {"id": str(uuid4()), "subject": str(uuid4())}
    envelope = ids | {"type": "protection.measures.requested.v1", "sequence": "1", "data": {}}
    for error in (Unavailable(), ConnectionResetError(), TimeoutError()):
        assert pause_before_retry(Received(envelope, 500), error) == 60
    assert pause_before_retry(Received(envelope, 8), ValueError()) is None


async def test_an_event_of_a_rolled_back_transaction_never_happened(sessions: Sessions) -> None:
    async def fail() -> None:
        async with transaction(sessions) as session:
            await emit(session, asked(uuid4()))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    async with transaction(sessions) as session:
        assert await session.scalar(text("SELECT count(*) FROM outbox")) == 0


async def test_events_travel_over_nats_and_poison_is_set_aside(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.inbox.RETRY_SECONDS", (0.01, 0.01))
    bus = Bus("referrals", sessions, HANDLERS)
    await bus.start()
    good = [uuid4() for _ in range(20)]
    await told(sessions, asked(uuid4(), "poison"), *[asked(case) for case in good])
    bus.wake()

    async def all_seen() -> bool:
        async with transaction(sessions) as session:
            aside = await session.scalar(select(func.count()).select_from(SetAside))
        return len(SEEN) == 20 and aside == 1

    await eventually(all_seen)
    state = await bus.state()
    await bus.stop()
    assert [case for _, case in SEEN] == good
    assert (state["unsent"], state["set_aside"], state["connected"]) == (0, 1, True)


async def test_what_is_no_event_is_set_aside_and_the_next_one_takes_effect(
    sessions: Sessions,
) -> None:
    bus = Bus("referrals", sessions, HANDLERS)
    jetstream = await bus.connected()
    case = uuid4()
    (good,) = await told(sessions, asked(case))
    pretender = {**good.envelope, "id": str(uuid4()), "type": "payments.run.moved.v1"}
    zero = {**good.envelope, "id": str(uuid4()), "data": {"town": "\0"}}
    for body in (b"\xff{", b"[]", b"{}", to_json(pretender).encode(), to_json(zero).encode()):
        await jetstream.publish(MeasuresRequested.type, body)
    await bus.start()
    bus.wake()

    async def seen() -> bool:
        return ("asked", case) in SEEN

    await eventually(seen)
    await bus.stop()
    async with transaction(sessions) as session:
        rows = list(await session.scalars(select(SetAside)))
    assert [row.error for row in rows] == ["Malformed"] * 5
    assert base64.b64decode(rows[0].envelope["unreadable"]) == b"\xff{"
    async with transaction(sessions) as session:
        with pytest.raises(NotAnEvent):
            await replay(session, HANDLERS, rows[0].event_id, principal("operator"))
    async with transaction(sessions) as session:
        await skip(session, rows[0].event_id, principal("operator"), "nobody can read it")
    async with transaction(sessions) as session:
        left = select(func.count()).select_from(SetAside).where(SetAside.resolved_at.is_(None))
        assert await session.scalar(left) == 4


async def test_a_batch_takes_effect_but_for_the_one_that_fails(sessions: Sessions) -> None:
    cases = [uuid4() for _ in range(3)]
    effects: list[UUID] = []

    @hears(MeasuresRequested)
    async def on_requested(session: Any, event: MeasuresRequested, received: Received) -> None:
        if event.town == "poison":
            raise ValueError("poison")
        session.info.setdefault("effects", []).append(event.case_id)
        effects.append(event.case_id)

    consumers = ModuleType("consumers")
    vars(consumers)["on_requested"] = on_requested
    handlers = handlers_of(consumers)
    first, *rest = await told(
        sessions, asked(cases[0]), asked(cases[1], "poison"), closed(cases[1]), asked(cases[2])
    )
    await take(sessions, handlers, [first, *rest])
    # What the first try did is undone with it.
    assert effects == [cases[0], cases[0], cases[2]]
    async with transaction(sessions) as session:
        waiting = await session.execute(select(Waiting.event_id, Waiting.attempts))
    # The poison waits for its next try, and what came after it of the same case behind it.
    assert {row.event_id: row.attempts for row in waiting} == {rest[0].id: 1, rest[1].id: 0}
