"""The database of students in special groups, kept by the education bureau (特殊群体学生数据库)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.models import Student
from services.referrals.rules.matters import GROUPS
from shared.database import now
from shared.identity import Principal
from shared.problem import Invalid

CONTRIBUTORS = (
    "education",
    "health",
    "police",
    "civil_affairs",
    "justice",
    "court",
    "procuratorate",
    "disabled_federation",
    "womens_federation",
    "youth_league",
    "town",
)


class UnknownGroup(Invalid):
    """The document names seven groups, and others."""

    zh, en = "没有这个群体", "There is no such group"
    clause = "WL24:3.4a-2"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a department contributes about a student: groups, school, stage, town."""

    child_ref: UUID
    groups: Sequence[str]
    school_id: UUID | None = None
    stage: str | None = None
    town: str | None = None


async def enter_student(session: AsyncSession, actor: Principal, entry: Entry) -> Student:
    """Enter a student or add groups to one; contributors are listed, nothing is taken away."""
    actor.of(*CONTRIBUTORS, clause="WL24:3.4a-1")
    unknown = sorted(set(entry.groups) - set(GROUPS))
    if unknown or not entry.groups:
        raise UnknownGroup(where="groups", allowed=list(GROUPS), unknown=unknown)
    student = await session.get(Student, entry.child_ref, with_for_update=True)
    if student is None:
        student = Student(child_ref=entry.child_ref, groups=[], contributors=[])
        session.add(student)
    student.groups = sorted({*student.groups, *entry.groups})
    student.contributors = sorted({*student.contributors, actor.department})
    student.school_id = entry.school_id or student.school_id
    student.stage = entry.stage or student.stage
    student.town = entry.town or student.town
    student.active, student.changed_at = True, now(session)
    await session.flush()
    return student


async def leave_group(session: AsyncSession, actor: Principal, child_ref: UUID) -> Student | None:
    """The bureau takes a student off the list; the row stays, inactive."""
    actor.of("education", clause="WL24:3.4a-2")
    student = await session.get(Student, child_ref, with_for_update=True)
    if student is not None:
        student.active, student.changed_at = False, now(session)
        await session.flush()
    return student
