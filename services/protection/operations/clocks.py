"""What happens when a clock of protection runs out, without anybody asking (期限届满)."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import CaseTask, Detention, Placement, Step
from services.protection.operations.opening import entry
from services.protection.queries.detentions import children_of
from services.protection.rules.placements import PLACEMENT_MOVES
from shared import deadlines
from shared.database import now
from shared.identity import Principal

ITSELF = Principal("service:protection", "service:protection")


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
