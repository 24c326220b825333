"""Preparing a run: price every class once, apply it to a town in one statement (编制批次).

A class is the distinct combination of what matters for the money: rate class, other relief,
infant. Its price and explanation are worked out once by the rules; the lines of a town follow
by one INSERT … SELECT. Towns are prepared one after the other, each in its own transaction
when there are many children, so that a kill loses at most the town at hand.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.payments.models import Explanation, PriceOrder, Run
from services.payments.operations.evaluating import tariff_of
from services.payments.operations.sql import (
    ANSWERED,
    BLOCK,
    BLOCK_SCOPE,
    CLASSES_OF_ENTITLEMENTS,
    CLASSES_OF_MONTH,
    CLASSES_OF_SCOPE,
    CORRECT,
    COUNT_SCOPE,
    ENTITLED,
    MONTHLY,
    MONTHS_OF_SCOPE,
    ROOM,
    SCOPE,
    TOWNS_OF_ENTITLEMENTS,
)
from services.payments.queries.standards import price_order, published
from services.payments.rules.book import Book
from services.payments.rules.money import ZERO, written
from services.payments.rules.months import last_day
from services.payments.rules.pricing import candidate
from services.payments.rules.reasons import Reason
from services.payments.rules.situation import OtherRelief
from services.payments.rules.tariff import RateClass
from services.payments.rules.vocabulary import GONE, Benefit, ReliefKind
from shared.jurisdiction import jurisdiction
from shared.problem import Refused

ENDED = "-"


class StandardMissing(Refused):
    """A rate class has no standard for a month; nothing is guessed."""

    zh, en = "缺少该月标准，不能核算", "A standard is missing for a month"
    clause = "WL24:2.1.0a-1"


@dataclass(frozen=True, slots=True)
class Inputs:
    """One price class: what matters for the money of a month."""

    month: date
    rate_class: str
    other_relief: Decimal


def _row(
    run_id: UUID, month: date, benefit: Benefit, rate_class: str, amount: Decimal, **more: Any
) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "month": month,
        "benefit": benefit.value,
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
    relief = [OtherRelief(ReliefKind.OTHER_LIVING, inputs.other_relief)]
    found = candidate(rate_class, month, book, relief if inputs.other_relief else [])
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
            run_id, month, Benefit.BASIC_LIVING, rate_class.code, found.payable,
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
    infant = book.tariff.infant
    worth = book.value(infant.key, month) if infant else None
    if infant is None or worth is None:
        return []
    text_ = written(worth[0])
    return [
        _row(
            run_id, month, Benefit.INFANT_NUTRITION, rate_class.code, worth[0], infant=True,
            clauses=[infant.clause], working=text_, figures={infant.key: text_},
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
            run_id, order.month, Benefit.PRICE_SUBSIDY, rate_class.code, order.amount,
            clauses=[Reason.PRICE_ORDER.clause], working=written(order.amount),
            figures={"order": str(order.id)}, reason=Reason.PRICE_ORDER.code, **same,
        )
    ]  # fmt: skip


async def current_book(session: AsyncSession) -> Book:
    """The tariff with every published standard."""
    place = jurisdiction()
    return Book(tariff_of(place), place.law, await published(session))


async def explain_run(
    session: AsyncSession, run: Run, classes: Iterable[tuple[date, str, Decimal]]
) -> None:
    """Work out the price classes a run needs and keep their explanations."""
    book = await current_book(session)
    rows: list[dict[str, Any]] = []
    orders: dict[date, PriceOrder | None] = {}
    for month, rate_class, other_relief in classes:
        if month not in orders:
            orders[month] = await price_order(session, month)
        inputs = Inputs(month, rate_class, other_relief)
        rows += explained(run.id, inputs, book, orders[month])
    rows += await _explain_entitlements(session, run, book)
    if run.kind == "correction":
        rows += await _explain_endings(session, run)
    if rows:
        await session.execute(insert(Explanation), rows)


async def _explain_entitlements(
    session: AsyncSession, run: Run, book: Book
) -> list[dict[str, Any]]:
    """Lump sums at the standard of the month they arose (R6); others at their own amount."""
    found = await session.execute(text(CLASSES_OF_ENTITLEMENTS), {"last": last_day(run.month)})
    rows = []
    for month, benefit, rate_class, amount, multiple, clause in found:
        own = {"clauses": [clause], "other_relief": amount or ZERO, "multiple": multiple or 1}
        if amount is not None:
            total, working = amount, written(amount)
        else:
            price = book.price(book.tariff.rate_class(rate_class).amount, month)
            if not price.known:
                raise StandardMissing(missing=list(price.missing))
            total, working = price.amount * multiple, f"{price.working}*{multiple}"
            own["figures"] = dict(price.figures)
        rows.append(
            _row(run.id, month, Benefit(benefit), rate_class or "", total, working=working, **own)
        )
    return rows


async def _explain_endings(session: AsyncSession, run: Run) -> list[dict[str, Any]]:
    """What a month comes to where nothing is owed any more: 0.00, and why."""
    months = await session.scalars(text(MONTHS_OF_SCOPE))
    return [
        _row(run.id, month, benefit, ENDED, ZERO, clauses=[Reason.CATEGORY_OVER.clause],
             working="0.00", reason=Reason.CATEGORY_OVER.code)
        for month in months
        for benefit in (Benefit.BASIC_LIVING, Benefit.INFANT_NUTRITION, Benefit.PRICE_SUBSIDY,
                        Benefit.LUMP_SUM, Benefit.NURSING, Benefit.TRAINING,
                        Benefit.REHABILITATION_LIVING, Benefit.TEMPORARY_RELIEF)
    ]  # fmt: skip


async def classes_of(session: AsyncSession, run: Run) -> tuple[list[Any], list[str], int]:
    """The price classes a run needs, the towns it covers, and how many children it has."""
    if run.kind == "correction":
        # The last month stands in the text: a statement that makes a table takes no parameters.
        await session.execute(text(SCOPE.replace(":last", f"'{run.month.isoformat()}'")))
        await session.execute(text(COUNT_SCOPE))
        found = await session.execute(text(CLASSES_OF_SCOPE))
        return [tuple(row) for row in found], [], 0
    rows = (await session.execute(text(CLASSES_OF_MONTH), {"month": run.month})).all()
    towns = {row.town for row in rows} | set(await session.scalars(text(TOWNS_OF_ENTITLEMENTS)))
    classes = {(row.month, row.rate_class, row.other_relief) for row in rows}
    return sorted(classes), sorted(towns), sum(row.children for row in rows)


async def prepare_towns(session: AsyncSession, run: Run, towns: Sequence[str]) -> int:
    """Block what may not be paid, then write the lines of some towns; how many there are."""
    values = {"run": run.id, "month": run.month, "towns": list(towns), "end": last_day(run.month)}
    tariff = tariff_of(jurisdiction())
    by_days = [code for code, found in tariff.classes.items() if found.per == "day"]
    await session.execute(text(ROOM))
    await session.execute(text(BLOCK), values | {"by_days": by_days})
    lines = await session.execute(text(MONTHLY), values)
    entitled = await session.execute(text(ENTITLED), values)
    return _count(lines) + _count(entitled)


async def prepare_correction(session: AsyncSession, run: Run) -> int:
    """Work out again what was asked for again; how many lines differ."""
    values = {"run": run.id, "last": run.month, "end": last_day(run.month)}
    await session.execute(text(BLOCK_SCOPE), values | {"gone": list(GONE)})
    lines = _count(await session.execute(text(CORRECT), values))
    await session.execute(text(ANSWERED), {"run": run.id})
    return lines


def _count(result: Any) -> int:
    return int(result.rowcount)
