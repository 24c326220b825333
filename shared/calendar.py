"""Working days and statutory periods (工作日、期间): 民法典 200-203, 调休 included.

Pure: a calendar is data. A year nobody has published holidays for is a problem, never a guess
from weekdays; a year of which only the statutory holidays are known is *provisional*, and
what rests on it says so.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from shared.problem import Unavailable

DAY = timedelta(days=1)
UNITS = ("hours", "working_days", "days", "months", "years")


class CalendarUnknown(Unavailable):
    """The State Council has not published the holidays of that year, or nobody entered them."""

    zh, en = "该年度节假日安排尚未录入", "The holidays of that year are not known here"


@dataclass(frozen=True, slots=True)
class Year:
    """The holidays (放假) of a year and the weekend days worked for them (调休上班)."""

    number: int
    holidays: Mapping[date, str]
    workdays: frozenset[date]
    notice: str
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """When a period ends: its last day, the instant (UTC), and whether that may still move."""

    day: date
    at: datetime
    provisional: bool


@lru_cache(32_768)  # every birthday of a childhood, for each of a few rules
def corresponding_day(start: date, *, years: int = 0, months: int = 0) -> date:
    """The day of the same number, else the last of that month (民法典 202).

    From 29 February a year leads to 28 February; from 31 January a month to the end of February.
    """
    count = start.year * 12 + start.month - 1 + years * 12 + months
    year, month = divmod(count, 12)
    try:
        return start.replace(year=year, month=month + 1)
    except ValueError:
        return date(year, month + 1, monthrange(year, month + 1)[1])


@dataclass(frozen=True)
class Calendar:
    """The working days of one jurisdiction, in its time zone."""

    years: Mapping[int, Year]
    zone: ZoneInfo

    def year_of(self, day: date) -> Year:
        """The published year of a day; CalendarUnknown when there is none."""
        found = self.years.get(day.year)
        if found is None:
            raise CalendarUnknown(
                f"缺少{day.year}年节假日安排，无法计算工作日",
                f"working days of {day.year} cannot be counted without its official calendar",
                year=day.year,
            )
        return found

    def is_working_day(self, day: date) -> bool:
        """Whether offices work: a weekend day worked in exchange counts, a holiday does not."""
        year = self.year_of(day)
        return day in year.workdays or (day.weekday() < 5 and day not in year.holidays)

    def is_provisional(self, day: date) -> bool:
        """Whether the working days of that year may still be moved by the official notice."""
        return self.year_of(day).provisional

    def next_working_day(self, day: date) -> date:
        """The day itself, or the first working day after it."""
        while not self.is_working_day(day):
            day += DAY
        return day

    def add_working_days(self, start: date, count: int) -> date:
        """The last day of a period of working days; the first day is not counted (民法典 201)."""
        if count < 0:
            raise ValueError("a period has no negative length")
        day = start
        for _ in range(count):
            day = self.next_working_day(day + DAY)
        return day if count else self.next_working_day(start)

    def working_days_between(self, start: date, end: date) -> int:
        """How many working days lie after `start`, up to and with `end`; 0 when none do."""
        days = range((end - start).days)
        return sum(self.is_working_day(start + DAY * (n + 1)) for n in days)

    def period_end(self, start: date, *, years: int = 0, months: int = 0, days: int = 0) -> date:
        """The last day of a period; one that would be a holiday is the next working day.

        The first day is not counted (201), months and years end on the corresponding day or
        the month's end (202), and a holiday is followed by the next working day (203).
        """
        if min(years, months, days) < 0:
            raise ValueError("a period has no negative length")
        end = corresponding_day(start, years=years, months=months) + DAY * days
        return self.next_working_day(end)

    def legal_day(self, instant: datetime) -> date:
        """The day it is here at an instant: UTC is still yesterday until eight in the morning."""
        if instant.tzinfo is None:
            raise ValueError("an instant without a time zone has no legal day")
        return instant.astimezone(self.zone).date()

    def start_of(self, day: date) -> datetime:
        """The instant (UTC) the legal day begins."""
        return datetime.combine(day, time(), self.zone).astimezone(UTC)

    def end_of(self, day: date) -> datetime:
        """The instant (UTC) the legal day is over: 24:00 (民法典 203)."""
        return self.start_of(day + DAY)

    def due(self, since: datetime, length: int, unit: str) -> Due:
        """When a statutory period from an instant ends; `unit` is one of UNITS.

        Hours run from the stated time, nights and holidays included; all else in whole days
        to 24:00 of the last one. Raises ValueError for another unit, CalendarUnknown.
        """
        first = self.legal_day(since)
        if unit == "hours":
            at = (since + timedelta(hours=length)).astimezone(UTC)
            return Due(self.legal_day(at), at, provisional=False)
        if unit == "working_days":
            last = self.add_working_days(first, length)
        elif unit in ("days", "months", "years"):
            last = self.period_end(first, **{unit: length})
        else:
            raise ValueError(f"{unit!r} is no unit of a period: {', '.join(UNITS)}")
        return Due(last, self.end_of(last), self._rests_on_provisional(first, last, unit))

    def _rests_on_provisional(self, first: date, last: date, unit: str) -> bool:
        """Working days ask every year they cross, other periods only the year they end in."""
        if unit != "working_days":
            return self.is_provisional(last)
        return any(self.years[n].provisional for n in range(first.year, last.year + 1))
