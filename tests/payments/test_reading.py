"""How a question is read: other names, other places, words, and what is not understood."""

import re
from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from services.payments.operations.evaluating import evaluated
from services.payments.operations.questions.granted import UnknownWord
from services.payments.operations.questions.schooling import UnknownSchooling
from services.payments.rules.happenings import happening_of, hukou_moved
from services.payments.rules.vocabulary import Happening
from services.payments.schemas import evaluations as schemas
from services.payments.schemas.amounts import answer
from services.payments.schemas.names import ALSO, BESIDE, HAPPENED, field_of, named
from shared.jurisdiction import jurisdiction
from shared.problems import invalid

Said = dict[str, Any]
TODAY = date(2024, 6, 3)
STANDARD = {
    "effective_from": "2024-01-01",
    "institution_orphan_monthly": "2650.00",
    "scattered_orphan_monthly": "2120.00",
    "dibao_child_rate_of_scattered": "20%",
    "street_child_rate_of_scattered": "50%",
}
GROWN = {
    "birth_date": "2006-05-15",
    "hukou_city": "温岭市",
    "categories": ["孤儿（社会散居）"],
    "schooling": "不在校",
    "labour_capacity": True,
    "civil_capacity": "完全",
}
MODELS = (schemas.EvaluationIn, *schemas.Facts.__subclasses__(), schemas.ReliefIn)


def say(said: Said) -> Said:
    return evaluated(schemas.EvaluationIn.model_validate(said), jurisdiction(), [], TODAY)


def asked(child: Said, **more: Any) -> Said:
    return {"standards_in_force": [STANDARD], "child": child, "month": "2024-06"} | more


def paid(said: Said) -> str:
    return str(say(said)["by_month"][-1]["basic_living"])


CHILD = {"birth_date": "2014-05-15", "hukou_city": "温岭市", "categories": ["孤儿（社会散居）"]}


@pytest.mark.parametrize(
    "said",
    [
        {"standards": [STANDARD], "child": CHILD, "month": "2024-06"},
        {"situation": {"standard": STANDARD, "child": CHILD}, "month": "2024年6月"},
        {"scattered_orphan_monthly": "2,120.00元", "child_birth_date": "2014-05-15",
         "child_category": "社会散居孤儿", "month": "2024-06"},
        {"standards": {"scattered": "2120"}, "birthDate": "2014-05-15", "hukouCity": "Wenling",
         "category": "scattered orphan", "month": "2024-06"},
        {"执行标准": [{"生效日期": "2024-01-01", "社会散居孤儿月标准": "2120.00"}],
         "儿童": {"出生日期": "2014年5月15日", "户籍": "温岭市", "类别": ["社会散居孤儿"]},
         "月份": "2024-06"},
        {"standards": [{"effective": "2024-01-01", "scattered_orphan_annual": "25440.00"}],
         "child": {"date_of_birth": "2014-05-15", "categories": ["orphan (scattered)"]},
         "month": "2024-06"},
    ],
)  # fmt: skip
def test_a_question_means_the_same_under_other_names_and_in_other_places(said: Said) -> None:
    found = say(said)
    assert (found["status"], found["not_considered"]) == ("determined", [])
    assert found["by_month"][-1]["basic_living"] == "2120.00"


@pytest.mark.parametrize("model", MODELS)
def test_every_other_name_means_one_field(model: Any) -> None:
    names = [name for table in (ALSO.get(model.__name__, {}),) for name in table.values()]
    told = [name for line in names for name in line.split()]
    assert len(told) == len(set(told))
    fields = set(named(model).names())
    assert all(field_of(model, field) == field for field in fields)
    assert fields <= {f.alias or name for name, f in model.model_fields.items()}
    assert not set(told) & set(BESIDE.get(model.__name__, "").split())


def test_the_days_of_a_child_are_events() -> None:
    assert all(Happening(what) for what in HAPPENED.values())
    found = say(asked(CHILD | {"adoption_date": "2024-05-02"}))
    assert found["by_month"][-1]["basic_living"] == "0.00"


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ({"other_releif": [{"kind": "低保金", "monthly": "1130.00"}]}, "other_releif"),
        ({"overpayment": {"amount": "2120.00"}}, "overpayment"),
        ({"events": [{"date": "2024-05-01", "what": "确认", "amuont": 1}]}, "events.amuont"),
    ],
)
def test_a_field_nobody_reads_is_named_and_leaves_the_answer_open(more: Said, name: str) -> None:
    found = say(asked(CHILD, **more))
    assert found["status"] == "undetermined"
    assert name in found["missing"]
    assert name in found["not_considered"]
    assert isinstance(found["did_you_mean"][name], list)
    assert not any(month["complete"] for month in found["by_month"])


