"""A list goes on where its own cursor says, and nowhere else."""

import pytest

from tests.protection.conftest import Office
from tests.protection.test_warnings import PUPIL, absence


async def first_page(office: Office) -> str:
    """The cursor of the second page of the absences."""
    for name in ("林小金丝雀", "陈小金丝雀"):
        told = absence(child=PUPIL | {"name": name}, explained=True)
        await office.post("education", "/absences", told, status=201)
    page = await office.get("education", "/absences?limit=1")
    assert len(page["items"]) == 1
    return str(page["next"])


async def test_a_cursor_leads_to_the_next_page_of_its_list_and_to_no_other_list(
    office: Office,
) -> None:
    cursor = await first_page(office)
    rest = await office.get("education", f"/absences?limit=1&cursor={cursor}")
    assert (len(rest["items"]), rest["next"]) == (1, None)
    refused = await office.get("police", f"/tattoo-findings?cursor={cursor}", status=400)
    assert (refused["where"], refused["title"]) == ("query.cursor", "请求内容有误")


@pytest.mark.parametrize("forged", ["x", "é", "%00", "W10", "eyJhIjoxfQ", "A" * 5000])
async def test_a_cursor_nobody_gave_is_refused(office: Office, forged: str) -> None:
    refused = await office.get("education", f"/absences?cursor={forged}", status=400)
    assert refused["where"] == "query.cursor"
