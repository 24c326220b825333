"""What a proposed standard would cost, whom it changes, before anybody signs (测算).

The same rules that pay work the classes out; the sums come from the awards as they stand. A
simulation is stale as soon as an award, a standard or a line changed after it.
"""

import hashlib
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.payments.models import Simulation, Standard
from services.payments.operations.explaining import current_book
from services.payments.queries import effects as queries
from services.payments.queries.awards import any_award, last_decided_month
from services.payments.queries.forecast import paid as paid_in
from services.payments.queries.standards import standard as standard_of
from services.payments.rules.book import Book, Published
from services.payments.rules.effect import Change, classes, spans, summed
from services.payments.rules.money import ZERO
from services.payments.rules.months import first_month, later, month_of, span
from services.payments.rules.pricing import infant_add_on, price_of_class
from shared.database import new_id, now, today
from shared.identity import Principal
from shared.problem import NotFound, Refused


class SimulationNeeded(Refused):
    """Children have awards, and whoever signs has not seen what the standard does to them."""

    zh, en = "公布前须先测算对在保儿童的影响", "Its effect must be simulated before it is signed"
    clause = "WL24:2.1.0a-1"


class SimulationStale(Refused):
    """Something the simulation rests on has changed since; it must be made anew."""

    zh, en = "测算已过期，请重新测算", "The simulation is stale and must be made anew"
    clause = "WL24:2.1.0a-1"


FINGERPRINT = """
SELECT concat_ws('|',
    (SELECT count(*) || ':' || coalesce(max(opened_at)::text, '') || ':'
            || coalesce(sum(version), 0) FROM award_period),
    (SELECT count(*) || ':' || coalesce(max(published_at)::text, '') FROM standard
     WHERE state = 'published'),
    (SELECT coalesce(max(id), 0) FROM line),
    (SELECT count(*) || ':' || count(*) FILTER (WHERE state = 'rejected') FROM run),
    (SELECT count(*) || ':' || coalesce(sum(version), 0) FROM price_order),
    (SELECT count(*) || ':' || coalesce(sum(version), 0) FROM entitlement),
    (SELECT count(*) || ':' || count(lifted_at) FROM block),
    (SELECT coalesce(max(id), 0) || ':' || count(done_in) FROM recalculation),
    (SELECT count(*) || ':' || coalesce(sum(version), 0) FROM payee),
    (SELECT count(*) || ':' || coalesce(sum(version), 0) FROM budget))
"""


async def fingerprint(session: AsyncSession) -> str:
    """A digest of everything a simulation rests on."""
    found = await session.scalar(text(FINGERPRINT))
    return hashlib.sha256(f"{month_of(today(session))}|{found}".encode()).hexdigest()


async def simulate(
    session: AsyncSession, actor: Principal, standard_id: UUID, months: int = 12
) -> Simulation:
    """Work a proposed standard out on every award, months decided before and months to come."""
    actor.of("civil_affairs", "finance")
    proposed = await standard_of(session, standard_id)
    entry = Published(proposed.key, proposed.since, proposed.amount, today(session))
    before, after = await current_book(session), await current_book(session, entry)
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
    first = first_month(proposed.since)
    this, last = month_of(today(session)), await last_decided_month(session)
    until = max(later(this, months), later(first, months))
    at = last or this
    changes: list[Change] = []
    for head in await queries.heads(session, first, until, last, at):
        changes += _monthly(head, before, after, decided=last is not None and head.month <= last)
    for found in await queries.lump_sums(session, first, until, last, at):
        changes.append(_at_once(found, before, after))
    shown = max(first, later(last) if last else this)
    return summed(changes, span(first, until)) | {
        "children_with_more": await queries.affected(session, spans(changes, more=True)),
        "children_with_less": await queries.affected(session, spans(changes, more=False)),
        "classes_in": f"{shown:%Y-%m}",
        "classes": classes(changes, shown),
        "budget": await _budget(session, changes, at),
    }


def _monthly(head: Any, before: Book, after: Book, *, decided: bool) -> list[Change]:
    """What the children of one class have in a month, and the infants among them beside it."""
    named = head.month, head.rate_class, head.other_relief
    old, new = (_paid(book, *named[1:], head.month) for book in (before, after))
    found = [Change(*named, head.children, old, new, head.held, decided)]
    if head.infants:
        old, new = (infant_add_on(head.month, book) or ZERO for book in (before, after))
        found.append(Change(*named, head.infants, old, new, head.held, decided, infant=True))
    return found


def _at_once(found: Any, before: Book, after: Book) -> Change:
    """A lump sum is so many times the standard of the month it arose in (R6)."""
    old, new = (
        _paid(book, found.rate_class, ZERO, found.month) * found.multiple
        for book in (before, after)
    )
    named = found.month, found.rate_class, ZERO
    return Change(*named, found.children, old, new, found.held, found.paid, lump_sum=True)


def _paid(book: Book, code: str, relief: Decimal, month: date) -> Decimal:
    rate_class = book.tariff.rate_class(code)
    if rate_class.per == "day":
        return ZERO
    found = price_of_class(rate_class, month, book, relief)
    return ZERO if found.missing else found.payable


async def _budget(
    session: AsyncSession, changes: Sequence[Change], at: date
) -> list[dict[str, Any]]:
    """Year by year: set aside, paid so far, and what this adds and leaves (4.1f-1).

    Back pay is money of the year in which it is paid.
    """
    payable = [change for change in changes if not change.held]
    years = sorted({c.month.year for c in payable if not c.decided} | {at.year})
    rows = []
    for year in years:
        budget = await queries.set_aside(session, year)
        paid = sum((await paid_in(session, year)).values(), ZERO)
        coming = [c for c in payable if not c.decided and c.month.year == year]
        added = sum((c.difference for c in coming), ZERO)
        if year == at.year:
            added += sum((c.difference for c in payable if c.decided), ZERO)
        before = sum((c.before * c.children for c in coming), ZERO)
        left = None if budget is None else budget - paid - before - added
        rows.append(
            {
                "year": year,
                "set_aside": None if budget is None else f"{budget:.2f}",
                "paid": f"{paid:.2f}",
                "to_come_before": f"{before:.2f}",
                "added": f"{added:.2f}",
                "left": None if left is None else f"{left:.2f}",
                "enough": None if left is None else left >= 0,
            }
        )
    return rows


async def simulation(session: AsyncSession, simulation_id: UUID) -> Simulation:
    """A simulation; NotFound when there is none."""
    found = await session.get(Simulation, simulation_id)
    if found is None:
        raise NotFound()
    return found


async def seen_before(session: AsyncSession, standard_id: UUID, simulation_id: UUID | None) -> None:
    """Whoever signs has seen what it comes to, as things stand now, once a child has an award."""
    if simulation_id is None:
        if await any_award(session):
            path = f"POST /v1/payments/standards/{standard_id}/simulations"
            raise SimulationNeeded(where="simulation_id", allowed=[path])
        return
    found = await session.get(Simulation, simulation_id)
    if found is None or found.standard_id != standard_id:
        raise NotFound()
    if found.fingerprint != await fingerprint(session):
        raise SimulationStale()
