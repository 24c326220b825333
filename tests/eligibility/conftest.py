"""A running eligibility service on its own database, with a virtual clock."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from services.eligibility import app as assembled
from shared.clock import set_clock
from shared.database import transaction
from tests.conftest import NewDatabase
from tests.factories import TOWN, headers, service_at

START = datetime(2024, 5, 10, 2, 0, tzinfo=UTC)


class Office:
    """One department's officer calling the service."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        department: str,
        officer: str = "001",
        town: str | None = None,
    ) -> None:
        self.client, self.headers = client, headers(department, officer, town)

    async def post(self, path: str, body: Any = None, *, expect: int | None = None) -> Any:
        """The answer's body; the status is asserted when one is expected."""
        answer = await self.client.post(
            f"/v1/eligibility{path}", json=body if body is not None else {}, headers=self.headers
        )
        if expect is None:
            assert answer.status_code < 300, answer.text
        else:
            assert answer.status_code == expect, answer.text
        return answer.json() if answer.content else None

    async def get(self, path: str, *, expect: int = 200) -> Any:
        """The answer's body, or its text when it is no JSON."""
        answer = await self.client.get(f"/v1/eligibility{path}", headers=self.headers)
        assert answer.status_code == expect, answer.text
        return answer.json() if "json" in answer.headers["content-type"] else answer.text


class World:
    """The service and those who call it."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.town = Office(client, "town")
        self.county = Office(client, "civil_affairs", "张")
        self.second = Office(client, "civil_affairs", "李")
        self.police = Office(client, "police")
        self.court = Office(client, "court")

    def office(self, department: str, officer: str = "001") -> Office:
        """Somebody of any department."""
        return Office(self.client, department, officer)

    def town_of(self, code: str) -> Office:
        """An officer of another town."""
        return Office(self.client, "town", town=code)

    async def at(self, instant: datetime) -> None:
        """Move the clock and let what is due happen."""
        set_clock(instant)
        await self.client.post("/internal/clock")

    async def settled(self, office: Office, path: str) -> dict[str, Any]:
        """What a long task says once it is through; the service's own timer may be at it too."""
        found: dict[str, Any] = await office.get(path)
        while found["state"] in ("checking", "applying", "running"):
            await self.client.post("/internal/clock")
            await asyncio.sleep(0.1)
            found = await office.get(path)
        return found

    async def orphan_to_be(self, **more: Any) -> str:
        """A registered child whose father is dead and whose mother nobody has told of."""
        told = {
            "name": "陈小雨",
            "birth_date": "2016-06-01",
            "hukou": "浙江省温岭市太平街道",
            "town": TOWN,
        }
        child = await self.town.post("/children", told | more)
        facts = {"father": {"life": "死亡"}}
        body = {"facts": facts, "valid_from": "2023-01-05", "evidence": {"kind": "死亡证明"}}
        await self.police.post(f"/children/{child['id']}/facts", body)
        return str(child["id"])

    async def state(
        self, department: str, child_id: str, facts: Any, since: str, **more: Any
    ) -> Any:
        """A department states facts of a child from a day on; `expect` names another status."""
        expect = more.pop("expect", None)
        body = {"facts": facts, "valid_from": since} | more
        return await self.office(department).post(
            f"/children/{child_id}/facts", body, expect=expect
        )

    async def open_application(self, child_id: str) -> str:
        """The id of the child's application that is being handled."""
        listed = (await self.county.get(f"/applications?child_id={child_id}"))["items"]
        return str(next(a["id"] for a in listed if a["state"] not in ("decided", "withdrawn")))

    async def decided(
        self, application: str, told: Any = None, event_on: str | None = None
    ) -> dict[str, Any]:
        """The county proposes and a second person confirms."""
        await self.county.post(f"/applications/{application}/decision", told or {})
        body = {"event_on": event_on} if event_on else {}
        path = f"/applications/{application}/confirmation"
        return dict(await self.second.post(path, body))

    async def told(self, kind: str) -> list[dict[str, Any]]:
        """The events of a kind this service has written to its outbox, the oldest first."""
        async with transaction(assembled.app.state.sessions) as session:
            rows = await session.execute(
                text("SELECT data FROM outbox WHERE type = :kind ORDER BY id"), {"kind": kind}
            )
            return [dict(row.data) for row in rows]

    async def granted(self, **more: Any) -> dict[str, Any]:
        """A child whose award was confirmed, through every step."""
        child_id = await self.orphan_to_be(**more)
        await self.police.post(
            f"/children/{child_id}/facts",
            {"facts": {"mother": {"status": "服刑"}}, "valid_from": "2024-03-01"},
        )
        await self.court.post(
            f"/children/{child_id}/facts",
            {"facts": {"mother": {"term_months": 24}}, "valid_from": "2024-03-01"},
        )
        listed = await self.county.get(f"/applications?child_id={child_id}")
        application = listed["items"][0]["id"]
        await self.town.post(f"/applications/{application}/verification", {"opinion": "情况属实"})
        await self.county.post(f"/applications/{application}/decision", {})
        decision = await self.second.post(f"/applications/{application}/confirmation", {})
        return {"child_id": child_id, "application_id": application, "decision": decision}


@pytest.fixture
async def world(database_url: NewDatabase, nats_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """A service whose clock says Friday, 10 May 2024, ten in the morning in Wenling."""
    url = database_url("eligibility")
    async with service_at(assembled.app, tmp_path, url, nats_url) as client:
        set_clock(START)
        yield World(client)
