"""Awards opened, changed and ended as eligibility decided; what must be worked out again."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.payments.models import (
    AwardPeriod,
    Block,
    Entitlement,
    NextChange,
    Recalculation,
)
from services.payments.operations.tariff import tariff_of
from services.payments.queries.awards import (
    known_as,
    last_decided_month,
    of_award,
    open_blocks,
    periods,
)
from services.payments.rules.months import later, month_of
from services.payments.rules.tariff import TariffError
from services.payments.rules.vocabulary import Benefit
from shared import deadlines
from shared.bus import emit
from shared.database import new_id, now
from shared.events.eligibility import (
    AwardChanged,
    AwardEnded,
    AwardOpened,
    ChildLeft,
    ChildRelocated,
    DecisionMade,
)
from shared.events.payments import PaymentStopped
from shared.jurisdiction import jurisdiction
from shared.problem import Conflict, Invalid


class TwoAwards(Conflict):
    """The child has a basic-living award in these months already."""

    zh, en = "该儿童这些月份已有基本生活费补助", "The child has an award in these months already"
    clause = "WL24:2.1.0b-3"


class UnknownRateClass(Invalid):
    """The tariff has no such class."""

    zh, en = "没有这个发放类别", "There is no such rate class"
    clause = "WL24:2.1.0a-3"


def rate_class_of(code: str) -> str:
    """The tariff's own code of a rate class; UnknownRateClass when it has none."""
    tariff = tariff_of(jurisdiction())
    try:
        return tariff.rate_class(code).code
    except TariffError as problem:
        raise UnknownRateClass(allowed=list(tariff.classes)) from problem


def town_known(name: str) -> str:
    """The code of a town of this place; UnknownTown when it has none of the name."""
    return jurisdiction().town(name).code


def months_from(first: date, last: date | None) -> Range[date]:
    """The days of whole months; empty when the last lies before the first."""
    if last is not None and month_of(last) < month_of(first):
        return Range(empty=True)
    return Range(month_of(first), later(month_of(last)) if last else None, bounds="[)")


async def open_award(session: AsyncSession, event: AwardOpened) -> None:
    """A monthly award begins; TwoAwards when the child has one in one of its months."""
    if await of_award(session, event.award_id):
        return
    child = await known_as(session, event.child_id)
    session.add(
        AwardPeriod(
            id=new_id(),
            award_id=event.award_id,
            child_id=child,
            decision_id=event.decision_id,
            rate_class=rate_class_of(event.rate_class),
            months=months_from(event.first_month, event.last_month),
            infant_until=event.infant_until,
            other_relief=Decimal("0.00"),
            town=event.town,
            opened_at=now(session),
        )
    )
    try:
        await session.flush()
    except IntegrityError as error:
        raise TwoAwards() from error
    await ask_again(session, child, event.first_month, "award_opened")
    await deadlines.remind(session, "fetch_payee", child, now(session), town=event.town)


async def change_award(session: AsyncSession, event: AwardChanged) -> None:
    """The award goes on in another class from a month on; the months before stay as they were.

    Other relief keeps the months it was stated for, whatever the class.
    """
    found = await of_award(session, event.award_id)
    if not found or found[-1].decision_id == event.decision_id:
        return
    first, rate_class = month_of(event.first_month), rate_class_of(event.rate_class)
    for period in await _since(session, found, first):
        period.rate_class, period.decision_id = rate_class, event.decision_id
        period.town = event.town
    await session.flush()
    for child in {period.child_id for period in found}:
        await ask_again(session, child, first, "award_changed")


async def child_relocated(session: AsyncSession, event: ChildRelocated) -> None:
    """The award is another town's from a month on, at the same rate and without a gap."""
    child = await known_as(session, event.child_id)
    for period in await _since(session, await periods(session, child), event.first_month):
        period.town = event.moved_to


async def _since(
    session: AsyncSession, found: Iterable[AwardPeriod], first: date
) -> list[AwardPeriod]:
    """The periods from a month on; one that reaches over it is split there."""
    rest = []
    for period in found:
        lower, upper = period.months.lower, period.months.upper
        if upper is None or upper > first:
            over = lower is not None and lower < first
            rest.append(await split(session, period, first) if over else period)
    return rest


async def split(session: AsyncSession, period: AwardPeriod, first: date) -> AwardPeriod:
    """Let a period end before a month; the rest of it is a period of its own, returned."""
    lower, upper = period.months.lower, period.months.upper
    period.months = Range(lower, first, bounds="[)")
    await session.flush()
    rest = AwardPeriod(
        id=new_id(),
        award_id=period.award_id,
        child_id=period.child_id,
        decision_id=period.decision_id,
        rate_class=period.rate_class,
        months=Range(first, upper, bounds="[)"),
        infant_until=period.infant_until,
        other_relief=period.other_relief,
        town=period.town,
        opened_at=now(session),
    )
    session.add(rest)
    return rest


