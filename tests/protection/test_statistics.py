"""The joint meeting sees numbers, whole months of them, and can subtract nobody back."""

import asyncio
from datetime import date
from typing import Any

from services.protection.rules.cases import LEVELS, ClosureReason
from services.protection.rules.reporting import MissedReport
from services.protection.rules.statistics import MEASURES, months_over
from services.protection.rules.warnings import Reason
from shared.jurisdiction import jurisdiction
from tests.protection.conftest import Office
from tests.protection.test_care import case, placed, station
from tests.protection.test_detentions import arrest
from tests.protection.test_reports import report

ZEGUO, DAXI = "331081100", "331081101"


async def read(office: Office, who: str = "joint_meeting", **more: Any) -> dict[str, Any]:
    """The measures by their codes."""
    query = "&".join(f"{name}={value}" for name, value in more.items())
    told = await office.get(who, f"/statistics?{query}")
    return {measure["code"]: measure for measure in told["measures"]} | {"all": told}


async def tell(office: Office, count: int, town: str, **more: Any) -> None:
    """So many reports of different children in one town."""
    for n in range(count):
        child = {"name": f"金丝雀{town}{n}", "birth_date": "2015-05-05"}
        await office.post("institution", "/reports", report(town=town, child=child) | more)


def test_every_kind_the_law_enumerates_is_counted() -> None:
    assert set(MEASURES["cases_by_level"].kinds) == {level.value for level in LEVELS}
    assert set(MEASURES["cases_closed"].kinds) == {reason.value for reason in ClosureReason}
    assert set(MEASURES["missed_reports"].kinds) == {breach.value for breach in MissedReport}
    assert set(MEASURES["warnings"].kinds) == {reason.value for reason in Reason}
    assert len(MEASURES["reports_by_ground"].kinds) == 9
    assert len(MEASURES["placements"].kinds) == 7
    assert all(measure.clause in jurisdiction().law.clauses for measure in MEASURES.values())


async def test_only_months_that_are_over_are_counted(office: Office) -> None:
    await tell(office, 6, "泽国镇")
    now = await read(office)
    assert now["all"]["months"] == ["2024-01", "2024-02", "2024-03", "2024-04"]
    assert now["reports_by_ground"]["by_town"]["total"]["total"] == 0
    await office.at("2024-06-03T09:00:00+08:00")
    table = (await read(office))["reports_by_ground"]
    assert table["by_kind"]["injury_or_neglect_signs"]["2024-05"] == 6
    assert table["by_town"][ZEGUO]["2024-05"] == 6
    assert table["by_town"]["total"]["total"] == 6
    assert (await read(office, year=2023))["all"]["months"][-1] == "2023-12"
    assert (await read(office, year=2025))["all"]["months"] == []


async def test_one_child_of_a_town_is_in_no_table_and_cannot_be_subtracted(office: Office) -> None:
    await tell(office, 6, "泽国镇")
    await tell(office, 1, "大溪镇", found_at="2024-05-03T08:30:00+08:00")
    await office.at("2024-06-03T09:00:00+08:00")
    tables = await read(office)
    assert tables["all"]["smallest_count"] == 5
    by_town = tables["reports_by_ground"]["by_town"]
    assert by_town[DAXI]["2024-05"] is None
    assert by_town[ZEGUO]["2024-05"] is None  # else 7 − 6 would say it
    assert by_town["total"]["2024-05"] == 7
    late = tables["reports_by_timeliness"]["by_kind"]
    assert (late["late"]["2024-05"], late["in_time"]["2024-05"]) == (None, None)


async def test_what_police_decided_and_what_was_missed_is_counted_where_it_happened(
    office: Office,
) -> None:
    await tell(office, 5, "泽国镇")
    ids = [str(row[0]) for row in await office.sql("SELECT id FROM report")]
    for report_id in ids:
        for verb in ("acceptance", "criminal-review", "filing"):
            await office.post("police", f"/reports/{report_id}/{verb}")
    await office.at("2024-06-03T09:00:00+08:00")
    tables = await read(office, "procuratorate")
    decided = tables["decisions"]
    assert decided["by_kind"]["filing"]["2024-05"] == 5
    assert decided["by_kind"]["non_filing"]["total"] == 0
    assert decided["by_town"][ZEGUO]["2024-05"] == 5
    assert tables["cases_by_level"]["by_kind"]["urgent"]["2024-05"] == 5
    assert tables["cases_by_level"]["names"]["urgent"] == "紧急（红）"
    missed = tables["missed_clocks"]["by_kind"]
    assert missed["contact_urgent"]["2024-05"] == 5
    assert tables["missed_clocks"]["names"]["contact_urgent"] == "紧急个案首次接触期限"
    assert missed["unit_feedback"]["2024-05"] == 5
    delays = {one["code"]: one["median_minutes"] for one in tables["all"]["delays"]}
    assert delays["finding_to_report"] == {"2024-05": 30}
    assert delays["report_to_acceptance"] == {"2024-05": 0}
    assert delays["case_open_to_close"] == {}


async def test_care_detentions_and_warnings_are_counted(office: Office) -> None:
    await station(office, 5)
    for n in range(5):
        await placed(office, await case(office, name=f"儿童{n}"))
        person = {"name": f"某{n}"}
        child = {"name": f"子女{n}", "birth_date": "2016-06-06"}
        answer = {"answer": "has", "children": [child | {"relation": "mother"}]}
        await office.post("police", "/detentions", arrest(person=person, minor_children=answer))
        absent = {"child": child | {"town": "大溪镇"}, "since": "2024-04-30", "days": 3}
        await office.post("education", "/absences", absent, status=201)
    await office.at("2024-06-03T09:00:00+08:00")
    tables = await read(office, "auditor")
    assert tables["placements"]["by_kind"]["serious_harm"]["2024-05"] == 5
    assert tables["detentions"]["by_kind"]["has"]["2024-05"] == 5
    assert tables["warnings"]["by_kind"]["school_absence"]["2024-05"] == 5
    assert tables["warnings"]["by_town"][DAXI]["2024-05"] == 5


async def test_the_reader_learns_no_identity_and_a_stranger_learns_nothing(office: Office) -> None:
    await tell(office, 6, "泽国镇")
    await office.at("2024-06-03T09:00:00+08:00")
    answers = await asyncio.gather(
        *(office.get(who, "/statistics", status=403) for who in ("institution", "bank", "health"))
    )
    assert {answer["status"] for answer in answers} == {403}
    told = str(await read(office))
    (row,) = await office.sql("SELECT id FROM report LIMIT 1")
    assert "金丝雀" not in told
    assert str(row[0]) not in told


def test_the_months_of_a_year_are_those_that_are_over() -> None:
    assert months_over(2024, date(2024, 3, 31)) == ["2024-01", "2024-02"]
    assert len(months_over(2023, date(2024, 3, 31))) == 12
    assert months_over(2025, date(2024, 3, 31)) == []
