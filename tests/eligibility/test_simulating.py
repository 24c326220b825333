"""Other figures, readings and rules over the whole register: who gains, who loses (测算)."""

from typing import Any

import pytest

from services.eligibility.operations.gains import Stands, count, few_hidden, nobody_yet
from tests.eligibility.conftest import Office, World
from tests.factories import OTHER_TOWN, TOWN

AMOUNTS = {"scattered": "2120.00", "dibao_supplement": "424.00"}
BOTH = {"amounts_now": AMOUNTS, "amounts_then": AMOUNTS}


async def simulated(world: World, **told: Any) -> dict[str, Any]:
    begun = await world.county.post("/simulations", BOTH | told)
    return await world.settled(world.county, f"/simulations/{begun['id']}")


async def test_a_simulation_counts_and_writes_nothing(world: World) -> None:
    await world.granted()
    found = await simulated(world, figures={"custody_months": 36})
    result = found["result"]
    assert (found["state"], found["done"], result["lose"]) == ("finished", 1, 1)
    assert result["changes"] == {TOWN: {"gain": 0, "lose": 1, "same": 0}}
    assert result["by_town"][TOWN]["scattered"]["monthly_now"] == "2120.00"
    finance = Office(world.client, "finance")
    seen = (await finance.get(f"/simulations/{found['id']}"))["result"]
    for table, name in (("by_town", "scattered"), ("by_category", "de_facto_unsupported")):
        line = seen[table][TOWN][name]
        assert (seen["lose"], line["children_now"], line["monthly_now"]) == (None, None, None)
    assert (await world.county.get("/reviews?state=open"))["items"] == []


async def test_a_rule_left_out_shows_who_rests_on_it_by_category(world: World) -> None:
    await world.granted()
    result = (await simulated(world, waived=["in_prison"]))["result"]
    assert (result["gain"], result["lose"], result["same"]) == (0, 1, 0)
    assert result["by_category"][TOWN] == {
        "de_facto_unsupported": {"children_now": 1, "monthly_now": "2120.00"},
        "none": {"children_then": 1, "monthly_then": "0"},
    }
    other = (await simulated(world, waived=["declared_missing"]))["result"]
    assert (other["lose"], other["same"]) == (0, 1)


async def test_another_reading_is_tried_as_a_switch(world: World) -> None:
    child_id = await world.orphan_to_be()
    await world.state("police", child_id, {"mother": {"life": "健在"}}, "2024-03-01")
    await world.state("town", child_id, {"household": {"class": "低保边缘"}}, "2024-03-01")
    paid = {"amounts_then": AMOUNTS | {"dibao_margin_supplement": "212.00"}}
    switch = {"dibao_margin_paid_monthly": True}
    result = (await simulated(world, figures=switch, **paid))["result"]
    assert (result["gain"], result["lose"]) == (1, 0)
    margin = result["by_category"][TOWN]["dibao_margin"]
    assert (margin["monthly_now"], margin["monthly_then"]) == ("0", "212.00")


@pytest.mark.parametrize(
    ("told", "where", "allowed"),
    [
        ({"figures": {"moon_phase": 3}}, "figures.moon_phase", "custody_months"),
        ({"figures": {"custody_months": "six"}}, "figures.custody_months", "months"),
        ({"figures": {"custody_months": -1}}, "figures.custody_months", "months"),
        ({"figures": {"custody_months": 99999}}, "figures.custody_months", "months"),
        ({"figures": {"margin_income_ratio": "NaN"}}, "figures.margin_income_ratio", "ratio"),
        ({"figures": {"serious_illnesses": [1]}}, "figures.serious_illnesses", "list"),
        ({"waived": ["gravity"]}, "waived", "in_prison"),
        ({"waived": ["hiv_affected"]}, "waived", "in_prison"),
    ],
)
async def test_what_cannot_be_tried_is_refused_with_what_can(
    world: World, told: dict[str, Any], where: str, allowed: str
) -> None:
    problem = await world.county.post("/simulations", BOTH | told, expect=400)
    assert problem["where"] == where
    assert allowed in problem["allowed"]


def test_hidden_counts_of_a_simulation_cannot_be_reckoned_back() -> None:
    result, paid = nobody_yet(), Stands("scattered", "orphan_scattered")
    amounts = {"now": AMOUNTS, "then": AMOUNTS}
    for town, children in ((TOWN, 9), (OTHER_TOWN, 8)):
        for _ in range(children):
            count(result, town, paid, paid, amounts)
    count(result, TOWN, paid, Stands("none", "none"), amounts)
    shown = few_hidden(result, 18, 5)
    assert (shown["lose"], shown["same"]) == (None, None)
    assert shown["changes"][TOWN]["lose"] is None
    lines = shown["by_category"][TOWN]
    assert lines["none"]["children_then"] is None
    assert lines["orphan_scattered"]["children_then"] is None
    assert lines["orphan_scattered"]["monthly_then"] is None
