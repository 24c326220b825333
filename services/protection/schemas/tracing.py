"""Tracing: what is told of a child missed or found, candidates, decisions; units that saw it."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, model_validator

from services.protection.rules.tracing import MatchBasis, TraceKind
from services.protection.schemas.told import Shown, Text, Told
from shared.instants import Instant

Mark = Annotated[str, Field(pattern=r"^[a-z_]{2,20}:[a-z0-9_]{1,40}$", max_length=61)]
Age = Annotated[int, Field(ge=0, le=18)]


class TraceTold(Told):
    """What is known of a child; all of it may be unknown, and the id may be made in the field."""

    id: UUID | None = None
    kind: TraceKind
    at: Instant
    age_from: Age | None = None
    age_to: Age | None = None
    sex: Literal["男", "女"] | None = None
    place_codes: list[Annotated[str, Field(pattern=r"^\d{6,12}$")]] = Field(
        default_factory=list, max_length=5, description="行政区划代码：走失地、发现地、可能的户籍地"
    )
    marks: list[Mark] = Field(
        default_factory=list, max_length=20, description="特征，如 scar:left_hand、dialect:guizhou"
    )
    words: Text | None = None

    @model_validator(mode="after")
    def _ages(self) -> "TraceTold":
        if self.age_to is not None and (self.age_from is None or self.age_to < self.age_from):
            raise ValueError("年龄范围有误 | the range of age cannot be")
        return self

    def sealed(self) -> dict[str, Any]:
        """What the vault keeps of it."""
        told = self.model_dump(mode="json", exclude={"id", "kind", "at"}, exclude_none=True)
        return {name: value for name, value in told.items() if value != []}


class TraceShown(Shown):
    """A trace; what the child looks like for those who may see it."""

    id: UUID
    case_id: UUID
    kind: str
    town: str | None
    at: AwareDatetime
    state: str
    matched_with: UUID | None
    version: int
    allowed: list[str] = Field(default_factory=list)
    description: dict[str, Any] = Field(default_factory=dict)


class CandidateShown(Shown):
    """Somebody who may be the same child: a proposal for a person, never a decision."""

    trace_id: UUID
    points: int
    agree: list[str]
    differ: list[str]
    unknown: list[str]


class MatchTold(Told):
    """Two are one, says the first of two people; the second confirms on the same basis."""

    trace_id: UUID
    basis: MatchBasis


class ExclusionTold(Told):
    """Two are not one."""

    trace_id: UUID


class ContactTold(Told):
    """A unit had to do with the child; whether it could see signs may be unknown."""

    unit_id: UUID | None = None
    institution_type: Annotated[str, Field(max_length=60)]
    how: Literal["taught", "treated", "lodged", "cared_for", "visited", "employed", "other"]
    first_on: date
    last_on: date | None = None
    signs_seen: bool | None = None


class ContactShown(Shown):
    """A unit that had contact, and what its duty came to."""

    id: UUID
    case_id: UUID
    unit_id: UUID | None
    institution_type: str
    competent_authority: str
    how: str
    first_on: date
    last_on: date | None
    signs_seen: bool | None
    duty: Literal["reported", "reported_late", "silent", "nothing_seen", "to_be_checked"] = (
        "to_be_checked"
    )
    reported_at: AwareDatetime | None = None
    missed_report_id: UUID | None = None
