"""What police and procuratorate make of a report: moves, clocks, feedback, one interview (3.1d)."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import (
    Appraisal,
    Case,
    Interview,
    MeasureRequest,
    Report,
)
from services.protection.operations.children import of_case, particulars
from services.protection.operations.law import institutions
from services.protection.operations.opening import entry
from services.protection.operations.steps import seal_note, step
from services.protection.queries.reports import ONLY_REPORT, SUPERVISORS, appraisals_of
from services.protection.rules.police import (
    ADMINISTRATIVE_CASE,
    FEEDBACK_VERBS,
    MEETS,
    REASON_REQUIRED,
    REPORT_MOVES,
    WAITS_FOR,
    begins,
    female_staff_needed,
    may_be_extended,
    second_interview_allowed,
)
from services.protection.rules.reporting import Measure
from services.protection.schemas.reports import (
    AppraisalResult,
    AppraisalTold,
    AssignmentTold,
    InterviewTold,
    MeasuresTold,
    PoliceMove,
)
from shared import audit, deadlines
from shared.access import Particular
from shared.bus import emit
from shared.database import figure, new_id, now
from shared.events.protection import MeasuresRequested, ReportDecided
from shared.identity import Principal
from shared.jurisdiction import jurisdiction
from shared.moves import Move
from shared.problem import Forbidden, Invalid, NotFound, Refused

# The one appraisal whose time does not count in a public-order case (治安管理处罚法99).
EXPERT = "injury_appraisal"


class ReasonNeeded(Invalid):
    """This step must say why: it is seen by the procuratorate."""

    zh, en = "此步骤须说明理由", "This step needs its reason"
    clause = "GJF2020-9:8"


class ApprovalNeeded(Refused):
    """A long review, and a longer term, need the approval of a superior, named."""

    zh, en = "案情重大、疑难、复杂而延长期限，须经批准并注明批准机关", "More time needs approval"
    clause = "CFILE:3"


class NoMoreTime(Refused):
    """The term of a public-order case is lengthened before its end, as often as the law says."""

    zh, en = "办案期限已届满或者已依法延长，不得再延长", "The term is over, or was extended already"
    clause = "PSAPL:99-1"


class TellTheUnitFirst(Refused):
    """The reporting unit is told what came of its report before the case goes on."""

    zh, en = "移送审查起诉前应先向报告单位反馈", "The reporting unit must be told first"
    clause = "MINORS:11-3"


class NothingDecided(Refused):
    """The unit is told what came of its report once something has come of it."""

    zh, en = "尚未作出受案、立案或者不予立案的决定", "Nothing has been decided that could be told"
    clause = "MINORS:11-3"


class AppraisedAlready(Refused):
    """An appraisal that was given stands; another opinion is another appraisal."""

    zh, en = "鉴定意见已出具，重新鉴定须另行委托", "It was given: ask for another appraisal"
    clause = "WL24:3.1g"


class SecondInterview(Refused):
    """A child is interviewed once; again only with a reason of necessity."""

    zh, en = "询问应一次完成，再次询问须说明必要理由", "One interview; again only with a reason"
    clause = "MINORS:112"


class NotRecorded(Refused):
    """The interview of a harmed child is recorded in sound and picture."""

    zh, en = "询问未成年被害人应同步录音录像", "The interview must be recorded"
    clause = "MINORS:112"


class FemaleStaffNeeded(Refused):
    """A female victim is interviewed by female staff."""

    zh, en = "询问女性未成年被害人应由女性工作人员进行", "A female victim needs female staff"
    clause = "MINORS:112"


async def the_report(
    session: AsyncSession, actor: Principal, report_id: UUID, *, lock: bool = True
) -> Report:
    """The report, if the caller may know of it; 404 otherwise."""
    found = await session.get(Report, report_id, with_for_update=lock)
    if found is None or not _may_know(actor, found):
        raise NotFound()
    audit.concerns(session, found.child_ref)
    return found


def _may_know(actor: Principal, report: Report) -> bool:
    if actor.department in SUPERVISORS or report.client == actor.client:
        return True
    if actor.department == "town":
        return report.town == actor.place
    return report.competent_authority == actor.department and actor.department not in ONLY_REPORT


async def move_report(
    session: AsyncSession, actor: Principal, report_id: UUID, verb: str, told: PoliceMove
) -> Report:
    """One lawful step; its clock starts, the one before is met, the unit is told in time."""
    report = await the_report(session, actor, report_id)
    reason = told.non_filing.value if told.non_filing else told.reason
    if verb in REPORT_MOVES.allowed(report.state):
        _complete(report, verb, told, reason)
    if verb.endswith("_review") and told.difficulty == "complex" and not told.approved_by:
        raise ApprovalNeeded(where="body.approved_by")
    move = await step(
        session,
        actor,
        REPORT_MOVES,
        report,
        verb,
        case_id=report.case_id,
        reason=reason,
        note=told.note,
        approved_by=told.approved_by,
    )
    if verb == "extension":
        await _more_time(session, report)
    await _clocks(session, report, move, told)
    if report.case_id is not None:
        entry(session, actor, report.case_id, "report_step", code=verb, ref=report.id)
    if verb == "non_filing":
        await _supervised(session, report)
    if verb in FEEDBACK_VERBS:
        await _decided(session, report, told)
    elif verb == "conclusion":
        report.outcome = report.state
    return report


def _complete(report: Report, verb: str, told: PoliceMove, reason: str | None) -> None:
    """What a step that is lawful by the table says beside it: its reason, who approved it."""
    if verb in REASON_REQUIRED and not (reason or told.note):
        raise ReasonNeeded(where="body.reason")
    if verb == "prosecution" and report.feedback_at is None:
        raise TellTheUnitFirst()
    if verb == "extension" and not told.approved_by:
        raise ApprovalNeeded(where="body.approved_by", clause=NoMoreTime.clause)


async def _more_time(session: AsyncSession, report: Report) -> None:
    """The next higher police organ gave a complex case more time: its clock moves (TL12)."""
    most = int(figure(session, "administrative_case_extensions"))
    for clock in await deadlines.open_ones(session, report.id, ADMINISTRATIVE_CASE):
        over = clock.paused_at is None and clock.due_at <= now(session)
        if not over and may_be_extended(clock.extended(), administrative_case_extensions=most):
            deadlines.extend(session, clock, "administrative_case_extension")
            return
    raise NoMoreTime()


async def _clocks(session: AsyncSession, report: Report, move: Move, told: PoliceMove) -> None:
    """What the step meets and what begins with it; a decision owes the unit its feedback."""
    for kind in MEETS.get(move.verb, ()):
        await deadlines.meet(session, kind, report.id)
    for kind in sorted(begins(move, told.difficulty)):
        who = WAITS_FOR.get(kind, "police")
        await deadlines.start(session, kind, report.id, who, town=report.town)


async def _supervised(session: AsyncSession, report: Report) -> None:
    """Not to file is the procuratorate's to review: it has a task, and reads why (立案监督)."""
    case = await session.get(Case, report.case_id, with_for_update=True) if report.case_id else None
    if case is not None:
        case.departments = sorted({*case.departments, "procuratorate"})


