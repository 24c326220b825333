"""A detained parent: the question is answered, the children are cared for, the end is told."""

from typing import Any
from uuid import UUID, uuid4

from tests.factories import headers
from tests.protection.conftest import Office

MOTHER = {"name": "周某金丝雀", "id_no": "331099199001010027", "phone": "13900000001"}
CHILD = {
    "name": "周小金丝雀",
    "id_no": "331099201806150012",
    "birth_date": "2018-06-15",
    "sex": "男",
    "hukou": "温岭市",
    "address": "泽国镇某村1号",
    "town": "泽国镇",
    "relation": "mother",
    "other_guardian_present": False,
}


def arrest(**more: Any) -> dict[str, Any]:
    """What police push."""
    return {
        "kind": "刑事拘留",
        "person": MOTHER,
        "began_on": "2024-05-06",
        "town": "331081100",
        "minor_children": {"answer": "有", "children": [CHILD]},
    } | more


async def test_a_mother_is_arrested_and_the_child_is_cared_for_the_same_day(
    office: Office,
) -> None:
    told = await office.post("police", "/detentions", arrest(), status=201)
    assert (told["state"], told["care_needed"]) == ("reported", True)
    child_ref = told["children"][0]["child_ref"]
    (event,) = await office.events("protection.detention.reported.v1")
    assert event["children"] == [child_ref]
    assert event["kind"] == "criminal_detention"
    (opened,) = await office.events("protection.case.opened.v1")
    assert (opened["level"], opened["town"]) == ("urgent", "331081100")
    care = {
        "child_ref": child_ref,
        "carer_kind": "亲属",
        "carer": {"name": "周外婆金丝雀", "relation": "外祖母"},
        "checks": {"capable_adult": True, "past_offence": False},
    }
    arranged = await office.post("police", f"/detentions/{told['id']}/care", care)
    assert arranged["state"] == "arranged"
    (cared,) = await office.events("protection.care.arranged.v1")
    assert (cared["carer_kind"], cared["since"]) == ("relative", "2024-05-06")
    clocks = await office.sql(
        "SELECT kind, met_at IS NOT NULL FROM deadline WHERE kind LIKE 'care%'"
    )
    assert clocks == [("care_arrangement", True)]
    await office.at("2024-06-20T10:00:00+08:00")
    released = await office.post(
        "police", f"/detentions/{told['id']}/release", {"released_on": "2024-06-19"}
    )
    assert released["state"] == "released"
    (freed,) = await office.events("protection.guardian.released.v1")
    assert freed == {
        "detention_id": told["id"],
        "children": [child_ref],
        "released_on": "2024-06-19",
    }


async def test_a_push_without_the_answer_is_refused_with_its_clause(office: Office) -> None:
    told = arrest()
    del told["minor_children"]
    refused = await office.post("police", "/detentions", told, status=400)
    assert refused["type"] == "/problems/minor-children-unanswered"
    assert refused["clause"] == "WL24:3.6b-1"
    assert await office.sql("SELECT 1 FROM detention") == []


async def test_an_answer_that_contradicts_itself_is_refused(office: Office) -> None:
    for answer in (
        {"answer": "有", "children": []},
        {"answer": "没有", "children": [CHILD]},
        {"answer": "无法回答"},
    ):
        await office.post("police", "/detentions", arrest(minor_children=answer), status=400)


async def test_who_cannot_answer_is_asked_again(office: Office) -> None:
    unable = {"answer": "无法回答", "why_unable": "醉酒"}
    told = await office.post("police", "/detentions", arrest(minor_children=unable))
    assert told["state"] == "unanswered"
    later = {"minor_children": {"answer": "有", "children": [CHILD]}}
    answered = await office.post("police", f"/detentions/{told['id']}/answer", later)
    assert (answered["state"], len(answered["children"])) == ("reported", 1)


async def test_the_register_learns_who_the_child_is_and_a_stranger_does_not(
    office: Office,
) -> None:
    told = await office.post("police", "/detentions", arrest())
    child_ref = told["children"][0]["child_ref"]
    known = await office.get("service:eligibility", f"/children/{child_ref}")
    assert known["identity"]["name"] == CHILD["name"]
    assert known["identity"]["birth_date"] == "2018-06-15"
    assert known["address"]["hukou"] == "温岭市"
    (detention,) = known["detentions"]
    assert (detention["relation"], detention["kind"]) == ("mother", "criminal_detention")
    await office.get("education", f"/children/{child_ref}", status=404)
    await office.get("education", f"/children/{uuid4()}", status=404)
    own = await office.get("town", f"/children/{child_ref}", town="331081100")
    assert own["identity"]["name"] == CHILD["name"]
    assert own["detentions"][0]["kind"] != "criminal_detention"
    await office.get("town", f"/children/{child_ref}", town="331081101", status=404)


