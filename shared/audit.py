"""Who read or wrote which particulars of whom, and on what ground: only ever added to (审计).

A row says which fields were shown, never what they contained.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Identity, Index, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from shared.database import KernelRecord, now
from shared.identity import Principal


class Disclosure(KernelRecord):
    """One access to one person's particulars (查阅、提供记录)."""

    __tablename__ = "disclosure"
    __table_args__ = (
        Index("ix_disclosure_subject", "subject_id", "id"),
        {"info": {"append_only": True}},
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


def disclosure(session: AsyncSession, actor: Principal, **what: Any) -> dict[str, Any]:
    """The row of one access; `what` has action, subject_id, subject_kind, fields, basis."""
    return {
        "at": now(session),
        "department": actor.department,
        "client": actor.client,
        "officer": actor.officer,
        "town": actor.town,
        "purpose": actor.purpose,
        "break_glass": actor.break_glass,
        "request_id": actor.request_id,
    } | what


async def record(session: AsyncSession, rows: list[dict[str, Any]]) -> None:
    """Write accesses in the transaction that makes them: no record, no reading."""
    if rows:
        await session.execute(insert(Disclosure), rows)
