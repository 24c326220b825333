"""Agreements by which a parent entrusts a child to a carer: made, read, ended (监护委托协议).

Several may stand for the same days: neither 民法典 1189 nor 未成年人保护法 22 speaks of one carer,
grandparents care together, and the next carer signs before the last one leaves.
"""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import Case, Delegation
from services.protection.operations.children import keep_person, particulars, recognise
from services.protection.operations.detentions import NotThisChild, fit_to_care
from services.protection.operations.opening import entry, join
from services.protection.operations.steps import DayImpossible, the_day
from services.protection.operations.views import child_subject
from services.protection.queries.care import delegations_of
from services.protection.queries.children import key_of
from services.protection.queries.detentions import detentions_of
from services.protection.rules.cases import Level
from services.protection.schemas.detentions import (
    DelegationEnded,
    DelegationShown,
    DelegationTold,
)
from services.protection.schemas.told import ChildTold
from shared import access, deadlines
from shared.access import Particular, Subject
from shared.database import new_id
from shared.identity import Principal
from shared.jurisdiction import jurisdiction
from shared.problem import NotFound, Refused

ASSIST = ("justice", "civil_affairs", "town", "village", "police")
CARER_CLASSES = (Particular.IDENTITY, Particular.CONTACT, Particular.ADDRESS)


class EndedAlready(Refused):
    """An agreement ends once."""

    zh, en = "该委托协议已终止", "This agreement has ended already"
    clause = "WL24:3.6c-1"


async def delegate(session: AsyncSession, actor: Principal, told: DelegationTold) -> Delegation:
    """Record an agreement of delegation; a barred carer is refused with the ground (3.6c-1)."""
    actor.of(*ASSIST)
    await _of_the_place(session, actor, told.child_ref)
    held = {detention.id for detention, _ in await detentions_of(session, told.child_ref)}
    if told.detention_id is not None and told.detention_id not in held:
        raise NotThisChild()
    the_day(session, told.signed_on, where="body.signed_on", clause="WL24:3.6c-1")
    if told.until_on is not None and told.until_on < told.from_on:
        allowed = [told.from_on.isoformat()]
        raise DayImpossible(where="body.until_on", clause="WL24:3.6c-1", allowed=allowed)
    found = fit_to_care(session, told.checks)
    delegation = Delegation(
        id=new_id(),
        detention_id=told.detention_id,
        child_ref=told.child_ref,
        carer_id=await keep_person(session, told.carer),
        signed_on=told.signed_on,
        from_on=told.from_on,
        until_on=told.until_on,
        assisted_by=actor.department,
        child_heard=told.child_heard,
        school_told=told.school_told,
        village_told=told.village_told,
        finding={"verdict": found.verdict.name, "missing": ",".join(found.missing())},
    )
    session.add(delegation)
    _, case_id = await recognise(session, ChildTold(child_ref=told.child_ref))
    if case_id is not None:
        case = await session.get_one(Case, case_id, with_for_update=True)
        await join(session, case, Level(case.level), (actor.department,))
        entry(session, actor, case.id, "delegation", ref=delegation.id)
    await session.flush()
    if told.until_on is not None:
        at = jurisdiction().calendar.end_of(told.until_on)
        await deadlines.remind(session, "delegation_end", delegation.id, at)
    return delegation


async def _of_the_place(session: AsyncSession, actor: Principal, child_ref: UUID) -> None:
    """A town assists with its own children; one of another town is to it as if there were none."""
    if actor.place is not None and await key_of(session, child_ref) is not None:
        subject, _ = await child_subject(session, child_ref)
        access.may_know(actor, subject)


async def delegations_view(
    session: AsyncSession, actor: Principal, child_ref: UUID
) -> list[DelegationShown]:
    """The agreements of a child; who the carer is, for those who may see it, on record."""
    subject, _ = await child_subject(session, child_ref)
    access.may_know(actor, subject)
    rows = await delegations_of(session, child_ref)
    asked: list[tuple[Subject, access.Classes]] = [
        (
            Subject(row.carer_id, "adult", subject.town, subject.departments, subject.shielded),
            await particulars(session, row.carer_id, CARER_CLASSES),
        )
        for row in rows
    ]
    carers = await access.disclose_many(session, actor, asked)
    return [
        DelegationShown.model_validate(row).model_copy(update={"carer": carer})
        for row, carer in zip(rows, carers, strict=True)
    ]


async def end_delegation(
    session: AsyncSession, actor: Principal, delegation_id: UUID, told: DelegationEnded
) -> Delegation:
    """The parent is back, or another cares for the child: the agreement is over."""
    actor.of(*ASSIST)
    row = await session.get(Delegation, delegation_id, with_for_update=True)
    if row is None:
        raise NotFound()
    subject, case = await child_subject(session, row.child_ref)
    access.may_know(actor, subject)
    if row.ended_on is not None:
        raise EndedAlready()
    row.ended_on = the_day(
        session,
        told.ended_on,
        where="body.ended_on",
        clause="WL24:3.6c-1",
        not_before=row.from_on,
    )
    await deadlines.cancel(session, row.id, "delegation_end", "ended")
    if case is not None:
        entry(session, actor, case.id, "delegation_ended", code=told.reason, ref=row.id)
    return row
