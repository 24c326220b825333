"""Units name a contact, staff are checked, missed reports have consequences, tattoos are banned."""

from uuid import UUID, uuid4

from tests.protection.conftest import Office
from tests.protection.test_reports import report

UNIT = {"name": "某小学", "institution_type": "小学", "town": "泽国镇"}


async def test_a_unit_without_a_contact_is_listed_until_it_names_one(office: Office) -> None:
    unit = await office.post("education", "/units", UNIT, status=201)
    assert (unit["competent_authority"], unit["has_liaison"]) == ("education", False)
    listed = await office.get("education", "/units?without_liaison=true")
    assert [one["id"] for one in listed["items"]] == [unit["id"]]
    contact = {"name": "王联系", "phone": "13600000000"}
    await office.post("education", f"/units/{unit['id']}/liaison", contact)
    assert (await office.get("education", "/units?without_liaison=true"))["items"] == []


async def test_staff_are_checked_before_the_first_day_and_every_year(office: Office) -> None:
    unit = await office.post("institution", "/units", UNIT)
    staff, path = str(uuid4()), f"/units/{unit['id']}"
    check = {"staff_ref": staff, "occasion": "hiring", "checked_on": "2024-05-01", "barred": False}
    await office.post("institution", f"{path}/staff-checks", check, status=403)
    await office.post("police", f"{path}/staff-checks", check, status=201)
    hired = {"staff_ref": staff, "hired_on": "2024-05-02"}
    member = await office.post("institution", f"{path}/staff", hired, status=201)
    assert (member["checked_before_start"], member["check_due_on"]) == (True, "2025-05-01")
    unchecked = {"staff_ref": str(uuid4()), "hired_on": "2024-05-02"}
    other = await office.post("institution", f"{path}/staff", unchecked)
    assert other["checked_before_start"] is False
    overdue = await office.get("education", "/staff-overdue")
    assert [one["id"] for one in overdue["items"]] == [other["id"]]
    barred = check | {"occasion": "yearly", "checked_on": "2024-05-06", "barred": True}
    await office.post("procuratorate", f"{path}/staff-checks", barred)
    overdue = await office.get("education", "/staff-overdue")
    assert {one["id"] for one in overdue["items"]} == {staff, other["id"]}
    await office.post("institution", f"/staff/{staff}/removal", {"removed_on": "2024-05-06"})
    overdue = await office.get("education", "/staff-overdue")
    assert [one["id"] for one in overdue["items"]] == [other["id"]]
    again = {"staff_ref": str(uuid4()), "checked_on": "2024-05-06", "occasion": "hiring"}
    await office.post("police", f"{path}/staff-checks", again | {"barred": True})
    hire = {"staff_ref": again["staff_ref"], "hired_on": "2024-05-07"}
    await office.post("institution", f"{path}/staff", hire, status=409)
    next_door = await office.post("institution", "/units", UNIT | {"name": "另一所小学"})
    await office.post("institution", f"/units/{next_door['id']}/staff", hire, status=409)


async def test_who_is_found_barred_at_work_must_go_in_time_and_the_authority_answers_for_it(
    office: Office,
) -> None:
    unit = await office.post("institution", "/units", UNIT)
    staff, path = str(uuid4()), f"/units/{unit['id']}"
    check = {"staff_ref": staff, "occasion": "hiring", "checked_on": "2024-04-01", "barred": False}
    await office.post("police", f"{path}/staff-checks", check)
    hired = {"staff_ref": staff, "hired_on": "2024-04-02"}
    await office.post("institution", f"{path}/staff", hired)
    barred = check | {"occasion": "yearly", "checked_on": "2024-05-06", "barred": True}
    await office.post("police", f"{path}/staff-checks", barred)
    await office.post("police", f"{path}/staff-checks", barred)
    clocks = "SELECT department, clause, met_at IS NOT NULL FROM deadline WHERE subject_id = :i"
    assert await office.sql(clocks, i=UUID(staff)) == [("education", "MINORS:62", False)]
    removal = f"/staff/{staff}/removal"
    for wrong in ("2024-05-07", "2024-04-01"):
        refused = await office.post("institution", removal, {"removed_on": wrong}, status=400)
        assert refused["allowed"] == ["2024-04-02", "2024-05-06"]  # from the first day until today
    await office.at("2024-05-10T00:00:01+08:00")
    (late,) = await office.events("protection.deadline.missed.v1")
    assert (late["kind"], late["department"]) == ("staff_removal", "education")
    await office.post("institution", removal, {"removed_on": "2024-05-09"})
    assert await office.sql(clocks, i=UUID(staff)) == [("education", "MINORS:62", True)]


