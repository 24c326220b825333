"""Records of care: detained parents, carers, facilities with beds, placements, guardianship."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.protection.models.record import Record
from shared.database import APPEND_ONLY, Versioned

OCCUPYING = "state IN ('held', 'confirmed', 'in_care', 'returned')"


class Detention(Versioned, Record):
    """A detention police pushed, with the answer about minor children (羁押推送)."""

    __tablename__ = "detention"
    __table_args__ = (
        Index("ix_detention_state", "state", "reported_at", "id"),
        CheckConstraint("ends_on IS NULL OR ends_on >= began_on", name="term"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_ref: Mapped[UUID]
    kind: Mapped[str]
    answer: Mapped[str]
    why_id: Mapped[UUID | None]
    asked_at: Mapped[datetime]
    began_on: Mapped[date]
    ends_on: Mapped[date | None]
    town: Mapped[str | None]
    care_needed: Mapped[bool]
    state: Mapped[str]
    released_on: Mapped[date | None]
    client: Mapped[str]
    officer: Mapped[str | None]
    evidence: Mapped[dict[str, str] | None]
    reported_at: Mapped[datetime]


class DetentionChild(Versioned, Record):
    """A child of a detained person: who the person is to it, who looks after it now."""

    __tablename__ = "detention_child"
    detention_id: Mapped[UUID] = mapped_column(ForeignKey("detention.id"), primary_key=True)
    child_ref: Mapped[UUID] = mapped_column(primary_key=True, index=True)
    relation: Mapped[str]
    other_guardian_present: Mapped[bool | None]
    care_needed: Mapped[bool]
    case_id: Mapped[UUID | None]
    town: Mapped[str | None]
    carer_kind: Mapped[str | None]
    carer_id: Mapped[UUID | None]
    arranged_at: Mapped[datetime | None]


class Delegation(Versioned, Record):
    """An agreement by which a parent entrusts a child to a carer (监护委托协议)."""

    __tablename__ = "delegation"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    detention_id: Mapped[UUID | None]
    child_ref: Mapped[UUID] = mapped_column(index=True)
    carer_id: Mapped[UUID]
    signed_on: Mapped[date]
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    assisted_by: Mapped[str]
    child_heard: Mapped[bool]
    school_told: Mapped[bool]
    village_told: Mapped[bool]
    finding: Mapped[dict[str, str]]
    ended_on: Mapped[date | None]


class Facility(Versioned, Record):
    """A place with beds for children: station, centre, institution (照料场所)."""

    __tablename__ = "facility"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    town: Mapped[str | None]
    separate_zone: Mapped[bool]
    dedicated_staff: Mapped[bool]
    active: Mapped[bool]


class Bed(Record):
    """A bed of a facility; taken by at most one placement, as the index over placements says."""

    __tablename__ = "bed"
    __table_args__ = (UniqueConstraint("facility_id", "number"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    facility_id: Mapped[UUID] = mapped_column(ForeignKey("facility.id"))
    number: Mapped[int]
    closed_on: Mapped[date | None]


class Placement(Versioned, Record):
    """A child in temporary guardianship, from the request of a bed to its end (临时监护)."""

    __tablename__ = "placement"
    __table_args__ = (
        Index("uq_placement_bed", "bed_id", unique=True, postgresql_where=text(OCCUPYING)),
        Index("uq_placement_child", "child_ref", unique=True, postgresql_where=text(OCCUPYING)),
        Index("ix_placement_case", "case_id"),
        Index("ix_placement_state", "state", "requested_at", "id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    child_ref: Mapped[UUID]
    case_id: Mapped[UUID]
    ground: Mapped[str]
    carer_kind: Mapped[str]
    facility_id: Mapped[UUID | None] = mapped_column(ForeignKey("facility.id"))
    bed_id: Mapped[UUID | None] = mapped_column(ForeignKey("bed.id"))
    carer_id: Mapped[UUID | None]
    town: Mapped[str | None]
    state: Mapped[str]
    requested_by: Mapped[str]
    requested_at: Mapped[datetime]
    held_until: Mapped[datetime | None]
    removed_on: Mapped[date | None]
    term_ends_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    return_assessment_id: Mapped[UUID | None]
    court_order_id: Mapped[UUID | None]
    proposed_by: Mapped[str | None]


class HandOver(Record):
    """A link of the chain of custody: found by, escorted by, handed to, with times (交接)."""

    __tablename__ = "hand_over"
    __table_args__ = (APPEND_ONLY,)
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    from_department: Mapped[str]
    to_department: Mapped[str]
    at: Mapped[datetime]
    written: Mapped[bool]
    note_id: Mapped[UUID | None]


class Guardianship(Record):
    """Who is guardian or carer from a day on; a new line ends the one before (监护变动)."""

    __tablename__ = "guardianship"
    __table_args__ = (
        Index("ix_guardianship_child", "child_ref", "id"),
        APPEND_ONLY,
    )
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    child_ref: Mapped[UUID]
    case_id: Mapped[UUID | None]
    kind: Mapped[str]
    ground: Mapped[str | None]
    carer_kind: Mapped[str]
    since: Mapped[date]
    basis_kind: Mapped[str]
    basis_id: Mapped[UUID | None]
    decided_by: Mapped[str]
    at: Mapped[datetime]


class Foundling(Versioned, Record):
    """The inquiry about a child nobody claims: police match, notice, outcome (弃婴调查)."""

    __tablename__ = "foundling"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    child_ref: Mapped[UUID]
    found_at: Mapped[datetime]
    infant: Mapped[bool]
    first_hospital: Mapped[str | None]
    dna_asked_at: Mapped[datetime | None]
    dna_result: Mapped[str | None]
    tracing_result: Mapped[str | None]
    notice_on: Mapped[date | None]
    notice_until: Mapped[date | None]
    outcome: Mapped[str | None]
    settled_at: Mapped[datetime | None]


class Transfer(Versioned, Record):
    """A child going home across a border; open until the other side confirms (跨省移交)."""

    __tablename__ = "transfer"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    child_ref: Mapped[UUID]
    placement_id: Mapped[UUID | None]
    home_code: Mapped[str]
    state: Mapped[str]
    opened_at: Mapped[datetime]
    escorted_on: Mapped[date | None]
    received_on: Mapped[date | None]
    confirmation_ref: Mapped[str | None]
