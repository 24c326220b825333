"""A child lives in another town of the county: what is being done for it goes on there (迁居)."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import Case
from services.protection.operations.opening import entry, town_tasks
from services.protection.operations.steps import ITSELF
from services.protection.queries.cases import flags_of, tasks_of
from services.protection.queries.children import open_cases
from services.protection.queries.warnings import open_warnings
from shared import deadlines
from shared.identity import LOCAL


async def follow(session: AsyncSession, child_ref: UUID, town: str) -> None:
    """Open cases, their undone tasks and unchecked warnings are the new town's, clocks as they
    stand. Where harm happened, where a bed is and what was done stays where it was.
    """
    for case in await open_cases(session, child_ref):
        if case.town != town:
            await _hand_over(session, case, town)
    for warning in await open_warnings(session, child_ref):
        warning.town = town
        await deadlines.hand_over(session, warning.id, town)


async def _hand_over(session: AsyncSession, case: Case, town: str) -> None:
    before, case.town = case.town, town
    due, places = [case.id], set[str]()
    for task in await tasks_of(session, case.id):
        if task.done_at is None and task.department in LOCAL and task.town == before:
            task.town = town
            due.append(task.id)
            places.add(task.department)
    due += [flag.id for flag in await flags_of(session, case.id) if flag.cleared_at is None]
    for subject in due:
        await deadlines.hand_over(session, subject, town)
    kept = {task for task in case.departments if not task.endswith(f":{before}")}
    theirs = [task for place in {"town", *places} for task in town_tasks(town, place)]
    case.departments = sorted({*kept, *theirs})
    entry(session, ITSELF, case.id, "relocated", data={"from": before, "to": town})
