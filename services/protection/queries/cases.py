"""Cases, their timelines, tasks, plans, clocks, warnings."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import (
    Case,
    CaseEntry,
    CaseFlag,
    CasePlan,
    CaseTask,
    Report,
    Step,
)
from shared.deadlines import Deadline
from shared.identity import Principal

CITY_WIDE = frozenset({"civil_affairs", "child_protection_office", "procuratorate", "auditor"})


def mine(actor: Principal) -> ColumnElement[bool] | None:
    """Row scope of cases: the whole city, the own town, or where the caller has a task."""
    if actor.department in CITY_WIDE:
        return None
    task: ColumnElement[bool] = Case.departments.contains([actor.department])
    if actor.place is None:
        return task
    # A town has the affairs of all its children, a village those in which it has a task.
    own = Case.town == actor.place
    own = own if actor.department == "town" else and_(own, task)
    return or_(own, Case.departments.contains([f"{actor.department}:{actor.place}"]))


def cases(actor: Principal, state: str | None, level: str | None, town: str | None) -> Select[Case]:
    """Cases the caller may know of, by state, level and town."""
    wanted = select(Case)
    scope = mine(actor)
    if scope is not None:
        wanted = wanted.where(scope)
    for column, value in ((Case.state, state), (Case.level, level), (Case.town, town)):
        if value is not None:
            wanted = wanted.where(column == value)
    return wanted


async def newest_entries(session: AsyncSession, case_id: UUID, limit: int) -> list[CaseEntry]:
    """The newest lines of a timeline, newest first; the index makes their number no matter."""
    rows = await session.scalars(
        select(CaseEntry)
        .where(CaseEntry.case_id == case_id)
        .order_by(CaseEntry.id.desc())
        .limit(limit)
    )
    return list(rows)


def entries(case_id: UUID) -> Select[CaseEntry]:
    """The timeline of a case."""
    return select(CaseEntry).where(CaseEntry.case_id == case_id)


async def note_of(session: AsyncSession, case_id: UUID, ref: UUID) -> UUID | None:
    """The sealed words that were written with a thing, where the timeline first tells of it."""
    found: UUID | None = await session.scalar(
        select(CaseEntry.note_id)
        .where(
            CaseEntry.case_id == case_id,
            CaseEntry.ref == ref,
            CaseEntry.note_id.is_not(None),
        )
        .order_by(CaseEntry.id)
        .limit(1)
    )
    return found


async def tasks_of(session: AsyncSession, case_id: UUID) -> list[CaseTask]:
    """Tasks of a case, open ones first by their day."""
    rows = await session.scalars(
        select(CaseTask)
        .where(CaseTask.case_id == case_id)
        .order_by(CaseTask.done_at.is_not(None), CaseTask.due_on, CaseTask.id)
    )
    return list(rows)


def overdue_tasks(actor: Principal, day: date) -> Select[CaseTask]:
    """Open tasks past their day: a department its own, the offices all."""
    wanted = select(CaseTask).where(CaseTask.done_at.is_(None), CaseTask.due_on < day)
    if actor.department not in CITY_WIDE:
        wanted = wanted.where(CaseTask.department == actor.department)
    if actor.place is not None:
        wanted = wanted.where(CaseTask.town == actor.place)
    return wanted


async def newest_plan(session: AsyncSession, case_id: UUID) -> CasePlan | None:
    """The newest version of a case's plan."""
    found: CasePlan | None = await session.scalar(
        select(CasePlan)
        .where(CasePlan.case_id == case_id)
        .order_by(CasePlan.number.desc())
        .limit(1)
    )
    return found


async def clocks_of(session: AsyncSession, subjects: Sequence[UUID]) -> list[Deadline]:
    """Every clock of a case and of what belongs to it."""
    rows = await session.scalars(
        select(Deadline)
        .where(Deadline.subject_id.in_(subjects), Deadline.silent.is_(False))
        .order_by(Deadline.due_at, Deadline.id)
    )
    return list(rows)


async def flags_of(session: AsyncSession, case_id: UUID) -> list[CaseFlag]:
    """Flags of a case, oldest first."""
    rows = await session.scalars(
        select(CaseFlag)
        .where(CaseFlag.case_id == case_id)
        .order_by(CaseFlag.raised_at, CaseFlag.id)
    )
    return list(rows)


async def steps_of(session: AsyncSession, subject_id: UUID) -> list[Step]:
    """The history of a thing that moves, oldest first."""
    rows = await session.scalars(
        select(Step).where(Step.subject_id == subject_id).order_by(Step.id)
    )
    return list(rows)


async def steps_in(session: AsyncSession, case_id: UUID) -> list[Step]:
    """Every lawful step in a case, its own and those of what belongs to it, oldest first.

    A report has its own history, which its handlers read.
    """
    rows = await session.scalars(
        select(Step).where(Step.case_id == case_id, Step.kind != "report").order_by(Step.id)
    )
    return list(rows)


async def reports_of(session: AsyncSession, case_id: UUID) -> list[Report]:
    """The reports joined in a case, in the order of their receipt: 报告人-1, 报告人-2 …"""
    rows = await session.scalars(
        select(Report).where(Report.case_id == case_id).order_by(Report.received_at, Report.id)
    )
    return list(rows)
