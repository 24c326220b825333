"""A unit that failed children is advised in writing, answers, and is judged by it (检察建议)."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import DutyUnit, MissedReport, Recommendation, Report
from services.protection.operations.cases import the_case
from services.protection.operations.desk import clock_view
from services.protection.operations.law import town_code
from services.protection.operations.missed_reports import ToldAlready
from services.protection.operations.opening import entry
from services.protection.operations.steps import (
    first_to_withdraw,
    seal_note,
    signature,
    step,
    the_day,
)
from services.protection.operations.units import the_unit
from services.protection.operations.words import words_of
from services.protection.queries.cases import clocks_of, steps_of
from services.protection.queries.recommendations import breaches_about
from services.protection.rules.recommendations import (
    ADVISERS,
    JUDGING,
    OVERSEERS,
    RECOMMENDATION_MOVES,
    REPLY,
    Failure,
)
from services.protection.schemas.recommendations import (
    RecommendationMove,
    RecommendationShown,
    RecommendationTold,
)
from services.protection.schemas.told import StepShown
from shared import deadlines
from shared.access import Subject
from shared.bus import emit
from shared.clock import start_of
from shared.database import new_id, now, today
from shared.events.protection import RecommendationMoved
from shared.identity import Principal
from shared.jurisdiction import jurisdiction
from shared.problem import Forbidden, Invalid, NotFound

CLAUSE = "MINORS:114"


class NotItsBreach(Invalid):
    """The breaches of the register that are named are those of the unit that is advised."""

    zh, en = "未履行报告义务的，须注明该单位在责任登记中的记录", "Name the unit's own breaches"
    clause = CLAUSE


class NotAdvised(Invalid):
    """Who advises is not advised, a unit is named as one, and a town is one town."""

    zh, en = "被建议单位有误，镇（街道）须注明是哪一个", "Nobody is advised by itself; which town?"
    clause = CLAUSE


class ReplyUnwritten(Invalid):
    """A reply is in writing; so is what is lacking in it."""

    zh, en = "须有书面内容", "It has to be in writing"
    clause = CLAUSE


async def advise(
    session: AsyncSession, actor: Principal, told: RecommendationTold
) -> Recommendation:
    """Advise a unit or an office of its failures; its month for the reply begins (114)."""
    actor.of(*ADVISERS)
    unit = await the_unit(session, told.unit_id) if told.unit_id else None
    row = Recommendation(
        id=new_id(),
        issuer=actor.department,
        document_ref=told.document_ref,
        unit_id=told.unit_id,
        department=unit.competent_authority if unit else _office(actor, told),
        town=unit.town if unit else town_code(told.town),
        case_id=(await the_case(session, actor, told.case_id)).id if told.case_id else None,
        failures=sorted({failure.value for failure in told.failures}),
        state=RECOMMENDATION_MOVES.first,
        sent_on=the_day(session, told.sent_on, where="body.sent_on", clause=CLAUSE),
        sent_at=now(session),
        sent_by=signature(actor),
        note_id=await seal_note(session, told.words),
    )
    session.add(row)
    await session.flush()
    await _bind(session, actor, row, told)
    await _reply_due(session, row, row.sent_on)
    await _tell(session, row)
    return row


def _office(actor: Principal, told: RecommendationTold) -> str:
    """The office that is advised, by its code; a town is told with its name."""
    office = jurisdiction().department(told.department or "").code
    nobody = office in {actor.department, "institution", "village"}
    if nobody or (office == "town") == (told.town is None):
        raise NotAdvised(where="body.department")
    return office


async def _bind(
    session: AsyncSession, actor: Principal, row: Recommendation, told: RecommendationTold
) -> None:
    """The breaches it is about stand with it in the register of the duty to report (B01)."""
    if (Failure.MISSED_REPORT in told.failures) != bool(told.missed_report_ids):
        raise NotItsBreach(where="body.missed_report_ids")
    cases = {row.case_id} - {None}
    for missed_id in dict.fromkeys(told.missed_report_ids):
        breach = await session.get(MissedReport, missed_id, with_for_update=True)
        if breach is None or not _is_of(breach, row):
            raise NotItsBreach(where="body.missed_report_ids")
        await _unadvised(session, breach)
        breach.recommendation_id = row.id
        report = await session.get(Report, breach.report_id)
        cases |= {report.case_id} - {None} if report else set()
    for case_id in cases:
        assert case_id is not None
        entry(session, actor, case_id, "recommendation", code=row.issuer, ref=row.id)


def _is_of(breach: MissedReport, row: Recommendation) -> bool:
    if row.unit_id is not None:
        return breach.unit_id == row.unit_id
    return breach.competent_authority == row.department


async def _unadvised(session: AsyncSession, breach: MissedReport) -> None:
    """One breach is advised about once, unless that advice was taken back."""
    if breach.recommendation_id is None:
        return
    before = await session.get(Recommendation, breach.recommendation_id)
    if before is not None and before.state != "withdrawn":
        raise ToldAlready(where="body.missed_report_ids", allowed=[str(before.id)], clause=CLAUSE)


async def _reply_due(session: AsyncSession, row: Recommendation, day: date) -> None:
    """The unit's authority answers for the month since a day, which is told when it is over."""
    town, since = row.town if row.department == "town" else None, start_of(day)
    await deadlines.start(session, REPLY, row.id, row.department, town=town, since=since)


