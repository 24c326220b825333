"""How received events take effect: once, in order, or set aside with their error.

What cannot take effect now, because it is early or because it fails, waits in the database.
"""

import base64
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

import structlog
from sqlalchemy import BigInteger, ColumnElement, Select, delete, exists, func, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from shared.bus import (
    Cursor,
    Handler,
    Malformed,
    Received,
    SetAside,
    Waiting,
)
from shared.database import Sessions, now, to_json, transaction
from shared.events import CATALOGUE
from shared.identity import Principal
from shared.problem import NotFound, Problem, Unavailable

log = structlog.get_logger()
RETRY_SECONDS = (0.2, 1, 2, 5, 15, 60, 300)
LONGEST_RETRY_OF_PASSING = 60.0
GO_ON_SECONDS = 300.0
# What an event that waits has to follow; one of an older release, whatever came before it.
FOLLOWS = func.coalesce(Waiting.envelope["follows"].astext.cast(BigInteger), Waiting.sequence - 1)
Handlers = Mapping[str, Handler]
Key = tuple[str, UUID]


class NotAnEvent(Problem):
    """What was set aside is a message nobody can read."""

    status = 409
    zh, en = "这条消息不是事件，只能放弃", "The message is no event: it can only be skipped"


class Outcome(StrEnum):
    """What became of a delivery. In all three cases it need not come again."""

    DONE = "done"
    SEEN = "seen"
    WAITS = "waits"


# Two receivers lock the cursors of their subjects in one order.
_CURSORS = text(
    """
    SELECT c.owner, c.subject_id, c.sequence FROM inbox_cursor c
      JOIN unnest(CAST(:owners AS text[]), CAST(:subjects AS uuid[])) AS asked(owner, subject_id)
        ON c.owner = asked.owner AND c.subject_id = asked.subject_id
     ORDER BY c.owner, c.subject_id FOR UPDATE OF c
    """
)
# Inbox rows, cursors and early events of a whole batch, since every event passes here.
_ADMIT = text(
    """
    WITH fresh AS (
        INSERT INTO inbox (event_id, handled_at)
        SELECT id, CAST(:now AS timestamptz) FROM unnest(CAST(:came AS uuid[])) AS id ORDER BY id
        ON CONFLICT DO NOTHING RETURNING event_id),
    asked AS (
        SELECT * FROM unnest(CAST(:owners AS text[]), CAST(:subjects AS uuid[]),
                             CAST(:places AS bigint[])) AS a(owner, subject_id, place)),
    moved AS (
        INSERT INTO inbox_cursor AS c (owner, subject_id, sequence)
        SELECT * FROM asked WHERE place > 0 ORDER BY owner, subject_id
        ON CONFLICT (owner, subject_id)
        DO UPDATE SET sequence = excluded.sequence WHERE c.sequence < excluded.sequence),
    early AS (
        INSERT INTO inbox_waiting (event_id, owner, subject_id, sequence, envelope)
        SELECT * FROM jsonb_to_recordset(CAST(:early AS jsonb)) AS e(
            event_id uuid, owner text, subject_id uuid, sequence bigint, envelope jsonb)
        ORDER BY event_id ON CONFLICT DO NOTHING)
    SELECT ARRAY(SELECT event_id FROM fresh),
           ARRAY(SELECT w.subject_id FROM inbox_waiting w JOIN asked USING (owner, subject_id))
    """
)


async def receive(
    sessions: Sessions, handlers: Handlers, many: Sequence[Received]
) -> list[Outcome]:
    """Inbox rows, cursors and effects in one transaction; raises what a handler raises.

    An event that came before the one before it is kept in the database until its turn.
    """
    async with transaction(sessions) as session:
        outcomes, others_wait = await _admit(session, many)
        done = [one for one, what in zip(many, outcomes, strict=True) if what is Outcome.DONE]
        await _take_effect(session, handlers, done)
    for owner, subject_id in {(one.owner, one.subject_id) for one in done}:
        if subject_id in others_wait:
            await _let_follow(sessions, handlers, owner, subject_id)
    return outcomes


