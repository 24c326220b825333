"""The register of children: one file a child, its people, its facts in two times (一人一档)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.eligibility.models.record import Record
from shared.database import APPEND_ONLY, Versioned


class Child(Versioned, Record):
    """A child's file. Who the child is lies sealed in the vault under this id."""

    __tablename__ = "child"
    __table_args__ = (Index("ix_child_town", "town", "id"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    town: Mapped[str | None]
    state: Mapped[str]
    named: Mapped[bool]
    source: Mapped[str]
    tasks: Mapped[list[str]]
    registered_at: Mapped[datetime]
    left_on: Mapped[date | None]
    left_why: Mapped[str | None]
    merged_into: Mapped[UUID | None]
    shielded: Mapped[bool] = mapped_column(default=False)


class ChildRef(Record):
    """Another id by which a child is known: another service's reference, a merged file's id."""

    __tablename__ = "child_ref"
    __table_args__ = (Index("ix_child_ref_child", "child_id"),)
    ref: Mapped[UUID] = mapped_column(primary_key=True)
    child_id: Mapped[UUID] = mapped_column(ForeignKey("child.id"))
    origin: Mapped[str]
    at: Mapped[datetime]


class Person(Versioned, Record):
    """Somebody in a child's life and since when; name, number, account lie sealed (关系人)."""

    __tablename__ = "person"
    __table_args__ = (Index("ix_person_child", "child_id", "role"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    child_id: Mapped[UUID] = mapped_column(ForeignKey("child.id"))
    role: Mapped[str]
    relation: Mapped[str | None]
    kind: Mapped[str | None]
    since: Mapped[date]
    until: Mapped[date | None]
    verified_by: Mapped[str | None]
    source: Mapped[str]
    recorded_at: Mapped[datetime]


class Fact(Record):
    """What a department stated: when it holds (valid time), when we learned it (knowledge time).

    Nothing is overwritten: a later statement names the one it takes the place of, and a
    withdrawal is a statement too. Values that tell of the body or the birth are sealed.
    """

    __tablename__ = "fact"
    __table_args__ = (
        Index("ix_fact_child", "child_id", "name", "known_at"),
        Index("ix_fact_supersedes", "supersedes"),
        Index("ix_fact_origin", "origin_id"),
        APPEND_ONLY,
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    child_id: Mapped[UUID] = mapped_column(ForeignKey("child.id"))
    name: Mapped[str]
    value: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    department: Mapped[str]
    officer: Mapped[str | None]
    evidence: Mapped[dict[str, Any]]
    origin: Mapped[str]
    origin_id: Mapped[UUID | None]
    supersedes: Mapped[UUID | None] = mapped_column(ForeignKey("fact.id"))
    withdrawn: Mapped[bool] = mapped_column(default=False)
    known_at: Mapped[datetime]


class FactConflict(Versioned, Record):
    """Two departments say otherwise of the same days: a person decides between them (事实冲突)."""

    __tablename__ = "fact_conflict"
    __table_args__ = (Index("ix_fact_conflict_child", "child_id"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    child_id: Mapped[UUID] = mapped_column(ForeignKey("child.id"))
    name: Mapped[str]
    one_id: Mapped[UUID] = mapped_column(ForeignKey("fact.id"))
    other_id: Mapped[UUID] = mapped_column(ForeignKey("fact.id"))
    opened_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[str | None]
    kept_id: Mapped[UUID | None]
    reason: Mapped[str | None]


class Merge(Versioned, Record):
    """Two files found to be of one child, put together by two people, reversibly (归并)."""

    __tablename__ = "merge"
    __table_args__ = (
        Index("ix_merge_state", "state"),
        Index("ix_merge_kept", "kept_id"),
        Index("ix_merge_merged", "merged_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kept_id: Mapped[UUID] = mapped_column(ForeignKey("child.id"))
    merged_id: Mapped[UUID] = mapped_column(ForeignKey("child.id"))
    state: Mapped[str]
    why: Mapped[str]
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    confirmed_by: Mapped[str | None]
    confirmed_at: Mapped[datetime | None]
    added_tasks: Mapped[list[str]] = mapped_column(default=list, server_default=text("'[]'"))
    undone_by: Mapped[str | None]
    undone_at: Mapped[datetime | None]
