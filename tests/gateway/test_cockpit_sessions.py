"""A session of the cockpit outlives its process, and any process of the cockpit knows it."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
import pytest

from gateway.cockpit.signing_in import SigningIn, SignInRefused
from gateway.cockpit.visitors import Visitors
from tests.conftest import Servers
from tests.factories import use_environment
from tests.gateway.conftest import World, make_world
from tests.gateway.test_sign_in import password, sign_in
from tests.patience import PATIENCE

COCKPIT = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def world(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with ExitStack() as stack:
        folder = tmp_path_factory.mktemp("world")
        back = json.dumps([f"{COCKPIT}/sign-in/return"])
        yield make_world(servers, folder, stack, GATEWAY_COCKPIT_URLS=back)


@pytest.fixture
async def http(world: World, tmp_path: object) -> httpx.AsyncClient:
    use_environment(world.folder, COCKPIT_URL=COCKPIT, GATEWAY_URL=world.url)
    return httpx.AsyncClient(base_url=world.url, timeout=PATIENCE)


async def signed_in(world: World, http: httpx.AsyncClient, officer: str) -> str:
    """The cookie of an officer who left from one process and came back to another."""
    address, carried = await SigningIn(http).begin()
    params = dict(parse_qsl(urlsplit(address).query))
    answer = await asyncio.to_thread(sign_in, world, officer, password(world, officer), params)
    came = {
        name: found[0]
        for name, found in parse_qs(urlsplit(answer.headers["location"]).query).items()
    }
    other = SigningIn(http)
    granted, name = await other.finish(carried, came)
    assert name == officer
    return await Visitors(other).welcome(granted, name)


async def test_every_process_knows_a_session_and_all_renew_it_at_once(
    world: World, http: httpx.AsyncClient
) -> None:
    cookie = await signed_in(world, http, "civil_affairs-1")
    replicas = [Visitors(SigningIn(http)) for _ in range(4)]
    found = await asyncio.gather(*(one.find(cookie) for one in replicas))
    for visitor in found:
        assert visitor is not None
        assert (visitor.officer, visitor.department) == ("civil_affairs-1", "civil_affairs")
        assert (await visitor.get("/v1/me")).data["officer"] == "civil_affairs-1"


async def test_who_signs_out_at_one_process_is_out_at_all(
    world: World, http: httpx.AsyncClient
) -> None:
    cookie = await signed_in(world, http, "finance-1")
    first, second = Visitors(SigningIn(http)), Visitors(SigningIn(http))
    other = await second.find(cookie)
    assert other is not None
    await first.forget(cookie)
    assert (await other.get("/v1/me")).status == 401
    assert await second.find(cookie) is None
    assert await Visitors(SigningIn(http)).find(cookie) is None


async def test_a_cookie_tells_nothing_and_a_forged_one_opens_nothing(
    world: World, http: httpx.AsyncClient
) -> None:
    cookie = await signed_in(world, http, "joint_meeting-1")
    assert "joint" not in cookie
    forged = cookie[:-6] + ("AAAAA=" if not cookie.endswith("AAAAA=") else "BBBBB=")
    for one in (forged, "", "x", "joint_meeting-1"):
        assert await Visitors(SigningIn(http)).find(one) is None


async def test_coming_back_with_what_another_browser_carries_is_no_sign_in(
    world: World, http: httpx.AsyncClient
) -> None:
    signing_in = SigningIn(http)
    address, _ = await signing_in.begin()
    _, others = await signing_in.begin()
    state = parse_qs(urlsplit(address).query)["state"][0]
    with pytest.raises(SignInRefused):
        await signing_in.finish(others, {"state": state, "code": "x", "iss": world.url})
