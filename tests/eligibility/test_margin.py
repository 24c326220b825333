"""A county may pay children of the dibao margin by the month; here they have services only."""

from datetime import date

import orjson

from services.eligibility.operations.evaluating import answered
from services.eligibility.operations.law import law_of
from services.eligibility.rules.award import rate_of
from shared.law import Figure

DAY = date(2024, 9, 3)
PAID = Figure("dibao_margin_paid_monthly", "WL24:2.1.0a-3", "switch", "低保边缘按月发放",
              ((date(2023, 7, 24), True),))  # fmt: skip


def test_where_the_county_does_not_pay_the_margin_there_is_no_award() -> None:
    said = {
        "child": {"birth_date": "2016-03-04", "hukou_city": "温岭市"},
        "household": {"economic_class": "低保边缘"},
    }
    answer = orjson.loads(answered(DAY, said))
    assert (answer["categories"], answer["award_basis"]) == (["dibao_margin"], "none")


def test_where_the_county_pays_the_margin_its_children_have_a_rate_of_their_own() -> None:
    law = law_of(DAY).law.with_figures([PAID]).on(DAY)
    assert rate_of(law, "dibao_margin") == "dibao_margin_supplement"
    assert rate_of(law, "dibao") == "dibao_supplement"
    assert rate_of(law, "left_behind") == "none"