async def test_both_parents_detained_is_a_warning_and_one_child_stays_one(office: Office) -> None:
    first = await office.post("police", "/detentions", arrest())
    father = arrest(
        person={"name": "周某父金丝雀", "id_no": "331099198801010017"},
        minor_children={"answer": "has", "children": [CHILD | {"relation": "father"}]},
    )
    second = await office.post("police", "/detentions", father)
    assert first["children"][0]["child_ref"] == second["children"][0]["child_ref"]
    assert first["children"][0]["case_id"] == second["children"][0]["case_id"]
    (warning,) = await office.events("protection.warning.raised.v1")
    assert warning["reason"] == "all_parents_detained"
    assert len(await office.events("protection.case.opened.v1")) == 1


async def test_a_barred_carer_is_refused_and_the_clock_runs_on(office: Office) -> None:
    told = await office.post("police", "/detentions", arrest())
    care = {
        "child_ref": told["children"][0]["child_ref"],
        "carer_kind": "relative",
        "checks": {"past_offence": True},
    }
    refused = await office.post("police", f"/detentions/{told['id']}/care", care, status=409)
    assert refused["clause"] == "MINORS:22"
    await office.at("2024-05-06T21:05:00+08:00")
    missed = await office.events("protection.deadline.missed.v1")
    assert "care_arrangement" in {event["kind"] for event in missed}


async def test_only_police_and_justice_push_detentions(office: Office) -> None:
    await office.post("education", "/detentions", arrest(), status=403)


async def test_the_named_end_of_a_term_asks_what_became_of_the_parent(office: Office) -> None:
    told = await office.post("police", "/detentions", arrest(ends_on="2024-05-16"))
    await office.at("2024-05-16T00:00:01+08:00")
    kinds = await office.sql(
        "SELECT kind FROM deadline WHERE subject_id = :id AND met_at IS NULL", id=told["id"]
    )
    assert ("detention_question",) in kinds


async def test_a_signed_push_keeps_its_evidence_and_another_town_sees_nothing(
    office: Office,
) -> None:
    number = str(uuid4())
    signed = headers("police") | {"Hutong-Evidence-Id": number, "Hutong-Evidence-Key": "police-1"}
    answer = await office.client.post("/v1/protection/detentions", json=arrest(), headers=signed)
    path = f"/detentions/{answer.json()['id']}"
    assert await office.sql("SELECT evidence FROM detention") == [
        ({"id": number, "key": "police-1"},)
    ]
    told = answer.json()
    assert told["evidence_id"] == number, "whoever signed can ask for what was verified"
    assert (await office.get("police", path))["evidence_id"] == number
    await office.get("town", path, town="331081100", status=200)
    await office.get("town", path, town="331081101", status=404)


async def entrusted(office: Office, **more: Any) -> tuple[str, dict[str, Any]]:
    """A child of a detained mother, entrusted to its aunt by an agreement."""
    told = await office.post("police", "/detentions", arrest())
    child_ref = told["children"][0]["child_ref"]
    agreement = {"child_ref": child_ref, "detention_id": told["id"], "child_heard": True}
    agreement |= {"carer": {"name": "周姑金丝雀", "phone": "13700000008"}, "checks": {}}
    agreement |= {"signed_on": "2024-05-06", "from_on": "2024-05-06", "until_on": "2024-06-06"}
    made = await office.post("justice", "/delegations", agreement | more, status=201)
    return child_ref, made


async def test_who_has_a_task_reads_with_whom_a_child_is_and_what_nobody_has_checked(
    office: Office,
) -> None:
    child_ref, made = await entrusted(office)
    path = f"/children/{child_ref}/delegations"
    (shown,) = await office.get("civil_affairs", path)
    assert shown["id"] == made["id"]
    assert (shown["assisted_by"], shown["school_told"], shown["ended_on"]) == (
        "justice", False, None,
    )  # fmt: skip
    assert shown["finding"]["verdict"] == "UNKNOWN"
    assert shown["carer"]["identity"]["name"] == "周姑金丝雀"
    (seen,) = await office.get("procuratorate", path)
    assert "周姑金丝雀" not in str(seen)
    await office.get("education", path, status=404)
    await office.get("town", path, town="331081103", status=404)
    looked = "SELECT department FROM disclosure WHERE subject_kind = 'adult' AND action = 'read'"
    assert ("civil_affairs",) in await office.sql(looked)


