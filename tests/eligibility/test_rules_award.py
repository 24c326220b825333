"""Which award: one, at the best rate, never beside other living relief (发放标准)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.eligibility.rules.answer import answer
from services.eligibility.rules.evaluation import evaluate
from services.eligibility.rules.statements.whole import read
from services.payments.operations.tariff import tariff_of
from services.payments.rules.book import Book, Published
from services.payments.rules.pricing import solve
from services.payments.rules.situation import OtherRelief
from services.payments.rules.vocabulary import ReliefKind
from shared.jurisdiction import jurisdiction
from shared.law import Figure, Law

DAY = date(2024, 5, 10)
IN_DIBAO: dict[str, Any] = {
    "child": {"birth_date": "2016-06-01", "hukou_city": "温岭市"},
    "father": {"status": "死亡"},
    "mother": {"status": "服刑", "since": "2024-01-01", "term_months": 24},
    "household": {"class": "低保"},
}


def law_with(mode: str) -> Law:
    known = jurisdiction().law.figures["living_relief_mode"]
    changed = Figure(known.name, known.clause, known.unit, known.zh, ((date.min, mode),))
    return jurisdiction().law.with_figures([changed])


@pytest.mark.parametrize(("mode", "step"), [("RECEIVED", "top_up"), ("NONE", "take_out")])
def test_a_child_in_dibao_is_topped_up_or_taken_out_as_the_county_has_chosen(
    mode: str, step: str
) -> None:
    law = law_with(mode).on(DAY)
    said = answer(evaluate(read(IN_DIBAO, law, jurisdiction().registered)[0], law))
    assert (said["award_basis"], said["top_up"]) == ("scattered", mode != "NONE")
    steps = {one["code"]: one["clause"] for one in said["next_steps"]}
    assert {"top_up", "take_out"} & set(steps) == {step}
    assert steps[step] == "WL24:2.1.0b-3"


@pytest.mark.parametrize(("mode", "paid"), [("RECEIVED", "1512.00"), ("NONE", "2312.00")])
def test_the_same_switch_decides_what_is_paid(mode: str, paid: str) -> None:
    tariff = tariff_of(jurisdiction())
    published = [Published("scattered_orphan_monthly", date(2024, 1, 1), Decimal("2312.00"))]
    book = Book(tariff, law_with(mode), published)
    relief = [OtherRelief(ReliefKind.DIBAO, Decimal("800.00"))]
    found = solve([tariff.rate_class("scattered")], date(2024, 5, 1), book, relief)
    assert found is not None
    assert str(found.chosen.payable) == paid
