"""Children, facts, applications, decisions as they are sent and shown."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.eligibility.rules.procedure import APPLICANTS, ROUTES
from services.eligibility.rules.results import OUTCOME_ZH
from services.eligibility.schemas.shapes import Facts, Name, Place, Shown, Told, Words, worded
from shared.bounds import Day
from shared.clocks import ClockShown


class ChildTold(Told):
    """A child to be registered; whatever is not known may be left out (一人一档)."""

    child_ref: UUID | None = None
    name: Name | None = None
    id_no: Annotated[str, Field(max_length=18, description="公民身份号码 GB 11643")] | None = None
    birth_date: Day | None = None
    sex: Annotated[str, Field(max_length=10)] | None = None
    hukou: Place | None = Field(default=None, description="户籍所在地 | place of registration")
    address: Place | None = None
    phone: Annotated[str, Field(max_length=30)] | None = None
    town: Annotated[str, Field(max_length=20)] | None = Field(
        default=None, description="镇（街道）名称或代码 | town by name or code"
    )
    facts: Facts = Field(default_factory=dict)


class ChildShown(Shown):
    """A child's file; particulars are masked where the policy does not permit."""

    id: UUID
    town: str | None
    state: str
    named: bool
    left_on: date | None
    left_why: str | None
    merged_into: UUID | None
    registered_at: datetime | None
    version: int
    particulars: dict[str, dict[str, Any]] = Field(default_factory=dict)
    possible_duplicates: list[UUID] = Field(default_factory=list)

    @classmethod
    def nothing_but(cls, child_id: UUID) -> "ChildShown":
        """For who had the child's number and no task: by which id to speak of it, no more."""
        unsaid = dict.fromkeys(("town", "left_on", "left_why", "merged_into", "registered_at"))
        said = {"id": child_id, "state": "registered", "named": True}
        return cls.model_validate(said | unsaid | {"version": 1})


class ChildReferences(Shown):
    """The ids of one child: its file's own, and those that lead to it."""

    child_id: UUID
    references: list[UUID]


class ChildListed(Shown):
    """A line of the register's list: no particulars."""

    id: UUID
    town: str | None
    state: str
    named: bool
    registered_at: datetime


class PersonTold(Told):
    """Somebody in a child's life (关系人); for a payee also the account."""

    role: Literal["father", "mother", "guardian", "carer", "household_member", "payee"]
    since: Day
    relation: Name | None = None
    kind: Literal["guardian", "carer", "institution", "youth"] | None = None
    name: Name | None = None
    id_no: Annotated[str, Field(max_length=18)] | None = None
    phone: Annotated[str, Field(max_length=30)] | None = None
    bank: Name | None = None
    bank_code: Annotated[str, Field(max_length=20)] | None = None
    account: Annotated[str, Field(pattern=r"^[0-9]{8,30}$")] | None = None


class EndingTold(Told):
    """The first day on which somebody is no longer what they were to a child."""

    until: Day


class PersonShown(Shown):
    """A person of a child's life."""

    id: UUID
    role: str
    relation: str | None
    kind: str | None
    since: date
    until: date | None
    particulars: dict[str, dict[str, Any]] = Field(default_factory=dict)


class FactsTold(Told):
    """A statement of facts with its period and evidence."""

    facts: Facts
    valid_from: Day = Field(description="事实开始成立之日 | first day they hold")
    valid_until: Day | None = Field(
        default=None, description="不再成立之首日 | first day they no longer hold"
    )
    evidence: dict[str, Annotated[str, Field(max_length=200)]] = Field(default_factory=dict)
    corrects: UUID | None = Field(default=None, description="更正的陈述 | statement it corrects")


class FactShown(Shown):
    """A recorded statement; sealed values are not shown here."""

    id: UUID
    name: str
    value: Any | None
    valid_from: date | None
    valid_until: date | None
    department: str
    origin: str
    supersedes: UUID | None
    withdrawn: bool
    known_at: datetime


class StandingFact(BaseModel):
    """A fact as it stands on a day."""

    name: str
    zh: str
    value: Any
    source: str | None
    since: date | None
    until: date | None
    known_at: datetime | None
    fact_id: UUID | None


class ConflictShown(Shown):
    """Two departments that contradict each other."""

    id: UUID
    child_id: UUID
    name: str
    one_id: UUID
    other_id: UUID
    opened_at: datetime
    resolved_at: datetime | None
    resolved_by: str | None
    kept_id: UUID | None
    reason: str | None


class ResolutionTold(Told):
    """Which of two statements stands, and why."""

    keep: UUID
    reason: Words


class ApplicationTold(Told):
    """An application for a registered child."""

    child_id: UUID
    applicant: Annotated[
        Literal["guardian", "relative", "village", "proactive", "welfare_institution"],
        worded(APPLICANTS),
    ]
    town: Annotated[str, Field(max_length=20)] | None = None
    route: Annotated[Literal["local", "cross_town", "cross_province"], worded(ROUTES)] = "local"
    received_in: Annotated[str, Field(max_length=20)] | None = None


class ProposalShown(Shown):
    """A proposal that waits for a second person."""

    id: UUID
    application_id: UUID
    child_id: UUID
    outcome: str
    state: str
    reason: str | None
    departs: str | None
    proposed_by: str
    proposed_at: datetime


class ApplicationShown(Shown):
    """An application and where it stands."""

    id: UUID
    child_id: UUID
    applicant: str
    route: str
    town: str
    received_in: str | None
    state: str
    review_id: UUID | None
    opened_at: datetime
    verified_by: str | None
    verified_at: datetime | None
    opinion: str | None
    closed_at: datetime | None
    version: int
    missing: list[str] = Field(default_factory=list)
    questions: list[dict[str, Any]] = Field(default_factory=list)
    clocks: list[ClockShown] = Field(default_factory=list)
    proposal: ProposalShown | None = Field(default=None, description="待第二人确认 | waits")


class OpinionTold(Told):
    """The town's opinion after verification."""

    opinion: Words


class ReasonTold(Told):
    """Why."""

    reason: Words


class ProposalTold(Told):
    """What to decide; left out, what the law says. A reason is needed for a no."""

    outcome: (
        Annotated[
            Literal["granted", "continued", "changed", "refused", "ended"], worded(OUTCOME_ZH)
        ]
        | None
    ) = None
    reason: Words | None = None


class ConfirmationTold(Told):
    """The second person's confirmation. `event_on`: the day an ending rests on."""

    event_on: Day | None = None


class DecisionShown(Shown):
    """A decision without its particulars."""

    id: UUID
    number: str
    child_id: UUID
    application_id: UUID
    supersedes: UUID | None
    outcome: str
    rate_class: str
    town: str
    legal_day: date
    known_at: datetime
    decided_on: date
    review_on: date | None
    first_month: date | None
    last_month: date | None
    lump_sum_months: int
    proposed_by: str
    confirmed_by: str


class ReviewShown(Shown):
    """A review and the application it is decided in."""

    id: UUID
    child_id: UUID
    decision_id: UUID
    town: str
    due_on: date
    cause: str
    state: str
    paused_by: str | None
    paused_why: str | None
    outcome: str | None
    application_id: UUID | None = None
