"""The basic living subsidy of one month: does it go on, which class, how much (2.1.1-2.1.4)."""

from dataclasses import dataclass, replace
from datetime import date

from services.payments.rules.adulthood import Ages, Verdict, adult_in, adult_verdict
from services.payments.rules.book import Book
from services.payments.rules.lines import Line, nothing, open_question, review
from services.payments.rules.money import ZERO
from services.payments.rules.months import month_of
from services.payments.rules.pricing import Solution, solve
from services.payments.rules.reasons import Reason
from services.payments.rules.situation import OtherRelief, School, Situation
from services.payments.rules.standing import State, state_of_month
from services.payments.rules.tariff import RateClass, Tariff
from services.payments.rules.vocabulary import Benefit, Category, Household, ReliefKind, Status
from shared.law import LawOfDay

# Without these nobody can say that, or at which rate, an award goes on.
ASKED_FIRST = ("child.hukou", "child.categories", "child.birth_date", "confirmed_on")
LOW_INCOME = frozenset({Category.DIBAO_CHILD, Category.DIBAO_MARGIN_CHILD})


@dataclass(frozen=True, slots=True)
class Month:
    """A month of a child: state, verdict, the solver's answer, and the line that follows.

    `asked` names what must be known before anybody can say whether the child is a recipient.
    """

    state: State
    verdict: Verdict
    line: Line
    solution: Solution | None = None
    asked: tuple[str, ...] = ()

    @property
    def recipient(self) -> bool:
        """Whether the child receives the basic living subsidy, be it topped up to nothing, or
        of an amount nobody knows yet.
        """
        found = self.solution
        if self.asked or self.verdict.status is not Status.DUE or found is None:
            return False
        return found.chosen.price.amount > 0 or not found.chosen.price.known


def month_of_child(
    situation: Situation, month: date, book: Book, figures: Ages, law: LawOfDay
) -> Month:
    """Work one month out."""
    state = state_of_month(situation, month)
    classes = fitting(state, situation, book.tariff)
    verdict = standing_verdict(situation, state, month, figures, law)
    if verdict.status is Status.DUE and adult_in(situation, month, figures):
        staying = [found for found in classes if found.continues_at_school]
        if classes and not staying:
            verdict = Verdict(Status.NOT_DUE, _adult_reason(classes))
        classes = staying
    solution = solve(classes, month, book, relief_in(situation, state, month))
    if verdict.status is not Status.DUE:
        line = _refused(month, verdict, solution)
        return Month(state, verdict, line, solution, verdict.missing)
    asked = _dibao_asked(situation, solution)
    line = _line(month, state, verdict, solution, asked)
    return Month(state, verdict, line, solution, asked)


def _dibao_asked(situation: Situation, solution: Solution | None) -> tuple[str, ...]:
    """Whether a household is in dibao decides over the class that is paid to those in it."""
    name = "household.dibao_active"
    needed = solution is not None and solution.chosen.rate_class.needs_dibao
    return (name,) if needed and name in situation.unknown else ()


def standing_verdict(
    situation: Situation, state: State, month: date, figures: Ages, law: LawOfDay
) -> Verdict:
    """Whether the award goes on, before any amount is looked at (2.1.0b-1)."""
    outside = _outside(situation, state, month)
    if outside is not None:
        return Verdict(Status.NOT_DUE, outside)
    if state.unclear:
        return Verdict(Status.MANUAL_REVIEW, Reason.UNCLEAR_EVENT)
    if not state.local:
        return Verdict(Status.NOT_DUE, Reason.NOT_LOCAL)
    if missing := tuple(name for name in ASKED_FIRST if name in situation.unknown):
        return Verdict(Status.UNDETERMINED, Reason.FACTS_MISSING, missing)
    if adult_in(situation, month, figures):
        return _adult(situation, state, month, figures, law)
    if state.school is School.IN_THE_ARMY:
        return Verdict(Status.NOT_DUE, Reason.IN_THE_ARMY)
    return Verdict(Status.DUE, Reason.PAID_BY_CLASS)


def _adult(
    situation: Situation, state: State, month: date, figures: Ages, law: LawOfDay
) -> Verdict:
    """Somebody paid only as a dibao child is out at eighteen, whatever their schooling (R3)."""
    if state.categories and state.categories <= LOW_INCOME:
        return Verdict(Status.NOT_DUE, Reason.ADULT_DIBAO)
    return adult_verdict(situation, state, month, figures, law)


