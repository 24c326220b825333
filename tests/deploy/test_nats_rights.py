"""The rights of NATS, on real servers: each speaks for itself, dashboards hear their own."""

import asyncio
import contextlib
import json
import os
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import uuid4

import nats
import pytest
from nats.aio.client import Client

from deploy.host import free_port
from deploy.keys import DASHBOARDS, SERVICES, make
from deploy.local.settings import ROOT
from deploy.servers import Nats, serving
from gateway.audience import read_audience
from gateway.hub import Hub
from gateway.routes import RouteError
from shared.bus import SOURCES, STREAM, Received, emit, handlers_of, hears
from shared.database import engine_for, sessions_of, transaction
from shared.documents import read
from shared.events.protection import ChildShielded
from shared.jurisdiction import jurisdiction
from shared.relay import Bus, stream_config
from tests.conftest import NewDatabase
from tests.factories import use_environment
from tests.patience import PATIENCE, eventually

CONFIG = ROOT / "deploy" / "nats" / "nats.conf"
HEARD: list[Any] = []


@hears(ChildShielded)
async def on_child_shielded(_session: Any, event: ChildShielded, received: Received) -> None:
    HEARD.append(event.child_ref)


@dataclass
class Platform(Nats):
    """NATS with the configuration of many machines, on ports and a disk of this test."""

    def _config(self) -> str:
        text = CONFIG.read_text().replace("port: 4222", f"host: 127.0.0.1\nport: {self.port}")
        text = text.replace("http: 8222", f"http: 127.0.0.1:{self.monitor_port}")
        return text.replace("store_dir: /data", f'store_dir: "{self.folder / "jetstream"}"')


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, dict[str, str]]]:
    folder = tmp_path_factory.mktemp("rights")
    make(folder / "secrets", "127.0.0.1:1", "127.0.0.1:2")
    lines = (folder / "secrets" / "nats.env").read_text().splitlines()
    passwords = dict(line.split("=", 1) for line in lines)
    before = dict(os.environ)
    os.environ |= passwords | {"SERVER_NAME": "nats-0"}
    server = Platform(folder / "nats", free_port(), free_port())
    with serving(server, folder / "nats.log"):
        yield server.port, passwords
    os.environ.clear()
    os.environ |= before


def url_of(platform: tuple[int, dict[str, str]], user: str) -> str:
    port, passwords = platform
    return f"nats://{user}:{passwords[f'{user.upper()}_PASSWORD']}@127.0.0.1:{port}"


@contextlib.asynccontextmanager
async def connected(
    platform: tuple[int, dict[str, str]], user: str
) -> AsyncIterator[tuple[Client, list[str]]]:
    """A client of a user on many machines, and what the server refused it."""
    async with session_of(url_of(platform, user), user) as found:
        yield found


@contextlib.asynccontextmanager
async def session_of(url: str, user: str) -> AsyncIterator[tuple[Client, list[str]]]:
    """A client at an address, with the user's own inbox."""
    refused: list[str] = []

    async def note(error: Exception) -> None:
        refused.append(str(error).lower())

    client = await nats.connect(
        url,
        error_cb=note,
        inbox_prefix=f"_INBOX_{user}",
        allow_reconnect=False,
    )
    yield client, refused
    await client.close()


async def may_publish(platform: tuple[int, dict[str, str]], user: str, subject: str) -> bool:
    async with connected(platform, user) as (client, refused):
        await client.publish(subject, b"{}")
        await client.flush()
        await asyncio.sleep(0.05)
        return not any("permissions violation" in line for line in refused)


async def may_hear(platform: tuple[int, dict[str, str]], user: str, subject: str) -> bool:
    async with connected(platform, user) as (client, refused):
        await client.subscribe(subject)
        await client.flush()
        await asyncio.sleep(0.05)
        return not any("permissions violation" in line for line in refused)


@pytest.fixture
async def stream(platform: tuple[int, dict[str, str]], tmp_path: Path) -> None:
    use_environment(tmp_path, CLOCK="real")
    async with connected(platform, "protection") as (client, _):
        await client.jetstream().add_stream(stream_config())


@pytest.mark.parametrize("user", [*SERVICES, "gateway", "operator", "dashboard_procuratorate"])
async def test_each_publishes_only_events_of_its_own_name(
    platform: tuple[int, dict[str, str]], stream: None, user: str
) -> None:
    for owner in SOURCES:
        own = await may_publish(platform, user, f"{owner}.thing.happened.v1")
        assert own is (owner == user), (user, owner)


@pytest.mark.parametrize("user", [*SERVICES, "dashboard_procuratorate"])
async def test_nobody_hears_subjects_or_inboxes_of_others(
    platform: tuple[int, dict[str, str]], user: str
) -> None:
    for subject in (">", "protection.>", "_INBOX.>", "_INBOX_operator.>", "$JS.ACK.>"):
        assert not await may_hear(platform, user, subject)
    assert await may_hear(platform, user, f"_INBOX_{user}.x")


@pytest.mark.parametrize("user", [*SERVICES, "dashboard_procuratorate"])
@pytest.mark.parametrize("act", ["DELETE", "PURGE", "UPDATE"])
async def test_nobody_deletes_or_changes_the_stream(
    platform: tuple[int, dict[str, str]], user: str, act: str
) -> None:
    assert not await may_publish(platform, user, f"$JS.API.STREAM.{act}.{STREAM}")


