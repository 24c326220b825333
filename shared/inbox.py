"""How a received event takes effect: once, in order, or set aside with its error."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Select,
    Text,
    Uuid,
    bindparam,
    delete,
    exists,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import TIMESTAMP, asyncpg
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from shared.bus import Cursor, Handler, Received, SetAside, Waiting
from shared.clock import clock
from shared.database import Sessions, driver_of, now, to_json, transaction
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


# The gate, the inbox row and the cursor in one statement, since every event passes here. The
# cursor's row is locked, so that two receivers of one subject stand in line.
_ADMIT = text(
    """
    WITH newest AS (
        SELECT sequence FROM inbox_cursor
         WHERE owner = :owner AND subject_id = :subject_id FOR UPDATE),
    turn AS (
        SELECT :forced OR :sequence <= coalesce((SELECT sequence FROM newest), 0) + 1 AS came),
    fresh AS (
        INSERT INTO inbox (event_id, handled_at) SELECT :event_id, :now FROM turn WHERE came
        ON CONFLICT DO NOTHING RETURNING event_id),
    moved AS (
        INSERT INTO inbox_cursor AS c (owner, subject_id, sequence)
        SELECT :owner, :subject_id, :sequence FROM fresh
        ON CONFLICT (owner, subject_id)
        DO UPDATE SET sequence = greatest(c.sequence, excluded.sequence)),
    early AS (
        INSERT INTO inbox_waiting (event_id, owner, subject_id, sequence, envelope)
        SELECT :event_id, :owner, :subject_id, :sequence, CAST(:envelope AS jsonb)
          FROM turn WHERE NOT came
        ON CONFLICT DO NOTHING)
    SELECT CASE WHEN NOT came THEN 'waits'
                WHEN EXISTS (SELECT FROM fresh) THEN 'done' ELSE 'seen' END,
           EXISTS (SELECT FROM inbox_waiting w
                    WHERE w.owner = :owner AND w.subject_id = :subject_id)
      FROM turn
    """
).bindparams(
    bindparam("forced", type_=Boolean),
    bindparam("sequence", type_=BigInteger),
    bindparam("owner", type_=Text),
    bindparam("subject_id", type_=Uuid),
    bindparam("event_id", type_=Uuid),
    bindparam("envelope", type_=Text),
    bindparam("now", type_=TIMESTAMP(timezone=True)),
)


_ADMIT_MANY = _ADMIT.compile(dialect=asyncpg.dialect())  # type: ignore[no-untyped-call]


async def receive(sessions: Sessions, handlers: Handlers, received: Received) -> Outcome:
    """Inbox row, cursor and effect in one transaction; raises what the handler raises.

    An event that came before the one before it is kept in the database until its turn.
    """
    async with transaction(sessions) as session:
        outcome, others_wait = await _admit(session, received)
        if outcome is Outcome.DONE:
            await _take_effect(session, handlers, received)
    if others_wait and outcome is Outcome.DONE:
        await _let_follow(sessions, handlers, received)
    return outcome


async def pass_over(sessions: Sessions, handlers: Handlers, many: Sequence[Received]) -> None:
    """Admit events that nobody here acts on, all in one transaction, as `receive` would each."""
    # Two receivers lock the cursors of their subjects in one order.
    many = sorted(many, key=lambda received: received.subject_id)
    rows = [_asked(received, clock()) for received in many]
    parameters = [[row[name] for name in _ADMIT_MANY.positiontup or ()] for row in rows]
    async with driver_of(sessions.kw["bind"]) as driver, driver.transaction():
        found = await driver.fetchmany(str(_ADMIT_MANY), parameters)
    for received, (outcome, others_wait) in zip(many, found, strict=True):
        if others_wait and outcome == Outcome.DONE:
            await _let_follow(sessions, handlers, received)


async def _let_follow(sessions: Sessions, handlers: Handlers, received: Received) -> None:
    """The events of the same subject that waited for this one."""
    same = (Waiting.owner == received.owner, Waiting.subject_id == received.subject_id)
    while await take_waiting(sessions, handlers, _whose_turn_came().where(*same)):
        pass


def _asked(received: Received, at: datetime, *, forced: bool = False) -> dict[str, Any]:
    return {
        "forced": forced,
        "event_id": received.id,
        "owner": received.owner,
        "subject_id": received.subject_id,
        "sequence": received.sequence,
        "envelope": "{}" if forced else to_json(received.envelope),
        "now": at,
    }


async def _admit(
    session: AsyncSession, received: Received, *, forced: bool = False
) -> tuple[Outcome, bool]:
    """What is to become of an event, and whether others of its subject wait.

    When it is DONE, its inbox row is written and the cursor stands at it: the caller lets it take
    effect in the same transaction. `forced` admits it whatever came before.
    """
    asked = _asked(received, now(session), forced=forced)
    row = (await session.execute(_ADMIT, asked)).one()
    return Outcome(row[0]), bool(row[1])


async def _take_effect(session: AsyncSession, handlers: Handlers, received: Received) -> None:
    handler = handlers.get(received.type)
    if handler is not None:
        event = CATALOGUE[received.type].model_validate(received.data)
        await handler(session, event, received)


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
            outcome, _ = await _admit(session, claimed, forced=True)
            if outcome is Outcome.DONE:
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
    received = Received(row.envelope)
    outcome, _ = await _admit(session, received, forced=True)
    if outcome is Outcome.DONE:
        await _take_effect(session, handlers, received)
    row.resolved_at, row.resolved_by, row.resolution = now(session), actor.person(), how
