"""How a received event takes effect: once, in order, or set aside with its error."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, delete, exists, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from shared.bus import Cursor, Handler, Inbox, Received, SetAside, Waiting
from shared.database import Sessions, now, transaction
from shared.events import CATALOGUE
from shared.identity import Principal
from shared.problem import NotFound, Unavailable

RETRY_SECONDS = (0.2, 1, 2, 5, 15, 60, 300)
LONGEST_RETRY_OF_PASSING = 60.0
BEGIN_ANYWHERE_SECONDS = 300.0
Handlers = Mapping[str, Handler]


class Outcome(StrEnum):
    """What became of a delivery. In all three cases it need not come again."""

    DONE = "done"
    SEEN = "seen"
    WAITS = "waits"


async def receive(sessions: Sessions, handlers: Handlers, received: Received) -> Outcome:
    """Inbox row, cursor and effect in one transaction; raises what the handler raises.

    An event that came before the one before it is kept in the database until its turn.
    """
    async with transaction(sessions) as session:
        if received.sequence > await _newest(session, received) + 1:
            await _keep_waiting(session, received)
            return Outcome.WAITS
        if not await _take_effect(session, handlers, received):
            return Outcome.SEEN
    same = (Waiting.owner == received.owner, Waiting.subject_id == received.subject_id)
    while await take_waiting(sessions, handlers, _whose_turn_came().where(*same)):
        pass
    return Outcome.DONE


async def _newest(session: AsyncSession, received: Received) -> int:
    """The newest event of the subject that took effect; its row is locked, if there is one."""
    key = (Cursor.owner == received.owner, Cursor.subject_id == received.subject_id)
    return await session.scalar(select(Cursor.sequence).where(*key).with_for_update()) or 0


async def _keep_waiting(session: AsyncSession, received: Received) -> None:
    row = upsert(Waiting).values(
        event_id=received.id,
        owner=received.owner,
        subject_id=received.subject_id,
        sequence=received.sequence,
        envelope=received.envelope,
    )
    await session.execute(row.on_conflict_do_nothing())


async def _take_effect(session: AsyncSession, handlers: Handlers, received: Received) -> bool:
    """False when it took effect before. The cursor moves to it, whatever it was."""
    row = upsert(Inbox).values(event_id=received.id, handled_at=now(session))
    fresh = await session.execute(row.on_conflict_do_nothing().returning(Inbox.event_id))
    if fresh.first() is None:
        return False
    moved = upsert(Cursor).values(
        owner=received.owner, subject_id=received.subject_id, sequence=received.sequence
    )
    newest = {"sequence": text("greatest(inbox_cursor.sequence, excluded.sequence)")}
    await session.execute(
        moved.on_conflict_do_update(index_elements=["owner", "subject_id"], set_=newest)
    )
    handler = handlers.get(received.type)
    if handler is not None:
        event = CATALOGUE[received.type].model_validate(received.data)
        await handler(session, event, received)
    return True


# -- events that came too early ---------------------------------------------------------------


def _whose_turn_came() -> Select[Waiting]:
    """A waiting event whose predecessor took effect, or will never come.

    A subject never seen before may begin anywhere once its earlier events had time to come:
    the stream no longer has them, or this consumer is younger than they are.
    """
    earlier = aliased(Waiting)
    same = (earlier.owner == Waiting.owner, earlier.subject_id == Waiting.subject_id)
    held = exists().where(
        SetAside.owner == Waiting.owner,
        SetAside.subject_id == Waiting.subject_id,
        SetAside.resolved_at.is_(None),
    )
    patience = func.clock_timestamp() - timedelta(seconds=BEGIN_ANYWHERE_SECONDS)
    may_begin = (
        Cursor.sequence.is_(None)
        & (Waiting.since < patience)
        & ~held
        & ~exists().where(*same, earlier.sequence < Waiting.sequence)
    )
    cursor = (Cursor.owner == Waiting.owner) & (Cursor.subject_id == Waiting.subject_id)
    return (
        select(Waiting)
        .outerjoin(Cursor, cursor)
        .where(
            Waiting.next_at <= func.clock_timestamp(),
            or_(Waiting.sequence <= Cursor.sequence + 1, may_begin),
        )
        .order_by(Waiting.sequence)
    )


async def run_waiting(sessions: Sessions, handlers: Handlers) -> int:
    """Let every waiting event whose turn came take effect; how many there were."""
    done = 0
    while await take_waiting(sessions, handlers, _whose_turn_came()):
        done += 1
    return done


async def take_waiting(sessions: Sessions, handlers: Handlers, which: Select[Waiting]) -> bool:
    """Let one waiting event take effect, if there is one; one that fails is put off."""
    claimed: Received | None = None
    try:
        async with transaction(sessions) as session:
            wanted = which.limit(1).with_for_update(skip_locked=True, of=Waiting)
            row = await session.scalar(wanted)
            if row is None:
                return False
            claimed = Received(row.envelope, row.attempts + 1)
            await session.execute(delete(Waiting).where(Waiting.event_id == row.event_id))
            await _take_effect(session, handlers, claimed)
    except Exception as error:
        if claimed is None:
            raise
        await _put_off(sessions, claimed, error)
    return True


async def _put_off(sessions: Sessions, received: Received, error: Exception) -> None:
    pause = pause_before_retry(received, error)
    if pause is None:
        await set_aside(sessions, received, error)
        return
    async with transaction(sessions) as session:
        later = func.clock_timestamp() + timedelta(seconds=pause)
        await session.execute(
            update(Waiting)
            .where(Waiting.event_id == received.id)
            .values(attempts=received.deliveries, next_at=later)
        )


# -- events that fail ---------------------------------------------------------------------------


def passes(error: BaseException) -> bool:
    """Whether it is no fault of the event: a database, a network or another service is away."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    away = (Unavailable, OSError, TimeoutError, OperationalError, InterfaceError)
    return isinstance(error, away)