def _outside(situation: Situation, state: State, month: date) -> Reason | None:
    """Why the month lies outside what could be paid at all."""
    if situation.age_known and month < month_of(situation.born_on):
        return Reason.NOT_BORN
    if situation.confirmed_on != date.min and month <= month_of(situation.confirmed_on):
        return Reason.NOT_YET
    if situation.first_month != date.min and month < situation.first_month:
        return Reason.NOT_YET
    if month > situation.last_month:
        return Reason.CATEGORY_OVER
    return state.ended


def fitting(state: State, situation: Situation, tariff: Tariff) -> list[RateClass]:
    """Every class of the tariff that fits the state; an award's own class wins."""
    if situation.rate_class:
        return [tariff.rate_class(situation.rate_class)]
    found = [c for c in tariff.monthly() if _fits(c, state)]
    dibao_unknown = "household.dibao_active" in situation.unknown
    return [c for c in found if not c.needs_dibao or state.dibao or dibao_unknown]


def _fits(rate_class: RateClass, state: State) -> bool:
    household = not rate_class.households or state.household in rate_class.households
    return household and bool(rate_class.categories & state.categories)


def _adult_reason(classes: list[RateClass]) -> Reason:
    dibao = any(found.needs_dibao for found in classes)
    return Reason.ADULT_DIBAO if dibao else Reason.ADULT


def relief_in(situation: Situation, state: State, month: date) -> list[OtherRelief]:
    """The other relief of the month; a household in dibao whose child's share nobody stated
    is relief of unknown amount."""
    found = [
        r
        for r in situation.other_relief
        if month_of(r.since) <= month <= r.until and r.kind is not ReliefKind.NOT_LIVING
    ]
    stated = situation.said & {"household.dibao_active", "household.class"}
    in_dibao = state.dibao and state.household is Household.DIBAO and bool(stated)
    if in_dibao and not any(r.kind is ReliefKind.DIBAO for r in found):
        found.append(OtherRelief(ReliefKind.DIBAO, ZERO, known=False))
    return found


def _refused(month: date, verdict: Verdict, solution: Solution | None) -> Line:
    """The line of a month that is not, or not yet, paid."""
    up_to = solution.up_to if solution else ZERO
    if verdict.status is Status.NOT_DUE:
        return nothing(month, Benefit.BASIC_LIVING, verdict.reason)
    if verdict.status is Status.MANUAL_REVIEW:
        return review(month, Benefit.BASIC_LIVING, verdict.reason, up_to)
    clauses = (verdict.reason.clause,)
    return open_question(
        month, Benefit.BASIC_LIVING, verdict.missing, clauses, up_to, verdict.reason
    )


def _line(
    month: date, state: State, verdict: Verdict, solution: Solution | None, asked: tuple[str, ...]
) -> Line:
    """The line of a month in which the award goes on."""
    if solution is None:
        no_dibao = Category.DIBAO_CHILD in state.categories and not state.dibao
        reason = Reason.DIBAO_NOT_ACTIVE if no_dibao else Reason.NO_CLASS
        return nothing(month, Benefit.BASIC_LIVING, reason)
    chosen = solution.chosen
    if missing := (*solution.missing, *asked):
        line = open_question(month, Benefit.BASIC_LIVING, missing, chosen.clauses, solution.up_to)
        return replace(line, choices=solution.shown())
    if solution.unclear:
        line = review(month, Benefit.BASIC_LIVING, Reason.UNCLEAR_RELIEF, solution.up_to)
        return replace(line, choices=solution.shown())
    if chosen.price.amount == 0:
        return replace(
            nothing(month, Benefit.BASIC_LIVING, Reason.NO_CLASS, *chosen.clauses),
            rate_class=chosen.rate_class.code,
            working=chosen.working,
            figures=chosen.price.figures,
        )
    own = Reason.TOPPED_UP if chosen.deducted else verdict.reason
    extra = (verdict.reason.clause,) if verdict.reason is not Reason.PAID_BY_CLASS else ()
    return Line(
        month=month,
        benefit=Benefit.BASIC_LIVING,
        status=Status.DUE,
        amount=chosen.payable,
        reason=own,
        clauses=tuple(dict.fromkeys((*chosen.clauses, *extra))),
        working=chosen.working,
        figures=chosen.price.figures,
        rate_class=chosen.rate_class.code,
        choices=solution.shown() if len(solution.candidates) > 1 or chosen.deducted else (),
    )