async def _tell(session: AsyncSession, row: Recommendation) -> None:
    await emit(
        session,
        RecommendationMoved(
            recommendation_id=row.id,
            issuer=row.issuer,
            department=row.department,
            to_unit=row.unit_id is not None,
            failures=row.failures,
            state=row.state,
            town=row.town,
        ),
    )


async def the_recommendation(session: AsyncSession, actor: Principal, id_: UUID) -> Recommendation:
    """The recommendation, locked, if the caller advised, is advised or supervises."""
    row = await session.get(Recommendation, id_, with_for_update=True)
    if row is None:
        raise NotFound()
    if actor.department in {row.issuer, *OVERSEERS} or await _advised(session, actor, row):
        return row
    raise NotFound()


async def _advised(session: AsyncSession, actor: Principal, row: Recommendation) -> bool:
    """The office that is advised or supervises the unit, or the unit itself."""
    office = row.department == actor.department and actor.place in (None, row.town)
    return office or await _of_the_unit(session, actor, row)


async def _of_the_unit(session: AsyncSession, actor: Principal, row: Recommendation) -> bool:
    unit = await session.get(DutyUnit, row.unit_id) if row.unit_id else None
    return unit is not None and unit.client == actor.client


async def move(
    session: AsyncSession, actor: Principal, id_: UUID, verb: str, told: RecommendationMove
) -> Recommendation:
    """A written reply of who is advised; who advised it judges it, or takes it back by two."""
    row = await the_recommendation(session, actor, id_)
    await _entitled(session, actor, row, verb)
    if verb in {"reply", "objection"} and not told.note:
        RECOMMENDATION_MOVES.may(row.state, verb, actor.department)
        raise ReplyUnwritten(where="body.note")
    if first_to_withdraw(actor, RECOMMENDATION_MOVES, row, verb):
        return row
    first = row.withdrawing_by if verb == "withdrawal" else None
    signature(actor)
    await step(
        session, actor, RECOMMENDATION_MOVES, row, verb,
        reason=told.reason, note=told.note, first_officer=first,
    )  # fmt: skip
    await _clocks(session, row, verb, told)
    await _tell(session, row)
    return row


async def _entitled(
    session: AsyncSession, actor: Principal, row: Recommendation, verb: str
) -> None:
    """The advised answers, the adviser judges, and nobody does both.

    A unit without a system of its own answers through its authority.
    """
    if verb == "reply":
        if not await _advised(session, actor, row):
            raise Forbidden(clause=CLAUSE, allowed=[row.department])
    elif actor.department != row.issuer:
        raise Forbidden(clause=CLAUSE, allowed=[row.issuer])


async def _clocks(
    session: AsyncSession, row: Recommendation, verb: str, told: RecommendationMove
) -> None:
    if verb == "reply":
        row.replied_on = the_day(
            session, told.day, where="body.day", clause=CLAUSE, not_before=row.sent_on
        )
        await deadlines.meet(session, REPLY, row.id)
        await deadlines.start(session, JUDGING, row.id, row.issuer)
    elif verb == "objection":
        await deadlines.meet(session, JUDGING, row.id)
        await _reply_due(session, row, today(session))
    elif verb == "acceptance":
        await deadlines.meet(session, JUDGING, row.id)
    else:
        await deadlines.cancel(session, row.id, why=verb)


async def in_brief(
    session: AsyncSession, rows: Sequence[Recommendation]
) -> list[RecommendationShown]:
    """Recommendations with their lawful steps and the breaches they are about."""
    about = await breaches_about(session, [row.id for row in rows])
    shown = []
    for row in rows:
        view = RecommendationShown.model_validate(row)
        view.allowed = RECOMMENDATION_MOVES.allowed(row.state)
        view.missed_report_ids = [breach.id for breach in about[row.id]]
        shown.append(view)
    return shown


async def in_full(
    session: AsyncSession, actor: Principal, row: Recommendation
) -> RecommendationShown:
    """One recommendation with its clocks, its steps and what was written, on record."""
    (view,) = await in_brief(session, [row])
    view.clocks = [clock_view(clock) for clock in await clocks_of(session, [row.id])]
    steps = await steps_of(session, row.id)
    subject = Subject(row.id, "unit", row.town, frozenset({actor.department}))
    notes = [row.note_id, *(one.note_id for one in steps)]
    words = await words_of(session, actor, subject, notes, "recommendation")
    view.words = words.get(row.note_id) if row.note_id else None
    for one in steps:
        line = StepShown.model_validate(one)
        line.words = words.get(one.note_id) if one.note_id else None
        view.steps.append(line)
    return view
