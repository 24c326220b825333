"""A case as its reader may see it: particulars by policy, words unsealed for those with a task."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import Case, CaseEntry
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
    steps_of,
    tasks_of,
)
from services.protection.queries.clocks import parts_of
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
    shown.allowed = [move.verb for move in CASE_MOVES.lawful(case.state)]
    return shown


async def case_view(session: AsyncSession, actor: Principal, case_id: UUID) -> CaseOpened:
    """The case in full, and who saw what on record."""
    case = await session.get(Case, case_id)
    if case is None:
        access.may_know(actor, access.Subject(id=case_id, kind="nobody"))
        raise NotFound()
    subject = subject_of(case)
    access.may_know(actor, subject)
    reports = await reports_of(session, case.id)
    told = await as_told(session, case.child_ref, [one.id for one in reports], CHILD_CLASSES)
    rows = await newest_entries(session, case.id, SHOWN_ENTRIES)
    words = await _words(session, actor, subject, rows)
    shown = CaseOpened.model_validate(brief(case).model_dump())
    shown.particulars = await access.disclose(session, actor, subject, told | _read(words))
    shown.particulars.pop(Particular.NOTES, None)
    shown.entries = _lines(rows, words)
    day = today(session)
    for task in await tasks_of(session, case.id):
        view = TaskShown.model_validate(task)
        view.overdue = task.done_at is None and task.due_on is not None and task.due_on < day
        shown.tasks.append(view)
    plan = await newest_plan(session, case.id)
    shown.plan = PlanShown.model_validate(plan) if plan else None
    flags = await flags_of(session, case.id)
    shown.flags = [FlagShown.model_validate(row) for row in flags]
    parts = await parts_of(session, case.id)
    shown.parts = [PartShown.model_validate(part) for part in parts]
    ids = [case.id, *(one.id for one in reports), *(one.id for one in flags)]
    ids += [part.id for part in parts]
    shown.clocks = [clock_view(clock) for clock in await clocks_of(session, ids)]
    shown.steps = [StepShown.model_validate(row) for row in await steps_of(session, case.id)]
    shown.reports = [
        {"id": r.id, "reporter": f"报告人-{n}", "state": r.state, "received_at": r.received_at}
        for n, r in enumerate(reports, 1)
    ]
    return shown


async def with_words(
    session: AsyncSession, actor: Principal, case: Case, rows: Sequence[CaseEntry]
) -> list[EntryShown]:
    """Lines of the timeline; their words where the policy lets the caller read notes."""
    words = await _words(session, actor, subject_of(case), rows)
    await access.disclose(session, actor, subject_of(case), _read(words))
    return _lines(rows, words)


Words = dict[UUID, dict[str, Any]]


async def _words(
    session: AsyncSession, actor: Principal, subject: Subject, rows: Sequence[CaseEntry]
) -> Words:
    ids = [row.note_id for row in rows if row.note_id is not None]
    if not ids or not access.ask(actor, "see", Particular.NOTES, subject).allowed:
        return {}
    return await vault.read_many(session, ids, Particular.NOTES)


def _read(words: Words) -> dict[str, dict[str, Any]]:
    """What the record says of it: that words were read, never which."""
    return {Particular.NOTES: {"words": ""}} if words else {}


def _lines(rows: Sequence[CaseEntry], words: Words) -> list[EntryShown]:
    shown = []
    for row in rows:
        view = EntryShown.model_validate(row, from_attributes=True)
        view.words = words.get(row.note_id, {}).get("words") if row.note_id else None
        shown.append(view)
    return shown
