"""The registry interface (DCI) on the whole platform: what is asked, by whom, in which envelope."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from joserfc.jwk import OKPKey

from deploy.partner.dci import RegistryClient, sign
from tests import patience
from tests.gateway.registry import NUMBER, OTHER, STRANGER, Json, World, reason, registry_at


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A platform of this module."""
    with registry_at(tmp_path_factory.mktemp("platform")) as running:
        yield running


# -- is this child in the programme already? ------------------------------------------------


def test_whoever_gives_other_relief_is_told_yes_or_no_and_nothing_else(world: World) -> None:
    federation = world.client("disabled_federation")
    for number, expected in ((NUMBER, "yes"), (OTHER, "yes"), (STRANGER, "no")):
        answer = federation.enrolled(number)
        assert answer.status_code == 200, answer.text
        (said,) = federation.verified(answer.json())["enrolled_response"]
        assert said["enrolled_status"] == expected
        assert set(said) == {"reference_id", "timestamp", "status", "enrolled_status"}


@pytest.mark.parametrize("client", ["police", "town-331081001", "institution", "bank"])
def test_who_gives_no_living_relief_may_not_ask(world: World, client: str) -> None:
    for number in (NUMBER, STRANGER):
        assert world.client(client).enrolled(number).status_code == 403


# -- search: only what the asking department may know ---------------------------------------


def records(client: RegistryClient, answer: httpx.Response) -> list[Json]:
    """The records of a search that was answered, its signature verified."""
    assert answer.status_code == 200, answer.text
    (said,) = client.verified(answer.json())["search_response"]
    return list(said["data"]["reg_records"])


def test_a_search_shows_each_department_what_it_may_see(world: World) -> None:
    county, office = world.client("civil_affairs"), world.client("child_protection_office")
    (whole,) = records(county, county.search(NUMBER))
    (masked,) = records(office, office.search(NUMBER))
    person = whole["member"]["demographic_info"]
    assert person["name"]["given_name"] == "陈小雨"
    assert person["identifier"][0]["identifier_value"] == NUMBER
    assert masked["member"]["demographic_info"]["name"]["given_name"] == "陈○○"
    assert NUMBER not in json.dumps(masked)
    enrolment = masked["member"]["programme_identifier"]
    assert (enrolment["enrolment_status"], enrolment["enrolment_date"]) == ("Active", "2026-04-01")


@pytest.mark.parametrize("client", ["town-331081102", "education", "health"])
def test_whom_a_department_may_not_know_is_as_absent_as_nobody(world: World, client: str) -> None:
    asking = world.client(client)
    assert records(asking, asking.search(NUMBER)) == []
    assert records(asking, asking.search(STRANGER)) == []


def test_no_diagnosis_follows_from_a_record(world: World) -> None:
    county = world.client("civil_affairs")
    shapes = []
    for number in (NUMBER, OTHER):
        (record,) = records(county, county.search(number))
        assert "hiv" not in json.dumps(record).lower()
        assert "艾滋" not in json.dumps(record, ensure_ascii=False)
        programme = record["member"]["programme_identifier"]
        shapes.append((shape(record), programme["programme"], programme["benefits"]))
    assert shapes[0] == shapes[1]


def shape(value: Any) -> Any:
    """The names in a record without its values."""
    if isinstance(value, dict):
        return {name: shape(part) for name, part in value.items()}
    return [shape(part) for part in value] if isinstance(value, list) else type(value).__name__


VAGUE: list[tuple[str, Any]] = [
    ("idtype-value", {"type": "TOWN", "value": "331081001"}),
    ("idtype-value", {"type": "UIN"}),
    ("idtype-value", {}),
    ("expression", {"type": "q", "value": {"expression": {"collection": "Member", "query": {}}}}),
    (
        "expression",
        {"type": "q", "value": {"expression": {"query": {"poverty_score": {"$lt": "5"}}}}},
    ),
    ("expression", {"birth_date": {"eq": "2016-06-01"}}),
    ("expression", {"person_identifier": {"gt": "0"}}),
    ("expression", {"person_identifier": {"eq": NUMBER}, "anything": {"eq": "x"}}),
    ("predicate", []),
    ("predicate", [{"seq_num": 1}]),
    (
        "predicate",
        [
            {
                "expression1": {
                    "attribute_name": "UIN",
                    "operator": "eq",
                    "attribute_value": NUMBER,
                },
                "condition": "or",
                "expression2": {
                    "attribute_name": "UIN",
                    "operator": "eq",
                    "attribute_value": OTHER,
                },
            }
        ],
    ),
]


