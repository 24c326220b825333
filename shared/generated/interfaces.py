"""The interfaces as documents: OpenAPI of each service and AsyncAPI 3.0 of all events.

Services are imported by name and only here, when the documents are written: shared knows nobody.
"""

import json
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from shared.bus import SERVICES, SOURCES, STREAM, handlers_of
from shared.events import CATALOGUE, Event

VERSION = "1.0.0"
LICENSE = {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"}
SCHEMAS = "#/components/schemas/"
INSIDE = ("/internal", "/health", "/metrics", "/openapi.json")  # not for partners
OPEN = ("/oauth/", "/.well-known/")  # callable before there is a token

ENVELOPE: dict[str, Any] = {
    "type": "object",
    "description": "CloudEvents 1.0, structured mode. `sequence` counts the events of a subject.",
    "required": ["specversion", "id", "source", "type", "subject", "time", "sequence", "data"],
    "properties": {
        "specversion": {"const": "1.0"},
        "id": {"type": "string", "format": "uuid"},
        "source": {"type": "string", "examples": ["/hutong/protection"]},
        "type": {"type": "string"},
        "subject": {"type": "string", "format": "uuid"},
        "time": {"type": "string", "format": "date-time"},
        "datacontenttype": {"const": "application/json"},
        "dataschema": {"type": "string"},
        "sequence": {"type": "string", "pattern": "^[0-9]{12}$"},
        "follows": {
            "type": "string",
            "pattern": "^[0-9]{12}$",
            "description": "The event for services before it, of its subject; zeros: none.",
        },
        "data": {"type": "object"},
    },
}


def as_json(document: Any) -> str:
    """JSON as it is committed: sorted nowhere, indented, Chinese readable."""
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def load_events() -> None:
    """Fill the catalogue: every owner's contracts are read."""
    for owner in SOURCES:
        import_module(f"shared.events.{owner}")


def openapi_documents() -> dict[str, dict[str, Any]]:
    """The OpenAPI document of every service, and of the gateway's own routes."""
    apps = {service: import_module(f"services.{service}.app").app for service in SERVICES}
    apps["gateway"] = import_module("gateway.app").local_app()
    return {name: dict(app.openapi()) for name, app in apps.items()}


def merged(documents: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """One OpenAPI 3.1 document; schemas of one name and two shapes are kept apart.

    What is only for inside (`/internal`, `/health`, `/metrics`) is left out.
    """
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {}
    responses: dict[str, Any] = {}
    for service, document in documents.items():
        responses |= document.get("components", {}).get("responses", {})
        own = document.get("components", {}).get("schemas", {})
        renamed = {name: f"{service.capitalize()}{name}" for name in _clashing(own, schemas)}
        following = _renamed(document, renamed)
        for name, schema in following.get("components", {}).get("schemas", {}).items():
            schemas[renamed.get(name, name)] = schema
        for path, methods in following["paths"].items():
            if not path.startswith(INSIDE):
                paths[path] = _operated(path, methods, service)
    return {
        "openapi": "3.1.0",
        "info": {"title": "护童 Hutong", "version": VERSION, "license": LICENSE},
        "servers": [{"url": "/", "description": "the gateway that served this document"}],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "responses": responses,
            "securitySchemes": {"department": _security(list(documents))},
        },
    }


def _clashing(own: dict[str, Any], known: dict[str, Any]) -> set[str]:
    """The names that already mean another shape, by themselves or by what they refer to."""
    found = {name for name, schema in own.items() if known.get(name, schema) != schema}
    while True:
        marks = [f'"{SCHEMAS}{name}"' for name in found]
        more = {
            name
            for name in own.keys() & known.keys() - found
            if any(mark in json.dumps(own[name]) for mark in marks)
        }
        if not more:
            return found
        found |= more


def _security(services: list[str]) -> dict[str, Any]:
    """How a department's system signs in, and the scope each call needs."""
    words = {"read": "ask", "write": "act"}
    scopes = {f"{s}:{verb}": f"{said} at {s}" for s in services for verb, said in words.items()}
    flow = {"tokenUrl": "/oauth/token", "scopes": scopes}
    return {
        "type": "oauth2",
        "description": "A department's client; a person behind it is named in the token (act).",
        "flows": {"clientCredentials": flow},
    }


def _operated(path: str, methods: dict[str, Any], service: str) -> dict[str, Any]:
    """Operations with their service, the scope they need and an id unique across services."""

    def more(method: str, operation: dict[str, Any]) -> dict[str, Any]:
        scope = f"{service}:{'read' if method == 'get' else 'write'}"
        return {
            "tags": [service],
            "operationId": f"{service}_{operation.get('operationId', method)}",
            "security": [] if path.startswith(OPEN) else [{"department": [scope]}],
        }

    return {method: said | more(method, said) for method, said in methods.items()}


def _renamed(value: Any, names: dict[str, str]) -> Any:
    """The same document with its references following renamed schemas."""
    if isinstance(value, dict):
        return {key: _renamed(inner, names) for key, inner in value.items()}
    if isinstance(value, list):
        return [_renamed(inner, names) for inner in value]
    if isinstance(value, str) and value.startswith(SCHEMAS):
        name = value.removeprefix(SCHEMAS)
        return SCHEMAS + names.get(name, name)
    return value


def hearers() -> dict[str, list[str]]:
    """Event type → the services whose consumers hear it."""
    found: dict[str, list[str]] = {}
    for service in SERVICES:
        for type_ in sorted(handlers_of(import_module(f"services.{service}.consumers"))):
            found.setdefault(type_, []).append(service)
    return found


def asyncapi() -> dict[str, Any]:
    """The AsyncAPI 3.0 document of every event: who sends it, who hears it, what it carries."""
    load_events()
    events = sorted(CATALOGUE.values(), key=lambda event: event.type)
    heard = hearers()
    schemas: dict[str, Any] = {"CloudEvent": ENVELOPE}
    for event in events:
        schemas |= _schemas(event)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "护童 Hutong: events between services",
            "version": VERSION,
            "description": "Ids, codes, days, counts and sums; never a particular of a person. "
            "Whoever needs particulars asks the owner, and the access is recorded.",
            "license": LICENSE,
        },
        "defaultContentType": "application/json",
        "servers": {
            "jetstream": {
                "host": "nats:4222",
                "protocol": "nats",
                "description": f"JetStream, stream {STREAM}: on disk before it is acknowledged",
            }
        },
        "channels": {event.type: _channel(event) for event in events},
        "operations": {k: v for event in events for k, v in _operations(event, heard)},
        "components": {
            "messages": {event.__name__: _message(event) for event in events},
            "schemas": dict(sorted(schemas.items())),
        },
    }


