"""What is owed for a situation over some months: every line, lump sum, question and next step.

The same functions price an evaluation that stores nothing and the classes of a monthly run;
nothing here reads a clock or a database.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from services.payments.rules.adulthood import Ages, Right, adult_in, ages, rights
from services.payments.rules.book import Book
from services.payments.rules.lines import Line, nothing, open_question, review
from services.payments.rules.money import ZERO, written
from services.payments.rules.monthly import Month, month_of_child
from services.payments.rules.months import last_day, later, month_of
from services.payments.rules.pricing import Candidate, Solution
from services.payments.rules.reasons import Reason
from services.payments.rules.situation import Situation
from services.payments.rules.standing import of_age_on
from services.payments.rules.street import street_relief
from services.payments.rules.supplements import (
    infant_nutrition,
    insurance,
    nursing,
    price_subsidy,
    rehabilitation_living,
    temporary_relief,
    training,
)
from services.payments.rules.vocabulary import Benefit, Status
from shared.law import LawOfDay


@dataclass(frozen=True)
class Evaluation:
    """The answer: monthly lines and lump sums, in order."""

    lines: tuple[Line, ...]
    lump_sums: tuple[Line, ...]

    @cached_property
    def everything(self) -> tuple[Line, ...]:
        """Lines and lump sums together."""
        return (*self.lines, *self.lump_sums)

    @property
    def missing(self) -> list[str]:
        """The facts and figures that would decide what is undetermined."""
        return list(dict.fromkeys(name for line in self.everything for name in line.missing))

    @property
    def to_review(self) -> list[Line]:
        """What a person must decide."""
        return [line for line in self.everything if line.status is Status.MANUAL_REVIEW]


class Evaluator:
    """One situation under one book; months are worked out once and remembered."""

    def __init__(self, situation: Situation, book: Book) -> None:
        self.situation, self.book = situation, book
        self._months: dict[date, Month] = {}

    def law(self, month: date) -> LawOfDay:
        """The law of a month: of its first day; before the document, that of its first day."""
        first = self.book.law.on(month)
        if "payment_adult_years" in first.figures:
            return first
        since = self.book.law.figures["payment_adult_years"].values[0][0]
        return self.book.law.on(max(since, last_day(month)))

    def figures(self, month: date) -> Ages:
        """The figures of adulthood for the month."""
        return ages(self.law(month))

    def month(self, month: date) -> Month:
        """A month of the child."""
        if month not in self._months:
            law = self.law(month)
            self._months[month] = month_of_child(self.situation, month, self.book, ages(law), law)
        return self._months[month]

    def adult_from(self, month: date) -> date:
        """The eighteenth birthday, `date.max` while unknown."""
        return of_age_on(self.situation, self.figures(month).adult_years)

    def lines_of(self, month: date) -> list[Line]:
        """Basic living and street relief of the month, never both, then what stacks."""
        found = self.month(month)
        lines = [found.line]
        for relief in street_relief(self.situation, month, self.book, self.adult_from(month)):
            lines = _one_basic_living(found.line, relief)
        lines += infant_nutrition(self.situation, month, found, self.book)
        lines += nursing(self.situation, month, found)
        lines += training(self.situation, month, found)
        lines += rehabilitation_living(self.situation, month, found)
        return lines

    def price_lines(self) -> list[Line]:
        """One line for every ordered month, also for months that are paid later."""
        orders = self.situation.orders
        first_of_month = {order.month: order for order in reversed(orders)}
        return [
            price_subsidy(order, orders, self.month(month), self._relief(month))
            for month, order in sorted(first_of_month.items())
        ]

    def _relief(self, month: date) -> Line | None:
        lines = self.lines_of(month) if self.situation.episodes else []
        return next((line for line in lines if line.benefit is Benefit.STREET_RELIEF), None)

    def insurance_lines(self, months: Sequence[date]) -> list[Line]:
        """One line a year of insurance; who was a recipient in one asked month is one."""
        found = []
        for cover in self.situation.insurance:
            asked = [m for m in months if m.year == cover.year] or [date(cover.year, 1, 1)]
            received = [m for m in asked if self.month(m).recipient]
            month = (received or asked)[0]
            adult = adult_in(self.situation, month, self.figures(month))
            street = bool(self.situation.episodes)
            found.append(insurance(self.situation, cover, month, self.month(month), adult, street))
        return found

    def temporary_lines(self) -> list[Line]:
        """Relief after emergencies."""
        return [
            temporary_relief(
                case,
                adult_in(
                    self.situation,
                    month_of(case.happened_on),
                    self.figures(month_of(case.happened_on)),
                ),
            )
            for case in self.situation.temporary
        ]

    def lump_sums(self, until: date) -> list[Line]:
        """The lump sums whose ground arose up to a day; six months fall due once."""
        paid = list(self.situation.lump_sums_paid)
        lines = []
        figures, law = self.figures(month_of(until)), self.law(month_of(until))
        began = self.book.law.figures["lump_sum_adult_months"].values[0][0]
        for right in rights(self.situation, until, figures, law):
            if right.day < began:
                continue
            line = self._lump_sum(right, paid)
            if line.due:
                paid.append(right.months)
            lines.append(line)
        return lines

    def _lump_sum(self, right: Right, paid: Sequence[int]) -> Line:
        month = month_of(right.day)
        line = self._entitled(right, month, paid)
        return replace(line, day=right.day)

    def _entitled(self, right: Right, month: date, paid: Sequence[int]) -> Line:
        """A right turned into money at the child's own rate of the month it arose (R6)."""
        benefit, found = Benefit.LUMP_SUM, self.month(month)
        chosen = _paying(found.solution)
        if chosen is None and found.verdict.status is Status.UNDETERMINED:
            clauses = (right.reason.clause,)
            return open_question(month, benefit, found.verdict.missing, clauses)
        if chosen is None or found.verdict.reason in _NEVER_PAID:
            return nothing(month, benefit, Reason.LUMP_NOT_PAID_BEFORE, right.reason.clause)
        if not chosen.rate_class.lump_sum:
            dibao = chosen.rate_class.needs_dibao
            reason = Reason.LUMP_DIBAO if dibao else Reason.LUMP_NOT_PAID_BEFORE
            return nothing(month, benefit, reason, right.reason.clause)
        if right.status is Status.NOT_DUE:
            return nothing(month, benefit, right.reason)
        if right.months in paid:
            return nothing(month, benefit, Reason.LUMP_ONCE, right.reason.clause)
        standard = chosen.price
        amount = standard.amount * right.months
        if right.status is Status.MANUAL_REVIEW:
            return review(month, benefit, right.reason, amount)
        paid_before = ("lump_sums_paid",) if "lump_sums_paid" in self.situation.unknown else ()
        missing = (*right.missing, *standard.missing, *paid_before)
        if missing:
            return open_question(month, benefit, missing, (Reason.LUMP_AT_18.clause,), amount)
        return Line(
            month,
            benefit,
            Status.DUE,
            amount,
            right.reason,
            (right.reason.clause, *chosen.rate_class.clauses[:1]),
            f"{standard.working}*{right.months}",
            {**standard.figures, "months": str(right.months)},
            rate_class=chosen.rate_class.code,
        )


