"""What happens when a clock of protection runs out, without anybody asking (期限届满)."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import (
    Case,
    CaseTask,
    Detention,
    Foundling,
    Order,
    Placement,
    Step,
)
from services.protection.operations.opening import entry, owner_of
from services.protection.operations.steps import ITSELF
from services.protection.queries.detentions import children_of
from services.protection.rules.cases import LEVELS, Level
from services.protection.rules.petitions import CIVIL_AFFAIRS_MUST, OTHERS_MAY
from services.protection.rules.placements import PLACEMENT_MOVES
from shared import deadlines
from shared.bus import emit
from shared.database import now
from shared.deadlines import Deadline
from shared.events.protection import TermEnding


async def ask_about_release(session: AsyncSession, detention_id: UUID) -> None:
    """The term ended: each case gets a line, police a clock to say what became of the parent."""
    detention = await session.get(Detention, detention_id)
    if detention is None or detention.state == "released":
        return
    await deadlines.start(
        session, "detention_question", detention.id, "police", town=detention.town
    )
    for line in (await children_of(session, [detention.id]))[detention.id]:
        if line.case_id is not None:
            entry(session, ITSELF, line.case_id, "detention_term_ended", ref=detention.id)


async def lapse_hold(session: AsyncSession, placement_id: UUID) -> None:
    """The hold ran out: the bed is free, the history says so."""
    placement = await session.get(Placement, placement_id, with_for_update=True)
    if placement is None or placement.state != "held":
        return
    move = next(m for m in PLACEMENT_MOVES if m.verb == "lapse")
    session.add(
        Step(
            kind=PLACEMENT_MOVES.kind,
            subject_id=placement.id,
            case_id=placement.case_id,
            verb=move.verb,
            before=placement.state,
            after=move.after,
            clause=move.clause,
            department=ITSELF.department,
            client=ITSELF.client,
            at=now(session),
        )
    )
    placement.state = move.after
    await deadlines.cancel(session, placement.id, "bed_hold", "lapsed")
    entry(session, ITSELF, placement.case_id, "bed_hold_lapsed", ref=placement.id)


async def mark_overdue(session: AsyncSession, task_id: UUID) -> None:
    """An undone task past its day shows on the case's timeline."""
    task = await session.get(CaseTask, task_id)
    if task is not None and task.done_at is None:
        entry(session, ITSELF, task.case_id, "task_overdue", code=task.code, ref=task.id)


async def hasten_contact(session: AsyncSession, case_id: UUID) -> None:
    """A report raised the level of a case nobody has been to: the shorter clock runs as well."""
    case = await session.get(Case, case_id, with_for_update=True)
    if case is None or case.state not in {"opened", "reopened"}:
        return
    kind = LEVELS[Level(case.level)].first_contact
    if not await deadlines.open_ones(session, case.id, kind):
        await deadlines.start(
            session, kind, case.id, owner_of(case.town), town=case.town, clause="WL24:3.0"
        )


async def civil_affairs_must(session: AsyncSession, case_id: UUID) -> None:
    """Nobody who may has petitioned in time: civil affairs must, the procuratorate is told."""
    case = await session.get(Case, case_id, with_for_update=True)
    if case is None or case.state == "closed":
        return
    await deadlines.cancel(session, case_id, OTHERS_MAY, "civil affairs must now")
    await deadlines.start(session, CIVIL_AFFAIRS_MUST, case_id, "civil_affairs")
    case.departments = sorted({*case.departments, "procuratorate"})
    entry(session, ITSELF, case_id, "civil_affairs_must_petition")


ENDINGS: dict[str, tuple[type[Any], str, str, frozenset[str | None]]] = {
    "placement_alarm": (Placement, "term_ends_on", "state", frozenset({"in_care"})),
    "order_end": (Order, "until_on", "state", frozenset({"issued", "served", "breached"})),
    "foundling_notice": (Foundling, "notice_until", "outcome", frozenset({None})),
}


async def term_ending(session: AsyncSession, deadline: Deadline) -> None:
    """A term is about to end: a line in the case and an event, if it still runs."""
    model, end, where, live = ENDINGS[deadline.kind]
    row = await session.get(model, deadline.subject_id)
    if row is None or getattr(row, where) not in live:
        return
    entry(session, ITSELF, row.case_id, "term_ending", code=deadline.kind, ref=row.id)
    await emit(
        session,
        TermEnding(
            subject_id=row.id,
            case_id=row.case_id,
            kind=deadline.kind,
            department=deadline.department,
            town=deadline.town,
            ends_on=getattr(row, end),
        ),
    )