@pytest.mark.parametrize("user", ["payments", "gateway", "dashboard_joint_meeting"])
async def test_nobody_reads_or_changes_anothers_consumer(
    platform: tuple[int, dict[str, str]], user: str
) -> None:
    for act in ("MSG.NEXT", "CREATE", "DELETE", "INFO"):
        subject = f"$JS.API.CONSUMER.{act}.{STREAM}.referrals"
        assert not await may_publish(platform, user, subject), subject


async def test_without_a_password_nobody_enters(platform: tuple[int, dict[str, str]]) -> None:
    with pytest.raises(nats.errors.Error):
        await nats.connect(f"nats://127.0.0.1:{platform[0]}", allow_reconnect=False)


SAID = {"clause": "X", "zh": "x"}
AUDIENCE = read_audience(
    {
        "dashboards": ["procuratorate"],
        "events": [
            {"type": "protection.case.closed.v1", "departments": ["procuratorate"]} | SAID,
            {"type": "protection.warning.raised.v1", "departments": ["civil_affairs"]} | SAID,
            {
                "type": "referrals.referral.sent.v1",
                "departments": ["civil_affairs"],
                "named_in": "departments",
            }
            | SAID,
        ],
        "sets": {},
    },
    ["procuratorate", "civil_affairs"],
    ["protection.case.closed.v1", "protection.warning.raised.v1", "referrals.referral.sent.v1"],
)


@pytest.fixture(params=["one machine", "many machines"])
def somewhere(
    request: pytest.FixtureRequest,
    platform: tuple[int, dict[str, str]],
    tmp_path: Path,
) -> Iterator[dict[str, str]]:
    """Addresses of NATS by user, on one machine and on many."""
    if request.param == "many machines":
        users = ("gateway", "protection", "dashboard_procuratorate")
        yield {user: url_of(platform, user) for user in users}
        return
    server = Nats(tmp_path / "nats", free_port(), free_port(), dashboards=("procuratorate",))
    with serving(server, tmp_path / "nats.log"):
        mine = {"gateway": server.url(), "protection": server.url()}
        yield mine | {"dashboard_procuratorate": server.dashboard_urls()["procuratorate"]}


async def test_a_dashboard_reads_what_its_office_may_hear_and_nothing_else(
    somewhere: dict[str, str], tmp_path: Path
) -> None:
    use_environment(tmp_path, CLOCK="real", NATS_URL=somewhere["gateway"])
    hub = Hub(AUDIENCE)
    await hub.start()
    async with session_of(somewhere["protection"], "protection") as (client, _):
        jetstream = client.jetstream()
        await jetstream.add_stream(stream_config())

        async def read() -> bool:
            return bool(hub.stream)

        await eventually(read)
        for kind in ("warning.raised", "case.closed"):
            await jetstream.publish(f"protection.{kind}.v1", ENVELOPE, stream=STREAM)
    name = "dashboard_procuratorate"
    async with session_of(somewhere[name], name) as (client, refused):
        jetstream = client.jetstream()
        subscription = await jetstream.pull_subscribe_bind(consumer=name, stream=STREAM)
        (message,) = await subscription.fetch(1, timeout=PATIENCE)
        await message.ack()
        assert message.subject == "protection.case.closed.v1"
        with pytest.raises(nats.errors.TimeoutError):
            await subscription.fetch(1, timeout=0.5)
        assert refused == []
        for subject in ("protection.>", ">", "_INBOX.>"):
            await client.subscribe(subject)
        await client.publish("protection.case.closed.v1", b"{}")
        await client.publish(f"$JS.API.CONSUMER.CREATE.{STREAM}.another", b"{}")
        await client.publish(f"$JS.API.STREAM.DELETE.{STREAM}", b"")
        await client.publish(f"$JS.API.STREAM.MSG.GET.{STREAM}", b'{"seq": 1}')
        await client.flush()
        await asyncio.sleep(0.1)
        assert len([line for line in refused if "permissions violation" in line]) == 7
    await hub.stop()


ENVELOPE = json.dumps(
    {"id": str(uuid4()), "type": "protection.case.closed.v1", "subject": str(uuid4()), "data": {}}
).encode()


def test_the_dashboards_of_the_county_have_users_on_many_machines() -> None:
    routes = read(jurisdiction().folder / "routes.yaml")
    assert tuple(routes["dashboards"]) == DASHBOARDS
    users = re.findall(r"user: dashboard_(\w+)", CONFIG.read_text())
    assert sorted(users) == sorted(DASHBOARDS)


def test_a_town_has_no_dashboard_since_a_consumer_knows_no_towns() -> None:
    with pytest.raises(RouteError):
        read_audience({"dashboards": ["town"], "events": []}, ["town"], [])


async def test_the_kernel_needs_no_more_than_these_rights(
    platform: tuple[int, dict[str, str]], database_url: NewDatabase, tmp_path: Path
) -> None:
    consumers = ModuleType("consumers")
    vars(consumers)["on_child_shielded"] = on_child_shielded
    buses = []
    engines = [engine_for(database_url("kernel")) for _ in range(2)]
    for user, engine in zip(("protection", "referrals"), engines, strict=True):
        use_environment(tmp_path, NATS_URL=url_of(platform, user), CLOCK="real")
        handlers = handlers_of(consumers) if user == "referrals" else {}
        bus = Bus(user, sessions_of(engine), handlers)
        await bus.connected()
        await bus.start()
        buses.append(bus)
    child = uuid4()
    async with transaction(sessions_of(engines[0])) as session:
        # No dashboard of these tests may hear of it: they share one stream.
        await emit(session, ChildShielded(child_ref=child, shielded=True))
    buses[0].wake()

    async def heard() -> bool:
        return child in HEARD

    await eventually(heard)
    for bus in buses:
        await bus.stop()
    for engine in engines:
        await engine.dispose()
