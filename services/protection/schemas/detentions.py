"""Detentions of parents: what police push, who looks after the children, the release."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, model_validator

from services.protection.rules.detentions import (
    CARER_WORDS,
    CarerKind,
    DetentionKind,
    detention_kind_of,
    ends_in_the_past,
)
from services.protection.schemas.told import (
    ChildTold,
    Code,
    Person,
    Place,
    Shown,
    Text,
    Told,
    worded,
)
from shared.instants import Instant


def carer_kind_of(word: str) -> CarerKind | None:
    """The carer a code or Chinese word names."""
    for kind, words in CARER_WORDS.items():
        if word == kind.value or word in words:
            return kind
    return None


def _answer_of(word: str) -> str | None:
    return {"有": "has", "没有": "none", "无": "none", "无法回答": "unable"}.get(word)


Kind = Annotated[DetentionKind, worded(detention_kind_of)]
Carer = Annotated[CarerKind, worded(carer_kind_of)]
Answer = Annotated[Literal["has", "none", "unable"], worded(_answer_of)]


class CarerChecks(Told):
    """What is known of a carer; unknown is not yes, and is verified afterwards."""

    capable_adult: bool | None = None
    past_offence: bool | None = None
    vices: bool | None = None
    refused_duty_before: bool | None = None
    otherwise_unfit: bool | None = None


class CareTold(Told):
    """Who looks after a child from now on."""

    child_ref: UUID
    carer_kind: Carer
    carer: Person | None = None
    checks: CarerChecks = CarerChecks()
    since: date | None = None


class DetainedChild(ChildTold):
    """A minor child of the detained person."""

    relation: Annotated[str, Field(max_length=20, description="被羁押人是孩子的：father、mother…")]
    other_guardian_present: bool | None = None
    carer_kind: Carer | None = None
    carer: Person | None = None
    checks: CarerChecks = CarerChecks()


class MinorChildren(Told):
    """The answer to the question police must ask (WL24:3.6b-1)."""

    answer: Answer
    children: list[DetainedChild] = Field(default=[], max_length=20)
    why_unable: Text | None = None

    @model_validator(mode="after")
    def _consistent(self) -> "MinorChildren":
        if self.answer == "has" and not self.children:
            raise ValueError("回答“有”时须列明子女 | 'has' needs the children it is about")
        if self.answer != "has" and self.children:
            raise ValueError("回答与所列子女不符 | the answer and the children contradict")
        if self.answer == "unable" and not self.why_unable:
            raise ValueError("无法回答须说明原因 | 'unable' needs its reason")
        return self


class DetentionTold(Told):
    """A detention as police push it. `minor_children` is required by law: 是否有未成年子女."""

    id: UUID | None = None
    kind: Kind
    person: Person
    began_on: date
    ends_on: date | None = None
    asked_at: Instant | None = None
    town: Place = None
    minor_children: MinorChildren | None = Field(
        default=None, description="必答：是否有未成年子女需要委托临时照料 | required by 3.6"
    )

    @model_validator(mode="after")
    def _term(self) -> "DetentionTold":
        if ends_in_the_past(self.began_on, self.ends_on):
            raise ValueError("期满日早于起始日 | it ends before it began")
        return self


class AnswerTold(Told):
    """The answer that could not be had at first."""

    minor_children: MinorChildren
    asked_at: Instant | None = None


class ReleaseTold(Told):
    """The detained parent is free (or moved on to another measure)."""

    released_on: date


class DelegationTold(Told):
    """An agreement by which a parent entrusts a child (监护委托协议)."""

    detention_id: UUID | None = None
    child_ref: UUID
    carer: Person
    checks: CarerChecks
    signed_on: date
    from_on: date
    until_on: date | None = None
    child_heard: bool
    school_told: bool = False
    village_told: bool = False


class DelegationEnded(Told):
    """The agreement is over: since when, and why."""

    ended_on: date
    reason: Code


class ChildOfDetained(Shown):
    """A child in a detention, without particulars."""

    child_ref: UUID
    relation: str
    care_needed: bool
    case_id: UUID | None
    carer_kind: str | None


class DetentionShown(Shown):
    """A detention, without particulars of anybody."""

    id: UUID
    kind: str
    answer: str
    began_on: date
    ends_on: date | None
    town: str | None
    care_needed: bool
    state: str
    released_on: date | None
    reported_at: AwareDatetime
    version: int
    children: list[ChildOfDetained] = Field(default_factory=list)
    why_unable: str | None = Field(None, description="未能询问的原因 | why nobody could be asked")
    evidence_id: UUID | None = Field(None, description="签名证据 | its signature, at the gateway")


class ChildShown(Shown):
    """What the caller may know of a child; masked where the policy does not permit."""

    child_ref: UUID
    town: str | None
    case_id: UUID | None
    identity: dict[str, Any] = Field(default_factory=dict)
    address: dict[str, Any] = Field(default_factory=dict)
    contact: dict[str, Any] = Field(default_factory=dict)
    health: dict[str, Any] = Field(default_factory=dict)
    detentions: list[dict[str, Any]] = Field(default_factory=list)
    guardianship: list[dict[str, Any]] = Field(default_factory=list)


class DelegationShown(Shown):
    """A delegation agreement; the carer's particulars where the policy permits."""

    id: UUID
    detention_id: UUID | None
    child_ref: UUID
    signed_on: date
    from_on: date
    until_on: date | None
    ended_on: date | None
    assisted_by: str
    child_heard: bool
    school_told: bool
    village_told: bool
    finding: dict[str, str]
    version: int
    carer: dict[str, dict[str, Any]] = Field(default_factory=dict)
