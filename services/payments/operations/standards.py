"""Standards: proposed by one person, published by another, never below the law (R12, 2.1.0a-1).

A published standard of an earlier day is back-dated: every month decided since is worked out
again, for those who left too.
"""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.payments.models import PriceOrder, Standard
from services.payments.operations.awards import rate_class_of
from services.payments.operations.explaining import current_book
from services.payments.operations.simulating import seen_before
from services.payments.operations.sql import ASK_ALL_SINCE, ASK_MONTH
from services.payments.operations.tariff import tariff_of
from services.payments.queries import standards as queries
from services.payments.queries.awards import last_decided_month
from services.payments.rules.book import Book, Published
from services.payments.rules.floors import Check, check
from services.payments.rules.months import first_month, later, month_of
from services.payments.rules.moves import STANDARD
from shared.bus import emit
from shared.database import figure, new_id, now, today
from shared.events.payments import StandardPublished
from shared.identity import Principal
from shared.jurisdiction import jurisdiction
from shared.problem import Conflict, Invalid, NotFound, Refused, SecondPersonNeeded


class UnknownStandard(Invalid):
    """The tariff has no such key."""

    zh, en = "标准体系中没有这一项", "The tariff has no such key"


class BelowFloor(Refused):
    """A standard below its lawful minimum, which the problem names (不得低于法定下限)."""

    zh, en = "标准低于法定下限", "The standard is below its lawful minimum"
    clause = "WL24:2.1.1a"


class LowerThanBefore(Refused):
    """A standard lower than the one before needs a second person's reasons (自然增长机制)."""

    zh, en = "标准低于上一标准，须说明理由", "Lower than the standard before: reasons are needed"
    clause = "WL24:2.1.0a-1"


class FarBack(Refused):
    """Back-dated so far that whoever signs says why; it is often a mistyped year."""

    zh, en = "追溯期过长，须说明理由", "Back-dated this far, reasons are needed"
    clause = "WL24:2.1.0a-1"


class StatisticMissing(Refused):
    """The floor rests on a statistic that is not known."""

    zh, en = "缺少核对下限所需的统计数据", "The statistic its floor rests on is missing"
    clause = "WL24:2.1.1a"


class MonthHasOrder(Conflict):
    """A month has one order of the price subsidy (价格临时补贴通知)."""

    zh, en = "该月已有价格补贴通知", "This month has an order of the price subsidy already"
    clause = "WL24:2.1.0a-2"


class ProposedAlready(Conflict):
    """The same key and day is proposed already."""

    zh, en = "同一标准同一日期已有待公布的提案", "This standard is proposed for this day already"


def _checked(book: Book, standard: Published) -> Check | None:
    """The check of one figure against its floor and predecessor on its own month."""
    return next(iter(check(book, first_month(standard.since), [standard.key])), None)


async def propose_standard(
    session: AsyncSession,
    actor: Principal,
    key: str,
    since: date,
    amount: Decimal,
    *,
    source: str,
    statistic_year: int | None,
    reason: str | None,
) -> Standard:
    """Propose a figure from a day on; BelowFloor names the lawful minimum, nothing is kept."""
    actor.of("civil_affairs", "finance")
    tariff = tariff_of(jurisdiction())
    if key not in tariff.names:
        raise UnknownStandard(where="key", allowed=sorted(tariff.names))
    entry = Published(key, since, amount, today(session), source)
    found = _checked(await current_book(session, entry), entry)
    _lawful(found)
    standard = Standard(
        id=new_id(),
        key=key,
        since=since,
        amount=amount,
        state=STANDARD.first,
        statistic_year=statistic_year,
        source=source,
        reason=reason,
        minimum=found.minimum if found and not found.missing else None,
        previous=found.previous if found and found.previous else None,
        proposed_by=actor.person(),
        proposed_at=now(session),
    )
    session.add(standard)
    try:
        await session.flush()
    except IntegrityError as error:
        raise ProposedAlready(where="since") from error
    return standard


