"""Information pushes: any department's clue becomes somebody's case (信息联动推送)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.models import MissedClock, Push, PushStep
from services.referrals.queries.pushes import push_for
from services.referrals.rules.moves import OFFICES, PUSH
from shared import audit, deadlines, vault
from shared.bus import emit
from shared.database import new_id, now
from shared.events import DeadlineMissed
from shared.events.referrals import InformationPushed
from shared.identity import Principal
from shared.jurisdiction import jurisdiction
from shared.problem import Invalid


class NotYetLearned(Invalid):
    """Nobody can have learnt of something after telling it."""

    zh, en = "获知时间不能晚于推送时间", "It cannot have been learnt after it was told"


@dataclass(frozen=True, slots=True)
class Clue:
    """What a department tells: the kind, when it learnt of it, whom it is about if known."""

    kind: str
    learned_at: datetime | None = None
    child_ref: UUID | None = None
    town: str | None = None
    origin: str = "officer"
    origin_id: UUID | None = None
    particulars: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


async def push_information(session: AsyncSession, department: str, clue: Clue) -> Push:
    """Tell the office; how long it took from learning is kept and counted (WL24:4.2c-1)."""
    moment = now(session)
    learned = clue.learned_at or moment
    if learned > moment:
        raise NotYetLearned(where="learned_at")
    length, unit, _ = deadlines.length_of("information_push", session)
    push = Push(
        id=new_id(),
        child_ref=clue.child_ref,
        department=department,
        town=clue.town,
        kind=clue.kind,
        origin=clue.origin,
        origin_id=clue.origin_id,
        learned_at=learned,
        pushed_at=moment,
        late=moment > jurisdiction().calendar.due(learned, length, unit).at,
        state=PUSH.first,
        due_at=moment,
    )
    session.add(push)
    await session.flush()
    audit.concerns(session, push.child_ref)
    await vault.keep_classes(session, push.id, clue.particulars)
    clock = await deadlines.start(
        session, "information_answer", push.id, "child_protection_office", clause="WL24:4.2c-2"
    )
    push.due_at = clock.due_at
    await _tell(session, push)
    return push


async def _tell(session: AsyncSession, push: Push) -> None:
    await emit(
        session,
        InformationPushed(
            push_id=push.id,
            child_ref=push.child_ref,
            department=push.department,
            kind=push.kind,
            town=push.town,
        ),
    )


async def move_push(
    session: AsyncSession,
    actor: Principal,
    push_id: UUID,
    verb: str,
    case_ref: UUID | None = None,
    note: str | None = None,
) -> Push:
    """Take one lawful step with a push; the answer goes back to who pushed (MINORS:11)."""
    push = await push_for(session, actor, push_id, lock=True)
    actor.of(*OFFICES, clause="WL24:4.2c-2")
    move = PUSH.make(push.state, verb, department=actor.department)
    before, push.state = push.state, move.after
    push.case_ref = case_ref or push.case_ref
    if verb in ("case", "linkage", "no_action"):
        await deadlines.meet(session, "information_answer", push.id)
    if verb == "answer":
        push.answered_at = now(session)
    if note:
        await vault.keep(session, push.id, "notes", {"note": note, "verb": verb})
    session.add(
        PushStep(
            id=new_id(),
            push_id=push.id,
            verb=verb,
            before=before,
            after=move.after,
            clause=move.clause,
            department=actor.department,
            officer=actor.officer,
            at=now(session),
        )
    )
    await session.flush()
    return push


async def note_missed_clock(session: AsyncSession, service: str, missed: DeadlineMissed) -> None:
    """Remember a missed clock of any service, for the scorecard; its highest level counts."""
    row = {
        "deadline_id": missed.deadline_id,
        "level": missed.level,
        "service": service,
        "kind": missed.kind,
        "department": missed.department,
        "town": missed.town,
        "subject_id": missed.subject_id,
        "due_at": missed.due_at,
    }
    await session.execute(
        upsert(MissedClock)
        .values(row)
        .on_conflict_do_update(index_elements=["deadline_id"], set_={"level": missed.level})
    )