async def test_an_agreement_that_ended_asks_nobody_whether_the_parent_is_back(
    office: Office,
) -> None:
    _, made = await entrusted(office)
    _, other = await entrusted(office)
    path = f"/delegations/{made['id']}/end"
    early = {"ended_on": "2024-05-05", "reason": "parent_back"}
    refused = await office.post("justice", path, early, status=400)
    assert (refused["where"], refused["allowed"][-1]) == ("body.ended_on", "2024-05-06")
    await office.post("town", path, early, town="331081103", status=404)
    over = early | {"ended_on": "2024-05-06"}
    assert (await office.post("justice", path, over))["ended_on"] == "2024-05-06"
    await office.post("justice", path, over, status=409)
    await office.at("2024-06-07T00:00:01+08:00")
    warned = await office.sql("SELECT cause_id FROM warning WHERE reason = 'delegation_ended'")
    assert warned == [(UUID(other["id"]),)]


async def test_an_agreement_for_a_child_nobody_has_told_of_is_read_by_who_helped_to_make_it(
    office: Office,
) -> None:
    child_ref = str(uuid4())
    agreement: dict[str, Any] = {"child_ref": child_ref, "checks": {}, "child_heard": True}
    agreement |= {"signed_on": "2024-05-06", "from_on": "2024-05-06"}
    agreement["carer"] = {"name": "外婆金丝雀"}
    made = await office.post("justice", "/delegations", agreement, status=201)
    for who in ("justice", "civil_affairs"):
        (shown,) = await office.get(who, f"/children/{child_ref}/delegations")
        assert shown["id"] == made["id"]
    await office.get("police", f"/children/{child_ref}/delegations", status=404)
    over = {"ended_on": "2024-05-06", "reason": "parent_back"}
    await office.post("justice", f"/delegations/{made['id']}/end", over)


async def test_the_question_is_of_minors_who_are_born(office: Office) -> None:
    for born in ("2006-05-06", "2024-05-07"):
        wrong = {"answer": "有", "children": [CHILD | {"birth_date": born}]}
        await office.post("police", "/detentions", arrest(minor_children=wrong), status=400)
    nearly = {"answer": "有", "children": [CHILD | {"birth_date": "2006-05-07"}]}
    await office.post("police", "/detentions", arrest(minor_children=nearly), status=201)


async def test_an_agreement_is_of_this_detention_and_ends_after_it_begins(office: Office) -> None:
    here = await office.post("police", "/detentions", arrest(), status=201)
    other = arrest(minor_children={"answer": "没有"})
    elsewhere = await office.post("police", "/detentions", other, status=201)
    agreement: dict[str, Any] = {"child_ref": here["children"][0]["child_ref"], "checks": {}}
    agreement |= {"signed_on": "2024-05-06", "from_on": "2024-05-06", "child_heard": True}
    agreement |= {"carer": {"name": "外婆金丝雀"}, "detention_id": here["id"]}
    for wrong, status in (
        ({"detention_id": elsewhere["id"]}, 409),
        ({"signed_on": "2024-05-07"}, 400),
        ({"until_on": "2024-05-05"}, 400),
    ):
        await office.post("justice", "/delegations", agreement | wrong, status=status)
    await office.post("justice", "/delegations", agreement, status=201)


async def test_a_town_assists_with_no_child_of_another_town(office: Office) -> None:
    child = {"name": "周小金丝雀", "birth_date": "2016-03-01", "town": "泽国镇"}
    told: dict[str, Any] = {"child": child}
    told |= {"level": "中", "origin": "visit", "words": "留守金丝雀"}
    opened = await office.post("town", "/cases", told, town="331081100", status=201)
    agreement = {"child_ref": opened["child_ref"], "checks": {}, "child_heard": True}
    agreement |= {
        "carer": {"name": "周姑金丝雀"},
        "signed_on": "2024-05-06",
        "from_on": "2024-05-06",
    }
    await office.post("town", "/delegations", agreement, town="331081101", status=404)
    await office.post("town", "/delegations", agreement, town="331081100", status=201)
