"""The event stream: who hears what, nothing missed after a pause, filters that are not guessed."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import httpx
import pytest

from gateway import stream
from gateway.audience import read_audience
from gateway.hub import Hub
from gateway.identity.clients import Client, Clients
from gateway.identity.ring import Ring
from gateway.identity.tokens import Grant, Tokens
from gateway.stream import EventStream, Wish
from tests.factories import use_environment
from tests.gateway.conftest import World

OWN, OTHER = "331081001", "331081002"


@contextmanager
def listening(world: World, client: str, **how: Any) -> Iterator[Iterator[dict[str, str]]]:
    """The events a client hears, as dicts of the fields of each."""
    headers = {"Authorization": f"Bearer {world.token(client)}"} | how.pop("headers", {})
    with httpx.stream(
        "GET", f"{world.url}/v1/events", headers=headers, **({"timeout": 20} | how)
    ) as answer:
        assert answer.status_code == 200, answer.read()

        def events() -> Iterator[dict[str, str]]:
            fields: dict[str, str] = {}
            for line in answer.iter_lines():
                if line and not line.startswith(":"):
                    name, _, value = line.partition(": ")
                    fields[name] = value
                elif fields:
                    if "data" in fields:
                        yield fields
                    fields = {}

        yield events()


def open_cases(world: World, towns: list[str | None]) -> list[str]:
    """Cases opened by police; the ids of their events."""
    made = []
    with world.client("police") as police:
        for town in towns:
            params = {"town": town} if town else {}
            answer = police.post("/v1/protection/cases", params=params)
            assert answer.status_code == 201, answer.text
            made.append(answer.json()["event_id"])
    return made


def test_what_happens_is_heard_as_a_cloud_event(world: World) -> None:
    with listening(world, "child_protection_office") as events:
        (event_id,) = open_cases(world, [OWN])
        heard = next(events)
    event = json.loads(heard["data"])
    assert event["id"] == event_id
    assert heard["event"] == event["type"] == "protection.case.opened.v1"
    assert (event["specversion"], event["data"]["town"]) == ("1.0", OWN)
    assert int(heard["id"]) > 0


def test_a_town_hears_of_its_own_only(world: World) -> None:
    with listening(world, f"town-{OWN}") as events:
        ids = open_cases(world, [OTHER, None, OWN])
        assert json.loads(next(events)["data"])["id"] == ids[2]


def test_a_department_that_is_not_listed_hears_nothing_of_it(world: World) -> None:
    with listening(world, "charity", params={"after": "0"}, timeout=2) as events:
        open_cases(world, [OWN])
        with pytest.raises(httpx.ReadTimeout):
            raise AssertionError(next(events))


def test_who_comes_back_misses_nothing(world: World) -> None:
    with listening(world, "child_protection_office") as events:
        first = open_cases(world, [OWN])
        place = next(events)
        assert json.loads(place["data"])["id"] == first[0]
    missed = open_cases(world, [OWN] * 25)
    with listening(
        world, "child_protection_office", headers={"Last-Event-ID": place["id"]}
    ) as events:
        heard = [next(events) for _ in missed]
    assert [json.loads(event["data"])["id"] for event in heard] == missed
    places = [int(event["id"]) for event in heard]
    assert places == sorted(set(places))


@pytest.mark.parametrize(
    ("params", "where"),
    [
        ({"kind": "x"}, "query.kind"),
        ({"type": "nothing.v1"}, "query.type"),
        ({"type": "nothing.*"}, "query.type"),
        ({"after": "x"}, "header.Last-Event-ID"),
        ({"town": "000000000"}, None),
    ],
)
def test_a_filter_nobody_knows_is_an_error(
    world: World, params: dict[str, str], where: str | None
) -> None:
    with world.client("police") as police:
        answer = police.get("/v1/events", params=params)
    body = answer.json()
    assert answer.status_code == 400
    assert where in (None, body.get("where"), *[e["where"] for e in body.get("errors", [])])


def test_filters_choose_among_what_may_be_heard(world: World) -> None:
    params = {"type": "protection.case.*", "town": OTHER, "after": "0"}
    with listening(world, "child_protection_office", params=params) as events:
        ids = open_cases(world, [OWN, OTHER])
        while json.loads((heard := next(events))["data"])["id"] != ids[1]:
            assert json.loads(heard["data"])["data"]["town"] == OTHER


def test_a_revoked_token_ends_its_stream(world: World) -> None:
    token = world.token("child_protection_office")
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.stream("GET", f"{world.url}/v1/events", headers=headers, timeout=20) as answer:
        lines = answer.iter_lines()
        assert next(lines).startswith("retry")
        form = {"client_id": "child_protection_office", "token": token}
        form["client_secret"] = world.secret("child_protection_office")
        httpx.post(f"{world.url}/oauth/revoke", data=form)
        open_cases(world, [OWN])
        assert not [line for line in lines if line.startswith("data")]


def test_two_thousand_listeners_hear_an_event(world: World) -> None:
    token = world.token("child_protection_office")

    async def one(session: aiohttp.ClientSession, ready: asyncio.Semaphore) -> str:
        async with session.get(f"{world.url}/v1/events") as answer:
            if answer.status == 429:
                await asyncio.sleep(int(answer.headers["Retry-After"]))
                return await one(session, ready)
            assert (await answer.content.readline()).startswith(b"retry")
            ready.release()
            while not (line := await answer.content.readline()).startswith(b"data"):
                pass
            return str(json.loads(line[6:])["id"])

    async def all_of_them() -> tuple[list[str], str]:
        ready = asyncio.Semaphore(0)
        headers = {"Authorization": f"Bearer {token}"}
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(headers=headers, connector=connector) as session:
            tasks = [asyncio.create_task(one(session, ready)) for _ in range(2000)]
            for _ in tasks:
                await ready.acquire()
            (event_id,) = await asyncio.to_thread(open_cases, world, [OWN])
            return await asyncio.gather(*tasks), event_id

    heard, event_id = asyncio.run(asyncio.wait_for(all_of_them(), 60))
    assert set(heard) == {event_id}
    assert len(heard) == 2000


async def test_a_silent_line_is_kept_open_by_heartbeats(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_environment(tmp_path, CLOCK="real")
    monkeypatch.setattr(stream, "HEARTBEAT_SECONDS", 0.05)
    client = Client("office", "child_protection_office")
    tokens = Tokens(Ring(), Clients([client]), "http://127.0.0.1")
    grant = Grant(client, None, client.department, None, client.scopes)
    token, _ = tokens.issue(grant, 60)
    hub = Hub(read_audience({"events": []}, [], []))
    listener = EventStream(hub, tokens, token, tokens.check(token), Wish(), None)
    sent: list[bytes] = []
    asked_again = asyncio.Event()

    async def send(message: Any) -> None:
        sent.append(message.get("body", b""))
        if len([line for line in sent if line.startswith(b":")]) == 3:
            asked_again.set()

    async def receive() -> Any:
        await asked_again.wait()
        return {"type": "http.disconnect"}

    await asyncio.wait_for(listener(receive, send), 10)
    assert [line for line in sent if line][1:4] == [b": \r\n\r\n"] * 3


def test_events_of_one_subject_are_counted_so_that_a_gap_shows(world: World) -> None:
    with listening(world, "child_protection_office") as events:
        case = str(uuid4())
        with world.client("police") as police:
            for _ in range(4):
                police.post("/v1/protection/cases", params={"town": OWN, "case_id": case})
        heard = [json.loads(next(events)["data"]) for _ in range(4)]
    assert {event["subject"] for event in heard} == {case}
    assert [event["sequence"] for event in heard] == [str(n).zfill(12) for n in (1, 2, 3, 4)]
