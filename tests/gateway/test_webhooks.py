"""Webhooks: signed, retried until they arrive, logged, replayed, and only where they may go."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from standardwebhooks.webhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from gateway.models import Delivery, Webhook
from gateway.webhooks import DISABLED_AFTER, FEWEST_FAILURES, PAUSES, settle
from shared.database import new_id
from tests.gateway.conftest import World
from tests.gateway.test_stream import (
    OTHER,
    OWN,
    first_of,
    listening,
    lose_the_stream,
    newest_of_the_stream,
    open_cases,
)
from tests.patience import PATIENCE, until


class Receiver:
    """A partner's endpoint that keeps what came, and fails as often as it is told to."""

    def __init__(self) -> None:
        self.came: list[tuple[dict[str, str], bytes]] = []
        self.fail, self.status, self.location = 0, 204, ""
        self.answers = threading.Event()
        self.answers.set()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                receiver.came.append(({k.lower(): v for k, v in self.headers.items()}, body))
                receiver.answers.wait(PATIENCE)
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

    def ids(self) -> list[str]:
        """The events that came, in order."""
        return [json.loads(body)["id"] for _, body in self.came]

    def wait_for(self, count: int) -> list[tuple[dict[str, str], bytes]]:
        until(lambda: len(self.came) >= count)
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


def passed(world: World) -> None:
    """Wait until the gateway has passed what happened: a webhook made before is told of it too."""
    unsent = "select 1 from outbox where sent_at is null"
    until(lambda: not world.rows(world.service_database, unsent))
    newest = asyncio.run(newest_of_the_stream(world.nats_url))
    reached = "select 1 from stream_place where sequence >= $1"
    until(lambda: world.rows(world.gateway_database, reached, newest))


def make(world: World, receiver: Receiver, client: str, **more: Any) -> dict[str, Any]:
    passed(world)
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


def test_a_renewed_secret_signs_beside_the_old_one_until_that_ends_or_is_ended(
    world: World, receiver: Receiver
) -> None:
    register(world, receiver, "justice")
    made = make(world, receiver, "justice", types=["gateway.*"])
    path = f"/v1/webhooks/{made['id']}"
    with world.client("justice") as justice:

        def renewed(**said: bool) -> dict[str, Any]:
            return dict(justice.post(f"{path}/secret", json=said or None).json())

        deliver(world, made["id"])
        headers, body = receiver.wait_for(1)[0]
        assert verifies(made["secret"], headers, body)
        second = renewed()
        until = datetime.fromisoformat(second["old_secret_until"])
        assert timedelta(hours=23) < until - datetime.now(UTC) <= timedelta(hours=24)
        headers, body = told_again(justice, path, receiver)
        assert verifies(made["secret"], headers, body)
        assert verifies(second["secret"], headers, body)
        end = "update webhook set old_secret_until = now() where id = $1"
        world.rows(world.gateway_database, end, made["id"])
        headers, body = told_again(justice, path, receiver)
        assert not verifies(made["secret"], headers, body)
        assert verifies(second["secret"], headers, body)
        third = renewed(end_old_now=True)
        assert third["old_secret_until"] is None
        headers, body = told_again(justice, path, receiver)
        assert not verifies(second["secret"], headers, body)
        assert verifies(third["secret"], headers, body)


def deliver(world: World, webhook_id: str) -> None:
    """Something is due at a webhook."""
    query = (
        "insert into delivery (id, webhook_id, event_id, sequence, type, event, state, attempts,"
        " due_at) values ($1, $2, 'e', 1, 'x', '{}', 'waiting', 0, now())"
    )
    world.rows(world.gateway_database, query, str(new_id()), webhook_id)


def told_again(office: httpx.Client, path: str, receiver: Receiver) -> tuple[dict[str, str], bytes]:
    """The same delivery once more, as soon as it is noted that it came before."""
    count, deadline = len(receiver.came), time.monotonic() + 20
    while office.post(f"{path}/replay", json={"after": 0}).json() != {"deliveries": 1}:
        assert time.monotonic() < deadline, "it was never noted"
    return receiver.wait_for(count + 1)[-1]