async def _decided(session: AsyncSession, report: Report, told: PoliceMove) -> None:
    """The procuratorate and the competent authority hear of each filing and non-filing."""
    report.outcome, report.feedback_at = report.state, None
    await emit(
        session,
        ReportDecided(
            report_id=report.id,
            case_id=report.case_id,
            decision=report.state,
            reason=told.non_filing.value if told.non_filing else None,
            competent_authority=report.competent_authority,
            town=report.town,
        ),
    )


async def feed_back(session: AsyncSession, actor: Principal, report_id: UUID) -> Report:
    """The reporting unit was told what came of its report; the clock is met."""
    actor.of("police", "procuratorate")
    report = await the_report(session, actor, report_id)
    if report.outcome is None:
        raise NothingDecided(allowed=sorted(FEEDBACK_VERBS))
    report.feedback_at = now(session)
    await deadlines.meet(session, "unit_feedback", report.id)
    if report.case_id is not None:
        entry(session, actor, report.case_id, "unit_feedback", ref=report.id)
    return report


async def acknowledge(session: AsyncSession, actor: Principal, report_id: UUID) -> Report:
    """The competent authority has the report on file (备案)."""
    report = await the_report(session, actor, report_id)
    if actor.department != report.competent_authority:
        raise Forbidden(clause="WL24:3.1a-4", allowed=[report.competent_authority])
    report.authority_acknowledged_at = report.authority_acknowledged_at or now(session)
    await deadlines.meet(session, "authority_filing", report.id)
    return report


async def assign(
    session: AsyncSession, actor: Principal, report_id: UUID, told: AssignmentTold
) -> Report:
    """市未保委办公室 names the authority of a unit of an unlisted type (R23)."""
    actor.of("child_protection_office")
    report = await the_report(session, actor, report_id)
    authority = jurisdiction().department(told.competent_authority).code
    report.competent_authority, report.authority_to_be_assigned = authority, False
    await deadlines.meet(session, "authority_assignment", report.id)
    await deadlines.start(session, "authority_filing", report.id, authority)
    if report.case_id is not None:
        case = await session.get(Case, report.case_id, with_for_update=True)
        if case is not None:
            case.departments = sorted({*case.departments, authority})
        entry(session, actor, report.case_id, "authority_assigned", code=authority, ref=report.id)
    return report


