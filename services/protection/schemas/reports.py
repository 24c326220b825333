"""Reports: what is told, the receipt, what the parties may see, police moves, units, checks."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from services.protection.rules.grounds import Ground, Trigger, ground_of, trigger_in
from services.protection.rules.police import NonFiling
from services.protection.rules.reporting import Measure, MissedReport, Reporter, Sanction
from services.protection.schemas.told import (
    ChildTold,
    MoveTold,
    Name,
    Place,
    Shown,
    Text,
    Told,
    worded,
)
from shared.clocks import ClockShown
from shared.instants import Instant


def _reporter_of(word: str) -> Reporter | None:
    return {
        "单位": Reporter.UNIT,
        "工作人员": Reporter.STAFF,
        "国家机关": Reporter.STATE_ORGAN,
        "公民": Reporter.CITIZEN,
        "本人": Reporter.CHILD,
        "匿名": Reporter.ANONYMOUS,
    }.get(word)


def _measure_of(word: str) -> Measure | None:
    return next((m for m in Measure if word == m.zh), None)


GroundCode = Annotated[Ground, worded(ground_of)]
MeasureCode = Annotated[Measure, worded(_measure_of)]


class ReporterTold(Told):
    """Who reports; sealed under a key of its own, replaced by 报告人-n everywhere."""

    kind: Annotated[Reporter, worded(_reporter_of)] = Reporter.UNIT
    name: Name | None = None
    phone: Annotated[str, Field(max_length=32)] | None = None
    id_no: Annotated[str, Field(max_length=32)] | None = None
    unit: Name | None = None
    position: Annotated[str, Field(max_length=60)] | None = None

    def sealed(self) -> dict[str, Any]:
        """What the reporter's vault keeps; nothing for an anonymous report."""
        named = self.model_dump(exclude={"kind"}, exclude_none=True)
        return {} if self.kind is Reporter.ANONYMOUS else named

    def left_out_of(self, words: str) -> str:
        """The words without what would name the reporter: people sign what they write."""
        for own in (self.name, self.phone, self.id_no):
            if own is not None and len(own) > 1:
                words = words.replace(own, "报告人")
        return words


class ReportTold(Told):
    """A mandatory report as a unit, police or anybody makes it."""

    id: UUID | None = None
    institution_type: Annotated[str, Field(max_length=60, description="单位类型 | type of unit")]
    unit_id: UUID | None = None
    reporter: ReporterTold = ReporterTold()
    grounds: Annotated[list[GroundCode], Field(min_length=1, max_length=9)]
    trigger: Annotated[Trigger, worded(trigger_in)] = Trigger.SUSPECTED
    what_was_seen: Text
    found_at: Instant
    reported_at: Instant | None = None
    town: Place = None
    place: Annotated[str, Field(max_length=300)] | None = None
    child: ChildTold | None = None
    suspects: Text | None = None
    serious: bool = False

    def words(self) -> dict[str, str]:
        """The narrative as handlers may read it: nothing in it says who reported."""
        told = {"what_was_seen": self.what_was_seen, "place": self.place, "suspects": self.suspects}
        return {name: self.reporter.left_out_of(said) for name, said in told.items() if said}


class BatchTold(Told):
    """Many reports at once; each has its own id and its own answer."""

    reports: Annotated[list[ReportTold], Field(min_length=1, max_length=200)]


class BatchRead(Told):
    """A batch as it comes: each report is read by itself, so that one slip holds up no other."""

    reports: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=200)]


class ReportShown(Shown):
    """A report for those with a task: codes, clocks, states; particulars come beside."""

    id: UUID
    case_id: UUID | None
    child_ref: UUID | None
    reporter: str = "报告人"
    reporter_kind: str
    institution_type: str
    competent_authority: str
    authority_to_be_assigned: bool
    authority_acknowledged_at: AwareDatetime | None
    grounds: list[str]
    trigger: str
    found_at: AwareDatetime
    reported_at: AwareDatetime
    received_at: AwareDatetime
    waited_minutes: int
    late: bool
    level: str
    town: str | None
    state: str
    outcome: str | None
    feedback_at: AwareDatetime | None
    feedback_due_at: AwareDatetime | None = None
    clocks: list[ClockShown] = Field(default_factory=list, description="办理期限 | its clocks")
    evidence_id: UUID | None = Field(None, description="签名证据 | its signature, at the gateway")
    version: int
    allowed: list[str] = Field(default_factory=list)
    particulars: dict[str, dict[str, Any]] = Field(default_factory=dict)


class Receipt(Shown):
    """What the reporting unit gets: that it arrived, who was told, what it may expect."""

    id: UUID
    received_at: AwareDatetime
    state: str
    waited_minutes: int
    late: bool
    grounds: list[str]
    level: str
    competent_authority: str
    authority_to_be_assigned: bool
    informed: list[str] = Field(default_factory=list)
    clause: str = "WL24:3.1d-1"


class BatchItem(Shown):
    """The answer to one report of a batch: its receipt, or its problem."""

    id: UUID | None
    status: int
    receipt: Receipt | None = None
    problem: dict[str, Any] | None = None


