"""Matters, students, meetings and posts as their departments may find them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.models import Matter, MatterStep, StaffPost, Student
from services.referrals.rules.matters import OPENERS
from shared.identity import Principal
from shared.problem import NotFound

PUBLIC_KINDS = frozenset({"posted_need"})
SEES_ALL = ("child_protection_office", "civil_affairs", "procuratorate", "auditor", "joint_meeting")


def _visible(actor: Principal, matter: Matter) -> bool:
    """Owner, acting department and coordinators; a posted need is there for everybody."""
    if matter.kind in PUBLIC_KINDS or actor.department in SEES_ALL:
        return True
    own = actor.department in (matter.owner, matter.department)
    own = own or (actor.department in OPENERS[matter.kind] and matter.kind == "first_diagnosis")
    return own and (actor.town is None or matter.town in (None, actor.town))


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
    if kind not in PUBLIC_KINDS and actor.department not in SEES_ALL:
        department = actor.department
        wanted = wanted.where(or_(Matter.owner == department, Matter.department == department))
        if actor.town is not None:
            wanted = wanted.where(or_(Matter.town == actor.town, Matter.town.is_(None)))
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
    if actor.town is not None:
        wanted = wanted.where(Student.town == actor.town)
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
