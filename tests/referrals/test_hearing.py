"""What other services' events lead to: pushes, referrals, questions to departments."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from shared.events.eligibility import (
    BenefitPlanMade,
    ChildLeft,
    ChildLinked,
    ChildRelocated,
    DecisionMade,
    EligibilityDeadlineMissed,
    FactsMissing,
)
from shared.events.protection import (
    CareArranged,
    DetentionReported,
    MeasuresRequested,
    WarningRaised,
)
from tests.factories import OTHER_TOWN, TOWN
from tests.referrals.conftest import House
from tests.referrals.peer import answering


def detention(children: list[UUID], town: str | None = TOWN) -> DetentionReported:
    return DetentionReported(
        detention_id=uuid4(),
        kind="criminal_detention",
        children=children,
        care_needed=True,
        began_on=date(2024, 6, 3),
        ends_on=None,
        town=town,
    )


def missing(child_id: UUID, departments: list[str]) -> FactsMissing:
    return FactsMissing(
        child_id=child_id,
        application_id=uuid4(),
        request_id=uuid4(),
        departments=departments,
        count=3,
        town=TOWN,
    )


async def test_a_detention_is_pushed_to_the_office_and_referred_to_the_town_that_day(
    house: House,
) -> None:
    children = [uuid4(), uuid4()]
    await house.hear(detention(children))
    pushes = (await house.get("/pushes", "child_protection_office"))["items"]
    assert {push["child_ref"] for push in pushes} == {str(child) for child in children}
    assert {(push["kind"], push["department"], push["late"]) for push in pushes} == {
        ("detention", "police", False)
    }
    inbox = (await house.get("/inbox", "town", town=TOWN))["items"]
    assert [line["service"] for line in inbox] == ["temporary_care_follow_up"] * 2
    assert all(line["due_at"].startswith("2024-06-03") for line in inbox)
    assert len(await house.told("referrals.information.pushed.v1")) == 2


async def test_a_detention_without_a_town_goes_to_civil_affairs(house: House) -> None:
    await house.hear(detention([uuid4()], town=None))
    inbox = (await house.get("/inbox", "civil_affairs"))["items"]
    assert [line["service"] for line in inbox] == ["temporary_care_follow_up"]


async def test_care_arranged_is_told_to_the_town_s_line(house: House) -> None:
    event = detention([uuid4()])
    await house.hear(event)
    arranged = CareArranged(
        detention_id=event.detention_id,
        child_ref=event.children[0],
        carer_kind="relative",
        since=date(2024, 6, 3),
    )
    await house.hear(arranged)
    line = (await house.get("/inbox", "town", town=TOWN))["items"][0]
    detail = await house.get(f"/lines/{line['id']}", "town", town=TOWN)
    assert [step["verb"] for step in detail["steps"]] == ["sending", "care_arranged"]


async def test_missing_facts_become_a_question_to_each_department(house: House) -> None:
    child = uuid4()
    await house.hear(missing(child, ["police", "court", "town"]))
    for department in ("police", "court", "town"):
        inbox = (await house.get("/inbox", department))["items"]
        assert [line["service"] for line in inbox] == ["information_request"]
    assert (await house.get("/inbox", "town", town="331081102"))["items"] == []


async def test_questions_nobody_needs_any_more_are_withdrawn_and_escalate_nobody(
    house: House,
) -> None:
    child = uuid4()
    await house.hear(missing(child, ["police"]))
    decided = DecisionMade(
        child_id=child,
        decision_id=uuid4(),
        outcome="eligible",
        decided_on=date(2024, 6, 3),
        review_on=None,
        town=TOWN,
    )
    await house.hear(decided)
    assert (await house.get("/inbox", "police"))["items"] == []
    await house.wait(days=9)
    assert await house.told("referrals.deadline.missed.v1") == []
    assert len(await house.told("referrals.referral.closed.v1")) == 1


async def test_measures_of_a_case_go_to_their_departments(house: House) -> None:
    event = MeasuresRequested(
        case_id=uuid4(),
        request_id=uuid4(),
        child_ref=uuid4(),
        services=["经济救助", "survey_assessment", "psychological_intervention", "从未听说的措施"],
        level="red",
        town=TOWN,
    )
    await house.hear(event)
    told = await house.told("referrals.referral.sent.v1")
    assert told[0]["departments"] == ["civil_affairs", "youth_league", "child_protection_office"]
    assert (told[0]["origin"], told[0]["origin_id"]) == ("protection", str(event.request_id))


async def test_the_lines_of_a_plan_are_fetched_and_sent_once(house: House) -> None:
    child, plan = uuid4(), uuid4()
    event = BenefitPlanMade(
        child_id=child, plan_id=plan, decision_id=uuid4(), line_count=4, town=TOWN
    )
    lines = [
        {
            "service": "insurance_contribution",
            "status": "entitled",
            "carried_by": "referrals",
            "departments": ["medical_insurance", "finance"],
        },
        {"service": "nutrition_meals", "status": "undetermined", "carried_by": "referrals"},
        {"service": "infant_nutrition", "status": "entitled", "carried_by": "payments"},
        {
            "service": "charity_and_pairing",
            "status": "entitled",
            "carried_by": "referrals",
            "departments": ["charity", "education"],
        },
    ]
    with answering({f"/v1/eligibility/plans/{plan}": {"lines": lines}}) as asked:
        await house.hear(event)
        await house.hear(event)
    assert asked == [f"/v1/eligibility/plans/{plan}"] * 2
    sent = await house.told("referrals.referral.sent.v1")
    assert [s["departments"] for s in sent] == [["medical_insurance", "charity"]]
    referral = (await house.get("", "civil_affairs"))["items"][0]
    assert referral["basis"]["kind"] == "override"


async def test_a_warning_is_pushed(house: House) -> None:
    await house.hear(
        WarningRaised(child_ref=uuid4(), warning_id=uuid4(), reason="dropout", town=TOWN)
    )
    pushes = (await house.get("/pushes", "child_protection_office"))["items"]
    assert [push["kind"] for push in pushes] == ["warning"]


async def test_one_child_has_one_id_after_it_was_linked(house: House) -> None:
    event = detention([uuid4()])
    await house.hear(event)
    child = uuid4()
    await house.hear(ChildLinked(child_id=child, child_ref=event.children[0]))
    found = await house.get("", "civil_affairs", params={"child_ref": str(child)})
    assert len(found["items"]) == 1


async def test_nobody_goes_on_asking_for_a_child_who_left(house: House) -> None:
    child = uuid4()
    await house.hear(missing(child, ["police"]))
    await house.hear(ChildLeft(child_id=child, why="died", on=date(2024, 6, 3)))
    assert (await house.get("/inbox", "police"))["items"] == []


async def test_missed_clocks_of_other_services_are_counted(house: House) -> None:
    event = EligibilityDeadlineMissed(
        subject_id=uuid4(),
        deadline_id=uuid4(),
        kind="verification",
        department="town",
        town=TOWN,
        due_at=datetime(2024, 6, 3, tzinfo=UTC),
        level=1,
    )
    await house.hear(event)
    await house.hear(event.model_copy(update={"level": 2}))
    card = await house.get(
        "/scorecards", "joint_meeting", params={"since": "2024-06-01", "until": "2024-06-30"}
    )
    assert [(m["kind"], m["missed"], m["highest_level"]) for m in card["missed_clocks"]] == [
        ("verification", 1, 2)
    ]


async def test_what_the_town_was_asked_for_follows_a_child_to_another_town(house: House) -> None:
    child = uuid4()
    await house.hear(missing(child, ["town", "police"]))
    (line,) = (await house.get("/inbox", "town", town=TOWN))["items"]
    await house.post(f"/lines/{line['id']}/receipt", "town", town=TOWN)
    for town in (TOWN, OTHER_TOWN):  # told to the town it leaves and to the new one
        await house.hear(
            ChildRelocated(
                child_id=child,
                moved_to=OTHER_TOWN,
                on=date(2024, 6, 3),
                first_month=date(2024, 7, 1),
                town=town,
            )
        )
    assert (await house.get("/inbox", "town", town=TOWN))["items"] == []
    (moved,) = (await house.get("/inbox", "town", town=OTHER_TOWN))["items"]
    assert (moved["id"], moved["state"], moved["due_at"]) == (
        line["id"],
        "received",
        line["due_at"],
    )
    path = f"/lines/{line['id']}"
    assert (await house.call("GET", path, "town", town=TOWN)).status_code == 404
    history = (await house.get(path, "town", town=OTHER_TOWN))["steps"]
    assert [(s["verb"], s["reason"]) for s in history if s["verb"] == "relocation"] == [
        ("relocation", TOWN)
    ]
    assert len((await house.get("/inbox", "police"))["items"]) == 1
    await house.wait(days=30)
    late = await house.told("referrals.deadline.missed.v1")
    assert {row["town"] for row in late if row["department"] == "town"} == {OTHER_TOWN}
