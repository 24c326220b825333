"""Recommendations to units that failed children: sent, answered, judged, shown (检察建议)."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field, model_validator

from services.protection.rules.recommendations import FAILURES, Failure, failure_of
from services.protection.schemas.told import MoveTold, Place, Shown, StepShown, Text, Told, worded
from shared.clocks import ClockShown

_KNOWN = "；".join(f"{code} {zh}" for code, (_, zh) in FAILURES.items())


class RecommendationTold(Told):
    """Which unit (or which office) failed, in what, and which breaches of the register it is."""

    document_ref: Annotated[str, Field(min_length=1, max_length=60, description="建议书文号")]
    unit_id: UUID | None = None
    department: Annotated[str, Field(max_length=60)] | None = None
    town: Place = None
    case_id: UUID | None = None
    failures: Annotated[
        list[Annotated[Failure, worded(failure_of)]],
        Field(min_length=1, max_length=5, description=f"未尽到的职责，代码或原文: {_KNOWN}"),
    ]
    missed_report_ids: list[UUID] = Field(
        default_factory=list, max_length=50, description="责任登记中的未依法报告 | breaches (B01)"
    )
    sent_on: date | None = None
    words: Text | None = None

    @model_validator(mode="after")
    def _one_addressee(self) -> "RecommendationTold":
        if (self.unit_id is None) == (self.department is None):
            raise ValueError("须注明一个单位或者一个部门 | one unit, or one office")
        return self


class RecommendationMove(MoveTold):
    """A step; a reply is written: its words are told."""


class RecommendationShown(Shown):
    """A recommendation, its clocks and steps; the words for those who may know of it."""

    id: UUID
    issuer: str
    document_ref: str
    unit_id: UUID | None
    department: str
    town: str | None
    failures: list[str]
    state: str
    sent_on: date
    sent_at: AwareDatetime
    replied_on: date | None
    version: int
    allowed: list[str] = Field(default_factory=list)
    missed_report_ids: list[UUID] = Field(default_factory=list)
    clocks: list[ClockShown] = Field(default_factory=list)
    steps: list[StepShown] = Field(default_factory=list)
    words: str | None = None
