"""How a statement is read: other names, other places, other words, months without a day."""

from copy import deepcopy
from datetime import date
from operator import itemgetter
from typing import Any

import pytest

from services.eligibility.operations.law import registered_here
from services.eligibility.rules.answer import answer
from services.eligibility.rules.asking import asked
from services.eligibility.rules.statements import apart
from services.eligibility.rules.statements.names import ALSO, SUBJECTS
from services.eligibility.rules.statements.naming import SUBJECT
from services.eligibility.rules.statements.phrasing import understood
from services.eligibility.rules.statements.ways import FIELDS, WAYS
from services.eligibility.rules.statements.whole import FactsInvalid, stated
from services.eligibility.rules.vocabulary import VOCABULARY
from shared.jurisdiction import jurisdiction
from tests.cases.test_rehearsal import CASES, SAYS

Said = dict[str, Any]
case_id = itemgetter("id")
DAY = date(2024, 5, 10)
CHILD = {"birth_date": "2015-03-01", "hukou_city": "温岭市"}


def say(facts: Said) -> Said:
    law = jurisdiction().law.on(DAY)
    return answer(asked(facts, law, registered_here)[0])


def wrong(facts: Said) -> list[str]:
    with pytest.raises(FactsInvalid) as problem:
        say(facts)
    return [error["where"] for error in problem.value.errors]


@pytest.mark.parametrize(
    "mother",
    [
        {"status": "死亡", "alive": True},
        {"alive": "是", "dead": True},
        {"life": "dead", "dead": False},
        {"status": "死亡", "custody": "prison"},
    ],
)
def test_nobody_is_told_to_be_dead_and_alive_in_one_statement(mother: Said) -> None:
    assert wrong({"child": CHILD, "father": "死亡", "mother": mother}) == ["facts.mother.status"]


@pytest.mark.parametrize("said", [{"alive": True}, {"dead": "否"}, {"status": "健在"}])
def test_the_register_keeps_that_a_parent_lives_in_whatever_words(said: Said) -> None:
    told = stated({"mother": said}, jurisdiction().law.on(DAY), registered_here)
    assert told.stated["mother.life"] == "alive"


@pytest.mark.parametrize(
    "facts",
    [
        {"child": CHILD, "father": "死亡", "mother": {"status": "服刑", "term_months": 36}},
        {"child_birth_date": "2015-03-01", "child_hukou": "温岭市", "father_status": "病逝",
         "mother_status": "服刑", "mother_sentence": "有期徒刑三年"},
        {"birthDate": "2015/3/1", "hukou": "wenling", "father": {"deceased": True},
         "mom": {"state": "imprisoned", "sentence_years": 3}},
        {"儿童": {"出生日期": "2015年3月1日", "户籍": "温岭市大溪镇"}, "父亲": {"状况": "死亡"},
         "母亲": {"状况": "服刑", "刑期": "3年"}},
        {"child": CHILD | {"name": "某某", "living_with": "外祖父母"}, "school": "某小学",
         "father": {"alive": False}, "mother": {"status": "服刑", "sentence":
                                                {"from": "2023-01-01", "to": "2025-12-31"}}},
    ],
)  # fmt: skip
def test_a_statement_means_the_same_under_other_names_and_in_other_places(facts: Said) -> None:
    found = say(facts)
    assert found["categories"] == ["de_facto_unsupported"]
    assert found["award_basis"] == "scattered"


@pytest.mark.parametrize("subject", sorted(ALSO))
def test_every_other_name_leads_to_a_fact_that_is_read(subject: str) -> None:
    fields = {*WAYS[subject], *(n.split(".")[1] for n in VOCABULARY if n.startswith(f"{subject}."))}
    assert set(FIELDS[subject].names()) <= fields
    assert all(FIELDS[subject].field(field) == field for field in fields)
    told = [name for names in ALSO[subject].values() for name in names.split()]
    assert len(told) == len(set(told))


