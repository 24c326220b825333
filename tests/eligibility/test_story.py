"""From a fact that was pushed to an award that ends: every step by those who may take it."""

from datetime import UTC, datetime

from tests.eligibility.conftest import World


async def test_a_pushed_fact_opens_an_application_and_asks_who_knows(world: World) -> None:
    child_id = await world.orphan_to_be()
    listed = await world.county.get(f"/applications?child_id={child_id}")
    assert [(a["applicant"], a["state"]) for a in listed["items"]] == [("proactive", "opened")]
    application = await world.town.get(f"/applications/{listed['items'][0]['id']}")
    assert application["missing"] == ["mother.life"]
    assert "police" in application["questions"][0]["departments"]
    assert [clock["kind"] for clock in application["clocks"]] == ["verification"]


async def test_an_undetermined_case_is_not_passed_on(world: World) -> None:
    child_id = await world.orphan_to_be()
    application = (await world.county.get(f"/applications?child_id={child_id}"))["items"][0]["id"]
    problem = await world.town.post(
        f"/applications/{application}/verification", {"opinion": "情况属实"}, expect=409
    )
    assert problem["missing"] == ["mother.life"]


async def test_two_people_decide_and_payment_begins_the_month_after(world: World) -> None:
    made = await world.granted()
    decision = made["decision"]
    assert (decision["outcome"], decision["rate_class"]) == ("granted", "scattered")
    assert decision["first_month"] == "2024-06-01"
    assert decision["proposed_by"] != decision["confirmed_by"]
    assert decision["review_on"] == "2026-03-01"


async def test_nobody_confirms_what_they_proposed(world: World) -> None:
    child_id = await world.orphan_to_be()
    told = {"facts": {"mother": {"life": "死亡"}}, "valid_from": "2024-03-01"}
    await world.police.post(f"/children/{child_id}/facts", told)
    application = (await world.county.get(f"/applications?child_id={child_id}"))["items"][0]["id"]
    await world.town.post(f"/applications/{application}/verification", {"opinion": "属实"})
    await world.county.post(f"/applications/{application}/decision", {})
    await world.county.post(f"/applications/{application}/confirmation", {}, expect=409)
    await world.second.post(f"/applications/{application}/confirmation", {})


async def test_a_proposal_facts_came_after_is_not_confirmed_but_made_anew(world: World) -> None:
    child_id = await world.orphan_to_be()
    told = {"facts": {"mother": {"life": "死亡"}}, "valid_from": "2024-03-01"}
    await world.police.post(f"/children/{child_id}/facts", told)
    application = (await world.county.get(f"/applications?child_id={child_id}"))["items"][0]["id"]
    await world.town.post(f"/applications/{application}/verification", {"opinion": "属实"})
    await world.county.post(f"/applications/{application}/decision", {})
    placed = {"facts": {"child": {"placement": "儿童福利院"}}, "valid_from": "2024-05-09"}
    await world.county.post(f"/children/{child_id}/facts", placed)
    problem = await world.second.post(f"/applications/{application}/confirmation", {}, expect=409)
    assert problem["type"].endswith("facts-changed")
    assert problem["allowed"] == ["decision", "return"]
    await world.county.post(f"/applications/{application}/decision", {})
    decision = await world.second.post(f"/applications/{application}/confirmation", {})
    assert decision["rate_class"] == "institution"


async def test_the_plan_names_its_lines_with_clause_and_lead(world: World) -> None:
    made = await world.granted()
    plans = await world.county.get(f"/children/{made['child_id']}/plans")
    plan = await world.office("service:referrals").get(f"/plans/{plans[0]['id']}")
    lines = {line["service"]: line for line in plan["lines"]}
    assert lines["insurance_contribution"]["clause"] == "WL24:2.2.1-1"
    assert lines["insurance_contribution"]["lead"] == "health"


async def test_the_payee_is_told_to_payments_with_the_account(world: World) -> None:
    child_id = await world.orphan_to_be()
    payments = world.office("service:payments")
    await payments.get(f"/children/{child_id}/payee", expect=404)
    told = {
        "role": "payee",
        "kind": "carer",
        "relation": "祖母",
        "since": "2024-05-01",
        "name": "陈某",
        "bank": "农商银行",
        "bank_code": "402345",
        "account": "6222000011112222",
    }
    await world.town.post(f"/children/{child_id}/people", told)
    payee = await payments.get(f"/children/{child_id}/payee")
    assert (payee["account"], payee["kind"]) == ("6222000011112222", "carer")
    await world.police.get(f"/children/{child_id}/payee", expect=403)


