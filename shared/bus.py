"""Events between services: outbox, relay, inbox, set aside. Lost never, effective once.

`emit` writes the event in the caller's transaction. A relay publishes what was committed, in
order, and marks it sent when JetStream has it on disk; rows are kept, so that a lost stream is
published again. A consumer writes its inbox row and its effect in one transaction. What comes
too early waits in its database. What keeps failing is set aside with its error, later events of
the same subject wait behind it, and an operator replays it.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from types import ModuleType
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Identity, Index, Integer, SmallInteger, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from shared.database import KernelRecord, new_id, now, to_json
from shared.events import CATALOGUE, Event

STREAM = "HUTONG"
SERVICES = ("eligibility", "payments", "protection", "referrals")
# Who tells events: the services, and the gateway of itself.
SOURCES = (*SERVICES, "gateway")
E = TypeVar("E", bound=Event)
Handler = Callable[..., Awaitable[None]]


class Outbox(KernelRecord):
    """An event that was committed; `sent_at` says since when JetStream has it."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_unsent", "id", postgresql_where=text("sent_at IS NULL")),
        Index("ix_outbox_subject", "subject_id", "sequence"),
    )
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    event_id: Mapped[UUID]
    type: Mapped[str]
    subject_id: Mapped[UUID]
    sequence: Mapped[int]
    data: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class OutboxSubject(KernelRecord):
    """The number of the newest event of a subject; its row lock puts its events in order."""

    __tablename__ = "outbox_subject"
    subject_id: Mapped[UUID] = mapped_column(primary_key=True)
    sequence: Mapped[int]


class Inbox(KernelRecord):
    """An event this service has handled; it is not handled again."""

    __tablename__ = "inbox"
    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    handled_at: Mapped[datetime]


class Cursor(KernelRecord):
    """The newest event of an owner's subject this service has seen."""

    __tablename__ = "inbox_cursor"
    owner: Mapped[str] = mapped_column(primary_key=True)
    subject_id: Mapped[UUID] = mapped_column(primary_key=True)
    sequence: Mapped[int]


class Waiting(KernelRecord):
    """An event that came before the one before it; it takes effect as soon as that one has.

    Times are the database's own: how long one has waited is no matter of a virtual clock.
    """

    __tablename__ = "inbox_waiting"
    __table_args__ = (Index("ix_inbox_waiting_subject", "owner", "subject_id", "sequence"),)
    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    owner: Mapped[str]
    subject_id: Mapped[UUID]
    sequence: Mapped[int]
    envelope: Mapped[dict[str, Any]]
    attempts: Mapped[int] = mapped_column(Integer, server_default="0")
    since: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    next_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))


class SetAside(KernelRecord):
    """An event that kept failing, kept with its error until an operator resolves it."""

    __tablename__ = "set_aside"
    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    type: Mapped[str]
    owner: Mapped[str]
    subject_id: Mapped[UUID]
    sequence: Mapped[int]
    envelope: Mapped[dict[str, Any]]
    error: Mapped[str]
    attempts: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[str | None]
    resolution: Mapped[str | None]


class BusState(KernelRecord):
    """What this service knows of the stream, to notice that it is a new one or lost its end.

    `last_event` is the event JetStream acknowledged with the highest number, `last_sequence`.
    """

    __tablename__ = "bus_state"
    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    stream_created: Mapped[str]
    last_sequence: Mapped[int | None]
    last_event: Mapped[UUID | None]


class Malformed(ValueError):
    """A message on the bus that is no event."""


class Received:
    """What a handler may know of an event besides its data: id, sequence, owner.

    `follows` is the number of the event before it that has to take effect first, 0 for none.
    `attempts` counts this one. An envelope that is no event of ours is a Malformed.
    """

    __slots__ = (
        *("attempts", "data", "envelope", "follows", "id", "owner", "sequence", "subject_id"),
        "type",
    )

    def __init__(self, envelope: dict[str, Any], attempts: int = 1) -> None:
        self.envelope, self.attempts = envelope, attempts
        try:
            self.id = UUID(envelope["id"])
            self.type: str = envelope["type"]
            self.owner = self.type.split(".", 1)[0]
            self.subject_id = UUID(envelope["subject"])
            self.sequence = int(envelope["sequence"])
            self.follows = int(envelope.get("follows", self.sequence - 1))
            self.data: dict[str, Any] = envelope["data"]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Malformed from error
        if not 0 <= self.follows < self.sequence < 2**63 or not isinstance(self.data, dict):
            raise Malformed


