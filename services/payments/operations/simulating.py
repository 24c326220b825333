"""What a proposed standard would cost, whom it changes, before anybody signs (测算).

The same rules that pay work the classes out; the sums come from the awards as they stand. A
simulation is stale as soon as an award, a standard or a line changed after it.
"""

import hashlib
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.payments.models import Simulation, Standard
from services.payments.operations.preparing import current_book
from services.payments.operations.standards import book_with
from services.payments.queries.awards import last_decided_month
from services.payments.queries.standards import standard as standard_of
from services.payments.rules.book import Book, Published
from services.payments.rules.money import ZERO
from services.payments.rules.months import later, month_of, span
from services.payments.rules.pricing import candidate
from services.payments.rules.situation import OtherRelief
from services.payments.rules.vocabulary import ReliefKind
from shared.database import new_id, now, today
from shared.identity import Principal
from shared.problem import NotFound, Refused


class SimulationStale(Refused):
    """Something the simulation rests on has changed since; it must be made anew."""

    zh, en = "测算已过期，请重新测算", "The simulation is stale and must be made anew"
    clause = "WL24:2.1.0a-1"


HEADS = """
SELECT g::date AS month, a.rate_class, a.other_relief, count(*) AS children
FROM award_period a, generate_series(CAST(:first AS date), CAST(:last AS date),
                                     interval '1 month') g
WHERE a.months @> g::date GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""

FINGERPRINT = """
SELECT concat_ws('|',
    (SELECT count(*) || ':' || coalesce(max(opened_at)::text, '') || ':'
            || coalesce(sum(version), 0) FROM award_period),
    (SELECT count(*) || ':' || coalesce(max(published_at)::text, '') FROM standard
     WHERE state = 'published'),
    (SELECT coalesce(max(id), 0) FROM line),
    (SELECT count(*) || ':' || coalesce(sum(version), 0) FROM entitlement))
"""


async def fingerprint(session: AsyncSession) -> str:
    """A digest of everything a simulation rests on."""
    found = await session.scalar(text(FINGERPRINT))
    return hashlib.sha256(str(found).encode()).hexdigest()


async def simulate(
    session: AsyncSession, actor: Principal, standard_id: UUID, months: int = 12
) -> Simulation:
    """Work a proposed standard out on every award, months decided before and months to come."""
    actor.of("civil_affairs", "finance")
    proposed = await standard_of(session, standard_id)
    entry = Published(proposed.key, proposed.since, proposed.amount, today(session))
    before, after = await current_book(session), await book_with(session, [entry])
    result = await _effect(session, proposed, before, after, months)
    found = Simulation(
        id=new_id(),
        standard_id=proposed.id,
        fingerprint=await fingerprint(session),
        result=result,
        made_by=actor.person(),
        made_at=now(session),
    )
    session.add(found)
    return found


async def _effect(
    session: AsyncSession, proposed: Standard, before: Book, after: Book, months: int
) -> dict[str, Any]:
    first = month_of(proposed.since)
    if first < proposed.since:
        first = later(first)
    last = await last_decided_month(session)
    until = max(later(month_of(today(session)), months), later(first, months))
    rows = await session.execute(text(HEADS), {"first": first, "last": until})
    by_month: dict[date, dict[str, Decimal]] = {m: {} for m in span(first, until)}
    more = less = 0
    for month, code, relief, children in rows:
        old, new = (_paid(book, code, relief, month) for book in (before, after))
        if last is not None and month == last:
            more += children * (new > old)
            less += children * (new < old)
        key = f"{code}"
        sums = by_month[month]
        sums[key] = sums.get(key, ZERO) + (new - old) * children
    return _summed(by_month, last, more, less)


def _paid(book: Book, code: str, relief: Decimal, month: date) -> Decimal:
    against = [OtherRelief(ReliefKind.OTHER_LIVING, relief)] if relief else []
    found = candidate(book.tariff.rate_class(code), month, book, against)
    return ZERO if found.missing else found.payable


def _summed(
    by_month: dict[date, dict[str, Decimal]], last: date | None, more: int, less: int
) -> dict[str, Any]:
    months = [
        {
            "month": f"{month:%Y-%m}",
            "back_pay": last is not None and month <= last,
            "by_class": {code: f"{amount:.2f}" for code, amount in sums.items()},
            "difference": f"{sum(sums.values(), ZERO):.2f}",
        }
        for month, sums in by_month.items()
    ]
    past = [s for m, s in by_month.items() if last is not None and m <= last]
    back_pay = sum((amount for sums in past for amount in sums.values()), ZERO)
    coming = sum((a for sums in by_month.values() for a in sums.values()), ZERO) - back_pay
    return {
        "months": months,
        "back_pay": f"{back_pay:.2f}",
        "coming": f"{coming:.2f}",
        "children_with_more": more,
        "children_with_less": less,
    }


async def simulation(session: AsyncSession, simulation_id: UUID) -> Simulation:
    """A simulation; NotFound when there is none."""
    found = await session.get(Simulation, simulation_id)
    if found is None:
        raise NotFound()
    return found


async def still_fresh(session: AsyncSession, standard_id: UUID, simulation_id: UUID) -> None:
    """Refuse a signature on a simulation of another standard, or of yesterday's data."""
    found = await session.scalar(
        select(Simulation).where(
            Simulation.id == simulation_id, Simulation.standard_id == standard_id
        )
    )
    if found is None:
        raise NotFound()
    if found.fingerprint != await fingerprint(session):
        raise SimulationStale()
