"""Story 5: eighteen. One leaves with six months; another stays at school, serves, and returns."""

from typing import Any

import pytest

from deploy.caller import Offices, Refusal
from tests.journeys.conftest import until
from tests.journeys.county import ORPHAN, County

BEGINS = "2026-03-02"
MONTHLY = "2312.00"


@pytest.fixture
def county(offices: Offices) -> County:
    """The county on Monday, 2 March 2026, with its standards."""
    found = County(offices)
    found.publish("urban_consumption_yearly", "2026-01-01", "49000.00", statistic_year=2025)
    found.publish("institution_orphan_monthly", "2026-01-01", "2890.00")
    found.publish("scattered_orphan_monthly", "2026-01-01", MONTHLY)
    return found


def test_one_leaves_at_eighteen_and_another_studies_serves_and_returns(county: County) -> None:
    works = county.child("陈远航", "2008-05-10", ORPHAN, "2024-01-01")
    studies = county.child("林向学", "2008-05-20", ORPHAN, "2024-01-01")
    for child in (works, studies):
        assert county.award(child)["review_on"] == birthday_of(county, child)
    the_day_is_known_beforehand(county, works)
    for month in ("2026-04", "2026-05"):
        county.clock(f"{month}-01")
        county.pay(month)
    one_leaves_with_six_months(county, works)
    another_stays_until_graduation(county, studies)
    enlists_with_twelve_months(county, studies)
    returns_and_is_paid_again(county, studies)
    graduates_with_six_months(county, studies)


def birthday_of(county: County, child: str) -> str:
    """The eighteenth birthday as the register works it out."""
    evaluation = county.civil_affairs.get(f"/v1/eligibility/children/{child}/evaluation")
    return str(evaluation["adult_on"])


def the_day_is_known_beforehand(county: County, child: str) -> None:
    """The preview names the birthday and what must be known by then, department by department."""
    days = county.town.get(f"/v1/eligibility/children/{child}/calendar")
    coming = next(day for day in days if day["day"] == "2026-05-10")
    asked = {question["fact"] for question in coming["questions"]}
    study = {"child.study_status", "child.study_stage"}
    assert asked == study | {"child.labour_capacity", "child.civil_capacity"}


def one_leaves_with_six_months(county: County, child: str) -> None:
    """What is missing is asked for; able to work and of full capacity: out, with six months."""
    county.clock("2026-05-11")
    review = county.review(child)
    path = f"/v1/eligibility/applications/{review['application_id']}"
    assert county.civil_affairs.get(path)["missing"]
    with pytest.raises(Refusal) as early:
        county.civil_affairs_1.post(f"{path}/decision")
    assert early.value.problem["type"] == "/problems/facts-still-missing"
    until(lambda: asked_for(county, "education"))
    until(lambda: asked_for(county, "human_resources"))
    county.state(child, "education", {"child": {"study_status": "不在校"}}, "2026-05-10")
    able = {"child": {"labour_capacity": True}}
    county.state(child, "human_resources", able, "2026-05-10")
    county.state(child, "civil_affairs", {"child": {"civil_capacity": "full"}}, "2026-05-10")
    with pytest.raises(Refusal) as unexplained:
        county.civil_affairs_1.post(f"{path}/decision")
    assert unexplained.value.problem["type"] == "/problems/reason-needed"
    decision = county.decide(child, "已满十八周岁，具备劳动能力")
    assert outcome(decision) == ("ended", "2026-05-01", 6)
    county.ended(child, "2026-05-01")
    notice = county.town.get(f"/v1/eligibility/decisions/{decision['id']}/notice", form="text")
    assert "另一次性发放6个月的基本生活费补助" in notice.decode()


def asked_for(county: County, department: str) -> Any:
    """A request for facts that lies with a department."""
    rows = getattr(county, department).get("/v1/referrals/inbox")["items"]
    return next((row for row in rows if row["service"] == "information_request"), None)


def outcome(decision: dict[str, Any]) -> tuple[str, str, int]:
    """How it ended: outcome, last month, months at once."""
    return decision["outcome"], decision["last_month"], decision["lump_sum_months"]


def another_stays_until_graduation(county: County, child: str) -> None:
    """In school on the birthday: goes on at the same rate, and is paid beside who left."""
    county.clock("2026-05-21")
    county.review(child)
    study = {"study_status": "在校", "study_stage": "大专", "study_mode": "全日制"}
    county.state(child, "education", {"child": study}, "2025-09-01")
    decision = county.decide(child)
    assert (decision["outcome"], decision["rate_class"]) == ("continued", "scattered")
    county.clock("2026-06-01")
    run = county.pay("2026-06")
    assert county.lines(run["id"], child) == [("2026-06", "basic_living", MONTHLY)]
    lines = county.civil_affairs.get(f"/v1/payments/runs/{run['id']}/lines")["items"]
    sums = [(row["benefit"], row["amount"]) for row in lines if row["child_id"] != child]
    assert sums == [("lump_sum", "13872.00")]


def enlists_with_twelve_months(county: County, child: str) -> None:
    """Enlisting while enrolled: twelve months at once, and nothing by the month in service."""
    county.clock("2026-09-15")
    enlisted = {"study_status": "入伍", "status_retained": True}
    county.state(child, "education", {"child": enlisted}, "2026-09-10")
    county.review(child)
    decision = county.decide(child, "就学期间应征入伍", event_on="2026-09-10")
    assert outcome(decision) == ("ended", "2026-09-01", 12)
    county.ended(child, "2026-09-01")
    county.clock("2026-10-01")
    run = county.pay("2026-10")
    assert county.lines(run["id"], child) == [("2026-09", "lump_sum", "27744.00")]


def returns_and_is_paid_again(county: County, child: str) -> None:
    """Back at school with the status kept: the data open the application, the month is paid."""
    county.clock("2028-09-05")
    back = {"study_status": "在校", "served": True, "status_retained": True}
    county.state(child, "education", {"child": back}, "2028-09-01")
    opened = county.application(child)
    assert county.town.get(f"/v1/eligibility/applications/{opened}")["applicant"] == "proactive"
    decision = county.award(child)
    assert (decision["rate_class"], decision["first_month"]) == ("scattered", "2028-10-01")
    county.clock("2028-10-01")
    run = county.pay("2028-10")
    assert county.lines(run["id"], child) == [("2028-10", "basic_living", MONTHLY)]


def graduates_with_six_months(county: County, child: str) -> None:
    """The month of graduation is the last; six months at once end the story."""
    county.clock("2029-06-25")
    done = {"study_status": "毕业", "study_ended_on": "2029-06-20"}
    county.state(child, "education", {"child": done}, "2029-06-20")
    county.review(child)
    decision = county.decide(child, "已毕业")
    assert outcome(decision) == ("ended", "2029-06-01", 6)
    county.ended(child, "2029-06-01")
    county.clock("2029-07-01")
    run = county.pay("2029-07")
    assert county.lines(run["id"], child) == [("2029-06", "lump_sum", "13872.00")]
    months = [(award["first_month"], award["last_month"]) for award in county.awards(child)]
    assert months == [("2026-04-01", "2026-09-01"), ("2028-10-01", "2029-06-01")]