def _paying(solution: Solution | None) -> Candidate | None:
    """The class a child is paid by; while the share of dibao that is set off is not known, the one
    at an orphan-type rate, since by it whoever has both is paid (R1, R10)."""
    if solution is None:
        return None
    orphan_type = (one for one in solution.candidates if one.rate_class.lump_sum)
    return next(orphan_type, solution.chosen) if solution.missing else solution.chosen


_NEVER_PAID = (Reason.NOT_BORN, Reason.NOT_YET, Reason.NOT_LOCAL, Reason.NO_CLASS)


def _one_basic_living(award: Line, relief: Line) -> list[Line]:
    """Award and relief are both basic living: in one month the higher stands, never both."""
    if not (award.due and relief.due):
        return [award, relief]
    if relief.amount > award.amount:
        absorbed = replace(
            nothing(award.month, award.benefit, Reason.AWARD_ABSORBED), rate_class=award.rate_class
        )
        return [absorbed, relief]
    return [award, nothing(relief.month, relief.benefit, Reason.RELIEF_ABSORBED)]


def evaluate(situation: Situation, months: Iterable[date], book: Book) -> Evaluation:
    """What is owed over the months; lump sums are all that arose up to the end of the last."""
    asked = sorted(set(months))
    evaluator = Evaluator(situation, book)
    lines = [line for month in asked for line in evaluator.lines_of(month)]
    lines += evaluator.price_lines()
    lines += evaluator.insurance_lines(asked)
    lines += evaluator.temporary_lines()
    lump_sums = evaluator.lump_sums(last_day(asked[-1])) if asked else []
    order = list(Benefit)
    lines.sort(key=lambda line: (line.month, order.index(line.benefit)))
    return Evaluation(tuple(lines), tuple(lump_sums))


def telling_months(situation: Situation, book: Book) -> list[date]:
    """The months a question without months is about: those around what happened.

    From the month of the first event, episode, order or exit to the month after the last one.
    """
    days = [event.day for event in situation.events]
    days += [e.since for e in situation.episodes]
    days += [e.until for e in situation.episodes if e.until != date.max]
    days += [o.month for o in situation.orders] + [t.happened_on for t in situation.temporary]
    days += [p.month for p in situation.paid]
    days += [date(cover.year, 1, 1) for cover in situation.insurance]
    if situation.confirmed_on != date.min:
        days.append(situation.confirmed_on)
    published = [p.since for p in book.entries() if p.since > date.min]
    if not days and situation.age_known:
        of_age = of_age_on(situation, 18)
        capacities = {"child.labour_capacity", "child.civil_capacity", "child.schooling"}
        if situation.said & capacities:
            days.append(of_age)
    if not days:
        return [month_of(max(published))] if published else []
    last = later(month_of(max(days)))
    first = max(month_of(min(days)), later(last, -_LONGEST))
    count = (last.year - first.year) * 12 + last.month - first.month
    return [later(first, n) for n in range(count + 1)]


_LONGEST = 60


def total(lines: Iterable[Line]) -> str:
    """The sum of what is due, in yuan."""
    return written(sum((line.amount for line in lines if line.due), ZERO))
