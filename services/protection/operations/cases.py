"""The protection case: contact, plan, visits, tasks, flags, closing with two signatures (个案)."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import Case, CaseFlag, CasePlan, CaseTask
from services.protection.operations.children import (
    case_is,
    lead_to_open_case,
    recognise,
    remember,
)
from services.protection.operations.law import town_code
from services.protection.operations.opening import (
    entry,
    meet_clocks,
    open_case,
    owner_of,
    subject_of,
    town_tasks,
)
from services.protection.operations.steps import seal_note, signature, step
from services.protection.operations.warnings import child_not_seen
from services.protection.queries.care import unfinished
from services.protection.queries.cases import flags_of, newest_plan, reports_of, tasks_of
from services.protection.queries.evidence import visit_entry
from services.protection.rules.cases import CASE_MOVES, LEVELS, Level, LevelText, visit_clock
from services.protection.schemas.cases import (
    CaseTold,
    ClosureTold,
    FlagTold,
    LevelTold,
    PlanTold,
    TaskDone,
    TaskTold,
    VisitTold,
)
from services.protection.schemas.told import MoveTold
from shared import access, audit, deadlines
from shared.bus import emit
from shared.database import new_id, now
from shared.events.protection import CaseClosed, ChildShielded
from shared.identity import LOCAL, Principal
from shared.jurisdiction import jurisdiction
from shared.problem import Conflict, Invalid, NotFound, Refused

DONE_REPORTS = frozenset({"concluded", "concluded_not_filed", "not_filed_upheld", "transferred"})
WORKERS = ("town", "village", "civil_affairs", "protection_centre", "child_protection_office")


class TasksOpen(Refused):
    """A case is not closed while somebody still has to do something in it; `where` says what."""

    zh, en = "尚有未了结的事项，不能结案", "Something in it is not finished: it cannot be closed"
    clause = "WL24:4.2c-2"


class AlreadyDone(Refused):
    """The task was done, the flag cleared."""

    zh, en = "该事项已办结", "It is done already"
    clause = "WL24:4.2c-2"


class VisitInTheFuture(Invalid):
    """A visit is recorded after it was made."""

    zh, en = "走访时间不能晚于当前时间", "A visit cannot be in the future"
    clause = "WL24:3.0"


async def the_case(
    session: AsyncSession, actor: Principal, case_id: UUID, *, lock: bool = True
) -> Case:
    """The case, locked, if the caller may know of it; 404 otherwise, to the byte."""
    found = await session.get(Case, case_id, with_for_update=lock)
    if found is None:
        raise NotFound()
    access.may_know(actor, subject_of(found))
    audit.concerns(session, found.child_ref)
    return found


async def open_by_hand(session: AsyncSession, actor: Principal, told: CaseTold) -> Case:
    """Somebody worries about a child: a case without a report of harm."""
    actor.of(*WORKERS, "police", "womens_federation", "education", "health", "politics_law")
    child_ref, known = await recognise(session, told.child)
    await remember(session, child_ref, told.child)
    case = await open_case(
        session,
        child_ref,
        known,
        level=told.level,
        origin=told.origin,
        town=actor.town or town_code(told.town or told.child.town),
        departments=(actor.department, "civil_affairs"),
    )
    note_id = await seal_note(session, told.words)
    entry(session, actor, case.id, "opened", code=told.origin, note_id=note_id)
    return case


async def move_case(
    session: AsyncSession, actor: Principal, case_id: UUID, verb: str, told: MoveTold
) -> Case:
    """A step without anything of its own: contact, intervention, monitoring, continuation."""
    case = await the_case(session, actor, case_id)
    untouched = case.state in {"opened", "reopened"}
    await step(
        session, actor, CASE_MOVES, case, verb, case_id=case.id, reason=told.reason, note=told.note
    )
    entry(session, actor, case.id, "step", code=verb)
    if untouched:
        await meet_clocks(session, case.id, "contact_")
        await _clock(session, case, LEVELS[Level(case.level)].plan)
    elif verb == "reopening":
        case.closed_at, case.closure_reason, case.reopened = None, None, case.reopened + 1
        await case_is(session, case.child_ref, case.id)
        await deadlines.cancel(session, case.id, "closure_follow_up", "reopened")
        await _clock(session, case, LEVELS[Level(case.level)].first_contact)
    elif verb in {"monitoring", "continuation"}:
        await _next_visit(session, case)
    return case


async def _clock(session: AsyncSession, case: Case, kind: str) -> None:
    await deadlines.start(session, kind, case.id, owner_of(case.town), town=case.town)


async def _next_visit(session: AsyncSession, case: Case, safe: bool | None = None) -> None:
    await meet_clocks(session, case.id, "visit_")
    await _clock(session, case, visit_clock(Level(case.level), safe))


async def plan(session: AsyncSession, actor: Principal, case_id: UUID, told: PlanTold) -> CasePlan:
    """A plan, or its next version; somebody else must approve it."""
    case = await the_case(session, actor, case_id)
    await step(session, actor, CASE_MOVES, case, "plan", case_id=case.id, reason=told.reason)
    before = await newest_plan(session, case.id)
    made = CasePlan(
        case_id=case.id,
        number=before.number + 1 if before else 1,
        goals=list(told.goals),
        services=list(told.services),
        visit_every=LEVELS[Level(case.level)].visit,
        note_id=await seal_note(session, told.note),
        made_by=signature(actor),
        made_at=now(session),
    )
    session.add(made)
    case.planned_by = made.made_by
    entry(session, actor, case.id, "plan", data={"number": made.number})
    return made


async def approve_plan(session: AsyncSession, actor: Principal, case_id: UUID) -> Case:
    """The second person approves: the plan's clock is met, visits begin."""
    case = await the_case(session, actor, case_id)
    by = case.planned_by or ""
    await step(session, actor, CASE_MOVES, case, "plan_approval", case_id=case.id, first_officer=by)
    await meet_clocks(session, case.id, "plan_")
    await _next_visit(session, case)
    entry(session, actor, case.id, "plan_approved")
    return case


