"""What comes beside the basic living subsidy: infants, prices, nursing, training, insurance.

2.1.4b, 2.1.0a-2, 2.2.1-1, 2.2.2a-c and 2.1.6; 护理、康复训练、康复生活 stack with each other
and with the basic living subsidy (2.2.2e), so none of them looks at another.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from services.payments.rules.book import Book
from services.payments.rules.lines import Line, nothing, open_question, review
from services.payments.rules.money import ZERO, written
from services.payments.rules.monthly import Month
from services.payments.rules.months import last_day, month_of
from services.payments.rules.reasons import Reason
from services.payments.rules.situation import Care, Insurance, PriceOrder, Situation, Temporary
from services.payments.rules.tariff import Infant
from services.payments.rules.vocabulary import Benefit, Category, Household, Status
from shared.calendar import corresponding_day

GONE = (Reason.NOT_BORN, Reason.NOT_YET, Reason.DIED, Reason.HUKOU_LEFT, Reason.NOT_LOCAL)
HARD_UP = frozenset({Household.DIBAO, Household.DIBAO_MARGIN, Household.LOW_INCOME})
POOR_CATEGORIES = frozenset({Category.DIBAO_CHILD, Category.DIBAO_MARGIN_CHILD})


def hard_up(month: Month) -> bool:
    """Whether the child's family is a dibao, dibao-margin or other low-income one."""
    state = month.state
    dibao_over = Category.DIBAO_CHILD in state.categories and not state.dibao
    poor = bool(state.categories & (POOR_CATEGORIES - {Category.DIBAO_CHILD})) or (
        Category.DIBAO_CHILD in state.categories and not dibao_over
    )
    return state.household in HARD_UP or poor


def infant_nutrition(situation: Situation, month: date, found: Month, book: Book) -> Iterator[Line]:
    """30 yuan on top for infants of low-income families, the birthday month included (2.1.4b)."""
    infant = book.tariff.infant
    if infant is None:
        return
    young = _infant_in(situation, month, book, infant.years)
    if hard_up(found) or "household.class" in situation.unknown:
        yield from _infant_of_the_poor(situation, month, found, book, infant, young)
    elif young:
        yield nothing(month, Benefit.INFANT_NUTRITION, Reason.NOT_LOW_INCOME)


def _infant_of_the_poor(
    situation: Situation, month: date, found: Month, book: Book, infant: Infant, young: bool
) -> Iterator[Line]:
    benefit = Benefit.INFANT_NUTRITION
    if found.verdict.reason in GONE:
        yield nothing(month, benefit, found.verdict.reason, infant.clause)
    elif not situation.age_known:
        if "child.birth_date" in situation.unknown:
            yield open_question(month, benefit, ("child.birth_date",), (infant.clause,))
    elif not young:
        yield nothing(month, benefit, Reason.NOT_INFANT)
    elif not hard_up(found):
        yield open_question(month, benefit, ("household.class",), (infant.clause,))
    else:
        yield _infant_line(month, book, infant.key, infant.clause)


def _infant_in(situation: Situation, month: date, book: Book, years: str) -> bool:
    figure = book.figure(years, month)
    if figure is None or not situation.age_known:
        return False
    turns = corresponding_day(situation.born_on, years=int(figure))
    return month_of(situation.born_on) <= month <= month_of(turns)


def _infant_line(month: date, book: Book, key: str, clause: str) -> Line:
    worth = book.value(key, month)
    if worth is None:
        missing = (f"standard:{key}",)
        return open_question(month, Benefit.INFANT_NUTRITION, missing, (clause,))
    text = written(worth[0])
    return Line(
        month, Benefit.INFANT_NUTRITION, Status.DUE, worth[0], Reason.INFANT, (clause,), text,
        {key: text},
    )  # fmt: skip


def price_subsidy(
    order: PriceOrder, orders: Iterable[PriceOrder], found: Month, relief: Line | None
) -> Line:
    """Once a person for an ordered month, also when paid later, however many categories (R20)."""
    month, benefit = order.month, Benefit.PRICE_SUBSIDY
    same = {o.per_head for o in orders if o.month == month and o.known}
    if len(same) > 1:
        return review(month, benefit, Reason.PRICE_TWO_ORDERS, max(same))
    if order.received_elsewhere:
        return nothing(month, benefit, Reason.PRICE_ELSEWHERE)
    on_relief = relief is not None and relief.due and relief.amount > 0
    if not on_relief and not found.recipient:
        return _not_entitled(order, found)
    if not on_relief and not _ordered_for(order, found):
        return nothing(month, benefit, Reason.PRICE_NOT_ENTITLED)
    if not order.known:
        return open_question(month, benefit, ("price_subsidy.amount_per_head",))
    return _amount(month, benefit, order.per_head, Reason.PRICE_ORDER)


def _not_entitled(order: PriceOrder, found: Month) -> Line:
    """Who gets no basic living that month gets none; what is open stays open."""
    month, benefit = order.month, Benefit.PRICE_SUBSIDY
    if found.asked:
        return open_question(month, benefit, found.asked, up_to=order.per_head)
    if found.verdict.status is Status.MANUAL_REVIEW:
        return review(month, benefit, found.verdict.reason, order.per_head)
    return nothing(month, benefit, Reason.PRICE_NOT_ENTITLED)


def _ordered_for(order: PriceOrder, found: Month) -> bool:
    """Whether the class of the child takes part in the order."""
    if found.solution is None:
        return False
    chosen = found.solution.chosen.rate_class
    return chosen.price_subsidy and (not order.classes or chosen.code in order.classes)


