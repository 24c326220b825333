"""What each price class of a run comes to, with clauses, figures and working (计算依据).

A class is the distinct combination of what matters for the money. Its explanation is worked out
once, by the same rules that answer an evaluation, and every line of the class names it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.payments.models import Explanation, PriceOrder, Run
from services.payments.operations.sql import CLASSES_OF_BESIDE, MONTHS_OF_SCOPE
from services.payments.operations.tariff import tariff_of
from services.payments.queries.standards import price_order, published
from services.payments.rules.book import Book, Published
from services.payments.rules.money import ZERO, written
from services.payments.rules.pricing import infant_add_on, price_of_class
from services.payments.rules.reasons import Reason
from services.payments.rules.street import priced_by_days
from services.payments.rules.tariff import RateClass
from services.payments.rules.vocabulary import Benefit
from shared.jurisdiction import jurisdiction
from shared.problem import Refused

ENDED = "-"


class StandardMissing(Refused):
    """A rate class has no standard for a month; nothing is guessed."""

    zh, en = "缺少该月标准，不能核算", "A standard is missing for a month"
    clause = "WL24:2.1.0a-1"


@dataclass(frozen=True, slots=True)
class Inputs:
    """One price class of the monthly award: what matters for the money of a month."""

    month: date
    rate_class: str
    other_relief: Decimal


@dataclass(frozen=True, slots=True)
class Beside:
    """One price class of what is due beside the award: a sum, a multiple, days, or a figure."""

    month: date
    benefit: str
    rate_class: str
    sum: Decimal
    multiple: int
    clause: str


def _row(
    run_id: UUID, month: date, benefit: str, rate_class: str, amount: Decimal, **more: Any
) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "month": month,
        "benefit": benefit,
        "rate_class": rate_class,
        "amount": amount,
        "other_relief": ZERO,
        "infant": False,
        "multiple": 1,
        "figures": {},
        "reason": Reason.PAID_BY_CLASS.code,
    } | more


def explained(
    run_id: UUID, inputs: Inputs, book: Book, order: PriceOrder | None
) -> list[dict[str, Any]]:
    """The explanations of one price class: basic living, infant add-on, price subsidy.

    Raises StandardMissing when a figure is not there.
    """
    rate_class, month = book.tariff.rate_class(inputs.rate_class), inputs.month
    if rate_class.per == "day":
        return []
    found = price_of_class(rate_class, month, book, inputs.other_relief)
    if found.missing:
        raise StandardMissing(
            f"{rate_class.zh} {month:%Y-%m}",
            f"{rate_class.code} {month:%Y-%m}",
            missing=list(found.missing),
        )
    reason = Reason.TOPPED_UP if found.deducted else Reason.PAID_BY_CLASS
    same = {"other_relief": inputs.other_relief}
    rows = [
        _row(
            run_id, month, Benefit.BASIC_LIVING.value, rate_class.code, found.payable,
            clauses=list(found.clauses), working=found.working,
            figures=dict(found.price.figures), reason=reason.code, **same,
        )
    ]  # fmt: skip
    rows += _infant(run_id, month, rate_class, book, same)
    if order is not None and found.price.amount > 0:
        rows += _priced(run_id, rate_class, order, same)
    return rows


def _infant(
    run_id: UUID, month: date, rate_class: RateClass, book: Book, same: dict[str, Any]
) -> list[dict[str, Any]]:
    infant, amount = book.tariff.infant, infant_add_on(month, book)
    if infant is None or amount is None:
        return []
    working = written(amount)
    return [
        _row(
            run_id, month, Benefit.INFANT_NUTRITION.value, rate_class.code, amount,
            infant=True, clauses=[infant.clause], working=working, figures={infant.key: working},
            reason=Reason.INFANT.code, **same,
        )
    ]  # fmt: skip


def _priced(
    run_id: UUID, rate_class: RateClass, order: PriceOrder, same: dict[str, Any]
) -> list[dict[str, Any]]:
    wanted = not order.rate_classes or rate_class.code in order.rate_classes
    if not (wanted and rate_class.price_subsidy):
        return []
    return [
        _row(
            run_id, order.month, Benefit.PRICE_SUBSIDY.value, rate_class.code, order.amount,
            clauses=[Reason.PRICE_ORDER.clause], working=written(order.amount),
            figures={"order": str(order.id)}, reason=Reason.PRICE_ORDER.code, **same,
        )
    ]  # fmt: skip


def beside(run_id: UUID, inputs: Beside, book: Book) -> dict[str, Any] | None:
    """The explanation of a class beside the award; none while a figure it needs is missing."""
    own: dict[str, Any] = {
        "clauses": [inputs.clause], "other_relief": inputs.sum, "multiple": inputs.multiple,
    }  # fmt: skip
    if inputs.benefit == Benefit.STREET_RELIEF:
        found = _by_days(inputs, book)
    elif inputs.benefit == Benefit.INSURANCE and not inputs.sum:
        found = _insured(inputs, book)
    elif inputs.sum:
        found = inputs.sum, written(inputs.sum), {}, Reason.PAID_BY_CLASS
    else:
        found = _multiple(inputs, book)
    if found is None:
        return None
    amount, own["working"], own["figures"], reason = found
    own["reason"] = reason.code
    return _row(run_id, inputs.month, inputs.benefit, inputs.rate_class, amount, **own)


Found = tuple[Decimal, str, dict[str, str], Reason]


def _by_days(inputs: Beside, book: Book) -> Found | None:
    """Relief of the month's days, less what the month has as basic living: never both (R18)."""
    rate_class = book.tariff.rate_class(inputs.rate_class)
    line = priced_by_days(rate_class, inputs.month, inputs.multiple, book)
    if not line.due:
        return None
    amount, working = line.amount, line.working
    if inputs.sum:
        amount = max(line.amount - inputs.sum, ZERO)
        working = f"max({line.working}-{written(inputs.sum)},0.00)"
    return amount, working, dict(line.figures), line.reason