def cloud_event(row: Mapping[Any, Any]) -> dict[str, Any]:
    """The CloudEvents 1.0 form, structured mode, of an outbox row.

    A row the relay read also knows which event for services it follows.
    """
    owner = row["type"].split(".", 1)[0]
    follows = row.get("follows")
    told = {} if follows is None else {"follows": str(follows).zfill(12)}
    return told | {
        "specversion": "1.0",
        "id": str(row["event_id"]),
        "source": f"/hutong/{owner}",
        "type": row["type"],
        "subject": str(row["subject_id"]),
        "time": row["created_at"].isoformat(),
        "datacontenttype": "application/json",
        "dataschema": f"/asyncapi.json#/components/schemas/{CATALOGUE[row['type']].__name__}",
        "sequence": str(row["sequence"]).zfill(12),
        "data": row["data"],
    }


_EMIT = text(
    """
    WITH numbered AS (
        INSERT INTO outbox_subject AS s (subject_id, sequence) VALUES (:subject_id, 1)
        ON CONFLICT (subject_id) DO UPDATE SET sequence = s.sequence + 1 RETURNING sequence)
    INSERT INTO outbox (event_id, type, subject_id, sequence, data, created_at)
    SELECT :event_id, :type, :subject_id, sequence, CAST(:data AS jsonb), :created_at FROM numbered
    """
)


async def emit(session: AsyncSession, event: Event) -> UUID:
    """Tell what happened: the event is committed with the change it tells of, or not at all."""
    (event_id,) = await emit_all(session, [event])
    return event_id


async def emit_all(session: AsyncSession, events: Sequence[Event]) -> list[UUID]:
    """The same of many events in one exchange with the database; those of a subject in order."""
    rows: list[dict[str, Any]] = [
        {
            "event_id": new_id(),
            "type": event.type,
            "subject_id": event.happened_to(),
            "data": to_json(event.model_dump(mode="json")),
            "created_at": now(session),
        }
        for event in events
    ]
    if rows:
        await session.execute(_EMIT, rows if len(rows) > 1 else rows[0])
        session.info["emitted"] = True
    return [row["event_id"] for row in rows]


def hears(event: type[E]) -> Callable[[Handler], Handler]:
    """Mark a function of `consumers` as the one that acts on an event.

    It is called with the session, the event and what was received; its effect and the
    inbox row are one transaction, and raising is how it fails.
    """

    def mark(handler: Handler) -> Handler:
        handler.__dict__.setdefault("hears", []).append(event)
        return handler

    return mark


def handlers_of(consumers: ModuleType) -> dict[str, Handler]:
    """Event type → handler, from the functions marked with `hears` in a module or package."""
    found: dict[str, Handler] = {}
    for value in vars(consumers).values():
        for event in getattr(value, "hears", []):
            if found.setdefault(event.type, value) is not value:
                raise ValueError(f"two handlers hear {event.type}")
    return found


def heard_by(service: str, handlers: Iterable[str]) -> list[str]:
    """What a service has to receive to act on some types: besides these all of their owners that
    are for services, since each of them may be what another one follows.
    """
    mute, wanted = set(told_only()), set(handlers)
    if deaf := sorted(t for t in wanted & mute if not t.startswith(f"{service}.")):
        raise ValueError(f"no other service receives {deaf}: they are not for services")
    owners = {type_.split(".", 1)[0] for type_ in wanted}
    return sorted(wanted | {t for t in CATALOGUE.keys() - mute if t.split(".", 1)[0] in owners})


def told_only() -> list[str]:
    """The types no other service acts on."""
    return [type_ for type_, event in CATALOGUE.items() if not event.for_services]
