"""What the registry interface (DCI) answers later: at the callback, signed, and nowhere else."""

import json
import time
from collections.abc import Iterator

import httpx
import pytest

from deploy.partner.dci import RegistryClient
from tests.factories import number_of
from tests.gateway.registry import (
    NUMBER,
    STRANGER,
    Json,
    World,
    enrol,
    reason,
    registry_at,
)
from tests.gateway.test_webhooks import Receiver
from tests.journeys.conftest import until
from tests.journeys.county import ORPHAN


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A platform of this module."""
    with registry_at(tmp_path_factory.mktemp("platform")) as running:
        yield running


@pytest.fixture
def receiver(world: World) -> Iterator[Receiver]:
    """Where civil affairs' other system listens."""
    found = Receiver()
    target = {"host": "127.0.0.1", "port": found.port, "networks": ["127.0.0.1/32"], "plain": True}
    world.county.operator.post("/v1/webhook-targets", target | {"department": "civil_affairs"})
    yield found
    found.server.shutdown()


def told(receiver: Receiver, client: RegistryClient, action: str, count: int = 1) -> list[Json]:
    """The messages of the callbacks of one kind, each verified, as soon as there are so many."""

    def came() -> list[Json] | None:
        envelopes = [json.loads(body) for _, body in receiver.came]
        found = [one for one in envelopes if one["header"]["action"] == action]
        return found if len(found) >= count else None

    return [client.verified(one) for one in until(came)]


def acknowledged(answer: httpx.Response) -> str:
    """The correlation id of a request that will be answered."""
    assert answer.status_code == 202, answer.text
    assert answer.json()["message"]["ack_status"] == "ACK"
    return str(answer.json()["message"]["correlation_id"])


def test_a_search_is_answered_at_the_callback_and_its_status_can_be_asked(
    world: World, receiver: Receiver
) -> None:
    county = world.client("civil_affairs", f"http://127.0.0.1:{receiver.port}/spmis")
    correlation = acknowledged(county.search(NUMBER, later=True))
    (message,) = told(receiver, county, "on-search")
    assert message["correlation_id"] == correlation
    (said,) = message["search_response"]
    assert said["data"]["reg_records"][0]["member"]["registration_date"]
    status = county.verified(county.status(correlation).json())["txnstatus_response"]
    assert (status["txn_type"], status["txn_status"]) == ("search", message)
    asked = {"reference_id": "1", "txn_type": "search", "attribute_type": "correlation_id"}
    later = {"txnstatus_request": asked | {"attribute_value": correlation}}
    acknowledged(county.send("txn/status", "txn-status", later))
    assert told(receiver, county, "txn-on-status")[0]["txnstatus_response"] == status
    unknown = {"txnstatus_request": asked | {"attribute_value": "nobody knows"}}
    assert county.send("txn/status", "txn-status", unknown).status_code == 404
    other = world.client("child_protection_office")
    refused = other.status(correlation)
    assert (refused.status_code, reason(refused)) == (404, "err.request.not_found")
    assert refused.json()["header"]["action"] == "txn-on-status"


def test_a_callback_that_fails_comes_again_signed_anew(world: World, receiver: Receiver) -> None:
    receiver.fail = 1
    county = world.client("civil_affairs", f"http://127.0.0.1:{receiver.port}/again")
    acknowledged(county.search(NUMBER, later=True))
    assert len(told(receiver, county, "on-search", 2)) == 2
    first, second = (json.loads(body) for _, body in receiver.came)
    assert first["header"]["message_id"] == second["header"]["message_id"]
    assert first["message"] == second["message"]
    assert first["signature"] != second["signature"]


@pytest.mark.parametrize(
    "uri",
    [
        "http://169.254.169.254/latest/registry/on-search",
        "http://localhost:{port}/x",
        "https://127.0.0.1/x",
        "file:///etc/passwd",
        "",
    ],
)
def test_a_callback_goes_only_where_the_operator_registered(
    world: World, receiver: Receiver, uri: str
) -> None:
    county = world.client("civil_affairs", uri.format(port=receiver.port))
    answer = county.search(NUMBER, later=True)
    assert (answer.status_code, reason(answer)) == (400, "err.sender_uri.invalid")
    said = answer.json()["message"]
    assert (said["ack_status"], said["error"]["code"]) == ("ERR", "err.sender_uri.invalid")


def test_a_subscriber_is_told_what_becomes_of_its_child_until_it_unsubscribes(
    world: World, receiver: Receiver
) -> None:
    number = number_of("2014-07-01", 34)
    child = enrol(world.county, "赵小禾", number, ORPHAN)
    county = world.client("civil_affairs", f"http://127.0.0.1:{receiver.port}/spmis")
    acknowledged(county.subscribe(number))
    (answer,) = told(receiver, county, "on-subscribe")
    (said,) = answer["subscribe_response"]
    code = said["subscriptions"][0]["code"]
    acknowledged(county.subscribe(number))
    again = told(receiver, county, "on-subscribe", 2)[1]["subscribe_response"][0]
    assert again["status_reason_code"] == "rjct.event.already_subscribed"

    leaving = {"why": "moved", "on": "2026-03-01"}
    world.county.police.post(f"/v1/eligibility/children/{child}/leaving", leaving)
    (notice,) = told(receiver, county, "notify")
    (event,) = notice["notify_event"]
    assert event["data"]["reg_event_type"] == "enrollement_status_change"
    member = event["data"]["reg_records"]["member"]
    assert member["member_identifier"][0]["identifier_value"] == child

    acknowledged(county.unsubscribe(code))
    (ended,) = told(receiver, county, "on-unsubscribe")
    assert ended["subscription_status"] == [{"code": code, "status": "unsubscribe"}]
    world.county.police.post(
        f"/v1/eligibility/children/{child}/leaving", {"why": "died", "on": "2026-03-02"}
    )
    time.sleep(2)
    assert len(told(receiver, county, "notify")) == 1


def test_a_subscription_needs_a_child_the_subscriber_may_know(
    world: World, receiver: Receiver
) -> None:
    county = world.client("civil_affairs", f"http://127.0.0.1:{receiver.port}/unknown")
    acknowledged(county.subscribe(STRANGER))
    (answer,) = told(receiver, county, "on-subscribe")
    assert answer["subscribe_response"][0]["status_reason_code"] == "rjct.person_id.invalid"


def test_who_is_not_told_of_an_event_cannot_subscribe_to_it(world: World) -> None:
    found = Receiver()
    target = {"host": "127.0.0.1", "port": found.port, "networks": ["127.0.0.1/32"], "plain": True}
    world.county.operator.post("/v1/webhook-targets", target | {"department": "charity"})
    charity = world.client("charity", f"http://127.0.0.1:{found.port}/x")
    acknowledged(charity.subscribe(NUMBER))
    (answer,) = told(found, charity, "on-subscribe")
    found.server.shutdown()
    assert answer["subscribe_response"][0]["status_reason_code"] == "rjct.notify_types.invalid"
