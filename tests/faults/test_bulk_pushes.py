"""A bulk push whose process is killed goes on where it was, and takes every row once."""

import asyncio
import json
import random
import time
from datetime import date, timedelta
from pathlib import Path

import asyncpg
import pytest

from tests.conftest import NewDatabase
from tests.factories import TOWN
from tests.faults.service import Service, running

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]
CHILDREN, ROWS, KILLS, WRONG = 8, 4000, 3, 97
TAKEN = (
    "SELECT count(*), count(DISTINCT (child_id, name, valid_from)) FROM fact WHERE origin_id = $1"
)


async def counted(url: str, import_id: str) -> tuple[int, int]:
    connection = await asyncpg.connect(url)
    try:
        return tuple(await connection.fetchrow(TAKEN, import_id))
    finally:
        await connection.close()


def rows(children: list[str]) -> bytes:
    """Each row states another day of a household, so that it is a statement of its own."""
    lines = []
    for number in range(ROWS):
        since = date(2010, 1, 1) + timedelta(days=number // CHILDREN)
        members = "many" if number % WRONG == 0 else 2 + number // CHILDREN % 2
        line = {"child_id": children[number % CHILDREN], "valid_from": since.isoformat(),
                "facts": {"household": {"members": members}}}  # fmt: skip
        lines.append(json.dumps(line))
    return "\n".join(lines).encode()


def test_a_bulk_push_killed_again_and_again_takes_every_row_once(
    tmp_path: Path, database_url: NewDatabase, nats_url: str, seed: int
) -> None:
    url, chance = database_url("eligibility"), random.Random(seed)
    with running(Service, "eligibility", tmp_path, url, nats_url) as service:
        told = {"town": TOWN, "birth_date": "2016-06-01", "hukou": "浙江省温岭市"}
        children = [service.call("/children", told).json()["id"] for _ in range(CHILDREN)]
        push = service.call("/fact-imports", rows(children)).json()["id"]
        last = 0
        while (found := service.call(f"/fact-imports/{push}").json())["state"] == "applying":
            time.sleep(chance.uniform(0.05, 0.3))
            if service.killed < KILLS and found["done"] > last:
                last = found["done"]
                service.kill()
                service.start()
        wrong = len(range(0, ROWS, WRONG))
        assert service.killed, "the push was over before anything was killed"
        assert (found["state"], found["done"]) == ("finished", ROWS)
        assert (found["accepted"], found["rejected"]) == (ROWS - wrong, wrong)
        assert asyncio.run(counted(url, push)) == (ROWS - wrong, ROWS - wrong)