async def test_an_authority_is_shown_the_posts_and_breaches_of_its_own_units_alone(
    office: Office,
) -> None:
    school = await office.post("education", "/units", UNIT)
    hired = {"staff_ref": str(uuid4()), "hired_on": "2024-05-02"}
    await office.post("education", f"/units/{school['id']}/staff", hired)
    assert len((await office.get("education", "/staff-overdue"))["items"]) == 1
    assert len((await office.get("police", "/staff-overdue"))["items"]) == 1
    assert (await office.get("health", "/staff-overdue"))["items"] == []
    receipt = await office.post("police", "/reports", report(town="泽国镇"))
    missed = {"report_id": receipt["id"], "institution_type": "村委会", "breach": "late"}
    row = await office.post("procuratorate", "/missed-reports", missed, status=201)
    assert row["competent_authority"] == "town"
    own, other = "331081100", "331081101"
    listed = await office.get("town", "/missed-reports", town=own)
    assert [one["id"] for one in listed["items"]] == [row["id"]]
    assert (await office.get("town", "/missed-reports", town=other))["items"] == []
    decision = f"/missed-reports/{row['id']}/decision"
    await office.post("town", decision, {"decided": "reminder"}, town=other, status=404)
    await office.post("town", decision, {"decided": "reminder"}, town=own)


async def test_a_missed_report_leads_to_a_proposal_and_a_signed_decision(office: Office) -> None:
    receipt = await office.post("police", "/reports", report())
    told = {
        "report_id": receipt["id"],
        "institution_type": "医院",
        "breach": "not_reported",
        "serious": True,
    }
    row = await office.post("procuratorate", "/missed-reports", told, status=201)
    assert row["proposed"] == ["disciplinary", "procuratorial_advice"]
    assert row["competent_authority"] == "health"
    path = f"/missed-reports/{row['id']}/decision"
    await office.post("education", path, {"decided": "disciplinary"}, status=403)
    decided = await office.post("health", path, {"decided": "disciplinary"})
    assert decided["state"] == "decided"
    await office.post("health", path, {"decided": "none"}, status=409)


async def test_a_tattoo_on_a_minor_is_a_breach_whoever_consents(office: Office) -> None:
    told = {
        "shop_ref": str(uuid4()),
        "found_on": "2024-05-06",
        "service_on": "2024-05-01",
        "customer_birth": "2006-05-02",
    }
    row = await office.post("market_regulation", "/tattoo-findings", told, status=201)
    assert (row["customer_minor"], row["breaches"]) == (True, ["WL24:3.1b-1"])
    grown = told | {"customer_birth": "2006-05-01"}
    await office.post("market_regulation", "/tattoo-findings", grown, status=400)
    shop = {
        "shop_ref": str(uuid4()),
        "found_on": "2024-05-06",
        "sign_shown": True,
        "sign_prominent": False,
        "age_in_doubt": True,
        "id_checked": False,
        "words": "店主称未成年人由家长陪同",
    }
    found = await office.post("police", "/tattoo-findings", shop)
    assert found["breaches"] == ["WL24:3.1c-1", "WL24:3.1c-2"]
    for who in ("police", "market_regulation"):
        listed = (await office.get(who, "/tattoo-findings"))["items"]
        assert [one["words"] for one in listed] == [None, shop["words"]], who
    unread = (await office.get("health", "/tattoo-findings"))["items"]
    assert {one["words"] for one in unread} == {None}
    path = f"/tattoo-findings/{found['id']}/decision"
    await office.post("police", path, {"decision": "penalised"}, status=403)
    await office.post("market_regulation", path, {"decision": "ordered_to_correct"})


