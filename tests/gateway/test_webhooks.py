"""Webhooks: signed, retried until they arrive, logged, replayed, and only where they may go."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import AF_INET, AF_INET6, SOCK_STREAM
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook as Verifier

from gateway.models import Delivery, Webhook
from gateway.webhooks import DISABLED_AFTER, FEWEST_FAILURES, PAUSES, Pinned, pinned, settle
from shared.database import new_id
from tests.gateway.conftest import World
from tests.gateway.test_stream import OTHER, OWN, listening, open_cases


class Receiver:
    """A partner's endpoint that keeps what came, and fails as often as it is told to."""

    def __init__(self) -> None:
        self.came: list[tuple[dict[str, str], bytes]] = []
        self.fail, self.status, self.location = 0, 204, ""
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                receiver.came.append(({k.lower(): v for k, v in self.headers.items()}, body))
                failing = receiver.fail > 0
                receiver.fail -= failing
                self.send_response(500 if failing else receiver.status)
                if receiver.location:
                    self.send_header("Location", receiver.location)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def wait_for(self, count: int) -> list[tuple[dict[str, str], bytes]]:
        deadline = time.monotonic() + 20
        while len(self.came) < count:
            assert time.monotonic() < deadline, f"{len(self.came)} of {count} came"
            time.sleep(0.05)
        return self.came


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()
    yield found
    found.server.shutdown()


def register(world: World, receiver: Receiver, department: str, **change: Any) -> None:
    target = {"department": department, "host": "127.0.0.1", "port": receiver.port}
    target |= {"networks": ["127.0.0.1/32"], "plain": True} | change
    with world.client("operator") as operator:
        answer = operator.post("/v1/webhook-targets", json=target)
        assert answer.status_code == 201, answer.text


def make(world: World, receiver: Receiver, client: str, **more: Any) -> dict[str, Any]:
    with world.client(client) as department:
        body = {"url": f"http://127.0.0.1:{receiver.port}/hook"} | more
        answer = department.post("/v1/webhooks", json=body)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())


def test_an_event_arrives_signed(world: World, receiver: Receiver) -> None:
    register(world, receiver, "child_protection_office")
    made = make(world, receiver, "child_protection_office", types=["protection.case.*"])
    (event_id,) = open_cases(world, [OWN])
    ((headers, body),) = receiver.wait_for(1)
    event = Verifier(made["secret"]).verify(body.decode(), headers)
    assert event["id"] == headers["webhook-id"] == event_id
    with world.client("child_protection_office") as office:
        office.delete(f"/v1/webhooks/{made['id']}")


def test_a_town_is_told_of_its_own_in_order_again_after_a_failure_and_on_demand(
    world: World, receiver: Receiver
) -> None:
    register(world, receiver, "town")
    made = make(world, receiver, f"town-{OWN}")
    receiver.fail = 1
    ids = open_cases(world, [OWN, OTHER, OWN])
    came = receiver.wait_for(3)
    assert [json.loads(body)["id"] for _, body in came] == [ids[0], ids[0], ids[2]]
    with world.client(f"town-{OWN}") as town:
        log = town.get(f"/v1/webhooks/{made['id']}/deliveries").json()["items"]
        deadline = time.monotonic() + 10
        while log[0]["state"] != "delivered" and time.monotonic() < deadline:
            time.sleep(0.1)
            log = town.get(f"/v1/webhooks/{made['id']}/deliveries").json()["items"]
        assert [one["event_id"] for one in log] == [ids[2], ids[0]]
        assert [one["status"] for one in log[1]["tried"]] == [500, 204]
        again = town.post(f"/v1/webhooks/{made['id']}/replay", json={"after": 0})
        assert again.json() == {"deliveries": 2}
        came = receiver.wait_for(5)
        assert [json.loads(body)["id"] for _, body in came[3:]] == [ids[0], ids[2]]
    with world.client(f"town-{OTHER}") as other:
        assert other.get(f"/v1/webhooks/{made['id']}/deliveries").status_code == 404


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


