"""The checkers see what they are for: every broken variant of the kernel fails one of them.

The same hostile stream, everything twice and shuffled, goes through the kernel and through
variants of it from which one safety was taken out.
"""

import asyncio
import random
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import nats
import orjson
import pytest
from nats.aio.client import Client
from sqlalchemy import delete, select

from shared import inbox, relay
from shared.bus import STREAM, Inbox, Outbox, Received, cloud_event, emit, handlers_of
from shared.database import Sessions, engine_for, sessions_of, transaction
from shared.events.protection import CaseClosed
from shared.relay import Bus, stream_config
from tests.conftest import NewDatabase
from tests.factories import use_environment
from tests.faults.ledger import Verdict, drained
from tests.faults.office import CONSUMERS, EFFECTS
from tests.patience import PATIENCE

pytestmark = pytest.mark.faults
HANDLERS = handlers_of(CONSUMERS)
EVENTS, CASES = 120, 6


class Pair:
    """An emitter's and a hearer's database, and the account of NATS between them."""

    def __init__(self, emitter_url: str, hearer_url: str, nats_url: str) -> None:
        self.emitter_url, self.hearer_url, self.nats_url = emitter_url, hearer_url, nats_url
        self._engines = [engine_for(url) for url in (emitter_url, hearer_url)]
        self.emitter, self.hearer = (sessions_of(engine) for engine in self._engines)

    async def close(self) -> None:
        """Let the databases go."""
        for engine in self._engines:
            await engine.dispose()


@pytest.fixture
async def pair(tmp_path: Path, database_url: NewDatabase, nats_url: str) -> AsyncIterator[Pair]:
    """Two empty services."""
    found = Pair(database_url("kernel"), database_url("kernel"), nats_url)
    connection = await asyncpg.connect(found.hearer_url)
    await connection.execute(EFFECTS)
    await connection.close()
    use_environment(tmp_path, DATABASE_URL=found.emitter_url, NATS_URL=nats_url, CLOCK="real")
    yield found
    await found.close()


async def emitted(sessions: Sessions) -> list[dict[str, Any]]:
    """Events of a few cases, committed; their CloudEvents in order."""
    cases = [uuid4() for _ in range(CASES)]
    async with transaction(sessions) as session:
        for number in range(EVENTS):
            case = cases[number % CASES]
            await emit(session, CaseClosed(case_id=case, child_ref=None, reason="safe"))
    async with transaction(sessions) as session:
        rows = await session.scalars(select(Outbox).order_by(Outbox.id))
        return [cloud_event(vars(row)) for row in rows]


async def hostile(pair: Pair, seed: int = 1) -> set[UUID]:
    """Everything twice, shuffled, under ids that JetStream cannot tell to be the same."""
    events = await emitted(pair.emitter)
    client = await nats.connect(pair.nats_url)
    jetstream = client.jetstream()
    await jetstream.add_stream(stream_config())
    twice = events * 2
    random.Random(seed).shuffle(twice)
    for event in twice:
        sent = {"Nats-Msg-Id": str(uuid4())}
        await jetstream.publish(event["type"], orjson.dumps(event), stream=STREAM, headers=sent)
    await client.close()
    return {UUID(event["id"]) for event in events}


async def heard(pair: Pair, patience: float = PATIENCE) -> Verdict:
    """What two competing consumers make of it."""
    acknowledged = await hostile(pair)
    hearers = [Bus("referrals", pair.hearer, HANDLERS) for _ in range(2)]
    for bus in hearers:
        await bus.start()
    verdict = await drained(acknowledged, pair.emitter_url, pair.hearer_url, patience)
    # A moment more, so that the second copies have come as well.
    await asyncio.sleep(1)
    verdict = await drained(acknowledged, pair.emitter_url, pair.hearer_url, 0)
    for bus in hearers:
        await bus.stop()
    return verdict


async def test_everything_twice_and_shuffled_takes_effect_once_and_in_order(pair: Pair) -> None:
    verdict = await heard(pair)
    assert verdict.committed == EVENTS
    assert verdict.kept(), verdict


async def test_control_without_the_inbox_effects_come_twice(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_inbox = inbox._take_effect

    async def forgetful(session: Any, handlers: Any, many: list[Received]) -> None:
        await with_inbox(session, handlers, many)
        await session.execute(delete(Inbox))

    monkeypatch.setattr(inbox, "_take_effect", forgetful)
    verdict = await heard(pair, 10)
    assert verdict.twice > 0, verdict


async def test_control_without_the_gate_effects_come_out_of_order(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "_admit", partial(inbox._admit, forced=True))
    verdict = await heard(pair, 10)
    assert verdict.out_of_order > 0, verdict
    assert verdict.twice == 0, verdict


async def test_control_acknowledging_before_the_effect_loses_what_fails_once(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlucky = random.Random(7)

    async def careless(bus: Bus, messages: list[Any]) -> None:
        for message in messages:
            await message.ack_sync()
            if unlucky.random() > 0.5:
                received = [Received(orjson.loads(message.data))]
                await inbox.receive(bus.sessions, bus.handlers, received)

    monkeypatch.setattr(Bus, "_take", careless)
    monkeypatch.setattr(inbox, "_admit", partial(inbox._admit, forced=True))
    verdict = await heard(pair, 5)
    assert verdict.not_effected > 0, verdict


async def test_control_marking_as_sent_before_the_acknowledgement_loses_events(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The relay of a service whose NATS refuses every second event."""

    async def hasty(client: Any, rows: list[Any]) -> dict[int, Any]:
        for row in rows:
            if row["id"] % 2:
                await client.publish(row["type"], orjson.dumps(cloud_event(row)))
        return {row["id"]: row for row in rows}

    for way in ("publish", "publish_whole"):
        monkeypatch.setattr(relay, way, hasty)
    assert (await relayed(pair, 5)).not_effected > 0


async def relayed(pair: Pair, patience: float) -> Verdict:
    """What a hearer makes of what an emitter's relay publishes."""
    sender, hearer = Bus("protection", pair.emitter, {}), Bus("referrals", pair.hearer, HANDLERS)
    events = await emitted(pair.emitter)
    for bus in (sender, hearer):
        await bus.start()
    ids = {UUID(event["id"]) for event in events}
    verdict = await drained(ids, pair.emitter_url, pair.hearer_url, patience)
    for bus in (sender, hearer):
        await bus.stop()
    return verdict


async def test_a_relay_that_is_refused_publishes_again_in_order(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish = Client.publish
    unlucky = random.Random(3)

    async def refusing(client: Any, subject: str, *rest: Any, **named: Any) -> Any:
        if subject == CaseClosed.type and unlucky.random() < 0.05:
            raise nats.errors.TimeoutError
        return await publish(client, subject, *rest, **named)

    monkeypatch.setattr(Client, "publish", refusing)
    monkeypatch.setattr(relay, "BATCH", 40)
    # Every refusal is a pause before the relay begins again, up to two seconds each.
    verdict = await relayed(pair, PATIENCE)
    assert verdict.kept(), verdict
