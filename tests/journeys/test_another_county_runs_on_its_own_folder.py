"""Story 10: 嵊泗县 replaced one folder, and its own published payroll comes out to the yuan.

The amounts are those the county published for the fourth quarter of 2024: 2890 and 2312 for
orphans, 1156 and 463 for other children of families in dibao and at its margin.
"""

from pathlib import Path
from typing import Any

import pytest

from deploy.caller import Offices, Refusal
from tests.journeys.conftest import until
from tests.journeys.county import ORPHAN, County

FOLDER = Path(__file__).parents[1] / "jurisdictions" / "shengsi"
BEGINS, ENVIRONMENT = "2024-09-03", {"JURISDICTION": str(FOLDER)}
TOWN, PLACE = "330922100", "浙江省舟山市嵊泗县"
ALIVE = {"father": {"life": "健在"}, "mother": {"life": "健在"}}
SEVERE = {"disability_type": ["智力"], "disability_grade": "二级", "disability_certificate": True}
PUBLISHED = {
    "机构孤儿": "2890.00",
    "散居孤儿": "2312.00",
    "病残儿童": "2312.00",
    "低保其他儿童": "1156.00",
    "低边其他儿童": "463.00",
}
ASKED: dict[str, dict[str, Any]] = {
    "机构孤儿": {"child": {"categories": ["孤儿（福利机构）"]}},
    "散居孤儿": {"child": {"categories": ["孤儿（社会散居）"]}},
    "病残儿童": {"child": {"categories": ["自身困境儿童"]}},
    "低保其他儿童": {
        "child": {"categories": ["低保家庭儿童"]},
        "household": {"class": "低保", "dibao_active": True},
    },
    "低边其他儿童": {
        "child": {"categories": ["低保边缘家庭儿童"]},
        "household": {"class": "低保边缘"},
    },
}


def home(economic_class: str) -> dict[str, Any]:
    """What civil affairs states of a family's means."""
    dibao = economic_class == "低保"
    said = {"economic_class": economic_class, "dibao_active": dibao, "includes_child": True}
    return {"police": ALIVE, "civil_affairs": {"household": said}}


FAMILIES: dict[str, dict[str, Any]] = {
    "机构孤儿": ORPHAN | {"civil_affairs": {"child": {"placement": "儿童福利院"}}},
    "散居孤儿": ORPHAN,
    "病残儿童": {"police": ALIVE, "disabled_federation": {"child": SEVERE}},
    "低保其他儿童": home("低保"),
    "低边其他儿童": home("低保边缘"),
}


@pytest.fixture
def county(offices: Offices) -> County:
    """嵊泗县 on Tuesday, 3 September 2024; its towns sign in, and nobody of another county."""
    return County(offices, TOWN, PLACE)


def test_another_county_runs_on_its_own_folder(county: County) -> None:
    the_place_is_another(county)
    its_standards_are_published(county)
    its_payroll_comes_out_to_the_yuan(county)
    children = its_children_are_decided(county)
    a_real_run_pays_the_published_amounts(county, children)


def the_place_is_another(county: County) -> None:
    """Its own towns and tariff; a town of elsewhere is unknown, and so is its registration."""
    with pytest.raises(KeyError):
        county.offices.at("town", town="331081001")
    file = {"name": "陈小满", "birth_date": "2016-03-04", "town": "太平街道"}
    with pytest.raises(Refusal) as elsewhere:
        county.town.post("/v1/eligibility/children", file)
    assert elsewhere.value.problem["type"] == "/problems/unknown-town"
    tariff = county.civil_affairs.get("/v1/payments/tariff")
    codes = [rate["code"] for rate in tariff["rate_classes"]]
    assert {"dibao_other", "margin_other"} < set(codes)
    for place, status in (("浙江省温岭市", "not_eligible"), (PLACE, "eligible")):
        said = {"child": {"birth_date": "2016-03-04", "hukou_city": place}}
        asked = {"day": "2024-09-03", "facts": said | ORPHAN["police"]}
        answer = county.town.post("/v1/eligibility/evaluations", asked)
        assert answer["status"] == status, place


def its_standards_are_published(county: County) -> None:
    """Four fifths is its own floor: a yuan less is refused with the lawful minimum."""
    county.publish("institution_orphan_monthly", "2024-01-01", "2890.00")
    with pytest.raises(Refusal) as low:
        county.propose("scattered_orphan_monthly", "2024-01-01", "2311.00")
    assert low.value.problem["minimum"] == "2312.00"
    county.publish("scattered_orphan_monthly", "2024-01-01", "2312.00")


def its_payroll_comes_out_to_the_yuan(county: County) -> None:
    """Each published figure, worked out from facts for any month asked."""
    worked = {}
    for name, asked in ASKED.items():
        child = asked["child"] | {"birth_date": "2016-03-04", "hukou_city": PLACE}
        question = asked | {"child": child, "month": "2024-12"}
        answer = county.finance.post("/v1/payments/evaluations", question)
        assert answer["status"] == "determined", answer
        (month,) = answer["by_month"]
        worked[name] = month["basic_living"]
    assert worked == PUBLISHED


def its_children_are_decided(county: County) -> dict[str, str]:
    """One child of each kind, by the same two people as everywhere."""
    children = {}
    for name, said in FAMILIES.items():
        child = county.child("周小舟", "2016-03-04", said, "2024-01-01")
        decision = county.award(child)
        assert decision["number"].startswith("嵊民儿认〔2024〕")
        children[name] = child
    # A severely disabled child whose family has dibao is paid up to one standard (补差).
    both = {"disabled_federation": {"child": SEVERE}} | home("低保")
    topped = county.child("沈小帆", "2015-06-07", both, "2024-01-01")
    assert county.award(topped)["rate_class"] == "scattered"
    until(lambda: county.awards(topped))
    relief = {"since": "2024-10", "monthly": "784.00"}
    county.town.post(f"/v1/payments/children/{topped}/other-relief", relief)
    return children | {"补差": topped}


def a_real_run_pays_the_published_amounts(county: County, children: dict[str, str]) -> None:
    """October, from preparation to the books: six children, the published yuan, no remainder."""
    county.clock("2024-10-08")
    run = county.pay("2024-10")
    owed = PUBLISHED | {"补差": "1528.00"}
    for name, child in children.items():
        assert county.lines(run["id"], child) == [("2024-10", "basic_living", owed[name])], name
    assert (run["children"], run["blocked"], run["total"]) == (6, 0, "10661.00")
    file = county.bank.get(f"/v1/payments/runs/{run['id']}/files/ZJRCB").decode()
    assert all(amount in file for amount in PUBLISHED.values())