def verifies(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """What a receiver who knows this secret says of a delivery."""
    try:
        Verifier(secret).verify(body.decode(), headers)
    except WebhookVerificationError:
        return False
    return True


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

        def delivered() -> list[dict[str, Any]] | None:
            told = town.get(f"/v1/webhooks/{made['id']}/deliveries").json()["items"]
            return told if {one["state"] for one in told} == {"delivered"} else None

        log = until(delivered) or []
        assert [one["event_id"] for one in log] == [ids[2], ids[0]]
        assert [one["status"] for one in log[1]["tried"]] == [500, 204]
        again = town.post(f"/v1/webhooks/{made['id']}/replay", json={"after": 0})
        assert again.json() == {"deliveries": 2}
        came = receiver.wait_for(5)
        assert [json.loads(body)["id"] for _, body in came[3:]] == [ids[0], ids[2]]
    with world.client(f"town-{OTHER}") as other:
        assert other.get(f"/v1/webhooks/{made['id']}/deliveries").status_code == 404


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
            said = first_of(events, lambda event: event["subject"] == made["id"])
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


def test_an_endpoint_that_takes_its_time_holds_up_nobody_elses(
    world: World, receiver: Receiver
) -> None:
    slow = Receiver()
    slow.answers.clear()
    for office, one in (("civil_affairs", slow), ("child_protection_office", receiver)):
        register(world, one, office)
        make(world, one, office, types=["protection.case.opened.v1"])
    ids = open_cases(world, [OWN] * 5)
    receiver.wait_for(5)
    assert receiver.ids() == ids
    assert set(slow.ids()) <= {ids[0]}, "its second event went out before its first was answered"
    slow.answers.set()
    until(lambda: len(set(slow.ids())) == 5)
    # What was not answered in time was tried again.
    assert list(dict.fromkeys(slow.ids())) == ids
    slow.server.shutdown()


def test_a_system_that_was_shut_out_is_told_nothing_and_nothing_of_that_time_later(
    world: World, receiver: Receiver
) -> None:
    register(world, receiver, "civil_affairs")
    make(world, receiver, "civil_affairs", types=["protection.case.opened.v1"])
    other = Receiver()  # when another system was told, it was settled who is
    register(world, other, "child_protection_office")
    make(world, other, "child_protection_office", types=["protection.case.opened.v1"])
    before = open_cases(world, [OWN])
    receiver.wait_for(1)
    with world.client("operator") as operator:
        operator.post("/v1/clients/civil_affairs/suspension").raise_for_status()
        (meanwhile,) = open_cases(world, [OWN])
        until(lambda: meanwhile in other.ids())
        operator.post("/v1/clients/civil_affairs/readmission").raise_for_status()
    after = open_cases(world, [OWN])
    receiver.wait_for(2)
    assert receiver.ids() == before + after
    other.server.shutdown()


def test_a_stream_made_anew_tells_nobody_twice_and_nobody_what_was_before_them(
    own_world: World, receiver: Receiver
) -> None:
    open_cases(own_world, [OWN] * 3)
    passed(own_world)
    register(own_world, receiver, "civil_affairs")
    own_world.rows(  # as if the webhook had been made long after what happened before
        own_world.service_database, "update outbox set created_at = created_at - interval '1 day'"
    )
    make(own_world, receiver, "civil_affairs", types=["protection.case.opened.v1"])
    told = open_cases(own_world, [OWN] * 2)
    receiver.wait_for(2)
    asyncio.run(lose_the_stream(own_world.nats_url))
    told += open_cases(own_world, [OWN])
    receiver.wait_for(3)
    with listening(own_world, "civil_affairs", params={"after": "0"}) as events:
        for _ in range(6):  # everything was published again
            next(events)
    own_world.stop("gateway")
    own_world.start("gateway")
    told += open_cases(own_world, [OWN])
    receiver.wait_for(4)
    time.sleep(1)
    assert receiver.ids() == told


def test_a_system_has_so_many_webhooks_and_no_more(world: World, receiver: Receiver) -> None:
    register(world, receiver, "housing")
    with world.client("housing") as housing:
        body = {"url": f"http://127.0.0.1:{receiver.port}/", "types": ["payments.standard.*"]}
        made = [housing.post("/v1/webhooks", json=body) for _ in range(51)]
        assert [one.status_code for one in made] == [201] * 50 + [409]
        assert made[-1].json()["limit"] == 50
        housing.delete(f"/v1/webhooks/{made[0].json()['id']}").raise_for_status()
        assert housing.post("/v1/webhooks", json=body).status_code == 201


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
