"""The shapes of requests and answers."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from services.eligibility.rules.procedure import APPLICANTS, OUTCOME_ZH, ROUTES
from services.eligibility.schemas.evaluations import EvaluationOut, EvaluationTold

__all__ = ["EvaluationOut", "EvaluationTold"]


def worded(words: dict[str, str]) -> BeforeValidator:
    """A code, or the Chinese word for it."""
    codes = {zh: code for code, zh in words.items()}
    return BeforeValidator(lambda said: codes.get(said, said))


class Told(BaseModel):
    """What somebody sends; a field nobody knows is refused."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Shown(BaseModel):
    """What is shown of a record."""

    model_config = ConfigDict(from_attributes=True)


Words = Annotated[str, Field(min_length=2, max_length=1000)]
Name = Annotated[str, Field(min_length=1, max_length=60)]
Place = Annotated[str, Field(max_length=300)]
Facts = Annotated[
    dict[str, Any],
    Field(
        description="事实，按对象分组：child、father、mother、household、relief、emergency；字段见 "
        "`GET /v1/eligibility/vocabulary`。null 为不详 | Facts by subject; null is unknown",
        examples=[{"father": {"status": "服刑", "term_months": 24}}],
    ),
]


class ChildTold(Told):
    """A child to be registered; whatever is not known may be left out (一人一档)."""

    child_ref: UUID | None = None
    name: Name | None = None
    id_no: Annotated[str, Field(max_length=18, description="公民身份号码 GB 11643")] | None = None
    birth_date: date | None = None
    sex: Annotated[str, Field(max_length=10)] | None = None
    hukou: Place | None = Field(default=None, description="户籍所在地 | place of registration")
    address: Place | None = None
    phone: Annotated[str, Field(max_length=30)] | None = None
    town: Annotated[str, Field(max_length=20)] | None = Field(
        default=None, description="镇（街道）名称或代码 | town by name or code"
    )
    facts: Facts = {}


class ChildShown(Shown):
    """A child's file; particulars are masked where the policy does not permit."""

    id: UUID
    town: str | None
    state: str
    named: bool
    left_on: date | None
    left_why: str | None
    merged_into: UUID | None
    registered_at: datetime
    version: int
    particulars: dict[str, dict[str, Any]] = {}
    possible_duplicates: list[UUID] = []


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
    since: date
    relation: Name | None = None
    kind: Literal["guardian", "carer", "institution", "youth"] | None = None
    name: Name | None = None
    id_no: Annotated[str, Field(max_length=18)] | None = None
    phone: Annotated[str, Field(max_length=30)] | None = None
    bank: Name | None = None
    bank_code: Annotated[str, Field(max_length=20)] | None = None
    account: Annotated[str, Field(pattern=r"^[0-9]{8,30}$")] | None = None


class PersonShown(Shown):
    """A person of a child's life."""

    id: UUID
    role: str
    relation: str | None
    kind: str | None
    since: date
    until: date | None
    particulars: dict[str, dict[str, Any]] = {}


class FactsTold(Told):
    """A statement of facts with its period and evidence."""

    facts: Facts
    valid_from: date = Field(description="事实开始成立之日 | first day they hold")
    valid_until: date | None = Field(
        default=None, description="不再成立之首日 | first day they no longer hold"
    )
    evidence: dict[str, Annotated[str, Field(max_length=200)]] = {}
    corrects: UUID | None = Field(default=None, description="更正的陈述 | statement it corrects")


class FactShown(Shown):
    """A recorded statement; sealed values are not shown here."""

    id: UUID
    name: str
    value: Any | None
    valid_from: date
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
    missing: list[str] = []
    questions: list[dict[str, Any]] = []
    clocks: list[dict[str, Any]] = []


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


class ConfirmationTold(Told):
    """The second person's confirmation. `event_on`: the day an ending rests on."""

    event_on: date | None = None


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


class LeavingTold(Told):
    """How a child leaves the register's care, and when."""

    why: Literal["died", "moved", "adopted", "found_parents"]
    on: date
    evidence: dict[str, Annotated[str, Field(max_length=200)]] = {}


class ObjectionTold(Told):
    """An objection, reconsideration or suit against a decision."""

    kind: Literal["objection", "reconsideration", "lawsuit"]
    grounds: Words
    received_on: date | None = None


class ObjectionResult(Told):
    """What came of it; `revision` opens the case again."""

    result: Literal["upholding", "revision", "withdrawal"]
    reason: Words


class ObjectionShown(Shown):
    """An objection and its result."""

    id: UUID
    child_id: UUID
    decision_id: UUID
    kind: str
    state: str
    received_on: date
    in_time: bool
    result: str | None
    decided_by: str | None
    new_application_id: UUID | None


class MergeTold(Told):
    """Two files that are of one child."""

    kept_id: UUID
    merged_id: UUID
    why: Words


class MergeShown(Shown):
    """A merge and who stands for it."""

    id: UUID
    kept_id: UUID
    merged_id: UUID
    state: str
    why: str
    proposed_by: str
    confirmed_by: str | None
    undone_by: str | None


class ImportShown(Shown):
    """How far a bulk push is."""

    id: UUID
    mode: str
    state: str
    total: int
    done: int
    accepted: int
    rejected: int
    created_at: datetime
    finished_at: datetime | None


class ImportedRow(Told):
    """A row of a bulk push: whose, what, since when."""

    child_id: UUID | None = None
    id_no: Annotated[str, Field(max_length=18)] | None = None
    facts: Facts
    valid_from: date
    valid_until: date | None = None
    evidence: dict[str, Annotated[str, Field(max_length=200)]] = {}

    @model_validator(mode="after")
    def _whose(self) -> "ImportedRow":
        if (self.child_id is None) == (self.id_no is None):
            raise ValueError("child_id 与 id_no 须择一 | one of child_id and id_no")
        return self


class ImportRowShown(Shown):
    """What became of a row."""

    number: int
    state: str
    errors: list[dict[str, Any]] | None


class SimulationTold(Told):
    """Other figures, and what each rate class costs a month, now and then."""

    day: date | None = None
    figures: dict[str, Any] = Field(default={}, description="数值名称 → 假设值 | figure → value")
    amounts_now: dict[str, Annotated[str, Field(pattern=r"^\d+(\.\d{1,2})?$")]]
    amounts_then: dict[str, Annotated[str, Field(pattern=r"^\d+(\.\d{1,2})?$")]]


class SimulationShown(Shown):
    """A simulation, its progress and its result."""

    id: UUID
    day: date
    state: str
    total: int
    done: int
    figures: dict[str, Any]
    result: dict[str, Any]
