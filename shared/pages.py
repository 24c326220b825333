"""Lists in pages: a sealed cursor over a keyset, never an offset that skips or doubles rows."""

import base64
import hmac
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

import orjson
from fastapi import Query
from pydantic import BaseModel
from sqlalchemy import Select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from shared.keys import secret_key
from shared.problem import Invalid

T = TypeVar("T")
Limit = Annotated[int, Query(ge=1, le=100, description="每页条数 | rows a page")]
Cursor = Annotated[str | None, Query(description="上一页的 next | `next` of the page before")]


class Page(BaseModel, Generic[T]):
    """One page of a list; `next` is absent on the last one."""

    items: list[T]
    next: str | None = None


def _mac(plain: bytes, keys: Sequence[Any]) -> bytes:
    """A cursor is good for lists of the same keys: of another it would say nothing sensible."""
    kinds = ",".join(f"{key.key}:{key.type}" for key in keys)
    return hmac.digest(secret_key("cursor"), kinds.encode() + plain, "sha256")[:12]


def _seal(values: Sequence[Any], keys: Sequence[Any]) -> str:
    plain = orjson.dumps([str(value) for value in values])
    return base64.urlsafe_b64encode(_mac(plain, keys) + plain).decode().rstrip("=")


def _open(cursor: str, keys: Sequence[Any]) -> list[str]:
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except ValueError as error:
        raise Invalid(where="query.cursor") from error
    mac, plain = raw[:12], raw[12:]
    if not hmac.compare_digest(mac, _mac(plain, keys)):
        raise Invalid("游标无效", "The cursor is not one of ours", where="query.cursor")
    return list(orjson.loads(plain))


def _typed(value: str, column: Any) -> Any:
    kind = column.type.python_type
    parse: dict[type, Callable[[str], Any]] = {
        datetime: datetime.fromisoformat,
        date: date.fromisoformat,
        UUID: UUID,
        int: int,
    }
    return parse.get(kind, str)(value)


async def paged(
    session: AsyncSession,
    wanted: Select[T],
    keys: Sequence[Any],
    *,
    cursor: str | None,
    limit: int,
    descending: bool = False,
) -> tuple[list[T], str | None]:
    """The records of a page and the cursor of the next; `keys` are columns, the last unique."""
    if cursor is not None:
        values = [_typed(v, k) for v, k in zip(_open(cursor, keys), keys, strict=True)]
        row = tuple_(*keys)
        wanted = wanted.where(row < tuple_(*values) if descending else row > tuple_(*values))
    order = [key.desc() for key in keys] if descending else list(keys)
    rows: list[Any] = list(await session.scalars(wanted.order_by(*order).limit(limit + 1)))
    if len(rows) <= limit:
        return rows, None
    last = rows[limit - 1]
    return rows[:limit], _seal([getattr(last, key.key) for key in keys], keys)
