"""Requests and answers of pushes, directory, matters, students, supervision and evaluations."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from services.referrals.rules.matters import GROUPS
from services.referrals.schemas.referrals import Answer, Request, Words, words
from shared.instants import Instant

Short = Annotated[str, Field(max_length=200)]
Code = Annotated[str, Field(max_length=60)]


PUSH_WORDS = {
    "网格": "grid",
    "网格上报": "grid",
    "线索": "clue",
    "学校": "school",
    "医院": "hospital",
    "诉求": "appeal",
    "预警": "warning",
    "其他": "other",
}
PushKind = Annotated[
    Literal["clue", "grid", "detention", "warning", "school", "hospital", "appeal", "other"],
    words(PUSH_WORDS),
]


class NewPush(Request):
    """What a department tells 市未保委办公室, and when it learnt of it."""

    kind: PushKind
    learned_at: Instant | None = None
    child_ref: UUID | None = None
    town: Code | None = None
    particulars: dict[Literal["identity", "address", "contact"], dict[str, Any]] = Field(
        default_factory=dict
    )
    note: Words | None = None


class PushMove(Request):
    """A step with a push; a case is named by its reference."""

    case_ref: UUID | None = None
    note: Words | None = None


class PushOut(Answer):
    """A push: learnt, told, answered."""

    id: UUID
    child_ref: UUID | None
    department: str
    town: str | None
    kind: str
    origin: str
    origin_id: UUID | None
    learned_at: datetime
    pushed_at: datetime
    late: bool
    state: str
    due_at: datetime
    answered_at: datetime | None
    case_ref: UUID | None
    version: int


class PushDetail(PushOut):
    """A push with what it says, as the caller may see it."""

    particulars: dict[str, dict[str, Any]]


class OrganisationIn(Request):
    """An organisation of the directory; its contact is a post, never a person."""

    name: Short
    description: Annotated[str, Field(max_length=1000)] = ""
    kind: Code
    department: Code | None = None
    town: Code | None = None
    website: Short | None = None
    contact_post: Short | None = None
    contact_phone: Annotated[str, Field(max_length=40)] | None = None
    designated_by: Code | None = None
    designated_until: Instant | None = None


class OrganisationOut(Answer):
    """An organisation of the directory."""

    id: UUID
    name: str
    description: str
    kind: str
    department: str | None
    town: str | None
    website: str | None
    contact_post: str | None
    contact_phone: str | None
    designated_by: str | None
    designated_until: datetime | None
    active: bool
    version: int


class OfferedIn(Request):
    """A service as an organisation offers it."""

    service: Short
    description: Annotated[str, Field(max_length=1000)] | None = None
    eligibility: Annotated[str, Field(max_length=1000)] | None = None
    minimum_age: Annotated[int, Field(ge=0, le=120)] | None = None
    maximum_age: Annotated[int, Field(ge=0, le=120)] | None = None
    areas: list[Code] = Field(default_factory=list)
    capacity_unit: Code | None = None
    capacity_available: Annotated[int, Field(ge=0)] | None = None
    capacity_maximum: Annotated[int, Field(ge=0)] | None = None


class OfferedOut(Answer):
    """An offered service."""

    id: UUID
    organisation_id: UUID
    service: str
    name: str
    description: str | None
    status: str
    eligibility: str | None
    minimum_age: int | None
    maximum_age: int | None
    areas: list[str]
    capacity_unit: str | None
    capacity_available: int | None
    capacity_maximum: int | None
    version: int


class HsdsIn(Request):
    """Services in HSDS 3, as a page of that standard or its contents."""

    contents: Annotated[list[dict[str, Any]], Field(max_length=2000)]


class MatterIn(Request):
    """What opens a matter: codes, days and counts."""

    child_ref: UUID | None = None
    department: Code | None = None
    town: Code | None = None
    details: dict[str, Annotated[str, Field(max_length=300)] | int | bool | list[Code] | None] = (
        Field(default_factory=dict)
    )


class MatterMove(Request):
    """What goes with a step."""

    details: dict[str, Annotated[str, Field(max_length=300)] | int | bool | list[Code] | None] = (
        Field(default_factory=dict)
    )


class MatterOut(Answer):
    """A matter, where it stands and what it may do next."""

    id: UUID
    kind: str
    state: str
    child_ref: UUID | None
    owner: str
    department: str
    town: str | None
    details: dict[str, Any]
    opened_at: datetime
    due_at: datetime | None
    ended_at: datetime | None
    version: int
    allowed: list[str] = Field(default_factory=list)


class MatterStepOut(Answer):
    """One step of a matter."""

    verb: str
    before: str
    after: str
    clause: str
    department: str
    details: dict[str, Any]
    at: datetime


class MatterDetail(MatterOut):
    """A matter with its history."""

    steps: list[MatterStepOut]


Group = Annotated[
    Literal[
        "hardship",
        "left_behind",
        "migrant",
        "single_parent",
        "disability",
        "bullied",
        "bereaved",
        "other",
    ],
    words({zh: code for code, zh in GROUPS.items()}),
]


class StudentIn(Request):
    """What a department contributes about a student of a special group."""

    child_ref: UUID
    groups: Annotated[list[Group], Field(min_length=1)]
    school_id: UUID | None = None
    stage: Code | None = None
    town: Code | None = None


class StudentOut(Answer):
    """A student of a special group; who it is lies elsewhere."""

    child_ref: UUID
    groups: list[str]
    school_id: UUID | None
    stage: str | None
    town: str | None
    contributors: list[str]
    active: bool
    changed_at: datetime


class MeetingTask(Request):
    """A task a department takes home from a meeting."""

    department: Short
    topic: Short
    town: Code | None = None


class MeetingIn(Request):
    """A joint meeting with its minutes and tasks."""

    kind: Literal["mandatory_report", "coordination"] = "coordination"
    held_on: date
    topics: Annotated[list[Short], Field(min_length=1)]
    attended: list[Short] = Field(default_factory=list)
    minutes: Annotated[str, Field(max_length=20000)] | None = None
    tasks: list[MeetingTask] = Field(default_factory=list)


class MeetingOut(Answer):
    """A joint meeting; its minutes are sealed."""

    id: UUID
    kind: str
    held_on: date
    topics: list[str]
    attended: list[str]
    convened_by: str
    tasks: list[MatterOut] = Field(default_factory=list)


class PostIn(Request):
    """A post of 儿童督导员 or 儿童主任."""

    town: Code
    village: Short = ""
    role: Annotated[
        Literal["child_supervisor", "child_director"],
        words({"儿童督导员": "child_supervisor", "儿童主任": "child_director"}),
    ]
    filled: bool
    since: date | None = None
    trained_on: date | None = None
    training_hours: Annotated[int, Field(ge=0, le=10000)] = 0


class PostOut(Answer):
    """A post in a town or village."""

    id: UUID
    town: str
    village: str
    role: str
    filled: bool
    since: date | None
    trained_on: date | None
    training_hours: int