async def visit(session: AsyncSession, actor: Principal, case_id: UUID, told: VisitTold) -> Case:
    """A visit: recorded with sealed words; the next one is due by the level."""
    actor.of(*WORKERS, "womens_federation", "social_organisation", "welfare_institution")
    case = await the_case(session, actor, case_id)
    if told.visited_at > now(session):
        raise VisitInTheFuture(where="body.visited_at")
    if told.id is not None and await visit_entry(session, told.id) is not None:
        raise Conflict(where="body.id", clause="WL24:3.0")
    note_id = await seal_note(session, told.words)
    entry(
        session,
        actor,
        case.id,
        "visit",
        code={True: "safe", False: "unsafe", None: "unclear"}[told.safe],
        ref=told.id or new_id(),
        note_id=note_id,
        data={"visited_at": told.visited_at.isoformat(), "child_seen": told.child_seen},
    )
    if not told.child_seen:
        await session.flush()
        await child_not_seen(session, case.child_ref, case.id, case.town)
    elif case.state == "closed":
        await deadlines.meet(session, "closure_follow_up", case.id)
    else:
        await deadlines.meet(session, "return_visit", case.id)
        await _next_visit(session, case, told.safe)
    return case


async def note(session: AsyncSession, actor: Principal, case_id: UUID, words: str) -> Case:
    """Something worth remembering; sealed."""
    case = await the_case(session, actor, case_id)
    entry(session, actor, case.id, "note", note_id=await seal_note(session, words))
    return case


async def set_task(
    session: AsyncSession, actor: Principal, case_id: UUID, told: TaskTold
) -> CaseTask:
    """A department gets something to do, and with it the right to know what it needs."""
    actor.of(*WORKERS, "police", "procuratorate")
    case = await the_case(session, actor, case_id)
    department = jurisdiction().department(told.department).code
    local = department in LOCAL
    town = town_code(told.town) or (case.town if local else None)
    task = CaseTask(
        id=new_id(),
        case_id=case.id,
        department=department,
        town=town,
        code=told.code,
        due_on=told.due_on,
        note_id=await seal_note(session, told.words),
        set_by=actor.department,
        set_at=now(session),
    )
    session.add(task)
    theirs = town_tasks(town, department) if local else ()
    case.departments = sorted({*case.departments, department, *theirs})
    if told.due_on is not None:
        await deadlines.remind(
            session,
            "case_task",
            task.id,
            jurisdiction().calendar.end_of(told.due_on),
            department=department,
            town=town,
        )
    entry(session, actor, case.id, "task", code=told.code, ref=task.id)
    return task


async def finish_task(
    session: AsyncSession, actor: Principal, task_id: UUID, told: TaskDone
) -> CaseTask:
    """Done, by the department that had it."""
    task = await session.get(CaseTask, task_id, with_for_update=True)
    if task is None:
        raise NotFound()
    await the_case(session, actor, task.case_id)
    actor.of(task.department)
    if task.done_at is not None:
        raise AlreadyDone()
    task.done_at, task.done_by, task.outcome = now(session), actor.client, told.outcome
    await deadlines.cancel(session, task.id, "case_task", "done")
    entry(session, actor, task.case_id, "task_done", code=told.outcome, ref=task.id)
    return task