@pytest.mark.parametrize(("query_type", "query"), VAGUE)
def test_a_filter_that_is_not_understood_never_returns_the_registry(
    world: World, query_type: str, query: Any
) -> None:
    county = world.client("civil_affairs")
    answer = county.search(NUMBER, query_type=query_type, query=query)
    assert answer.status_code == 400
    assert reason(answer) in ("rjct.filter.invalid", "rjct.search_criteria.invalid")
    assert world.child not in answer.text
    assert "reg_records" not in answer.text


GOOD: list[tuple[str, Any]] = [
    ("idtype-value", {"type": "UIN", "value": NUMBER}),
    ("expression", {"attribute_name": "UIN", "operator": "eq", "attribute_value": NUMBER}),
    (
        "expression",
        {
            "type": "q",
            "value": {"expression": {"collection": "Member", "query": {"UIN": {"$eq": NUMBER}}}},
        },
    ),
    (
        "predicate",
        [
            {
                "seq_num": 1,
                "expression1": {
                    "attribute_name": "name",
                    "operator": "eq",
                    "attribute_value": "陈小雨",
                },
                "condition": "and",
                "expression2": {
                    "attribute_name": "birth_date",
                    "operator": "eq",
                    "attribute_value": "2016-06-01",
                },
            }
        ],
    ),
]


@pytest.mark.parametrize(("query_type", "query"), GOOD)
def test_the_three_ways_of_asking_find_the_same_child(
    world: World, query_type: str, query: Any
) -> None:
    county = world.client("civil_affairs")
    (record,) = records(county, county.search(NUMBER, query_type=query_type, query=query))
    assert record["member"]["member_identifier"][0]["identifier_value"] == world.child


@pytest.mark.parametrize(
    ("criteria", "code"),
    [
        ({"sort": [{"attribute_name": "poverty_score"}]}, "rjct.sort.invalid"),
        ({"pagination": {"page_size": 0}}, "rjct.pagination.invalid"),
        ({"pagination": {"page_size": 101}}, "rjct.pagination.invalid"),
        ({"authorize": {"purpose": {"code": "curiosity"}}}, "rjct.search_criteria.invalid"),
        ({"consent": "yes"}, "err.request.bad"),
        ({"unheard_of": 1}, "err.request.bad"),
    ],
)
def test_a_criterion_that_cannot_be_met_is_refused(world: World, criteria: Json, code: str) -> None:
    answer = world.client("civil_affairs").search(NUMBER, **criteria)
    assert (answer.status_code, reason(answer)) == (400, code)


def test_each_request_of_a_message_is_answered_by_itself(world: World) -> None:
    county = world.client("civil_affairs")
    query = {"query_type": "idtype-value", "query": {"type": "UIN", "value": NUMBER}}
    good = county.item({"search_criteria": query})
    bad = county.item({"search_criteria": query | {"query": {"type": "ANY", "value": "x"}}})
    envelope = county.envelope("search", {"search_request": [good, bad, good]})
    envelope = county.signed(envelope["header"] | {"total_count": 3}, envelope["message"])
    answer = county.post("sync/search", envelope)
    assert answer.status_code == 200, answer.text
    said = county.verified(answer.json())["search_response"]
    assert [one["status"] for one in said] == ["succ", "rjct", "rjct"]
    assert said[2]["status_reason_code"] == "rjct.reference_id.duplicate"


# -- envelopes: signed, for us, now, once ---------------------------------------------------

Spoil = Callable[[RegistryClient, Json], Json]


def header(**change: Any) -> Spoil:
    """An envelope whose header says otherwise, signed as it then is."""
    return lambda client, one: client.signed(one["header"] | change, one["message"])


def by_another_key(client: RegistryClient, one: Json) -> Json:
    stranger = OKPKey.generate_key("Ed25519", auto_kid=True)
    forged = sign(one["header"], one["message"], client.partner.client_id, stranger)
    return one | {"signature": forged}


