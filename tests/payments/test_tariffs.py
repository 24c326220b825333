"""Other counties' tariffs are data: their published payrolls come out without any code."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.payments.rules.book import Book, Published
from services.payments.rules.monthly import fitting
from services.payments.rules.pricing import solve
from services.payments.rules.situation import OtherRelief, Situation
from services.payments.rules.standing import beginning
from services.payments.rules.tariff import TariffError, tariff_from
from services.payments.rules.vocabulary import Category, Household, ReliefKind
from shared.jurisdiction import jurisdiction
from shared.law import Figure

MONTH = date(2025, 3, 1)
YUAN = Figure("whole_yuan", "WL24:2.1.1a", "yuan", "取整", ((date(2020, 1, 1), Decimal(1)),))
SHARES = {"full": "1", "half": "0.50", "third": "0.30", "fifth": "0.20"}
LIVING = ["dibao", "destitute_support", "disabled_living"]


def county(classes: dict[str, Any], mode: str = "NONE") -> dict[str, Any]:
    defaults = {"zh": "类", "clauses": ["WL24:2.1.0a-3"]}
    return {
        "unit": "whole_yuan",
        "top_up": {"mode": mode, "standard": "dibao_standard", "clause": "WL24:2.1.0b-3"},
        "classes": {code: defaults | said for code, said in classes.items()},
    }


# 散居 = full; a dibao child in difficulty of their own: standard less dibao; another child of a
# dibao family: half of that difference; outside dibao a fifth.
HANGZHOU = county(
    {
        "institution": {"categories": ["institution_orphan"], "amount": {"of": "institution"}},
        "scattered": {"categories": ["scattered_orphan"], "amount": {"of": "scattered"}},
        "dibao_other": {"categories": ["dibao_child"], "households": ["dibao"],
                        "amount": {"of": "scattered", "minus": "dibao_standard", "share": "half"}},
        "margin_other": {"categories": ["dibao_margin_child"], "amount": {
            "of": "scattered", "minus": "dibao_standard", "share": "third",
            "published": "margin_other_monthly"}},
    }
)  # fmt: skip
YIWU = county(
    {
        "full": {"categories": ["own_difficulty"], "households": ["dibao_margin"],
                 "amount": {"of": "scattered"}},
        "topped_up": {"categories": ["own_difficulty"], "households": ["dibao"],
                      "amount": {"of": "scattered"}, "against": LIVING},
        "half": {"categories": ["dibao_child"], "households": ["dibao"],
                 "amount": {"of": "scattered", "minus": "dibao_standard", "share": "half"}},
        "outside": {"categories": ["own_difficulty"], "households": ["ordinary"],
                    "amount": {"of": "scattered", "share": "fifth"}},
    },
    "STANDARD",
)  # fmt: skip
SHENGSI = county(
    {
        "institution": {"categories": ["institution_orphan"], "amount": {"of": "institution"}},
        "scattered": {"categories": ["scattered_orphan"],
                      "amount": {"of": "institution", "share": "four_fifths"}},
        "dibao_other": {"categories": ["dibao_child"],
                        "amount": {"of": "scattered", "share": "half"}},
        "margin_other": {"categories": ["dibao_margin_child"],
                         "amount": {"of": "scattered", "share": "fifth"}},
    }
)  # fmt: skip

HANGZHOU_2025 = {"institution": "3156", "scattered": "2525", "dibao_standard": "1301",
                 "margin_other_monthly": "368"}  # fmt: skip
HANGZHOU_2023 = {"institution": "2937", "scattered": "2350", "dibao_standard": "1259",
                 "margin_other_monthly": "327"}  # fmt: skip
YIWU_2023 = {"scattered": "2342", "dibao_standard": "1050"}
SHENGSI_2024 = {"institution": "2890", "scattered": "2312", "four_fifths": "0.80"}

PAYROLLS = [
    (HANGZHOU, HANGZHOU_2025, "institution_orphan", "ordinary", "3156.00"),
    (HANGZHOU, HANGZHOU_2025, "scattered_orphan", "ordinary", "2525.00"),
    (HANGZHOU, HANGZHOU_2025, "dibao_child", "dibao", "612.00"),
    (HANGZHOU, HANGZHOU_2025, "dibao_margin_child", "dibao_margin", "368.00"),
    (HANGZHOU, HANGZHOU_2023, "dibao_child", "dibao", "546.00"),
    (HANGZHOU, HANGZHOU_2023, "dibao_margin_child", "dibao_margin", "327.00"),
    (YIWU, YIWU_2023, "own_difficulty", "dibao_margin", "2342.00"),
    (YIWU, YIWU_2023, "own_difficulty", "dibao", "1292.00"),
    (YIWU, YIWU_2023, "dibao_child", "dibao", "646.00"),
    (YIWU, YIWU_2023, "own_difficulty", "ordinary", "469.00"),
    (SHENGSI, SHENGSI_2024, "scattered_orphan", "ordinary", "2312.00"),
    (SHENGSI, SHENGSI_2024, "dibao_child", "dibao", "1156.00"),
    (SHENGSI, SHENGSI_2024, "dibao_margin_child", "dibao_margin", "463.00"),
]


@pytest.mark.parametrize(("data", "figures", "category", "home", "amount"), PAYROLLS)
def test_a_published_payroll_comes_out_to_the_yuan(
    data: dict[str, Any], figures: dict[str, str], category: str, home: str, amount: str
) -> None:
    tariff, law = tariff_from(data), jurisdiction().law.with_figures([YUAN])
    given = SHARES | figures
    since = date(2023, 1, 1)
    book = Book(tariff, law, [Published(k, since, Decimal(v)) for k, v in given.items()])
    situation = Situation(
        categories=frozenset({Category(category)}),
        household=Household(home),
        dibao_active=home == "dibao",
    )
    relief = [OtherRelief(ReliefKind.DIBAO, Decimal(0), known=False)] if home == "dibao" else []
    found = solve(fitting(beginning(situation), situation, tariff), MONTH, book, relief)
    assert found is not None
    assert f"{found.chosen.payable:.2f}" == amount, found.shown()


def test_a_tariff_that_cannot_be_meant_is_refused() -> None:
    broken = county({"x": {"amount": {"of": "scattered", "plus": "y"}}})
    for data in (broken, county({"x": {"per": "week"}}), county({"x": {"bonus": 1}}), {}):
        with pytest.raises(TariffError):
            tariff_from(data)
