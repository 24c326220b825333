"""Months as their first days: whole months, one rate a month.

No proration; the month of an event is the last of what
was, the month after it the first of what is (readings R7, R8).
"""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

FOREVER = date(9999, 12, 1)


def month_of(day: date) -> date:
    """The first day of the day's month."""
    return day.replace(day=1)


def later(month: date, months: int = 1) -> date:
    """The first day of the month so many months later, or earlier when negative."""
    count = month.year * 12 + month.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def first_month(since: date) -> date:
    """The first whole month of what holds from a day on."""
    return since if since.day == 1 else later(month_of(since))


def days_in(month: date) -> int:
    """How many days the month has."""
    return monthrange(month.year, month.month)[1]


def last_day(month: date) -> date:
    """The last day of the month."""
    return later(month) - timedelta(days=1)


def span(first: date, last: date) -> Iterator[date]:
    """Every month from the one of `first` to the one of `last`, both included."""
    month = month_of(first)
    while month <= last:
        yield month
        month = later(month)


def count(first: date, last: date) -> int:
    """How many months `last` lies after `first`."""
    return (last.year - first.year) * 12 + last.month - first.month
