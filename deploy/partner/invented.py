"""An invented answer of the shape a route answers with: enough for a client to be tried on."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from pydantic import TypeAdapter

DEPTH = 6


def answer(model: Any) -> Any:
    """What a response of this model could look like; an object with an id where there is none."""
    if model is None:
        return {"id": str(uuid4()), "sandbox": True}
    schema = TypeAdapter(model).json_schema(mode="serialization")
    return _of(schema, schema.get("$defs", {}), DEPTH)


def _of(schema: dict[str, Any], known: dict[str, Any], depth: int) -> Any:
    if "$ref" in schema:
        return _of(known[schema["$ref"].rpartition("/")[2]], known, depth)
    for name in ("const", "default"):
        if name in schema:
            return schema[name]
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return _first(schema[choice], known, depth)
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "object" and depth:
        properties = schema.get("properties", {})
        return {name: _of(one, known, depth - 1) for name, one in properties.items()}
    return _plain(schema)


def _first(choices: list[dict[str, Any]], known: dict[str, Any], depth: int) -> Any:
    """Nothing where nothing is allowed: an invented answer claims as little as it can."""
    if any(choice.get("type") == "null" for choice in choices):
        return None
    return _of(choices[0], known, depth)


def _plain(schema: dict[str, Any]) -> Any:
    kinds: dict[str, Any] = {"array": [], "object": {}, "integer": 0, "number": 0, "boolean": False}
    if schema.get("type") in kinds:
        return kinds[schema["type"]]
    moment = datetime.now(UTC)
    formats = {
        "uuid": str(uuid4()),
        "date-time": moment.isoformat(),
        "date": moment.date().isoformat(),
    }
    return formats.get(schema.get("format", ""), "sandbox")