def test_every_subject_is_found_by_its_chinese_name() -> None:
    told = [name for names in SUBJECTS.values() for name in names.split()]
    assert len(told) == len(set(told))
    assert [SUBJECT.field(zh) for zh in ("儿童", "父亲", "生母", "父母", "家庭")] == [
        "child", "father", "mother", "parents", "household",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "where"),
    [
        ({"child": CHILD | {"hukuo": "温岭"}}, "facts.child.hukuo"),
        ({"child": CHILD, "fahter_status": "死亡"}, "facts.fahter_status"),
        ({"child": CHILD | {"hukou_moved_to": "杭州市"}}, "facts.child.hukou_moved_to"),
        ({"child": {"birth_date": "2015-02-30", "hukou": "温岭市"}}, "facts.child.birth_date"),
        ({"child": CHILD, "chidl": {"disability": "智力二级"}}, "facts.chidl"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused_with_its_place(facts: Said, where: str) -> None:
    assert where in wrong(facts)


def test_a_field_said_twice_must_say_the_same() -> None:
    same = say({"child": CHILD | {"dob": "2015-03-01"}, "parents": "死亡"})
    assert same["categories"] == ["orphan_scattered"]
    assert wrong({"child": CHILD | {"dob": "2015-03-02"}, "parents": "死亡"}) == ["facts.child.dob"]


def test_a_month_is_enough_where_no_answer_hangs_on_the_day() -> None:
    held = {"child": CHILD, "father": {"status": "逮捕", "since": "2023-03"}, "mother": "死亡"}
    assert say(held)["categories"] == ["de_facto_unsupported"]


def test_a_month_of_birth_is_enough_but_tells_no_birthday() -> None:
    told = say({"child": {"birth_date": "2015年3月", "hukou": "温岭市"}, "parents": "死亡"})
    assert (told["categories"], told["adult_on"]) == (["orphan_scattered"], None)


GROUPED: list[Said] = [
    {"minor": CHILD, "family": {"father": "死亡", "mother": {"situation": "服刑，刑期四年"}}},
    {"child": CHILD, "family_members": [{"relation": "父亲", "status": "死亡"},
                                        {"relation": "母亲", "status": "服刑", "term": "4年"}]},
    {"基本情况": CHILD, "父": {"生存状况": "死亡"}, "母": {"状况": "被逮捕羁押，尚未判决",
                                                "起始日期": "2023-03-01"}},
    {"child": CHILD, "father": "死亡",
     "mother": {"custody": {"type": "强制隔离戒毒", "start": "2023-12-01", "end": "2025-11-30"}}},
    {"child": CHILD, "father": "死亡",
     "mother": {"lost_contact": {"since": "2023-05-01", "police_receipt": True}}},
    {"child": CHILD, "events": [{"date": "2024-01-05", "what": "父亲因病死亡"}],
     "mother": {"status": "服刑", "term": "4年", "prison": "某监狱"}},
]  # fmt: skip


@pytest.mark.parametrize("facts", GROUPED)
def test_groups_lists_and_objects_are_opened_where_a_fact_stands_in_them(facts: Said) -> None:
    assert say(facts)["categories"] == ["de_facto_unsupported"]


@pytest.mark.parametrize("facts", GROUPED[:5])
def test_the_register_takes_only_what_stands_where_its_fields_are(facts: Said) -> None:
    with pytest.raises(FactsInvalid):
        stated(facts, jurisdiction().law.on(DAY), registered_here)


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ({"father": {"status": "死亡", "dibao_share": 3}}, "father.dibao_share"),
        ({"child": CHILD | {"disability_allowance": 300}, "father": "死亡"},
         "child.disability_allowance"),
        ({"child": CHILD | {"placement": "住在校车里"}, "father": "死亡"}, "child.placement"),
    ],
)  # fmt: skip
def test_what_may_tell_a_fact_and_nobody_reads_leaves_the_answer_open(
    more: Said, name: str
) -> None:
    law = jurisdiction().law.on(DAY)
    told = {"child": CHILD, "mother": {"status": "服刑", "term_months": 36}} | more
    evaluation, _, statement = asked(told, law, registered_here)
    assert statement.not_considered == [name]
    assert (evaluation.status, evaluation.categories) == (
        "undetermined", ("de_facto_unsupported",),
    )  # fmt: skip
    assert name in evaluation.missing
    with pytest.raises(FactsInvalid):
        stated(told, law, registered_here)


def test_a_phrase_under_a_name_nobody_knows_is_read_where_nobody_has_said_it() -> None:
    told = {"child": CHILD, "father": "死亡", "mother": {"mental_state": "持有三级精神残疾证"}}
    assert say(told)["categories"] == ["de_facto_unsupported"]
    known = {"disability": "肢体三级", "mental_state": "持有三级精神残疾证"}
    assert say(told | {"mother": known})["categories"] == []


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("被逮捕羁押，尚未判决", ["arrest"]),
        ("改嫁外地，未抚养孩子", ["remarried", "neglecting"]),
        ("市未成年人救助保护中心", None),
        ("未失联", None),
    ],
)
def test_a_phrase_is_read_part_by_part(word: str, meant: list[str] | None) -> None:
    assert understood("status", word) == meant


