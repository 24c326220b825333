"""Statutory clocks: due, paused, met, missed, escalated (法定期限).

A deadline takes its length and unit from the figure of its kind (`verification_working_days`), so
that its number, clause and reading lie in the jurisdiction. Rows with `next_at` are the queue;
a service claims them with SKIP LOCKED. A missed one emits `<service>.deadline.missed.v1`, calls
the service's handler, and comes again one level higher until the last level.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from time import monotonic
from types import ModuleType
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import Index, Integer, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from shared.background import Loop
from shared.bus import emit
from shared.calendar import UNITS, CalendarUnknown
from shared.database import KernelRecord, Sessions, new_id, now, today, transaction
from shared.events import CATALOGUE
from shared.jurisdiction import jurisdiction

log = structlog.get_logger()
LAST_LEVEL = 3
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
DueHandler = Callable[[AsyncSession, "Deadline"], Awaitable[None]]


class Deadline(KernelRecord):
    """One clock of one case. `history` tells when it started, stood still and went on, and why."""

    __tablename__ = "deadline"
    __table_args__ = (
        Index("ix_deadline_next", "next_at", postgresql_where=text("next_at IS NOT NULL")),
        Index("ix_deadline_subject", "subject_id", "kind"),
        Index(
            "ix_deadline_open",
            "department",
            "due_at",
            "id",
            postgresql_where=text("met_at IS NULL AND cancelled_at IS NULL"),
        ),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject_id: Mapped[UUID]
    department: Mapped[str]
    town: Mapped[str | None]
    clause: Mapped[str | None]
    length: Mapped[int]
    unit: Mapped[str]
    silent: Mapped[bool]
    provisional: Mapped[bool]
    started_at: Mapped[datetime]
    due_at: Mapped[datetime]
    next_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    left: Mapped[int | None]
    met_at: Mapped[datetime | None]
    missed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    level: Mapped[int] = mapped_column(Integer)
    history: Mapped[list[dict[str, Any]]]

    def state(self) -> str:
        """running, paused, met, late (met after it was due), missed or cancelled."""
        if self.cancelled_at:
            return "cancelled"
        if self.met_at:
            return "met" if self.met_at <= self.due_at else "late"
        if self.paused_at:
            return "paused"
        return "missed" if self.missed_at else "running"

    def extended(self) -> int:
        """How many times its term was lengthened."""
        return sum(entry["what"] == "extended" for entry in self.history)


def length_of(kind: str, session: AsyncSession) -> tuple[int, str, str]:
    """Length, unit and clause of a kind of deadline, from the figures in force today."""
    law = jurisdiction().law
    figures = law.on(today(session)).figures
    for unit in UNITS:
        name = f"{kind}_{unit}"
        if name in figures:
            return int(figures[name]), unit, law.figures[name].clause
    raise LookupError(f"no figure says how long {kind} may take")


def _note(deadline: Deadline, at: datetime, what: str, why: str = "") -> None:
    entry = {"at": at.isoformat(), "what": what} | ({"why": why} if why else {})
    deadline.history = [*deadline.history, entry]


async def start(
    session: AsyncSession,
    kind: str,
    subject_id: UUID,
    department: str,
    *,
    town: str | None = None,
    clause: str | None = None,
    since: datetime | None = None,
) -> Deadline:
    """Start a clock of `kind` for `department`, from now or from `since`."""
    length, unit, own_clause = length_of(kind, session)
    started = since or now(session)
    due = jurisdiction().calendar.due(started, length, unit)
    deadline = _row(kind, subject_id, department, town, started, due.at)
    deadline.clause, deadline.length, deadline.unit = clause or own_clause, length, unit
    deadline.provisional = due.provisional
    _note(deadline, started, "started")
    session.add(deadline)
    return deadline


async def remind(
    session: AsyncSession,
    kind: str,
    subject_id: UUID,
    at: datetime,
    *,
    department: str = "civil_affairs",
    town: str | None = None,
) -> Deadline:
    """Call the service's handler of `kind` at an instant: a day a decision has named."""
    deadline = _row(kind, subject_id, department, town, now(session), at)
    deadline.silent = True
    session.add(deadline)
    return deadline


