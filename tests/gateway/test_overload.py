"""Too much, too slow, half an answer: who asks too much is told so, and nobody else notices."""

import asyncio
import socket
import time

import httpx
import pytest

from gateway.circuit import FAILURES
from tests.gateway.conftest import World
from tests.patience import until

READ = "/v1/protection/reports/a"


def limited(world: World, client: str, rate: int) -> None:
    """Give a client a rate of its own, which holds with its next request."""
    with world.client("operator") as operator:
        operator.patch(f"/v1/clients/{client}", json={"rate": rate}).raise_for_status()


def test_above_its_rate_a_client_is_told_when_to_come_back_and_others_are_not(
    world: World,
) -> None:
    limited(world, "education", 2)
    loud = {"Authorization": f"Bearer {world.token('education')}"}
    quiet = {"Authorization": f"Bearer {world.token('civil_affairs')}"}

    async def beside() -> list[httpx.Response]:
        async with httpx.AsyncClient(base_url=world.url, timeout=60) as http:
            asked = [asyncio.create_task(http.get(READ, headers=loud)) for _ in range(30)]
            for _ in range(30):
                assert (await http.get(READ, headers=quiet)).status_code == 200
            return await asyncio.gather(*asked)

    answers = asyncio.run(beside())
    refused = [answer for answer in answers if answer.status_code == 429]
    assert {answer.status_code for answer in answers} == {200, 429}
    assert refused[0].headers["content-type"] == "application/problem+json"
    time.sleep(int(refused[-1].headers["retry-after"]))
    with world.client("education") as again:
        assert again.get(READ).status_code == 200


def test_whoever_waits_for_each_answer_is_slowed_to_its_rate_and_refused_nothing(
    world: World,
) -> None:
    limited(world, "health", 20)
    with world.client("health") as hasty:
        began = time.monotonic()
        assert {hasty.get(READ).status_code for _ in range(20)} == {200}
        assert time.monotonic() - began >= 19 / 20


def test_a_body_that_does_not_come_is_given_up_in_time(world: World) -> None:
    head = (
        f"GET /v1/protection/slow?seconds=0 HTTP/1.1\r\nHost: 127.0.0.1:{world.port}\r\n"
        f"Authorization: Bearer {world.token()}\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", world.port), timeout=20) as line:
        line.sendall(head.encode())
        assert line.recv(4096).startswith(b"HTTP/1.1 408 ")


def test_half_an_answer_is_never_taken_for_a_whole_one(world: World) -> None:
    with world.client() as police, pytest.raises(httpx.RemoteProtocolError):
        police.get("/v1/protection/broken")


def test_whoever_fills_its_places_leaves_room_for_others(world: World) -> None:
    loud = {"Authorization": f"Bearer {world.token()}"}
    quiet = {"Authorization": f"Bearer {world.token('civil_affairs')}"}

    async def beside() -> list[int]:
        limits = httpx.Limits(max_connections=None)
        async with httpx.AsyncClient(base_url=world.url, timeout=60, limits=limits) as http:
            slow = {"seconds": "1.5"}
            asked = [
                asyncio.create_task(http.get("/v1/protection/slow", params=slow, headers=loud))
                for _ in range(80)
            ]
            await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)  # its places are full
            answer = await http.get(READ, headers=quiet)
            assert answer.status_code == 200
            assert not all(task.done() for task in asked), "the quiet one waited for the loud one"
            return [task.status_code for task in await asyncio.gather(*asked)]

    statuses = asyncio.run(beside())
    assert set(statuses) <= {200, 429, 504}
    assert 429 in statuses


def test_a_service_that_is_away_is_not_waited_for_and_found_again(own_world: World) -> None:
    own_world.stop("service")
    with own_world.client() as police:
        answers = [police.get(READ) for _ in range(FAILURES + 5)]
        assert {answer.status_code for answer in answers} == {503}
        assert all(int(answer.headers["retry-after"]) >= 1 for answer in answers)
        own_world.start("service")
        until(lambda: police.get(READ).status_code == 200)
