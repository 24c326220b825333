"""Matters, students, meetings and posts as their departments may find them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.models import Matter, MatterStep, StaffPost, Student
from services.referrals.rules.matters import OPENERS
from shared.identity import Principal
from shared.jurisdiction import jurisdiction
from shared.problem import NotFound

PUBLIC_KINDS = frozenset({"posted_need"})
MEETING = ("joint_meeting", "meeting_task")
SEES_ALL = ("child_protection_office", "civil_affairs", "procuratorate", "auditor")


def coordinates(actor: Principal, kind: str) -> bool:
    """Whether every matter of a kind is the actor's business; the joint meeting's are its tasks."""
    return actor.department in SEES_ALL or (actor.department, kind) == MEETING


def takes_part(actor: Principal, matter: Matter) -> bool:
    """Owner and acting department; of its kind's own matters a partner has what it opened."""
    own = actor.department in (matter.owner, matter.department)
    if _partner(actor) and matter.owner == actor.department:
        own = matter.client == actor.client
    return own and (actor.place is None or matter.town in (None, actor.place))


def _partner(actor: Principal) -> bool:
    """Whether many houses share the actor's department: hospitals, schools, associations."""
    return jurisdiction().departments[actor.department].kind == "partner"


def knows_whom(actor: Principal, matter: Matter) -> bool:
    """Whether the actor may learn which child a matter is about (WL24:3.1h-2)."""
    return actor.department in SEES_ALL or takes_part(actor, matter)


def _visible(actor: Principal, matter: Matter) -> bool:
    """Whose part or business it is; a posted need is there for everybody, and the next hospital
    finds a first diagnosis by its number."""
    found = matter.kind == "first_diagnosis" and actor.department in OPENERS[matter.kind]
    open_to_all = matter.kind in PUBLIC_KINDS or coordinates(actor, matter.kind)
    return found or open_to_all or takes_part(actor, matter)


async def open_matters_of_child(session: AsyncSession, child_ref: UUID) -> Sequence[Matter]:
    """The matters about a child that have not ended, locked."""
    wanted = select(Matter).where(Matter.child_ref == child_ref, Matter.ended_at.is_(None))
    return (await session.scalars(wanted.order_by(Matter.id).with_for_update())).all()


async def matter_for(
    session: AsyncSession, actor: Principal, kind: str, matter_id: UUID, *, lock: bool = False
) -> Matter:
    """The matter of that kind if the actor has to do with it; else as if absent."""
    matter = await session.get(Matter, matter_id, with_for_update=lock or None)
    if matter is None or matter.kind != kind or not _visible(actor, matter):
        raise NotFound()
    return matter


def matters(
    actor: Principal, kind: str, state: str | None, child_ref: UUID | None
) -> Select[Matter]:
    """The matters of a kind the actor has to do with."""
    wanted = select(Matter).where(Matter.kind == kind)
    if kind not in PUBLIC_KINDS and not coordinates(actor, kind):
        department = actor.department
        wanted = wanted.where(or_(Matter.owner == department, Matter.department == department))
        if _partner(actor):
            wanted = wanted.where(or_(Matter.owner != department, Matter.client == actor.client))
        if actor.place is not None:
            wanted = wanted.where(or_(Matter.town == actor.place, Matter.town.is_(None)))
    if state is not None:
        wanted = wanted.where(Matter.state == state)
    return wanted if child_ref is None else wanted.where(Matter.child_ref == child_ref)


async def steps_of_matter(session: AsyncSession, matter_id: UUID) -> Sequence[MatterStep]:
    """Every step a matter took, oldest first."""
    wanted = select(MatterStep).where(MatterStep.matter_id == matter_id).order_by(MatterStep.number)
    return (await session.scalars(wanted)).all()


def students(actor: Principal, group: str | None, town: str | None) -> Select[Student]:
    """The students of special groups; a town sees its own, the bureau all."""
    wanted = select(Student).where(Student.active.is_(True))
    if actor.place is not None:
        wanted = wanted.where(Student.town == actor.place)
    if group is not None:
        wanted = wanted.where(Student.groups.contains([group]))
    return wanted if town is None else wanted.where(Student.town == town)


async def unpaired_students(session: AsyncSession) -> int:
    """How many students of special groups nobody is paired with."""
    paired = select(Matter.child_ref).where(Matter.kind == "pairing", Matter.state == "paired")
    wanted = select(func.count()).select_from(Student)
    wanted = wanted.where(Student.active.is_(True), Student.child_ref.not_in(paired))
    return int(await session.scalar(wanted) or 0)


async def posts(session: AsyncSession, town: str | None) -> Sequence[StaffPost]:
    """The posts of 儿童督导员 and 儿童主任, by town and village."""
    wanted = select(StaffPost).order_by(StaffPost.town, StaffPost.village, StaffPost.role)
    if town is not None:
        wanted = wanted.where(StaffPost.town == town)
    return (await session.scalars(wanted)).all()
