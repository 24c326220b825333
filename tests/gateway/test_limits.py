"""Limits: a rate that fills with time, and places given out in turn."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.circuit import FAILURES, Circuit
from gateway.limits import Allowance, Places, Rates
from shared.problem import TooMany, Unavailable

USUAL = Allowance(rate=10, burst=20, at_once=5)


@given(st.lists(st.floats(min_value=0, max_value=0.5), max_size=300))
def test_nobody_gets_more_than_burst_and_rate(pauses: list[float]) -> None:
    rates, moment, let_in = Rates(), 0.0, 0
    for pause in pauses:
        moment += pause
        try:
            rates.enter("loud", USUAL, moment)
        except TooMany:
            continue
        rates.leave("loud")
        let_in += 1
    assert let_in <= USUAL.burst + USUAL.rate * moment + 1e-6


def test_one_client_at_its_limit_takes_nothing_from_another() -> None:
    rates = Rates()
    for _ in range(USUAL.at_once):
        rates.enter("loud", USUAL, 0)
    with pytest.raises(TooMany) as refused:
        rates.enter("loud", USUAL, 0)
    assert refused.value.retry_after
    rates.enter("quiet", USUAL, 0)
    rates.leave("loud")
    rates.enter("loud", USUAL, 0)


async def test_places_are_given_out_in_turn_among_clients() -> None:
    places, order = Places(total=1), []
    await places.take("first")

    async def ask(client: str) -> None:
        await places.take(client)
        order.append(client)
        places.give_back()

    loud = [asyncio.create_task(ask("loud")) for _ in range(5)]
    await asyncio.sleep(0)
    quiet = asyncio.create_task(ask("quiet"))
    await asyncio.sleep(0)
    places.give_back()
    await asyncio.gather(*loud, quiet)
    assert order.index("quiet") == 1
    assert places.taken == 0


async def test_who_waits_too_long_is_told_so_and_takes_no_place() -> None:
    places = Places(total=1, patience=0.01)
    await places.take("first")
    with pytest.raises(Unavailable):
        await places.take("second")
    places.give_back()
    assert places.taken == 0
    await places.take("third")


async def test_who_leaves_while_waiting_takes_no_place() -> None:
    places = Places(total=1)
    await places.take("first")
    waiting = asyncio.create_task(places.take("second"))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    places.give_back()
    assert places.taken == 0


async def test_a_full_queue_refuses_its_own_client_only() -> None:
    places = Places(total=1, queue_per_client=1)
    await places.take("loud")
    waiting = asyncio.create_task(places.take("loud"))
    await asyncio.sleep(0)
    with pytest.raises(TooMany):
        await places.take("loud")
    other = asyncio.create_task(places.take("quiet"))
    await asyncio.sleep(0)
    places.give_back()
    await waiting
    places.give_back()
    await other


def test_a_circuit_opens_after_failures_tries_once_and_closes() -> None:
    circuit = Circuit()
    for _ in range(FAILURES):
        assert circuit.lets_through(0)
        circuit.failed(0)
    assert not circuit.lets_through(0.1)
    assert circuit.lets_through(1)
    assert not circuit.lets_through(1), "one trial at a time"
    circuit.failed(1)
    assert not circuit.lets_through(1.4), "the pause grew"
    assert circuit.lets_through(3)
    circuit.worked()
    assert circuit.lets_through(3)
