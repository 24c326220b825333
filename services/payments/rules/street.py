"""Relief of street children by the actual days of the month, rounded up (2.1.5, R18)."""

from collections.abc import Iterator
from datetime import date, timedelta

from services.payments.rules.book import Book, ceiling
from services.payments.rules.lines import Line, nothing, open_question
from services.payments.rules.money import exact, rounded_up, written
from services.payments.rules.months import days_in, last_day
from services.payments.rules.reasons import Reason
from services.payments.rules.situation import Episode, Situation
from services.payments.rules.tariff import RateClass
from services.payments.rules.vocabulary import Benefit, Happening, Status

CLOSING = (Happening.HANDED_OVER, Happening.DIED)


def episodes(situation: Situation, adult_from: date) -> list[Episode]:
    """The days of relief, ended by hand-over and on the eve of coming of age."""
    closings = [event.day for event in situation.events if event.what in CLOSING]
    found = []
    for episode in situation.episodes:
        ends = [day for day in closings if day >= episode.since]
        until = min([episode.until, *ends])
        if adult_from != date.max:
            until = min(until, adult_from - timedelta(days=1))
        found.append(Episode(episode.since, until))
    return found


def relief_days(found: list[Episode], month: date) -> int:
    """How many days of the month lie in relief; a day counts once."""
    end = last_day(month)
    days = {
        day
        for episode in found
        for day in range(
            max(episode.since, month).toordinal(), min(episode.until, end).toordinal() + 1
        )
    }
    return len(days)


def street_relief(
    situation: Situation, month: date, book: Book, adult_from: date
) -> Iterator[Line]:
    """The line of a month for a child whose episodes were stated; none when there are none."""
    rate_class, benefit = book.tariff.daily(), Benefit.STREET_RELIEF
    if rate_class is None or not situation.episodes:
        return
    days = relief_days(episodes(situation, adult_from), month)
    stated = relief_days(list(situation.episodes), month)
    if days == 0:
        of_age = adult_from <= last_day(month) and stated > 0
        yield nothing(month, benefit, Reason.ADULT_STREET if of_age else Reason.RELIEF_OVER)
        return
    yield priced_by_days(rate_class, month, days, book)


def priced_by_days(rate_class: RateClass, month: date, days: int, book: Book) -> Line:
    """The line of so many days of a month in relief."""
    price = book.price(rate_class.amount, month)
    if not price.known:
        return open_question(month, Benefit.STREET_RELIEF, price.missing, rate_class.clauses)
    formula, whole = rate_class.amount, days_in(month)
    if days == whole:
        amount, working = price.amount, price.working
    else:
        base = book.price(formula, month)
        share = exact(base.amount)
        worth = book.value(formula.share, month) if formula.share else None
        of = book.value(formula.of, month)
        if worth and of and not (formula.published and book.value(formula.published, month)):
            share = exact(of[0]) * exact(worth[0])
            product = f"{written(of[0])}*{written(worth[0])}"
        else:
            product = written(base.amount)
        unit = book.unit(month)
        amount = rounded_up(share * days / whole, unit)
        working = f"{ceiling(unit)}({product}*{days}/{whole})"
    return Line(
        month,
        Benefit.STREET_RELIEF,
        Status.DUE,
        amount,
        Reason.RELIEF_DAYS,
        rate_class.clauses,
        working,
        {**price.figures, "days": str(days), "days_in_month": str(whole)},
        rate_class=rate_class.code,
    )
