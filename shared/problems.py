"""How problems leave the house: one handler for what we refuse, one for what was sent wrong.

Nothing of what was sent is repeated in an answer or a log: an id number in an error is a leak.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args

import orjson
import structlog
from asyncpg.exceptions import InterfaceError as DriverInterfaceError
from asyncpg.exceptions import PostgresConnectionError
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from starlette.exceptions import HTTPException

from shared.identity import CLAUSE, REQUEST_ID
from shared.law import plain
from shared.problem import (
    Conflict,
    Fault,
    Forbidden,
    Invalid,
    NotFound,
    NotRight,
    Problem,
    Refused,
    Stale,
    Unavailable,
)

log = structlog.get_logger()

SAYINGS = {
    "missing": ("缺少必填项", "This field is required"),
    "extra_forbidden": ("未知字段", "Unknown field"),
    "enum": ("不是允许的值", "Not one of the allowed values"),
    "literal_error": ("不是允许的值", "Not one of the allowed values"),
    "date_from_datetime_parsing": ("不是有效日期（YYYY-MM-DD）", "Not a day (YYYY-MM-DD)"),
    "date_parsing": ("不是有效日期（YYYY-MM-DD）", "Not a day (YYYY-MM-DD)"),
    "datetime_parsing": ("不是有效时间", "Not an instant (ISO 8601)"),
    "timezone_aware": ("时间须注明时区", "An instant needs its time zone"),
    "uuid_parsing": ("不是有效编号（UUID）", "Not a UUID"),
    "decimal_max_places": ("金额最多两位小数", "At most two decimals"),
    "string_too_long": ("内容过长", "Too long"),
    "string_too_short": ("内容过短", "Too short"),
    "too_short": ("数量不足", "Too few"),
    "too_long": ("数量过多", "Too many"),
    "string_pattern_mismatch": ("格式不符", "Does not have the required form"),
    "string_type": ("须为文字", "Text is needed"),
    "list_type": ("须为列表", "A list is needed"),
    "greater_than": ("须大于所列值", "It is to be greater than the value listed"),
    "greater_than_equal": ("不得小于所列值", "It is not to be less than the value listed"),
    "less_than_equal": ("不得大于所列值", "It is not to be greater than the value listed"),
    "json_invalid": ("不是有效的 JSON", "Not valid JSON"),
}
SAYINGS |= dict.fromkeys(
    ("model_attributes_type", "model_type", "dict_type"),
    ("须为 JSON 对象", "A JSON object is needed"),
)
SAYINGS |= dict.fromkeys(("bool_type", "bool_parsing"), ("须为是或否", "Yes or no is needed"))
SAYINGS |= dict.fromkeys(
    ("int_type", "int_parsing", "int_from_float"), ("须为整数", "A whole number is needed")
)
# What is wrong with the shape that was tried; one that takes several names them side by side.
SHAPES = frozenset(
    (
        *("model_attributes_type", "model_type", "dict_type", "list_type", "string_type"),
        *("bool_type", "bool_parsing", "int_type", "int_parsing"),
    )
)
# How the shapes a field may take stand in the path of an error.
_TRIED = re.compile(r"str|bool|int|[A-Z]\w*In|.*\[.*|MonthsBetween")


def answer(problem: Problem, request: Request) -> Response:
    """The problem as an HTTP response; a refusal that names no clause rests on its route's."""
    if problem.clause is None and isinstance(problem, (Forbidden, Refused)):
        problem.clause = request.headers.get(CLAUSE)
    body = problem.body(request.headers.get(REQUEST_ID))
    headers = {"cache-control": "no-store"}
    if problem.retry_after is not None or problem.status == 503:
        headers["retry-after"] = str(problem.retry_after or 5)
    return Response(
        orjson.dumps(body, default=plain), problem.status, headers, "application/problem+json"
    )


def invalid(errors: list[Any], model: Any = None) -> Invalid:
    """Pydantic's errors as ours: where, what, what is allowed; never what was sent.

    With the model of the body an unknown field is answered with those there are.
    """
    found = []
    for error in errors:
        kind, context = error["type"], error.get("ctx") or {}
        zh, en = SAYINGS.get(kind, ("内容不符合要求", str(error["msg"])))
        if kind in ("value_error", "assertion_error"):
            zh, en = _own_words(context)
        entry: dict[str, Any] = {"where": ".".join(str(part) for part in error["loc"])}
        entry |= {"rule": kind, "zh": zh, "en": en}
        if kind == "extra_forbidden":
            allowed = _fields(model, error["loc"][1:-1])
        else:
            allowed = _allowed(context)
        if allowed:
            entry["allowed"] = allowed
        found.append(entry)
    return Invalid(errors=_as_one(found))


