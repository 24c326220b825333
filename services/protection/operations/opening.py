"""A case opens, or what is new joins the open one (开案、并案)."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import Case, CaseEntry
from services.protection.operations.children import case_is
from services.protection.rules.cases import LEVELS, Level
from shared import deadlines
from shared.access import Subject
from shared.bus import emit
from shared.database import new_id, now
from shared.events.protection import CaseOpened
from shared.identity import Principal

RANK = [Level.LOW, Level.MIDDLE, Level.HIGH, Level.URGENT]


def subject_of(case: Case) -> Subject:
    """Whose particulars a case is about, and who has a task in it."""
    return Subject(
        id=case.child_ref,
        kind="child",
        town=case.town,
        departments=frozenset(case.departments),
        shielded=case.shielded,
    )


def owner_of(town: str | None) -> str:
    """Who is asked first: the town, or civil affairs where no town is known (兜底, WL24:4.1b-3)."""
    return "town" if town else "civil_affairs"


async def open_case(
    session: AsyncSession,
    child_ref: UUID,
    known: UUID | None,
    *,
    level: Level,
    origin: str,
    town: str | None,
    departments: tuple[str, ...],
) -> Case:
    """The child's open case, raised when the level is higher; else a new one with its clock."""
    found = await session.get(Case, known, with_for_update=True) if known else None
    if found is not None and found.state != "closed":
        await join(session, found, level, departments)
        return found
    case = Case(
        id=new_id(),
        child_ref=child_ref,
        origin=origin,
        level=level,
        town=town,
        state="opened",
        shielded=False,
        departments=sorted({*departments, *town_tasks(town)}),
        opened_at=now(session),
        reopened=0,
    )
    session.add(case)
    await session.flush()
    await case_is(session, child_ref, case.id)
    await deadlines.start(
        session, LEVELS[level].first_contact, case.id, owner_of(town), town=town, clause="WL24:3.0"
    )
    await emit(
        session, CaseOpened(case_id=case.id, child_ref=child_ref, level=level.value, town=town)
    )
    return case


def town_tasks(town: str | None, department: str = "town") -> tuple[str, ...]:
    """A town's task, or a village's, is the task of that place alone."""
    return (department, f"{department}:{town}") if town else ()


async def join(
    session: AsyncSession, case: Case, level: Level, departments: tuple[str, ...]
) -> None:
    """Something new in an open case: who has a task grows, the level rises, never falls here."""
    case.departments = sorted({*case.departments, *departments})
    if RANK.index(level) > RANK.index(Level(case.level)):
        case.level = level
        if case.state in {"opened", "reopened"}:
            await deadlines.start(
                session,
                LEVELS[level].first_contact,
                case.id,
                owner_of(case.town),
                town=case.town,
                clause="WL24:3.0",
            )


def entry(
    session: AsyncSession,
    actor: Principal,
    case_id: UUID,
    kind: str,
    *,
    code: str | None = None,
    ref: UUID | None = None,
    note_id: UUID | None = None,
    data: dict[str, Any] | None = None,
) -> None:
    """A line of the case's timeline; codes, ids and days only, words are sealed."""
    session.add(
        CaseEntry(
            case_id=case_id,
            kind=kind,
            code=code,
            ref=ref,
            note_id=note_id,
            data=data,
            department=actor.department,
            officer=actor.officer,
            at=now(session),
        )
    )


async def meet_clocks(session: AsyncSession, subject_id: UUID, *prefixes: str) -> None:
    """Meet every open clock of a subject whose kind begins so."""
    for deadline in await deadlines.open_ones(session, subject_id):
        if deadline.kind.startswith(prefixes):
            await deadlines.meet(session, deadline.kind, subject_id)
