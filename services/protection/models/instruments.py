"""Records of assessments, instruments of law to parents, petitions to the court."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.protection.models.record import Record
from shared.database import APPEND_ONLY, Versioned


class Assessment(Versioned, Record):
    """One assessment of a family by a version of an instrument (家庭监护能力评估)."""

    __tablename__ = "assessment"
    __table_args__ = (Index("ix_assessment_case", "case_id", "opened_at"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID]
    child_ref: Mapped[UUID]
    instrument: Mapped[str]
    purpose: Mapped[str]
    trigger: Mapped[str]
    scope: Mapped[str]
    state: Mapped[str]
    opened_at: Mapped[datetime]
    opened_by: Mapped[str]
    grade: Mapped[str | None]
    able: Mapped[bool | None]
    points: Mapped[int | None]
    grounds: Mapped[list[str]]
    concluded_on: Mapped[date | None]
    valid_until: Mapped[date | None]
    concluded_by: Mapped[str | None]
    first_signed_by: Mapped[str | None]


class AssessorScore(Record):
    """What one assessor found; a later one of the same assessor counts (评估员评分)."""

    __tablename__ = "assessor_score"
    __table_args__ = (APPEND_ONLY,)
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    assessment_id: Mapped[UUID] = mapped_column(ForeignKey("assessment.id"), index=True)
    assessor: Mapped[str]
    no_conflict: Mapped[bool]
    answers: Mapped[dict[str, Any]]
    red_lines: Mapped[list[str]]
    points: Mapped[int]
    grade: Mapped[str | None]
    missing: Mapped[list[str]]
    at: Mapped[datetime]


class Order(Versioned, Record):
    """An instrument of law to a guardian: duties, period, service, breach (监护干预文书)."""

    __tablename__ = "guardian_order"
    __table_args__ = (Index("ix_order_case", "case_id"), Index("ix_order_until", "until_on"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID]
    child_ref: Mapped[UUID]
    guardian_ref: Mapped[UUID]
    kind: Mapped[str]
    issuer: Mapped[str]
    grounds: Mapped[list[str]]
    duties: Mapped[list[str]]
    state: Mapped[str]
    issued_on: Mapped[date]
    issued_by: Mapped[str]
    until_on: Mapped[date | None]
    served_on: Mapped[date | None]
    education_partners: Mapped[list[str]]
    sessions_due: Mapped[int]
    sessions_done: Mapped[int]
    withdrawing_by: Mapped[str | None]


class Petition(Versioned, Record):
    """What is asked of the court for a child, by whom, with whose support (司法申请)."""

    __tablename__ = "petition"
    __table_args__ = (Index("ix_petition_case", "case_id"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID]
    child_ref: Mapped[UUID]
    reliefs: Mapped[list[str]]
    grounds: Mapped[list[str]]
    # Whose guardianship it is about; the event names nobody, who needs it asks.
    respondents: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))
    petitioner: Mapped[str]
    co_petitioners: Mapped[list[str]]
    urgent: Mapped[bool]
    assessment_id: Mapped[UUID | None]
    state: Mapped[str]
    prepared_at: Mapped[datetime]
    prepared_by: Mapped[str]
    filed_on: Mapped[date | None]
    decided_on: Mapped[date | None]
    judgment_ref: Mapped[str | None]
    appointed: Mapped[str | None]
    revoked_on: Mapped[date | None]
    withdrawing_by: Mapped[str | None]


class Review(Versioned, Record):
    """A protection order or its refusal looked at again, once; `made_by` who made it (复议)."""

    __tablename__ = "protection_review"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    of: Mapped[str]
    subject_id: Mapped[UUID] = mapped_column(index=True, unique=True)
    state: Mapped[str]
    asked_on: Mapped[date]
    asked_at: Mapped[datetime]
    made_by: Mapped[str]
    decided_on: Mapped[date | None]
    decision_ref: Mapped[str | None]
    order_id: Mapped[UUID | None]
