"""A payments service on its own database and bus, with one clock for all of it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.payments.app import app
from shared.clock import set_clock
from tests.conftest import NewDatabase
from tests.factories import service_at
from tests.payments.desk import Desk

NOON = datetime(2026, 1, 12, 4, 0, tzinfo=UTC)


@pytest.fixture
async def desk(tmp_path: Path, database_url: NewDatabase, nats_url: str) -> AsyncIterator[Desk]:
    """The desks of civil affairs, finance and the bank before an empty service."""
    url = database_url("payments")
    async with service_at(app, tmp_path, url, nats_url) as client:
        set_clock(NOON)
        yield Desk(client, client._transport.app.state.sessions)  # type: ignore[attr-defined]