async def take(sessions: Sessions, handlers: Handlers, many: Sequence[Received]) -> None:
    """Receive events; one that fails does not hold up the others but waits in the database.

    Raises only when that database is away.
    """
    try:
        await receive(sessions, handlers, many)
    except Exception as error:  # noqa: BLE001 - whatever a handler raises is retried, then kept
        if len(many) == 1:
            await put_off(sessions, many[0], error)
            return
        # What failed together is tried one by one.
        for received in many:
            await take(sessions, handlers, [received])


async def _let_follow(sessions: Sessions, handlers: Handlers, owner: str, subject_id: UUID) -> None:
    """The events of the same subject that waited for this one."""
    same = (Waiting.owner == owner, Waiting.subject_id == subject_id)
    while await take_waiting(sessions, handlers, _whose_turn_came().where(*same)):
        pass


async def _admit(
    session: AsyncSession, many: Sequence[Received], *, forced: bool = False
) -> tuple[list[Outcome], frozenset[UUID]]:
    """What is to become of each event, and the subjects of which others wait.

    When it is DONE, its inbox row is written and the cursor stands at it: the caller lets it take
    effect in the same transaction. `forced` admits it whatever came before.
    """
    places = await _places(session, many)
    came, early = [], []
    for one in many:
        place = places[one.owner, one.subject_id]
        if forced or one.follows <= place:
            places[one.owner, one.subject_id] = max(place, one.sequence)
            came.append(one.id)
        else:
            early.append(one)
    rows = [
        {n: getattr(one, n) for n in ("owner", "subject_id", "sequence", "envelope")}
        | {"event_id": one.id}
        for one in early
    ]
    asked = _columns(places) | {"now": now(session), "came": came, "early": to_json(rows)}
    found, waiting = (await session.execute(_ADMIT, asked)).one()
    fresh, late = set(found), {one.id for one in early}
    return [_outcome(one.id, fresh, late) for one in many], frozenset(waiting)


def _outcome(event_id: UUID, fresh: set[UUID], early: set[UUID]) -> Outcome:
    """An event that came twice at once is fresh once."""
    if event_id in fresh:
        fresh.remove(event_id)
        return Outcome.DONE
    return Outcome.WAITS if event_id in early else Outcome.SEEN


async def _places(session: AsyncSession, many: Sequence[Received]) -> dict[Key, int]:
    """How far each subject has come here, its cursor locked; 0 where it is new."""
    places = dict.fromkeys(((one.owner, one.subject_id) for one in many), 0)
    for owner, subject_id, sequence in await session.execute(_CURSORS, _columns(places)):
        places[owner, subject_id] = sequence
    return places


def _columns(places: Mapping[Key, int]) -> dict[str, Any]:
    """The subjects and their places as arrays."""
    return {
        "owners": [owner for owner, _ in places],
        "subjects": [subject_id for _, subject_id in places],
        "places": list(places.values()),
    }


async def _take_effect(session: AsyncSession, handlers: Handlers, many: Sequence[Received]) -> None:
    """Call the handlers, in order."""
    for received in many:
        if received.type in handlers:
            event = CATALOGUE[received.type].read(received.data)
            await handlers[received.type](session, event, received)


# -- events that came too early ---------------------------------------------------------------


def _whose_turn_came(*, nothing_comes: bool = False) -> Select[Waiting]:
    """A waiting event whose predecessor took effect, or will never come.

    When the stream brings nothing any more that was told before, a subject goes on without what
    is missing: the stream no longer has it, or this consumer did not hear it then.
    """
    earlier = aliased(Waiting)
    same = (earlier.owner == Waiting.owner, earlier.subject_id == Waiting.subject_id)
    held = exists().where(
        SetAside.owner == Waiting.owner,
        SetAside.subject_id == Waiting.subject_id,
        SetAside.resolved_at.is_(None),
    )
    next_one = func.coalesce(Cursor.sequence, 0) >= FOLLOWS
    if nothing_comes:
        first = ~exists().where(*same, earlier.sequence < Waiting.sequence)
        next_one |= _for_long() & ~held & first
    cursor = (Cursor.owner == Waiting.owner) & (Cursor.subject_id == Waiting.subject_id)
    return (
        select(Waiting)
        .outerjoin(Cursor, cursor)
        .where(Waiting.next_at <= func.clock_timestamp(), next_one)
        .order_by(Waiting.sequence)
    )


