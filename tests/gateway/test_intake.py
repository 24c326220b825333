"""A report is taken with its service away, arrives once and in order, and the receipt knows."""

import itertools
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import httpx

from tests.gateway.conftest import World, away
from tests.patience import until

REPORTS = "/v1/protection/reports"


def wait_until_delivered(client: httpx.Client, receipts: list[str]) -> list[dict[str, Any]]:
    def delivered() -> list[dict[str, Any]] | None:
        found = [client.get(f"/v1/receipts/{one}").json() for one in receipts]
        return found if all(receipt["state"] != "held" for receipt in found) else None

    return until(delivered) or []


def test_a_push_during_an_outage_is_taken_and_arrives_once_in_order(own_world: World) -> None:
    world = own_world
    with world.client("police") as police:
        assert police.post(REPORTS, json={"number": 0}).status_code == 201
        world.stop("service", signal.SIGKILL)
        answers = [
            police.post(REPORTS, json={"number": n}, headers={"Idempotency-Key": f"push-{n}"})
            for n in range(1, 21)
        ]
        again = police.post(REPORTS, json={"number": 5}, headers={"Idempotency-Key": "push-5"})
        other = police.post(REPORTS, json={"number": 6}, headers={"Idempotency-Key": "push-5"})
        assert {answer.status_code for answer in answers} == {202}
        assert again.json()["receipt_id"] == answers[4].json()["receipt_id"]
        assert other.status_code == 422
        held = police.get(answers[0].headers["location"]).json()
        assert (held["state"], held["answer"]) == ("held", None)
        world.start("service")
        receipts = [answer.json()["receipt_id"] for answer in answers]
        delivered = wait_until_delivered(police, receipts)
        assert {receipt["state"] for receipt in delivered} == {"delivered"}
        assert [receipt["answer"]["number"] for receipt in delivered] == list(range(1, 21))
        told = [datetime.fromisoformat(one["answer"]["received_at"]) for one in delivered]
        taken = [datetime.fromisoformat(one["received_at"]) for one in delivered]
        assert told == taken, "the service hears when it was taken, not when it came"
        assert police.post(REPORTS, json={"number": 21}).status_code == 201
    assert world.notes() == list(range(22))


def test_a_push_is_taken_while_the_database_of_its_service_is_away(own_world: World) -> None:
    world = own_world
    with world.client("police") as police:
        assert police.post(REPORTS, json={"number": 0}).status_code == 201
        with away(world.service_database):
            taken = [police.post(REPORTS, json={"number": n}) for n in range(1, 6)]
            assert {answer.status_code for answer in taken} == {202}
        wait_until_delivered(police, [answer.json()["receipt_id"] for answer in taken])
    assert world.notes() == list(range(6))


def test_a_push_goes_through_while_only_the_gateways_own_database_is_away(
    own_world: World,
) -> None:
    world = own_world
    with world.client("police") as police, away(world.gateway_database):
        asked = police.get("/v1/receipts")
        assert (asked.status_code, "retry-after" in asked.headers) == (503, True)
        answers = [police.post(REPORTS, json={"number": n}) for n in range(5)]
        assert {answer.status_code for answer in answers} == {201}
    assert world.notes() == list(range(5))


def push_on(police: httpx.Client, ending: threading.Event) -> tuple[list[int], set[int]]:
    """One after the other, each again until it is taken; what was taken, and every status."""
    pushed: list[int] = []
    statuses: set[int] = set()
    while not ending.is_set() or len(pushed) < 60:
        number = len(pushed)
        key = {"Idempotency-Key": f"order-{number}"}
        try:
            answer = police.post(REPORTS, json={"number": number}, headers=key)
        except httpx.HTTPError:
            time.sleep(0.05)
            continue
        statuses.add(answer.status_code)
        if answer.status_code in (201, 202):
            pushed.append(number)
        else:
            assert answer.status_code in (429, 503), answer.text
            assert int(answer.headers["retry-after"]) > 0
            time.sleep(0.05)
    return pushed, statuses


def come_and_go(world: World) -> None:
    """The service, its database, the gateway's and the gateway itself are away in turn."""
    while not world.notes():
        time.sleep(0.1)
    for _ in range(2):
        world.stop("service", signal.SIGKILL)
        time.sleep(0.3)
        with away(world.gateway_database):
            time.sleep(0.5)
        world.start("service")
        with away(world.service_database):
            time.sleep(0.5)
        world.stop("gateway", signal.SIGKILL)
        world.start("gateway")
        time.sleep(0.5)


