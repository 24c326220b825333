"""The whole platform while police push detentions and every process is killed in turn.

What was acknowledged is there once, in every service that has to do with it: one detention, one
registered child, one application opened by the data, one push to each office.
"""

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from types import ModuleType
from typing import Any

import asyncpg
import httpx
import pytest

from deploy.caller import Caller, Offices, Refusal
from deploy.servers import Postgres
from services.eligibility import consumers as eligibility
from services.payments import consumers as payments
from services.protection import consumers as protection
from services.referrals import consumers as referrals
from shared.bus import SERVICES, handlers_of, heard_by
from tests.patience import PATIENCE, until
from tests.platform import Platform

pytestmark = [pytest.mark.faults, pytest.mark.timeout(900)]
CONSUMERS: dict[str, ModuleType] = {
    "eligibility": eligibility,
    "payments": payments,
    "protection": protection,
    "referrals": referrals,
}
VICTIMS = ("protection", "eligibility", "nats", "referrals", "postgres", "gateway", "payments")


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    """All six processes on a Monday in spring."""
    start = {"CLOCK_START": "2026-03-02T09:00:00+08:00"}
    with Platform(tmp_path, clock="virtual", environment=start) as running:
        yield running


def push(number: int) -> dict[str, Any]:
    """A detention whose answer about minor children is complete."""
    child = {
        "name": f"演练{number:04}",
        "birth_date": f"20{10 + number % 12}-05-{1 + number % 28:02}",
        "sex": "女",
        "hukou": "浙江省温岭市太平街道",
        "town": "太平街道",
        "relation": "mother",
        "other_guardian_present": False,
        "carer_kind": "relative",
        "carer": {"name": "某某", "relation": "外祖母"},
    }
    return {
        "kind": "criminal_detention",
        "person": {"name": f"某{number:04}"},
        "began_on": "2026-03-02",
        "ends_on": "2027-03-01",
        "town": "太平街道",
        "minor_children": {"answer": "has", "children": [child]},
    }


class Police:
    """Pushes one detention after the other, each under one key until it is answered."""

    def __init__(self, platform: Platform) -> None:
        self.acknowledged = 0
        self.tried_again = 0
        self._office: Caller = Offices(platform.url, platform.data_dir).at("police", "police-1")
        self._on = True

    @contextmanager
    def at_work(self, pause: float = 0.15) -> Iterator[None]:
        """From another thread; what was begun is brought to its end."""
        with ThreadPoolExecutor(1) as elsewhere:
            work = elsewhere.submit(self._work, pause)
            try:
                yield
            finally:
                self._on = False
            work.result(PATIENCE)

    def _work(self, pause: float) -> None:
        number = 0
        while self._on:
            number += 1
            self._push(number)
            self.acknowledged += 1
            time.sleep(pause)

    def _push(self, number: int) -> None:
        while not self._answered(number):
            self.tried_again += 1
            time.sleep(0.3)

    def _answered(self, number: int) -> bool:
        key = {"Idempotency-Key": f"detention-{number}"}
        try:
            self._office.post("/v1/protection/detentions", push(number), headers=key)
        except httpx.HTTPError:
            return False
        except Refusal as refusal:
            if refusal.status < 500 and refusal.status != 429:
                raise
            return False
        return True


class Databases:
    """Looks into the databases of all services."""

    def __init__(self, platform: Platform) -> None:
        port = platform.processes()["postgres"]["port"]
        self._server = Postgres(platform.data_dir / "postgres", port)

    def ask(self, service: str, query: str) -> list[Any]:
        """The rows of a query, each as a tuple."""

        async def asked() -> list[Any]:
            connection = await asyncpg.connect(self._server.url(f"hutong_{service}"))
            try:
                return [tuple(row) for row in await connection.fetch(query)]
            finally:
                await connection.close()

        return asyncio.run(asked())

    def unfinished(self) -> dict[str, int]:
        """What has not yet taken effect, by where it is."""
        events = [
            row
            for owner in SERVICES
            for row in self.ask(owner, "SELECT type, event_id FROM outbox")
        ]
        found = {}
        for owner in SERVICES:
            (unsent,) = self.ask(owner, "SELECT count(*) FROM outbox WHERE sent_at IS NULL")
            (waiting,) = self.ask(owner, "SELECT count(*) FROM inbox_waiting")
            found[f"{owner} unsent"], found[f"{owner} waiting"] = unsent[0], waiting[0]
            handled = {row[0] for row in self.ask(owner, "SELECT event_id FROM inbox")}
            heard = heard_by(owner, handlers_of(CONSUMERS[owner]))
            expected = {event for kind, event in events if kind in heard}
            found[f"{owner} without effect"] = len(expected - handled)
        return {name: count for name, count in found.items() if count}

    def wait(self, detentions: int, patience: float = 150) -> dict[str, int]:
        """Until all has taken effect and nothing new comes, or patience ends; what is left."""
        end = time.monotonic() + patience
        quiet = 0
        left: dict[str, int] = {"not yet asked": 1}
        while quiet < 3 and time.monotonic() < end:
            time.sleep(0.5)
            with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                left = self.unfinished()
                (arrived,) = self.ask("protection", "SELECT count(*) FROM detention")
                left |= {"detentions": detentions - arrived[0]} if arrived[0] < detentions else {}
                quiet = 0 if left else quiet + 1
        return left


def test_every_process_may_die_while_police_push_and_nothing_is_lost(platform: Platform) -> None:
    police = Police(platform)
    with police.at_work():
        for name in VICTIMS:
            before = police.acknowledged
            until(lambda before=before: police.acknowledged > before + 2)  # type: ignore[misc]
            platform.kill(name)
            time.sleep(2)
    databases = Databases(platform)
    number = police.acknowledged
    assert number > 3 * len(VICTIMS)
    assert databases.wait(number) == {}
    for service in SERVICES:
        assert databases.ask(service, "SELECT type, error FROM set_aside") == []
    children = "SELECT count(*), count(DISTINCT child_id) FROM application"
    assert databases.ask("protection", "SELECT count(*) FROM detention") == [(number,)]
    assert databases.ask("protection", "SELECT count(*) FROM detention_child") == [(number,)]
    assert databases.ask("eligibility", "SELECT count(*) FROM child") == [(number,)]
    assert databases.ask("eligibility", children) == [(number, number)]
    twice = "SELECT origin_id FROM push GROUP BY origin_id, department HAVING count(*) > 1"
    assert databases.ask("referrals", twice) == []
    pushed = "SELECT count(DISTINCT origin_id) FROM push WHERE department = 'police'"
    assert databases.ask("referrals", pushed) == [(number,)]
