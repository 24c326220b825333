"""Preparing a run: price every class once, apply it to a town in one statement (编制批次).

Its price and explanation are worked out once by the rules; the lines of a town follow by one
INSERT … SELECT. Towns are prepared one after the other, each in its own transaction when there
are many children, so that a kill loses at most the town at hand.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ARRAY, Date, String, TextClause, bindparam, text
from sqlalchemy.dialects import registry
from sqlalchemy.ext.asyncio import AsyncSession

from services.payments.models import Run
from services.payments.operations.evaluating import tariff_of
from services.payments.operations.explaining import current_book
from services.payments.operations.sql import (
    ANSWERED,
    AWARDED,
    BESIDE,
    BLOCK,
    CLASSES_OF_MONTH,
    CLASSES_OF_SCOPE,
    CORRECT,
    COUNT_SCOPE,
    ENTITLED,
    HELD,
    HELD_BESIDE,
    HELD_OF_SCOPE,
    MONTHLY,
    SCOPE,
    SETTINGS,
    TOWNS_OF_BESIDE,
)
from services.payments.rules.months import month_of
from services.payments.rules.vocabulary import GONE
from shared.database import today
from shared.jurisdiction import jurisdiction

POSTGRESQL = registry.load("postgresql")()
Tally = list[dict[str, Any]]


async def begin_preparing(session: AsyncSession, run: Run) -> None:
    """Make room for the statements of this transaction; list what is due beside the award."""
    tariff, book = tariff_of(jurisdiction()), await current_book(session)
    receiving = [c.code for c in tariff.monthly() if c.insurance and not c.amount.nothing
                 and book.price(c.amount, run.month).amount > 0]  # fmt: skip
    await session.execute(text(SETTINGS))
    # Relief is paid by its days: those of a month are known once it is over.
    known = month_of(today(session)) - timedelta(days=1)
    values = {"month": run.month, "known": known, "daily": daily(), "insured": receiving}
    await session.execute(spelled(BESIDE, values))


def daily() -> list[str]:
    """The classes that are paid by days."""
    return [c.code for c in tariff_of(jurisdiction()).classes.values() if c.per == "day"]


def spelled(query: str, values: Mapping[str, object]) -> TextClause:
    """A statement that makes a table takes no parameters: its values stand in it, quoted."""
    kinds = {name: Date() if isinstance(v, date) else ARRAY(String) for name, v in values.items()}
    bound = text(query).bindparams(
        *(bindparam(name, value, kinds[name]) for name, value in values.items())
    )
    compiled = bound.compile(dialect=POSTGRESQL, compile_kwargs={"literal_binds": True})
    return text(str(compiled).replace(":", "\\:"))


async def classes_of(session: AsyncSession, run: Run) -> tuple[list[Any], list[str], int]:
    """The price classes a run needs, the towns it covers, and how many children it has."""
    if run.kind == "correction":
        await session.execute(spelled(SCOPE, {"month": run.month}))
        await session.execute(text(COUNT_SCOPE))
        await session.execute(text(AWARDED))
        found = await session.execute(text(CLASSES_OF_SCOPE))
        return [tuple(row) for row in found], [], 0
    rows = (await session.execute(text(CLASSES_OF_MONTH), {"month": run.month})).all()
    towns = {row.town for row in rows} | set(await session.scalars(text(TOWNS_OF_BESIDE)))
    classes = {(row.month, row.rate_class, row.other_relief) for row in rows}
    return sorted(classes), sorted(towns), sum(row.children for row in rows)


async def prepare_towns(session: AsyncSession, run: Run, towns: Sequence[str]) -> Tally:
    """Block what may not be paid, then write the lines of some towns, counting them."""
    values = {"run": run.id, "month": run.month, "towns": list(towns)}
    held = {"month": run.month, "towns": list(towns), "daily": daily()}
    await session.execute(spelled(HELD, held))
    await session.execute(text(HELD_BESIDE), {"month": run.month, "towns": list(towns)})
    await session.execute(text(BLOCK), {"run": run.id})
    monthly = await session.execute(text(MONTHLY), values)
    entitled = await session.execute(text(ENTITLED), values)
    return _tally([*monthly, *entitled])


async def prepare_correction(session: AsyncSession, run: Run) -> Tally:
    """Work out again what was asked for again; the lines that differ, counted."""
    await session.execute(spelled(HELD_OF_SCOPE, {"month": run.month, "gone": list(GONE)}))
    await session.execute(text(BLOCK), {"run": run.id})
    corrected = await session.execute(text(CORRECT), {"run": run.id})
    await session.execute(text(ANSWERED), {"run": run.id})
    return _tally(corrected)


def _tally(rows: Iterable[Any]) -> Tally:
    """What was written by town and benefit, as plain data."""
    return [
        {"town": r.town, "benefit": r.benefit, "lines": r.lines, "amount": str(r.amount),
         "overpaid": str(r.overpaid), "children": r.children}
        for r in rows
    ]  # fmt: skip
