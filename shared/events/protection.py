"""What protection tells: reports, detentions, cases, guardianship, placements."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from shared.events import DeadlineMissed, Event


class ReportAccepted(Event):
    """A mandatory report was taken and is durable (强制报告已接收)."""

    type: ClassVar[str] = "protection.report.accepted.v1"
    subject: ClassVar[str] = "report_id"
    clause: ClassVar[str | None] = "WL24:3.1d-1"
    for_services: ClassVar[bool] = False
    report_id: UUID
    case_id: UUID | None
    child_ref: UUID | None
    grounds: list[str]
    institution_type: str
    competent_authority: str
    level: str
    town: str | None
    reported_at: datetime


class ReportFlagged(Event):
    """A report came late, or of a child somebody had told of: more may follow (迟报、再次报告).

    It comes beside the word that the report was accepted, so that nobody has to look into those
    of which nothing follows.
    """

    type: ClassVar[str] = "protection.report.flagged.v1"
    subject: ClassVar[str] = "report_id"
    clause: ClassVar[str | None] = "WL24:4.2c-2"
    for_services: ClassVar[bool] = False
    report_id: UUID
    case_id: UUID
    child_ref: UUID
    late: bool
    known_before: bool
    town: str | None


class ReportDecided(Event):
    """Police filed a case, did not, or sent it on; supervisors see each (受案、立案与不立案)."""

    type: ClassVar[str] = "protection.report.decided.v1"
    subject: ClassVar[str] = "report_id"
    clause: ClassVar[str | None] = "WL24:3.1d-2"
    report_id: UUID
    case_id: UUID | None
    decision: str
    reason: str | None
    competent_authority: str
    town: str | None


class DetentionReported(Event):
    """Police detained a person and asked about minor children (羁押时询问未成年子女)."""

    type: ClassVar[str] = "protection.detention.reported.v1"
    subject: ClassVar[str] = "detention_id"
    clause: ClassVar[str | None] = "WL24:3.6b-1"
    detention_id: UUID
    kind: str
    children: list[UUID]
    care_needed: bool
    began_on: date
    ends_on: date | None
    town: str | None


class CareArranged(Event):
    """Somebody looks after a child whose parent is detained (已安排临时照料)."""

    type: ClassVar[str] = "protection.care.arranged.v1"
    subject: ClassVar[str] = "detention_id"
    clause: ClassVar[str | None] = "WL24:3.6b-2"
    detention_id: UUID
    child_ref: UUID
    carer_kind: str
    since: date


class GuardianReleased(Event):
    """A detained parent is free again: decisions that rest on it are reviewed (释放)."""

    type: ClassVar[str] = "protection.guardian.released.v1"
    subject: ClassVar[str] = "detention_id"
    clause: ClassVar[str | None] = "WL24:2.1.0b-1"
    detention_id: UUID
    children: list[UUID]
    released_on: date


class CaseOpened(Event):
    """A protection case was opened for a child (个案立案)."""

    type: ClassVar[str] = "protection.case.opened.v1"
    subject: ClassVar[str] = "case_id"
    clause: ClassVar[str | None] = "WL24:3.0"
    for_services: ClassVar[bool] = False
    case_id: UUID
    child_ref: UUID | None
    level: str
    town: str | None


class CaseClosed(Event):
    """A protection case was closed with a coded reason (结案)."""

    type: ClassVar[str] = "protection.case.closed.v1"
    subject: ClassVar[str] = "case_id"
    clause: ClassVar[str | None] = "WL24:3.0"
    case_id: UUID
    child_ref: UUID | None
    reason: str


class AssessmentConcluded(Event):
    """Two assessors concluded on a family's capacity (家庭监护能力评估结论).

    `departments` have a task in the case; they are told, besides the offices of the whole city.
    """

    type: ClassVar[str] = "protection.assessment.concluded.v1"
    subject: ClassVar[str] = "case_id"
    clause: ClassVar[str | None] = "WL24:3.2b-1"
    case_id: UUID
    assessment_id: UUID
    child_ref: UUID | None
    grade: str
    valid_until: date
    departments: tuple[str, ...] = ()
    town: str | None = None


class GuardianshipChanged(Event):
    """Who is guardian or carer changed: temporary, long_term, returned, revoked, adopted …

    `departments` have a task in the case; they are told, besides the offices of the whole city.
    """

    type: ClassVar[str] = "protection.guardianship.changed.v1"
    subject: ClassVar[str] = "child_ref"
    clause: ClassVar[str | None] = "WL24:3.5a"
    child_ref: UUID
    case_id: UUID | None
    kind: str
    carer_kind: str
    since: date
    departments: tuple[str, ...] = ()
    town: str | None = None


class ChildShielded(Event):
    """Nobody without a task may learn where a child is, or may again (儿童去向保密).

    For the services alone, which keep particulars of their own: no department is told.
    """

    type: ClassVar[str] = "protection.child.shielded.v1"
    subject: ClassVar[str] = "child_ref"
    clause: ClassVar[str | None] = "WL24:3.1h-2"
    child_ref: UUID
    shielded: bool


class MeasuresRequested(Event):
    """Departments are asked for services to a child; referrals opens one referral for it."""

    type: ClassVar[str] = "protection.measures.requested.v1"
    subject: ClassVar[str] = "case_id"
    clause: ClassVar[str | None] = "WL24:3.1h-1"
    case_id: UUID
    request_id: UUID
    child_ref: UUID | None
    services: list[str]
    level: str
    town: str | None


class WarningRaised(Event):
    """A collision of facts that ought to worry someone opened a check (预警)."""

    type: ClassVar[str] = "protection.warning.raised.v1"
    subject: ClassVar[str] = "child_ref"
    clause: ClassVar[str | None] = "WL24:4.2c-2"
    child_ref: UUID
    warning_id: UUID
    reason: str
    town: str | None


class TraceMatched(Event):
    """A found child is a missed one: two people confirmed it on evidence (寻亲比中)."""

    type: ClassVar[str] = "protection.trace.matched.v1"
    subject: ClassVar[str] = "trace_id"
    clause: ClassVar[str | None] = "WL24:4.1c-1"
    trace_id: UUID
    case_id: UUID
    other_trace_id: UUID
    other_case_id: UUID
    basis: str
    town: str | None


class ChildIdentified(Event):
    """A child nobody knew is one with a child that is known: what was told of both is one's."""

    type: ClassVar[str] = "protection.child.identified.v1"
    subject: ClassVar[str] = "child_ref"
    clause: ClassVar[str | None] = "WL24:4.1c-1"
    child_ref: UUID
    one_with: UUID


