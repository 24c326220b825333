"""Limits: each client at its own pace and in its turn, so that a loud one costs others nothing."""

import asyncio
from contextlib import suppress
from itertools import pairwise
from time import monotonic

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway import limits
from gateway.circuit import FAILURES, Circuit
from gateway.limits import Allowance, Places, Rates
from shared.problem import TooMany, Unavailable

USUAL = Allowance(rate=10, burst=20, at_once=50)


def entered(rates: Rates, client: str, moment: float) -> float | None:
    """When a request that comes now has its time; None when it is refused."""
    try:
        wait = rates.enter(client, USUAL, moment)
    except TooMany:
        return None
    rates.leave(client)
    return moment + wait


@given(st.lists(st.floats(min_value=0, max_value=0.5), max_size=300))
def test_nobody_gets_more_than_burst_and_rate(pauses: list[float]) -> None:
    rates, moment, let_in = Rates(), 0.0, 0
    for pause in pauses:
        moment += pause
        let_in += entered(rates, "loud", moment) is not None
    assert let_in <= USUAL.burst + USUAL.rate * moment + 1e-6


@given(st.lists(st.floats(min_value=0, max_value=0.5), max_size=300))
def test_however_requests_come_they_go_on_at_their_rate_and_in_their_order(
    pauses: list[float],
) -> None:
    rates, moment, times = Rates(), 0.0, []
    for pause in pauses:
        moment += pause
        if (time := entered(rates, "loud", moment)) is not None:
            times.append(time)
            assert time - moment <= USUAL.burst / USUAL.rate
    assert all(later - former >= 1 / USUAL.rate - 1e-6 for former, later in pairwise(times))


def test_who_waits_for_each_answer_is_slowed_to_its_rate_and_refused_nothing() -> None:
    rates, moment = Rates(), 0.0
    for _ in range(500):
        time = entered(rates, "patient", moment)
        assert time is not None
        moment = time
    assert moment == pytest.approx(499 / USUAL.rate)


def test_within_its_rate_nobody_waits() -> None:
    rates = Rates()
    for at in range(100):
        assert entered(rates, "quiet", at / 10) == pytest.approx(at / 10)


def test_one_client_at_its_limit_takes_nothing_from_another() -> None:
    rates, few = Rates(), Allowance(rate=10, burst=20, at_once=5)
    for _ in range(few.at_once):
        rates.enter("loud", few, 0)
    with pytest.raises(TooMany) as refused:
        rates.enter("loud", few, 0)
    assert refused.value.retry_after
    assert rates.enter("quiet", few, 0) == 0
    rates.leave("loud")
    rates.enter("loud", few, 0)


def test_a_flood_of_names_frees_nobody_who_is_beyond_its_rate() -> None:
    rates = Rates(most_clients=100)
    while entered(rates, "loud", 0) is not None:
        pass
    for number in range(1000):
        entered(rates, f"address {number}", number / 1000)
    assert entered(rates, "loud", 0.05) is None


async def test_a_refusal_is_held_while_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "HELD_SECONDS", 0.05)
    rates, began, refused = Rates(), monotonic(), []

    async def ask(client: str) -> None:
        async with rates.place(client, Allowance(1, 1, 1), lasting=False):
            pass

    async def loud() -> None:
        with pytest.raises(TooMany):
            await ask("loud")
        refused.append(monotonic() - began)

    await ask("loud")
    beyond = [asyncio.create_task(loud()) for _ in range(10)]
    await asyncio.sleep(0)
    await ask("quiet")
    assert not refused, "the quiet one waited for the refusals"
    await asyncio.gather(*beyond)
    assert min(refused) >= 0.05


@pytest.fixture
def lasting_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Turns that end with the answer alone, however slow this machine is."""
    monkeypatch.setattr(limits, "TURN_SECONDS", 60.0)


async def begun(places: Places, order: list[str], *clients: str) -> list["asyncio.Task[None]"]:
    """Requests that wait at the service's door; each goes as soon as it was in."""

    async def ask(client: str) -> None:
        async with places.place(client, turns=1):
            order.append(client)
            await asyncio.sleep(0)

    asked = [asyncio.create_task(ask(client)) for client in clients]
    await asyncio.sleep(0)
    return asked


@pytest.mark.usefixtures("lasting_turns")
async def test_places_are_given_out_in_turn_among_clients() -> None:
    places, order = Places(total=1), list[str]()
    async with places.place("first", turns=1):
        loud = await begun(places, order, *["loud"] * 5)
        quiet = await begun(places, order, "quiet")
    await asyncio.gather(*loud, *quiet)
    assert order.index("quiet") == 1
    assert places.taken == 0


@pytest.mark.usefixtures("lasting_turns")
async def test_of_a_loud_client_only_its_turns_are_at_a_service_and_a_quiet_one_goes_past_it() -> (
    None
):
    places, order = Places(total=100), list[str]()
    async with places.place("loud", turns=2), places.place("loud", turns=2):
        third = asyncio.create_task(_in(places, "loud", 2, order))
        await asyncio.sleep(0.01)
        async with places.place("quiet", turns=2):
            assert not order
    await third
    assert order == ["loud"]


async def test_a_turn_does_not_outlast_its_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "TURN_SECONDS", 0.01)
    places = Places(total=100)
    async with places.place("one", turns=1), places.place("one", turns=1):
        assert places.taken == 2
    async with places.place("one", turns=1):
        assert places.taken == 1


@pytest.mark.usefixtures("lasting_turns")
async def test_a_turn_given_back_twice_would_let_two_in_and_is_given_back_once() -> None:
    places, order = Places(total=100), list[str]()
    for _ in range(3):
        async with places.place("one", turns=1):
            pass
    async with places.place("one", turns=1):
        second = asyncio.create_task(_in(places, "one", 1, order))
        await asyncio.sleep(0.01)
        assert not order
    await second


async def _in(places: Places, client: str, turns: int, order: list[str]) -> None:
    async with places.place(client, turns):
        order.append(client)


@pytest.mark.usefixtures("lasting_turns")
async def test_who_waits_too_long_is_told_so_and_takes_no_place() -> None:
    places = Places(total=1, patience=0.01)
    async with places.place("first", 1):
        for client in ("first", "second"):
            with pytest.raises(Unavailable):
                await _in(places, client, 1, [])
    assert places.taken == 0
    for client in ("first", "second"):
        await _in(places, client, 1, [])


@pytest.mark.usefixtures("lasting_turns")
@pytest.mark.parametrize("client", ["first", "second"])
async def test_who_leaves_while_waiting_takes_no_place(client: str) -> None:
    places = Places(total=1)
    async with places.place("first", 1):
        waiting = asyncio.create_task(_in(places, client, 1, []))
        await asyncio.sleep(0)
        waiting.cancel()
        with suppress(asyncio.CancelledError):
            await waiting
    assert places.taken == 0
    await _in(places, client, 1, [])


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