def pause_before_retry(received: Received, error: BaseException) -> float | None:
    """Seconds until it is tried again, or None when it is to be set aside."""
    if received.deliveries <= len(RETRY_SECONDS):
        pause = RETRY_SECONDS[received.deliveries - 1]
        return min(pause, LONGEST_RETRY_OF_PASSING) if passes(error) else pause
    return LONGEST_RETRY_OF_PASSING if passes(error) else None


async def set_aside(sessions: Sessions, received: Received, error: BaseException) -> None:
    """Keep what cannot be handled. The cursor stays, so later events of the subject wait."""
    async with transaction(sessions) as session:
        await session.execute(delete(Waiting).where(Waiting.event_id == received.id))
        row = upsert(SetAside).values(
            event_id=received.id,
            type=received.type,
            owner=received.owner,
            subject_id=received.subject_id,
            sequence=received.sequence,
            envelope=received.envelope,
            error=type(error).__name__,
            attempts=received.deliveries,
            at=now(session),
        )
        await session.execute(row.on_conflict_do_nothing())


async def replay(
    session: AsyncSession, handlers: dict[str, Handler], event_id: Any, actor: Principal
) -> None:
    """Handle a set-aside event now, in the operator's transaction; later ones follow."""
    await _resolve(session, handlers, event_id, actor, "replayed")


async def skip(session: AsyncSession, event_id: Any, actor: Principal, why: str) -> None:
    """Give a set-aside event up, with a reason; later events of its subject go on."""
    await _resolve(session, {}, event_id, actor, f"skipped: {why}")


async def _resolve(
    session: AsyncSession, handlers: Handlers, event_id: Any, actor: Principal, how: str
) -> None:
    row = await session.get(SetAside, event_id, with_for_update=True)
    if row is None or row.resolved_at is not None:
        raise NotFound()
    await _take_effect(session, handlers, Received(row.envelope))
    row.resolved_at, row.resolved_by, row.resolution = now(session), actor.person(), how