def under_a_registered_name(client: RegistryClient, one: Json) -> Json:
    assert client.partner.key is not None
    forged = by_another_key(client, one)["signature"]
    stranger = forged.split("|")[1]
    return one | {"signature": forged.replace(stranger, client.partner.key.thumbprint())}


LATE = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
SPOILT: list[tuple[str, Spoil, int, str]] = [
    ("unsigned", lambda _, one: {**one, "signature": ""}, 401, "err.signature.missing"),
    ("no form", lambda _, one: {**one, "signature": "xyz"}, 401, "err.signature.invalid"),
    ("other key", by_another_key, 401, "err.signature.invalid"),
    ("forged", under_a_registered_name, 401, "err.signature.invalid"),
    (
        "message altered",
        lambda _, one: {**one, "message": {**one["message"], "transaction_id": "x"}},
        401,
        "err.signature.invalid",
    ),
    (
        "header altered",
        lambda _, one: {**one, "header": {**one["header"], "message_id": "another"}},
        401,
        "err.signature.invalid",
    ),
    (
        "longer life",
        lambda _, one: {**one, "signature": one["signature"].replace('expires="1', 'expires="2')},
        401,
        "err.signature.invalid",
    ),
    ("other sender", header(sender_id="police"), 403, "err.sender_id.invalid"),
    ("other receiver", header(receiver_id="elsewhere"), 400, "err.receiver_id.invalid"),
    ("late", header(message_ts=LATE), 400, "rjct.message_ts.invalid"),
    ("no zone", header(message_ts="2026-03-02T09:00:00"), 400, "err.request.bad"),
    ("other action", header(action="subscribe"), 400, "rjct.action.invalid"),
    ("other version", header(version="9.9.9"), 400, "rjct.version.invalid"),
    ("encrypted", header(is_msg_encrypted=True), 400, "err.encryption.invalid"),
    ("wrong count", header(total_count=2), 400, "rjct.total_count.invalid"),
    ("fraction", header(meta={"x": 1.5}), 400, "err.request.bad"),
    ("unknown field", header(extra=1), 400, "err.request.bad"),
]


@pytest.mark.parametrize(("spoil", "status", "code"), [one[1:] for one in SPOILT],
                         ids=[one[0] for one in SPOILT])  # fmt: skip
def test_an_envelope_that_does_not_hold_is_refused(
    world: World, spoil: Spoil, status: int, code: str
) -> None:
    county = world.client("civil_affairs")
    query = {"query_type": "idtype-value", "query": {"type": "UIN", "value": NUMBER}}
    item = county.item({"search_criteria": query})
    spoilt = spoil(county, county.envelope("search", {"search_request": [item]}))
    answer = county.post("sync/search", spoilt)
    assert (answer.status_code, reason(answer)) == (status, code)
    assert answer.json()["header"]["status"] == "rjct"
    assert answer.json()["title"]
    assert NUMBER not in answer.text


def test_a_message_counts_once(world: World) -> None:
    county = world.client("civil_affairs")
    query = {"query_type": "idtype-value", "query": {"type": "UIN", "value": NUMBER}}
    item = county.item({"search_criteria": query})
    envelope = county.envelope("search", {"search_request": [item]})
    assert county.post("sync/search", envelope).status_code == 200
    again = county.post("sync/search", envelope)
    assert (again.status_code, reason(again)) == (409, "rjct.message_id.duplicate")


def test_nobody_is_answered_without_a_token(world: World) -> None:
    county = world.client("civil_affairs")
    envelope = county.envelope("search", {"search_request": []})
    url = f"{world.platform.url}/v1/dci/registry/sync/search"
    assert patience.post(url, json=envelope).status_code == 401


# -- on record ------------------------------------------------------------------------------


def test_every_answer_is_on_record_and_every_envelope_kept_as_evidence(world: World) -> None:
    charity = world.client("charity")
    assert charity.enrolled(NUMBER).status_code == 200
    auditor = world.county.auditor
    rows = auditor.get("/v1/eligibility/audit/disclosures", subject_id=world.child)["items"]
    mine = [row for row in rows if row["department"] == "charity"]
    assert mine[0]["fields"] == ["enrolment.enrolled"]
    assert (mine[0]["purpose"], mine[0]["basis"]) == ("eligibility", ["WL24:2.1.0b-3"])
