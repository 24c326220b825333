"""Assessments, orders, petitions, facilities, placements, foundlings, transfers."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from services.protection.rules.adoption import ADOPTEES, Adoptee
from services.protection.rules.assessments import ABSENT_OR_IMPROPER
from services.protection.rules.detentions import CarerKind
from services.protection.rules.duties import CONDUCT, DUTIES, code_of
from services.protection.rules.guardianship import (
    FACILITY_ZH,
    LONG_TERM_GROUNDS,
    TEMPORARY_GROUNDS,
    Facility,
    LongTermGround,
    TemporaryGround,
)
from services.protection.rules.orders import (
    OrderKind,
    Relief,
    order_kind_of,
    reliefs_in,
)
from services.protection.rules.petitions import Petitioner, petitioner_of
from services.protection.rules.revocation import REVOCATION_GROUNDS, RevocationGround
from services.protection.schemas.detentions import CarerChecks, carer_kind_of
from services.protection.schemas.reviews import DutyCode, ReviewShown
from services.protection.schemas.told import (
    Code,
    MoveTold,
    Name,
    Person,
    Place,
    Shown,
    Text,
    Told,
    listed_as,
    worded,
)
from shared.instants import Instant


def _listed(what: str, words: Mapping[str, str]) -> str:
    known = "；".join(f"{code} {zh}" for code, zh in words.items())
    return (
        f"{what}，代码或原文，也可用本地代码 | codes or their words, or codes of your own: {known}"
    )


def _relief_of(word: str) -> Relief | None:
    found = reliefs_in(word)
    return found[0] if len(found) == 1 else None


class AssessmentTold(Told):
    """Why a family is assessed, by which instrument."""

    instrument: Annotated[str, Field(max_length=60)]
    purpose: Literal["capacity", "support", "return", "restoration", "adoption"]
    trigger: Annotated[
        str, Field(min_length=1, max_length=60, description="评估工具所列触发情形的原文")
    ] = ABSENT_OR_IMPROPER
    scope: Literal["guardian", "both_parents", "household", "delegated_carer"] = "household"


class ScoreTold(Told):
    """What one assessor found: points by item, red lines, and that no interest conflicts."""

    answers: dict[Annotated[str, Field(max_length=20)], int]
    red_lines: list[Annotated[str, Field(max_length=40)]] = Field(default_factory=list)
    no_conflict_of_interest: bool
    words: Text | None = None


class ScoreShown(Shown):
    """What one assessor found; `missing` are items without an answer, never zero points."""

    assessor: str
    at: AwareDatetime
    points: int
    grade: str | None
    red_lines: list[str]
    missing: list[str]
    answers: dict[str, int] = Field(default_factory=dict)


class AssessmentShown(Shown):
    """An assessment: its state, grade and until when it may be relied on."""

    id: UUID
    case_id: UUID
    child_ref: UUID
    instrument: str
    purpose: str
    trigger: str
    scope: str
    state: str
    opened_at: AwareDatetime
    grade: str | None
    able: bool | None
    points: int | None
    grounds: list[str]
    concluded_on: date | None
    valid_until: date | None
    version: int
    consequences: list[str] = Field(default_factory=list)
    scores: list[ScoreShown] = Field(default_factory=list)
    allowed: list[str] = Field(default_factory=list)


class OrderTold(Told):
    """An instrument of law to a guardian."""

    kind: Annotated[OrderKind, worded(order_kind_of)]
    guardian: Person | None = None
    guardian_ref: UUID | None = None
    grounds: Annotated[
        list[Annotated[Code, worded(partial(code_of, CONDUCT))]],
        Field(min_length=1, max_length=10, description=_listed("认定的情形", CONDUCT)),
    ]
    duties: Annotated[
        list[DutyCode],
        Field(min_length=1, max_length=20, description=_listed("义务", DUTIES)),
    ]
    issued_on: date
    until_on: date | None = None
    sessions: Annotated[int, Field(ge=0, le=50)] = 0
    words: Text | None = None


class SessionTold(Told):
    """A session of parent education was attended or not (1+X)."""

    held_on: date
    attended: bool
    provider: Annotated[str, Field(max_length=60)]


class OrderMove(MoveTold):
    """A step of an order; an extension names its new end."""

    until_on: date | None = None


class OrderShown(Shown):
    """An instrument, without particulars of the guardian."""

    id: UUID
    case_id: UUID
    child_ref: UUID
    guardian_ref: UUID
    kind: str
    issuer: str
    grounds: list[str]
    duties: list[str]
    state: str
    issued_on: date
    until_on: date | None
    served_on: date | None
    education_partners: list[str]
    sessions_due: int
    sessions_done: int
    version: int
    review: ReviewShown | None = None
    allowed: list[str] = Field(default_factory=list)


class PetitionTold(Told):
    """What is asked of the court."""

    reliefs: Annotated[list[Annotated[Relief, worded(_relief_of)]], Field(min_length=1)]
    grounds: list[Annotated[RevocationGround, listed_as(REVOCATION_GROUNDS)]] = Field(
        default_factory=list
    )
    respondents: list[Literal["father", "mother", "guardian"]] = Field(
        default_factory=list, description="被申请人：父、母、其他监护人 | whose guardianship it is"
    )
    petitioner: Annotated[Petitioner, worded(petitioner_of)]
    co_petitioners: list[Annotated[Petitioner, worded(petitioner_of)]] = Field(default_factory=list)
    urgent: bool = False
    assessment_id: UUID | None = None
    restoration: "RestorationFacts | None" = None
    words: Text | None = None


class RestorationFacts(Told):
    """What a wish to be guardian again rests on (民法典38)."""

    revoked_on: date
    applied_on: date
    applicant_is_parent: bool
    repentance: bool | None = None
    ward_wants: bool | None = None
    sexual_harm_or_sale_done: bool | None = None
    grave_abuse_done: bool | None = None
    sentence_years: Annotated[int, Field(ge=0, le=100)] | None = None
    intentional_crime_against_ward: bool | None = None


class PetitionMove(MoveTold):
    """A step of a petition; a judgment names its number and whom it appoints."""

    judgment_ref: Annotated[str, Field(max_length=60)] | None = None
    appointed: Literal["civil_affairs", "other_guardian", "none"] | None = None


class PetitionShown(Shown):
    """A petition and where it stands."""

    id: UUID
    case_id: UUID
    child_ref: UUID
    reliefs: list[str]
    grounds: list[str]
    respondents: list[str]
    petitioner: str
    co_petitioners: list[str]
    urgent: bool
    state: str
    filed_on: date | None
    decided_on: date | None
    appointed: str | None
    version: int
    review: ReviewShown | None = None
    allowed: list[str] = Field(default_factory=list)


class FacilityTold(Told):
    """A place with beds: a zone of its own and dedicated staff, or none (3.5d-2)."""

    kind: Annotated[Facility, worded({zh: kind for kind, zh in FACILITY_ZH.items()}.get)]
    name: Name
    town: Place = None
    separate_zone: bool
    dedicated_staff: bool
    beds: Annotated[int, Field(ge=0, le=500)]


class FacilityShown(Shown):
    """A place and how many beds are free."""

    id: UUID
    kind: str
    name: str
    town: str | None
    active: bool
    beds: int = 0
    free: int = 0
    version: int


class PlacementTold(Told):
    """A child needs a place now: on which ground, and what decides where."""

    ground: Annotated[TemporaryGround, listed_as(TEMPORARY_GROUNDS)]
    unidentified: bool = False
    abandoned_infant: bool = False
    court_appointed: bool = False
    carer_kind: Annotated[CarerKind, worded(carer_kind_of)] | None = None
    carer: Person | None = None
    checks: CarerChecks = CarerChecks()
    facility_id: UUID | None = None
    words: Text | None = None


class HandOverTold(Told):
    """The child is handed over, in writing (书面交接)."""

    from_department: Annotated[str, Field(max_length=60)]
    written: bool
    removed_on: date | None = None
    words: Text | None = None


class ReturnTold(Told):
    """A person decides that the child goes home: which assessment, or which court order."""

    assessment_id: UUID | None = None
    court_order_id: UUID | None = None
    words: Text | None = None


class EndTold(Told):
    """Another end of a placement."""

    ground: Annotated[LongTermGround, listed_as(LONG_TERM_GROUNDS)] | None = None
    adoptee: Annotated[Adoptee, listed_as(ADOPTEES)] | None = None
    child_consents: bool | None = None
    day: date | None = None
    words: Text | None = None


class PlacementShown(Shown):
    """A placement: its state, bed, term, whether the gate of return is open."""

    id: UUID
    child_ref: UUID
    case_id: UUID
    ground: str
    carer_kind: str
    facility_id: UUID | None
    bed_id: UUID | None
    town: str | None
    state: str
    requested_at: AwareDatetime
    held_until: AwareDatetime | None
    removed_on: date | None
    term_ends_on: date | None
    ended_on: date | None
    version: int
    allowed: list[str] = Field(default_factory=list)
    order: list[str] = Field(default_factory=list)


class GateShown(Shown):
    """Whether the child may go home: the finding, and what is missing."""

    may_return: bool
    verdict: str
    missing: list[str]
    finding: dict[str, Any]
    next: list[str]


class FoundlingTold(Told):
    """A child nobody claims: found when, taken to which hospital first (首诊负责)."""

    found_at: Instant
    infant: bool
    first_hospital: Annotated[str, Field(max_length=100)] | None = None


class FoundlingStep(Told):
    """A step of the inquiry: match, tracing, notice, outcome."""

    dna_result: Literal["match", "no_match", "pending"] | None = None
    tracing_result: Literal["found", "not_found", "pending"] | None = None
    notice_on: date | None = None
    outcome: Literal["claimed", "parents_not_found", "trafficked_returned"] | None = None
    settled: bool | None = None


class FoundlingShown(Shown):
    """Where the inquiry stands; the notice runs until its day."""

    id: UUID
    case_id: UUID
    child_ref: UUID
    infant: bool
    dna_result: str | None
    tracing_result: str | None
    notice_on: date | None
    notice_until: date | None
    outcome: str | None
    settled_at: AwareDatetime | None
    version: int


class TransferTold(Told):
    """A child goes home across a border: the home's administrative code."""

    home_code: Annotated[str, Field(pattern=r"^\d{6}$")]
    placement_id: UUID | None = None


class TransferMove(MoveTold):
    """A step; the other side's confirmation has its reference."""

    confirmation_ref: Annotated[str, Field(max_length=60)] | None = None


class TransferShown(Shown):
    """A transfer; open until the other side confirms."""

    id: UUID
    case_id: UUID
    child_ref: UUID
    placement_id: UUID | None
    home_code: str
    state: str
    escorted_on: date | None
    received_on: date | None
    version: int
    allowed: list[str] = Field(default_factory=list)
    open: bool = True
