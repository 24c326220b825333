"""What lies committed in deploy/generated is what the code says today."""

import json
import re
import subprocess
import sys
from importlib import import_module
from typing import Any

import pytest

from shared.bus import SERVICES, handlers_of
from shared.events import CATALOGUE
from shared.generated.coverage import ROOT
from shared.generated.documents import FOLDER, documents
from shared.generated.interfaces import asyncapi, hearers, load_events, merged
from shared.generated.tables import all_moves, clocks
from shared.jurisdiction import jurisdiction

EVENT = re.compile(r"\b(?:[A-Z][a-z]+){2,}\b")


@pytest.fixture(scope="module")
def written() -> dict[str, str]:
    return documents()


def test_the_committed_documents_are_those_the_code_writes(written: dict[str, str]) -> None:
    committed = {p.name: p.read_text(encoding="utf-8") for p in (ROOT / FOLDER).iterdir()}
    stale = sorted(n for n in written.keys() | committed if written.get(n) != committed.get(n))
    assert stale == [], "run `make generated` and look at what changed"


def test_another_process_writes_the_same_bytes(written: dict[str, str]) -> None:
    code = (
        "import json, sys; from shared.generated.documents import documents;"
        "json.dump(documents(), sys.stdout)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    again = json.loads(ran.stdout.splitlines()[-1])
    assert {name for name in written if again[name] != written[name]} == set()


def references(value: Any) -> set[str]:
    """Every `$ref` inside a document."""
    if isinstance(value, list):
        return {found for item in value for found in references(item)}
    if not isinstance(value, dict):
        return set()
    own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
    return own | {found for inner in value.values() for found in references(inner)}


def resolved(document: Any, reference: str) -> Any:
    found = document
    for part in reference.removeprefix("#/").split("/"):
        found = found[part.replace("~1", "/").replace("~0", "~")]
    return found


def test_every_reference_leads_somewhere(written: dict[str, str]) -> None:
    for name, text in written.items():
        if name.endswith(".json"):
            document = json.loads(text)
            assert all(resolved(document, found) for found in references(document)), name


def test_every_event_has_a_sender_a_channel_and_a_schema() -> None:
    load_events()
    document = asyncapi()
    sends = {o["channel"]["$ref"] for o in document["operations"].values() if o["action"] == "send"}
    assert sends == {f"#/channels/{type_}" for type_ in CATALOGUE}
    assert {channel["address"] for channel in document["channels"].values()} == set(CATALOGUE)
    for event in CATALOGUE.values():
        schema = document["components"]["schemas"][event.__name__]
        assert set(schema["properties"]) == set(event.model_fields)


def test_whoever_hears_an_event_is_named_in_the_document() -> None:
    receives = {
        (key.split(".")[0], operation["channel"]["$ref"].removeprefix("#/channels/"))
        for key, operation in asyncapi()["operations"].items()
        if operation["action"] == "receive"
    }
    assert receives == {(who, type_) for type_, whos in hearers().items() for who in whos}


def test_schemas_of_one_name_and_two_shapes_are_kept_apart() -> None:
    def service(shape: str) -> dict[str, Any]:
        answer = {"schema": {"$ref": "#/components/schemas/Thing"}}
        return {
            "paths": {f"/v1/{shape}": {"get": {"operationId": "read", "answer": answer}}},
            "components": {"schemas": {"Thing": {"type": shape}, "Same": {"type": "null"}}},
        }

    both = merged({"first": service("string"), "second": service("object")})
    assert set(both["components"]["schemas"]) == {"Same", "Thing", "SecondThing"}
    for shape in ("string", "object"):
        operation = both["paths"][f"/v1/{shape}"]["get"]
        assert resolved(both, operation["answer"]["schema"]["$ref"]) == {"type": shape}
    ids = [path["get"]["operationId"] for path in both["paths"].values()]
    assert len(set(ids)) == 2


def test_nothing_from_inside_a_service_is_published(written: dict[str, str]) -> None:
    paths = json.loads(written["openapi.json"])["paths"]
    inside = ("/internal", "/health", "/metrics")
    assert [path for path in paths if path.startswith(inside)] == []


def test_every_published_operation_says_which_scope_it_needs(written: dict[str, str]) -> None:
    document = json.loads(written["openapi.json"])
    flow = document["components"]["securitySchemes"]["department"]["flows"]["clientCredentials"]
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            needed = {scope for each in operation["security"] for scope in each["department"]}
            assert needed <= set(flow["scopes"]), f"{method} {path}"
            assert needed or path.startswith(("/oauth/", "/.well-known/")), f"{method} {path}"


def test_no_two_operations_have_one_id(written: dict[str, str]) -> None:
    paths = json.loads(written["openapi.json"])["paths"].values()
    ids = [operation["operationId"] for path in paths for operation in path.values()]
    assert sorted(set(ids)) == sorted(ids)


def test_every_move_names_a_clause_a_department_and_a_clock_that_exist() -> None:
    place = jurisdiction()
    names = [kind for kind, _, _ in clocks(place)]
    for service, moves in all_moves():
        for move in moves:
            where = f"{service} {moves.kind} {move.verb}"
            assert move.clause in place.law.clauses, where
            assert set(move.departments) <= set(place.departments), where
            # A clock may be composed with the level of the case: contact_high.
            started = (move.clock or "none", f"{move.clock}_")
            assert not move.clock or any(n == started[0] or n.startswith(started[1]) for n in names)


@pytest.mark.parametrize("service", SERVICES)
def test_the_first_page_of_a_service_names_what_it_emits_and_hears(service: str) -> None:
    load_events()
    said = import_module(f"services.{service}").__doc__ or ""
    emits, hears = (set(EVENT.findall(part)) for part in re.split("Emits:|Hears:", said)[1:])
    heard = handlers_of(import_module(f"services.{service}.consumers"))
    assert emits == {one.__name__ for one in CATALOGUE.values() if one.owner() == service}
    assert hears == {CATALOGUE[type_].__name__ for type_ in heard}


def test_every_folder_of_a_service_is_known_by_its_name() -> None:
    folders = [entry.parent.name for entry in (ROOT / "services").glob("*/app.py")]
    assert sorted(folders) == sorted(SERVICES)
