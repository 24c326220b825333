"""A payment run whose process is killed anywhere goes on and pays every child once."""

import asyncio
import random
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

from shared.jurisdiction import jurisdiction
from tests.conftest import NewDatabase
from tests.faults.service import Service, running
from tests.payments.roster import MISLED, roster

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]
# More than are prepared in one transaction, in towns that are one transaction each.
CHILDREN, TOWNS, UNVERIFIED, KILLS = 21_000, 4, 210, 2


def legal_today() -> date:
    """The day in Wenling, where a month begins earlier than in Greenwich."""
    return jurisdiction().calendar.legal_day(datetime.now(UTC))


async def asked(url: str, query: str) -> Any:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetch(query) if query.startswith("SELECT") else (
            await connection.execute(query)
        )  # fmt: skip
    finally:
        await connection.close()


@dataclass(frozen=True)
class Stage:
    """A step of a run, who takes it, and the state or the level of approval it leads to."""

    verb: str
    by: str
    officer: str
    after: str
    level: int = 0
    body: Any = field(default_factory=dict)

    def taken(self, run: dict[str, Any], url: str) -> bool:
        """Whether the run says so; the bank's answers are in no state of it."""
        if self.verb == "returns":
            rows = asyncio.run(asked(url, "SELECT count(*) FROM outcome"))
            return bool(rows[0][0] == CHILDREN - UNVERIFIED)
        if self.level:
            return bool(run["approvals"]["given"] == self.level)
        return bool(run["state"] == self.after)


STAGES = (
    Stage("check", "civil_affairs", "2", "checked"),
    Stage("approval", "civil_affairs", "3", "checked", 1),
    Stage("approval", "civil_affairs", "4", "checked", 2),
    Stage("approval", "finance", "5", "approved"),
    Stage("funding", "finance", "6", "funded"),
    Stage("sending", "finance", "7", "sent"),
    Stage("returns", "bank", "8", "sent", body={"complete": True}),
    Stage("reconciliation", "finance", "7", "reconciled"),
    Stage("closing", "finance", "7", "closed"),
)


class Payments(Service):
    """The payments service, killed while it is at a step of a run."""

    def _asked(self, path: str, body: Any, department: str, officer: str) -> None:
        """Ask once; whoever answers may be killed while it does."""
        with suppress(httpx.HTTPError):
            self.once(path, body, department, officer)

    def step(self, run: str, stage: Stage, chance: random.Random) -> None:
        """Ask for a step and kill the process while it is at it, until the step is taken."""
        for attempt in range(10):
            with ThreadPoolExecutor(1) as elsewhere:
                asking = elsewhere.submit(
                    self._asked, f"/runs/{run}/{stage.verb}", stage.body, stage.by, stage.officer
                )
                # Twice as long each time: on a slow machine a step takes as long as it takes.
                time.sleep(chance.uniform(0.0, 0.5) * 2**attempt)
                self.kill()
                asking.result()
            self.start()
            if stage.taken(self.call(f"/runs/{run}").json(), self.url):
                return
        raise AssertionError(f"{stage.verb} was never done")


def test_a_run_killed_at_every_stage_pays_every_child_once(
    tmp_path: Path, database_url: NewDatabase, nats_url: str, seed: int
) -> None:
    url, chance = database_url("payments"), random.Random(seed)
    asyncio.run(asked(url, roster(CHILDREN, TOWNS, UNVERIFIED)))
    asyncio.run(asked(url, MISLED))
    with running(Payments, "payments", tmp_path, url, nats_url) as payments:
        said = {"id": str(uuid4()), "month": f"{legal_today():%Y-%m}"}
        run = payments.call("/runs", said).json()["id"]
        assert run == said["id"] == payments.call("/runs", said).json()["id"]
        while payments.call(f"/runs/{run}").json()["state"] == "preparing":
            time.sleep(chance.uniform(0.5, 3.0))
            if payments.killed < KILLS:
                payments.kill()
                payments.start()
        whole = payments.call(f"/runs/{run}").json()
        paid = CHILDREN - UNVERIFIED
        assert (whole["lines"], whole["blocked"]) == (paid, UNVERIFIED)
        assert whole["total"] == f"{paid * 2120}.00"
        assert whole["progress"] == {"done": TOWNS, "of": TOWNS}
        for stage in STAGES:
            asyncio.run(asked(url, MISLED))
            payments.step(run, stage, chance)
        found = payments.call(f"/runs/{run}/invariants").json()
        assert found["holds"], found
    rows = asyncio.run(asked(url, TWICE))
    assert [tuple(row) for row in rows] == [(paid, paid, paid, *[paid * 2120] * 5)]
    assert payments.killed > len(STAGES)


TWICE = """\
SELECT (SELECT count(*) FROM line), (SELECT count(DISTINCT child_id) FROM line),
       (SELECT count(*) FROM payment), (SELECT sum(amount) FROM payment),
       (SELECT sum(amount) FROM transfer WHERE cause = 'decided'),
       (SELECT sum(amount) FROM transfer WHERE cause = 'funded'),
       (SELECT sum(amount) FROM transfer WHERE cause = 'sent'),
       (SELECT sum(amount) FROM transfer WHERE cause = 'paid')
"""
