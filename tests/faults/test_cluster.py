"""Three NATS servers: one is killed and one stands still while a relay publishes through it."""

import asyncio
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import pytest
from nats.errors import Error as NatsError

from shared.bus import emit_all
from shared.database import engine_for, sessions_of, transaction
from shared.events.protection import CaseClosed
from tests.faults.cluster import Cluster, cluster_in
from tests.faults.ledger import drained
from tests.faults.test_losses import steps
from tests.faults.world import EMITTER, HEARER, Server, World
from tests.patience import PATIENCE, until

pytestmark = [pytest.mark.faults, pytest.mark.timeout(900)]
EVENTS, CASES = 300, 40
LONG = 2 * PATIENCE  # one by one, on three disks, past a server that stands still


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """Three servers of its own, since the world has one."""
    with cluster_in(tmp_path) as found:
        yield found


async def committed(url: str) -> set[UUID]:
    """Many events of a few cases, of which no process is told."""
    cases = [uuid4() for _ in range(CASES)]
    engine = engine_for(url)
    async with transaction(sessions_of(engine)) as session:
        events = [
            CaseClosed(case_id=case, child_ref=None, reason="safe")
            for case in islice(cycle(cases), EVENTS)
        ]
        ids = await emit_all(session, events)
    await engine.dispose()
    return set(ids)


async def unsent(url: str) -> int:
    """How many events the relay has still to publish."""
    connection = await asyncpg.connect(url)
    try:
        return int(await connection.fetchval("SELECT count(*) FROM outbox WHERE sent_at IS NULL"))
    finally:
        await connection.close()


def test_a_leader_killed_and_one_that_stands_still_lose_and_double_nothing(
    world: World, cluster: Cluster
) -> None:
    of_cluster = {"NATS_URL": cluster.url, "NATS_REPLICAS": "3", "DATABASE_PATIENCE": "60"}
    emitter = world.office("protection", **of_cluster)
    hearer = world.office("referrals", **of_cluster)
    for office in (emitter, hearer):
        office.wait_ready()
    outbox, told = world.database(EMITTER), set[UUID]()

    def wound_the_leader(wound: Callable[[Server], None]) -> Server:
        """In the middle of publishing (a machine that stalls may see its end), and wait until all
        is published without it."""
        name = until(cluster.leader, NatsError, OSError)
        cluster.lead_past(name)
        told.update(asyncio.run(committed(outbox)), steps(emitter, 1))
        until(lambda: asyncio.run(unsent(outbox)) < EVENTS)
        wound(cluster.nodes[name])
        until(lambda: asyncio.run(unsent(outbox)) == 0, seconds=LONG)
        return cluster.nodes[name]

    wound_the_leader(Server.kill).start()
    wound_the_leader(Server.suspend).resume()
    found = asyncio.run(drained(told, outbox, world.database(HEARER), LONG))
    assert found.kept(), found
    ids = until(cluster.ids, NatsError, OSError)
    assert sorted(ids) == sorted(map(str, told))
    # A batch of events is for one server alone: three gather by themselves what comes together.
    assert not cluster.stream().config.allow_atomic
