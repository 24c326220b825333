"""A case as its reader may see it: particulars by policy, words unsealed for those with a task."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

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
from services.protection.operations.children import as_told
from services.protection.operations.desk import clock_view
from services.protection.operations.opening import subject_of
from services.protection.operations.views import CHILD_CLASSES
from services.protection.queries.cases import (
    clocks_of,
    flags_of,
    newest_entries,
    newest_plan,
    reports_of,
    steps_in,
    tasks_of,
)
from services.protection.queries.clocks import Part, parts_of
from services.protection.rules.cases import CASE_MOVES, Level
from services.protection.schemas.cases import (
    CaseOpened,
    CaseShown,
    EntryShown,
    FlagShown,
    PartShown,
    PlanShown,
    TaskShown,
)
from services.protection.schemas.told import StepShown
from shared import access, vault
from shared.access import Particular, Subject
from shared.database import today
from shared.identity import Principal
from shared.problem import NotFound

SHOWN_ENTRIES = 50


def brief(case: Case) -> CaseShown:
    """A case in a list: no particulars."""
    shown = CaseShown.model_validate(case)
    shown.colour = Level(case.level).colour
    shown.allowed = CASE_MOVES.allowed(case.state)
    return shown


@dataclass(frozen=True, slots=True)
class _Held:
    """What a case is shown with, as it is kept."""

    reports: list[Report]
    entries: list[CaseEntry]
    tasks: list[CaseTask]
    plan: CasePlan | None
    flags: list[CaseFlag]
    parts: list[Part]
    steps: list[Step]

    def notes(self) -> list[UUID | None]:
        """Where the words of all of it are sealed."""
        notes = [one.note_id for one in self.entries] + [one.note_id for one in self.tasks]
        notes += [one.note_id for one in self.flags] + [one.note_id for one in self.steps]
        return [*notes, self.plan.note_id] if self.plan else notes


async def _held(session: AsyncSession, case: Case) -> _Held:
    return _Held(
        reports=await reports_of(session, case.id),
        entries=await newest_entries(session, case.id, SHOWN_ENTRIES),
        tasks=await tasks_of(session, case.id),
        plan=await newest_plan(session, case.id),
        flags=await flags_of(session, case.id),
        parts=await parts_of(session, case.id),
        steps=await steps_in(session, case.id),
    )


async def case_view(session: AsyncSession, actor: Principal, case_id: UUID) -> CaseOpened:
    """The case in full, and who saw what on record."""
    case = await session.get(Case, case_id)
    if case is None:
        access.may_know(actor, access.Subject(id=case_id, kind="nobody"))
        raise NotFound()
    subject = subject_of(case)
    access.may_know(actor, subject)
    held = await _held(session, case)
    ids = [one.id for one in held.reports]
    told = await as_told(session, case.child_ref, ids, CHILD_CLASSES)
    words = await _words(session, actor, subject, held.notes())
    shown = CaseOpened.model_validate(brief(case).model_dump())
    shown.particulars = await access.disclose(session, actor, subject, told | _read(words))
    shown.particulars.pop(Particular.NOTES, None)
    shown.entries = _spoken(EntryShown, held.entries, words)
    shown.tasks = _spoken(TaskShown, held.tasks, words)
    day = today(session)
    for task in shown.tasks:
        task.overdue = task.done_at is None and task.due_on is not None and task.due_on < day
    shown.plan = next(iter(_spoken(PlanShown, [held.plan] if held.plan else [], words)), None)
    shown.flags = _spoken(FlagShown, held.flags, words)
    shown.steps = _spoken(StepShown, held.steps, words)
    shown.parts = [PartShown.model_validate(part) for part in held.parts]
    subjects = [case.id, *(one.id for one in held.flags), *(one.id for one in held.tasks), *ids]
    subjects += [part.id for part in held.parts]
    shown.clocks = [clock_view(clock) for clock in await clocks_of(session, subjects)]
    shown.reports = [
        {"id": r.id, "reporter": f"报告人-{n}", "state": r.state, "received_at": r.received_at}
        for n, r in enumerate(held.reports, 1)
    ]
    return shown


async def with_words(
    session: AsyncSession, actor: Principal, case: Case, rows: Sequence[CaseEntry]
) -> list[EntryShown]:
    """Lines of the timeline; their words where the policy lets the caller read notes."""
    words = await _words(session, actor, subject_of(case), [row.note_id for row in rows])
    await access.disclose(session, actor, subject_of(case), _read(words))
    return _spoken(EntryShown, rows, words)


Words = dict[UUID, dict[str, Any]]
V = TypeVar("V", EntryShown, TaskShown, PlanShown, FlagShown, StepShown)


async def _words(
    session: AsyncSession, actor: Principal, subject: Subject, notes: Iterable[UUID | None]
) -> Words:
    ids = [note for note in notes if note is not None]
    if not ids or not access.ask(actor, "see", Particular.NOTES, subject).allowed:
        return {}
    return await vault.read_many(session, ids, Particular.NOTES)


def _read(words: Words) -> dict[str, dict[str, Any]]:
    """What the record says of it: that words were read, never which."""
    return {Particular.NOTES: {"words": ""}} if words else {}


def _spoken(view: type[V], rows: Sequence[Any], words: Words) -> list[V]:
    """Rows as they are shown, each with the words that were written with it."""
    shown = []
    for row in rows:
        line = view.model_validate(row, from_attributes=True)
        line.words = words.get(row.note_id, {}).get("words") if row.note_id else None
        shown.append(line)
    return shown
