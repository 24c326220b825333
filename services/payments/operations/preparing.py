"""Preparing a run: price every class once, apply it to a town in one statement (编制批次).

Its price and explanation are worked out once by the rules; the lines of a town follow by one
INSERT … SELECT. Towns are prepared one after the other, each in its own transaction when there
are many children, so that a kill loses at most the town at hand.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ARRAY, Boolean, Date, String, TextClause, bindparam, text
from sqlalchemy.dialects import registry
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import TypeEngine

from services.payments.models import Explanation, Run
from services.payments.operations.explaining import current_book
from services.payments.operations.sql import (
    ANSWERED,
    AS_IT_FINDS,
    AWARDED,
    BESIDE,
    BLOCK,
    BY_SETS,
    CLASSES_OF_MONTH,
    CLASSES_OF_SCOPE,
    CORRECT,
    COUNT_BESIDE,
    COUNT_SCOPE,
    ENTITLED,
    HELD,
    HELD_BESIDE,
    HELD_BY_CLASS,
    HELD_OF_SCOPE,
    MONTHLY,
    SCOPE,
    SETTINGS,
    STAND_STILL,
    TOWNS_OF_BESIDE,
)
from services.payments.operations.tariff import tariff_of
from services.payments.operations.trying import take_up
from services.payments.queries import runs as queries
from services.payments.rules.months import month_of
from services.payments.rules.vocabulary import GONE, Benefit
from shared.database import today
from shared.jurisdiction import jurisdiction
from shared.problem import Conflict

POSTGRESQL = registry.load("postgresql")()
Tally = list[dict[str, Any]]
OF_THE_AWARD = ("basic_living", "infant_nutrition", "price_subsidy")


class RosterMoved(Conflict):
    """Awards changed while the run was written; nothing was kept, and it can be begun again."""

    zh, en = "编制期间名单有变化，请重新编制", "The roster changed while the run was prepared"
    clause = "WL24:2.1.0b-1"


async def begin_preparing(session: AsyncSession, run: Run) -> None:
    """Make room for the statements of this transaction; list what is due beside the award."""
    tariff, book = tariff_of(jurisdiction()), await current_book(session)
    receiving = [c.code for c in tariff.monthly() if c.insurance and not c.amount.nothing
                 and book.price(c.amount, run.month).amount > 0]  # fmt: skip
    await session.execute(text(SETTINGS))
    await session.execute(text(STAND_STILL))
    # Relief is paid by its days: those of a month are known once it is over.
    known = month_of(today(session)) - timedelta(days=1)
    values = {"month": run.month, "known": known, "daily": daily(), "insured": receiving}
    await session.execute(spelled(BESIDE, values))
    await session.execute(text(COUNT_BESIDE))


def daily() -> list[str]:
    """The classes that are paid by days."""
    return [c.code for c in tariff_of(jurisdiction()).classes.values() if c.per == "day"]


def _kind(value: object) -> TypeEngine[Any]:
    known: dict[type, TypeEngine[Any]] = {bool: Boolean(), date: Date(), list: ARRAY(String)}
    return known[type(value)]


def spelled(query: str, values: Mapping[str, object]) -> TextClause:
    """A statement that makes a table takes no parameters: its values stand in it, quoted."""
    bound = text(query).bindparams(
        *(bindparam(name, value, _kind(value)) for name, value in values.items())
    )
    compiled = bound.compile(dialect=POSTGRESQL, compile_kwargs={"literal_binds": True})
    return text(str(compiled).replace(":", "\\:"))


async def classes_of_scope(session: AsyncSession, run: Run) -> list[Any]:
    """The price classes of the children and months asked for again."""
    await take_up(session, run)
    await session.execute(spelled(SCOPE, {"month": run.month}))
    await session.execute(text(COUNT_SCOPE))
    await session.execute(text(AWARDED))
    return [tuple(row) for row in await session.execute(text(CLASSES_OF_SCOPE))]


async def roster_of(session: AsyncSession, run: Run, towns: Sequence[str] | None) -> list[Any]:
    """How many children, and infants among them, each class has in towns, or everywhere."""
    return list((await session.execute(text(CLASSES_OF_MONTH), _where(run, towns))).all())


async def towns_of(session: AsyncSession, roster: Iterable[Any]) -> list[str]:
    """The towns a run covers."""
    return sorted({row.town for row in roster} | set(await session.scalars(text(TOWNS_OF_BESIDE))))


def _where(run: Run, towns: Sequence[str] | None) -> dict[str, Any]:
    return {"month": run.month, "everywhere": towns is None, "towns": list(towns or ())}


async def prepare_towns(
    session: AsyncSession, run: Run, roster: Sequence[Any], towns: Sequence[str] | None = None
) -> Tally:
    """Block what may not be paid, then write the lines of a roster; what was written.

    The sums are reckoned class by class. That as many lines were written is looked at here; that
    the lines themselves come to the sums, by the second officer's check.
    """
    here = _where(run, towns)
    # Awards and payees of a great import, or of the first month: nobody has counted them yet.
    await session.execute(text(BY_SETS))
    await session.execute(spelled(HELD, here | {"daily": daily(), "but": []}))
    await session.execute(text(AS_IT_FINDS))
    await session.execute(text(HELD_BESIDE), here | {"but": []})
    await session.execute(text(BLOCK), {"run": run.id})
    written: Any = await session.execute(text(MONTHLY), here | {"run": run.id})
    tally = await _reckoned(session, run, roster)
    if sum(row["lines"] for row in tally) != written.rowcount:
        raise RosterMoved()
    return tally + _tally(await session.execute(text(ENTITLED), here | {"run": run.id}))


async def _reckoned(session: AsyncSession, run: Run, roster: Sequence[Any]) -> Tally:
    """Lines and sums of the monthly award by town and benefit, from counts and class prices."""
    held = {
        (row.rate_class, row.other_relief, row.town): row
        for row in await session.execute(text(HELD_BY_CLASS))
    }
    prices = await queries.prices(session, run.id, run.month, OF_THE_AWARD)
    found: Tally = []
    for row in roster:
        kept = held.get((row.rate_class, row.other_relief, row.town))
        children = row.children - (kept.children if kept else 0)
        infants = row.infants - (kept.infants if kept else 0)
        for price in prices:
            own = (price.rate_class, price.other_relief) == (row.rate_class, row.other_relief)
            lines = infants if price.infant else children
            if own and price.amount > 0 and lines:
                found.append(_of_class(row.town, price, lines))
    return found


def _of_class(town: str, price: Explanation, lines: int) -> dict[str, Any]:
    living = price.benefit == Benefit.BASIC_LIVING
    return {
        "town": town, "benefit": price.benefit, "lines": lines,
        "amount": str(price.amount * lines), "overpaid": "0.00",
        "children": lines if living else 0,
    }  # fmt: skip


async def prepare_correction(session: AsyncSession, run: Run) -> Tally:
    """Work out again what was asked for again; the lines that differ, counted."""
    await session.execute(spelled(HELD_OF_SCOPE, {"month": run.month, "but": list(GONE)}))
    await session.execute(text(BLOCK), {"run": run.id})
    corrected = _tally(await session.execute(text(CORRECT), {"run": run.id}))
    await session.execute(text(ANSWERED), {"run": run.id})
    originals = [str(original) for original in await queries.corrects(session, run.id)]
    run.control = run.control | {"corrects": originals}
    return corrected


def _tally(rows: Iterable[Any]) -> Tally:
    """What was written by town and benefit, as plain data."""
    return [
        {"town": r.town, "benefit": r.benefit, "lines": r.lines, "amount": str(r.amount),
         "overpaid": str(r.overpaid), "children": r.children}
        for r in rows
    ]  # fmt: skip
