"""Cases: what is asked and shown of them; plans, visits, tasks, flags, warnings."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, computed_field

from services.protection.rules.cases import ClosureReason, Level, level_of
from services.protection.rules.warnings import COLLISIONS, Found, Reason
from services.protection.schemas.told import (
    ChildTold,
    Code,
    MoveTold,
    Place,
    Shown,
    StepShown,
    Text,
    Told,
    worded,
)
from shared.clocks import ClockShown
from shared.instants import Instant

LevelCode = Annotated[Level, worded(level_of)]


class CaseTold(Told):
    """A case opened by somebody who worries, without a report of harm (发现、监测)."""

    child: ChildTold
    level: LevelCode
    town: Place = None
    origin: Literal["screening", "visit", "hotline", "grid", "foundling", "street_child", "other"]
    words: Text | None = None


class CaseShown(Shown):
    """A case: state, level, who has a task; particulars beside, masked where not permitted."""

    id: UUID
    child_ref: UUID
    origin: str
    level: str
    colour: str = ""
    town: str | None
    state: str
    departments: list[str]
    opened_at: AwareDatetime
    closed_at: AwareDatetime | None
    closure_reason: str | None
    reopened: int
    version: int
    allowed: list[str] = Field(default_factory=list)


class EntryShown(Shown):
    """A line of the timeline."""

    id: int
    kind: str
    code: str | None
    ref: UUID | None
    data: dict[str, Any] | None
    department: str
    at: AwareDatetime
    words: str | None = None


class PartShown(Shown):
    """One thing of the case: an assessment, order, petition, placement, inquiry, transfer."""

    kind: str
    id: UUID
    code: str | None
    state: str
    path: str


class CaseOpened(CaseShown):
    """A case in full: particulars, newest entries, tasks, plan, clocks, history."""

    particulars: dict[str, dict[str, Any]] = Field(default_factory=dict)
    entries: list[EntryShown] = Field(default_factory=list)
    tasks: "list[TaskShown]" = Field(default_factory=list)
    plan: "PlanShown | None" = None
    clocks: list[ClockShown] = Field(default_factory=list)
    flags: "list[FlagShown]" = Field(default_factory=list)
    steps: list[StepShown] = Field(default_factory=list)
    reports: list[dict[str, Any]] = Field(default_factory=list)
    parts: list[PartShown] = Field(default_factory=list)


class PlanTold(MoveTold):
    """A plan for one child (一人一案)."""

    goals: Annotated[list[Code], Field(min_length=1, max_length=20)]
    services: Annotated[list[Code], Field(max_length=20)] = Field(default_factory=list)


class PlanShown(Shown):
    """The newest version of the plan."""

    number: int
    goals: list[str]
    services: list[str]
    visit_every: str
    made_by: str
    made_at: AwareDatetime
    words: str | None = None


class VisitTold(Told):
    """A visit: whether the child was seen and safe; the words are sealed.

    Evidence hangs on its id, which may be made in the field before there is a line.
    """

    id: UUID | None = None
    visited_at: Instant
    child_seen: bool
    safe: bool | None
    words: Text | None = None


class NoteTold(Told):
    """Something worth remembering in the case."""

    words: Text


class TaskTold(Told):
    """Something a department is to do; from then on it has a task in the case."""

    department: Annotated[str, Field(max_length=60)]
    town: Place = None
    code: Code
    due_on: date | None = None
    words: Text | None = None


class TaskDone(Told):
    """What came of it."""

    outcome: Code


class TaskShown(Shown):
    """A task; its words for those who may read the case's notes."""

    id: UUID
    case_id: UUID
    department: str
    town: str | None
    code: str
    due_on: date | None
    set_at: AwareDatetime
    done_at: AwareDatetime | None
    outcome: str | None
    overdue: bool = False
    words: str | None = None


class ClosureTold(MoveTold):
    """Why a case is to be closed."""

    closure_reason: ClosureReason


class LevelTold(Told):
    """Another level, with its reason."""

    level: LevelCode
    reason: Code
    words: Text | None = None


class FlagTold(Told):
    """What a supervisor worries about."""

    code: Code
    words: Text | None = None


class FlagShown(Shown):
    """A supervisor's flag."""

    id: UUID
    code: str
    raised_by: str
    raised_at: AwareDatetime
    cleared_at: AwareDatetime | None
    words: str | None = None


class ShieldTold(Told):
    """Nobody without a task may learn where the child is."""

    shielded: bool


class WarningCheck(Told):
    """What the check of a warning found."""

    finding: Found


class WarningShown(Shown):
    """An early warning: why somebody should look, in words and with its clause."""

    id: UUID
    child_ref: UUID
    case_id: UUID | None
    reason: Reason
    town: str | None
    raised_at: AwareDatetime
    checked_at: AwareDatetime | None
    finding: str | None

    @computed_field
    def zh(self) -> str:
        """The reason in Chinese."""
        return COLLISIONS[self.reason].zh

    @computed_field
    def en(self) -> str:
        """The reason in English."""
        return COLLISIONS[self.reason].en

    @computed_field
    def clause(self) -> str:
        """The clause that makes it worth a check."""
        return COLLISIONS[self.reason].clause
