"""Working days and statutory periods: 调休, month ends, holidays, and years nobody knows."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.calendar import CalendarUnknown, corresponding_day
from shared.documents import DocumentError
from shared.jurisdiction import jurisdiction
from shared.register import load_calendar

CALENDAR = jurisdiction().calendar
WENLING = ZoneInfo("Asia/Shanghai")
DAYS = st.dates(date(2005, 1, 1), date(2029, 6, 30))


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2024, 2, 9), True),  # 除夕 2024 was a working day, leave was only encouraged
        (date(2024, 2, 10), False),
        (date(2024, 2, 4), True),  # a Sunday worked for the Spring Festival
        (date(2024, 2, 18), True),  # and the Sunday after it
        (date(2024, 9, 14), True),  # a Saturday worked for 中秋
        (date(2024, 9, 29), True),  # a Sunday worked for 国庆
        (date(2024, 10, 7), False),
        (date(2024, 10, 12), True),
        (date(2024, 12, 31), True),
        (date(2025, 1, 1), False),
        (date(2025, 1, 26), True),
        (date(2026, 1, 4), True),
        (date(2024, 3, 2), False),
    ],
)
def test_a_day_is_worked_as_the_notice_says(day: date, working: bool) -> None:
    assert CALENDAR.is_working_day(day) is working


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2024, 3, 4), 3, date(2024, 3, 7)),
        (date(2024, 3, 1), 1, date(2024, 3, 4)),
        (date(2024, 9, 13), 1, date(2024, 9, 14)),  # the Saturday is worked
        (date(2024, 9, 14), 1, date(2024, 9, 18)),  # 中秋, Sunday to Tuesday
        (date(2024, 9, 27), 3, date(2024, 10, 8)),  # Sunday 29, Monday 30, then 国庆 to the 7th
        (date(2024, 12, 31), 1, date(2025, 1, 2)),
        (date(2025, 1, 1), 1, date(2025, 1, 2)),
        (date(2024, 2, 29), 15, date(2024, 3, 21)),
        (date(2024, 2, 8), 0, date(2024, 2, 8)),
        (date(2024, 2, 10), 0, date(2024, 2, 18)),
    ],
)
def test_working_days_are_counted_from_the_day_after(start: date, count: int, end: date) -> None:
    assert CALENDAR.add_working_days(start, count) == end


@given(start=DAYS, count=st.integers(1, 60))
def test_a_period_of_working_days_holds_exactly_that_many(start: date, count: int) -> None:
    end = CALENDAR.add_working_days(start, count)
    assert CALENDAR.is_working_day(end)
    assert CALENDAR.working_days_between(start, end) == count


@given(start=DAYS, first=st.integers(0, 30), second=st.integers(0, 30))
def test_two_periods_one_after_the_other_are_one(start: date, first: int, second: int) -> None:
    middle = CALENDAR.add_working_days(start, first)
    assert CALENDAR.add_working_days(middle, second) == CALENDAR.add_working_days(
        CALENDAR.next_working_day(start) if first == 0 else start, first + second
    )


def test_a_period_has_no_negative_length() -> None:
    with pytest.raises(ValueError, match="negative"):
        CALENDAR.add_working_days(date(2024, 3, 4), -1)
    with pytest.raises(ValueError, match="negative"):
        CALENDAR.period_end(date(2024, 3, 4), days=-1)


@pytest.mark.parametrize(
    ("start", "years", "months", "corresponding"),
    [
        (date(2024, 1, 31), 0, 1, date(2024, 2, 29)),
        (date(2023, 1, 31), 0, 1, date(2023, 2, 28)),
        (date(2024, 2, 29), 1, 0, date(2025, 2, 28)),
        (date(2024, 2, 29), 4, 0, date(2028, 2, 29)),
        (date(2008, 2, 29), 18, 0, date(2026, 2, 28)),
        (date(2024, 12, 31), 0, 2, date(2025, 2, 28)),
        (date(2024, 11, 15), 0, 2, date(2025, 1, 15)),
        (date(2024, 8, 31), 0, 13, date(2025, 9, 30)),
    ],
)
def test_the_corresponding_day_or_else_the_months_end(
    start: date, years: int, months: int, corresponding: date
) -> None:
    assert corresponding_day(start, years=years, months=months) == corresponding


@pytest.mark.parametrize(
    ("start", "length", "end"),
    [
        (date(2024, 3, 4), {"days": 30}, date(2024, 4, 3)),
        (date(2024, 9, 1), {"days": 30}, date(2024, 10, 8)),  # the last day falls into 国庆
        (date(2024, 1, 31), {"months": 1}, date(2024, 2, 29)),
        (date(2023, 12, 1), {"months": 1}, date(2024, 1, 2)),  # 1 January is a holiday
        (date(2024, 2, 29), {"years": 1}, date(2025, 2, 28)),
        (date(2024, 3, 15), {"days": 15}, date(2024, 4, 1)),  # 30 March is a Saturday
        (date(2024, 4, 21), {"days": 7}, date(2024, 4, 28)),  # a Sunday that is worked
    ],
)
def test_a_period_that_ends_on_a_holiday_ends_the_next_working_day(
    start: date, length: dict[str, int], end: date
) -> None:
    assert CALENDAR.period_end(start, **length) == end


def test_it_is_tomorrow_in_wenling_while_utc_is_still_today() -> None:
    before, after = (datetime(2024, 12, 31, hour, tzinfo=UTC) for hour in (15, 16))
    assert CALENDAR.legal_day(before) == date(2024, 12, 31)
    assert CALENDAR.legal_day(after) == date(2025, 1, 1)
    with pytest.raises(ValueError, match="time zone"):
        CALENDAR.legal_day(after.replace(tzinfo=None))


@given(st.datetimes(datetime(2006, 1, 1), datetime(2029, 1, 1), timezones=st.just(UTC)))
def test_every_instant_lies_in_its_legal_day(instant: datetime) -> None:
    day = CALENDAR.legal_day(instant)
    assert CALENDAR.start_of(day) <= instant < CALENDAR.end_of(day)
    assert CALENDAR.end_of(day) - CALENDAR.start_of(day) == timedelta(days=1)


def test_hours_run_through_nights_and_holidays() -> None:
    since = datetime(2024, 9, 30, 20, 30, tzinfo=WENLING)
    due = CALENDAR.due(since, 24, "hours")
    assert due.at == since + timedelta(hours=24)
    assert due.day == date(2024, 10, 1)
    assert not due.provisional


def test_other_periods_end_at_midnight_of_their_last_day() -> None:
    since = datetime(2024, 3, 4, 23, 59, tzinfo=WENLING)
    due = CALENDAR.due(since, 3, "working_days")
    assert due.day == date(2024, 3, 7)
    assert due.at == datetime(2024, 3, 8, tzinfo=WENLING)
    assert CALENDAR.due(since, 1, "months").day == date(2024, 4, 7)  # 清明, then a worked Sunday
    assert CALENDAR.due(since, 1, "years").day == date(2025, 3, 4)


def test_an_unknown_unit_is_no_period() -> None:
    with pytest.raises(ValueError, match="fortnights"):
        CALENDAR.due(datetime(2024, 3, 4, tzinfo=UTC), 1, "fortnights")


def test_a_deadline_that_crosses_into_an_unannounced_year_says_it_may_move() -> None:
    late = datetime(2026, 12, 21, 9, tzinfo=WENLING)
    due = CALENDAR.due(late, 15, "working_days")
    assert due.day == date(2027, 1, 12)
    assert due.provisional
    assert not CALENDAR.due(late, 5, "working_days").provisional
    assert CALENDAR.due(late, 30, "days").provisional


def test_the_statutory_holidays_of_a_provisional_year_are_off() -> None:
    off = {date(2027, 1, 1), date(2027, 2, 5), date(2027, 2, 8), date(2027, 4, 5)}
    off |= {date(2027, 6, 9), date(2027, 9, 15), date(2027, 10, 1)}
    assert not any(CALENDAR.is_working_day(day) for day in off)
    assert CALENDAR.years[2027].workdays == frozenset()
    assert CALENDAR.years[2026].provisional is False


@pytest.mark.parametrize("year", [2003, 2031])
def test_a_year_nobody_knows_is_a_problem_and_never_a_guess(year: int) -> None:
    with pytest.raises(CalendarUnknown) as problem:
        CALENDAR.is_working_day(date(year, 6, 5))
    assert problem.value.status == 503
    assert str(year) in problem.value.body()["detail"]


def test_the_official_notice_replaces_the_provisional_year(tmp_path: Path) -> None:
    (tmp_path / "calendar.yaml").write_text(
        "2027: {status: official, notice: 国办发明电, "
        "holidays: {2027-01-01: 元旦}, workdays: {2027-01-03: 元旦}}",
        encoding="utf-8",
    )
    year = load_calendar(tmp_path)[2027]
    assert not year.provisional
    assert date(2027, 1, 3) in year.workdays


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2027: {holidays: {2027-01-01: 元旦}}", "status"),
        ("2027: {status: official, holidays: {2026-01-01: 元旦}}", "no day of 2027"),
    ],
)
def test_a_wrong_calendar_is_refused_and_named(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "calendar.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(DocumentError, match=said):
        load_calendar(tmp_path)
