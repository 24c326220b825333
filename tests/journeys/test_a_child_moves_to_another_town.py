"""Story: a child whose mother was arrested moves to its grandmother in another town (迁居)."""

from collections.abc import Callable
from typing import Any

import pytest

from deploy.caller import Caller, Offices, Refusal
from tests.factories import OTHER_TOWN, TOWN
from tests.journeys.conftest import until

BEGINS = "2026-03-02"
CHILD = {
    "name": "陈小禾",
    "birth_date": "2017-05-20",
    "hukou": "浙江省温岭市太平街道",
    "town": "太平街道",
    "relation": "mother",
    "other_guardian_present": False,
    "carer_kind": "relative",
    "carer": {"name": "陈桂香", "relation": "外祖母"},
}
DETENTION = {
    "kind": "criminal_detention",
    "person": {"name": "陈某某"},
    "began_on": "2026-03-02",
    "town": "太平街道",
    "minor_children": {"answer": "has", "children": [CHILD]},
}
MOVED = {"town": OTHER_TOWN, "on": "2026-03-02", "reason": "随外祖母居住，村委会证明"}


def mine(office: Caller, path: str, child: str, **asked: Any) -> Callable[[], Any]:
    """What an office has of the child in a list, as soon as there is something."""

    def ask() -> Any:
        rows = office.get(path, **asked)["items"]
        return [row for row in rows if child in (row.get("child_ref"), row.get("child_id"))]

    return ask


def test_what_is_due_for_a_child_is_the_new_towns_in_every_service(offices: Offices) -> None:
    police, county = offices.at("police", "police-1", ""), offices.at("civil_affairs", "张", "")
    here, there = (offices.at("town", f"town-{code}", code) for code in (TOWN, OTHER_TOWN))
    child = police.post("/v1/protection/detentions", DETENTION)["children"][0]["child_ref"]
    application = until(mine(here, "/v1/eligibility/applications", child))[0]
    case = until(mine(here, "/v1/protection/cases", child))[0]
    lines = until(lambda: here.get("/v1/referrals/inbox")["items"])
    county.post(f"/v1/eligibility/children/{child}/relocation", MOVED)
    moved = until(mine(there, "/v1/protection/cases", child))[0]
    assert (moved["id"], moved["town"]) == (case["id"], OTHER_TOWN)
    until(lambda: here.get("/v1/referrals/inbox")["items"] == [])
    after = {line["id"]: line for line in there.get("/v1/referrals/inbox")["items"]}
    assert {line["id"]: line["due_at"] for line in lines}.items() <= {
        id_: line["due_at"] for id_, line in after.items()
    }.items()
    assert mine(there, "/v1/eligibility/applications", child)()[0]["id"] == application["id"]
    for path in (f"protection/cases/{case['id']}", f"referrals/lines/{lines[0]['id']}"):
        with pytest.raises(Refusal) as left:
            here.get(f"/v1/{path}")
        assert left.value.status == 404
    entries = there.get(f"/v1/protection/cases/{case['id']}")["entries"]
    assert {"from": TOWN, "to": OTHER_TOWN} in [entry["data"] for entry in entries]
