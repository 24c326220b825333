"""Beginning a run: monthly, correction or follow-up; prepared at once or town by town (编制批次).

One transaction a step. Two officers who press at once: the second waits on the lock, finds the
first one's step taken, and is told so.
"""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.payments.models import (
    Run,
    RunPart,
    RunStep,
)
from services.payments.operations.explaining import explain_run
from services.payments.operations.instructing import pay_again
from services.payments.operations.netting import net_debts
from services.payments.operations.preparing import (
    Tally,
    begin_preparing,
    classes_of_scope,
    prepare_correction,
    prepare_towns,
    roster_of,
    towns_of,
)
from services.payments.operations.sql import BY_REASON
from services.payments.operations.standards import back_pay_since
from services.payments.queries import bank
from services.payments.queries import runs as queries
from services.payments.queries.awards import last_decided_month
from services.payments.rules.months import later, month_of
from services.payments.rules.moves import RUN
from shared import deadlines
from shared.bus import emit
from shared.database import new_id, now, today
from shared.events.payments import RunMoved
from shared.identity import Principal
from shared.problem import Conflict, Refused

AT_ONCE = 20_000
LOCK = 7_305_221
ALL = "*"


class RunExists(Conflict):
    """The month has a run that was not rejected, or a correction is still open."""

    zh, en = "该月已有发放批次", "There is a run for this month already"
    clause = "WL24:2.1.0b-1"


class MonthNotPayable(Refused):
    """The month is long past, out of turn, or lies too far ahead."""

    zh, en = "该月份不能编制发放批次", "No run can be made for this month"
    clause = "WL24:2.1.0b-1"


class NothingToDo(Refused):
    """Nothing was asked for again, or nothing came back."""

    zh, en = "没有需要处理的内容", "There is nothing to do"


async def begin_run(
    session: AsyncSession, actor: Principal, kind: str, month: date, run_id: UUID | None
) -> Run:
    """Prepare a monthly or a correction run; the same id and month asked again is the same run."""
    actor.of("civil_affairs")
    await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
    if run_id is not None and (found := await session.get(Run, run_id)) is not None:
        if (found.kind, found.month) != (kind, month_of(month)):
            raise RunExists(run_id=str(run_id))
        return found
    run = await _opened(session, kind, await _payable(session, kind, month), actor, run_id)
    await begin_preparing(session, run)
    if kind == "correction":
        await explain_run(session, run, await classes_of_scope(session, run))
        return await _whole(session, run, await prepare_correction(session, run))
    roster = await roster_of(session, run, None)
    await explain_run(session, run, {(r.month, r.rate_class, r.other_relief) for r in roster})
    if sum(row.children for row in roster) <= AT_ONCE:
        await _whole(session, run, await prepare_towns(session, run, roster))
    else:
        towns = await towns_of(session, roster)
        session.add_all(RunPart(run_id=run.id, town=town, lines=0, tally=[]) for town in towns)
        await session.flush()
        await deadlines.remind(session, "prepare_run", run.id, now(session))
    return run


async def _opened(
    session: AsyncSession, kind: str, month: date, actor: Principal, run_id: UUID | None
) -> Run:
    """The run itself; RunExists when the month has one, or a correction is open."""
    run = _new(kind, month, actor.person(), run_id)
    run.created_at = now(session)
    session.add(run)
    try:
        await session.flush()
    except IntegrityError as error:
        raise RunExists(month=f"{month:%Y-%m}") from error
    return run


def _new(kind: str, month: date, person: str, run_id: UUID | None) -> Run:
    return Run(
        id=run_id or new_id(),
        kind=kind,
        month=month,
        state=RUN.first,
        prepared_by=person,
        lines=0,
        children=0,
        blocked=0,
        total=Decimal("0.00"),
        overpaid=Decimal("0.00"),
        netted=Decimal("0.00"),
        control={},
    )


async def _payable(session: AsyncSession, kind: str, month: date) -> date:
    """The month a run may be made for: in turn, and at most the month ahead."""
    month, this = month_of(month), month_of(today(session))
    last = await last_decided_month(session)
    if kind == "correction":
        if last is None or not await queries.waiting(session):
            raise NothingToDo("没有待重新核算的月份", "No month waits to be worked out again")
        return last
    if last is not None and month < last:
        raise MonthNotPayable("早于已编制的月份", "Earlier than a decided month", last=str(last))
    if month > later(this):
        raise MonthNotPayable("超过下个月", "Later than next month", latest=f"{later(this):%Y-%m}")
    if last is None and month < (earliest := back_pay_since(session)):
        raise MonthNotPayable("月份过早", "Too long past", earliest=f"{earliest:%Y-%m}")
    return month


