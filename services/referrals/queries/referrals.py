"""Referrals and lines as sender, receiver and supervisor may find them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.models import Disclosed, Line, LineStep, Referral, ShieldedChild
from services.referrals.rules.moves import FINAL
from shared.deadlines import Deadline
from shared.identity import Principal
from shared.problem import NotFound

WHOLE_CITY = ("child_protection_office", "civil_affairs", "procuratorate", "auditor")


def sent_by(actor: Principal, referral: Referral) -> bool:
    """Whether the referral is the actor's own; a town's only the same town's."""
    same = referral.from_department == actor.department
    return same and (actor.place is None or referral.from_town == actor.place)


def addressed_to(actor: Principal, line: Line) -> bool:
    """Whether the line lies in the actor's queue."""
    return line.department == actor.department and (actor.place is None or line.town == actor.place)


def supervised_by(actor: Principal, line: Line) -> bool:
    """Whether the actor coordinates it: the office, or the lead it was escalated to.

    Nobody coordinates a quiet line: that it exists tells of an illness (AIDS:39).
    """
    if line.quiet:
        return False
    return actor.department in (*WHOLE_CITY, line.escalated_to) or (
        actor.department == line.lead and line.escalation > 0
    )


async def referral_for(session: AsyncSession, actor: Principal, referral_id: UUID) -> Referral:
    """The referral if the actor sent it, received a line of it or supervises it; else NotFound."""
    referral = await session.get(Referral, referral_id)
    if referral is None:
        raise NotFound()
    if sent_by(actor, referral):
        return referral
    lines = await lines_of(session, referral_id)
    if not any(addressed_to(actor, line) or supervised_by(actor, line) for line in lines):
        raise NotFound()
    return referral


async def line_for(
    session: AsyncSession, actor: Principal, line_id: UUID, *, lock: bool = False
) -> tuple[Line, Referral]:
    """The line and its referral if the actor has to do with it; else NotFound, as if absent."""
    line = await session.get(Line, line_id, with_for_update=lock or None)
    referral = await session.get(Referral, line.referral_id) if line else None
    if line is None or referral is None:
        raise NotFound()
    if not (sent_by(actor, referral) or addressed_to(actor, line) or supervised_by(actor, line)):
        raise NotFound()
    return line, referral


async def lines_of(session: AsyncSession, referral_id: UUID) -> Sequence[Line]:
    """The lines of a referral, in the order they were sent."""
    wanted = select(Line).where(Line.referral_id == referral_id).order_by(Line.number)
    return (await session.scalars(wanted)).all()


async def steps_of(session: AsyncSession, line_id: UUID) -> Sequence[LineStep]:
    """Every step a line took, oldest first."""
    wanted = select(LineStep).where(LineStep.line_id == line_id).order_by(LineStep.number)
    return (await session.scalars(wanted)).all()


async def clocks_of(session: AsyncSession, line_id: UUID) -> Sequence[Deadline]:
    """The clocks of a line in the order they began; a reminder is none."""
    wanted = select(Deadline).where(Deadline.subject_id == line_id, Deadline.silent.is_(False))
    return (await session.scalars(wanted.order_by(Deadline.started_at, Deadline.id))).all()


async def disclosed_with(session: AsyncSession, line_id: UUID) -> Sequence[Disclosed]:
    """What went to whom with a line."""
    wanted = select(Disclosed).where(Disclosed.line_id == line_id).order_by(Disclosed.number)
    return (await session.scalars(wanted)).all()


def inbox(actor: Principal, state: str | None, service: str | None) -> Select[Line]:
    """The actor's queue: its own lines and those escalated to it."""
    own = Line.department == actor.department
    if actor.place is not None:
        own = own & (Line.town == actor.place)
    wanted = select(Line).where(or_(own, Line.escalated_to == actor.department))
    if state is None:
        wanted = wanted.where(Line.state.not_in(FINAL))
    else:
        wanted = wanted.where(Line.state == state)
    return wanted if service is None else wanted.where(Line.service == service)


def sent(actor: Principal, state: str | None, child_ref: UUID | None) -> Select[Referral]:
    """What the actor's department has sent; the coordinating offices see all."""
    wanted, own = select(Referral), Referral.from_department == actor.department
    if actor.department in WHOLE_CITY:
        quiet = select(Line.referral_id).where(Line.quiet)
        wanted = wanted.where(or_(own, Referral.id.not_in(quiet)))
    else:
        wanted = wanted.where(own)
        if actor.place is not None:
            wanted = wanted.where(Referral.from_town == actor.place)
    if state is not None:
        wanted = wanted.where(Referral.state == state)
    return wanted if child_ref is None else wanted.where(Referral.child_ref == child_ref)


async def open_lines_of_child(
    session: AsyncSession, child_ref: UUID, *origins: str
) -> Sequence[Line]:
    """The lines about a child that have no outcome yet, of certain origins or of any."""
    wanted = (
        select(Line)
        .join(Referral, Referral.id == Line.referral_id)
        .where(Referral.child_ref == child_ref, Line.state.not_in(FINAL))
        .with_for_update(of=Line)
        .order_by(Line.number)
    )
    if origins:
        wanted = wanted.where(Referral.origin.in_(origins))
    return (await session.scalars(wanted)).all()


async def referral_of_origin(
    session: AsyncSession, origin: str, origin_id: UUID, child_ref: UUID | None
) -> Referral | None:
    """The referral an event has opened already."""
    wanted = select(Referral).where(
        Referral.origin == origin,
        Referral.origin_id == origin_id,
        Referral.child_ref.is_not_distinct_from(child_ref),
    )
    return (await session.scalars(wanted.limit(1))).first()


async def shielded(session: AsyncSession, child_ref: UUID | None) -> bool:
    """Whether nobody without a task may learn where the child is."""
    return child_ref is not None and await session.get(ShieldedChild, child_ref) is not None