def test_what_an_amount_is_made_of_is_added_up() -> None:
    income = {"wages": "2400.00", "pension": "600.00"}
    household = {"members": 3, "income": income, "property_ok": True}
    told = say({"child": CHILD, "household": household, "dibao_line_per_head": "1130.00"})
    assert told["per_capita_income"] == "1000.00"


def test_what_ended_by_an_event_is_over_from_its_day() -> None:
    held = {"child": CHILD, "father": "死亡", "mother": {"status": "服刑", "term_months": 36}}
    freed = {"events": [{"日期": "2024-05-01", "事项": "母亲刑满释放"}]}
    later = {"events": [{"日期": "2024-05-11", "事项": "母亲刑满释放"}]}
    assert say(held)["categories"] == say(held | later)["categories"] == ["de_facto_unsupported"]
    assert say(held | freed)["categories"] == []


@pytest.mark.parametrize(
    ("facts", "asked_for"),
    [
        ({"child": CHILD, "father": {"status": "逮捕", "since": "2023年11月"}, "mother": "死亡"},
         "father.since"),
        ({"child": {"birth_date": "2006-05", "hukou": "温岭市"}, "parents": "死亡"},
         "child.birth_date"),
        ({"child": {"birth_date": "约2006年", "hukou": "温岭市"}, "parents": "死亡"},
         "child.birth_date"),
        ({"child": {"birth_date": "2015-03-01", "hukou": "温岭市（已迁出）"}, "parents": "死亡"},
         "child.hukou_city"),
        ({"child": CHILD | {"labour_capacity": "有一定劳动能力"}, "parents": "死亡"},
         "child.labour_capacity"),
        ({"child": CHILD, "parents": "死亡",
          "events": [{"date": "2024-04-01", "what": "父亲中奖"}]}, "events.0"),
        ({"child": CHILD | {"shoe_size": 34}, "parents": "死亡"}, "child.shoe_size"),
        ({"child": CHILD | {"shoes": {"size": 34}}, "parents": "死亡"}, "child.shoes.size"),
        ({"child": CHILD, "father": {"status": "死亡", "stars": 3}}, "father.stars"),
    ],
)  # fmt: skip
def test_what_is_told_too_loosely_to_decide_is_asked_for(facts: Said, asked_for: str) -> None:
    found = say(facts)
    assert found["status"] == "undetermined"
    assert asked_for in found["missing"]


def test_where_a_registration_moved_to_is_read_from_a_sentence() -> None:
    moved = "2024-04-15由温岭市迁至台州市椒江区"
    for child in ({"hukou_city": "台州市椒江区", "hukou_history": moved}, {"hukou_city": moved}):
        assert (
            say({"child": {"birth_date": "2015-03-01"} | child, "parents": "死亡"})["scope"]
            == "out"
        )


def test_the_register_keeps_no_month_for_a_day() -> None:
    held = {"father": {"status": "逮捕", "since": "2023-03"}}
    with pytest.raises(FactsInvalid):
        stated(held, jurisdiction().law.on(DAY), registered_here)


def test_the_register_refuses_what_a_question_only_notes() -> None:
    told = {"child": CHILD | {"nationality": "中国"}, "parents": "死亡"}
    assert say(told)["categories"] == ["orphan_scattered"]
    with pytest.raises(FactsInvalid):
        stated(told, jurisdiction().law.on(DAY), registered_here)


@pytest.mark.parametrize(
    ("name", "words", "meant"),
    [
        ("labour_capacity", "有劳动能力", True),
        ("labour_capacity", "完全丧失劳动能力", False),
        ("adopted", "未被收养", False),
        ("labour_capacity", "未评估", None),
        ("boarding", "不住校", False),
    ],
)
def test_yes_and_no_are_read_with_what_they_are_about(name: str, words: str, meant: Any) -> None:
    found = stated({"child": {name: words}}, jurisdiction().law.on(DAY), registered_here)
    assert found.stated[f"child.{name}"] is meant


def test_an_orphan_nobody_says_who_raises_has_an_open_rate_and_no_other_category() -> None:
    found = say({"child": CHILD | {"placement": None}, "parents": "死亡"})
    assert (found["status"], found["categories"], found["award_basis"]) == (
        "eligible", [], "undetermined",
    )  # fmt: skip
    assert "child.placement" in found["missing"]