class DutyBroken(Event):
    """A unit bound to report did not, or too late; a sanction is proposed (未依法报告)."""

    type: ClassVar[str] = "protection.duty.broken.v1"
    subject: ClassVar[str] = "missed_id"
    clause: ClassVar[str | None] = "MINORS:117"
    missed_id: UUID
    report_id: UUID
    institution_type: str
    competent_authority: str
    breach: str
    proposed: list[str]
    town: str | None


class RecommendationMoved(Event):
    """A unit or an office was advised of its failures, answered, or was judged (检察建议).

    `department` is the office that is advised, or the authority of the unit that is.
    """

    type: ClassVar[str] = "protection.recommendation.moved.v1"
    subject: ClassVar[str] = "recommendation_id"
    clause: ClassVar[str | None] = "MINORS:114"
    for_services: ClassVar[bool] = False
    recommendation_id: UUID
    issuer: str
    department: str
    to_unit: bool
    failures: list[str]
    state: str
    town: str | None


class TermEnding(Event):
    """A term of care, an order or a notice is about to end: somebody should look (期满提醒)."""

    type: ClassVar[str] = "protection.term.ending.v1"
    subject: ClassVar[str] = "subject_id"
    clause: ClassVar[str | None] = "WL24:4.2c-2"
    subject_id: UUID
    case_id: UUID
    kind: str
    department: str
    town: str | None
    ends_on: date


class ProtectionDeadlineMissed(DeadlineMissed, Event):
    """A statutory clock of protection ran out (逾期)."""

    type: ClassVar[str] = "protection.deadline.missed.v1"
