"""Requests and answers of referrals and their lines."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from services.referrals.rules.moves import CLOCK_REASONS, OUTCOMES, REASONS
from shared.clocks import ClockShown

LEVELS = {
    "紧急": "red",
    "红": "red",
    "高": "orange",
    "橙": "orange",
    "中": "yellow",
    "黄": "yellow",
    "低": "blue",
    "蓝": "blue",
}
REASON_WORDS = {reason.zh: reason.code for reason in REASONS.values()}
OUTCOME_WORDS = {zh: code for code, zh in OUTCOMES.items()}
CLOCK_WORDS = {zh: code for code, zh in CLOCK_REASONS.items()}


def words(aliases: dict[str, str]) -> BeforeValidator:
    """The Chinese word is an alias of the code."""
    return BeforeValidator(lambda v: aliases.get(v, v) if isinstance(v, str) else v)


Level = Annotated[Literal["red", "orange", "yellow", "blue"], words(LEVELS)]
ReasonCode = Annotated[str, words(REASON_WORDS), Field(description="、".join(REASONS))]
OutcomeCode = Annotated[str, words(OUTCOME_WORDS), Field(description="、".join(OUTCOMES))]
ClockReason = Annotated[str, words(CLOCK_WORDS), Field(description="、".join(CLOCK_REASONS))]
Words = Annotated[str, Field(max_length=2000)]
Particulars = Annotated[
    dict[
        Literal["identity", "address", "contact", "health", "hiv", "placement", "money"],
        dict[str, Any],
    ],
    Field(description="仅限接收部门所需类别 | only the classes the services need"),
]


class Request(BaseModel):
    """A request: what is not known is refused, never ignored."""

    model_config = ConfigDict(extra="forbid")


class Answer(BaseModel):
    """An answer, read from a record."""

    model_config = ConfigDict(from_attributes=True)


class Consent(Request):
    """Who agreed, and when (个人信息保护法 31)."""

    given_by: Literal["guardian", "child_14_or_older", "person"]
    given_on: date
    document_ref: Annotated[str, Field(max_length=100)] | None = None


class Override(Request):
    """The statutory ground that replaces consent, with its clause; it is recorded."""

    ground: Literal["statutory_duty", "urgent_protection", "guardian_is_the_danger"]
    clause: Annotated[str, Field(min_length=3, max_length=40)]


class WantedLine(Request):
    """One service asked of one department, or of the one that usually gives it."""

    service: Annotated[str, Field(max_length=100, examples=["legal_aid", "法律援助"])]
    department: Annotated[str, Field(max_length=100)] | None = None
    town: Annotated[str, Field(max_length=20)] | None = None


class NewReferral(Request):
    """One need, to several departments at once (转介)."""

    lines: Annotated[list[WantedLine], Field(min_length=1, max_length=30)]
    child_ref: UUID | None = None
    town: Annotated[str, Field(max_length=20)] | None = None
    level: Level = "yellow"
    origin_id: UUID | None = None
    consent: Consent | None = None
    override: Override | None = None
    particulars: Particulars = Field(default_factory=dict)
    note: Words | None = None


class Bulk(Request):
    """Several needs at once: all are sent, or none."""

    referrals: Annotated[list[NewReferral], Field(min_length=1, max_length=100)]


class NoteOnly(Request):
    """A step without a code; words go sealed into the file."""

    note: Words | None = None


class PartialAcceptance(Request):
    """Which part is accepted, in codes or service names."""

    accepted: Annotated[list[Annotated[str, Field(max_length=100)]], Field(min_length=1)]
    reason: ReasonCode | None = None
    note: Words | None = None


class Declining(Request):
    """A coded reason; each has its consequence."""

    reason: ReasonCode | None = None
    note: Words | None = None


class Feedback(Request):
    """What came of it: a coded outcome; the file stays with the department."""

    outcome: OutcomeCode | None = None
    note: Words | None = None


class Closure(Request):
    """The sender closes, and says how content the family is."""

    satisfaction: Literal["satisfied", "neutral", "dissatisfied", "unknown"] | None = None
    note: Words | None = None


class HandingOn(Request):
    """To which department it goes, for the same service or another."""

    department: Annotated[str, Field(max_length=100)]
    service: Annotated[str, Field(max_length=100)] | None = None
    town: Annotated[str, Field(max_length=20)] | None = None
    reason: ReasonCode | None = None
    note: Words | None = None


class ClockStop(Request):
    """Why the clock stands still."""

    reason: ClockReason


class StepOut(Answer):
    """One step of a line."""

    verb: str
    before: str
    after: str
    clause: str
    department: str
    officer: str | None
    reason: str | None
    at: datetime


class DisclosedOut(Answer):
    """Which classes went to whom, on which basis."""

    department: str
    officer: str | None
    fields: list[str]
    basis: str
    clause: str
    at: datetime


class LineOut(Answer):
    """One line: what was asked of whom, where it stands, by when."""

    id: UUID
    referral_id: UUID
    parent_id: UUID | None
    service: str
    clause: str
    lead: str
    department: str
    town: str | None
    state: str
    sent_at: datetime
    due_at: datetime
    received_at: datetime | None
    answered_at: datetime | None
    fed_back_at: datetime | None
    closed_at: datetime | None
    reason: str | None
    consequence: str | None = None
    outcome: str | None
    accepted: list[str] | None
    satisfaction: str | None
    escalation: int
    escalated_to: str | None
    reminded_at: datetime | None
    version: int
    allowed: list[str] = Field(default_factory=list)


class LineDetail(LineOut):
    """A line with its history, its clocks and what was disclosed with it."""

    steps: list[StepOut]
    clocks: list[ClockShown]
    disclosed: list[DisclosedOut]


class ReferralOut(Answer):
    """A referral without its lines."""

    id: UUID
    child_ref: UUID | None
    origin: str
    origin_id: UUID | None
    from_department: str
    from_town: str | None
    town: str | None
    level: str
    basis: dict[str, Any]
    state: str
    created_at: datetime
    closed_at: datetime | None


class ReferralDetail(ReferralOut):
    """A referral with its lines: the sender sees every outcome, a receiver its own line."""

    lines: list[LineOut]


class ServiceOut(BaseModel):
    """A line of the lead-unit table (责任单位一览)."""

    code: str
    zh: str
    clause: str
    lead: str
    participants: list[str]
    provider: str
    asked_of: list[str]
    needs: list[str]
    basis: str
    clock: str
    assumed: bool


class ReasonOut(BaseModel):
    """A coded reason and what follows from it."""

    code: str
    zh: str
    consequence: str
    consequence_zh: str
    clause: str
