"""What is owed for given facts over given months, under given or current standards.

Stores nothing. Back pay follows from a standard announced after the months it covers, or from
what is said to have been paid.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from services.payments.operations.questions.given import published_of
from services.payments.operations.questions.readings import Reading
from services.payments.operations.questions.situations import situation_of
from services.payments.operations.tariff import tariff_of
from services.payments.rules.answer import (
    check_shown,
    line_shown,
    months_shown,
    next_steps,
    reviews_shown,
    status_of,
    totals_shown,
)
from services.payments.rules.arrears import Difference, Key, differences, owed_by_key, paid_by_key
from services.payments.rules.book import Book, Published
from services.payments.rules.evaluation import Evaluation, evaluate, telling_months
from services.payments.rules.floors import Check, check
from services.payments.rules.money import ZERO, written
from services.payments.rules.months import last_day, month_of, span
from services.payments.rules.situation import Situation
from services.payments.rules.vocabulary import Benefit
from services.payments.schemas.evaluations import EvaluationIn, LumpSumPaidIn, near
from shared.jurisdiction import Jurisdiction
from shared.problem import Invalid

MONTHS_MOST = 600


class TooManyMonths(Invalid):
    """More months than one question may cover."""

    zh, en = "所问月份过多", "Too many months in one question"


def evaluated(
    question: EvaluationIn, place: Jurisdiction, current: Iterable[Published], today: date
) -> dict[str, Any]:
    """The whole answer to a question; `current` are the standards in force when none are given.

    A question in which nothing tells of a month is about that of `today`.
    """
    tariff = tariff_of(place)
    given = published_of(question.standards_in_force)
    book = Book(tariff, place.law, given or current)
    situation, reading = situation_of(question, tariff)
    months = _months(question, situation, book) or [month_of(today)]
    found = evaluate(situation, months, book)
    checks = _checks(book, months)
    owing = _differences(situation, months, book, found)
    owing += _lump_sums_owing(question, situation, months, book)
    return {
        "status": _status(found, checks, reading),
        "months": [month.isoformat()[:7] for month in months],
        "lines": [line_shown(line) for line in found.lines],
        "lump_sums": [line_shown(line) for line in found.lump_sums],
        "by_month": months_shown(found, months, understood=not reading.not_understood),
        "totals": totals_shown(found),
        "missing": [*found.missing, *reading.not_understood],
        "manual_review": reviews_shown(found) + _unlawful(checks) + _lower(checks),
        "next_steps": next_steps(found),
        "differences": [_shown(difference) for difference in owing],
        "back_pay": written(sum((d.amount for d in owing if d.amount > 0), ZERO)),
        "overpaid": written(sum((-d.amount for d in owing if d.amount < 0), ZERO)),
        "standards": {
            "source": "given" if given else "published",
            "floors": [check_shown(found) for found in checks],
        },
        "understood": reading.understood,
        "not_considered": sorted(set(reading.not_considered)),
        "did_you_mean": {name: near(name) for name in reading.not_understood},
    }


def _months(question: EvaluationIn, situation: Situation, book: Book) -> list[date]:
    if isinstance(question.months, list):
        months = sorted(set(question.months))
    elif question.months is not None:
        first, last = question.months.first, question.months.last
        if last < first or (last.year - first.year) * 12 > MONTHS_MOST:
            raise TooManyMonths(where="months")
        months = list(span(first, last))
    elif question.month is not None:
        months = [question.month]
    else:
        months = telling_months(situation, book)
        if question.as_of:
            months = sorted({*months, month_of(question.as_of)})
    if len(months) > MONTHS_MOST:
        raise TooManyMonths(where="months")
    return months


def _checks(book: Book, months: list[date]) -> list[Check]:
    """The floors of the standards used, once for each standard that differs."""
    seen: dict[tuple[str, Decimal, Decimal], Check] = {}
    for month in months:
        for found in check(book, month):
            seen.setdefault((found.key, found.published, found.minimum), found)
    return list(seen.values())


def _status(found: Evaluation, checks: list[Check], reading: Reading) -> str:
    """The one word for it all; what was said and not understood leaves the answer open."""
    fit = all(c.lawful and not c.lower_than_before for c in checks)
    status = status_of(found) if fit else "manual_review"
    return "undetermined" if status == "determined" and reading.not_understood else status


def _lower(checks: list[Check]) -> list[dict[str, Any]]:
    """Standards that fell: 自然增长机制 leaves that to a second person's reasoned word (R12)."""
    return [
        {
            "standard": found.key,
            "zh": "公布标准低于此前标准，须第二人说明理由后确认（自然增长机制）",
            "en": "A standard fell: a second person must confirm it with reasons",
            "clause": "WL24:2.1.0a-1",
        }
        for found in checks
        if found.lower_than_before
    ]