async def test_units_that_saw_signs_and_kept_silent_are_laid_before_the_procuratorate(
    office: Office,
) -> None:
    school = await office.post("education", "/units", UNIT, status=201)
    clinic = await office.post("health", "/units", UNIT | {"institution_type": "医院"})
    receipt = await office.post("institution", "/reports", report(unit_id=school["id"]))
    (row,) = await office.sql("SELECT case_id FROM report")
    path = f"/cases/{row[0]}/contacts"
    seen = {"institution_type": "小学", "unit_id": school["id"], "how": "taught"}
    seen |= {"first_on": "2023-09-01", "signs_seen": True}
    treated = {"institution_type": "医院", "unit_id": clinic["id"], "how": "treated"}
    treated |= {"first_on": "2024-03-01", "signs_seen": True}
    await office.post("police", path, seen, status=201)
    await office.post("police", path, treated, status=201)
    unknown = {"institution_type": "宾馆", "how": "lodged", "first_on": "2024-04-01"}
    await office.post("police", path, unknown, status=201)
    await office.post("police", path, unknown | {"first_on": "2024-05-07"}, status=400)
    duties = await office.get("procuratorate", path)
    assert [one["duty"] for one in duties] == ["reported", "silent", "to_be_checked"]
    (silent,) = (await office.get("procuratorate", "/silent-units"))["items"]
    assert (silent["unit_id"], silent["competent_authority"]) == (clinic["id"], "health")
    assert (await office.get("education", "/silent-units"))["items"] == []
    told = {"report_id": receipt["id"], "unit_id": clinic["id"], "institution_type": "医院"}
    missed = await office.post(
        "procuratorate", "/missed-reports", told | {"breach": "not_reported"}, status=201
    )
    (event,) = await office.events("protection.duty.broken.v1")
    assert (event["missed_id"], event["competent_authority"]) == (missed["id"], "health")
    assert (await office.get("procuratorate", path))[1]["missed_report_id"] == missed["id"]


async def test_a_late_report_of_a_bound_unit_is_a_breach_by_itself_and_a_citizen_s_is_none(
    office: Office,
) -> None:
    late = "2024-05-03T08:30:00+08:00"
    citizen = {"kind": "公民", "name": "邻居金丝雀"}
    await office.post("police", "/reports", report(found_at=late, reporter=citizen))
    await office.post("institution", "/reports", report(found_at=late))
    await office.told("protection.duty.broken.v1")
    (row,) = (await office.get("education", "/missed-reports"))["items"]
    assert (row["breach"], row["proposed"], row["state"]) == ("late", ["reminder"], "proposed")


async def test_a_breach_names_a_unit_as_the_register_knows_it_and_stands_there_once(
    office: Office,
) -> None:
    school = await office.post("education", "/units", UNIT, status=201)
    receipt = await office.post("police", "/reports", report())
    told = {"report_id": receipt["id"], "institution_type": "小学", "breach": "not_reported"}
    nowhere = told | {"unit_id": str(uuid4())}
    unknown = await office.post("police", "/missed-reports", nowhere, status=400)
    assert (unknown["clause"], unknown["where"]) == ("WL24:3.1a-3", "body.unit_id")
    of_the_school = told | {"unit_id": school["id"]}
    as_a_clinic = of_the_school | {"institution_type": "医院"}
    contradicted = await office.post("police", "/missed-reports", as_a_clinic, status=400)
    assert (contradicted["where"], contradicted["allowed"]) == ("body.institution_type", ["school"])
    row = await office.post("police", "/missed-reports", of_the_school, status=201)
    again = await office.post("procuratorate", "/missed-reports", of_the_school, status=409)
    assert again["allowed"] == [row["id"]]
    concealed = of_the_school | {"breach": "concealed"}
    await office.post("procuratorate", "/missed-reports", concealed, status=201)
    decision = f"/missed-reports/{row['id']}/decision"
    decided = await office.post("education", decision, {"decided": "reminder"})
    assert (decided["state"], decided["version"]) == ("decided", 2)
    (found,) = await office.sql("SELECT case_id FROM report")
    seen = {"institution_type": "医院", "unit_id": school["id"], "how": "taught"}
    contact = seen | {"first_on": "2023-09-01"}
    await office.post("police", f"/cases/{found[0]}/contacts", contact, status=400)


async def test_a_check_before_the_first_day_counts_whenever_the_post_was_registered(
    office: Office,
) -> None:
    unit = await office.post("education", "/units", UNIT)
    staff, path = str(uuid4()), f"/units/{unit['id']}"
    hired = {"staff_ref": staff, "hired_on": "2024-05-20"}
    member = await office.post("education", f"{path}/staff", hired)
    assert member["checked_before_start"] is False
    check = {"staff_ref": staff, "occasion": "hiring", "checked_on": "2024-05-06", "barred": False}
    await office.post("police", f"{path}/staff-checks", check, status=201)
    rows = await office.sql("SELECT checked_before_start FROM staff_member")
    assert rows == [(True,)]
