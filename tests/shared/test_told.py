"""Keys are read by their words; what no fact is named by is told."""

import pytest

from shared.told import Vocabulary, leaves, unread

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
