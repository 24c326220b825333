"""Story 6: a child nobody knows is found at night, treated, searched for and taken home."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from deploy.caller import Caller, Offices, Refusal
from tests.journeys.conftest import until
from tests.journeys.county import County

BEGINS = "2026-03-02"
TOWN = "331081001"
FOUND_AT = "2026-03-02T02:10:00+08:00"
HOSPITAL = "市第一人民医院"
HOME = "341200"
STRAYED: dict[str, Any] = {"left_guardian": True, "strayed_here": True, "means_lost": True}
CASES = "/v1/protection/cases"


@dataclass
class Story:
    """Who takes part, and what the story has come to."""

    offices: Offices
    county: County
    ids: dict[str, str] = field(default_factory=dict)

    def at(self, department: str, officer: int = 1) -> Caller:
        """An office of the city and one of its officers."""
        town = TOWN if department == "town" else ""
        return self.offices.at(department, f"{department}-{officer}", town)

    @property
    def case(self) -> str:
        """Where the child's case is."""
        return f"{CASES}/{self.ids['case']}"

    def clocks(self, department: str) -> set[str]:
        """What waits for a department in this case."""
        lines = self.at(department).get("/v1/protection/clocks", limit=100)["items"]
        return {line["kind"] for line in lines if line["case_id"] == self.ids["case"]}


@pytest.fixture
def story(offices: Offices) -> Story:
    """The county on Monday, 2 March 2026, with its standards and a bed in the city's centre."""
    county = County(offices)
    county.publish("urban_consumption_yearly", "2026-01-01", "49000.00", statistic_year=2025)
    county.publish("institution_orphan_monthly", "2026-01-01", "2890.00")
    county.publish("scattered_orphan_monthly", "2026-01-01", "2312.00")
    centre = {"kind": "protection_centre", "name": "市未成年人救助保护中心", "beds": 1}
    centre |= {"separate_zone": True, "dedicated_staff": True}
    county.civil_affairs.post("/v1/protection/facilities", centre)
    return Story(offices, county)


def test_a_child_without_a_name_is_treated_searched_for_and_taken_home(story: Story) -> None:
    found_at_night(story)
    treated_before_anybody_pays(story)
    taken_into_the_centre(story)
    relief_is_granted_to_a_child_without_a_name(story)
    the_police_ask_who_it_is(story)
    open_until_the_other_province_confirms(story)
    relief_was_paid_by_the_day(story)
    settled_afterwards(story)


def refused(caller: Caller, path: str, body: Any = None) -> dict[str, Any]:
    """The problem with which a POST is refused; it has to be."""
    with pytest.raises(Refusal) as no:
        caller.post(path, body)
    return dict(no.value.problem)


def found_at_night(story: Story) -> None:
    """At ten past two; nobody knows a name, and the case is urgent at once, with its clock."""
    police = story.at("police")
    told = {"child": {"town": "太平街道"}, "level": "红", "origin": "street_child"}
    opened = police.post(CASES, told | {"words": "车站旁发现，昏迷高烧，无证件"})
    story.ids |= {"case": opened["id"], "child": opened["child_ref"]}
    assert (opened["level"], opened["colour"]) == ("urgent", "red")
    seen = police.get(story.case)
    assert seen["particulars"].get("identity", {}).get("name") is None
    assert "contact_urgent" in story.clocks("town")
    asked = {"found_at": FOUND_AT, "infant": False, "first_hospital": HOSPITAL}
    inquiry = police.post(f"{story.case}/foundlings", asked)
    story.ids["inquiry"] = inquiry["id"]
    assert story.clocks("police") == {"foundling_inquiry"}