def test_through_every_outage_nothing_is_lost_nothing_doubled_and_order_is_kept(
    own_world: World,
) -> None:
    """One system pushes without a pause while services, databases and the gateway come and go."""
    world, ending = own_world, threading.Event()
    with world.client("police") as police, ThreadPoolExecutor(1) as pool:
        pushing = pool.submit(push_on, police, ending)
        try:
            come_and_go(world)
        finally:
            ending.set()
        pushed, statuses = pushing.result()
        until(lambda: len(world.notes()) >= len(pushed))
    assert world.notes() == pushed
    assert {201, 202} <= statuses <= {201, 202, 429, 503}


def test_what_is_held_is_sealed(own_world: World) -> None:
    world = own_world
    world.stop("service")
    with world.client("police") as police:
        assert police.post(REPORTS, json={"number": 987654321}).status_code == 202
    rows = world.rows(world.gateway_database, "select * from receipt")
    assert b"987654321" not in rows[0]["sealed"]
    assert "987654321" not in str({k: v for k, v in rows[0].items() if k != "sealed"})


def test_a_gateway_that_dies_forwards_after_its_return(own_world: World) -> None:
    world = own_world
    world.stop("service")
    with world.client("police") as police:
        taken = [police.post(REPORTS, json={"number": n}) for n in range(5)]
        receipts = [answer.json()["receipt_id"] for answer in taken]
        world.stop("gateway", signal.SIGKILL)
        world.start("gateway")
        world.start("service")
        wait_until_delivered(police, receipts)
    assert world.notes() == [0, 1, 2, 3, 4]


def test_a_push_the_service_refuses_says_so_in_its_receipt(own_world: World) -> None:
    world = own_world
    world.stop("service")
    with world.client("police") as police:
        good = police.post(REPORTS, json={"number": 1})
        wrong = police.post(REPORTS, json={"number": "x"})
        no_json = police.post(REPORTS, content=b"no", headers={"Content-Type": "application/json"})
        assert no_json.status_code == 400
        world.start("service")
        receipts = [good.json()["receipt_id"], wrong.json()["receipt_id"]]
        delivered = wait_until_delivered(police, receipts)
    assert [receipt["state"] for receipt in delivered] == ["delivered", "refused"]
    assert delivered[1]["status"] == 400
    assert delivered[1]["answer"]["type"] == "/problems/invalid"


def test_nobody_reads_the_receipt_of_another(own_world: World) -> None:
    world = own_world
    world.stop("service")
    with world.client("police") as police, world.client("education") as school:
        taken = police.post(REPORTS, json={"number": 1})
        assert school.get(taken.headers["location"]).status_code == 404
        assert school.get("/v1/receipts").json()["items"] == []
        assert len(police.get("/v1/receipts").json()["items"]) == 1


def test_with_both_databases_away_nothing_is_promised(own_world: World) -> None:
    world = own_world
    with world.client("police") as police:
        world.stop("service")
        with away(world.gateway_database):
            answer = police.post(REPORTS, json={"number": 1})
            assert answer.status_code == 503
            assert int(answer.headers["retry-after"]) > 0
        taken = police.post(REPORTS, json={"number": 2})
        assert taken.status_code == 202
        world.start("service")
        wait_until_delivered(police, [taken.json()["receipt_id"]])
    assert world.notes() == [2]


def test_under_load_with_the_service_coming_and_going_nothing_is_lost(own_world: World) -> None:
    world = own_world
    with world.client("police") as police:
        numbers, ending = itertools.count(), threading.Event()
        taken: list[tuple[int, int]] = []

        def push(number: int) -> None:
            """Again under one key, until it is taken."""
            key = {"Idempotency-Key": f"load-{number}"}
            while True:
                answer = police.post(REPORTS, json={"number": number}, headers=key)
                if answer.status_code in (201, 202):
                    return taken.append((number, answer.status_code))
                time.sleep(float(answer.headers.get("retry-after", 1)) / 4)

        def push_on() -> None:
            while not ending.is_set():
                push(next(numbers))

        with ThreadPoolExecutor(8) as pool:
            pushing = [pool.submit(push_on) for _ in range(8)]
            for _ in range(3):
                before = len(taken)
                until(lambda before=before: len(taken) > before + 20)  # type: ignore[misc]
                world.stop("service", signal.SIGKILL)
                time.sleep(0.4)
                world.start("service")
            ending.set()
            for one in pushing:
                one.result()
        assert {status for _, status in taken} == {201, 202}
        until(lambda: len(set(world.notes())) >= len(taken))
    assert sorted(world.notes()) == sorted(number for number, _ in taken)