def test_a_name_that_leads_elsewhere_is_not_followed(world: World, receiver: Receiver) -> None:
    register(world, receiver, "civil_affairs", host="localhost", networks=["10.9.9.0/24"])
    with world.client("civil_affairs") as civil_affairs:
        body = {"url": f"http://localhost:{receiver.port}/"}
        made = civil_affairs.post("/v1/webhooks", json=body).json()
        open_cases(world, [OWN])
        deadline = time.monotonic() + 20
        tried: list[dict[str, Any]] = []
        while not tried and time.monotonic() < deadline:
            log = civil_affairs.get(f"/v1/webhooks/{made['id']}/deliveries").json()["items"]
            tried = [one for entry in log for one in entry["tried"]]
            time.sleep(0.1)
    assert tried
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
        tried: list[dict[str, Any]] = []
        deadline = time.monotonic() + 20
        while not tried and time.monotonic() < deadline:
            log = office.get(f"/v1/webhooks/{made['id']}/deliveries").json()["items"]
            tried = [one for entry in log for one in entry["tried"]]
            time.sleep(0.1)
        office.delete(f"/v1/webhooks/{made['id']}")
    assert tried[0]["status"] == 307
    assert elsewhere.came == []
    elsewhere.server.shutdown()


def test_who_answers_gone_gets_no_more_and_everybody_concerned_is_told(
    world: World, receiver: Receiver
) -> None:
    receiver.status = 410
    register(world, receiver, "civil_affairs")
    made = make(world, receiver, "civil_affairs", types=["protection.case.*"])
    with (
        listening(world, "operator") as operators,
        listening(world, "civil_affairs", params={"type": "gateway.*"}) as own,
    ):
        open_cases(world, [OWN])
        for events in (operators, own):
            said = json.loads(next(events)["data"])
            assert said["type"] == "gateway.webhook.disabled.v1"
            assert said["data"]["webhook_id"] == made["id"]
    with world.client("civil_affairs") as office:
        shown = {one["id"]: one for one in office.get("/v1/webhooks").json()["items"]}
        assert shown[made["id"]]["state"] == "disabled"
        assert "410" in shown[made["id"]]["why"]
        receiver.status = 204
        came = len(receiver.came)
        again = office.post(f"/v1/webhooks/{made['id']}/activation")
        assert again.json()["state"] == "active"
        receiver.wait_for(came + 1)
        office.delete(f"/v1/webhooks/{made['id']}")


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


def test_types_nobody_may_hear_are_refused(world: World, receiver: Receiver) -> None:
    register(world, receiver, "charity")
    with world.client("charity") as charity:
        body = {"url": f"http://127.0.0.1:{receiver.port}/", "types": ["protection.case.opened.v1"]}
        assert charity.post("/v1/webhooks", json=body).status_code == 400


def failing(webhook: Webhook, delivery: Delivery, hours: float) -> None:
    settle(webhook, delivery, "HTTP 500", datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours))


def webhook_and_delivery() -> tuple[Webhook, Delivery]:
    webhook = Webhook(id=new_id(), state="active", failures=0, failing_since=None)
    return webhook, Delivery(id=new_id(), attempts=0, state="waiting")


def test_pauses_grow_and_a_webhook_that_fails_for_a_day_is_disabled() -> None:
    webhook, delivery = webhook_and_delivery()
    dues = []
    for _ in PAUSES:
        failing(webhook, delivery, 0)
        dues.append(delivery.due_at)
    assert dues == sorted(set(dues))
    assert webhook.state == "active"
    failing(webhook, delivery, DISABLED_AFTER / timedelta(hours=1))
    assert webhook.failures == FEWEST_FAILURES
    assert (webhook.state, delivery.state) == ("disabled", "waiting")
    assert webhook.why


def test_an_endpoint_that_is_gone_is_disabled_at_once() -> None:
    webhook, delivery = webhook_and_delivery()
    settle(webhook, delivery, "HTTP 410", datetime(2026, 1, 1, tzinfo=UTC))
    assert webhook.state == "disabled"


def test_a_success_forgives() -> None:
    webhook, delivery = webhook_and_delivery()
    failing(webhook, delivery, 0)
    settle(webhook, delivery, None, datetime(2026, 1, 1, tzinfo=UTC))
    assert (webhook.failures, webhook.failing_since, delivery.state) == (0, None, "delivered")
