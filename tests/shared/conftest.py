"""A database with the kernel's tables, and events of a case to send through it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from shared.bus import Received, cloud_event, emit
from shared.database import Sessions, engine_for, sessions_of, transaction
from shared.events.protection import CaseClosed, MeasuresRequested
from tests.conftest import NewDatabase
from tests.factories import use_environment


def asked(case_id: UUID, town: str | None = None) -> MeasuresRequested:
    """An event of a case."""
    more: dict[str, Any] = {"request_id": uuid4(), "child_ref": None, "services": []}
    return MeasuresRequested(case_id=case_id, level="red", town=town, **more)


def closed(case_id: UUID) -> CaseClosed:
    """The event after it."""
    return CaseClosed(case_id=case_id, child_ref=None, reason="safe")


@pytest.fixture
async def sessions(
    tmp_path: Path, database_url: NewDatabase, nats_url: str
) -> AsyncIterator[Sessions]:
    """A kernel database."""
    url = database_url("kernel")
    use_environment(tmp_path, DATABASE_URL=url, NATS_URL=nats_url, CLOCK="real")
    engine = engine_for(url)
    yield sessions_of(engine)
    await engine.dispose()


async def told(sessions: Sessions, *events: Any) -> list[Received]:
    """Emit events and read back what the relay would publish."""
    async with transaction(sessions) as session:
        for event in events:
            await emit(session, event)
        rows = (await session.execute(text("SELECT * FROM outbox ORDER BY id"))).all()
    return [Received(cloud_event(row._mapping), 1) for row in rows][-len(events) :]
