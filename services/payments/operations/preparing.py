"""Preparing a run: price every class once, apply it to a town in one statement (编制批次).

Its price and explanation are worked out once by the rules; the lines of a town follow by one
INSERT … SELECT. Towns are prepared one after the other, each in its own transaction when there
are many children, so that a kill loses at most the town at hand.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.payments.models import Run
from services.payments.operations.evaluating import tariff_of
from services.payments.operations.explaining import current_book
from services.payments.operations.sql import (
    ANSWERED,
    BESIDE,
    BLOCK,
    CLASSES_OF_MONTH,
    CLASSES_OF_SCOPE,
    CORRECT,
    COUNT_SCOPE,
    ENTITLED,
    HELD,
    HELD_OF_SCOPE,
    MONTHLY,
    OF_TOWNS,
    SCOPE,
    SETTINGS,
    TOWNS_OF_BESIDE,
)
from services.payments.rules.months import month_of
from services.payments.rules.vocabulary import GONE
from shared.database import today
from shared.jurisdiction import jurisdiction

Tally = list[dict[str, Any]]


async def begin_preparing(session: AsyncSession, run: Run) -> None:
    """Tell the statements of this transaction the run, and list what is due beside the award."""
    tariff = tariff_of(jurisdiction())
    book = await current_book(session)
    insured = [c.code for c in tariff.monthly() if c.insurance and not c.amount.nothing
               and book.price(c.amount, run.month).amount > 0]  # fmt: skip
    values = {
        "month": run.month.isoformat(),
        # Relief is paid by its days: those of a month are known once it is over.
        "known": (month_of(today(session)) - timedelta(days=1)).isoformat(),
        "daily": ",".join(c.code for c in tariff.classes.values() if c.per == "day"),
        "insured": ",".join(insured),
        "gone": ",".join(GONE),
    }
    await session.execute(text(SETTINGS), values)
    await session.execute(text(BESIDE))


async def classes_of(session: AsyncSession, run: Run) -> tuple[list[Any], list[str], int]:
    """The price classes a run needs, the towns it covers, and how many children it has."""
    if run.kind == "correction":
        await session.execute(text(SCOPE))
        await session.execute(text(COUNT_SCOPE))
        found = await session.execute(text(CLASSES_OF_SCOPE))
        return [tuple(row) for row in found], [], 0
    rows = (await session.execute(text(CLASSES_OF_MONTH), {"month": run.month})).all()
    towns = {row.town for row in rows} | set(await session.scalars(text(TOWNS_OF_BESIDE)))
    classes = {(row.month, row.rate_class, row.other_relief) for row in rows}
    return sorted(classes), sorted(towns), sum(row.children for row in rows)


async def prepare_towns(session: AsyncSession, run: Run, towns: Sequence[str]) -> Tally:
    """Block what may not be paid, then write the lines of some towns, counting them."""
    values = {"run": run.id, "month": run.month, "towns": list(towns)}
    await session.execute(text(OF_TOWNS), {"towns": ",".join(towns)})
    await session.execute(text(HELD))
    await session.execute(text(BLOCK), {"run": run.id})
    monthly = await session.execute(text(MONTHLY), values)
    entitled = await session.execute(text(ENTITLED), values)
    return _tally([*monthly, *entitled])


async def prepare_correction(session: AsyncSession, run: Run) -> Tally:
    """Work out again what was asked for again; the lines that differ, counted."""
    await session.execute(text(HELD_OF_SCOPE))
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
