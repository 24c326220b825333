"""Files of evidence: scanned by a real scanner's protocol, resumed where the line broke, sealed."""

import asyncio
import hashlib
import struct
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from services.protection.operations.holders import HOLDERS
from services.protection.operations.scanning import verdict_of
from services.protection.schemas.evidence import About
from shared.settings import settings
from tests.factories import headers
from tests.protection.conftest import MORNING, Office
from tests.protection.test_care import assessed, case, placed, station
from tests.protection.test_reports import report

# The harmless test string every scanner knows, in two halves so that none stops at this file.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-" + b"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
TOWN = "331081100"
PNG = b"\x89PNG\r\n\x1a\n"
PDF = b"%PDF-1.7\n"


class Scanner:
    """A scanner that speaks clamd's INSTREAM and knows one signature."""

    def __init__(self) -> None:
        self.seen: list[int] = []
        self.silent = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One command, as clamd takes it."""
        assert await reader.readuntil(b"\0") == b"zINSTREAM\0"
        data = b""
        while size := struct.unpack("!I", await reader.readexactly(4))[0]:
            data += await reader.readexactly(size)
        self.seen.append(len(data))
        found = b"Eicar-Signature FOUND" if EICAR in data else b"OK"
        writer.write(b"" if self.silent else b"stream: " + found + b"\0")
        writer.close()


@pytest.fixture
async def scanner(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Scanner]:
    """A scanner on a free port, named by the settings."""
    made = Scanner()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    monkeypatch.setattr(settings(), "virus_scanner", f"127.0.0.1:{port}")
    yield made
    server.close()


async def reported(office: Office) -> str:
    """A report of a school."""
    receipt = await office.post("institution", "/reports", report(), status=201)
    return str(receipt["id"])


async def send(office: Office, report_id: str, data: bytes, kind: str) -> Any:
    """Attach a file in one piece."""
    return await office.client.post(
        f"/v1/protection/reports/{report_id}/attachments",
        content=data,
        headers=headers("institution") | {"Content-Type": kind},
    )


async def put(office: Office, upload_id: str, offset: int, data: bytes) -> Any:
    """Put one part of an upload."""
    return await office.client.put(
        f"/v1/protection/uploads/{upload_id}/parts/{offset}",
        content=data,
        headers=headers("institution"),
    )


def announced(data: bytes, **more: Any) -> dict[str, Any]:
    """What a phone says of a file before there is a line."""
    digest = hashlib.sha256(data).hexdigest()
    told = {"id": str(uuid4()), "media_type": "image/png", "size": len(data), "sha256": digest}
    return told | more


async def test_an_infected_file_is_neither_kept_nor_named_by_its_content(
    office: Office, scanner: Scanner
) -> None:
    report_id = await reported(office)
    refused = await send(office, report_id, PDF + EICAR, "application/pdf")
    assert refused.status_code == 409
    assert refused.json()["type"] == "/problems/infected"
    assert refused.json()["found"] == "Eicar-Signature"
    assert await office.sql("SELECT count(*) FROM attachment") == [(0,)]
    clean = await send(office, report_id, PDF + b"x" * 200_000, "application/pdf")
    assert (clean.status_code, clean.json()["scan"]) == (201, "clean")
    assert scanner.seen == [len(PDF) + len(EICAR), len(PDF) + 200_000]


async def test_without_a_scanner_a_file_says_that_nobody_scanned_it(office: Office) -> None:
    report_id = await reported(office)
    kept = await send(office, report_id, PDF, "application/pdf")
    assert (kept.status_code, kept.json()["scan"]) == (201, "unscanned")
    got = await office.client.get(
        f"/v1/protection/attachments/{kept.json()['id']}", headers=headers("police")
    )
    assert (got.content, got.headers["hutong-scan"]) == (PDF, "unscanned")
    assert got.headers["content-disposition"] == "attachment"


async def test_what_was_kept_unscanned_is_scanned_before_it_is_handed_out(
    office: Office, monkeypatch: pytest.MonkeyPatch, scanner: Scanner
) -> None:
    report_id = await reported(office)
    address = settings().virus_scanner
    monkeypatch.setattr(settings(), "virus_scanner", "127.0.0.1:1")  # the scanner is down
    good = (await send(office, report_id, PDF, "application/pdf")).json()
    bad = (await send(office, report_id, PDF + EICAR, "application/pdf")).json()
    assert (good["scan"], bad["scan"]) == ("unscanned", "unscanned")
    monkeypatch.setattr(settings(), "virus_scanner", address)
    path = "/v1/protection/attachments"
    got = await office.client.get(f"{path}/{good['id']}", headers=headers("police"))
    assert got.headers["hutong-scan"] == "clean"
    await office.get("police", f"/attachments/{bad['id']}", status=409)
    listed = await office.get("police", f"/reports/{report_id}/attachments")
    assert {one["id"]: one["scan"] for one in listed}[good["id"]] == "clean"


async def test_a_scanner_that_hangs_up_leaves_the_file_unscanned(
    office: Office, scanner: Scanner
) -> None:
    scanner.silent = True
    kept = await send(office, await reported(office), PDF, "application/pdf")
    assert (kept.status_code, kept.json()["scan"]) == (201, "unscanned")


def test_only_ok_is_clean_and_only_found_is_infected() -> None:
    assert verdict_of(b"stream: OK\0").state == "clean"
    assert verdict_of(b"stream: Win.Test.EICAR_HDB-1 FOUND\0").found == "Win.Test.EICAR_HDB-1"
    for answer in (b"INSTREAM size limit exceeded. ERROR\0", b"", b"stream: not OK\0"):
        assert verdict_of(answer).state == "unscanned"


async def test_a_phone_that_loses_the_line_goes_on_where_it_was(
    office: Office, scanner: Scanner
) -> None:
    report_id = await reported(office)
    data = PNG + bytes(range(256)) * 8
    told = announced(data)
    path = f"/reports/{report_id}/uploads"
    assert (await office.post("institution", path, told, status=201))["offset"] == 0
    assert (await put(office, told["id"], 0, data[:1000])).json()["offset"] == 1000
    again = await put(office, told["id"], 0, data[:1000])
    assert (again.status_code, again.json()["offset"]) == (200, 1000)
    for offset, part in ((500, data[500:900]), (1500, data[1500:])):
        refused = await put(office, told["id"], offset, part)
        assert (refused.status_code, refused.json()["allowed"]) == (409, [1000])
    assert (await put(office, told["id"], 0, b"other" * 200)).status_code == 409
    assert (await put(office, told["id"], 1000, data[1000:] + b"more")).status_code == 400
    assert (await office.post("institution", path, told))["offset"] == 1000
    last = (await put(office, told["id"], 1000, data[1000:])).json()
    assert (last["complete"], last["attachment_id"]) == (True, told["id"])
    assert (await put(office, told["id"], 1000, data[1000:])).json()["complete"] is True
    got = await office.client.get(
        f"/v1/protection/attachments/{told['id']}", headers=headers("police")
    )
    assert (got.content, got.headers["hutong-scan"]) == (data, "clean")
    assert await office.sql("SELECT count(*) FROM upload_part") == [(0,)]


async def test_an_upload_in_parts_is_checked_like_one_in_one_piece(
    office: Office, scanner: Scanner
) -> None:
    report_id = await reported(office)
    path = f"/reports/{report_id}/uploads"
    big = announced(PNG, size=11 * 1024 * 1024)
    await office.post("institution", path, big, status=413)
    await office.post("institution", path, announced(PNG, media_type="text/html"), status=400)
    for data, status in ((b"MZ program", 400), (PNG + EICAR, 409)):
        told = announced(data)
        await office.post("institution", path, told, status=201)
        assert (await put(office, told["id"], 0, data)).status_code == status
    lie = announced(PNG + b"a", sha256=hashlib.sha256(b"b").hexdigest())
    await office.post("institution", path, lie, status=201)
    refused = await put(office, lie["id"], 0, PNG + b"a")
    assert refused.json()["type"] == "/problems/not-the-same"
    assert await office.sql("SELECT count(*) FROM attachment") == [(0,)]


async def test_parts_lie_sealed_belong_to_their_client_and_do_not_stay_for_ever(
    office: Office,
) -> None:
    report_id = await reported(office)
    data = PNG + b"canary" * 100
    told = announced(data)
    await office.post("institution", f"/reports/{report_id}/uploads", told, status=201)
    await put(office, told["id"], 0, data[:300])
    (part,) = await office.sql("SELECT sealed FROM upload_part")
    assert b"canary" not in part[0]
    await office.get("police", f"/uploads/{told['id']}", status=404)
    other = announced(PNG, id=told["id"])
    await office.post("institution", f"/reports/{report_id}/uploads", other, status=422)
    await office.at("2024-05-13T09:00:01+08:00")
    await office.get("institution", f"/uploads/{told['id']}", status=404)
    assert await office.sql("SELECT count(*) FROM upload_part") == [(0,)]


async def test_an_upload_given_up_leaves_nothing(office: Office) -> None:
    report_id = await reported(office)
    told = announced(PNG * 2)
    await office.post("institution", f"/reports/{report_id}/uploads", told, status=201)
    await put(office, told["id"], 0, PNG)
    gone = await office.client.delete(
        f"/v1/protection/uploads/{told['id']}", headers=headers("institution")
    )
    assert gone.status_code == 204
    assert await office.sql("SELECT count(*) FROM upload") == [(0,)]


async def holders(office: Office) -> tuple[str, dict[About, str]]:
    """A case with one of everything evidence hangs on."""
    await station(office)
    case_id = await case(office)
    placement = await placed(office, case_id)
    for department in ("police", "procuratorate"):
        task = {"department": department, "code": "help"}
        await office.post("civil_affairs", f"/cases/{case_id}/tasks", task)
    visit_id = str(uuid4())
    visit = {"id": visit_id, "visited_at": MORNING.isoformat(), "child_seen": True, "safe": False}
    await office.post("town", f"/cases/{case_id}/visits", visit, town=TOWN, status=201)
    await office.post("town", f"/cases/{case_id}/visits", visit, town=TOWN, status=409)
    order = {"kind": "训诫", "guardian": {"name": "某"}, "grounds": ["neglect"]}
    order |= {"duties": ["contact"], "issued_on": "2024-05-06"}
    petition = {"reliefs": ["撤销监护"], "petitioner": "民政局", "grounds": ["serious_abuse"]}
    path = f"/cases/{case_id}"
    opened = await office.get("civil_affairs", path)
    entrusted = {"child_ref": opened["child_ref"], "carer": {"name": "姑"}, "checks": {}}
    entrusted |= {"signed_on": "2024-05-06", "from_on": "2024-05-06", "child_heard": True}
    return case_id, {
        About.REPORT: await reported(office),
        About.CASE: case_id,
        About.VISIT: visit_id,
        About.ASSESSMENT: (await assessed(office, case_id, 20))["id"],
        About.ORDER: (await office.post("police", f"{path}/orders", order))["id"],
        About.PETITION: (await office.post("civil_affairs", f"{path}/petitions", petition))["id"],
        About.PLACEMENT: placement["id"],
        About.DELEGATION: (await office.post("justice", "/delegations", entrusted))["id"],
    }


async def test_everything_evidence_hangs_on_keeps_it_by_one_mechanism(office: Office) -> None:
    case_id, things = await holders(office)
    assert set(things) == set(HOLDERS) == set(About)
    for about, id_ in things.items():
        path = f"/v1/protection/{about.value}/{id_}"
        data = PNG + f"canary {about.value}".encode()
        told = announced(data)
        police = headers("police")
        begun = await office.client.post(f"{path}/uploads", json=told, headers=police)
        assert (begun.status_code, begun.json()["about_id"]) == (201, id_), (about, begun.text)
        parts = f"/v1/protection/uploads/{told['id']}/parts/0"
        await office.client.put(parts, content=data, headers=police)
        sent = police | {"Content-Type": "application/pdf"}
        whole = await office.client.post(f"{path}/attachments", content=PDF, headers=sent)
        assert (whole.status_code, whole.json()["about"]) == (201, about.value), whole.text
        listed = await office.get("police", f"/{about.value}/{id_}/attachments")
        assert {one["id"] for one in listed} == {told["id"], whole.json()["id"]}
        one = f"/v1/protection/attachments/{told['id']}"
        assert (await office.client.get(one, headers=police)).content == data
        for stranger in ("youth_league", "disabled_federation"):
            await office.get(stranger, f"/{about.value}/{id_}/attachments", status=404)
            await office.get(stranger, f"/attachments/{told['id']}", status=404)
        other = f"/v1/protection/{about.value}/{uuid4()}/attachments"
        assert (await office.client.post(other, content=PDF, headers=sent)).status_code == 404
    kept = await office.sql("SELECT count(*), bool_or(sealed LIKE '%canary%') FROM attachment")
    assert kept == [(2 * len(About), False)]
    lines = await office.get("police", f"/cases/{case_id}/entries?limit=100")
    noted = [line["code"] for line in lines["items"] if line["kind"] == "evidence"]
    assert {*noted} == {about.value for about in About} - {"reports"}
