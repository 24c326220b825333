"""Protection in this process, on a database and a NATS of the test's own, with a virtual clock."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from services.protection.app import app
from shared.clock import clock, set_clock
from shared.database import transaction
from tests.conftest import NewDatabase
from tests.factories import headers, service_at
from tests.patience import eventually

HELD = """
SELECT (SELECT count(*) FROM deadline WHERE next_at <= :at) - (SELECT count(*) FROM (
    SELECT FROM deadline WHERE next_at <= :at FOR UPDATE SKIP LOCKED) AS free)
"""

MORNING = datetime.fromisoformat("2024-05-06T09:00:00+08:00")


class Office:
    """A client that speaks for departments: `await office.post("police", path, {...})`."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def post(
        self, who: str, path: str, body: Any = None, *, status: int | None = None, **more: Any
    ) -> Any:
        """POST as a department; the status is checked when one is named."""
        department, _, officer = who.partition("/")
        answer = await self.client.post(
            f"/v1/protection{path}",
            json=body if body is not None else {},
            headers=headers(department, officer or "001", **more),
        )
        return _checked(answer, status)

    async def get(self, who: str, path: str, *, status: int | None = None, **more: Any) -> Any:
        """GET as a department."""
        department, _, officer = who.partition("/")
        answer = await self.client.get(
            f"/v1/protection{path}", headers=headers(department, officer or "001", **more)
        )
        return _checked(answer, status)

    async def sql(self, query: str, **values: Any) -> list[Any]:
        """Rows of the service's database."""
        app = self.client._transport.app  # type: ignore[attr-defined]
        async with transaction(app.state.sessions) as session:
            return list((await session.execute(text(query), values)).all())

    async def events(self, type_: str) -> list[dict[str, Any]]:
        """The data of the events of a type that were committed, in order."""
        rows = await self.sql("SELECT data FROM outbox WHERE type = :t ORDER BY id", t=type_)
        return [row[0] for row in rows]

    async def at(self, moment: str) -> int:
        """Move the clock and run what is due; how many clocks ran out."""
        set_clock(datetime.fromisoformat(moment))
        run = 0

        async def all_through() -> bool:
            """Nothing more ran, and the service's own loop is at none of them."""
            nonlocal run
            answer = await self.client.post("/internal/clock")
            run += (more := int(answer.json()["run"]))
            return not more and await self.sql(HELD, at=datetime.fromisoformat(moment)) == [(0,)]

        await eventually(all_through)
        return run

    async def told(self, type_: str, **data: Any) -> dict[str, Any]:
        """The first event of a type that says so much, as soon as it was committed."""

        async def it() -> dict[str, Any] | None:
            events = await self.events(type_)
            return next((event for event in events if data.items() <= event.items()), None)

        found = await eventually(it)
        assert found is not None
        return found


def _checked(answer: httpx.Response, status: int | None) -> Any:
    if status is not None:
        assert answer.status_code == status, answer.text
    elif answer.status_code >= 400:
        raise AssertionError(f"{answer.status_code} {answer.text}")
    return answer.json() if answer.content else None


@pytest.fixture
async def office(tmp_path: Path, database_url: NewDatabase, nats_url: str) -> AsyncIterator[Office]:
    """The service on a Monday morning in May 2024."""
    async with service_at(app, tmp_path, database_url("protection"), nats_url) as client:
        set_clock(MORNING)
        assert clock() == MORNING
        yield Office(client)
