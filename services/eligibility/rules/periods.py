"""How long something has lasted or will last, in whole months as the law counts them (期间).

民法典 202: a period of months or years ends on the day of the same number, else on the last of
the month. 民法典 1259: 以上 includes the number itself.
"""

import re
from calendar import monthrange
from datetime import date, timedelta

from shared.calendar import corresponding_day

DAY = timedelta(days=1)
FOR_LIFE, DIGITS = 999, 3
# The most and the fewest days that so many consecutive months can have.
MOST = (0, 31, 62, 92, 123, 153, 184, 215, 245, 276, 306, 337, 366)
FEWEST = (0, 28, 59, 89, 120, 150, 181, 212, 242, 273, 303, 334, 365)
CHINESE = {digit: number for number, digit in enumerate("零一二三四五六七八九")} | {"两": 2}
TENS = re.compile(r"([一二三四五六七八九]?)十([一二三四五六七八九]?)")
_NAMED_DAY = re.compile(r"((?:19|20)\d\d)[-/.年](?:(\d{1,2})(?:[-/.月](\d{1,2}))?)?")
PARTS = re.compile(r"(\d+)[\s-]*(年|years?|个?月|months?|日|天|days?)")


_ENGLISH = "one two three four five six seven eight nine ten eleven twelve"
_NUMBERS = _ENGLISH.split()
_IN_ENGLISH = re.compile(
    rf"\b({'|'.join(_NUMBERS)}|eighteen)(?=[\s-]+(?:year|month|day))", re.IGNORECASE
)


def birthday(born: date, years: int) -> date:
    """The day somebody is so many years old; 29 February leads to 28 (民法典 202)."""
    return corresponding_day(born, years=years)


def months_before(day: date, months: int) -> date:
    """The day from which `months` whole months have passed on `day`."""
    return corresponding_day(day, months=-months)


def whole_months(since: date, end: date) -> int:
    """Whole months from a day to another; the day of the same number completes one."""
    months = (end.year - since.year) * 12 + end.month - since.month
    while corresponding_day(since, months=months) > end:
        months -= 1
    return months


def term_between(first: date, last: date) -> int:
    """Whole months of a term whose first and last day both count (刑期自…起至…止)."""
    return whole_months(first, last + DAY)


def months_of_days(days: int) -> tuple[int, int]:
    """The fewest and the most whole months that so many days can be."""
    years, rest = divmod(days, 366)
    least = max(n for n, length in enumerate(MOST) if length <= rest)
    most = max(n for n, length in enumerate(FEWEST) if length <= rest + years)
    return years * 12 + least, years * 12 + most


def last_day_in(said: str) -> date | None:
    """The day that a sentence names; of a month or a year its last, which is the safe one."""
    found = _NAMED_DAY.search(said)
    if found is None:
        return None
    year, month, day = (int(part or 0) for part in found.groups())
    try:
        return date(year, month or 12, day or monthrange(year, month or 12)[1])
    except ValueError:  # no such day
        return None


# When somebody was taken into custody: 2023年11月10日被刑事拘留.
_TAKEN = re.compile(
    r"20\d\d[-/.年]\d{0,2}[-/.月]?\d{0,2}日?[^，。；\d]{0,6}?"
    "(?:刑拘|拘留|刑事拘留|逮捕|羁押|留置|入狱|收监|入所|投入监狱)"
    r"|since 20\d\d(?:-\d\d){0,2}"
)


def taken_on(said: str, day: date) -> date | None:
    """The day by which somebody was taken into custody, where the words tell one before `day`."""
    found = _TAKEN.search(said)
    since = last_day_in(found[0]) if found else None
    return since if since and since <= day else None


def _digits(found: re.Match[str]) -> str:
    word = found[1].lower()
    return "18" if word == "eighteen" else str(_NUMBERS.index(word) + 1)


def spelled(said: str) -> str:
    """Numbers in words as digits: 十二岁, 三年, six-year."""
    said = _IN_ENGLISH.sub(_digits, said)
    said = TENS.sub(lambda m: f"{CHINESE.get(m[1], 1)}{CHINESE.get(m[2], 0)}", said)
    return "".join(str(CHINESE.get(character, character)) for character in said)


_FOR_LIFE = re.compile(
    r"无期|死缓|死刑|终身|\b(?:to|for|in) life\b|\blife (?:sentence|term|imprison)"
)


def parsed_term(said: str) -> tuple[int, int] | None:
    """`2年6个月`, `15日`, `无期徒刑` as (months, days); None when it names no length."""
    if re.search("不满|不足|不到|少于|未满", said):
        return None  # less than a length is none
    if _FOR_LIFE.search(said):
        return FOR_LIFE, 0
    said = _NAMED_DAY.sub("", said)  # when it began is no length
    said = said.replace("年半", "年6个月").replace("半年", "6个月")
    said = spelled(said)
    months = days = 0
    found = PARTS.findall(said)
    if any(len(number) > DIGITS for number, _ in found):
        return None
    for number, unit in found:
        if unit.startswith(("年", "year")):
            months += int(number) * 12
        elif "月" in unit or unit.startswith("month"):
            months += int(number)
        else:
            days += int(number)
    return (months, days) if found else None
