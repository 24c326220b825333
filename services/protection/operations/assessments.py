"""Assessment of a family: two assessors, red lines, two signatures, expiry, dispute (监护评估)."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import Assessment, AssessorScore, Case
from services.protection.operations.cases import the_case
from services.protection.operations.law import instrument
from services.protection.operations.opening import entry, subject_of
from services.protection.operations.steps import seal_note, signature, step
from services.protection.queries.care import scores_of
from services.protection.rules.assessments import (
    ABSENT_OR_IMPROPER,
    ASSESSMENT_MOVES,
    AssessmentInstrument,
    grade_of,
    score,
    valid_until,
    worse,
)
from services.protection.rules.petitions import CIVIL_AFFAIRS_MUST, OTHERS_MAY
from services.protection.schemas.care import (
    AssessmentShown,
    AssessmentTold,
    ScoreShown,
    ScoreTold,
)
from services.protection.schemas.told import MoveTold
from shared import access, deadlines
from shared.access import Particular
from shared.bus import emit
from shared.database import new_id, now, today
from shared.events.protection import AssessmentConcluded
from shared.identity import Principal
from shared.problem import Invalid, NotFound, Refused


class ConflictOfInterest(Refused):
    """Who has an interest in the family does not assess it."""

    zh, en = "与被评估家庭有利害关系的，应当回避", "An assessor with an interest must step back"
    clause = "WL24:3.2a"


class NotThatInstrument(Invalid):
    """An answer the instrument does not have, or points out of its range."""

    zh, en = "评分与评估工具不符", "The answers do not fit the instrument"
    clause = "WL24:3.2a"


class AssessorsMissing(Refused):
    """At least two assessors, each with every item answered."""

    zh, en = "至少两名评估员且各项均已评分", "Two assessors, every item answered by each"
    clause = "WL24:3.2a"


class NotAnAssessor(Refused):
    """Only who has scored signs the conclusion; the second of them concludes."""

    zh, en = "结论由参与评分的评估员签署", "The conclusion is signed by those who scored"
    clause = "WL24:3.2b-2"


async def open_assessment(
    session: AsyncSession, actor: Principal, case_id: UUID, told: AssessmentTold
) -> Assessment:
    """Open an assessment in a case by one version of an instrument."""
    actor.of("civil_affairs", "town", "protection_centre", "court", "procuratorate")
    case = await the_case(session, actor, case_id)
    tool = instrument(told.instrument)
    if tool.since > today(session):
        raise NotThatInstrument(where="body.instrument", since=tool.since)
    triggers = [ABSENT_OR_IMPROPER, *tool.triggers]
    if told.trigger not in triggers:
        raise NotThatInstrument(where="body.trigger", allowed=triggers)
    row = Assessment(
        id=new_id(),
        case_id=case.id,
        child_ref=case.child_ref,
        instrument=tool.id,
        purpose=told.purpose,
        trigger=told.trigger,
        scope=told.scope,
        state="opened",
        opened_at=now(session),
        opened_by=signature(actor),
        grounds=[],
    )
    session.add(row)
    entry(session, actor, case.id, "assessment_opened", code=told.purpose, ref=row.id)
    await session.flush()
    return row


async def the_assessment(
    session: AsyncSession, actor: Principal, assessment_id: UUID
) -> Assessment:
    """The assessment, locked, if the caller may know of its case."""
    row = await session.get(Assessment, assessment_id, with_for_update=True)
    if row is None:
        raise NotFound()
    await the_case(session, actor, row.case_id)
    return row


async def give_score(
    session: AsyncSession, actor: Principal, assessment_id: UUID, told: ScoreTold
) -> Assessment:
    """One assessor's points; a red line decides whatever they come to."""
    row = await the_assessment(session, actor, assessment_id)
    if not told.no_conflict_of_interest:
        raise ConflictOfInterest(where="body.no_conflict_of_interest")
    tool = instrument(row.instrument)
    try:
        found = score(tool, told.answers, tuple(told.red_lines))
    except ValueError as problem:
        raise NotThatInstrument(
            where=f"body.{problem}", allowed=_fits(tool, str(problem))
        ) from problem
    await step(session, actor, ASSESSMENT_MOVES, row, "scoring", case_id=row.case_id)
    session.add(
        AssessorScore(
            assessment_id=row.id,
            assessor=signature(actor),
            no_conflict=True,
            answers=dict(told.answers),
            red_lines=list(found.red_lines),
            points=found.points,
            grade=found.grade,
            missing=list(found.missing),
            at=now(session),
        )
    )
    row.first_signed_by = None
    note_id = await seal_note(session, told.words)
    entry(session, actor, row.case_id, "assessment_scored", ref=row.id, note_id=note_id)
    await session.flush()
    return row