async def _whole(session: AsyncSession, run: Run, tally: Tally) -> Run:
    """Every town was prepared in one statement and one transaction."""
    session.add(_done(session, RunPart(run_id=run.id, town=ALL), tally))
    await session.flush()
    await _prepared(session, run)
    return run


def _done(session: AsyncSession, part: RunPart, tally: Tally) -> RunPart:
    part.tally, part.lines = tally, sum(row["lines"] for row in tally)
    part.done_at = now(session)
    return part


async def _prepare_next(session: AsyncSession, run: Run) -> bool:
    """Prepare the next town of a run; false when it was the last and the run is prepared."""
    part = await queries.next_part(session, run.id)
    if part is not None:
        await begin_preparing(session, run)
        roster = await roster_of(session, run, [part.town])
        _done(session, part, await prepare_towns(session, run, roster, [part.town]))
        await session.flush()
        return True
    if run.state == RUN.first:
        await _prepared(session, run)
    return False


async def resume(session: AsyncSession, run_id: UUID) -> bool:
    """Prepare one more town of a run; whether something is left, for a transaction of its own."""
    run = await queries.run(session, run_id, lock=True)
    left = run.state == RUN.first and await _prepare_next(session, run)
    if left:
        await deadlines.remind(session, "prepare_run", run.id, now(session))
    return left


async def _prepared(session: AsyncSession, run: Run) -> None:
    """Sum up what was counted as it was written; the totals are what is signed for."""
    run.netted = await net_debts(session, run)
    await totals(session, run)
    await record_step(session, run, "preparation", run.prepared_by, "prepared")


async def totals(session: AsyncSession, run: Run) -> None:
    """The control totals of a run from the tallies of its parts."""
    rows = [row for part in await queries.parts(session, run.id) for row in part.tally]
    blocked = (await session.execute(text(BY_REASON), {"run": run.id})).all()
    run.lines = sum(row["lines"] for row in rows)
    run.children = sum(row["children"] for row in rows)
    run.overpaid = -sum((Decimal(row["overpaid"]) for row in rows), Decimal("0.00"))
    run.total = sum((Decimal(row["amount"]) for row in rows), run.overpaid)
    run.blocked = sum(row.children for row in blocked)
    by_town = [
        {name: row[name] for name in ("town", "benefit", "lines", "amount")}
        for row in sorted(rows, key=lambda row: (row["town"], row["benefit"]))
        if row["lines"]
    ]
    run.control = run.control | {
        "by_town": by_town, "blocked": {r.reason: r.children for r in blocked},
    }  # fmt: skip


async def record_step(
    session: AsyncSession,
    run: Run,
    verb: str,
    by: str,
    after: str,
    *,
    level: int = 0,
    reason: str | None = None,
) -> None:
    """Record a step and tell of it."""
    session.add(
        RunStep(
            run_id=run.id,
            verb=verb,
            before=run.state,
            after=after,
            level=level,
            by=by,
            at=now(session),
            reason=reason,
        )
    )
    run.state = after
    await session.flush()
    await emit(
        session,
        RunMoved(run_id=run.id, month=run.month, state=after, lines=run.lines, total=run.total),
    )


async def begin_follow_up(session: AsyncSession, actor: Principal, original_id: UUID) -> Run:
    """Pay again what came back, linked to the first payment; blocked ones stay open (补发)."""
    actor.of("civil_affairs")
    original = await queries.run(session, original_id, lock=True)
    if original.state not in ("sent", "reconciled", "closed"):
        raise NothingToDo("批次尚无退票", "The run has no returns", state=original.state)
    run = _new("follow_up", month_of(today(session)), actor.person(), None)
    run.original_id, run.created_at = original.id, now(session)
    session.add(run)
    await session.flush()
    if not await pay_again(session, run):
        raise NothingToDo("没有可补发的退票：账户须先核验", "No return can be repaid yet")
    count, total = await bank.told_to_pay(session, run.id)
    run.children, run.total = count, total
    run.lines = count
    run.control = {"original": str(original.id), "payments": count}
    await record_step(session, run, "preparation", run.prepared_by, "prepared")
    return run