class PoliceMove(MoveTold):
    """A step of police or procuratorate. `difficulty` decides the clock of a review."""

    non_filing: NonFiling | None = None
    difficulty: Literal["ordinary", "clue_needs_checking", "complex"] = "ordinary"
    approved_by: Annotated[str, Field(min_length=1, max_length=60)] | None = Field(
        None, description="批准的上一级机关、批准人 | who approved"
    )


class AssignmentTold(Told):
    """Which authority supervises a unit of an unlisted type (R23)."""

    competent_authority: Annotated[str, Field(max_length=60)]


class InterviewTold(Told):
    """One interview of a child."""

    at: Instant
    one_stop: bool
    recorded: bool
    female_staff: bool
    victim_female: bool
    guardian_present: bool
    place_kind: Annotated[
        Literal["one_stop_site", "hospital", "school", "home", "police_station", "other"],
        Field(description="询问地点"),
    ]
    again_because: Text | None = None


class InterviewShown(Shown):
    """An interview as it was held; why it was not the first, for those who may read words."""

    id: UUID
    at: AwareDatetime
    one_stop: bool
    recorded: bool
    female_staff: bool
    victim_female: bool
    guardian_present: bool
    place_kind: str
    department: str
    again: bool = False
    again_because: str | None = None


class AppraisalTold(Told):
    """An appraisal asked for."""

    kind: Literal["injury_appraisal", "health_assessment", "psychological_assessment"]


class AppraisalShown(Shown):
    """An appraisal: asked by whom and when, its code, its words for those with a task."""

    id: UUID
    report_id: UUID
    child_ref: UUID | None = None
    kind: str
    requested_by: str
    requested_at: AwareDatetime
    result_code: str | None
    done_at: AwareDatetime | None
    words: str | None = None


class AppraisalResult(Told):
    """What the medical institution found; the words are sealed."""

    result_code: Literal[
        "none", "minor_injury", "light_injury", "serious_injury", "death", "needs_treatment"
    ]
    words: Text | None = None


class MeasuresTold(Told):
    """Measures for the child and the family (3.1h-1); other services may be added by code."""

    measures: Annotated[list[MeasureCode], Field(max_length=5)]
    other_services: Annotated[list[Annotated[str, Field(max_length=60)]], Field(max_length=10)] = (
        Field(default_factory=list)
    )
    words: Text | None = None


class MeasuresShown(Shown):
    """Measures that were asked for."""

    id: UUID
    case_id: UUID
    services: list[str]
    departments: list[str]


class UnitTold(Told):
    """A unit bound to report, with its liaison."""

    name: Name
    institution_type: Annotated[str, Field(max_length=60)]
    town: Place = None
    client: Annotated[str, Field(max_length=60)] | None = None
    liaison: ReporterTold | None = None


class UnitShown(Shown):
    """A unit in the register of duty."""

    id: UUID
    name: str
    institution_type: str
    competent_authority: str
    town: str | None
    has_liaison: bool
    version: int


class MissedTold(Told):
    """A unit had contact with the child and did not report, or too late."""

    report_id: UUID
    unit_id: UUID | None = None
    institution_type: Annotated[str, Field(max_length=60)]
    breach: MissedReport
    serious: bool = False
    blocked_by_head: bool = False


class SanctionTold(Told):
    """What is decided about a missed report; a person signs."""

    decided: Sanction | Literal["none"]


class MissedShown(Shown):
    """A missed report and what is proposed."""

    id: UUID
    report_id: UUID
    unit_id: UUID | None
    institution_type: str
    competent_authority: str
    breach: str
    serious: bool
    proposed: list[str]
    decided: str | None
    state: str
    recommendation_id: UUID | None = Field(None, description="检察建议 | the advice about it")
    version: int


class StaffCheckTold(Told):
    """A query and its answer: barred or not, never what the record says (未成年人保护法62)."""

    staff_ref: UUID
    occasion: Literal["hiring", "yearly"]
    checked_on: date
    starts_on: date | None = None
    barred: bool


class StaffShown(Shown):
    """A post with contact to minors: when it is to be checked, whether the person was removed."""

    id: UUID
    unit_id: UUID
    hired_on: date
    checked_before_start: bool
    check_due_on: date | None
    barred: bool
    removed_on: date | None
    version: int


class StaffHired(Told):
    """Somebody begins to work with minors; checked before the first day or not."""

    staff_ref: UUID
    hired_on: date


class StaffRemoved(Told):
    """A barred person no longer works there."""

    removed_on: date


class TattooTold(Told):
    """What market regulation found at a shop, or what somebody reported of one."""

    shop_ref: UUID
    town: Place = None
    found_on: date
    service_on: date | None = None
    customer_birth: date | None = None
    induced: bool = False
    sign_shown: bool | None = None
    sign_prominent: bool | None = None
    age_in_doubt: bool | None = None
    id_checked: bool | None = None
    words: Text | None = None


class TattooShown(Shown):
    """A finding about tattoos: which clauses are breached; the words for who looks into it."""

    id: UUID
    kind: str
    shop_ref: UUID
    town: str | None
    found_on: date
    customer_minor: bool | None
    breaches: list[str]
    state: str
    version: int
    words: str | None = None


class TattooDecision(Told):
    """What market regulation decided."""

    decision: Literal["ordered_to_correct", "penalised", "unfounded"]
