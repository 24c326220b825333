"""What the register's own decisions say about the subsidy somebody had before."""

from datetime import UTC, date, datetime
from uuid import uuid4

from services.eligibility.rules.awarded import Decided, awarded
from services.eligibility.rules.standing import Said

MAY, JUNE = date(2026, 5, 10), date(2026, 6, 1)


def decided(outcome: str, rate: str, day: date) -> Decided:
    moment = datetime(day.year, day.month, day.day, 2, tzinfo=UTC)
    return Decided(uuid4(), outcome, rate, day, moment)


def study(value: str, since: date, supersedes: Said | None = None) -> Said:
    moment = datetime(since.year, since.month, since.day, 1, tzinfo=UTC)
    replaced = supersedes.id if supersedes else None
    named = uuid4(), "child.study_status", value, since
    return Said(*named, None, "education", moment, replaced)


def test_a_granted_rate_is_the_one_before_and_an_ending_takes_it_away() -> None:
    granted, ended = decided("granted", "scattered", MAY), decided("ended", "none", JUNE)
    said = awarded([granted, ended], [study("graduated", MAY)])
    assert [(one.value, one.since) for one in said] == [("scattered", MAY), ("none", JUNE)]


def test_service_during_study_keeps_the_subsidy_of_before() -> None:
    granted, ended = decided("granted", "institution", MAY), decided("ended", "none", JUNE)
    said = awarded([granted, ended], [study("enrolled", date(2025, 9, 1)), study("enlisted", MAY)])
    assert [one.value for one in said] == ["institution"]


def test_a_service_that_was_stated_in_error_keeps_nothing() -> None:
    granted, ended = decided("granted", "scattered", MAY), decided("ended", "none", JUNE)
    wrong = study("enlisted", MAY)
    said = awarded([granted, ended], [wrong, study("graduated", MAY, supersedes=wrong)])
    assert [one.value for one in said] == ["scattered", "none"]


def test_what_changes_nothing_or_pays_nothing_says_nothing() -> None:
    rows = [decided("refused", "none", MAY), decided("continued", "scattered", JUNE)]
    assert awarded(rows, []) == []
