"""Statutory clocks start, stand still, go on, are met or missed, and rise level by level."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared import deadlines
from shared.clock import set_clock
from shared.database import Sessions, engine_for, sessions_of, transaction
from tests.conftest import NewDatabase
from tests.factories import use_environment

MONDAY = datetime(2024, 3, 4, 1, 0, tzinfo=UTC)  # nine in the morning in Wenling
KIND = "escalation"  # two working days, a figure every jurisdiction has


@pytest.fixture
async def sessions(tmp_path: Path, database_url: NewDatabase) -> AsyncIterator[Sessions]:
    """A kernel database on a Monday morning."""
    url = database_url("kernel")
    use_environment(tmp_path, DATABASE_URL=url, CLOCK="virtual")
    set_clock(MONDAY)
    engine = engine_for(url)
    yield sessions_of(engine)
    await engine.dispose()


async def started(sessions: Sessions) -> UUID:
    """A clock of two working days; its subject."""
    subject = uuid4()
    async with transaction(sessions) as session:
        await deadlines.start(session, KIND, subject, "town", town="331081001")
    return subject


async def only(session: AsyncSession, subject: UUID) -> Any:
    """The clock of a subject."""
    return (
        await session.execute(text("SELECT * FROM deadline WHERE subject_id = :s"), {"s": subject})
    ).one()


async def missed_events(sessions: Sessions) -> list[dict[str, Any]]:
    """What was told of missed clocks."""
    async with transaction(sessions) as session:
        rows = await session.execute(text("SELECT data FROM outbox ORDER BY id"))
    return [row.data for row in rows]


async def test_a_clock_takes_its_length_and_clause_from_the_figure(sessions: Sessions) -> None:
    subject = await started(sessions)
    async with transaction(sessions) as session:
        row = await only(session, subject)
    assert row.due_at == datetime(2024, 3, 6, 16, 0, tzinfo=UTC)  # 24:00 on Wednesday
    assert (row.length, row.unit, row.clause) == (2, "working_days", "WL24:4.1a-3")


async def test_a_clock_that_runs_out_is_told_level_by_level(sessions: Sessions) -> None:
    subject = await started(sessions)
    for day in (6, 8, 12, 20):
        set_clock(datetime(2024, 3, day, 16, 1, tzinfo=UTC))
        await deadlines.run_due("protection", sessions, {})
        await deadlines.run_due("protection", sessions, {})
    told = await missed_events(sessions)
    assert [event["level"] for event in told] == [1, 2, 3]
    assert {event["subject_id"] for event in told} == {str(subject)}


async def test_a_clock_that_was_met_in_time_is_never_missed(sessions: Sessions) -> None:
    subject = await started(sessions)
    async with transaction(sessions) as session:
        await deadlines.meet(session, KIND, subject)
    set_clock(MONDAY + timedelta(days=30))
    assert await deadlines.run_due("protection", sessions, {}) == 0


async def test_a_paused_clock_keeps_what_was_left_of_it(sessions: Sessions) -> None:
    subject = await started(sessions)
    set_clock(MONDAY + timedelta(days=1))
    async with transaction(sessions) as session:
        await deadlines.pause(session, KIND, subject, "等待公安核实")
    set_clock(MONDAY + timedelta(days=14))
    assert await deadlines.run_due("protection", sessions, {}) == 0
    async with transaction(sessions) as session:
        await deadlines.resume(session, KIND, subject)
        row = await only(session, subject)
    assert row.due_at == datetime(2024, 3, 19, 16, 0, tzinfo=UTC)  # one working day was left
    assert [entry["what"] for entry in row.history] == ["started", "paused", "resumed"]


async def test_one_broken_case_does_not_hold_up_the_others(sessions: Sessions) -> None:
    subjects = [await started(sessions) for _ in range(3)]

    async def fail_once(session: AsyncSession, deadline: deadlines.Deadline) -> None:
        if deadline.subject_id == subjects[0]:
            raise ValueError

    set_clock(MONDAY + timedelta(days=5))
    assert await deadlines.run_due("protection", sessions, {KIND: fail_once}) == 2
    assert len(await missed_events(sessions)) == 2


async def test_what_failed_is_left_alone_before_it_is_tried_again(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject, tried = await started(sessions), []
    real = [100.0]
    monkeypatch.setattr("shared.deadlines.monotonic", lambda: real[0])

    async def fail(session: AsyncSession, deadline: deadlines.Deadline) -> None:
        tried.append(real[0])
        raise ValueError

    set_clock(MONDAY + timedelta(days=5))
    rest = deadlines.Rest()
    for _ in range(200):
        await deadlines.run_due("protection", sessions, {KIND: fail}, rest)
        real[0] += 1
    assert [later - one for one, later in pairwise(tried)][:7] == [1, 2, 4, 8, 16, 32, 60]
    assert await deadlines.run_due("protection", sessions, {}, rest) == 0
    real[0] += 60
    assert await deadlines.run_due("protection", sessions, {}, rest) == 1
    assert [event["subject_id"] for event in await missed_events(sessions)] == [str(subject)]


async def test_a_clock_that_runs_out_in_a_year_without_calendar_is_told_all_the_same(
    sessions: Sessions,
) -> None:
    await started(sessions)
    beyond = datetime(2199, 3, 4, 1, 0, tzinfo=UTC)
    for days in (0, 1, 2, 3, 4):
        set_clock(beyond + timedelta(days=days))
        await deadlines.run_due("protection", sessions, {})
    assert [event["level"] for event in await missed_events(sessions)] == [1, 2, 3]


async def test_a_reminder_calls_its_handler_on_the_day_and_tells_nobody_else(
    sessions: Sessions,
) -> None:
    subject, called = uuid4(), []

    async def note(session: AsyncSession, deadline: deadlines.Deadline) -> None:
        called.append(deadline.subject_id)

    async with transaction(sessions) as session:
        await deadlines.remind(session, "review", subject, MONDAY + timedelta(days=2))
    assert await deadlines.run_due("eligibility", sessions, {"review": note}) == 0
    set_clock(MONDAY + timedelta(days=2))
    assert await deadlines.run_due("eligibility", sessions, {"review": note}) == 1
    assert await deadlines.run_due("eligibility", sessions, {"review": note}) == 0
    assert (called, await missed_events(sessions)) == ([subject], [])
