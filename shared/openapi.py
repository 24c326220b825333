"""What the OpenAPI document of a service says that FastAPI would not: problems, not 422s."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457 problem: what, where, which clause, what is allowed instead.",
    "required": ["type", "title", "title_en", "status"],
    "properties": {
        "type": {"type": "string", "examples": ["/problems/unlawful-move"]},
        "title": {"type": "string", "description": "中文"},
        "title_en": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "detail_en": {"type": "string"},
        "where": {"type": "string"},
        "clause": {"type": "string", "examples": ["WL24:2.1.0b-1"]},
        "errors": {"type": "array", "items": {"type": "object"}},
        "allowed": {},
        "request_id": {"type": "string"},
    },
}
CONTENT = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
REFUSALS = {
    "400": "What was sent is wrong",
    "401": "The caller is not known",
    "403": "This department may not",
    "404": "Absent, or not the caller's to know about",
    "409": "The law or the state does not allow it",
    "412": "Changed since it was read",
    "413": "The body, or the file it announces, is too large",
    "415": "The body is of another media type than those taken here",
    "422": "Idempotency-Key reused",
    "428": "If-Match is missing",
    "429": "More than this system may ask; Retry-After says when to come again",
    "503": "Temporarily away; nothing was done",
    "504": "No answer in time; with an Idempotency-Key it can be asked again",
}
ALWAYS = ("400", "401", "403", "404", "409", "429", "503", "504")


def describe(app: FastAPI) -> None:
    """Give an application an OpenAPI document whose refusals are problems."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def forms(*media_types: str) -> dict[int | str, dict[str, Any]]:
    """The forms of a 200 that is no JSON, for `responses` of a route with a plain Response."""
    return {200: {"content": {media_type: {} for media_type in media_types}}}


def _document(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(title=app.title, version=app.version, routes=app.routes)
    components = document.setdefault("components", {})
    components["responses"] = {
        status: {"description": said, "content": CONTENT} for status, said in REFUSALS.items()
    }
    schemas = components.setdefault("schemas", {})
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    schemas["Problem"] = PROBLEM
    for path in document.get("paths", {}).values():
        for method, operation in path.items():
            _refusals(method, operation)
            _hoist(operation, schemas)
    return document


def _hoist(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Models of a body that a handler reads by itself belong to the components like all others."""
    for content in operation.get("requestBody", {}).get("content", {}).values():
        for name, schema in content.get("schema", {}).pop("$defs", {}).items():
            schemas.setdefault(name, schema)


def _refusals(method: str, operation: dict[str, Any]) -> None:
    answers = operation.setdefault("responses", {})
    answers.pop("422", None)
    refusals = list(ALWAYS)
    if method != "get":
        refusals += ["412", "413", "415"]
    if any(one["name"] == "if-match" for one in operation.get("parameters", ())):
        refusals.append("428")
    if method == "post":
        refusals.append("422")
        header = {"name": "Idempotency-Key", "in": "header", "required": False}
        schema = {"type": "string", "minLength": 1, "maxLength": 200}
        operation.setdefault("parameters", []).append(header | {"schema": schema})
    for status in refusals:
        answers[status] = {"$ref": f"#/components/responses/{status}"}