async def interview(
    session: AsyncSession, actor: Principal, report_id: UUID, told: InterviewTold
) -> Interview:
    """One interview, recorded, with the staff the law asks for (一站式)."""
    actor.of("police", "procuratorate", "court")
    report = await the_report(session, actor, report_id)
    if not told.recorded:
        raise NotRecorded(where="body.recorded")
    sex = await _sex_told(session, report)
    if female_staff_needed(told.victim_female, sex) and not told.female_staff:
        raise FemaleStaffNeeded(where="body.female_staff")
    if not second_interview_allowed(report.interviews, told.again_because or ""):
        raise SecondInterview(where="body.again_because")
    if told.at > now(session) + timedelta(minutes=5):
        raise Invalid(
            "询问尚未进行", "The interview is still to come", where="body.at", clause="MINORS:112"
        )
    reason = await seal_note(session, told.again_because)
    row = Interview(
        id=new_id(),
        report_id=report.id,
        again_because=str(reason) if reason else None,
        department=actor.department,
        officer=actor.officer,
        **told.model_dump(exclude={"again_because"}),
    )
    report.interviews += 1
    session.add(row)
    if report.case_id is not None:
        entry(session, actor, report.case_id, "interview", ref=row.id)
    return row


async def _sex_told(session: AsyncSession, report: Report) -> str | None:
    """What anybody has told of the child's sex, in this report or another of the case."""
    kinds = (Particular.IDENTITY,)
    told = await particulars(session, report.id, kinds)
    if report.child_ref is not None:
        told |= await of_case(session, report.child_ref, report.case_id, kinds)
    return told.get("identity", {}).get("sex")


async def ask_appraisal(
    session: AsyncSession, actor: Principal, report_id: UUID, told: AppraisalTold
) -> Appraisal:
    """Ask the health bureau to have a medical institution appraise (3.1g)."""
    actor.of("police", "procuratorate", "civil_affairs")
    report = await the_report(session, actor, report_id)
    row = Appraisal(
        id=new_id(),
        report_id=report.id,
        kind=told.kind,
        requested_by=actor.department,
        requested_at=now(session),
    )
    session.add(row)
    if told.kind == EXPERT:
        await deadlines.pause(session, ADMINISTRATIVE_CASE, report.id, "PSAPL:99-2")
    case = await session.get(Case, report.case_id, with_for_update=True) if report.case_id else None
    if case is not None:
        case.departments = sorted({*case.departments, "health"})
        entry(session, actor, case.id, "appraisal_asked", code=told.kind, ref=row.id)
    return row


async def give_appraisal(
    session: AsyncSession, actor: Principal, appraisal_id: UUID, told: AppraisalResult
) -> Appraisal:
    """The result, a code; its words are sealed for those with a task."""
    actor.of("health", "institution")
    row = await session.get(Appraisal, appraisal_id, with_for_update=True)
    if row is None:
        raise NotFound()
    if row.done_at is not None:
        raise AppraisedAlready()
    row.result_code, row.result_id = told.result_code, await seal_note(session, told.words)
    row.done_at, row.done_by = now(session), actor.client
    await session.flush()
    rows = await appraisals_of(session, row.report_id)
    if not any(one.kind == EXPERT and one.done_at is None for one in rows):
        await deadlines.resume(session, ADMINISTRATIVE_CASE, row.report_id)
    report = await session.get(Report, row.report_id)
    if report is not None and report.case_id is not None:
        entry(session, actor, report.case_id, "appraisal_done", ref=row.id)
    return row


async def ask_measures(
    session: AsyncSession, actor: Principal, case: Case, told: MeasuresTold
) -> MeasureRequest:
    """Ask departments for protective measures; referrals makes one referral of it (3.1h-1)."""
    actor.of("police", "procuratorate", "civil_affairs", "town", "child_protection_office")
    services = [*(m.value for m in told.measures), *told.other_services]
    if not services:
        raise Invalid(
            "须注明所请求的措施",
            "Name the measures that are asked for",
            where="body.measures",
            clause="WL24:3.1h-1",
            allowed=list(Measure),
        )
    departments = sorted({d for m in told.measures for d in m.departments})
    row = MeasureRequest(
        id=new_id(),
        case_id=case.id,
        services=services,
        departments=departments,
        asked_by=actor.department,
        at=now(session),
    )
    session.add(row)
    case.departments = sorted({*case.departments, *departments})
    note_id = await seal_note(session, told.words)
    entry(session, actor, case.id, "measures", ref=row.id, note_id=note_id)
    await emit(
        session,
        MeasuresRequested(
            case_id=case.id,
            request_id=row.id,
            child_ref=case.child_ref,
            services=services,
            level=case.level,
            town=case.town,
        ),
    )
    return row


def type_of(word: str) -> tuple[str, str]:
    """Code and competent authority of a type of unit."""
    known = institutions().recognise(word)
    return known.code, known.authority
