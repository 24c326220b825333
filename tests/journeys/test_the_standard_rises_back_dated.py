"""Story 4: in June the standard rises back to January; simulated first, paid to the yuan."""

from decimal import Decimal
from typing import Any

import pytest

from deploy.caller import Offices, Refusal
from tests.journeys.conftest import until
from tests.journeys.county import ORPHAN, County

BEGINS = "2025-12-10"
MONTHS = ("2026-01", "2026-02", "2026-03", "2026-04", "2026-05")
DIBAO = {"economic_class": "低保", "dibao_active": True, "includes_child": True}
ALIVE = {"father": {"life": "健在"}, "mother": {"life": "健在"}}
PRISON: dict[str, Any] = {
    "father": {"life": "死亡"},
    "mother": {"life": "健在", "custody": "服刑", "term_months": 60, "custody_since": "2025-06-01"},
}
OLD = {"institution_orphan_monthly": "2890.00", "scattered_orphan_monthly": "2312.00"}


@pytest.fixture
def county(offices: Offices) -> County:
    """The county in December 2025, with the standards of before."""
    found = County(offices)
    found.publish("urban_consumption_yearly", "2025-01-01", "49000.00", statistic_year=2024)
    for key, amount in OLD.items():
        found.publish(key, "2025-01-01", amount)
    return found


def test_the_standard_rises_back_dated(county: County) -> None:
    children = a_population(county)
    five_months_are_paid(county, children)
    proposed = the_proposal(county)
    effect = simulated_before_anybody_signs(county, proposed)
    published_by_two_people_on_a_fresh_simulation(county, proposed, children)
    back_pay_for_every_month_for_those_who_left_too(county, effect, children)
    the_next_month_costs_what_was_simulated(county, effect)


def a_population(county: County) -> dict[str, str]:
    """An orphan who stays, one who moves away, one whose mother comes home, one who comes of age,
    and a child of a dibao family whose rate follows from the orphans'."""
    said = {"police": ALIVE, "civil_affairs": {"household": DIBAO}}
    born = {"adult": "2008-03-20"}
    children = {}
    for name in ("stays", "moves", "released", "adult", "dibao"):
        own: dict[str, dict[str, Any]] = {"released": {"police": PRISON}, "dibao": said}
        facts = own.get(name, ORPHAN)
        child = county.child("陈小满", born.get(name, "2015-05-20"), facts, "2025-07-01")
        county.award(child)
        children[name] = child
    return children


def five_months_are_paid(county: County, children: dict[str, str]) -> None:
    """January to May; one moves in February, one comes of age in March, one mother is freed."""
    for month in MONTHS:
        county.clock(f"{month}-02")
        county.pay(month)
        if month == "2026-02":
            moving = {"why": "moved", "on": "2026-02-20"}
            county.clock("2026-02-21")
            county.police.post(f"/v1/eligibility/children/{children['moves']}/leaving", moving)
            county.review(children["moves"])
            county.decide(children["moves"], "户籍迁出本市", event_on="2026-02-20")
            county.ended(children["moves"], "2026-02-01")
        if month == "2026-03":
            comes_of_age(county, children["adult"])
        if month == "2026-04":
            county.clock("2026-04-16")
            freed = {"mother": {"custody": "none"}}
            county.state(children["released"], "police", freed, "2026-04-15")
            county.review(children["released"])
            county.decide(children["released"], "母亲获释", event_on="2026-04-15")
            county.ended(children["released"], "2026-04-01")


def comes_of_age(county: County, child: str) -> None:
    """Leaves with six months' standard, which is paid in April."""
    county.clock("2026-03-21")
    county.review(child)
    county.state(child, "education", {"child": {"study_status": "不在校"}}, "2026-03-20")
    county.state(child, "human_resources", {"child": {"labour_capacity": True}}, "2026-03-20")
    county.state(child, "civil_affairs", {"child": {"civil_capacity": "full"}}, "2026-03-20")
    assert county.decide(child, "已满十八周岁")["lump_sum_months"] == 6
    county.ended(child, "2026-03-01")


def the_proposal(county: County) -> Any:
    """In June: 2352 instead of 2312, since January; below the floor it would be refused."""
    county.clock("2026-06-10")
    with pytest.raises(Refusal) as low:
        county.propose("scattered_orphan_monthly", "2026-01-01", "2311.99")
    assert low.value.problem["type"] == "/problems/below-floor"
    assert low.value.problem["minimum"] == "2312.00"
    budget = {"year": 2026, "town": county.town_code, "rate_class": "scattered"}
    county.finance.call("PUT", "/v1/payments/budgets", budget | {"amount": "90000.00"})
    return county.propose("scattered_orphan_monthly", "2026-01-01", "2352.00")


