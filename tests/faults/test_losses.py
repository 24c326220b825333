"""What the bus must notice by itself: a stream or its end lost, a relay that stands still."""

import asyncio
import shutil
import time
from contextlib import suppress
from uuid import UUID, uuid4

import asyncpg
import httpx
import nats
import pytest
from nats.js.errors import NotFoundError

from shared.wire import PULL_SECONDS
from tests import patience
from tests.factories import headers
from tests.faults.ledger import Verdict, committed_in, drained, effects_in
from tests.faults.world import EMITTER, HEARER, Office, World
from tests.patience import PATIENCE, until

pytestmark = pytest.mark.faults


def steps(office: Office, number: int, case: UUID | None = None) -> set[UUID]:
    """Take steps of one case; the ids of their events."""
    case = case or uuid4()
    url = f"{office.url}/v1/protection/cases/{case}/steps"
    with httpx.Client(headers=headers("police"), timeout=PATIENCE) as http:
        answers = [http.post(url) for _ in range(number)]
    return {UUID(answer.raise_for_status().json()["event_id"]) for answer in answers}


def verdict(world: World, acknowledged: set[UUID], patience: float = PATIENCE) -> Verdict:
    """Once everything took effect, or patience ended."""
    return asyncio.run(
        drained(acknowledged, world.database(EMITTER), world.database(HEARER), patience)
    )


async def _stream(url: str) -> list[str]:
    client = await nats.connect(url)
    jetstream = client.jetstream()
    ids = []
    with suppress(NotFoundError):
        info = await jetstream.stream_info("HUTONG")
        for number in range(max(info.state.first_seq, 1), info.state.last_seq + 1):
            message = await jetstream.get_msg("HUTONG", number)
            ids.append((message.headers or {})["Nats-Msg-Id"])
    await client.close()
    return ids


def in_stream(world: World) -> set[UUID]:
    """The ids of the events JetStream has."""
    return {UUID(id_) for id_ in asyncio.run(_stream(world.nats.server.url()))}


def test_a_stream_that_was_lost_is_published_again_from_every_outbox(world: World) -> None:
    emitter, hearer = world.office("protection"), world.office("referrals")
    for office in (emitter, hearer):
        office.wait_ready()
    before = steps(emitter, 20)
    assert verdict(world, before).kept()
    world.nats.kill()
    shutil.rmtree(world.nats.server.folder / "jetstream")
    world.nats.start()
    until(lambda: in_stream(world) >= before)
    after = steps(emitter, 5)
    found = verdict(world, before | after)
    assert found.kept(), found


def with_the_end_cut_off(world: World, **environment: str) -> Verdict:
    """Ten events take effect, ten more are published and then forgotten by the server."""
    emitter = world.office("protection", **environment)
    hearer = world.office("referrals")
    for office in (emitter, hearer):
        office.wait_ready()
    first = steps(emitter, 10)
    assert verdict(world, first).kept()
    hearer.kill()
    store, copy = world.nats.server.folder / "jetstream", world.folder / "jetstream.copy"
    world.nats.kill()
    shutil.copytree(store, copy)
    world.nats.start()
    lost = steps(emitter, 10)
    until(lambda: lost <= in_stream(world))
    world.nats.kill()
    shutil.rmtree(store)
    copy.rename(store)
    world.nats.start()
    hearer.start()
    hearer.wait_ready()
    return verdict(world, first | lost, 5 if environment else PATIENCE)


def test_a_stream_that_lost_its_end_is_noticed_and_gets_it_again(world: World) -> None:
    found = with_the_end_cut_off(world)
    assert found.kept(), found


def test_control_a_relay_that_trusts_the_stream_loses_its_end(world: World) -> None:
    found = with_the_end_cut_off(world, FLAW="trusts the stream")
    assert found.not_effected == 10, found


def test_another_relay_takes_over_from_one_that_stands_still_with_the_lock(world: World) -> None:
    frozen, other = world.office("protection"), world.office("protection")
    hearer = world.office("referrals")
    for office in (frozen, other, hearer):
        office.wait_ready()
    acknowledged = steps(frozen, 1)
    assert verdict(world, acknowledged).kept()
    world.nats_link.set("blackhole")
    acknowledged |= steps(frozen, 3)
    time.sleep(0.3)
    assert frozen.process
    frozen.suspend()
    world.nats_link.set("none")
    found = verdict(world, acknowledged)
    frozen.resume()
    assert found.kept(), found


async def on_its_way(world: World, event: UUID) -> float:
    """Seconds from an event's being in the stream to its effect, as the processes had the time."""
    moments = []
    for name, query in (
        (EMITTER, "SELECT sent_at FROM outbox WHERE event_id = $1"),
        (HEARER, "SELECT at FROM effect WHERE event_id = $1"),
    ):
        connection = await asyncpg.connect(world.database(name))
        moments.append(await connection.fetchval(query, event))
        await connection.close()
    return float((moments[1] - moments[0]).total_seconds())


def test_an_event_after_a_quiet_time_does_not_wait_for_a_batch_to_fill(world: World) -> None:
    emitter, hearer = world.office("protection"), world.office("referrals")
    for office in (emitter, hearer):
        office.wait_ready()
    steps(emitter, 1)
    until(lambda: len(asyncio.run(effects_in(world.database(HEARER)))) == 1)
    time.sleep(1)
    (event,) = steps(emitter, 1)
    until(lambda: len(asyncio.run(effects_in(world.database(HEARER)))) == 2)
    assert asyncio.run(on_its_way(world, event)) < PULL_SECONDS / 2


def test_a_service_without_nats_serves_and_sends_later(world: World) -> None:
    world.nats.kill()
    emitter, hearer = world.office("protection"), world.office("referrals")
    emitter.wait_ready()
    acknowledged = steps(emitter, 30)
    assert asyncio.run(committed_in(world.database(EMITTER))) >= acknowledged
    assert patience.get(f"{emitter.url}/health/ready").json()["bus"]["unsent"] == 30
    world.nats.start()
    hearer.wait_ready()
    found = verdict(world, acknowledged)
    assert found.kept(), found