def _row(
    kind: str,
    subject_id: UUID,
    department: str,
    town: str | None,
    started: datetime,
    due_at: datetime,
) -> Deadline:
    return Deadline(
        id=new_id(),
        kind=kind,
        subject_id=subject_id,
        department=department,
        town=town,
        length=0,
        unit="",
        silent=False,
        provisional=False,
        started_at=started,
        due_at=due_at,
        next_at=due_at,
        level=0,
        history=[],
    )


async def open_ones(
    session: AsyncSession, subject_id: UUID, kind: str | None = None
) -> list[Deadline]:
    """The clocks of a subject that are neither met nor cancelled."""
    wanted = select(Deadline).where(
        Deadline.subject_id == subject_id,
        Deadline.met_at.is_(None),
        Deadline.cancelled_at.is_(None),
    )
    if kind is not None:
        wanted = wanted.where(Deadline.kind == kind)
    return list(await session.scalars(wanted.order_by(Deadline.due_at).with_for_update()))


async def meet(session: AsyncSession, kind: str, subject_id: UUID) -> None:
    """What was due is done; a clock that had run out stays marked as missed."""
    for deadline in await open_ones(session, subject_id, kind):
        deadline.met_at, deadline.next_at = now(session), None
        _note(deadline, now(session), "met")


async def cancel(
    session: AsyncSession, subject_id: UUID, kind: str | None = None, why: str = ""
) -> None:
    """What was due is no longer asked for."""
    for deadline in await open_ones(session, subject_id, kind):
        deadline.cancelled_at, deadline.next_at = now(session), None
        _note(deadline, now(session), "cancelled", why)


async def pause(session: AsyncSession, kind: str, subject_id: UUID, why: str) -> None:
    """Stop a clock with its reason; what is left of it is kept in its own unit."""
    calendar = jurisdiction().calendar
    for deadline in await open_ones(session, subject_id, kind):
        if deadline.paused_at is not None:
            continue
        moment = now(session)
        if deadline.unit == "working_days":
            gone = calendar.working_days_between(
                calendar.legal_day(deadline.started_at), calendar.legal_day(moment)
            )
            deadline.left = max(deadline.length - gone, 0)
        else:
            deadline.left = max(int((deadline.due_at - moment).total_seconds()), 0)
        deadline.paused_at, deadline.next_at = moment, None
        _note(deadline, moment, "paused", why)


async def resume(session: AsyncSession, kind: str, subject_id: UUID) -> None:
    """Let a paused clock go on with what was left of it."""
    calendar = jurisdiction().calendar
    for deadline in await open_ones(session, subject_id, kind):
        if deadline.paused_at is None:
            continue
        moment, left = now(session), deadline.left or 0
        if deadline.unit == "working_days":
            due = calendar.due(moment, left, "working_days")
            deadline.due_at, deadline.provisional = due.at, due.provisional
            deadline.started_at, deadline.length = moment, left
        else:
            deadline.due_at = moment + timedelta(seconds=left)
        deadline.paused_at, deadline.left, deadline.next_at = None, None, deadline.due_at
        _note(deadline, moment, "resumed")


async def hand_over(session: AsyncSession, subject_id: UUID, town: str) -> None:
    """Another town answers for a subject's clocks; each goes on with what is left of it."""
    for deadline in await open_ones(session, subject_id):
        if deadline.town is not None:
            deadline.town = town
            _note(deadline, now(session), "handed over")


def extend(session: AsyncSession, deadline: Deadline, by: str) -> None:
    """Lengthen a clock by the figure `by` (without its unit), as if its term had been so long.

    What it stood still remains as it was; a paused one has so much more left of it.
    """
    calendar = jurisdiction().calendar
    more, unit, clause = length_of(by, session)
    assert unit == deadline.unit
    before = calendar.due(deadline.started_at, deadline.length, unit)
    after = calendar.due(deadline.started_at, deadline.length + more, unit)
    gained = after.at - before.at
    deadline.length, deadline.provisional = deadline.length + more, after.provisional
    if deadline.paused_at is None:
        deadline.due_at += gained
        deadline.next_at = deadline.due_at
    else:
        by_day = unit == "working_days"
        deadline.left = (deadline.left or 0) + (more if by_day else int(gained.total_seconds()))
    _note(deadline, now(session), "extended", clause)


def on_missed(kind: str) -> Callable[[DueHandler], DueHandler]:
    """Mark a function of `consumers` as what happens when a clock of `kind` runs out."""

    def mark(handler: DueHandler) -> DueHandler:
        handler.__dict__.setdefault("on_missed", []).append(kind)
        return handler

    return mark