def _insured(inputs: Beside, book: Book) -> Found | None:
    """The whole personal share of the year (R21)."""
    insurance = book.tariff.insurance
    worth = book.value(insurance.key, inputs.month) if insurance else None
    if insurance is None or worth is None:
        return None
    return worth[0], written(worth[0]), {insurance.key: written(worth[0])}, Reason.INSURED


def _multiple(inputs: Beside, book: Book) -> Found | None:
    """A lump sum: so many times the standard of the month it arose in (R6)."""
    price = book.price(book.tariff.rate_class(inputs.rate_class).amount, inputs.month)
    if not price.known:
        return None
    working = f"{price.working}*{inputs.multiple}"
    return price.amount * inputs.multiple, working, dict(price.figures), Reason.PAID_BY_CLASS


async def current_book(session: AsyncSession, *more: Published) -> Book:
    """The tariff with every published standard, and with figures nobody published yet."""
    place = jurisdiction()
    return Book(tariff_of(place), place.law, [*await published(session), *more])


async def explain_classes(
    session: AsyncSession, run_id: UUID, classes: Iterable[tuple[date, str, Decimal]], book: Book
) -> list[dict[str, Any]]:
    """The explanations of price classes of the award, with each month's price order."""
    rows: list[dict[str, Any]] = []
    orders: dict[date, PriceOrder | None] = {}
    for month, rate_class, other_relief in sorted(classes):
        if month not in orders:
            orders[month] = await price_order(session, month)
        inputs = Inputs(month, rate_class, other_relief)
        rows += explained(run_id, inputs, book, orders[month])
    return rows


async def explain_run(
    session: AsyncSession, run: Run, classes: Iterable[tuple[date, str, Decimal]]
) -> None:
    """Work out the price classes a run needs and keep their explanations.

    What lacks a figure beside the award is named in the run and paid once there is one.
    """
    book = await current_book(session)
    rows = await explain_classes(session, run.id, classes, book)
    undetermined = []
    for found in await session.execute(text(CLASSES_OF_BESIDE)):
        inputs = Beside(*found)
        row = beside(run.id, inputs, book)
        if row is None:
            undetermined.append(f"{inputs.month:%Y-%m} {inputs.benefit}")
        else:
            rows.append(row)
    if undetermined:
        run.control = run.control | {"undetermined": sorted(set(undetermined))}
    if run.kind == "correction":
        rows += await _explain_endings(session, run)
    if rows:
        await session.execute(insert(Explanation), rows)


async def _explain_endings(session: AsyncSession, run: Run) -> list[dict[str, Any]]:
    """What a month comes to where nothing is owed any more: 0.00, and why."""
    months = await session.scalars(text(MONTHS_OF_SCOPE))
    return [
        _row(run.id, month, benefit.value, ENDED, ZERO, clauses=[Reason.CATEGORY_OVER.clause],
             working="0.00", reason=Reason.CATEGORY_OVER.code)
        for month in months
        for benefit in Benefit
    ]  # fmt: skip