async def test_a_release_is_reviewed_and_the_county_signs_the_ending(world: World) -> None:
    made = await world.granted()
    child_id = made["child_id"]
    await world.at(datetime(2024, 9, 20, 2, 0, tzinfo=UTC))
    told = {"facts": {"mother": {"custody": "none"}}, "valid_from": "2024-09-12"}
    await world.police.post(f"/children/{child_id}/facts", told)
    reviews = (await world.county.get("/reviews?state=open"))["items"]
    assert [review["child_id"] for review in reviews] == [child_id]
    application = reviews[0]["application_id"]
    await world.county.post(f"/applications/{application}/decision", {}, expect=400)
    reason = {"outcome": "终止保障", "reason": "母亲已释放并恢复抚养"}
    await world.county.post(f"/applications/{application}/decision", reason)
    ended = await world.second.post(
        f"/applications/{application}/confirmation", {"event_on": "2024-09-12"}
    )
    assert (ended["outcome"], ended["last_month"]) == ("ended", "2024-09-01")
    assert (await world.county.get("/reviews?state=open"))["items"] == []
    notice = await world.county.get(f"/decisions/{ended['id']}/notice?form=text")
    assert "母亲已释放并恢复抚养" in notice
    assert "行政复议" in notice


async def test_on_the_day_a_decision_named_it_is_reviewed(world: World) -> None:
    told = {"birth_date": "2006-06-15", "name": "林一"}
    made = await world.granted(**told)
    assert made["decision"]["review_on"] == "2024-06-15"
    await world.at(datetime(2024, 6, 14, 15, 59, tzinfo=UTC))
    assert (await world.county.get("/reviews?state=open"))["items"] == []
    await world.at(datetime(2024, 6, 14, 16, 1, tzinfo=UTC))
    found = (await world.county.get("/reviews?state=open"))["items"]
    assert [review["child_id"] for review in found] == [made["child_id"]]


async def test_what_the_register_paid_itself_is_not_asked_at_eighteen(world: World) -> None:
    made = await world.granted(birth_date="2006-06-15")
    await world.at(datetime(2024, 6, 17, 2, 0, tzinfo=UTC))
    review = (await world.county.get("/reviews?state=open"))["items"][0]
    application = await world.county.get(f"/applications/{review['application_id']}")
    assert "child.previous_award" not in application["missing"]
    assert "child.study_status" in application["missing"]
    study = {"study_status": "在校", "study_stage": "大专", "study_mode": "全日制"}
    told = {"facts": {"child": study}, "valid_from": "2023-09-01"}
    await world.office("education").post(f"/children/{made['child_id']}/facts", told)
    path = f"/applications/{review['application_id']}"
    await world.county.post(f"{path}/decision", {})
    going_on = await world.second.post(f"{path}/confirmation", {})
    assert (going_on["outcome"], going_on["rate_class"]) == ("continued", "scattered")
    for decision in (made["decision"], going_on):
        replay = await world.office("auditor").get(f"/decisions/{decision['id']}/replay")
        assert replay["same"], replay["differing"]


async def test_a_deliberate_pause_is_not_undone_by_a_recheck(world: World) -> None:
    made = await world.granted(birth_date="2006-06-15")
    waiting = (await world.county.get("/reviews?state=waiting"))["items"][0]
    await world.county.post(f"/reviews/{waiting['id']}/pause", {"reason": "等待法院判决"})
    await world.at(datetime(2024, 6, 20, 2, 0, tzinfo=UTC))
    told = {"facts": {"mother": {"custody": "none"}}, "valid_from": "2024-06-18"}
    await world.police.post(f"/children/{made['child_id']}/facts", told)
    paused = await world.county.get(f"/reviews/{waiting['id']}")
    assert (paused["state"], paused["paused_why"]) == ("paused", "等待法院判决")
    resumed = await world.county.post(f"/reviews/{waiting['id']}/resumption", {})
    assert resumed["state"] == "open"


async def test_a_decision_is_replayed_word_for_word_after_the_facts_have_moved(
    world: World,
) -> None:
    made = await world.granted()
    decision = made["decision"]["id"]
    await world.at(datetime(2025, 1, 15, 2, 0, tzinfo=UTC))
    told = {"facts": {"mother": {"custody": "none"}}, "valid_from": "2024-05-01"}
    await world.police.post(f"/children/{made['child_id']}/facts", told)
    replay = await world.office("auditor").get(f"/decisions/{decision}/replay")
    assert replay["same"], replay["differing"]
    today = await world.county.get(f"/children/{made['child_id']}/evaluation")
    assert today["status"] == "not_eligible"


async def test_a_decision_is_never_posted_publicly(world: World) -> None:
    made = await world.granted()
    path = f"/decisions/{made['decision']['id']}/posting"
    problem = await world.county.post(path, {}, expect=409)
    assert problem["type"].endswith("no-public-posting")


async def test_a_death_is_recorded_and_reviewed(world: World) -> None:
    made = await world.granted()
    told = {"why": "died", "on": "2024-05-09"}
    await world.police.post(f"/children/{made['child_id']}/leaving", told)
    found = (await world.county.get("/reviews?state=open"))["items"]
    assert [(r["child_id"], r["cause"]) for r in found] == [(made["child_id"], "died")]