def _for_long() -> ColumnElement[bool]:
    return Waiting.since < func.clock_timestamp() - timedelta(seconds=GO_ON_SECONDS)


async def run_waiting(
    sessions: Sessions, handlers: Handlers, nothing_comes: Callable[[], Awaitable[bool]]
) -> int:
    """Let every waiting event whose turn came take effect; how many there were."""
    async with transaction(sessions) as session:
        for_long = await session.scalar(select(func.bool_or(_for_long())))
    if for_long is None:
        return 0  # nothing waits, as nearly always
    done = await _run(sessions, handlers, _whose_turn_came())
    if for_long and await nothing_comes():
        done += await _run(sessions, handlers, _whose_turn_came(nothing_comes=True))
    return done


async def _run(sessions: Sessions, handlers: Handlers, which: Select[Waiting]) -> int:
    done = 0
    while await take_waiting(sessions, handlers, which):
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
            await _force(session, handlers, claimed)
    except Exception as error:
        if claimed is None:
            raise
        await put_off(sessions, claimed, error)
    return True


async def _force(session: AsyncSession, handlers: Handlers, received: Received) -> None:
    outcomes, _ = await _admit(session, [received], forced=True)
    if outcomes == [Outcome.DONE]:
        await _take_effect(session, handlers, [received])


async def put_off(sessions: Sessions, received: Received, error: Exception) -> None:
    """What failed waits for its next try, or is set aside once it failed too often."""
    log.warning(
        "event failed",
        type=received.type,
        event_id=str(received.id),
        attempts=received.attempts,
        error=type(error).__name__,
    )
    pause = pause_before_retry(received, error)
    if pause is None:
        await set_aside(sessions, received, error)
        return
    later = func.clock_timestamp() + timedelta(seconds=pause)
    tried = {"attempts": received.attempts, "next_at": later}
    row = upsert(Waiting).values(
        event_id=received.id,
        owner=received.owner,
        subject_id=received.subject_id,
        sequence=received.sequence,
        envelope=received.envelope,
        **tried,
    )
    async with transaction(sessions) as session:
        await session.execute(row.on_conflict_do_update(index_elements=["event_id"], set_=tried))


# -- events that fail ---------------------------------------------------------------------------


def passes(error: BaseException) -> bool:
    """Whether it is no fault of the event: a database, a network or another service is away."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    away = (Unavailable, OSError, TimeoutError, OperationalError, InterfaceError)
    return isinstance(error, away)


def pause_before_retry(received: Received, error: BaseException) -> float | None:
    """Seconds until it is tried again, or None when it is to be set aside."""
    if received.attempts <= len(RETRY_SECONDS):
        pause = RETRY_SECONDS[received.attempts - 1]
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
            attempts=received.attempts,
            at=now(session),
        )
        await session.execute(row.on_conflict_do_nothing())


async def keep_unreadable(sessions: Sessions, place: int, subject: str, data: bytes) -> None:
    """A message that is no event is kept as it came, for an operator to look at."""
    row = upsert(SetAside).values(
        event_id=uuid5(NAMESPACE_OID, f"{place}|{data.hex()}"),
        type=subject,
        owner=subject.split(".", 1)[0],
        subject_id=UUID(int=0),
        sequence=0,
        envelope={"unreadable": base64.b64encode(data).decode()},
        error=Malformed.__name__,
        attempts=1,
    )
    async with transaction(sessions) as session:
        await session.execute(row.values(at=now(session)).on_conflict_do_nothing())


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
    try:
        await _force(session, handlers, Received(row.envelope))
    except Malformed:
        if handlers:
            raise NotAnEvent(allowed=["skip"]) from None
    row.resolved_at, row.resolved_by, row.resolution = now(session), actor.person(), how