def _unlawful(checks: list[Check]) -> list[dict[str, Any]]:
    return [
        {
            "standard": found.key,
            "zh": "公布标准低于法定下限",
            "en": "A published standard is below its lawful floor",
            "clause": found.clause,
            "minimum": written(found.minimum),
            "working": found.working,
        }
        for found in checks
        if not found.lawful
    ]


def _differences(
    situation: Situation, months: list[date], book: Book, found: Evaluation
) -> list[Difference]:
    """Against what was paid when that is said, else against what was decided at the time.

    A month after the last payment that begins with the announcement is paid in its own run.
    """
    late = [p for p in book.entries() if p.announced_on and month_of(p.announced_on) > p.since]
    if situation.paid:
        paid = paid_by_key(situation.paid)
        whole = evaluate(situation, {*months, *(p.month for p in situation.paid)}, book)
        last = max(p.month for p in situation.paid)
        due = {month for month in months if not late or month < _announced(late)}
        return [d for d in differences(whole, paid) if d.month <= last or d.month in due]
    if not late:
        return []
    announced = max(p.announced_on for p in late if p.announced_on)
    past = [month for month in months if month < _announced(late)]
    return differences(_only(found, announced), _decided_then(situation, past, book))


def _priced(question: EvaluationIn) -> list[LumpSumPaidIn]:
    """The lump sums that were paid, where it is told how much they were."""
    return [lump for lump in question.lump_sums_paid or () if lump.amount is not None]


def _lump_sums_owing(
    question: EvaluationIn, situation: Situation, months: list[date], book: Book
) -> list[Difference]:
    """What was paid at once, against what is due since the right arose: a standard that rose
    later leads to back pay (R6)."""
    priced = _priced(question)
    if not priced:
        return []
    others = tuple(lump.months for lump in question.lump_sums_paid or () if lump.amount is None)
    whole = evaluate(replace(situation, lump_sums_paid=others), months, book)
    due = [line for line in whole.lump_sums if line.due]
    paid: dict[Key, Decimal] = {}
    for lump in priced:
        rights = [line for line in due if line.figures.get("months") == str(lump.months)]
        month = rights[0].month if rights else lump.month or months[-1]
        paid[month, Benefit.LUMP_SUM.value] = lump.amount or ZERO
    arisen = tuple(line for line in whole.lump_sums if (line.month, line.benefit.value) in paid)
    return differences(Evaluation((), arisen), paid)


def _announced(late: list[Published]) -> date:
    """The month in which the last of the late standards was announced."""
    return month_of(max(p.announced_on for p in late if p.announced_on))


def _only(found: Evaluation, announced: date) -> Evaluation:
    before = month_of(announced)
    return Evaluation(
        tuple(line for line in found.lines if line.month < before),
        tuple(line for line in found.lump_sums if line.month < before),
    )


def _decided_then(situation: Situation, months: list[date], book: Book) -> dict[Key, Decimal]:
    """What each month's own run decided under the standards then announced."""
    decided: dict[Key, Decimal] = {}
    for month in months:
        then = book.known_on(last_day(month))
        at_the_time = evaluate(situation, [month], then)
        own = [line for line in at_the_time.everything if line.month == month]
        decided |= {key: amount for key, (amount, _) in owed_by_key(own).items()}
    return decided


def _shown(difference: Difference) -> dict[str, Any]:
    return {
        "month": difference.month.isoformat()[:7],
        "benefit": difference.benefit,
        "owed": written(difference.owed),
        "paid": written(difference.paid),
        "difference": f"{difference.amount:.2f}",
        "kind": "back_pay" if difference.amount > 0 else "overpaid",
        "clause": difference.clause,
        "working": difference.working,
    }
