"""The directory: who offers what, where, with how much room (服务目录, HSDS 3)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from services.referrals.models.record import Record
from shared.database import Versioned


class Organisation(Record, Versioned):
    """A department, institution, school, hospital or social organisation. Contacts are posts."""

    __tablename__ = "organisation"
    __table_args__ = (Index("ix_organisation_department", "department"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    description: Mapped[str]
    kind: Mapped[str]
    department: Mapped[str | None]
    town: Mapped[str | None]
    website: Mapped[str | None]
    contact_post: Mapped[str | None]
    contact_phone: Mapped[str | None]
    designated_by: Mapped[str | None]
    designated_until: Mapped[datetime | None]
    active: Mapped[bool]
    changed_at: Mapped[datetime]


class OfferedService(Record, Versioned):
    """One service of the document as an organisation offers it, with its room and its area."""

    __tablename__ = "offered_service"
    __table_args__ = (Index("ix_offered_service_code", "service"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    service: Mapped[str]
    name: Mapped[str]
    description: Mapped[str | None]
    status: Mapped[str]
    eligibility: Mapped[str | None]
    minimum_age: Mapped[int | None] = mapped_column(Integer)
    maximum_age: Mapped[int | None] = mapped_column(Integer)
    areas: Mapped[list[str]]
    capacity_unit: Mapped[str | None]
    capacity_available: Mapped[int | None] = mapped_column(Integer)
    capacity_maximum: Mapped[int | None] = mapped_column(Integer)
    attributes: Mapped[dict[str, Any] | None]
    changed_at: Mapped[datetime]
