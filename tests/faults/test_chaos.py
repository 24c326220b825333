"""Processes, servers and links are killed, paused and cut at random while events flow."""

import asyncio
import random
import time
from collections.abc import Callable

import pytest

from tests.faults.ledger import Verdict, drained
from tests.faults.proxy import Fault, Proxy
from tests.faults.world import EMITTER, HEARER, Clients, World

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]
Wound = Callable[[], None]
FAULTS: tuple[Fault, ...] = ("blackhole", "reset", "cut", "half-open")


def wounded(
    world: World, clients: Clients, wounds: list[Wound], pause: Callable[[], float]
) -> Verdict:
    """Let clients work while one wound after the other is dealt, then wait and judge.

    The wounds are dealt from this thread, because a server lives as long as what started it.
    """
    with clients.working():
        time.sleep(1)
        for wound in wounds:
            wound()
            time.sleep(pause())
    return asyncio.run(
        drained(clients.acknowledged, world.database(EMITTER), world.database(HEARER))
    )


def exits_of(world: World) -> list[int]:
    """Return codes of processes that ended without being told to."""
    for office in world.offices:
        office.stop()
    return [code for office in world.offices for code in office.died if code != -9]


def test_kills_and_pauses_of_every_process_lose_double_and_reorder_nothing(
    world: World, seed: int
) -> None:
    chance = random.Random(seed)
    emitters = [world.office("protection"), world.office("protection")]
    hearers = [world.office("referrals"), world.office("referrals")]
    offices = [*emitters, *hearers]
    for office in offices:
        office.wait_ready()
    wounds: list[Wound] = [office.restart for office in offices]
    wounds += [world.nats.restart, world.postgres.restart] * 2
    wounds += [lambda office=o: office.pause(chance.uniform(0.5, 2.5)) for o in offices]  # type: ignore[misc]
    wounds += [lambda: world.nats.pause(2), lambda: world.postgres.pause(2)]
    chance.shuffle(wounds)
    clients = Clients(emitters, seed)
    verdict = wounded(world, clients, wounds, lambda: chance.uniform(0.2, 1.0))
    assert verdict.acknowledged > 30
    assert verdict.kept(), verdict
    assert exits_of(world) == []


def test_links_that_stall_break_and_lie_lose_double_and_reorder_nothing(
    world: World, seed: int
) -> None:
    chance = random.Random(seed)
    emitters = [world.office("protection")]
    hearer = world.office("referrals")
    for office in (*emitters, hearer):
        office.wait_ready()

    def disturbed(link: Proxy, fault: Fault, seconds: float) -> Wound:
        def wound() -> None:
            link.set(fault)
            time.sleep(seconds)
            link.set("none")

        return wound

    wounds = [
        disturbed(link, fault, chance.uniform(0.3, 2))
        for link in (world.postgres_link, world.nats_link)
        for fault in FAULTS
    ]
    chance.shuffle(wounds)
    clients = Clients(emitters, seed)
    verdict = wounded(world, clients, wounds, lambda: chance.uniform(0.2, 0.8))
    assert verdict.acknowledged > 30
    assert verdict.kept(), verdict
    assert exits_of(world) == []
