"""Story 6: a child nobody knows is found at night, treated, searched for and taken home."""

from typing import Any
from uuid import uuid4

import pytest

from deploy.caller import Offices, Refusal

BEGINS = "2026-03-02"
TOWN = "331081001"


def test_a_child_without_a_name_is_treated_searched_for_and_taken_home(offices: Offices) -> None:
    """Treat first, ask the police who it is, and the transfer is open until they confirm."""
    child = str(uuid4())
    asked = {"situation": {"child": {"description": "流浪儿童，昏迷高烧"}, "hospital": "首诊医院"}}
    law = offices.at("health").post("/v1/referrals/evaluations", asked)
    assert (law["may_refuse"], law["treat_first"], law["settle"]) == (False, True, "先救治后结算")
    hospital = treated_first(offices, child)
    who_is_it(offices, child)
    open_until_confirmed(offices, child)
    settled = offices.at("health").post(f"{hospital}/settlement")
    assert settled["state"] == "settled"


def treated_first(offices: Offices, child: str) -> str:
    """Nobody asks for a deposit; the first hospital answers for the child until it hands over."""
    health = offices.at("health")
    details = {"hospital": "首诊医院", "found_by": "police", "escorted_by": "police"}
    opened = health.post(
        "/v1/referrals/first-diagnoses", {"child_ref": child, "town": TOWN, "details": details}
    )
    assert opened["details"]["deposit_paid"] is False
    path = f"/v1/referrals/first-diagnoses/{opened['id']}"
    with pytest.raises(Refusal) as early:
        health.post(f"{path}/settlement")
    assert early.value.status == 409
    health.post(f"{path}/treatment")
    with pytest.raises(Refusal) as unnamed:
        health.post(f"{path}/handover")
    assert unnamed.value.problem["clause"] == "WL24:2.2.4-2"
    health.post(f"{path}/handover", {"details": {"next_hospital": "市第一人民医院"}})
    return path


def who_is_it(offices: Offices, child: str) -> None:
    """The police look for the parents and compare DNA; each answer closes its own line."""
    centre, police = offices.at("protection_centre"), offices.at("police")
    lines = [{"service": "弃婴调查"}, {"service": "DNA比对"}, {"service": "帮助回归家庭"}]
    referral = centre.post(
        "/v1/referrals", {"child_ref": child, "town": TOWN, "level": "红", "lines": lines}
    )
    assert {line["department"] for line in referral["lines"]} == {"police"}
    for line in referral["lines"]:
        path = f"/v1/referrals/lines/{line['id']}"
        for verb in ("receipt", "acceptance"):
            police.post(f"{path}/{verb}")
        police.post(f"{path}/feedback", {"outcome": "已提供"})
        centre.post(f"{path}/closure", {"satisfaction": "satisfied"})
    seen: dict[str, Any] = centre.get(f"/v1/referrals/{referral['id']}")
    assert seen["state"] == "closed"


def open_until_confirmed(offices: Offices, child: str) -> None:
    """Escorted is not received: the other province has to say so."""
    centre = offices.at("protection_centre")
    opened = centre.post(
        "/v1/referrals/cross-province-transfers",
        {"child_ref": child, "details": {"province": "安徽省"}},
    )
    path = f"/v1/referrals/cross-province-transfers/{opened['id']}"
    with pytest.raises(Refusal) as skipped:
        centre.post(f"{path}/confirmation")
    assert skipped.value.problem["allowed"] == ["identification"]
    for verb in ("identification", "contact", "agreement", "escort"):
        centre.post(f"{path}/{verb}")
    assert centre.get(path)["ended_at"] is None
    done = centre.post(f"{path}/confirmation", {"details": {"document_ref": "接收回执"}})
    assert (done["state"], done["lawful"]) == ("received", [])
    assert done["ended_at"] is not None