def _as_one(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of a field that takes several shapes, what is wrong in the one that was meant, else which
    it takes; the field is named as the caller knows it."""
    entries: dict[str, dict[str, Any]] = {}
    for entry in found:
        parts = [part for part in entry["where"].split(".") if not _TRIED.fullmatch(part)]
        entry["where"] = where = ".".join(parts)
        known = entries.get(where)
        if known is None:
            entries[where] = entry
        elif known["rule"] in SHAPES and entry["rule"] in SHAPES and known["zh"] != entry["zh"]:
            entries[where] = known | {
                "zh": f"{known['zh']}，或{entry['zh']}",
                "en": f"{known['en']}; or: {entry['en']}",
            }
    inner = tuple(entries)
    return [
        entry
        for where, entry in entries.items()
        if entry["rule"] not in SHAPES or not any(w.startswith(f"{where}.") for w in inner)
    ]


def _own_words(context: Mapping[str, Any]) -> tuple[str, str]:
    """A validator of ours raises ValueError("中文 | English"), without what was sent."""
    zh, _, en = str(context.get("error", "")).partition(" | ")
    return (zh, en) if en else ("内容不符合要求", "Not valid")


def _allowed(context: Mapping[str, Any]) -> Any:
    if isinstance(own := context.get("error"), NotRight):
        return own.right
    for name in ("expected", "ge", "gt", "le", "lt", "max_length", "min_length", "pattern"):
        if name in context:
            return {name: str(context[name])}
    return None


def _fields(model: Any, path: Iterable[Any]) -> list[str]:
    """The fields of the model that the path of an error leads to, from the one of the body."""
    kinds = [model]
    for step in path:
        # What is no field is a place in a list, or which of several shapes was tried.
        kinds = [
            field.annotation
            for one in _models(kinds)
            for name, field in one.model_fields.items()
            if step in (name, field.alias)
        ] or kinds
    fields = [each for one in _models(kinds) for each in one.model_fields.items()]
    return sorted({field.alias or name for name, field in fields})


def _models(kinds: Iterable[Any]) -> Iterator[type[BaseModel]]:
    """The models that annotations speak of."""
    for kind in kinds:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield kind
        yield from _models(get_args(kind))


def handle_problems(app: FastAPI) -> None:
    """Register the handlers on an application."""

    @app.exception_handler(Problem)
    async def refused(request: Request, problem: Problem) -> Response:
        return answer(problem, request)

    @app.exception_handler(RequestValidationError)
    async def wrong(request: Request, error: RequestValidationError) -> Response:
        body = getattr(request.scope.get("route"), "body_field", None)
        model = body.field_info.annotation if body is not None else None
        return answer(invalid(list(error.errors()), model), request)

    @app.exception_handler(StaleDataError)
    async def stale(request: Request, _: StaleDataError) -> Response:
        return answer(Stale(), request)

    @app.exception_handler(HTTPException)
    async def plain_http(request: Request, error: HTTPException) -> Response:
        return answer(_as_problem(error), request)

    @app.exception_handler(Exception)
    async def fault(request: Request, _: Exception) -> Response:
        """Whatever nobody foresaw is answered in our words; it goes on to the log by itself."""
        return answer(Fault(), request)

    for away in (DBAPIError, PoolTimeout, ConnectionError, OSError, PostgresConnectionError,
                 DriverInterfaceError):  # fmt: skip
        app.add_exception_handler(away, _database)


def _as_problem(error: HTTPException) -> Problem:
    class MethodNotAllowed(Problem):
        status = 405
        zh, en = "不支持此方法", "This method is not supported here"

    kinds: dict[int, type[Problem]] = {404: NotFound, 405: MethodNotAllowed, 403: Forbidden}
    if error.status_code == 405 and error.headers:
        return MethodNotAllowed(allowed=error.headers.get("Allow", "").split(", "))
    return kinds.get(error.status_code, Invalid)()


async def _database(request: Request, error: Exception) -> Response:
    """A database that is away is 503; a constraint that refused is 409; the rest is a fault."""
    original = error.__cause__ if isinstance(error, DBAPIError) else error
    state = getattr(getattr(error, "orig", None), "sqlstate", None) or ""
    if state in ("40001", "40P01", "55P03"):
        return answer(Conflict("请重试", "Please try again", retry_after=1), request)
    if state.startswith("23"):
        return answer(Conflict(), request)
    if isinstance(error, (OperationalError, InterfaceError)) or not isinstance(error, DBAPIError):
        log.warning("database away", error=type(original).__name__)
        return answer(Unavailable(), request)
    if state.startswith(("08", "53", "57")) or (
        isinstance(error, DBAPIError) and not error.statement
    ):
        # Without a statement it was the connecting that failed: one that takes none at present.
        return answer(Unavailable(), request)
    if state.startswith("22"):
        return answer(Invalid(), request)
    raise error