async def change_level(
    session: AsyncSession, actor: Principal, case_id: UUID, told: LevelTold
) -> Case:
    """Another level with its reason; visits follow its clock from now on."""
    actor.of(*WORKERS)
    case = await the_case(session, actor, case_id)
    entry(
        session,
        actor,
        case.id,
        "level",
        code=told.level.value,
        data={"reason": told.reason, "before": case.level},
        note_id=await seal_note(session, told.words),
    )
    case.level = told.level.value
    await _at_the_new_level(session, case, LEVELS[told.level])
    return case


async def _at_the_new_level(session: AsyncSession, case: Case, text: LevelText) -> None:
    """Contact, plan and visit that were due are due by the new level; no other clock moves."""
    running = {clock.kind for clock in await deadlines.open_ones(session, case.id)}
    for kind in (text.first_contact, text.plan, text.visit):
        before = {old for old in running if old.split("_")[0] == kind.split("_")[0]}
        for old in before:
            await deadlines.cancel(session, case.id, old, "level changed")
        if before:
            await _clock(session, case, kind)


async def propose_closure(
    session: AsyncSession, actor: Principal, case_id: UUID, told: ClosureTold
) -> Case:
    """Propose to close, with a coded reason; nothing may be open."""
    case = await the_case(session, actor, case_id)
    if any(task.done_at is None for task in await tasks_of(session, case.id)):
        raise TasksOpen(where="tasks")
    if any(flag.cleared_at is None for flag in await flags_of(session, case.id)):
        raise TasksOpen(where="flags")
    if any(report.state not in DONE_REPORTS for report in await reports_of(session, case.id)):
        raise TasksOpen(where="reports")
    if (waiting := await unfinished(session, case)) is not None:
        raise TasksOpen(where=waiting)
    await step(
        session,
        actor,
        CASE_MOVES,
        case,
        "closure_proposal",
        case_id=case.id,
        reason=told.closure_reason.value,
        note=told.note,
    )
    case.closure_reason, case.closing_by = told.closure_reason.value, signature(actor)
    entry(session, actor, case.id, "closure_proposed", code=told.closure_reason.value)
    return case


async def close(session: AsyncSession, actor: Principal, case_id: UUID) -> Case:
    """The second person closes; a follow-up visit is due, clocks of the case end."""
    case = await the_case(session, actor, case_id)
    by = case.closing_by or ""
    await step(session, actor, CASE_MOVES, case, "closure", case_id=case.id, first_officer=by)
    case.closed_at = now(session)
    await deadlines.cancel(session, case.id, why="closed")
    await _clock(session, case, "closure_follow_up")
    await lead_to_open_case(session, case.child_ref)
    entry(session, actor, case.id, "closed", code=case.closure_reason)
    await emit(
        session,
        CaseClosed(
            case_id=case.id, child_ref=case.child_ref, reason=case.closure_reason or "unknown"
        ),
    )
    return case


async def flag(session: AsyncSession, actor: Principal, case_id: UUID, told: FlagTold) -> CaseFlag:
    """A supervisor's worry: the case's owner has days to answer it, and closes nothing over it."""
    actor.of("civil_affairs", "child_protection_office", "procuratorate", "womens_federation")
    case = await the_case(session, actor, case_id)
    row = CaseFlag(
        id=new_id(),
        case_id=case.id,
        code=told.code,
        note_id=await seal_note(session, told.words),
        raised_by=actor.department,
        raised_at=now(session),
    )
    session.add(row)
    owner = owner_of(case.town)
    await deadlines.start(session, "flag_answer", row.id, owner, town=case.town)
    entry(session, actor, case.id, "flag", code=told.code, ref=row.id)
    return row


async def clear_flag(session: AsyncSession, actor: Principal, flag_id: UUID) -> CaseFlag:
    """The department that raised it clears it."""
    row = await session.get(CaseFlag, flag_id, with_for_update=True)
    if row is None:
        raise NotFound()
    await the_case(session, actor, row.case_id)
    actor.of(row.raised_by)
    if row.cleared_at is not None:
        raise AlreadyDone()
    row.cleared_by, row.cleared_at = actor.client, now(session)
    await deadlines.meet(session, "flag_answer", row.id)
    entry(session, actor, row.case_id, "flag_cleared", code=row.code, ref=row.id)
    return row


async def shield(session: AsyncSession, actor: Principal, case_id: UUID, on: bool) -> Case:
    """Nobody without a task may learn where the child is (or may again); every service is told."""
    actor.of("civil_affairs", "police", "court", "child_protection_office")
    case = await the_case(session, actor, case_id)
    case.shielded = on
    entry(session, actor, case.id, "shielded" if on else "unshielded", data={"on": on})
    await emit(session, ChildShielded(child_ref=case.child_ref, shielded=on))
    return case