def _lawful(found: Check | None) -> None:
    if found is not None and not found.lawful:
        raise BelowFloor(
            f"法定下限 {found.minimum} 元",
            f"the lawful minimum is {found.minimum}",
            clause=found.clause,
            minimum=str(found.minimum),
            working=found.working,
        )


async def publish_standard(
    session: AsyncSession,
    actor: Principal,
    standard_id: UUID,
    *,
    simulation_id: UUID | None,
    reason: str | None,
) -> Standard:
    """A second person publishes; a lower one than before only with that person's reasons."""
    standard = await queries.standard(session, standard_id, lock=True)
    STANDARD.make(
        standard.state,
        "publication",
        department=actor.department,
        officer=actor.person(),
        first_officer=standard.proposed_by,
    )
    await seen_before(session, standard.id, simulation_id)
    entry = Published(standard.key, standard.since, standard.amount, today(session))
    found = _checked(await current_book(session, entry), entry)
    _lawful(found)
    if found is not None and found.missing:
        raise StatisticMissing(missing=list(found.missing), clause=found.clause)
    if found is not None and found.lower_than_before and not reason:
        raise LowerThanBefore(previous=str(found.previous), where="reason")
    standard.state, standard.published_by = "published", actor.person()
    standard.published_at, standard.announced_on = now(session), today(session)
    standard.reason = reason or standard.reason
    await session.flush()
    await _back_date(session, standard, reason)
    await emit(
        session,
        StandardPublished(standard_id=standard.id, rate_class=standard.key, since=standard.since),
    )
    return standard


async def _back_date(session: AsyncSession, standard: Standard, reason: str | None) -> None:
    """Have every month decided since its day worked out again."""
    since = first_month(standard.since)
    last = await last_decided_month(session)
    if last is None or since > last:
        return
    earliest = back_pay_since(session)
    if since < earliest and not reason:
        raise FarBack(where="reason", earliest=f"{earliest:%Y-%m}")
    cause = f"standard:{standard.key}"
    await session.execute(text(ASK_ALL_SINCE), {"since": since, "cause": cause, "at": now(session)})


def back_pay_since(session: AsyncSession) -> date:
    """The first month that is paid late without anybody's reasons."""
    return later(month_of(today(session)), -int(figure(session, "back_pay_months")))


async def refuse_standard(
    session: AsyncSession, actor: Principal, standard_id: UUID, reason: str
) -> Standard:
    """Give a proposal up, with the reason on record."""
    standard = await queries.standard(session, standard_id, lock=True)
    STANDARD.make(standard.state, "refusal", department=actor.department, officer=actor.person())
    standard.state, standard.reason = "refused", reason
    return standard


async def propose_order(
    session: AsyncSession,
    actor: Principal,
    month: date,
    amount: Decimal,
    rate_classes: list[str],
    source: str,
) -> PriceOrder:
    """Enter the order of a month's price subsidy; once a month."""
    actor.of("civil_affairs", "finance")
    order = PriceOrder(
        id=new_id(),
        month=month_of(month),
        amount=amount,
        rate_classes=[rate_class_of(code) for code in rate_classes],
        state="proposed",
        source=source,
        proposed_by=actor.person(),
        proposed_at=now(session),
    )
    session.add(order)
    try:
        await session.flush()
    except IntegrityError as error:
        raise MonthHasOrder(where="month") from error
    return order


async def confirm_order(session: AsyncSession, actor: Principal, order_id: UUID) -> PriceOrder:
    """A second person confirms; a month decided before is worked out again (paid later)."""
    actor.of("civil_affairs", "finance")
    order = await session.get(PriceOrder, order_id, with_for_update=True)
    if order is None:
        raise NotFound()
    if order.state != "proposed":
        return order
    if order.proposed_by == actor.person():
        raise SecondPersonNeeded(clause="WL24:2.1.0a-2")
    order.state, order.confirmed_by = "confirmed", actor.person()
    order.confirmed_at = now(session)
    await session.flush()
    last = await last_decided_month(session)
    if last is not None and order.month <= last:
        await session.execute(
            text(ASK_MONTH),
            {"month": order.month, "cause": "price_order", "at": now(session)},
        )
    return order