def treated_before_anybody_pays(story: Story) -> None:
    """The first hospital may not refuse; it treats, answers for the child, and settles later."""
    asked = {"situation": {"child": {"description": "流浪儿童，昏迷高烧"}, "hospital": "首诊医院"}}
    health = story.at("health")
    law = health.post("/v1/referrals/evaluations", asked)
    assert (law["may_refuse"], law["treat_first"], law["settle"]) == (False, True, "先救治后结算")
    details = {"hospital": "首诊医院", "found_by": "police", "escorted_by": "police"}
    told = {"child_ref": story.ids["child"], "town": TOWN, "details": details}
    opened = health.post("/v1/referrals/first-diagnoses", told)
    assert opened["details"]["deposit_paid"] is False
    path = story.ids["hospital"] = f"/v1/referrals/first-diagnoses/{opened['id']}"
    assert refused(health, f"{path}/settlement")["status"] == 409
    health.post(f"{path}/treatment")
    assert refused(health, f"{path}/handover")["clause"] == "WL24:2.2.4-2"
    health.post(f"{path}/handover", {"details": {"next_hospital": HOSPITAL}})


def relief_is_granted_to_a_child_without_a_name(story: Story) -> None:
    """No name, no birthday and no registration keep nobody from relief; two people sign it."""
    county, child = story.county, story.ids["child"]
    file = {"child_ref": child, "town": TOWN}
    registered = county.town.post("/v1/eligibility/children", file)
    assert registered["id"] == child
    county.state(child, "police", {"child": STRAYED | {"age": "约10岁"}}, "2026-03-02")
    relief = {"relief": {"by": "公安", "from": "2026-03-02"}}
    county.state(child, "civil_affairs", relief, "2026-03-02")
    payee = {"role": "payee", "kind": "institution", "relation": "救助机构"}
    payee |= {"since": "2026-03-02", "name": "市未成年人救助保护中心", "bank": "农商银行"}
    payee |= {"bank_code": "ZJRCB", "account": "6228480400000000018"}
    county.town.post(f"/v1/eligibility/children/{child}/people", payee)
    where_it_lives_is_heard_of(story)
    decision = county.award(child)
    kept = county.auditor.get(f"/v1/eligibility/decisions/{decision['id']}")["answer"]
    assert (kept["award_basis"], kept["award_clause"]) == ("street_relief", "WL24:2.1.5b")


def where_it_lives_is_heard_of(story: Story) -> None:
    """The centre's bed is a fact of the file: a proposal before it is heard of rests on less."""
    path = f"/v1/eligibility/children/{story.ids['child']}/statements"
    until(lambda: any(row["name"] == "child.placement" for row in story.county.town.get(path)))


def taken_into_the_centre(story: Story) -> None:
    """Who is unidentified goes to the city's centre: its bed, its task, handed over in writing."""
    centre, civil = story.at("protection_centre"), story.at("civil_affairs")
    with pytest.raises(Refusal) as no_task:
        centre.get(story.case)
    assert no_task.value.status == 404
    wish = {"ground": "unidentified", "unidentified": True}
    held = civil.post(f"{story.case}/placements", wish)
    assert (held["state"], held["carer_kind"]) == ("held", "protection_centre")
    path = story.ids["placement"] = f"/v1/protection/placements/{held['id']}"
    assert story.clocks("protection_centre") == {"bed_hold"}
    centre.post(f"{path}/confirmation")
    brought = {"from_department": "police", "written": True, "removed_on": "2026-03-02"}
    assert centre.post(f"{path}/hand-over", brought)["state"] == "in_care"
    paper = centre.get(f"{path}/paper", form="text").decode()
    assert "临时监护交接书" in paper
    assert "（姓名待查明）" in paper