def test_a_misspelt_field_is_told_its_nearest_names() -> None:
    found = say(asked(CHILD, other_releif=[]))
    assert "other_relief" in found["did_you_mean"]["other_releif"]


def test_what_bears_on_no_money_is_named_and_decides_nothing() -> None:
    found = say(asked(CHILD | {"name": "某某", "village": "某村"}, father={"status": "死亡"}))
    assert found["status"] == "determined"
    assert found["not_considered"] == ["child.name", "child.village", "father"]
    assert all(month["complete"] for month in found["by_month"])


def test_a_child_nobody_classed_is_not_refused() -> None:
    found = say(asked({"birth_date": "2014-05-15", "hukou_city": "温岭市"}))
    assert found["by_month"][-1]["basic_living"] == "undetermined"
    assert "child.categories" in found["missing"]


def test_months_before_the_document_lack_a_standard_and_nothing_else() -> None:
    found = say(asked(CHILD, month="2022-08"))
    assert found["missing"] == ["standard:scattered_orphan_monthly"]


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("未能按期毕业，延期一年", Happening.UNCLEAR),
        ("预计2025年6月毕业", Happening.UNCLEAR),
        ("父亲申请假释未获批准", Happening.UNCLEAR),
        ("父亲假释回家", Happening.PARENT_RELEASED),
        ("有意收养家庭来访", Happening.UNCLEAR),
        ("大专毕业", Happening.GRADUATED),
        ("未成年人被收养", Happening.ADOPTED),
    ],
)
def test_what_did_not_happen_is_no_event(words: str, meant: Happening) -> None:
    assert happening_of(words) is meant


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("户籍由泽国镇迁至大溪镇", Happening.HUKOU_MOVED_HERE),
        ("户籍由杭州市迁至温岭市", Happening.HUKOU_MOVED_HERE),
        ("户籍迁入杭州市西湖区", Happening.HUKOU_MOVED_AWAY),
        ("户籍迁至姑母户下", Happening.UNCLEAR),
        ("户籍迁出", None),
    ],
)
def test_a_registration_moves_to_where_the_words_say(words: str, meant: Happening | None) -> None:
    towns = tuple(town.zh for town in jurisdiction().towns.values())
    here = lambda place: jurisdiction().registered(place) or place.startswith(towns)
    assert hukou_moved(words, here) is meant


@pytest.mark.parametrize(
    ("words", "status", "lump_sum"),
    [
        ("初中毕业后在外打工", "determined", "12720.00"),
        ("在家待业", "determined", "12720.00"),
        ("高三在读，预计2025年6月毕业", "determined", "0.00"),
        ({"stage": "大学本科", "status": "休学"}, "manual_review", "0.00"),
        ({"stage": "大学本科", "status": None}, "undetermined", "0.00"),
    ],
)
def test_school_is_read_by_its_words(words: Any, status: str, lump_sum: str) -> None:
    found = say(asked(GROWN | {"schooling": words}))
    assert (found["status"], found["totals"]["lump_sums"]) == (status, lump_sum)


def test_words_about_school_nobody_understands_are_refused() -> None:
    with pytest.raises(UnknownSchooling):
        say(asked(GROWN | {"schooling": "情况复杂"}))


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("完全丧失劳动能力", False),
        ("有劳动能力", True),
        ("限制民事行为能力人", False),
        ("完全民事行为能力人", True),
        ("不具备完全民事行为能力", False),
        ("未评估", None),
        ("无法确定", None),
    ],
)
def test_a_capacity_is_not_read_by_the_beginning_of_its_words(
    words: str, meant: bool | None
) -> None:
    assert answer(words) is meant


def test_half_an_answer_is_refused() -> None:
    with pytest.raises(ValueError, match="Yes, no or null"):
        answer("有一定劳动能力")


def test_a_month_of_relief_is_all_of_its_days() -> None:
    street = {"categories": ["流浪儿童"]}
    whole = say(asked(street, relief={"from": "2024-06", "to": "2024-06"}))
    ten = say(asked(street, relief={"days": 10}))
    assert whole["by_month"][-1]["street_relief"] == "1060.00"
    assert ten["by_month"][-1]["street_relief"] == "353.34"


