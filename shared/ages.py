"""Numbers and ages as sentences tell them (年龄): in figures or in Chinese."""

import re

_NUMBERS = {c: n for n, c in enumerate("零一二三四五六七八九十")} | {"两": 2}
_TENS = re.compile("([一二三四五六七八九]?)十([一二三四五六七八九]?)")
_YEARS = re.compile(r"(未满|不满|不足|不到)?\s*(\d{1,2}|[一二两三四五六七八九十]{1,3})\s*(?:周)?岁")


def number_in(text: str) -> int | None:
    """The first number of a text, in digits or in Chinese up to ninety-nine."""
    if found := re.search(r"\d+", text):
        return int(found.group())
    if found := _TENS.search(text):
        return _NUMBERS.get(found[1], 1) * 10 + _NUMBERS.get(found[2], 0)
    return next((_NUMBERS[c] for c in text if c in _NUMBERS), None)


def ages_in(text: str) -> list[int]:
    """Every age in years that a text names (两岁, 未满18周岁), in its order."""
    return [(number_in(age) or 0) - bool(under) for under, age in _YEARS.findall(text)]


def age_in(text: str) -> int | None:
    """The age in years a text names (13岁); None when it names none, or more than one."""
    ages = set(ages_in(text))
    return ages.pop() if len(ages) == 1 else None


def child_age_in(text: str) -> int | None:
    """The age of the child among the ages a text names: the only one, or the youngest under 18.

    Of several children the youngest is asked about, since the law protects it the longest.
    """
    ages = set(ages_in(text))
    return ages.pop() if len(ages) == 1 else min((a for a in ages if a < 18), default=None)