def due_handlers_of(consumers: ModuleType) -> dict[str, DueHandler]:
    """Kind → handler, from the functions marked with `on_missed`."""
    return {
        kind: value
        for value in vars(consumers).values()
        for kind in getattr(value, "on_missed", [])
    }


class Rest:
    """Clocks that failed: each is left alone for longer and longer, up to a minute.

    What cannot be done yet, in a year whose calendar nobody has entered, is tried again and
    again; every second of every process would be too often.
    """

    def __init__(self) -> None:
        self._pauses: dict[UUID, tuple[float, float]] = {}

    def now(self) -> set[UUID]:
        """Those to leave alone at the moment."""
        moment = monotonic()
        return {id_ for id_, (until, _) in self._pauses.items() if until > moment}

    def failed(self, deadline_id: UUID) -> None:
        """It failed (again)."""
        _, before = self._pauses.get(deadline_id, (0, FIRST_PAUSE / 2))
        pause = min(before * 2, LONGEST_PAUSE)
        self._pauses[deadline_id] = monotonic() + pause, pause

    def done(self, deadline_id: UUID) -> None:
        """It was done after all."""
        self._pauses.pop(deadline_id, None)


async def run_due(
    service: str, sessions: Sessions, handlers: dict[str, DueHandler], rest: Rest | None = None
) -> int:
    """Act on every clock that has run out, each in its own transaction; how many there were.

    One whose handler fails is asked again at a later run and does not hold up the others.
    """
    rest = rest or Rest()
    done, failed = 0, rest.now()
    while True:
        claimed: UUID | None = None
        try:
            async with transaction(sessions) as session:
                deadline = await _claim(session, failed)
                if deadline is None:
                    return done
                claimed = deadline.id
                await _run_out(service, session, deadline, handlers)
                done += 1
            rest.done(claimed)
        except Exception as error:
            if claimed is None:
                raise
            failed.add(claimed)
            rest.failed(claimed)
            log.warning("deadline failed", service=service, error=type(error).__name__)


async def _claim(session: AsyncSession, failed: set[UUID]) -> Deadline | None:
    due = select(Deadline).where(Deadline.next_at <= now(session))
    if failed:
        due = due.where(Deadline.id.not_in(failed))
    return await session.scalar(
        due.order_by(Deadline.next_at).limit(1).with_for_update(skip_locked=True)
    )


async def _run_out(
    service: str, session: AsyncSession, deadline: Deadline, handlers: dict[str, DueHandler]
) -> None:
    moment = now(session)
    handler = handlers.get(deadline.kind)
    if deadline.silent:
        deadline.met_at, deadline.next_at = moment, None
    else:
        deadline.level += 1
        deadline.missed_at = deadline.missed_at or moment
        deadline.next_at = _next_level(session, deadline)
        _note(deadline, moment, "missed", f"level {deadline.level}")
        await _tell(service, session, deadline)
    if handler is not None:
        await handler(session, deadline)


def _next_level(session: AsyncSession, deadline: Deadline) -> datetime | None:
    if deadline.level >= LAST_LEVEL:
        return None
    length, unit, _ = length_of("escalation", session)
    try:
        return jurisdiction().calendar.due(now(session), length, unit).at
    except CalendarUnknown:  # nobody has entered that year: an alarm too early is better than none
        return now(session) + timedelta(days=length)


async def _tell(service: str, session: AsyncSession, deadline: Deadline) -> None:
    missed: Any = CATALOGUE[f"{service}.deadline.missed.v1"]
    await emit(
        session,
        missed(
            subject_id=deadline.subject_id,
            deadline_id=deadline.id,
            kind=deadline.kind,
            department=deadline.department,
            town=deadline.town,
            due_at=deadline.due_at,
            level=deadline.level,
        ),
    )


class Timer:
    """The loop that runs due clocks in the process of a service."""

    def __init__(self, service: str, sessions: Sessions, handlers: dict[str, DueHandler]) -> None:
        self.service, self.sessions, self.handlers = service, sessions, handlers
        self._rest = Rest()
        self.loop = Loop(f"{service} clocks", self.run, every=1)

    async def run(self) -> int:
        """Run what is due now."""
        return await run_due(self.service, self.sessions, self.handlers, self._rest)
