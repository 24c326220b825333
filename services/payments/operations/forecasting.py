"""The coming months' money by town and class, and paid against budget (资金预测、预算执行).

Every decision names the next day it could change: an eighteenth birthday, a release, a graduation,
the end of a certificate. From that month on its money is counted and shown as open; lump sums due
on leaving are named with the month they could fall in.
"""

from decimal import Decimal
from typing import Any

from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from services.payments.models import Budget
from services.payments.operations.awards import rate_class_of, town_known
from services.payments.operations.explaining import current_book
from services.payments.queries import forecast as queries
from services.payments.rules.book import Book
from services.payments.rules.money import ZERO
from services.payments.rules.months import later, month_of
from services.payments.rules.pricing import infant_add_on, price_of_class
from services.payments.rules.vocabulary import Benefit
from shared.database import law_today, new_id, now, today
from shared.identity import Principal


async def forecast(session: AsyncSession, actor: Principal, months: int | None) -> dict[str, Any]:
    """What every coming month is expected to cost, by town and class."""
    actor.of("civil_affairs", "finance", "joint_meeting", "child_protection_office")
    law = law_today(session)
    count = months or int(law.figures["forecast_months"])
    first = later(month_of(today(session)))
    last = later(first, count - 1)
    book = await current_book(session)
    exit_months = int(law.figures["lump_sum_adult_months"])
    rows = [_row(row, book, exit_months) for row in await queries.heads(session, first, last)]
    rows += [_beside(row) for row in await queries.beside(session, first, last)]
    totals: dict[str, Decimal] = {}
    for row in sorted(rows, key=lambda row: row["month"]):
        totals[row["month"]] = totals.get(row["month"], ZERO) + row["amount"]
    return {
        "clause": "WL24:4.1f-1",
        "rows": [{k: f"{v:.2f}" if k in MONEY else v for k, v in row.items()} for row in rows],
        "by_month": {month: f"{amount:.2f}" for month, amount in totals.items()},
        "total": f"{sum(totals.values(), ZERO):.2f}",
    }


MONEY = ("amount", "amount_open", "lump_sums_at_most")


def _row(row: Any, book: Book, exit_months: int) -> dict[str, Any]:
    """The awards of a class in a month; `open` is of those whose decision could have changed."""
    rate_class = book.tariff.rate_class(row.rate_class)
    found = price_of_class(rate_class, row.month, book, row.other_relief)
    amount = found.payable * row.children
    amount += (infant_add_on(row.month, book) or ZERO) * row.infants
    at_most = found.price.amount * exit_months * row.leaving if rate_class.lump_sum else ZERO
    return {
        "month": f"{row.month:%Y-%m}",
        "town": row.town,
        "benefit": Benefit.BASIC_LIVING.value,
        "rate_class": row.rate_class,
        "children": row.children,
        "changing": row.changing,
        "leaving": row.leaving,
        "lump_sums_at_most": at_most,
        "missing": list(found.missing),
        "amount": amount,
        "amount_open": found.payable * row.changing,
    }


def _beside(row: Any) -> dict[str, Any]:
    """Sums beside the award that are granted for the month."""
    return {
        "month": f"{row.month:%Y-%m}",
        "town": row.town,
        "benefit": row.benefit,
        "rate_class": "",
        "children": row.children,
        "changing": 0,
        "leaving": 0,
        "lump_sums_at_most": ZERO,
        "missing": [],
        "amount": row.amount,
        "amount_open": ZERO,
    }


async def set_budget(
    session: AsyncSession, actor: Principal, year: int, town: str, rate_class: str, amount: Decimal
) -> None:
    """What finance set aside; a new figure takes the place of the one before."""
    actor.of("finance")
    kept = upsert(Budget).values(
        id=new_id(),
        year=year,
        town=town_known(town),
        rate_class=rate_class_of(rate_class),
        amount=amount,
        set_by=actor.person(),
        set_at=now(session),
        version=1,
    )
    await session.execute(
        kept.on_conflict_do_update(
            index_elements=["year", "town", "rate_class"],
            set_={
                "amount": kept.excluded.amount,
                "set_by": kept.excluded.set_by,
                "set_at": kept.excluded.set_at,
                "version": Budget.version + 1,
            },
        )
    )


async def execution(session: AsyncSession, actor: Principal, year: int) -> list[dict[str, Any]]:
    """Paid against budget by town and class (预算执行)."""
    actor.of("civil_affairs", "finance", "joint_meeting", "child_protection_office", "auditor")
    paid = await queries.paid(session, year)
    budgets = await queries.budgets(session, year)
    return [
        {
            "town": key[0],
            "rate_class": key[1],
            "budget": f"{budgets[key]:.2f}" if key in budgets else None,
            "paid": f"{paid.get(key, ZERO):.2f}",
            "left": f"{budgets[key] - paid.get(key, ZERO):.2f}" if key in budgets else None,
        }
        for key in sorted(set(paid) | set(budgets))
    ]


async def overspent(session: AsyncSession, year: int) -> list[str]:
    """Where approved runs come to more than was set aside; only what has a budget can."""
    paid = await queries.paid(session, year)
    budgets = await queries.budgets(session, year)
    return sorted(
        f"{town} {rate_class}"
        for (town, rate_class), amount in budgets.items()
        if paid.get((town, rate_class), ZERO) > amount
    )
