"""Keys are read by their words; what no fact is named by is told."""

import pytest

from shared.told import Vocabulary, instant, leaves, snake, unread

FACTS = Vocabulary(
    {
        "service_date": "tattoo date; 服务日期",
        "customer_birth": "customer birth date; 出生日期",
        "age": "child age; 年龄",
        "reported_at": "reported; report date; police report date",
        "sign": "",
    },
    personal=("age", "customer_birth"),
)


@pytest.mark.parametrize(
    ("key", "fact"),
    [
        ("service_date", "service_date"),
        ("date_of_service", "service_date"),
        ("serviceDate", "service_date"),
        ("service.date", "service_date"),
        ("Service Time", "service_date"),
        ("文身服务日期", "service_date"),
        ("client_dob", "customer_birth"),
        ("customer.birthday", "customer_birth"),
        ("patient.age", "age"),
        ("time_told_to_the_police", "reported_at"),
        ("signage", "sign"),
    ],
)
def test_a_key_is_read_by_its_words(key: str, fact: str) -> None:
    assert FACTS.fact(key) == fact


@pytest.mark.parametrize("key", ["father.age", "guardian.age", "监护人年龄", "date", "colour"])
def test_what_is_of_another_or_says_too_little_is_no_fact(key: str) -> None:
    assert FACTS.fact(key) is None


WHEN = Vocabulary(
    {
        "finding": "found; 发现",
        "found_at": "find date; 发现时间",
        "reported_at": "report police date; 报案时间",
        "liaison": "contact; 联系人",
        "placement": "安置",
        "placed_on": "placed date; 安置日期",
        "carer": "受托人",
        "age": "年龄",
    },
    days=("found_at", "reported_at", "placed_on"),
    dated={"placement": "placed_on"},
)


@pytest.mark.parametrize(
    ("path", "value", "fact"),
    [
        ("found", "bruises", "finding"),
        ("found", "2024-05-06 09:00", "found_at"),
        ("told_police", "2024-05-06 09:00", "reported_at"),
        ("报案", "2024-05-06", "reported_at"),
        ("placement", "2024-05-06", "placed_on"),
        ("安置.日期", "2024-05-06", "placed_on"),
    ],
)
def test_a_bare_day_tells_when_that_was(path: str, value: str, fact: str) -> None:
    assert WHEN.fact(path, value) == fact


@pytest.mark.parametrize(
    ("path", "fact"),
    [("liaison.appointed", "liaison"), ("受托人.年龄", "age"), ("受托人.备注", "carer")],
)
def test_a_part_is_read_before_its_group_and_else_as_its_group(path: str, fact: str) -> None:
    assert WHEN.fact(path) == fact


@pytest.mark.parametrize(
    "value", ["2024-05-06", "2024年5月6日上午9点", "2024-05-06T09:00:00Z", "6 May 2024", "20240506"]
)
def test_a_day_with_or_without_its_hour_is_an_instant(value: str) -> None:
    assert instant(value)


@pytest.mark.parametrize("value", ["自2024-04-01起", "2024-05-01查询，无记录", "", None, 7])
def test_a_sentence_with_a_day_is_more_than_an_instant(value: object) -> None:
    assert not instant(value)


def test_what_had_no_effect_is_told() -> None:
    flat = dict(
        leaves(
            {"child": {"age": 7}, "sign": True, "colour": 7, "wish": "要回家", "servise_date": 1}
        )
    )
    assert unread(flat, {"child.age"}, FACTS) == {
        "not_understood": ["colour", "servise_date"],
        "read_as_words": ["wish"],
        "not_used": ["sign"],
        "did_you_mean": {"servise_date": ["service_date"]},
    }


@pytest.mark.parametrize("part", ["(", "（a", "(a）", "a_", "aB", " -"])
def test_a_name_of_a_hundred_thousand_signs_is_read_as_quickly_as_it_is_long(part: str) -> None:
    """What takes time by the square of its length would still be at it when the suite ends."""
    assert snake("收入（元/月）") == "收入"
    assert len(snake(part * 100_000)) <= 2 * len(part) * 100_000
