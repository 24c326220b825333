"""How a received event takes effect: once, in order, or set aside with its error."""

from enum import StrEnum
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from shared.bus import Cursor, Handler, Inbox, Received, SetAside
from shared.database import Sessions, now, transaction
from shared.events import CATALOGUE
from shared.identity import Principal
from shared.problem import NotFound

RETRY_SECONDS = (0.2, 1, 2, 5, 15, 60, 300)
GAP_SECONDS = 0.3
GAP_PATIENCE = 20


class Outcome(StrEnum):
    """What became of a delivery."""

    DONE = "done"
    SEEN = "seen"
    EARLY = "early"


async def receive(sessions: Sessions, handlers: dict[str, Handler], received: Received) -> Outcome:
    """Inbox row, cursor and effect in one transaction; raises what the handler raises."""
    async with transaction(sessions) as session:
        if not await _new(session, received):
            return Outcome.SEEN
        if not await _in_turn(session, received):
            await session.rollback()
            return Outcome.EARLY
        handler = handlers.get(received.type)
        if handler is not None:
            event = CATALOGUE[received.type].model_validate(received.data)
            await handler(session, event, received)
    return Outcome.DONE


async def _new(session: AsyncSession, received: Received) -> bool:
    row = upsert(Inbox).values(event_id=received.id, handled_at=now(session))
    result = await session.execute(row.on_conflict_do_nothing().returning(Inbox.event_id))
    return result.first() is not None


async def _in_turn(session: AsyncSession, received: Received) -> bool:
    """Move the cursor by one, or say that the event came too early.

    A subject never seen before may begin anywhere once its earlier events had time to come:
    the stream no longer has them, or this consumer is younger than they are.
    """
    key = (Cursor.owner == received.owner, Cursor.subject_id == received.subject_id)
    seen = await session.scalar(select(Cursor.sequence).where(*key).with_for_update())
    if received.sequence > (seen or 0) + 1 and not await _may_begin_here(session, received, seen):
        return False
    row = upsert(Cursor).values(
        owner=received.owner, subject_id=received.subject_id, sequence=received.sequence
    )
    newest = {"sequence": text("greatest(inbox_cursor.sequence, excluded.sequence)")}
    await session.execute(
        row.on_conflict_do_update(index_elements=["owner", "subject_id"], set_=newest)
    )
    return True


async def _may_begin_here(session: AsyncSession, received: Received, seen: int | None) -> bool:
    if seen is not None or received.deliveries < GAP_PATIENCE:
        return False
    held = select(SetAside.event_id).where(
        SetAside.owner == received.owner,
        SetAside.subject_id == received.subject_id,
        SetAside.resolved_at.is_(None),
        SetAside.event_id != received.id,
    )
    return (await session.scalar(held.limit(1))) is None


async def set_aside(sessions: Sessions, received: Received, error: BaseException) -> None:
    """Keep what cannot be handled. The cursor stays, so later events of the subject wait."""
    async with transaction(sessions) as session:
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
    row = await session.get(SetAside, event_id, with_for_update=True)
    if row is None or row.resolved_at is not None:
        raise NotFound()
    received = Received(row.envelope, GAP_PATIENCE)
    if await _new(session, received):
        await _in_turn(session, received)
        handler = handlers.get(row.type)
        if handler is not None:
            event = CATALOGUE[row.type].model_validate(received.data)
            await handler(session, event, received)
    await _resolve(session, event_id, actor, "replayed")


async def skip(session: AsyncSession, event_id: Any, actor: Principal, why: str) -> None:
    """Give a set-aside event up, with a reason; later events of its subject go on."""
    row = await session.get(SetAside, event_id, with_for_update=True)
    if row is None or row.resolved_at is not None:
        raise NotFound()
    received = Received(row.envelope, GAP_PATIENCE)
    await _new(session, received)
    await _in_turn(session, received)
    await _resolve(session, event_id, actor, f"skipped: {why}")


async def _resolve(session: AsyncSession, event_id: Any, actor: Principal, how: str) -> None:
    await session.execute(
        update(SetAside)
        .where(SetAside.event_id == event_id)
        .values(resolved_at=now(session), resolved_by=actor.person(), resolution=how)
    )
