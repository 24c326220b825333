"""The rows: who read or wrote which particulars of whom, and on what ground.

A row says which fields were shown or written, never what they contained. Its `mac` is made with a
key the database does not have: a row somebody writes into the table by hand does not carry it.
"""

import hmac
import os
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Identity, Index, LargeBinary, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from shared.database import APPEND_ONLY, KernelRecord, now
from shared.identity import Principal
from shared.keys import secret_key


class Disclosure(KernelRecord):
    """One access to one person's particulars (查阅、提供记录)."""

    __tablename__ = "disclosure"
    __table_args__ = (
        Index("ix_disclosure_subject", "subject_id", "id"),
        APPEND_ONLY,
    )
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    at: Mapped[datetime]
    department: Mapped[str]
    client: Mapped[str]
    officer: Mapped[str | None]
    town: Mapped[str | None]
    action: Mapped[str]
    subject_id: Mapped[UUID]
    subject_kind: Mapped[str]
    fields: Mapped[list[str]]
    purpose: Mapped[str]
    basis: Mapped[list[str]]
    break_glass: Mapped[str | None]
    request_id: Mapped[str]
    mac: Mapped[bytes] = mapped_column(LargeBinary, server_default="")


COLUMNS = tuple(c.name for c in Disclosure.__table__.columns if c.name not in ("id", "mac"))


def _content(values: Mapping[str, Any]) -> bytes:
    plain_values = {name: values[name] for name in COLUMNS}
    plain_values["at"] = values["at"].astimezone(UTC).isoformat()
    return orjson.dumps(plain_values, default=str, option=orjson.OPT_SORT_KEYS)


def mac_of(values: Mapping[str, Any], nonce: bytes | None = None) -> bytes:
    """nonce ‖ HMAC over a row's columns: two accesses that read alike still differ."""
    nonce = nonce or os.urandom(8)
    return nonce + hmac.digest(secret_key("audit"), nonce + _content(values), "sha256")


def canonical(row: Any) -> bytes:
    """A row as bytes, the same for ever: what becomes a leaf."""
    values = {name: getattr(row, name) for name in COLUMNS}
    mac: bytes = row.mac
    return b"%d|" % row.id + mac + _content(values)


def genuine(row: Disclosure) -> bool:
    """Whether the platform wrote this row, with these values."""
    values = {name: getattr(row, name) for name in COLUMNS}
    return hmac.compare_digest(row.mac, mac_of(values, row.mac[:8] or b"-"))


def disclosure(session: AsyncSession, actor: Principal, **what: Any) -> dict[str, Any]:
    """The row of one access; `what` has action, subject_id, subject_kind, fields, basis."""
    row = {
        "at": now(session),
        "department": actor.department,
        "client": actor.client,
        "officer": actor.officer,
        "town": actor.town,
        "purpose": actor.purpose,
        "break_glass": actor.break_glass,
        "request_id": actor.request_id,
    } | what
    return row | {"mac": mac_of(row)}


def concerns(session: AsyncSession, person: UUID | None) -> None:
    """What this transaction seals from now on stands in this person's record."""
    session.info["concerned"] = person


def wrote(session: AsyncSession, subject_id: UUID, fields: Iterable[str]) -> None:
    """Note that fields were written; `record_writes` puts them on record."""
    person = session.info.get("concerned") or subject_id
    session.info.setdefault("wrote", {}).setdefault(person, set()).update(fields)


async def record_writes(session: AsyncSession, actor: Principal) -> None:
    """Who wrote which fields of whom in this transaction, on the ground of the route's clause."""
    written: dict[UUID, set[str]] = session.info.pop("wrote", {})
    ground = {"subject_kind": "child", "basis": [actor.clause] if actor.clause else []}
    rows = [
        disclosure(session, actor, action="write", subject_id=who, fields=sorted(fields), **ground)
        for who, fields in written.items()
        if fields
    ]
    await record(session, rows)


async def record(session: AsyncSession, rows: list[dict[str, Any]]) -> None:
    """Write accesses in the transaction that makes them: no record, no reading."""
    if rows:
        await session.execute(insert(Disclosure), rows)