def _cut(period: AwardPeriod, first: date) -> None:
    """Let a period end before a month; one that begins later becomes empty."""
    lower, upper = period.months.lower, period.months.upper
    if lower is None or lower >= first:
        period.months = Range(empty=True)
    elif upper is None or upper > first:
        period.months = Range(lower, first, bounds="[)")


async def end_award(session: AsyncSession, event: AwardEnded) -> None:
    """The award ends after its last month; a lump sum still due becomes an entitlement."""
    found = await of_award(session, event.award_id)
    if not found:
        return
    after = later(month_of(event.last_month))
    last = next((p for p in reversed(found) if event.last_month in p.months), found[-1])
    for period in found:
        _cut(period, after)
    await session.flush()
    if event.lump_sum_months:
        await _lump_sum(session, event, last)
    for child in {period.child_id for period in found}:
        await ask_again(session, child, after, f"award_ended:{event.reason}")
    await emit(
        session,
        PaymentStopped(
            child_id=last.child_id,
            award_id=event.award_id,
            reason=event.reason,
            month=after,
            town=event.town,
        ),
    )


async def set_other_relief(
    session: AsyncSession, child_id: UUID, since: date, monthly: Decimal
) -> None:
    """Other living relief from a month on: the periods are split there (补差, R9)."""
    first = month_of(since)
    for period in await _since(session, await periods(session, child_id), first):
        period.other_relief = monthly
    await session.flush()
    await ask_again(session, child_id, first, "other_relief")


LUMP_CLAUSES = {6: "WL24:2.1.0c-4", 12: "WL24:2.1.0d-3"}


async def _lump_sum(session: AsyncSession, event: AwardEnded, last: AwardPeriod) -> None:
    """Once for a decision: so many times the standard of the month the right arose (R6)."""
    month = month_of(event.last_month)
    await session.execute(
        upsert(Entitlement)
        .values(
            id=new_id(),
            child_id=last.child_id,
            benefit=Benefit.LUMP_SUM.value,
            months=Range(month, later(month), bounds="[)"),
            multiple=event.lump_sum_months,
            rate_class=last.rate_class,
            decision_id=event.decision_id,
            clause=LUMP_CLAUSES.get(event.lump_sum_months, "WL24:2.1.0c-4"),
            town=event.town,
            state="confirmed",
            proposed_by="service:eligibility",
            confirmed_by="service:eligibility",
            created_at=now(session),
        )
        .on_conflict_do_nothing()
    )


async def decision_made(session: AsyncSession, event: DecisionMade) -> None:
    """Remember the next day the decision could change: the forecast looks at it."""
    child = await known_as(session, event.child_id)
    kept = upsert(NextChange).values(
        child_id=child, decision_id=event.decision_id, day=event.review_on
    )
    said = {"decision_id": kept.excluded.decision_id, "day": kept.excluded.day}
    await session.execute(kept.on_conflict_do_update(index_elements=["child_id"], set_=said))


async def child_left(session: AsyncSession, event: ChildLeft) -> None:
    """Nobody is paid for a child who died or moved, from the month after (guard before a run)."""
    child = await known_as(session, event.child_id)
    since = later(month_of(event.on))
    await block(session, child, event.why, since, "eligibility")
    await tell_stopped(session, child, event.why, since)


async def tell_stopped(session: AsyncSession, child: UUID, reason: str, month: date) -> None:
    """Tell that a child's award is not paid from a month on, where one would have gone on."""
    for period in await periods(session, child):
        if period.months.upper is None or period.months.upper > month:
            await emit(
                session,
                PaymentStopped(
                    child_id=child,
                    award_id=period.award_id,
                    reason=reason,
                    month=month,
                    town=period.town,
                ),
            )
            return


async def block(
    session: AsyncSession, child_id: UUID, reason: str, since: date, source: str
) -> None:
    """Keep a child from being paid from a day on; the same reason blocks once."""
    await session.execute(
        upsert(Block)
        .values(
            id=new_id(),
            child_id=child_id,
            reason=reason,
            since=since,
            source=source,
            set_by=source,
            set_at=now(session),
        )
        .on_conflict_do_nothing()
    )


async def lift(session: AsyncSession, child_id: UUID, reason: str, by: str, why: str) -> int:
    """Lift the open blocks of a reason; what they kept back is worked out again."""
    lifted = 0
    for found in await open_blocks(session, child_id):
        if found.reason == reason:
            found.lifted_by, found.lifted_at, found.why_lifted = by, now(session), why
            await ask_again(session, child_id, month_of(found.since), f"unblocked:{reason}")
            lifted += 1
    return lifted


async def ask_again(session: AsyncSession, child_id: UUID, since: date, cause: str) -> None:
    """Have a child's decided months since one worked out again, where there are any."""
    last = await last_decided_month(session)
    if last is None or month_of(since) > last:
        return
    session.add(
        Recalculation(child_id=child_id, since=month_of(since), cause=cause, asked_at=now(session))
    )
    await session.flush()
