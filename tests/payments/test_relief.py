"""Relief is paid by its days and insurance by enrolment: a run works both out."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from services.payments.operations import custody
from shared.clock import set_clock
from shared.database import transaction
from shared.events.protection import GuardianshipChanged
from tests.payments.desk import Desk
from tests.payments.test_runs import problem


async def lines_of(desk: Desk, run: dict[str, Any], benefit: str) -> list[tuple[str, str, str]]:
    rows = (await desk.get(f"/runs/{run['id']}/lines")).json()["items"]
    return sorted(
        (r["month"][:7], r["amount"], r["working"]) for r in rows if r["benefit"] == benefit
    )


def at(day: str) -> None:
    set_clock(datetime.fromisoformat(f"{day}T04:00:00").replace(tzinfo=UTC))


async def custody_told(desk: Desk, child: UUID, kind: str, carer: str, since: date) -> None:
    event = GuardianshipChanged(
        child_ref=child, case_id=uuid4(), kind=kind, carer_kind=carer, since=since
    )
    async with transaction(desk.sessions) as session:
        await custody.guardianship_changed(session, event)


async def test_days_in_relief_are_paid_once_the_month_is_over(desk: Desk) -> None:
    await desk.standards()
    street = await desk.award("street_relief", date(2025, 12, 1))
    path = f"/children/{street.child_id}/relief"
    await desk.must(path, {"since": "2025-12-20", "source": "police"}, who="protection_centre")
    run = await desk.run("2026-01")
    assert await lines_of(desk, run, "street_relief") == [
        ("2025-12", "410.33", "ceil2(2120.00*0.50*12/31)"),
    ]
    assert (run["children"], run["blocked"], run["total"]) == (1, 0, "410.33")
    await desk.paid(run)
    at("2026-02-05")
    run = await desk.run("2026-02")
    assert await lines_of(desk, run, "street_relief") == [
        ("2026-01", "1060.00", "ceil2(2120.00*0.50)"),
    ]


async def test_custody_opens_the_days_and_the_hand_over_ends_them(desk: Desk) -> None:
    await desk.standards()
    street = await desk.award("street_relief", date(2026, 1, 1))
    child = street.child_id
    await custody_told(desk, child, "temporary", "protection_centre", date(2026, 1, 3))
    await custody_told(desk, child, "returned", "other_parent", date(2026, 1, 12))
    found = (await desk.get(f"/children/{child}/relief")).json()
    assert [(r["since"], r["until"]) for r in found] == [("2026-01-03", "2026-01-12")]
    await desk.payee(child)
    await desk.sql("UPDATE block SET lifted_at = now() RETURNING id")
    run = await desk.run("2026-01")
    assert await lines_of(desk, run, "street_relief") == [
        ("2026-01", "341.94", "ceil2(2120.00*0.50*10/31)"),
    ]


async def test_a_child_taken_in_again_on_the_day_it_went_home_was_in_relief_all_the_time(
    desk: Desk,
) -> None:
    await desk.standards()
    child = (await desk.award("street_relief", date(2026, 1, 1))).child_id
    await custody_told(desk, child, "temporary", "protection_centre", date(2026, 1, 3))
    await custody_told(desk, child, "returned", "guardian", date(2026, 1, 12))
    await custody_told(desk, child, "temporary", "town_station", date(2026, 1, 12))
    found = (await desk.get(f"/children/{child}/relief")).json()
    assert [(r["since"], r["until"]) for r in found] == [("2026-01-03", None)]


async def test_relief_and_an_award_of_one_month_come_to_the_higher_of_both(desk: Desk) -> None:
    await desk.standards()
    street = await desk.award("street_relief", date(2025, 12, 1))
    child = street.child_id
    await desk.changed(street, "dibao_child", date(2026, 1, 1))
    await desk.must(f"/children/{child}/relief", {"since": "2025-12-22", "until": "2026-01-10"})
    first = await desk.run("2026-01")
    assert await lines_of(desk, first, "basic_living") == [("2026-01", "424.00",
        "max(ceil2(2120.00*0.20),200.00)")]  # fmt: skip
    assert [m for m, _, _ in await lines_of(desk, first, "street_relief")] == ["2025-12"]


async def test_a_day_of_relief_counts_once(desk: Desk) -> None:
    await desk.standards()
    street = await desk.award("street_relief")
    path = f"/children/{street.child_id}/relief"
    await desk.must(path, {"since": "2026-01-02", "until": "2026-01-05"})
    again = await desk.post(path, {"since": "2026-01-05", "until": "2026-01-06"})
    assert (again.status_code, problem(again)) == (409, "days-overlap")
    ahead = await desk.post(path, {"since": "2026-01-07", "until": "2026-03-01"})
    assert (ahead.status_code, problem(ahead)) == (400, "days-impossible")
    await desk.must(path, {"since": "2026-01-06", "until": "2026-01-06"})


async def test_days_shortened_after_they_were_paid_are_a_debt(desk: Desk) -> None:
    await desk.standards()
    street = await desk.award("street_relief", date(2025, 12, 1))
    path = f"/children/{street.child_id}/relief"
    begun = await desk.must(path, {"since": "2025-12-20"})
    await desk.paid(await desk.run("2026-01"))
    await desk.must(f"{path}/{begun['id']}/end", {"until": "2025-12-25"})
    run = await desk.run("2026-01", kind="correction")
    assert (run["total"], run["overpaid"]) == ("0.00", "205.16")


async def test_the_personal_share_of_every_enrolled_recipient_is_paid_once_a_year(
    desk: Desk,
) -> None:
    await desk.standards()
    await desk.published("insurance_personal_yearly", "400.00", "2026-01-01")
    full, dibao = await desk.award("scattered"), await desk.award("dibao_child")
    margin, elsewhere = await desk.award("dibao_margin_child"), await desk.award("scattered")
    rows: list[dict[str, Any]] = [{"child_id": str(a.child_id)} for a in (full, dibao, margin)]
    rows.append({"child_id": str(elsewhere.child_id), "borne_elsewhere": True})
    said = {"year": 2026, "rows": rows}
    taken = await desk.must("/insurance/enrolments", said, who="medical_insurance")
    assert taken == {"year": 2026, "taken": 4}
    run = await desk.run("2026-01")
    assert await lines_of(desk, run, "insurance") == [("2026-01", "400.00", "400.00")] * 2
    await desk.paid(run)
    at("2026-02-05")
    assert await lines_of(desk, await desk.run("2026-02"), "insurance") == []


async def test_insurance_without_a_published_share_is_named_and_waits(desk: Desk) -> None:
    await desk.standards()
    award = await desk.award("scattered")
    said = {"year": 2026, "rows": [{"child_id": str(award.child_id)}]}
    await desk.must("/insurance/enrolments", said)
    run = await desk.run("2026-01")
    assert (run["total"], run["control"]["undetermined"]) == ("2120.00", ["2026-01 insurance"])
    await desk.paid(run)
    await desk.published("insurance_personal_yearly", "400.00", "2026-01-01")
    at("2026-02-05")
    later = await desk.run("2026-02")
    assert await lines_of(desk, later, "insurance") == [("2026-01", "400.00", "400.00")]


async def test_a_list_that_names_a_child_twice_is_refused_whole(desk: Desk) -> None:
    child = str(uuid4())
    said = {"year": 2026, "rows": [{"child_id": child}, {"child_id": child, "enrolled": False}]}
    answer = await desk.post("/insurance/enrolments", said, "medical_insurance")
    assert (answer.status_code, problem(answer)) == (400, "child-twice")
    assert answer.json()["children"] == [child]
    assert await desk.sql("SELECT child_id FROM enrolment") == []
