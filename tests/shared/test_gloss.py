"""An English sentence is read by the law's words that stand behind it."""

import re

import pytest

from shared.gloss import WORDS, glossed


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("abandoned infant handed over by the police", "弃婴，公安部门移送"),
        ("a 13-year-old girl is pregnant", "13岁，怀孕"),
        ("not able to care", "不具备履行监护职责条件"),
        ("able again", "具备履行监护职责条件"),
        ("unable to work", "无劳动能力"),
    ],
)
def test_english_is_followed_by_the_words_of_the_law(said: str, words: str) -> None:
    assert glossed(said) == f"{said}（{words}）"


@pytest.mark.parametrize("said", ["孤儿，19岁", "reporter_identity", "2024-05-06T10:00+08:00", ""])
def test_chinese_and_codes_stay_as_they_are(said: str) -> None:
    assert glossed(said) == said


def test_every_plain_line_of_the_gloss_can_be_reached() -> None:
    """A line that stands behind one whose words it contains would never be read."""
    plain = [(en, zh) for en, zh in WORDS if re.fullmatch(r"[A-Za-z ]+", en)]
    assert [en for en, zh in plain if f"（{zh}" not in glossed(en)] == []
