"""One need, many departments: queues, answers, clocks, escalation, outcomes."""

from typing import Any
from uuid import uuid4

from tests.factories import OTHER_TOWN, TOWN
from tests.referrals.conftest import House

THREE = [
    {"service": "medical_assistance"},
    {"service": "psychological_intervention", "department": "市妇联"},
    {"service": "法律援助"},
]


async def sent(house: House, lines: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    body = {"lines": lines, "child_ref": str(uuid4()), "town": TOWN, **more}
    found: dict[str, Any] = await house.post("", "civil_affairs", body)
    return found


def line_of(referral: dict[str, Any], department: str) -> dict[str, Any]:
    return next(line for line in referral["lines"] if line["department"] == department)


async def test_one_need_becomes_a_line_in_each_department_s_queue(house: House) -> None:
    referral = await sent(house, THREE)
    assert [line["department"] for line in referral["lines"]] == [
        "medical_insurance",
        "womens_federation",
        "justice",
    ]
    for department in ("medical_insurance", "womens_federation", "justice"):
        inbox = await house.get("/inbox", department)
        assert [line["referral_id"] for line in inbox["items"]] == [referral["id"]]
    assert (await house.get("/inbox", "housing"))["items"] == []
    told = await house.told("referrals.referral.sent.v1")
    assert told[0]["departments"] == ["medical_insurance", "womens_federation", "justice"]


async def test_one_accepts_one_declines_and_the_silent_one_is_escalated(house: House) -> None:
    referral = await sent(house, THREE)
    accepted = line_of(referral, "medical_insurance")["id"]
    declined = line_of(referral, "womens_federation")["id"]
    silent = line_of(referral, "justice")["id"]
    await house.post(f"/lines/{accepted}/receipt", "medical_insurance")
    await house.post(f"/lines/{accepted}/acceptance", "medical_insurance")
    await house.post(f"/lines/{accepted}/feedback", "medical_insurance", {"outcome": "已提供"})
    await house.post(f"/lines/{declined}/receipt", "womens_federation")
    answer = await house.post(
        f"/lines/{declined}/decline", "womens_federation", {"reason": "服务能力已满"}
    )
    assert (answer["reason"], answer["consequence"]) == ("no_capacity", "waiting")
    await house.wait(days=5)
    seen = await house.get(f"/{referral['id']}", "civil_affairs")
    states = {line["department"]: line["state"] for line in seen["lines"]}
    assert states == {
        "medical_insurance": "fed_back",
        "womens_federation": "declined",
        "justice": "sent",
    }
    assert line_of(seen, "medical_insurance")["outcome"] == "provided"
    assert line_of(seen, "justice")["escalated_to"] == "child_protection_office"
    assert silent in {
        line["id"] for line in (await house.get("/inbox", "child_protection_office"))["items"]
    }
    await house.wait(days=6)
    await house.wait(days=6)
    told = await house.told("referrals.referral.escalated.v1")
    levels = [(e["level"], e["to"]) for e in told]
    assert levels == [(1, "child_protection_office"), (2, "police"), (3, "joint_meeting")]
    told += await house.told("referrals.referral.answered.v1")
    (sent_to,) = await house.told("referrals.referral.sent.v1")
    assert {e["town"] for e in told} == {sent_to["town"]} != {None}
    late = await house.get("/late", "joint_meeting")
    assert [line["id"] for line in late["items"]] == [silent]


async def test_a_department_is_reminded_before_its_answer_is_due(house: House) -> None:
    referral = await sent(house, [{"service": "legal_aid"}])
    await house.wait(hours=60)
    reminded = await house.told("referrals.referral.reminded.v1")
    assert [e["line_id"] for e in reminded] == [referral["lines"][0]["id"]]
    assert await house.told("referrals.deadline.missed.v1") == []


async def test_who_has_answered_is_neither_reminded_nor_escalated(house: House) -> None:
    referral = await sent(house, [{"service": "legal_aid"}])
    line = referral["lines"][0]["id"]
    await house.post(f"/lines/{line}/receipt", "justice")
    await house.post(f"/lines/{line}/acceptance", "justice")
    await house.wait(days=8)
    assert await house.told("referrals.referral.reminded.v1") == []
    assert await house.told("referrals.deadline.missed.v1") == []


async def test_a_move_outside_the_table_is_a_409_that_names_the_lawful_ones(house: House) -> None:
    referral = await sent(house, [{"service": "legal_aid"}])
    line = referral["lines"][0]["id"]
    answer = await house.call("POST", f"/lines/{line}/acceptance", "justice", {})
    assert answer.status_code == 409
    problem = answer.json()
    assert problem["type"] == "/problems/unlawful-move"
    assert problem["clause"].startswith("WL24:")
    assert set(problem["allowed"]) == {"receipt", "revocation", "transfer"}


async def test_feedback_on_a_closed_line_is_refused(house: House) -> None:
    referral = await sent(house, [{"service": "legal_aid"}])
    line = referral["lines"][0]["id"]
    for verb in ("receipt", "acceptance"):
        await house.post(f"/lines/{line}/{verb}", "justice")
    await house.post(f"/lines/{line}/feedback", "justice", {"outcome": "provided"})
    await house.post(f"/lines/{line}/closure", "civil_affairs", {"satisfaction": "satisfied"})
    answer = await house.call("POST", f"/lines/{line}/feedback", "justice", {"outcome": "provided"})
    assert (answer.status_code, answer.json()["allowed"]) == (409, [])
    assert (await house.get(f"/{referral['id']}", "civil_affairs"))["state"] == "closed"
    assert len(await house.told("referrals.referral.closed.v1")) == 1


async def test_declining_needs_a_code_and_feedback_an_outcome(house: House) -> None:
    referral = await sent(house, [{"service": "legal_aid"}])
    line = referral["lines"][0]["id"]
    await house.post(f"/lines/{line}/receipt", "justice")
    for body in ({}, {"reason": "忙"}):
        answer = await house.call("POST", f"/lines/{line}/decline", "justice", body)
        assert answer.status_code == 400
        assert "no_capacity" in answer.json()["allowed"]
    await house.post(f"/lines/{line}/acceptance", "justice")
    answer = await house.call("POST", f"/lines/{line}/feedback", "justice", {})
    assert answer.status_code == 400
    assert "provided" in answer.json()["allowed"]


async def test_a_department_that_does_not_exist_or_offer_is_refused(house: House) -> None:
    for line, kind in (
        ({"service": "legal_aid", "department": "气象局"}, "unknown-department"),
        ({"service": "legal_aid", "department": "housing"}, "not-offered"),
        ({"service": "算命"}, "unknown-service"),
    ):
        answer = await house.call("POST", "", "civil_affairs", {"lines": [line]})
        assert (answer.status_code, answer.json()["type"]) == (400, f"/problems/{kind}")
        assert answer.json()["allowed"]
        assert answer.json()["where"].startswith("lines.0.")


async def test_particulars_beyond_the_need_are_refused(house: House) -> None:
    body = {
        "lines": [{"service": "legal_aid"}],
        "particulars": {"identity": {"name": "某童"}, "hiv": {"status": "positive"}},
    }
    answer = await house.call("POST", "", "civil_affairs", body)
    assert answer.status_code == 400
    problem = answer.json()
    assert problem["type"] == "/problems/beyond-the-need"
    assert problem["allowed"] == ["contact", "identity"]
    assert "positive" not in answer.text


async def test_a_receiver_sees_only_what_its_service_needs_and_it_is_recorded(house: House) -> None:
    held = {"identity": {"name": "某童"}, "address": {"road": "某路"}}
    referral = await sent(
        house, [{"service": "legal_aid"}, {"service": "family_doctor"}], particulars=held
    )
    line = line_of(referral, "justice")["id"]
    early = await house.call("GET", f"/lines/{line}/particulars", "justice")
    assert early.status_code == 409
    await house.post(f"/lines/{line}/receipt", "justice")
    shown = await house.get(f"/lines/{line}/particulars", "justice")
    assert shown == {"identity": {"name": "某童"}}
    other = await house.call("GET", f"/lines/{line}/particulars", "health")
    assert other.status_code == 404
    detail = await house.get(f"/lines/{line}", "civil_affairs")
    assert [(d["fields"], d["basis"], d["clause"]) for d in detail["disclosed"]] == [
        (["identity"], "duty", "WL24:3.6c-2")
    ]


async def test_a_service_on_consent_needs_it_or_a_recorded_ground(house: House) -> None:
    lines = [{"service": "charity_help"}]
    answer = await house.call("POST", "", "civil_affairs", {"lines": lines})
    assert answer.json()["type"] == "/problems/consent-needed"
    consent = {"given_by": "guardian", "given_on": "2024-06-01"}
    agreed = await sent(house, lines, consent=consent)
    assert agreed["basis"]["kind"] == "consent"
    ground = {"ground": "guardian_is_the_danger", "clause": "MINORS:92"}
    overridden = await sent(house, lines, override=ground)
    assert overridden["basis"] == {"kind": "override", "services": ["charity_help"], **ground}


async def test_a_referral_unknown_to_the_caller_is_like_one_that_does_not_exist(
    house: House,
) -> None:
    referral = await sent(house, [{"service": "legal_aid"}])
    hidden = await house.call("GET", f"/{referral['id']}", "housing")
    absent = await house.call("GET", f"/{uuid4()}", "housing")
    assert hidden.status_code == absent.status_code == 404
    bodies = [answer.json() | {"request_id": ""} for answer in (hidden, absent)]
    assert bodies[0] == bodies[1]


async def test_a_receiver_does_not_see_who_else_was_asked(house: House) -> None:
    referral = await sent(house, THREE)
    seen = await house.get(f"/{referral['id']}", "justice")
    assert [line["department"] for line in seen["lines"]] == ["justice"]


async def test_a_town_sees_its_own_queue_only(house: House) -> None:
    lines = [{"service": "temporary_care_follow_up", "department": "town", "town": TOWN}]
    await sent(house, lines)
    assert len((await house.get("/inbox", "town", town=TOWN))["items"]) == 1
    assert (await house.get("/inbox", "town", town=OTHER_TOWN))["items"] == []


async def test_a_declined_line_goes_on_elsewhere_and_the_chain_is_seen(house: House) -> None:
    referral = await sent(
        house,
        [{"service": "psychological_counselling"}],
        consent={"given_by": "guardian", "given_on": "2024-06-01"},
    )
    line = referral["lines"][0]["id"]
    await house.post(f"/lines/{line}/receipt", "education")
    await house.post(f"/lines/{line}/decline", "education", {"reason": "no_capacity"})
    await house.post(f"/lines/{line}/rereferral", "civil_affairs", {"department": "health"})
    seen = await house.get(f"/{referral['id']}", "civil_affairs")
    assert [(one["department"], one["state"]) for one in seen["lines"]] == [
        ("education", "rereferred"),
        ("health", "sent"),
    ]
    assert seen["lines"][1]["parent_id"] == line
    assert seen["state"] == "open"


async def test_a_returned_line_is_sent_again_with_a_new_clock(house: House) -> None:
    referral = await sent(house, [{"service": "legal_aid"}])
    line = referral["lines"][0]
    await house.post(f"/lines/{line['id']}/receipt", "justice")
    back = {"reason": "insufficient_information"}
    await house.post(f"/lines/{line['id']}/return", "justice", back)
    await house.wait(days=4)
    again = await house.post(f"/lines/{line['id']}/resending", "civil_affairs")
    assert again["state"] == "sent"
    assert again["due_at"] > line["due_at"]
    assert await house.told("referrals.referral.escalated.v1") == []


async def test_a_stopped_clock_keeps_what_was_left_of_it(house: House) -> None:
    referral = await sent(house, [{"service": "legal_aid"}])
    line = referral["lines"][0]["id"]
    bad = await house.call("POST", f"/lines/{line}/clock-stop", "justice", {"reason": "忙"})
    assert bad.status_code == 400
    await house.post(f"/lines/{line}/clock-stop", "justice", {"reason": "等待发起部门补充"})
    await house.wait(days=10)
    assert await house.told("referrals.deadline.missed.v1") == []
    again = await house.post(f"/lines/{line}/clock-restart", "justice")
    assert again["due_at"].startswith("2024-06-18")
    await house.wait(days=7)
    assert len(await house.told("referrals.deadline.missed.v1")) >= 1


async def test_only_the_sender_revokes_and_only_the_receiver_answers(house: House) -> None:
    referral = await sent(house, [{"service": "legal_aid"}])
    line = referral["lines"][0]["id"]
    wrong = await house.call("POST", f"/lines/{line}/revocation", "justice", {})
    assert (wrong.status_code, wrong.json()["allowed"]) == (403, ["civil_affairs"])
    wrong = await house.call("POST", f"/lines/{line}/receipt", "civil_affairs", {})
    assert (wrong.status_code, wrong.json()["allowed"]) == (403, ["justice"])
    await house.post(f"/lines/{line}/revocation", "civil_affairs")
    await house.wait(days=9)
    assert await house.told("referrals.deadline.missed.v1") == []


async def test_partial_acceptance_says_which_part(house: House) -> None:
    referral = await sent(house, [{"service": "medical_assistance"}])
    line = referral["lines"][0]["id"]
    await house.post(f"/lines/{line}/receipt", "medical_insurance")
    body = {"accepted": ["门诊费用"], "reason": "conditions_not_met"}
    answer = await house.post(f"/lines/{line}/partial-acceptance", "medical_insurance", body)
    assert (answer["state"], answer["accepted"]) == ("accepted", ["门诊费用"])


async def test_bulk_is_all_or_nothing(house: House) -> None:
    good = {"lines": [{"service": "legal_aid"}]}
    bad = {"lines": [{"service": "算命"}]}
    answer = await house.call("POST", "/bulk", "civil_affairs", {"referrals": [good, bad]})
    assert answer.status_code == 400
    assert (await house.get("", "civil_affairs"))["items"] == []
    sent_ones = await house.post("/bulk", "civil_affairs", {"referrals": [good, good]})
    assert len(sent_ones) == 2


async def test_a_repeated_request_sends_once(house: House) -> None:
    body = {"lines": [{"service": "legal_aid"}]}
    first = await house.call("POST", "", "civil_affairs", body, key="k1")
    again = await house.call("POST", "", "civil_affairs", body, key="k1")
    assert first.json() == again.json()
    assert len((await house.get("", "civil_affairs"))["items"]) == 1


async def test_an_old_version_is_refused(house: House) -> None:
    referral = await sent(house, [{"service": "legal_aid"}])
    line = referral["lines"][0]["id"]
    await house.post(f"/lines/{line}/receipt", "justice")
    stale = await house.call(
        "POST", f"/lines/{line}/acceptance", "justice", {}, headers={"If-Match": '"1"'}
    )
    assert stale.status_code == 412


async def test_an_unknown_filter_or_field_is_an_error(house: House) -> None:
    answer = await house.call("GET", "/inbox", "justice", params={"colour": "red"})
    assert answer.status_code == 400
    answer = await house.call("POST", "", "civil_affairs", {"lines": [], "colour": "red"})
    assert answer.status_code == 400


async def test_events_and_problems_carry_no_particulars(house: House) -> None:
    held = {"identity": {"name": "某某童", "id_no": "331081201506150011"}}
    await sent(house, [{"service": "legal_aid"}], particulars=held, note="某某童的情况")
    for type_ in ("referrals.referral.sent.v1",):
        assert "某某童" not in str(await house.told(type_))


async def test_a_quiet_line_is_known_to_its_two_ends_and_counted_nowhere(house: House) -> None:
    referral = await sent(house, [{"service": "special_treatment"}])
    line = line_of(referral, "health")["id"]
    assert (await house.get(f"/lines/{line}", "health"))["state"] == "sent"
    assert (await house.get(f"/{referral['id']}", "civil_affairs"))["lines"][0]["id"] == line
    for office in ("child_protection_office", "procuratorate", "auditor"):
        for path in (f"/lines/{line}", f"/{referral['id']}"):
            assert (await house.call("GET", path, office)).status_code == 404
        assert (await house.get("", office))["items"] == []
    await house.wait(days=9)
    assert (await house.get("/late", "joint_meeting"))["items"] == []
    assert (await house.get("/inbox", "child_protection_office"))["items"] == []
    card = await house.get("/scorecards?since=2020-01-01&until=2040-01-01", "joint_meeting")
    assert card["departments"] == []
    await house.post(f"/lines/{line}/receipt", "health")
    await house.post(f"/lines/{line}/acceptance", "health")
    await house.post(f"/lines/{line}/feedback", "health", {"outcome": "已提供"})
    for told in ("sent", "answered", "escalated", "reminded", "closed"):
        assert await house.told(f"referrals.referral.{told}.v1") == []
