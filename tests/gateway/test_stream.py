"""The event stream: who hears what, nothing missed after a pause, filters that are not guessed."""

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import httpx
import nats
import pytest

from deploy.partner.client import Partner
from gateway import stream
from gateway.audience import Told, read_audience
from gateway.hub import Hub
from gateway.identity.clients import Client, Clients
from gateway.identity.ring import Ring
from gateway.identity.tokens import Grant, Tokens
from gateway.stream import EventStream, Place, Wish
from shared.bus import STREAM
from tests import patience
from tests.factories import use_environment
from tests.gateway.conftest import World
from tests.patience import PATIENCE

OWN, OTHER = "331081001", "331081002"


@contextmanager
def listening(world: World, client: str, **how: Any) -> Iterator[Iterator[dict[str, str]]]:
    """The events a client hears, as dicts of the fields of each."""
    headers = {"Authorization": f"Bearer {world.token(client)}"} | how.pop("headers", {})
    with httpx.stream(
        "GET", f"{world.url}/v1/events", headers=headers, **({"timeout": PATIENCE} | how)
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


def first_of(
    events: Iterator[dict[str, str]], wanted: Callable[[dict[str, Any]], bool]
) -> dict[str, Any]:
    """The first event that is wanted; what another test brought about may still be on its way."""
    said = (json.loads(event["data"]) for event in events)
    return next(event for event in said if wanted(event))


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
        heard = next(one for one in events if event_id in one["data"])
    event = json.loads(heard["data"])
    assert event["id"] == event_id
    assert heard["event"] == event["type"] == "protection.case.opened.v1"
    assert (event["specversion"], event["data"]["town"]) == ("1.0", OWN)
    assert Place.read(heard["id"]).sequence > 0


def test_a_town_hears_of_its_own_only(world: World) -> None:
    with listening(world, f"town-{OWN}") as events:
        ids = open_cases(world, [OTHER, None, OWN])
        assert first_of(events, lambda event: event["id"] in ids)["id"] == ids[2]


def test_a_department_that_is_not_listed_hears_nothing_of_it(world: World) -> None:
    token = world.token("charity")
    headers = {"Authorization": f"Bearer {token}"}
    with (
        listening(world, "charity", params={"after": "0"}, headers=headers) as theirs,
        listening(world, "child_protection_office") as events,
    ):
        (event_id,) = open_cases(world, [OWN])
        first_of(events, lambda event: event["id"] == event_id)
        revoked(world, "charity", token)
        open_cases(world, [OWN])
        assert list(theirs) == []


def test_who_comes_back_misses_nothing(world: World) -> None:
    with listening(world, "child_protection_office") as events:
        (first,) = open_cases(world, [OWN])
        place = next(one for one in events if first in one["data"])
    missed = open_cases(world, [OWN] * 25)
    with listening(
        world, "child_protection_office", headers={"Last-Event-ID": place["id"]}
    ) as events:
        heard = [next(events) for _ in missed]
    assert [json.loads(event["data"])["id"] for event in heard] == missed
    places = [Place.read(event["id"]).sequence for event in heard]
    assert places == sorted(set(places))


@pytest.mark.parametrize(
    ("params", "where"),
    [
        ({"kind": "x"}, "query.kind"),
        ({"type": "nothing.v1"}, "query.type"),
        ({"type": "nothing.*"}, "query.type"),
        ({"after": "x"}, "header.Last-Event-ID"),
        ({"after": "1-x"}, "header.Last-Event-ID"),
        ({"subject": "x"}, "query.subject"),
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
    with listening(world, "child_protection_office", headers=headers) as events:
        revoked(world, "child_protection_office", token)
        (event_id,) = open_cases(world, [OWN])
        assert not [one for one in events if event_id in one["data"]]


def revoked(world: World, client: str, token: str) -> None:
    """A token its own client ended."""
    form = {"client_id": client, "client_secret": world.secret(client), "token": token}
    patience.post(f"{world.url}/oauth/revoke", data=form).raise_for_status()


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

    heard, event_id = asyncio.run(asyncio.wait_for(all_of_them(), 2 * PATIENCE))
    assert set(heard) == {event_id}
    assert len(heard) == 2000


class Listening:
    """A listener of a hub that no NATS feeds: the test says what the hub has read."""

    def __init__(self, tmp_path: Path, after: Place | None) -> None:
        use_environment(tmp_path, CLOCK="real")
        client = Client("office", "child_protection_office")
        tokens = Tokens(Ring(), Clients([client]), "http://127.0.0.1")
        grant = Grant(client, None, client.department, None, client.scopes)
        token, _ = tokens.issue(grant, 60)
        self.hub = Hub(read_audience({"events": []}, [], []))
        self._stream = EventStream(self.hub, tokens, token, tokens.check(token), Wish(), after)
        self.sent: list[bytes] = []
        self._enough, self.reading = asyncio.Event(), asyncio.Event()
        self._wanted, self.broken = 0, False
        self.reading.set()

    async def _send(self, message: Any) -> None:
        if self.broken:
            raise ConnectionResetError
        if not self.reading.is_set():
            await self.reading.wait()
        body = message.get("body", b"")
        self.sent += [body] if body else []
        if len(self.sent) >= self._wanted:
            self._enough.set()

    async def _receive(self) -> Any:
        await self._enough.wait()
        return {"type": "http.disconnect"}

    async def until(self, count: int) -> list[bytes]:
        """What was sent, once it was so many pieces."""
        self._wanted = count
        await asyncio.wait_for(self._stream(self._receive, self._send), PATIENCE)
        return self.sent[:count]

    def reads(self, *sequences: int, stream: int) -> None:
        """The hub reads events, and has caught up."""
        kind = "protection.case.opened.v1"
        audience = frozenset({"child_protection_office"})
        self.hub._reading = stream
        self.hub._take(
            [Told(n, stream, f"e{n}", kind, "s", None, audience, f"{stream}") for n in sequences]
        )
        if not self.hub.stream:
            self.hub._caught_up()


async def test_a_silent_line_is_kept_open_by_heartbeats(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT_SECONDS", 0.05)
    sent = await Listening(tmp_path, None).until(4)
    assert sent[1:] == [b": \r\n\r\n"] * 3


async def test_a_gateway_that_is_still_reading_the_stream_calls_no_place_unknown(
    tmp_path: Path,
) -> None:
    listener = Listening(tmp_path, Place(7, 1))
    heard = asyncio.create_task(listener.until(2))
    await asyncio.sleep(0.1)
    assert len(listener.sent) == 1, "it was told something before anything was known"
    listener.reads(*range(1, 10), stream=1)
    told = (await heard)[1]
    assert [line for line in told.split(b"\r\n") if line[:2] == b"id"] == [b"id: 8-1", b"id: 9-1"]


async def test_who_reads_slowly_keeps_nobody_waiting_and_hears_everything_once(
    tmp_path: Path,
) -> None:
    listener = Listening(tmp_path, None)
    listener.reads(1, stream=1)
    heard = asyncio.create_task(listener.until(3))
    while not listener.hub.followers:  # noqa: ASYNC110 - it tells nobody
        await asyncio.sleep(0.01)
    listener.reading.clear()
    listener.reads(2, stream=1)
    listener.reading.set()
    listener.reads(3, stream=1)  # before its own task had its turn
    listener.reading.clear()
    await asyncio.sleep(0.05)
    listener.reads(4, stream=1)
    listener.reading.set()
    told = b"".join((await heard)[1:])
    ids = [line for line in told.split(b"\r\n") if line[:2] == b"id"]
    assert ids == [b"id: 2-1", b"id: 3-1", b"id: 4-1"]


async def test_a_line_that_breaks_costs_the_other_listeners_nothing(tmp_path: Path) -> None:
    breaking, whole = Listening(tmp_path, None), Listening(tmp_path, None)
    breaking._stream.hub = whole.hub
    whole.reads(1, stream=1)
    lost = asyncio.create_task(breaking.until(3))
    heard = asyncio.create_task(whole.until(3))
    while len(whole.hub.followers) < 2:  # noqa: ASYNC110 - it tells nobody
        await asyncio.sleep(0.01)
    breaking.broken = True
    whole.reads(2, stream=1)
    whole.reads(3, stream=1)
    assert [b"id: 2-1" in (await heard)[1], b"id: 3-1" in heard.result()[2]] == [True, True]
    with pytest.raises(ConnectionResetError):
        await lost


async def test_who_comes_from_a_gateway_that_has_read_further_hears_nothing_again(
    tmp_path: Path,
) -> None:
    listener = Listening(tmp_path, Place(12, 1))
    listener.reads(*range(1, 11), stream=1)
    heard = asyncio.create_task(listener.until(2))
    await asyncio.sleep(0.1)
    listener.reads(11, 12, 13, stream=1)
    told = (await heard)[1]
    assert [line for line in told.split(b"\r\n") if line[:2] == b"id"] == [b"id: 13-1"]


async def test_a_place_in_a_stream_that_is_gone_is_said_to_be_gone_though_the_new_one_is_longer(
    tmp_path: Path,
) -> None:
    listener = Listening(tmp_path, Place(3, 1))
    listener.reads(*range(1, 10), stream=2)
    _, reset, told = await listener.until(3)
    assert b"event: reset" in reset
    assert told.count(b"id: ") == 9


async def test_who_listens_while_the_stream_is_made_anew_hears_the_new_one_and_never_the_old(
    tmp_path: Path,
) -> None:
    listener = Listening(tmp_path, Place(0))
    listener.reads(1, 2, 3, stream=1)
    heard = asyncio.create_task(listener.until(4))
    while len(listener.sent) < 2:  # noqa: ASYNC110 - it tells nobody
        await asyncio.sleep(0.01)
    listener.hub._forget()
    listener.reads(1, 2, stream=2)
    _, _, reset, told = await heard
    assert b"event: reset" in reset
    assert [line for line in told.split(b"\r\n") if line[:4] == b"data"] == [b"data: 2"] * 2


def test_who_listens_misses_nothing_though_gateway_and_stream_are_made_anew(
    own_world: World,
) -> None:
    office = "child_protection_office"
    ids = open_cases(own_world, [OWN] * 3)
    with listening(own_world, office, params={"after": "0"}) as events:
        first = next(events)
    own_world.stop("gateway")
    own_world.start("gateway")
    with listening(own_world, office, headers={"Last-Event-ID": first["id"]}) as events:
        assert [json.loads(next(events)["data"])["id"] for _ in ids[1:]] == ids[1:]
        asyncio.run(lose_the_stream(own_world.nats_url))
        ids += open_cases(own_world, [OWN])
        assert next(events)["event"] == "reset"
        again = [next(events) for _ in ids]
    assert {json.loads(event["data"])["id"] for event in again} == set(ids)
    assert Place.read(again[-1]["id"]).stream != Place.read(first["id"]).stream
    partner = Partner(own_world.url, office, secret=own_world.secret(office))
    told = partner.events(after=first["id"])
    assert {next(told)["id"] for _ in ids} == set(ids)


async def lose_the_stream(url: str) -> None:
    """As if NATS had lost its disk."""
    client = await nats.connect(url)
    await client.jetstream().delete_stream(STREAM)
    await client.close()


async def newest_of_the_stream(url: str) -> int:
    """The number of the newest event there is."""
    client = await nats.connect(url)
    info = await client.jetstream().stream_info(STREAM)
    await client.close()
    return info.state.last_seq


def test_events_of_one_subject_are_counted_so_that_a_gap_shows(world: World) -> None:
    with listening(world, "child_protection_office") as events:
        case = str(uuid4())
        with world.client("police") as police:
            for _ in range(4):
                police.post("/v1/protection/cases", params={"town": OWN, "case_id": case})
        heard = [first_of(events, lambda event: event["subject"] == case) for _ in range(4)]
    assert [event["sequence"] for event in heard] == [str(n).zfill(12) for n in (1, 2, 3, 4)]