def the_police_ask_who_it_is(story: Story) -> None:
    """Inquiry, DNA and bringing home are the police's, each with its answer."""
    centre, police = story.at("protection_centre"), story.at("police")
    seen = {"kind": "found", "at": FOUND_AT, "age_from": 9, "age_to": 11, "sex": "男"}
    seen |= {"marks": ["dialect:anhui"], "place_codes": [HOME]}
    trace = police.post(f"{story.case}/traces", seen)
    assert police.get(f"/v1/protection/traces/{trace['id']}/candidates") == []
    lines = [{"service": "弃婴调查"}, {"service": "DNA比对"}, {"service": "帮助回归家庭"}]
    told = {"child_ref": story.ids["child"], "town": TOWN, "level": "红", "lines": lines}
    referral = centre.post("/v1/referrals", told)
    assert {line["department"] for line in referral["lines"]} == {"police"}
    for line in referral["lines"]:
        path = f"/v1/referrals/lines/{line['id']}"
        for verb in ("receipt", "acceptance"):
            police.post(f"{path}/{verb}")
        police.post(f"{path}/feedback", {"outcome": "已提供"})
        centre.post(f"{path}/closure", {"satisfaction": "satisfied"})
    assert centre.get(f"/v1/referrals/{referral['id']}")["state"] == "closed"
    steps = f"/v1/protection/foundlings/{story.ids['inquiry']}/steps"
    police.post(steps, {"dna_result": "pending"})
    assert "foundling_inquiry" in story.clocks("police")
    early = refused(story.at("civil_affairs"), steps, {"outcome": "parents_not_found"})
    assert early["clause"] == "ADOPT:8"
    police.post(steps, {"dna_result": "match", "tracing_result": "found"})
    assert "foundling_inquiry" not in story.clocks("police")
    police.post(f"/v1/protection/traces/{trace['id']}/closure", {"reason": "identified"})


def open_until_the_other_province_confirms(story: Story) -> None:
    """Escorted is not received: the centre keeps the child until the other side says so."""
    centre = story.at("protection_centre")
    opened = centre.post(f"{story.case}/transfers", {"home_code": HOME})
    path = f"/v1/protection/transfers/{opened['id']}"
    assert refused(centre, f"{path}/confirmation", {"confirmation_ref": "x"})["allowed"]
    story.county.clock("2026-03-11")
    for verb in ("contact", "agreement", "escort"):
        centre.post(f"{path}/{verb}")
    away = f"{story.ids['placement']}/home-transfer"
    assert refused(centre, away)["clause"] == "WL24:3.5c-3"
    listed = centre.get("/v1/protection/transfers")["items"]
    assert [(row["id"], row["open"]) for row in listed] == [(opened["id"], True)]
    story.county.clock("2026-03-12")
    assert refused(centre, f"{path}/confirmation")["clause"] == "WL24:3.5c-3"
    done = centre.post(f"{path}/confirmation", {"confirmation_ref": "阜民接〔2026〕3号"})
    assert (done["state"], done["open"], done["received_on"]) == ("received", False, "2026-03-12")
    assert centre.post(away)["state"] == "transferred"
    assert centre.get("/v1/protection/transfers")["items"] == []


def relief_was_paid_by_the_day(story: Story) -> None:
    """From the night it was found to the day it went home, half of the standard, by its days."""
    path = f"/v1/payments/children/{story.ids['child']}/relief"

    def over() -> Any:
        (row,) = story.at("civil_affairs").get(path)
        return row if row["until"] else None

    days = until(over)
    assert (days["since"], days["until"]) == ("2026-03-02", "2026-03-12")
    who_is_paid_is_asked_again(story)
    story.county.clock("2026-04-02")
    run = story.county.pay("2026-04")
    paid = story.county.lines(run["id"], story.ids["child"])
    assert paid == [("2026-03", "street_relief", "410.20")]


def who_is_paid_is_asked_again(story: Story) -> None:
    """The child is elsewhere now: money waits until somebody says that the centre is still owed."""
    payees = f"/v1/payments/children/{story.ids['child']}/payees"
    (centre,) = story.at("civil_affairs").get(payees)
    path = f"/v1/payments/payees/{centre['id']}/verification"
    assert story.at("civil_affairs", 2).post(path, {"verified": True})["verified"]


def settled_afterwards(story: Story) -> None:
    """The bill is settled last of all, with whoever has to pay it."""
    settled = story.at("health").post(f"{story.ids['hospital']}/settlement")
    assert settled["state"] == "settled"
    steps = f"/v1/protection/foundlings/{story.ids['inquiry']}/steps"
    done = story.at("civil_affairs").post(steps, {"outcome": "claimed", "settled": True})
    assert (done["outcome"], done["settled_at"] is not None) == ("claimed", True)