def _amount(month: date, benefit: Benefit, amount: Decimal, reason: Reason) -> Line:
    text = written(amount)
    clauses = (reason.clause,)
    return Line(month, benefit, Status.DUE, amount, reason, clauses, text, {benefit.value: text})


def _by_rate(situation: Situation, month: date, benefit: Benefit, reason: Reason) -> Line:
    rate = situation.rates.get(benefit.value)
    if rate is None:
        return open_question(month, benefit, (f"rates.{benefit.value}",), (reason.clause,))
    return _amount(month, benefit, rate, reason)


def _in(care: Care, month: date) -> bool:
    return care.since <= last_day(month) and month <= care.until


def _rate_told(situation: Situation, benefit: Benefit) -> bool:
    """Whether the question speaks of the benefit's rate, even as one nobody has set."""
    return benefit.value in situation.rates or f"rates.{benefit.value}" in situation.unknown


def nursing(situation: Situation, month: date, found: Month) -> Iterator[Line]:
    """Nursing subsidy at the rate fixed elsewhere, for children in difficulty of their own."""
    benefit = Benefit.NURSING
    own = Category.OWN_DIFFICULTY in found.state.categories
    asked = bool(situation.nursing) or (_rate_told(situation, benefit) and own)
    if not asked:
        return
    if found.verdict.reason in GONE:
        yield nothing(month, benefit, found.verdict.reason, "WL24:2.2.2a-2")
    elif situation.nursing and not any(_in(c, month) for c in situation.nursing):
        yield nothing(month, benefit, Reason.NOT_OWN_DIFFICULTY)
    elif "child.nursing" in situation.unknown:
        yield open_question(month, benefit, ("child.nursing",), ("WL24:2.2.2a-2",))
    elif own or situation.nursing:
        yield _by_rate(situation, month, benefit, Reason.NURSING)


def training(situation: Situation, month: date, found: Month) -> Iterator[Line]:
    """Training subsidy, tied to a designated or recognised institution (2.2.2b)."""
    benefit = Benefit.TRAINING
    if not situation.training:
        return
    here = [c for c in situation.training if _in(c, month)]
    if found.verdict.reason in GONE:
        yield nothing(month, benefit, found.verdict.reason, "WL24:2.2.2b-3")
    elif not here:
        yield nothing(month, benefit, Reason.NO_TRAINING)
    elif any(c.designated == "yes" for c in here):
        yield _by_rate(situation, month, benefit, Reason.TRAINING)
    elif any(c.designated == "unknown" for c in here):
        missing = ("child.training.designated",)
        yield open_question(month, benefit, missing, (Reason.TRAINING.clause,))
    else:
        yield nothing(month, benefit, Reason.NOT_DESIGNATED, "WL24:2.2.2b-3")


def rehabilitation_living(situation: Situation, month: date, found: Month) -> Iterator[Line]:
    """Living subsidy while a hard-up family's child is in basic training (2.2.2c)."""
    benefit = Benefit.REHABILITATION_LIVING
    periods = situation.rehabilitation or situation.training
    asked = bool(situation.rehabilitation) or _rate_told(situation, benefit)
    if not periods or not asked:
        return
    here = [c for c in periods if _in(c, month)]
    if found.verdict.reason in GONE:
        yield nothing(month, benefit, found.verdict.reason, "WL24:2.2.2c")
    elif not here:
        yield nothing(month, benefit, Reason.NO_TRAINING, "WL24:2.2.2c")
    elif "household.class" in situation.unknown:
        yield open_question(month, benefit, ("household.class",), ("WL24:2.2.2c",))
    elif not hard_up(found):
        yield nothing(month, benefit, Reason.NOT_HARD_UP)
    elif all(c.designated == "no" for c in here):
        yield nothing(month, benefit, Reason.NOT_DESIGNATED, "WL24:2.2.2c")
    else:
        yield _by_rate(situation, month, benefit, Reason.REHABILITATION_LIVING)


def insurance(
    situation: Situation, cover: Insurance, month: date, found: Month, adult: bool, street: bool
) -> Line:
    """The whole personal share of an enrolled recipient, never reclaimed mid-year (2.2.1-1)."""
    benefit = Benefit.INSURANCE
    if cover.enrolled == "unknown":
        return open_question(month, benefit, ("insurance.enrolled",), ("WL24:2.2.1-1",))
    if cover.enrolled == "no":
        return nothing(month, benefit, Reason.NOT_ENROLLED)
    if cover.borne_elsewhere:
        return nothing(month, benefit, Reason.SHARE_BORNE)
    if (adult and found.recipient) or (street and not found.recipient):
        return review(month, benefit, Reason.INSURANCE_REVIEW, cover.contribution)
    if not found.recipient:
        if found.asked:
            return open_question(month, benefit, found.asked, up_to=cover.contribution)
        return nothing(month, benefit, Reason.NOT_RECIPIENT)
    known = cover.contribution if cover.known else situation.rates.get(benefit.value, ZERO)
    if not known:
        return open_question(month, benefit, ("rates.insurance",), ("WL24:2.2.1-1",))
    return _amount(month, benefit, known, Reason.INSURED)


def temporary_relief(case: Temporary, adult: bool) -> Line:
    """Entitled after an emergency; the amount is an approved decision's, never guessed (R19)."""
    month, benefit = month_of(case.happened_on), Benefit.TEMPORARY_RELIEF
    if adult:
        return nothing(month, benefit, Reason.ADULT, Reason.TEMPORARY.clause)
    if not case.approved:
        missing = ("temporary_relief.approved_amount",)
        return open_question(month, benefit, missing, (Reason.TEMPORARY.clause,),
                             reason=Reason.TEMPORARY)  # fmt: skip
    return _amount(month, benefit, case.amount, Reason.TEMPORARY)