def facts(said: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    for key, value in said.items():
        if isinstance(value, dict):
            yield from facts(value, (*path, key))
        else:
            yield (*path, key)


RICH = asked(
    GROWN | {"schooling": {"stage": "大专", "status": "在校", "enrolled": True}},
    household={"class": "低保", "dibao_active": True},
    other_relief=[{"kind": "低保金", "monthly": "1130.00"}],
    confirmed_on="2024-01-10",
)


@pytest.mark.parametrize("path", [p for p in facts(RICH) if p[0] in ("child", "household")])
def test_an_unknown_fact_never_makes_another_amount_certain(path: tuple[Any, ...]) -> None:
    known, said = paid(RICH), deepcopy(RICH)
    part = said
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = None
    assert paid(said) in (known, "undetermined", "manual_review")


def test_a_question_of_no_month_is_about_that_of_today() -> None:
    said = say({"institution_orphan_monthly": "2650.00", "urban_consumption_yearly": "45500.00"})
    assert said["months"] == ["2024-06"]
    floor = next(f for f in said["standards"]["floors"] if f["minimum"] == "2654.17")
    assert not floor["lawful"]
    assert said["status"] == "manual_review"


def test_insurance_of_a_year_tells_its_months() -> None:
    child = {"birth_date": "2014-02-02", "categories": ["低保家庭儿童"]}
    insurance = {"year": 2024, "personal_share": "520.00"}
    said = say({"child": child, "medical_insurance": insurance, "standards_in_force": STANDARD})
    covered = [line for line in said["lines"] if line["benefit"] == "insurance"]
    assert [line["amount"] for line in covered] == ["520.00"]


@pytest.mark.parametrize("beside", [[], [{"kind": "助学金", "monthly": "300.00"}]])
def test_dibao_told_with_the_household_is_deducted_as_any_other(beside: list[Said]) -> None:
    child = GROWN | {"birth_date": "2014-02-02", "categories": ["事实无人抚养儿童"]}
    home = {"class": "低保", "dibao_active": True, "child_dibao_share": "900.00"}
    asked = {"child": child, "household": home, "month": "2024-05", "other_relief": beside}
    said = say(asked | {"standards_in_force": STANDARD, "applied_on": "2024-01-05"})
    assert said["by_month"][0]["basic_living"] == "1220.00"
    assert said["status"] == "determined"


@pytest.mark.parametrize(
    ("category", "household", "due"),
    [
        ("低保家庭儿童", {}, "due"),
        ("孤儿（社会散居）", {}, "due"),
        ("低保边缘家庭儿童", {}, "not_due"),
        ("低保家庭儿童", {"dibao_active": None}, "undetermined"),
    ],
)
def test_who_is_a_recipient_does_not_hang_on_a_standard_nobody_has_published(
    category: str, household: Said, due: str
) -> None:
    child = {"birth_date": "2014-02-02", "hukou_city": "温岭市", "categories": [category]}
    order = {"month": "2025-02", "amount_per_head": "48.50"}
    asked = {"child": child, "household": household, "price_subsidy": order}
    said = say(asked | {"insurance": {"year": 2025, "personal_share": "520.00"}})
    beside = [line for line in said["lines"] if line["benefit"] in ("insurance", "price_subsidy")]
    assert [line["status"] for line in beside] == [due, due]


SECRET = "岳青鸢之秘331099201302170073"


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({"household": {"class": SECRET}}, "household.class"),
        ({"rates": {SECRET: "10.00"}}, "rates"),
        ({"paid": [{"month": "2024-01", "benefit": SECRET, "amount": "1.00"}]}, "paid.benefit"),
        ({"awards": [{"rate_class": SECRET, "first_month": "2024-01"}]}, "awards.rate_class"),
    ],
)
def test_a_word_nobody_knows_is_not_repeated_but_answered_with_those_there_are(
    said: Said, where: str
) -> None:
    with pytest.raises(UnknownWord) as refused:
        say({"child": GROWN, "standards": [STANDARD], "month": "2024-06"} | said)
    body = refused.value.body()
    assert (body["where"], SECRET in str(body)) == (where, False)
    assert body["allowed"]


@pytest.mark.parametrize(
    ("said", "where", "right"),
    [
        ({"child": {"birth_date": "2014-02-30"}}, "child.birth_date", "2024-05-31"),
        ({"child": {"schooling": {"graduated_on": "soon"}}}, "child.schooling.graduated_on", None),
        ({"month": "May"}, "month", "2024-05"),
        ({"household": {"dibao_active": "maybe"}}, "household.dibao_active", None),
        ({"other_relief": {"特困供养": "abc"}}, "other_relief.0.monthly", "2120.00"),
        ({"household": 5}, "household", None),
    ],
)
def test_a_refused_field_is_named_once_with_what_would_be_right(
    said: dict[str, Any], where: str, right: str | None
) -> None:
    with pytest.raises(ValidationError) as refused:
        schemas.EvaluationIn.model_validate({"situation": said})
    [entry] = invalid(refused.value.errors()).errors
    assert entry["where"] == where
    assert re.search("[\u4e00-\u9fff]", entry["zh"])
    assert entry["zh"] != "内容不符合要求"
    assert entry["en"] != "Not valid"
    assert right is None or entry["allowed"] == right
