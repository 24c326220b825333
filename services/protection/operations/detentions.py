"""Detained parents: the answer is required, the children are cared for the same day (3.6)."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import Detention, DetentionChild
from services.protection.operations import warnings
from services.protection.operations.children import keep_person, recognise, remember
from services.protection.operations.law import town_code
from services.protection.operations.opening import entry, open_case
from services.protection.operations.steps import seal_note, step
from services.protection.queries.detentions import children_of
from services.protection.rules.cases import Level
from services.protection.rules.detentions import DETENTION_MOVES, care_need, may_be_delegate
from services.protection.rules.reporting import birthday
from services.protection.schemas.detentions import (
    AnswerTold,
    CarerChecks,
    CareTold,
    DetainedChild,
    DetentionTold,
    MinorChildren,
    ReleaseTold,
)
from shared import deadlines
from shared.bus import emit
from shared.database import figure, law_today, new_id, now, today
from shared.events.protection import CareArranged, DetentionReported, GuardianReleased
from shared.identity import Principal
from shared.jurisdiction import jurisdiction
from shared.law import Facts, Finding, Verdict
from shared.problem import Conflict, Invalid, NotFound, Refused

ANSWERED = {"has": "reported", "none": "no_children", "unable": "unanswered"}


class MinorChildrenUnanswered(Invalid):
    """A detention came without the answer about minor children: it is not complete."""

    zh = "须先询问并填报是否有未成年子女需要委托临时照料"
    en = "The question about minor children must be asked and answered"
    clause = "WL24:3.6b-1"


class DetentionInTheFuture(Invalid):
    """A detention cannot have begun tomorrow."""

    zh, en = "羁押起始日不能晚于今天", "A detention cannot begin in the future"
    clause = "WL24:3.6b-1"


class BarredCarer(Refused):
    """The law forbids to entrust a child to this person."""

    zh, en = "该人依法不得作为被委托人", "The law bars this person from caring for the child"
    clause = "MINORS:22"


class NotAMinor(Invalid):
    """The question is about minor children: who is grown up is cared for otherwise."""

    zh, en = "所列子女已满十八周岁，不属于未成年子女", "Grown up: the question is of minors"
    clause = "WL24:3.6b-1"


class NotThisChild(Refused):
    """The child is not one of this detention."""

    zh, en = "该儿童不在此次羁押所列子女中", "This child is not in this detention"
    clause = "WL24:3.6b-2"


class ReleasedBeforeDetained(Invalid):
    """A release before the detention began, or in the future."""

    zh, en = "释放日期有误", "The day of release cannot be"
    clause = "WL24:3.6b-2"


async def report_detention(
    session: AsyncSession,
    actor: Principal,
    told: DetentionTold,
    evidence: dict[str, str] | None = None,
) -> Detention:
    """Take a detention with its answer; seal who it is about; open cases; start the clock."""
    actor.of("police", "justice")
    if told.minor_children is None:
        raise MinorChildrenUnanswered(
            where="body.minor_children", allowed=["has", "none", "unable"]
        )
    if told.began_on > today(session):
        raise DetentionInTheFuture(where="body.began_on")
    if told.id is not None and await session.get(Detention, told.id) is not None:
        raise Conflict(where="body.id", clause="WL24:3.6b-1")
    detention = Detention(
        id=told.id or new_id(),
        person_ref=await keep_person(session, told.person),
        kind=told.kind.value,
        answer=told.minor_children.answer,
        asked_at=told.asked_at or now(session),
        began_on=told.began_on,
        ends_on=told.ends_on,
        town=town_code(told.town),
        care_needed=False,
        state=ANSWERED[told.minor_children.answer],
        client=actor.client,
        officer=actor.officer,
        evidence=evidence,
        reported_at=now(session),
    )
    session.add(detention)
    await session.flush()
    await _answer(session, actor, detention, told.minor_children)
    await _watch_the_end(session, detention)
    return detention


async def _watch_the_end(session: AsyncSession, detention: Detention) -> None:
    """The named end of a term is a day on which police say what became of the parent."""
    if detention.ends_on is not None:
        at = jurisdiction().calendar.start_of(detention.ends_on)
        await deadlines.remind(
            session,
            "detention_end",
            detention.id,
            at,
            department="police",
            town=detention.town,
        )


async def _answer(
    session: AsyncSession, actor: Principal, detention: Detention, told: MinorChildren
) -> None:
    """Act on the answer: children are recorded, care is due today, the others are told."""
    if told.answer == "unable":
        detention.why_id = await seal_note(session, told.why_unable)
        await deadlines.start(
            session, "detention_question", detention.id, "police", town=detention.town
        )
    lines = [await _child(session, actor, detention, child) for child in told.children]
    detention.care_needed = any(line.care_needed for line in lines)
    if detention.care_needed:
        await deadlines.start(
            session,
            "care_arrangement",
            detention.id,
            "police",
            town=detention.town,
            clause="WL24:3.6b-2",
        )
    await emit(
        session,
        DetentionReported(
            detention_id=detention.id,
            kind=detention.kind,
            children=[line.child_ref for line in lines],
            care_needed=detention.care_needed,
            began_on=detention.began_on,
            ends_on=detention.ends_on,
            town=detention.town,
        ),
    )
    await _look_after(session, actor, detention, list(zip(lines, told.children, strict=True)))


async def _look_after(
    session: AsyncSession,
    actor: Principal,
    detention: Detention,
    pairs: list[tuple[DetentionChild, DetainedChild]],
) -> None:
    """Warn where both parents are held; record carers that police named at once."""
    for line, child in pairs:
        await warnings.all_parents_detained(session, line.child_ref, line.case_id, line.town)
        if child.carer_kind is not None:
            care = CareTold(
                child_ref=line.child_ref,
                carer_kind=child.carer_kind,
                carer=child.carer,
                checks=child.checks,
            )
            await arrange_care(session, actor, detention.id, care)


async def _child(
    session: AsyncSession, actor: Principal, detention: Detention, told: DetainedChild
) -> DetentionChild:
    adult_age = int(figure(session, "adult_age"))
    if told.birth_date and birthday(told.birth_date, adult_age) <= detention.began_on:
        raise NotAMinor(where="body.minor_children.children")
    child_ref, known_case = await recognise(session, told)
    await remember(session, child_ref, told)
    need = care_need("has", 1, told.other_guardian_present)
    town = town_code(told.town) or detention.town
    line = DetentionChild(
        detention_id=detention.id,
        child_ref=child_ref,
        relation=told.relation,
        other_guardian_present=told.other_guardian_present,
        care_needed=need.care_needed,
        town=town,
    )
    if need.care_needed:
        case = await open_case(
            session,
            child_ref,
            known_case,
            level=_level(told.birth_date, today(session)),
            origin="detention",
            town=town,
            departments=("police", "civil_affairs"),
        )
        line.case_id = case.id
        entry(session, actor, case.id, "detention", code=detention.kind, ref=detention.id)
    session.add(line)
    await session.flush()
    return line


def _level(born: date | None, day: date) -> Level:
    """Unattended under the age of the law, or of unknown age: urgent; else high."""
    limit = int(jurisdiction().law.on(day).figures["unattended_age"])
    if born is None or (day.year - born.year - ((day.month, day.day) < (born.month, born.day))) < (
        limit
    ):
        return Level.URGENT
    return Level.HIGH


async def answer_later(
    session: AsyncSession, actor: Principal, detention_id: UUID, told: AnswerTold
) -> Detention:
    """The answer that could not be had when the detention was pushed."""
    detention = await the_detention(session, detention_id)
    await step(session, actor, DETENTION_MOVES, detention, "answer")
    detention.answer = told.minor_children.answer
    detention.asked_at = told.asked_at or now(session)
    if detention.answer == "unable":
        raise MinorChildrenUnanswered(where="body.minor_children.answer", allowed=["has", "none"])
    detention.state = ANSWERED[detention.answer]
    await deadlines.meet(session, "detention_question", detention.id)
    await _answer(session, actor, detention, told.minor_children)
    return detention


async def the_detention(session: AsyncSession, detention_id: UUID) -> Detention:
    """The detention, locked; 404 when there is none."""
    found = await session.get(Detention, detention_id, with_for_update=True)
    if found is None:
        raise NotFound()
    return found


async def known_detention(session: AsyncSession, actor: Principal, detention_id: UUID) -> Detention:
    """The detention, for a town only when it or one of its children is of that town."""
    found = await the_detention(session, detention_id)
    lines = (await children_of(session, [found.id]))[found.id]
    towns = {found.town, *(line.town for line in lines)}
    if actor.place is not None and actor.place not in towns:
        raise NotFound()
    return found


def fit_to_care(session: AsyncSession, checks: CarerChecks) -> Finding:
    """Whether the law bars this carer; what nobody has checked is unknown, never fit."""
    facts = Facts()
    if checks.capable_adult is not None:
        facts["carer_capable_adult"] = checks.capable_adult
    if checks.past_offence is not None:
        facts["carer_records"] = ("known",) if checks.past_offence else ()
    if checks.vices is not None:
        facts["carer_vices"] = checks.vices
    if checks.refused_duty_before is not None:
        facts["carer_refused_duty"] = checks.refused_duty_before
    if checks.otherwise_unfit is not None:
        facts["carer_otherwise_unfit"] = checks.otherwise_unfit
    found = may_be_delegate.find(facts, law_today(session))
    if found.verdict is Verdict.NOT_MET:
        raise BarredCarer(finding=found.tree())
    return found


async def arrange_care(
    session: AsyncSession, actor: Principal, detention_id: UUID, told: CareTold
) -> Detention:
    """Somebody looks after the child: recorded, told, and the clock met when all are cared for."""
    detention = await known_detention(session, actor, detention_id)
    lines = (await children_of(session, [detention.id]))[detention.id]
    line = next((one for one in lines if one.child_ref == told.child_ref), None)
    if line is None:
        raise NotThisChild()
    fit_to_care(session, told.checks)
    await step(session, actor, DETENTION_MOVES, detention, "arrangement", case_id=line.case_id)
    line.carer_kind = told.carer_kind.value
    line.carer_id = await keep_person(session, told.carer) if told.carer else None
    line.arranged_at = now(session)
    since = told.since or today(session)
    if line.case_id is not None:
        entry(session, actor, line.case_id, "care_arranged", code=line.carer_kind, ref=detention.id)
    if any(one.care_needed and one.carer_kind is None for one in lines):
        detention.state = "reported"
    else:
        await deadlines.meet(session, "care_arrangement", detention.id)
    await emit(
        session,
        CareArranged(
            detention_id=detention.id,
            child_ref=line.child_ref,
            carer_kind=line.carer_kind,
            since=since,
        ),
    )
    return detention


async def release(
    session: AsyncSession, actor: Principal, detention_id: UUID, told: ReleaseTold
) -> Detention:
    """The parent is free: decisions that rest on the detention are reviewed."""
    detention = await the_detention(session, detention_id)
    if not detention.began_on <= told.released_on <= today(session):
        raise ReleasedBeforeDetained(where="body.released_on")
    await step(session, actor, DETENTION_MOVES, detention, "release")
    detention.released_on = told.released_on
    await deadlines.cancel(session, detention.id, why="released")
    lines = (await children_of(session, [detention.id]))[detention.id]
    for line in lines:
        if line.case_id is not None:
            entry(session, actor, line.case_id, "guardian_released", ref=detention.id)
        await warnings.guardian_released(session, line.child_ref, line.town, detention.id)
    await emit(
        session,
        GuardianReleased(
            detention_id=detention.id,
            children=[line.child_ref for line in lines],
            released_on=told.released_on,
        ),
    )
    return detention