def _fits(tool: AssessmentInstrument, wrong: str) -> list[Any]:
    """What would have fitted: the points an item has, or the codes there are."""
    kind, _, code = wrong.partition(".")
    if kind == "points":
        return [0, tool.items[code].points]
    return sorted(tool.red_lines if kind == "red_lines" else tool.items)


async def conclude(session: AsyncSession, actor: Principal, assessment_id: UUID) -> Assessment:
    """Each assessor signs; with the second signature the worse grade is the conclusion."""
    row = await the_assessment(session, actor, assessment_id)
    tool = instrument(row.instrument)
    scores = await scores_of(session, row.id)
    complete = {who: one for who, one in scores.items() if one.grade is not None}
    if row.state == "scoring" and len(complete) < tool.minimum_assessors:
        missing = sorted({item for one in scores.values() for item in one.missing})
        raise AssessorsMissing(missing=missing, allowed=[tool.minimum_assessors])
    if row.state == "scoring" and signature(actor) not in complete:
        raise NotAnAssessor()
    if row.state == "scoring" and row.first_signed_by is None:
        row.first_signed_by = signature(actor)
        return row
    first = row.first_signed_by or ""
    moves = ASSESSMENT_MOVES
    await step(session, actor, moves, row, "conclusion", case_id=row.case_id, first_officer=first)
    _grade(row, tool, list(complete.values()))
    row.concluded_on, row.concluded_by = today(session), signature(actor)
    row.valid_until = valid_until(tool, row.concluded_on)
    await deadlines.meet(session, "assessment_after_removal", row.case_id)
    await _petition_awaited(session, row, tool)
    entry(session, actor, row.case_id, "assessment_concluded", code=row.grade, ref=row.id)
    case = await session.get_one(Case, row.case_id)
    await emit(
        session,
        AssessmentConcluded(
            case_id=row.case_id,
            assessment_id=row.id,
            child_ref=row.child_ref,
            grade=row.grade or "",
            valid_until=row.valid_until,
            departments=tuple(case.departments),
            town=case.town,
        ),
    )
    return row


async def _petition_awaited(
    session: AsyncSession, row: Assessment, tool: AssessmentInstrument
) -> None:
    """A grade that calls for revocation: somebody who may petitions in time, or civil affairs must.

    A later, better grade ends the waiting.
    """
    for kind in (OTHERS_MAY, CIVIL_AFFAIRS_MUST):
        await deadlines.cancel(session, row.case_id, kind, "assessed again")
    if row.grade and "revocation_review" in grade_of(tool, row.grade).consequences:
        await deadlines.start(session, OTHERS_MAY, row.case_id, "child_protection_office")


def _grade(row: Assessment, tool: AssessmentInstrument, scores: list[AssessorScore]) -> None:
    """Where assessors differ, the worse grade and the fewer points stand."""
    row.grade = worse(tool, [one.grade for one in scores if one.grade])
    row.able = grade_of(tool, row.grade).able
    row.points = min(one.points for one in scores)
    lines = {line for one in scores for line in one.red_lines}
    row.grounds = sorted({g for line in lines if (g := tool.red_lines[line].ground)})


async def move_assessment(
    session: AsyncSession, actor: Principal, assessment_id: UUID, verb: str, told: MoveTold
) -> Assessment:
    """Dispute, review, upholding, abandonment; a disputed result opens no gate."""
    row = await the_assessment(session, actor, assessment_id)
    first = row.concluded_by if verb == "dispute_rejection" else None
    await step(
        session,
        actor,
        ASSESSMENT_MOVES,
        row,
        verb,
        case_id=row.case_id,
        reason=told.reason,
        note=told.note,
        first_officer=first,
    )
    if verb == "dispute":
        await deadlines.start(session, "assessment_dispute", row.id, "civil_affairs")
    else:
        await deadlines.meet(session, "assessment_dispute", row.id)
    entry(session, actor, row.case_id, "assessment_step", code=verb, ref=row.id)
    return row


async def with_scores(session: AsyncSession, actor: Principal, row: Assessment) -> AssessmentShown:
    """An assessment and what each assessor found; item by item for those who may read notes."""
    view = shown(row)
    case = await session.get_one(Case, row.case_id)
    scores = list((await scores_of(session, row.id)).values())
    may = access.ask(actor, "see", Particular.NOTES, subject_of(case)).allowed
    if scores and may:
        read: access.Classes = {Particular.NOTES: {"scores": ""}}
        await access.disclose(session, actor, subject_of(case), read)
    view.scores = [ScoreShown.model_validate(one) for one in scores]
    for one in view.scores:
        one.answers = one.answers if may else {}
    return view


def shown(row: Assessment) -> AssessmentShown:
    """An assessment with what its grade leads to."""
    view = AssessmentShown.model_validate(row)
    if row.grade is not None:
        view.consequences = list(grade_of(instrument(row.instrument), row.grade).consequences)
    view.allowed = ASSESSMENT_MOVES.allowed(row.state)
    return view
