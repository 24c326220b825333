"""The table of routes: what stands in it is served, what is served stands in it."""

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.audience import Told, read_audience
from gateway.routes import RouteError, Table, plain_path, read_table
from shared.documents import read
from shared.events import CATALOGUE
from shared.generated.interfaces import load_events, openapi_documents
from shared.jurisdiction import jurisdiction

DOCUMENT: dict[str, Any] = read(jurisdiction().folder / "routes.yaml")
TABLE = read_table(DOCUMENT, jurisdiction().departments)


def shape(path: str) -> str:
    """A path without the names of its variables."""
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))


@pytest.fixture(scope="module")
def served() -> dict[str, set[str]]:
    """What every service serves, by service."""
    return {
        service: {
            f"{method.upper()} {shape(path)}"
            for path, methods in document["paths"].items()
            for method in methods
            if path.startswith("/v1/")
        }
        for service, document in openapi_documents().items()
    }


def test_what_is_served_is_listed(served: dict[str, set[str]]) -> None:
    listed = {f"{line.method} {shape(line.path)}" for line in TABLE.lines}
    missing = {service: sorted(calls - listed) for service, calls in served.items()}
    assert not {service: calls for service, calls in missing.items() if calls}


def test_what_is_listed_is_served(served: dict[str, set[str]]) -> None:
    listed = {f"{line.method} {shape(line.path)}" for line in TABLE.lines if line.service in served}
    assert listed == set(itertools.chain.from_iterable(served.values())) & listed
    assert not listed - set(itertools.chain.from_iterable(served.values()))


def test_every_line_rests_on_a_clause_of_the_register() -> None:
    clauses = jurisdiction().law.clauses
    assert not [line.path for line in TABLE.lines if line.clause not in clauses]


def test_every_line_lies_under_its_service() -> None:
    services = {line.service for line in TABLE.lines} - {"gateway"}
    for line in TABLE.lines:
        assert line.path.startswith("/v1/")
        if line.service in services:
            assert line.path.startswith(f"/v1/{line.service}")


def test_every_event_has_an_audience_and_a_clause_of_the_register() -> None:
    load_events()
    audience = read_audience(DOCUMENT, jurisdiction().departments, CATALOGUE)
    assert set(audience.hearings) == set(CATALOGUE)
    clauses = jurisdiction().law.clauses
    assert not [one.type for one in audience.hearings.values() if one.clause not in clauses]


@pytest.mark.parametrize(
    ("department", "town", "of", "audience", "hears"),
    [
        ("police", None, "331081001", {"police"}, True),
        ("police", None, None, {"police"}, True),
        ("police", None, None, {"town"}, False),
        ("town", "331081001", "331081001", {"town"}, True),
        ("town", "331081001", "331081002", {"town"}, False),
        ("town", "331081001", None, {"town"}, False),
        ("town", "331081001", None, {"everyone"}, True),
        ("village", None, None, {"village"}, False),
        ("village", None, "331081001", {"village"}, False),
    ],
)
def test_who_has_a_town_hears_of_that_town_and_of_what_is_for_everyone(
    department: str, town: str | None, of: str | None, audience: set[str], hears: bool
) -> None:
    told = Told(1, 1, "e", "x.y.z.v1", "s", of, frozenset(audience), "{}")
    assert told.concerns(department, town) is hears


def test_an_event_towns_may_hear_of_says_of_which_town_it_is() -> None:
    load_events()
    audience = read_audience(DOCUMENT, jurisdiction().departments, CATALOGUE)
    deaf = [
        one.type
        for one in audience.hearings.values()
        if {"town", "village"} & one.departments and "town" not in CATALOGUE[one.type].model_fields
    ]
    assert deaf == []


def test_an_event_that_names_a_department_says_of_which_town_it_is() -> None:
    """Or a town that is named would never hear of it, and an officer of one town of nothing."""
    load_events()
    named = [entry["type"] for entry in DOCUMENT["events"] if "named_in" in entry]
    assert [one for one in named if "town" not in CATALOGUE[one].model_fields] == []


def test_a_field_that_names_departments_is_a_field_of_its_event() -> None:
    load_events()
    for entry in DOCUMENT["events"]:
        if "named_in" in entry:
            assert entry["named_in"] in CATALOGUE[entry["type"]].model_fields


def table(*calls: str) -> Table:
    lines = [
        {"call": call, "departments": ["everyone"], "clause": "X", "zh": "x"} for call in calls
    ]
    return read_table({"routes": {"protection": lines}}, [])


def test_a_literal_wins_over_a_variable() -> None:
    found = table("GET /v1/a/{id}", "GET /v1/a/types", "GET /v1/a/{id}/b", "POST /v1/a/types/c")
    assert getattr(found.find("GET", "/v1/a/types"), "path", None) == "/v1/a/types"
    assert getattr(found.find("GET", "/v1/a/x"), "path", None) == "/v1/a/{id}"
    assert getattr(found.find("GET", "/v1/a/types/b"), "path", None) == "/v1/a/{id}/b"
    assert found.find("POST", "/v1/a/x") is None
    assert found.methods("/v1/a/types/c") == ["POST"]


@pytest.mark.parametrize(
    "entry",
    [
        {"call": "GET /v1/x", "departments": ["nobody"], "clause": "X", "zh": "x"},
        {"call": "FETCH /v1/x", "departments": ["everyone"], "clause": "X", "zh": "x"},
        {"call": "GET v1/x", "departments": ["everyone"], "clause": "X", "zh": "x"},
        {"call": "GET /v1/x", "departments": ["everyone"], "zh": "x"},
        {"call": "GET /v1/x", "departments": ["everyone"], "clause": "X", "zh": "x", "role": "y"},
    ],
)
def test_a_line_that_says_nonsense_is_refused(entry: dict[str, Any]) -> None:
    with pytest.raises(RouteError):
        read_table({"routes": {"protection": [entry]}}, ["police"])


def test_a_route_stands_once() -> None:
    with pytest.raises(RouteError):
        table("GET /v1/a/{id}", "GET /v1/a/{other}")


@given(st.text(alphabet="/.%\\ab\0é中", max_size=12))
def test_a_plain_path_reads_the_same_to_everybody(tail: str) -> None:
    path = "/v1/" + tail
    raw = path.encode()
    if plain_path(path, raw):
        segments = path[1:].split("/")
        assert all(segment not in ("", ".", "..") for segment in segments)
        assert "\\" not in path
        assert "\0" not in path
