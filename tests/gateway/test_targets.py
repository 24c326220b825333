"""Where a webhook may go: only where the operator registered it, at the addresses it pinned."""

import asyncio
from socket import AF_INET, AF_INET6, SOCK_STREAM
from typing import Any

import httpx
import pytest

from gateway.targets import Pinned, pinned
from tests.gateway.conftest import World
from tests.gateway.test_stream import OWN, first_of, listening, open_cases
from tests.gateway.test_webhooks import Receiver, make, receiver, register
from tests.patience import until

__all__ = ["receiver"]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{other}/hook",
        "http://localhost:{port}/hook",
        "http://2130706433:{port}/hook",
        "http://127.0.0.1:{port}@169.254.169.254/hook",
        "http://user@127.0.0.1:{port}/hook",
        "http://[::1]:{port}/hook",
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
        "gopher://127.0.0.1:{port}/",
        "//127.0.0.1:{port}/hook",
        "http://127.0.0.1:99999/hook",
        "http://127.0.0.1:{port}/hook#x",
        "https://127.0.0.1/hook",
        "",
    ],
)
def test_a_webhook_goes_only_where_it_was_registered(
    world: World, receiver: Receiver, url: str
) -> None:
    register(world, receiver, "health")
    with world.client("health") as health:
        body = {"url": url.format(port=receiver.port, other=receiver.port - 1)}
        answer = health.post("/v1/webhooks", json=body)
    assert answer.status_code == 400
    assert answer.json()["type"] == "/problems/target-not-registered"


def tries(office: httpx.Client, webhook: str) -> list[dict[str, Any]]:
    """What was tried to deliver to a webhook."""
    log = office.get(f"/v1/webhooks/{webhook}/deliveries").json()["items"]
    return [one for entry in log for one in entry["tried"]]


def test_a_name_that_leads_elsewhere_is_not_followed(world: World, receiver: Receiver) -> None:
    register(world, receiver, "civil_affairs", host="localhost", networks=["10.9.9.0/24"])
    with world.client("civil_affairs") as civil_affairs:
        body = {"url": f"http://localhost:{receiver.port}/"}
        made = civil_affairs.post("/v1/webhooks", json=body).json()
        open_cases(world, [OWN])
        tried = until(lambda: tries(civil_affairs, made["id"]))
    assert {one["status"] for one in tried} == {None}
    assert not receiver.came


def test_a_redirect_is_not_followed(world: World, receiver: Receiver) -> None:
    elsewhere = Receiver()
    receiver.status, receiver.location = 307, f"http://127.0.0.1:{elsewhere.port}/inside"
    register(world, receiver, "civil_affairs")
    made = make(world, receiver, "civil_affairs", types=["protection.case.*"])
    open_cases(world, [OWN])
    receiver.wait_for(1)
    with world.client("civil_affairs") as office:
        tried = until(lambda: tries(office, made["id"]))
        office.delete(f"/v1/webhooks/{made['id']}")
    assert tried[0]["status"] == 307
    assert elsewhere.came == []
    elsewhere.server.shutdown()


@pytest.mark.parametrize(
    ("host", "networks"),
    [
        ("hook.example.cn", ["0.0.0.0/0"]),
        ("hook.example.cn", ["10.0.0.0/8"]),
        ("hook.example.cn", ["::/0"]),
        ("hook.example.cn", ["169.254.169.254/32"]),
        ("hook.example.cn", ["fe80::/64"]),
        ("hook.example.cn", ["224.0.0.0/24"]),
        ("hook.example.cn", ["0.0.0.0/32"]),
        ("hook.example.cn", ["::ffff:10.0.0.0/112"]),
        ("hook.example.cn", ["nonsense"]),
        ("10.9.9.9", ["10.9.8.0/24"]),
    ],
)
def test_a_target_that_pins_nothing_is_not_registered(
    world: World, host: str, networks: list[str]
) -> None:
    target = {"department": "finance", "host": host, "port": 443, "networks": networks}
    with world.client("operator") as operator:
        answer = operator.post("/v1/webhook-targets", json=target)
    assert (answer.status_code, answer.json()["where"]) == (400, "body.networks")


@pytest.mark.parametrize(
    ("answers", "reached"),
    [
        (["10.9.9.7"], ["10.9.9.7"]),
        (["10.9.9.7", "127.0.0.1"], ["10.9.9.7"]),
        (["127.0.0.1"], []),
        (["::ffff:10.9.9.7"], []),
        (["::ffff:127.0.0.1"], []),
        (["169.254.169.254"], []),
        (["fd00:9::7", "10.9.8.1"], ["fd00:9::7"]),
        (["fd00:a::7"], []),
    ],
)
async def test_whatever_a_name_resolves_to_only_pinned_addresses_are_reached(
    monkeypatch: pytest.MonkeyPatch, answers: list[str], reached: list[str]
) -> None:
    """DNS may answer otherwise at every try: what is asked is what is connected to."""

    async def getaddrinfo(host: str, port: int, **_: Any) -> list[Any]:
        assert host == "hook.example.cn"
        return [
            (AF_INET6 if ":" in one else AF_INET, SOCK_STREAM, 6, "", (one, port))
            for one in answers
        ]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo, raising=False)
    resolver = Pinned(pinned("hook.example.cn", ["10.9.9.0/24", "fd00:9::/64"]))
    try:
        found = [one["host"] for one in await resolver.resolve("hook.example.cn", 443)]
    except OSError:
        found = []
    assert found == reached


def test_a_target_that_ended_is_told_nothing_until_it_is_registered_again(
    world: World, receiver: Receiver
) -> None:
    register(world, receiver, "civil_affairs")
    made = make(world, receiver, "civil_affairs", types=["protection.case.opened.v1"])
    with world.client("operator") as operator, world.client("civil_affairs") as office:
        targets = operator.get("/v1/webhook-targets", params={"limit": 100}).json()["items"]
        target = next(one["id"] for one in targets if one["port"] == receiver.port)
        with listening(world, "civil_affairs", params={"type": "gateway.*"}) as events:
            operator.delete(f"/v1/webhook-targets/{target}").raise_for_status()
            ended = first_of(events, lambda event: event["subject"] == made["id"])
            assert ended["data"]["webhook_id"] == made["id"]
        open_cases(world, [OWN])
        body = {"url": f"http://127.0.0.1:{receiver.port}/hook"}
        assert office.post("/v1/webhooks", json=body).status_code == 400
        again = f"/v1/webhooks/{made['id']}/activation"
        assert office.post(again).json()["type"] == "/problems/target-not-registered"
        assert operator.delete(f"/v1/webhook-targets/{target}").status_code == 404
        register(world, receiver, "civil_affairs")
        assert office.post(again).json()["state"] == "active"
        (event_id,) = open_cases(world, [OWN])
        receiver.wait_for(1)
        assert receiver.ids() == [event_id]
        office.delete(f"/v1/webhooks/{made['id']}")