def test_harm_said_to_have_happened_here_reaches_a_child_from_elsewhere() -> None:
    away = {"birth_date": "2015-03-01", "hukou_city": "台州市黄岩区"}
    here = say({"child": away | {"harm": "在温岭被继父殴打"}, "parents": "健在"})
    assert (here["scope"], here["award_basis"]) == ("in", "none")


@pytest.mark.parametrize(
    ("household", "kind", "head"),
    [
        ({"family_size": 3, "annual_income": "40680.00"}, "dibao_margin", "1130.00"),
        ({"members": 4, "income_per_head": "1129.99"}, "dibao", "1129.99"),
        ({"members": 3, "monthly_income": "5085.03"}, "ordinary", "1695.01"),
    ],
)
def test_income_is_read_by_year_by_month_and_by_head(household: Said, kind: str, head: str) -> None:
    told = household | {"property_ok": True, "dibao_line": "1130.00"}
    found = say({"child": CHILD, "parents": "健在", "household": told})
    assert (found["household_class"], found["per_capita_income"]) == (kind, head)


def test_the_order_of_the_fields_changes_nothing() -> None:
    facts = {
        "child": CHILD | {"disability": "智力四级", "placement": "与祖父母共同生活"},
        "father": {"since": "2023-01-01", "status": "服刑", "sentence": "2年"},
        "mother": {"cause": "艾滋病", "status": "死亡"},
        "household": {"members": 3, "per_capita_income": "900.00", "property_ok": True},
        "dibao_line": "1130.00",
    }
    turned = {key: dict(reversed(list(value.items()))) if isinstance(value, dict) else value
              for key, value in reversed(list(deepcopy(facts).items()))}  # fmt: skip
    one, other = say(facts), say(turned)
    assert {**one, "reasons": 0} == {**other, "reasons": 0}


@pytest.mark.parametrize(
    "mother",
    [
        {"status": "失联", "since": "2023-10-01", "confirmed_by_police": True},
        {"status": "失联满6个月", "evidence": "公安机关证明"},
        "判处有期徒刑三年",
        "精神残疾二级",
        "尿毒症",
        {"status": "患重大疾病", "disease": "尿毒症", "certificate": True},
    ],
)
def test_one_word_of_a_parent_says_what_keeps_it_from_raising_the_child(mother: Any) -> None:
    found = say({"child": CHILD, "father": "死亡", "mother": mother})
    assert found["categories"] == ["de_facto_unsupported"]


@pytest.mark.parametrize("word", [None, "不详", "未知", "unknown"])
def test_a_word_that_nobody_knows_is_unknown_wherever_it_stands(word: str | None) -> None:
    found = say({"child": CHILD, "father": "死亡", "mother": word})
    assert (found["status"], found["missing"]) == ("undetermined", ["mother.life"])
    found = say({"child": CHILD, "household": word})
    assert (found["status"], found["missing"]) == ("undetermined", ["household.economic_class"])


def test_what_is_told_in_the_same_words_is_read_by_its_day_and_beside_what_else_is_told() -> None:
    mother = {"status": "服刑", "since": "2024-01-10", "term_months": 12}
    facts = {"child": CHILD, "father": "死亡", "mother": mother}
    law = jurisdiction().law
    told = {
        month: asked(facts, law.on(date(2024 + month // 12, month % 12 + 1, 10)), registered_here)
        for month in (2, 6, 2, 11, 12, 6)
    }
    custody = {month: facts.get("mother.custody") for month, (_, facts, _) in told.items()}
    assert custody == {2: "prison", 6: "prison", 11: "prison", 12: None}
    dead = facts | {"events": [{"date": "2024-05-01", "event": "母亲死亡"}]}
    assert say(facts)["categories"] == ["de_facto_unsupported"]
    assert say(dead)["categories"] == ["orphan_scattered"]
    assert say(facts)["categories"] == ["de_facto_unsupported"]


def test_nothing_that_was_told_as_a_note_of_one_child_is_kept_for_others() -> None:
    say({"child": CHILD, "father": {"status": "死亡", "note": "生前住百花路7号"}})
    say({"child": CHILD, "father": {"status": "死亡"}})
    kept = repr(list(apart._read))
    assert "死亡" in kept
    assert "百花路" not in kept


@pytest.mark.parametrize("case", [c for c in CASES if c["group"] == "eligibility"], ids=case_id)
def test_what_is_read_apart_is_read_as_it_is_beside_all_else(
    case: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    apart_, again = (SAYS["eligibility"](deepcopy(case["request"])) for _ in range(2))
    monkeypatch.setattr(apart, "FACTS", {})
    assert apart_ == again == SAYS["eligibility"](deepcopy(case["request"]))
