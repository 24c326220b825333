"""A question spoilt in one place is answered or refused, and never a fault of ours."""

import copy
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.problem import Problem
from tests.cases.test_rehearsal import CASES, SAYS

Path = tuple[str | int, ...]
NO_SUCH_DAYS = (
    "2月30日",
    "2024-02-30",
    "13月45日",
    "9999-12-31",
    "0001-01-01",
    "0000-00-00",
    "31日",
)
OTHERS: tuple[Any, ...] = (
    *(None, "", "不详", "x" * 500, "24:61", "5岁半", "０１２", True, False, -1, 0.5, 10**12),
    *([], {}, ["x"], [[1]], {"a": 1}, [{"a": None}]),
)


def paths(said: Any, before: Path = ()) -> Iterator[Path]:
    """Where something stands in a question."""
    inside = dict(enumerate(said)) if isinstance(said, list) else said
    for key, part in inside.items() if isinstance(inside, dict) else ():
        yield (*before, key)
        yield from paths(part, (*before, key))


def of_words(said: str) -> st.SearchStrategy[str]:
    """The words with other numbers, cut off, or with a day that there is none of."""
    numbers = st.sampled_from(("0", "13", "24", "31", "60", "99", "1000000000"))
    return st.one_of(
        numbers.map(lambda number: re.sub(r"\d+", number, said)),
        st.integers(0, len(said)).map(lambda length: said[:length]),
        st.sampled_from(NO_SUCH_DAYS).map(lambda day: f"{said}，{day}发现"),
        st.sampled_from(NO_SUCH_DAYS).map(lambda day: re.sub(r"\d{1,2}月\d{1,2}日", day, said)),
    )


def said_otherwise(service: str, case: dict[str, Any], path: Path, value: Any) -> None:
    """Ask the question of a case with another value in one place."""
    request = copy.deepcopy(case["request"])
    *above, last = path
    holder = request
    for key in above:
        holder = holder[key]
    holder[last] = value
    with suppress(ValidationError, Problem):
        SAYS[service](request)


def places(service: str) -> Iterator[tuple[dict[str, Any], Path, tuple[Any, ...]]]:
    """Every place of every case, with what to put there: the first of its name gets all values,
    those that follow one each, in turn."""
    seen: dict[tuple[str | int, ...], int] = {}
    for case in CASES:
        for path in paths(case["request"]) if case["group"] == service else ():
            name = tuple(key for key in path if isinstance(key, str))
            turn = seen[name] = seen.get(name, -1) + 1
            yield case, path, (OTHERS[turn % len(OTHERS)],) if turn else OTHERS


@pytest.mark.parametrize("service", SAYS)
def test_nothing_else_in_any_place_brings_an_evaluation_down(service: str) -> None:
    for case, path, values in places(service):
        for value in values:
            said_otherwise(service, case, path, copy.copy(value))


@pytest.mark.parametrize("service", SAYS)
@settings(max_examples=300)
@given(data=st.data())
def test_no_telling_brings_an_evaluation_down(service: str, data: st.DataObject) -> None:
    case = data.draw(st.sampled_from([case for case in CASES if case["group"] == service]))
    path = data.draw(st.sampled_from(list(paths(case["request"]))))
    there = case["request"]
    for key in path:
        there = there[key]
    spoilt = st.sampled_from((*NO_SUCH_DAYS, *OTHERS))
    if isinstance(there, str):
        spoilt = st.one_of(spoilt, of_words(there))
    said_otherwise(service, case, path, data.draw(spoilt))