def simulated_before_anybody_signs(county: County, proposed: Any) -> dict[str, Any]:
    """On everybody: back pay, months to come, who gains, who loses, and the year's budget."""
    path = f"/v1/payments/standards/{proposed['id']}/simulations"
    effect: dict[str, Any] = county.civil_affairs_1.post(path, {"months": 6})["result"]
    # 40.00 a month: 5 and 2 and 4 and 3 months, and six times for the lump sum of March;
    # a fifth of it, 8.00, for the five months of the dibao child.
    assert effect["back_pay"] == str(Decimal("40.00") * (5 + 2 + 4 + 3 + 6) + 40)
    assert (effect["children_with_more"], effect["children_with_less"]) == (5, 0)
    rates = {row["rate_class"]: (row["before"], row["after"]) for row in effect["classes"]}
    assert rates == {"scattered": ("2312.00", "2352.00"), "dibao_child": ("462.40", "470.40")}
    (year,) = effect["budget"]
    assert (year["year"], year["set_aside"]) == (2026, "90000.00")
    # July to December are simulated; both children who stay have 48.00 a month more.
    assert Decimal(year["added"]) == Decimal(effect["back_pay"]) + Decimal(effect["coming"])
    assert year["enough"] is True
    assert Decimal(year["left"]) == (
        90_000 - Decimal(year["paid"]) - Decimal(year["to_come_before"]) - Decimal(year["added"])
    )
    return effect


def published_by_two_people_on_a_fresh_simulation(
    county: County, proposed: Any, children: dict[str, str]
) -> None:
    """Whoever proposed does not publish; what has changed since is not signed for."""
    path = f"/v1/payments/standards/{proposed['id']}"
    old = county.civil_affairs_1.post(f"{path}/simulations", {"months": 6})
    with pytest.raises(Refusal) as alone:
        county.civil_affairs_1.post(f"{path}/publication", {"simulation_id": old["id"]})
    assert alone.value.problem["type"] == "/problems/second-person-needed"
    relief = {"since": "2026-12", "monthly": "100.00"}
    county.town.post(f"/v1/payments/children/{children['stays']}/other-relief", relief)
    with pytest.raises(Refusal) as stale:
        county.civil_affairs_2.post(f"{path}/publication", {"simulation_id": old["id"]})
    assert stale.value.problem["type"] == "/problems/simulation-stale"
    fresh = county.civil_affairs_1.post(f"{path}/simulations", {"months": 6})
    published = county.civil_affairs_2.post(f"{path}/publication", {"simulation_id": fresh["id"]})
    assert published["state"] == "published"
    until(lambda: "payments.standard.published.v1" in county_hears(county))


def county_hears(county: County) -> str:
    """The types of what was told to everybody, the last part of it."""
    text = ""
    with county.child_protection_office.http.stream("GET", "/v1/events?after=0") as stream:
        for chunk in stream.iter_text():
            text += chunk
            if "payments.standard.published.v1" in text and "scattered_orphan_monthly" in text:
                break
    return text


def back_pay_for_every_month_for_those_who_left_too(
    county: County, effect: dict[str, Any], children: dict[str, str]
) -> None:
    """The correction is the simulated sum to the fen, each month a line of its own."""
    run = county.pay("2026-06", kind="correction")
    assert (run["total"], run["overpaid"]) == (effect["back_pay"], "0.00")
    found = {name: county.lines(run["id"], child) for name, child in children.items()}
    for name, count in {"stays": 5, "moves": 2, "released": 4}.items():
        assert found[name] == [(month, "basic_living", "40.00") for month in MONTHS[:count]]
    assert found["dibao"] == [(month, "basic_living", "8.00") for month in MONTHS]
    monthly = [(month, "basic_living", "40.00") for month in MONTHS[:3]]
    assert found["adult"] == sorted([*monthly, ("2026-03", "lump_sum", "240.00")])
    with pytest.raises(Refusal) as again:
        county.civil_affairs_1.post("/v1/payments/runs", {"kind": "correction", "month": "2026-06"})
    assert again.value.problem["type"] == "/problems/nothing-to-do"


def the_next_month_costs_what_was_simulated(county: County, effect: dict[str, Any]) -> None:
    """June at the new standard; the books prove that everybody has what the law gives."""
    run = county.pay("2026-06")
    june = next(month for month in effect["months"] if month["month"] == "2026-06")
    assert run["total"] == june["cost"] == "2822.40"
    assert june["difference"] == "48.00"
    proofs = county.auditor.get("/v1/payments/ledger")["proofs"]
    assert proofs["holds"] is True, proofs
