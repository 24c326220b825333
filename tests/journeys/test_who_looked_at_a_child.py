"""Who looked at me: one list over all services, sealed, co-signed, and found out when touched."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from deploy.caller import Refusal
from deploy.local.settings import ROOT
from deploy.local.table import POSTGRES_OFFSET
from deploy.servers import Postgres
from shared.bus import SOURCES
from tests.journeys.conftest import until
from tests.journeys.county import ORPHAN, County
from tests.platform import Platform

BEGINS = "2026-03-02"
ID_NO = "331099201606020015"
ALL_SEALED = """
SELECT NOT EXISTS (
    SELECT FROM disclosure d LEFT JOIN audit_leaf l ON l.disclosure_id = d.id WHERE l.index IS NULL
)"""
Done = subprocess.CompletedProcess[str]
WHY = "深夜接警，儿童有生命危险，须立即联系监护人"


@pytest.fixture
def county(platform: Platform, offices: Any) -> County:
    """The county on Monday, 2 March 2026."""
    return County(offices)


@pytest.mark.timeout(400)
def test_a_childs_list_is_of_every_service_under_every_id_and_nobody_mends_it_unseen(
    county: County, platform: Platform, tmp_path: Path
) -> None:
    reference, child = known_to_police_first_and_to_the_town_as_well(county)
    opened_at_night(county, child)
    listed(county, child, reference)
    with_a_service_away_there_is_no_list(county, platform, child)
    notes = tmp_path / "witness"
    cosigned(platform, notes)
    touched_rows_are_named(platform, notes)


def known_to_police_first_and_to_the_town_as_well(county: County) -> tuple[str, str]:
    """Police meet the child under an id of their own; the register knew it already."""
    child = county.child("邵小舟", "2016-06-02", ORPHAN, "2026-01-01")
    file = {"name": "邵小舟", "birth_date": "2016-06-02", "id_no": ID_NO, "hukou": county.place}
    known = county.town.post("/v1/eligibility/children", file | {"town": county.town_code})
    county.civil_affairs.get(f"/v1/eligibility/children/{child}")
    detention: dict[str, Any] = {"kind": "criminal_detention", "person": {"name": "邵某"}}
    detention |= {"began_on": "2026-03-01", "town": county.town_code}
    met = {"name": "邵小舟", "birth_date": "2016-06-02", "id_no": ID_NO, "hukou": county.place}
    met |= {"relation": "father", "carer_kind": "relative", "town": county.town_code}
    detention["minor_children"] = {"answer": "has", "children": [met]}
    pushed = county.police.post("/v1/protection/detentions", detention)
    county.police.get(f"/v1/protection/detentions/{pushed['id']}")

    def linked() -> Any:
        said = county.auditor.get(f"/v1/eligibility/children/{known['id']}/references")
        return said["references"]

    return str(until(linked)[0]), str(known["id"])


def opened_at_night(county: County, child: str) -> None:
    """An officer of police breaks the glass of this child."""
    asked = {"subject_id": child, "category": "life_danger", "reason": WHY}
    county.police.post("/v1/break-glass", asked)


def listed(county: County, child: str, reference: str) -> None:
    """The same list, by whichever id somebody asks; asking stands in it too."""
    said: dict[str, Any] = {}
    for asked in (child, reference):
        said = county.procuratorate.get("/v1/accesses", subject_id=asked)
        assert {child, reference} <= set(said["known_as"])
        services = {one["service"] for one in said["items"]}
        assert {"eligibility", "protection", "gateway"} <= services, services
        moments = [one["at"] for one in said["items"]]
        assert moments == sorted(moments, reverse=True)
        glass = [one for one in said["items"] if one["action"] == "break_glass"]
        assert [(one["department"], one["officer"]) for one in glass] == [("police", "police-1")]
        assert "邵小舟" not in str(said)
    assert "who_looked" in {one["action"] for one in said["items"]}
    with pytest.raises(Refusal) as refusal:
        county.education.get("/v1/accesses", subject_id=child)
    assert refusal.value.status == 403


def with_a_service_away_there_is_no_list(county: County, platform: Platform, child: str) -> None:
    """A list that lacks a part is not shown as if it were whole."""
    platform.kill("payments")
    with pytest.raises(Refusal) as refusal:
        county.procuratorate.get("/v1/accesses", subject_id=child)
    assert (refusal.value.status, refusal.value.problem["away"]) == (503, "payments")

    def back() -> Any:
        return county.procuratorate.get("/v1/accesses", subject_id=child)["items"]

    until(back)


def command(
    platform: Platform, *words: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    """One of the platform's own commands, run beside it."""
    data = Path(platform.data_dir)
    return subprocess.run(
        [sys.executable, "-m", *words],
        env=os.environ | {"DATA_DIR": str(data), "KEYS_DIR": str(data / "keys")} | environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def database(platform: Platform, service: str) -> str:
    server = Postgres(Path(platform.data_dir) / "postgres", platform.port + POSTGRES_OFFSET)
    return server.url(f"hutong_{service}")


def verified(platform: Platform, notes: Path) -> Done:
    url = database(platform, "eligibility")
    kept = str(notes / "eligibility.note")
    return command(platform, "shared.audit", "eligibility", kept, DATABASE_URL=url)


def sealed(platform: Platform) -> bool:
    """Whether every row of every record lies under a checkpoint."""
    urls = [database(platform, service) for service in SOURCES]
    return all(asyncio.run(executed(url, ALL_SEALED)) for url in urls)


def cosigned(platform: Platform, notes: Path) -> None:
    """The procuratorate's witness checks every record and signs; again, it goes on from there."""
    until(lambda: sealed(platform))  # it takes place every three seconds
    for _ in range(2):
        done = command(platform, "deploy.witness", platform.url, str(notes))
        assert done.returncode == 0, done.stdout + done.stderr
        for service in SOURCES:
            assert f"{service}: 已会签" in done.stdout or service == "payments", done.stdout
    found = verified(platform, notes)
    assert found.returncode == 0, found.stdout + found.stderr
    assert "完好 whole" in found.stdout


async def executed(url: str, *statements: str) -> Any:
    connection = await asyncpg.connect(url)
    found: Any = None
    try:
        for statement in statements:
            found = await connection.fetchval(statement)
    finally:
        await connection.close()
    return found


def touched_rows_are_named(platform: Platform, notes: Path) -> None:
    """The owner of the database changes a row, then takes the newest away with everything of it."""
    url = database(platform, "eligibility")
    asyncio.run(executed(url, "UPDATE disclosure SET officer = 'nobody' WHERE id = 2"))
    found = verified(platform, notes)
    assert (found.returncode, "已改动 changed: disclosure 2" in found.stdout) == (1, True)
    size = asyncio.run(executed(url, "SELECT max(size) FROM audit_checkpoint"))
    asyncio.run(
        executed(
            url,
            f"DELETE FROM disclosure WHERE id IN (SELECT disclosure_id FROM audit_leaf"
            f" WHERE index >= {size - 3})",
            f"DELETE FROM audit_leaf WHERE index >= {size - 3}",
            f"DELETE FROM audit_checkpoint WHERE size > {size - 3}",
            "DELETE FROM audit_cosignature",
        )
    )
    found = verified(platform, notes)
    assert found.returncode == 1
    assert "cut off" in found.stdout, found.stdout
    again = command(platform, "deploy.witness", platform.url, str(notes))
    assert again.returncode == 1
    assert "NOT co-signed: eligibility" in again.stdout
