"""What a decision does: who signs, what it is called, from which month, line by line (决定)."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.eligibility.conftest import World
from tests.factories import TOWN

SEPTEMBER = datetime(2024, 9, 20, 2, 0, tzinfo=UTC)
RELEASED = {"mother": {"custody": "none"}}


async def answer_of(world: World, decision: dict[str, Any]) -> dict[str, Any]:
    return dict((await world.county.get(f"/decisions/{decision['id']}"))["answer"])


async def test_what_was_decided_late_ends_in_the_month_it_happened(world: World) -> None:
    made = await world.granted()
    await world.at(datetime(2024, 12, 3, 2, 0, tzinfo=UTC))
    await world.state("police", made["child_id"], RELEASED, "2024-09-12")
    application = await world.open_application(made["child_id"])
    ended = await world.decided(application, {"reason": "母亲已释放并恢复抚养"})
    assert (ended["outcome"], ended["last_month"]) == ("ended", "2024-09-01")
    event = (await world.told("eligibility.award.ended.v1"))[-1]
    assert (event["last_month"], event["lump_sum_months"]) == ("2024-09-01", 0)


@pytest.mark.parametrize("day", ["2024-07-01", "2024-07-31"])
async def test_an_event_on_the_first_or_the_last_of_a_month_keeps_that_month(
    world: World, day: str
) -> None:
    made = await world.granted()
    await world.at(SEPTEMBER)
    await world.state("police", made["child_id"], RELEASED, day)
    application = await world.open_application(made["child_id"])
    ended = await world.decided(application, {"reason": "母亲已释放"})
    assert ended["last_month"] == "2024-07-01"


async def test_what_happened_before_a_decision_that_kept_the_award_still_ends_it_then(
    world: World,
) -> None:
    made = await world.granted()
    await world.at(SEPTEMBER)
    again = {"child_id": made["child_id"], "applicant": "村（居）民委员会"}
    application = (await world.town.post("/applications", again))["id"]
    await world.town.post(f"/applications/{application}/verification", {"opinion": "如故"})
    assert (await world.decided(application))["outcome"] == "continued"
    await world.at(datetime(2024, 12, 3, 2, 0, tzinfo=UTC))
    await world.state("police", made["child_id"], RELEASED, "2024-07-15")
    application = await world.open_application(made["child_id"])
    ended = await world.decided(application, {"reason": "母亲早于九月释放"})
    assert ended["last_month"] == "2024-07-01"


async def test_what_was_never_so_was_never_due(world: World) -> None:
    made = await world.granted()
    assert made["decision"]["first_month"] == "2024-06-01"
    await world.at(SEPTEMBER)
    await world.state("police", made["child_id"], RELEASED, "2024-04-02")
    application = await world.open_application(made["child_id"])
    ended = await world.decided(application, {"reason": "认定时母亲已释放"})
    assert ended["last_month"] < made["decision"]["first_month"]


async def test_the_day_an_ending_rests_on_has_come(world: World) -> None:
    made = await world.granted()
    await world.at(SEPTEMBER)
    await world.state("police", made["child_id"], RELEASED, "2024-09-12")
    application = await world.open_application(made["child_id"])
    await world.county.post(f"/applications/{application}/decision", {"reason": "已释放"})
    path = f"/applications/{application}/confirmation"
    problem = await world.second.post(path, {"event_on": "2024-10-01"}, expect=400)
    assert problem["where"] == "event_on"


async def test_a_change_of_category_pays_the_new_rate_from_the_month_after_it(
    world: World,
) -> None:
    made = await world.granted()
    child_id = made["child_id"]
    await world.at(SEPTEMBER)
    await world.state("police", child_id, {"mother": {"life": "死亡"}}, "2024-07-10")
    await world.state(
        "civil_affairs", child_id, {"child": {"placement": "儿童福利院"}}, "2024-07-20"
    )
    application = await world.open_application(child_id)
    changed = await world.decided(application, {"reason": "成为福利机构孤儿"})
    assert (changed["outcome"], changed["rate_class"]) == ("changed", "institution")
    assert changed["first_month"] == "2024-08-01"
    event = (await world.told("eligibility.award.changed.v1"))[-1]
    assert (event["rate_class"], event["first_month"]) == ("institution", "2024-08-01")


async def test_one_decision_grants_ends_and_keeps_line_by_line(world: World) -> None:
    made = await world.granted()
    child_id = made["child_id"]
    first = {
        line["benefit"]: line["result"]
        for line in (await answer_of(world, made["decision"]))["results"]
    }
    assert set(first.values()) == {"granted"}
    assert "basic_living" in first
    await world.at(SEPTEMBER)
    await world.state("police", child_id, RELEASED, "2024-09-12")
    await world.state("town", child_id, {"household": {"class": "低保边缘"}}, "2024-09-01")
    application = await world.open_application(child_id)
    decision = await world.decided(application, {"reason": "母亲释放，家庭为低保边缘"})
    assert (decision["outcome"], decision["rate_class"]) == ("changed", "none")
    assert (decision["first_month"], decision["last_month"]) == (None, "2024-09-01")
    then = {
        line["benefit"]: line["result"] for line in (await answer_of(world, decision))["results"]
    }
    assert then["basic_living"] == "ended"
    assert "continued" in then.values()
    ended = (await world.told("eligibility.award.ended.v1"))[-1]
    assert ended["decision_id"] == decision["id"]
    child = await world.county.get(f"/children/{child_id}")
    assert child["state"] == "supported"


async def test_a_child_recognised_without_money_is_reviewed_and_may_be_paid_later(
    world: World,
) -> None:
    told = {"name": "陈边", "birth_date": "2016-06-01", "hukou": "温岭市", "town": TOWN}
    child = await world.town.post("/children", told)
    child_id = child["id"]
    alive = {"father": {"life": "健在"}, "mother": {"life": "健在"}}
    await world.state("police", child_id, alive, "2016-06-01")
    await world.state("town", child_id, {"household": {"class": "低保边缘"}}, "2024-05-01")
    application = await world.open_application(child_id)
    await world.town.post(f"/applications/{application}/verification", {"opinion": "属实"})
    granted = await world.decided(application)
    assert (granted["outcome"], granted["rate_class"], granted["first_month"]) == (
        "granted",
        "none",
        None,
    )
    assert await world.told("eligibility.award.opened.v1") == []
    await world.at(SEPTEMBER)
    await world.state("town", child_id, {"household": {"class": "低保"}}, "2024-08-15")
    review = (await world.county.get("/reviews?state=open"))["items"][0]
    changed = await world.decided(review["application_id"], {"reason": "家庭转为低保"})
    assert (changed["outcome"], changed["rate_class"]) == ("changed", "dibao_supplement")
    assert changed["first_month"] == "2024-10-01"
    opened = (await world.told("eligibility.award.opened.v1"))[-1]
    assert (opened["rate_class"], opened["first_month"]) == ("dibao_supplement", "2024-10-01")


async def test_an_infant_of_the_margin_is_paid_its_nutrition_and_nothing_else(
    world: World,
) -> None:
    told = {"name": "陈婴", "birth_date": "2023-09-10", "hukou": "温岭市", "town": TOWN}
    child_id = (await world.town.post("/children", told))["id"]
    alive = {"father": {"life": "健在"}, "mother": {"life": "健在"}}
    await world.state("police", child_id, alive, "2023-09-10")
    await world.state("town", child_id, {"household": {"class": "低保边缘"}}, "2024-05-01")
    application = await world.open_application(child_id)
    await world.town.post(f"/applications/{application}/verification", {"opinion": "属实"})
    await world.decided(application)
    opened = (await world.told("eligibility.award.opened.v1"))[-1]
    assert (opened["rate_class"], opened["infant_until"]) == ("none", "2024-09-01")


async def test_results_that_cannot_be_true_together_are_refused(world: World) -> None:
    made = await world.granted()
    await world.at(SEPTEMBER)
    await world.state("police", made["child_id"], RELEASED, "2024-09-12")
    application = await world.open_application(made["child_id"])
    path, reason = f"/applications/{application}/decision", {"reason": "母亲已释放"}
    for outcome in ("granted", "refused", "changed"):
        problem = await world.county.post(path, {"outcome": outcome} | reason, expect=409)
        assert problem["where"] == "outcome"
        assert problem["allowed"] == ["continued", "ended"]


async def test_a_refusal_gives_every_reason_with_its_clause(world: World) -> None:
    child_id = await world.orphan_to_be()
    await world.state("police", child_id, {"mother": {"life": "健在"}}, "2024-03-01")
    application = await world.open_application(child_id)
    await world.town.post(f"/applications/{application}/verification", {"opinion": "母亲在世"})
    await world.county.post(f"/applications/{application}/decision", {}, expect=400)
    refused = await world.decided(application, {"reason": "母亲在世且能抚养"})
    assert (refused["outcome"], refused["rate_class"]) == ("refused", "none")
    said = await answer_of(world, refused)
    about = {reason["about"] for reason in said["reasons"]}
    assert {"scope", "orphan_scattered", "de_facto_unsupported", "own_difficulty"} <= about
    assert [r for r in said["reasons"] if not (r["clause"] and r["zh"])] == []


async def test_a_second_person_sees_what_waits_and_who_proposed_it(world: World) -> None:
    child_id = await world.orphan_to_be()
    await world.state("police", child_id, {"mother": {"life": "死亡"}}, "2024-03-01")
    application = await world.open_application(child_id)
    await world.town.post(f"/applications/{application}/verification", {"opinion": "属实"})
    proposed = await world.county.post(f"/applications/{application}/decision", {})
    seen = await world.second.get(f"/applications/{application}")
    assert seen["proposal"]["id"] == proposed["id"]
    assert seen["proposal"]["outcome"] == "granted"
    await world.second.post(f"/applications/{application}/return", {"reason": "补充材料"})
    back = await world.second.get(f"/applications/{application}")
    assert (back["state"], back["proposal"]) == ("opened", None)


async def test_decisions_signed_at_once_are_numbered_in_order_and_none_twice(
    world: World,
) -> None:
    waiting = []
    for name in ("陈小雨", "周小满", "沈小禾"):
        child_id = await world.orphan_to_be(name=name)
        await world.state("police", child_id, {"mother": {"life": "死亡"}}, "2024-03-01")
        application = await world.open_application(child_id)
        opinion = {"opinion": "属实"}
        await world.town.post(f"/applications/{application}/verification", opinion)
        await world.county.post(f"/applications/{application}/decision", {})
        waiting.append(world.second.post(f"/applications/{application}/confirmation", {}))
    numbers = sorted([made["number"] for made in await asyncio.gather(*waiting)])
    assert numbers == [f"温民儿认〔2024〕{nth}号" for nth in (1, 2, 3)]


async def test_the_decision_of_a_legal_day_is_read_as_it_was_known_on_another(
    world: World,
) -> None:
    made = await world.granted()
    child_id = made["child_id"]
    await world.at(datetime(2024, 12, 3, 2, 0, tzinfo=UTC))
    await world.state("police", child_id, RELEASED, "2024-09-12")
    application = await world.open_application(child_id)
    ended = await world.decided(application, {"reason": "母亲已释放"})
    path = f"/children/{child_id}/decision"
    assert (await world.county.get(path))["id"] == ended["id"]
    for asked in ("day=2024-10-01", "known_at=2024-10-01T00:00:00Z"):
        then = await world.county.get(f"{path}?{asked}")
        assert then["id"] == made["decision"]["id"]
        assert then["answer"]["categories"] == ["de_facto_unsupported"]
    await world.county.get(f"{path}?day=2024-05-09", expect=404)


async def test_every_decision_of_a_life_is_replayed_word_for_word_at_its_end(world: World) -> None:
    made = await world.granted()
    child_id, decisions = made["child_id"], [made["decision"]]
    await world.at(SEPTEMBER)
    await world.state("police", child_id, {"mother": {"life": "死亡"}}, "2024-07-10")
    placed = {"child": {"placement": "儿童福利院"}}
    await world.state("civil_affairs", child_id, placed, "2024-07-20")
    application = await world.open_application(child_id)
    decisions.append(await world.decided(application, {"reason": "成为福利机构孤儿"}))
    await world.at(datetime(2025, 2, 3, 2, 0, tzinfo=UTC))
    stated = await world.county.get(f"/children/{child_id}/statements")
    mistaken = next(row for row in stated if row["name"] == "child.placement")
    home = {"child": {"placement": "与亲属共同生活"}}
    await world.state("civil_affairs", child_id, home, "2024-07-20", corrects=mistaken["id"])
    application = await world.open_application(child_id)
    decisions.append(await world.decided(application, {"reason": "实为散居孤儿"}))
    await world.at(datetime(2025, 3, 3, 2, 0, tzinfo=UTC))
    told = {"why": "moved", "on": "2025-02-20"}
    await world.police.post(f"/children/{child_id}/leaving", told)
    application = await world.open_application(child_id)
    decisions.append(await world.decided(application, {"reason": "户籍迁出"}))
    assert [(d["outcome"], d["rate_class"]) for d in decisions] == [
        ("granted", "scattered"),
        ("changed", "institution"),
        ("changed", "scattered"),
        ("ended", "none"),
    ]
    assert decisions[-1]["last_month"] == "2025-02-01"
    for decision in decisions:
        replay = await world.office("auditor").get(f"/decisions/{decision['id']}/replay")
        assert replay["same"], replay["differing"]
    history = await world.county.get(f"/children/{child_id}/decisions")
    assert [row["supersedes"] for row in history] == [
        decisions[2]["id"],
        decisions[1]["id"],
        decisions[0]["id"],
        None,
    ]


GROWN_UP = datetime(2026, 5, 11, 2, 0, tzinfo=UTC)


async def grown_up(world: World) -> str:
    """The application of somebody paid as a child who is of age, out of school and able."""
    made = await world.granted(birth_date="2008-05-10")
    child = str(made["child_id"])
    await world.at(GROWN_UP)
    await world.state("education", child, {"child": {"study_status": "不在校"}}, "2026-05-10")
    await world.state("human_resources", child, {"child": {"labour_capacity": True}}, "2026-05-10")
    await world.state("civil_affairs", child, {"child": {"civil_capacity": "full"}}, "2026-05-10")
    return child


async def test_nobody_signs_an_ending_while_the_months_due_at_once_are_not_known(
    world: World,
) -> None:
    child = await grown_up(world)
    unknown = {"child": {"previous_award": None}}
    await world.state("civil_affairs", child, unknown, "2026-05-11")
    path = f"/applications/{await world.open_application(child)}"
    problem = await world.county.post(f"{path}/decision", {"reason": "已成年"}, expect=409)
    assert problem["type"] == "/problems/facts-still-missing"
    assert problem["missing"] == ["child.previous_award"]


async def test_who_leaves_at_eighteen_is_helped_to_work_by_a_plan_of_its_own(
    world: World,
) -> None:
    child = await grown_up(world)
    reason = {"reason": "已满十八周岁，具备劳动能力"}
    ended = await world.decided(await world.open_application(child), reason)
    assert (ended["outcome"], ended["lump_sum_months"]) == ("ended", 6)
    made = (await world.told("eligibility.plan.made.v1"))[-1]
    plan = await world.office("service:referrals").get(f"/plans/{made['plan_id']}")
    found = {line["service"]: line["status"] for line in plan["lines"]}
    assert found["employment_service"] == found["employment_policies"] == "entitled"
    assert found["public_welfare_post"] == "undetermined"
    assert "psychological_counselling" not in found
    results = {r["benefit"]: r["result"] for r in (await answer_of(world, ended))["results"]}
    assert results["employment_service"] == "granted"
    assert results["basic_living"] == results["insurance_contribution"] == "ended"


async def test_a_contested_fact_is_named_once_and_as_one_a_person_settles(world: World) -> None:
    child = await world.orphan_to_be()
    await world.state("town", child, {"father": {"life": "健在"}}, "2023-01-05")
    path = f"/applications/{await world.open_application(child)}"
    missing = (await world.county.get(path))["missing"]
    assert missing.count("father.life") == 1
    problem = await world.town.post(f"{path}/verification", {"opinion": "属实"}, expect=409)
    assert (problem["contested"], len(problem["missing"])) == (["father.life"], len(missing))
