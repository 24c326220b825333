"""The referrals service in this process, on its own database and bus, with a clock that is told."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from services.referrals import consumers
from services.referrals.app import app
from shared.bus import Outbox, handlers_of
from shared.clock import clock, set_clock
from shared.database import transaction
from shared.events import Event
from shared.jurisdiction import jurisdiction
from tests.factories import headers, service_at

MONDAY = datetime(2024, 6, 3, 9, 0, tzinfo=jurisdiction().timezone)


@dataclass
class House:
    """What a test does with the service: call as a department, hear an event, let time pass."""

    client: httpx.AsyncClient

    async def call(
        self, method: str, path: str, department: str, body: Any = None, **who: Any
    ) -> httpx.Response:
        extra = who.pop("headers", {})
        query = who.pop("params", None)
        return await self.client.request(
            method,
            f"/v1/referrals{path}",
            json=body,
            params=query,
            headers=headers(department, **who) | extra,
        )

    async def post(self, path: str, department: str, body: Any = None, **who: Any) -> Any:
        answer = await self.call("POST", path, department, {} if body is None else body, **who)
        assert answer.is_success, answer.text
        return answer.json()

    async def get(self, path: str, department: str, **who: Any) -> Any:
        answer = await self.call("GET", path, department, **who)
        assert answer.is_success, answer.text
        return answer.json()

    async def hear(self, event: Event) -> None:
        handler = handlers_of(consumers)[event.type]
        async with transaction(app.state.sessions) as session:
            await handler(session, event, None)

    async def told(self, type_: str) -> list[dict[str, Any]]:
        async with transaction(app.state.sessions) as session:
            rows = await session.scalars(
                select(Outbox).where(Outbox.type == type_).order_by(Outbox.id)
            )
            return [row.data for row in rows]

    async def wait(self, **time: float) -> None:
        """Let time pass and the clocks of the service run."""
        set_clock(clock() + timedelta(**time))
        answer = await self.client.post("/internal/clock")
        assert answer.is_success


@pytest.fixture
async def house(
    database_url: Callable[[str], str], nats_url: str, tmp_path: Path
) -> AsyncIterator[House]:
    """The service on a Monday morning."""
    async with service_at(app, tmp_path, database_url("referrals"), nats_url) as client:
        set_clock(MONDAY)
        yield House(client)