def _channel(event: type[Event]) -> dict[str, Any]:
    reference = {"$ref": f"#/components/messages/{event.__name__}"}
    return {
        "address": event.type,
        "title": event.__name__,
        "description": _said(event),
        "messages": {event.__name__: reference},
        "tags": [{"name": event.owner()}],
    }


def _operations(
    event: type[Event], heard: dict[str, list[str]]
) -> Iterator[tuple[str, dict[str, Any]]]:
    channel = f"#/channels/{event.type}"
    same = {
        "channel": {"$ref": channel},
        "messages": [{"$ref": f"{channel}/messages/{event.__name__}"}],
    }
    yield f"{event.owner()}.sends.{event.__name__}", {"action": "send"} | same
    for service in heard.get(event.type, []):
        yield f"{service}.hears.{event.__name__}", {"action": "receive"} | same


def _message(event: type[Event]) -> dict[str, Any]:
    name = event.__name__
    message: dict[str, Any] = {
        "name": event.type,
        "title": name,
        "summary": _said(event),
        "contentType": "application/cloudevents+json",
        "headers": {
            "type": "object",
            "properties": {"Nats-Msg-Id": {"type": "string", "format": "uuid"}},
        },
        "payload": {
            "allOf": [
                {"$ref": f"{SCHEMAS}CloudEvent"},
                {
                    "type": "object",
                    "properties": {
                        "type": {"const": event.type},
                        "data": {"$ref": f"{SCHEMAS}{name}"},
                    },
                },
            ]
        },
    }
    return message | ({"x-clause": event.clause} if event.clause else {})


def _schemas(event: type[Event]) -> dict[str, Any]:
    """The schema of an event's data, and of what it refers to."""
    schema = event.model_json_schema(ref_template=SCHEMAS + "{model}", mode="serialization")
    return {**schema.pop("$defs", {}), event.__name__: schema | {"x-subject": event.subject}}


def _said(event: type[Event]) -> str:
    return (event.__doc__ or "").split("\n\n")[0].strip()
