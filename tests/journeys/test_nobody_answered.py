"""Story 8: one need goes to three departments; one accepts, one declines, one is silent."""

from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from deploy.caller import Caller, Offices, Refusal
from tests.journeys.conftest import until

BEGINS = "2026-03-02"
TOWN = "331081001"


def later(offices: Offices, days: int) -> None:
    """Let days pass on the platform's clock."""
    offices.at("operator").post("/v1/clock", {"days": days})


def line_of(referral: dict[str, Any], department: str) -> dict[str, Any]:
    return next(line for line in referral["lines"] if line["department"] == department)


def test_one_accepts_one_declines_and_the_silent_one_comes_before_the_meeting(
    offices: Offices,
) -> None:
    """The sender sees three outcomes; the joint meeting sees them counted."""
    sender = offices.at("civil_affairs", "civil_affairs-1")
    need = {
        "child_ref": str(uuid4()),
        "town": TOWN,
        "lines": [
            {"service": "医疗救助"},
            {"service": "心理干预", "department": "市妇联"},
            {"service": "法律援助"},
        ],
        "particulars": {"identity": {"name": "林小雨"}},
    }
    referral = sender.post("/v1/referrals", need)
    answer_and_decline(offices, referral)
    silent = line_of(referral, "justice")["id"]
    seen_climbing(offices, referral["id"], silent)
    states = {
        line["department"]: (line["state"], line["outcome"] or line["reason"])
        for line in sender.get(f"/v1/referrals/{referral['id']}")["lines"]
    }
    assert states == {
        "medical_insurance": ("fed_back", "provided"),
        "womens_federation": ("declined", "no_capacity"),
        "justice": ("sent", None),
    }
    counted(offices)


def answer_and_decline(offices: Offices, referral: dict[str, Any]) -> None:
    """One department does it; the other may not decline without a code."""
    insurance, federation = offices.at("medical_insurance"), offices.at("womens_federation")
    accepted = f"/v1/referrals/lines/{line_of(referral, 'medical_insurance')['id']}"
    insurance.post(f"{accepted}/receipt")
    assert insurance.get(f"{accepted}/particulars") == {"identity": {"name": "林小雨"}}
    insurance.post(f"{accepted}/acceptance")
    insurance.post(f"{accepted}/feedback", {"outcome": "已提供"})
    declined = f"/v1/referrals/lines/{line_of(referral, 'womens_federation')['id']}"
    federation.post(f"{declined}/receipt")
    with pytest.raises(Refusal) as bare:
        federation.post(f"{declined}/decline")
    assert bare.value.status == 400
    federation.post(f"{declined}/decline", {"reason": "服务能力已满"})
    with pytest.raises(Refusal) as hidden:
        federation.get(accepted)
    assert hidden.value.status == 404


def seen_climbing(offices: Offices, referral_id: str, silent: str) -> None:
    """未保办, then the department that leads (here 公安局), then the joint meeting."""
    for office in ("child_protection_office", "police", "joint_meeting"):
        later(offices, 12)
        until(partial(_lies_with, offices.at(office), silent))
    seen = offices.at("joint_meeting").get("/v1/referrals/late", limit=100)
    assert silent in {line["id"] for line in seen["items"]}


def _lies_with(caller: Caller, line_id: str) -> bool:
    inbox = caller.get("/v1/referrals/inbox", limit=100)["items"]
    return line_id in {line["id"] for line in inbox}


def counted(offices: Offices) -> None:
    """The scorecard of the joint meeting: declined, silent, escalated, by department."""
    period = {"since": BEGINS, "until": "2026-06-30"}
    card = offices.at("joint_meeting").get("/v1/referrals/scorecards", **period)
    rows = {row["department"]: row for row in card["departments"]}
    assert rows["womens_federation"]["declined"] >= 1
    assert rows["justice"]["before_joint_meeting"] >= 1
    assert rows["medical_insurance"]["provided"] >= 1
    assert "林小雨" not in str(card)
