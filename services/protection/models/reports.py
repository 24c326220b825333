"""Records of reports: the report, the child it is about, the reporter's vault, units and duties."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Integer, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from services.protection.models.record import Record
from shared.database import APPEND_ONLY, Versioned


class Report(Versioned, Record):
    """A mandatory report; what was seen, the child's and the reporter's particulars are sealed."""

    __tablename__ = "report"
    __table_args__ = (
        Index("ix_report_case", "case_id"),
        Index("ix_report_child", "child_ref"),
        Index("ix_report_received", "received_at", "id"),
        Index("ix_report_client", "client", "received_at", "id"),
        Index("ix_report_state", "state", "received_at", "id"),
        Index("ix_report_town", "town", "received_at", "id"),
        Index("ix_report_authority", "competent_authority", "received_at", "id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    department: Mapped[str]
    client: Mapped[str]
    officer: Mapped[str | None]
    reporter_id: Mapped[UUID | None]
    reporter_kind: Mapped[str]
    unit_id: Mapped[UUID | None]
    institution_type: Mapped[str]
    competent_authority: Mapped[str]
    authority_to_be_assigned: Mapped[bool]
    authority_acknowledged_at: Mapped[datetime | None]
    grounds: Mapped[list[str]]
    trigger: Mapped[str]
    serious: Mapped[bool]
    found_at: Mapped[datetime]
    reported_at: Mapped[datetime]
    received_at: Mapped[datetime]
    waited_minutes: Mapped[int] = mapped_column(Integer)
    late: Mapped[bool]
    level: Mapped[str]
    town: Mapped[str | None]
    child_ref: Mapped[UUID | None]
    case_id: Mapped[UUID | None]
    batch_id: Mapped[UUID | None]
    evidence: Mapped[dict[str, Any] | None]
    state: Mapped[str]
    outcome: Mapped[str | None]
    feedback_at: Mapped[datetime | None]
    interviews: Mapped[int] = mapped_column(Integer, server_default=text("0"))


class ChildKey(Record):
    """A keyed digest of a child: all reports and detentions about one child meet here (并案)."""

    __tablename__ = "child_key"
    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    child_ref: Mapped[UUID] = mapped_column(index=True)
    case_id: Mapped[UUID | None] = mapped_column(index=True)
    first_at: Mapped[datetime]


class ChildLink(Record):
    """Two references are one child, for as long as who says so stands by it; nothing is moved."""

    __tablename__ = "child_link"
    child_ref: Mapped[UUID] = mapped_column(primary_key=True)
    one_with: Mapped[UUID] = mapped_column(primary_key=True, index=True)
    why: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class ReporterOpening(Versioned, Record):
    """A wish to see who reported: purpose, task, a second person's approval, a short time."""

    __tablename__ = "reporter_opening"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    report_id: Mapped[UUID] = mapped_column(index=True)
    department: Mapped[str]
    purpose: Mapped[str]
    reason_id: Mapped[UUID]
    requested_by: Mapped[str]
    requested_at: Mapped[datetime]
    approved_by: Mapped[str | None]
    approved_at: Mapped[datetime | None]
    refused_by: Mapped[str | None]
    open_until: Mapped[datetime | None]
    opened_count: Mapped[int] = mapped_column(Integer, default=0)


class Interview(Record):
    """An interview of a child: recorded, who was there, why if it was not the first (一站式)."""

    __tablename__ = "interview"
    __table_args__ = (APPEND_ONLY,)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    report_id: Mapped[UUID] = mapped_column(index=True)
    at: Mapped[datetime]
    one_stop: Mapped[bool]
    recorded: Mapped[bool]
    female_staff: Mapped[bool]
    victim_female: Mapped[bool]
    guardian_present: Mapped[bool]
    place_kind: Mapped[str]
    again_because: Mapped[str | None]
    department: Mapped[str]
    officer: Mapped[str | None]


class Appraisal(Versioned, Record):
    """An injury appraisal or health assessment asked of a medical institution (伤情鉴定)."""

    __tablename__ = "appraisal"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    report_id: Mapped[UUID] = mapped_column(index=True)
    kind: Mapped[str]
    requested_by: Mapped[str]
    requested_at: Mapped[datetime]
    result_code: Mapped[str | None]
    result_id: Mapped[UUID | None]
    done_at: Mapped[datetime | None]
    done_by: Mapped[str | None]


class DutyUnit(Versioned, Record):
    """A unit bound to report, with its liaison (强制报告工作联系人)."""

    __tablename__ = "duty_unit"
    __table_args__ = (Index("ix_duty_unit_type", "institution_type", "id"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    institution_type: Mapped[str]
    competent_authority: Mapped[str]
    town: Mapped[str | None]
    client: Mapped[str | None]
    has_liaison: Mapped[bool]
    registered_by: Mapped[str]
    registered_at: Mapped[datetime]
    closed_on: Mapped[date | None]


class MissedReport(Versioned, Record):
    """A unit that had to report and did not, or too late; what is proposed and decided (B01)."""

    __tablename__ = "missed_report"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    report_id: Mapped[UUID] = mapped_column(index=True)
    unit_id: Mapped[UUID | None]
    institution_type: Mapped[str]
    competent_authority: Mapped[str]
    breach: Mapped[str]
    serious: Mapped[bool]
    blocked_by_head: Mapped[bool]
    proposed: Mapped[list[str]]
    decided: Mapped[str | None]
    decided_by: Mapped[str | None]
    state: Mapped[str]
    found_by: Mapped[str]
    found_at: Mapped[datetime]
    recommendation_id: Mapped[UUID | None]


class StaffCheck(Record):
    """A query of a staff member's record: yes or no and when, never what the record says."""

    __tablename__ = "staff_check"
    __table_args__ = (
        Index("ix_staff_check_unit", "unit_id", "staff_ref", "checked_on"),
        APPEND_ONLY,
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[UUID]
    staff_ref: Mapped[UUID]
    occasion: Mapped[str]
    checked_on: Mapped[date]
    starts_on: Mapped[date | None]
    barred: Mapped[bool]
    answered_by: Mapped[str]
    at: Mapped[datetime]


class StaffMember(Versioned, Record):
    """A post with contact to minors: hired, checked until, removed; no name (从业人员)."""

    __tablename__ = "staff_member"
    __table_args__ = (Index("ix_staff_member_due", "unit_id", "check_due_on"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[UUID]
    hired_on: Mapped[date]
    checked_before_start: Mapped[bool]
    check_due_on: Mapped[date | None]
    barred: Mapped[bool]
    removed_on: Mapped[date | None]


class TattooFinding(Versioned, Record):
    """A tattoo on a minor, an inducement, or a shop without sign or ID check (文身治理)."""

    __tablename__ = "tattoo_finding"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    shop_ref: Mapped[UUID]
    town: Mapped[str | None]
    found_on: Mapped[date]
    service_on: Mapped[date | None]
    customer_minor: Mapped[bool | None]
    sign_shown: Mapped[bool | None]
    id_checked: Mapped[bool | None]
    breaches: Mapped[list[str]]
    state: Mapped[str]
    decided_by: Mapped[str | None]
    found_by: Mapped[str]
    note_id: Mapped[UUID | None]
    at: Mapped[datetime]
