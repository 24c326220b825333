"""The steps of a run after its preparation: who may, what follows, what each proves (发放批次)."""

from collections.abc import Awaitable, Callable
from decimal import Decimal
from uuid import UUID

from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.payments.models import Recalculation, Run
from services.payments.operations import arriving, netting, proving, sealing
from services.payments.operations.beginning import record_step
from services.payments.operations.forecasting import overspent
from services.payments.operations.instructing import by_bank, pay
from services.payments.operations.ledger import post, post_decided
from services.payments.operations.sql import BY_SETS
from services.payments.queries import arrivals, bank
from services.payments.queries import runs as queries
from services.payments.rules.accounts import Cause
from services.payments.rules.moves import RUN, levels_needed
from shared import deadlines
from shared.database import figure
from shared.identity import Principal
from shared.problem import Forbidden, Refused


class Unreconciled(Refused):
    """Payments are unanswered, or sums differ."""

    zh, en = "尚未对平", "It does not reconcile"
    clause = "WL24:2.1.0b-1"


class PayeesChanged(Refused):
    """Payees or blocks changed since the run was prepared; its sums no longer hold."""

    zh, en = (
        "批次编制后收款人或暂停情况有变化，请退回后重新编制",
        "Payees changed since preparation",
    )
    clause = "WL24:2.1.0b-1"


async def take_step(
    session: AsyncSession,
    actor: Principal,
    run_id: UUID,
    verb: str,
    *,
    declared: tuple[int, Decimal] | None = None,
    reason: str | None = None,
) -> Run:
    """A step of a run by an officer; the problem says why not. `declared` are count and sum
    as the officer sees them: when the run says otherwise, nothing is signed."""
    run = await queries.run(session, run_id, lock=True)
    earlier = {run.prepared_by, *(s.by for s in await queries.steps(session, run_id))}
    person = actor.person()
    move = RUN.make(
        run.state,
        verb,
        department=actor.department,
        officer=person,
        first_officer=person if person in earlier else None,
    )
    _declared(run, declared)
    if run.kind != "follow_up":
        await session.execute(text(BY_SETS))
    if verb in SIGNED_FOR:
        await sealing.unbroken(session, run, *sealing.sealed_rows(run))
    after, level = await _effect(session, run, actor, verb, move.after, reason)
    await record_step(session, run, verb, person, after, level=level, reason=reason)
    if move.clock:
        await deadlines.start(session, move.clock, run.id, "finance", clause=move.clause)
    return run


# Steps that sign for, pay or answer for rows which somebody signed for before.
SIGNED_FOR = ("approval", "funding", "sending", "reconciliation")


class BudgetExceeded(Refused):
    """More than was set aside for the year; finance says with reasons that it is paid."""

    zh, en = "超过当年预算，须说明理由", "More than the year's budget: reasons are needed"
    clause = "WL24:4.1f-1"


class TotalsDiffer(Refused):
    """The count or sum declared is not the run's."""

    zh, en = "申报的笔数或金额与批次不符", "Declared count or sum differs from the run"
    clause = "WL24:2.1.0b-1"


class LastLevelIsFinances(Forbidden):
    """The last of several levels of approval is finance's, who provides the money."""

    zh, en = "最后一级审批由财政部门进行", "The last level of approval is finance's"
    clause = "WL24:4.1f-1"


class RunInTheBooks(Refused):
    """An approved run is in the books; another run corrects it."""

    zh, en = (
        "已审批入账的批次不能退回，请以更正批次处理",
        "An approved run is in the books; correct it by another run",
    )
    clause = "WL24:2.1.0b-1"


def _declared(run: Run, declared: tuple[int, Decimal] | None) -> None:
    if declared is not None and declared != (run.lines, run.total):
        raise TotalsDiffer(lines=run.lines, total=str(run.total))


async def _effect(
    session: AsyncSession, run: Run, actor: Principal, verb: str, after: str, reason: str | None
) -> tuple[str, int]:
    """What a step brings about, the state after it, and the level of an approval."""
    if verb == "approval":
        return await _approve(session, run, actor, after)
    if verb == "check":
        await _check(session, run, actor)
    elif verb == "funding":
        await _fund(session, run, reason)
    elif verb in EFFECTS:
        await EFFECTS[verb](session, run)
    return after, 0


async def _check(session: AsyncSession, run: Run, actor: Principal) -> None:
    """The rows are counted again and come to the totals; then they are sealed."""
    if run.kind != "follow_up":
        found = await proving.proofs_of(session, run)
        if not found["holds"]:
            raise TotalsDiffer(off=proving.off(found))
        await sealing.seal(session, run, *sealing.SIGNED)
    run.checked_by = actor.person()


async def _approve(
    session: AsyncSession, run: Run, actor: Principal, after: str
) -> tuple[str, int]:
    """One level of approval; where a sum needs several, the last is finance's."""
    bands = figure(session, "run_approval_bands")
    needed = levels_needed(run.total, bands)
    level = 1 + sum(s.verb == "approval" for s in await queries.steps(session, run.id))
    if needed > 1 and level == needed and actor.department != "finance":
        raise LastLevelIsFinances(allowed=["finance"])
    if level < needed:
        return run.state, level
    if run.kind != "follow_up":
        await post_decided(session, run)
        await netting.settle_netted(session, run)
    return after, level


async def _fund(session: AsyncSession, run: Run, reason: str | None) -> None:
    """Finance provides what is to be paid, within the year's budget or with its reasons.

    A repayment is made of money that came back and is still in the fund.
    """
    if run.kind == "follow_up":
        return
    over = await overspent(session, run.month.year)
    if over and not reason:
        raise BudgetExceeded(where="reason", year=run.month.year, over=over[:20])
    await post(session, Cause.FUNDED, run.to_pay, str(run.id), run.id)


async def _send(session: AsyncSession, run: Run) -> None:
    """Make the payments of the run's lines; they must come to what was signed for."""
    if run.kind != "follow_up":
        await pay(session, run)
    _, paid = await bank.told_to_pay(session, run.id)
    if paid != run.to_pay:
        raise PayeesChanged(payable=str(paid), signed=str(run.to_pay))
    await sealing.seal(session, run, *sealing.PAID)
    run.control = run.control | {"by_bank": await by_bank(session, run)}
    await post(session, Cause.SENT, run.to_pay, str(run.id), run.id)


async def _reconcile(session: AsyncSession, run: Run) -> None:
    """Every payment is answered for, and paid and returned come to what was sent."""
    counts = await bank.outcome_counts(session, run.id)
    if "open" in counts:
        raise Unreconciled(
            f"{counts['open'][0]} 笔尚无回单", f"{counts['open'][0]} payments are unanswered"
        )
    answered = sum((amount for _, amount in counts.values()), Decimal(0))
    if answered != run.to_pay:
        raise Unreconciled(sent=str(run.to_pay), answered=str(answered))
    await deadlines.meet(session, "reconciliation", run.id)
    await arriving.draw(session, run)


async def _close(session: AsyncSession, run: Run) -> None:
    left = await bank.unrepaid(session, run.id)
    if left:
        raise Unreconciled(f"{len(left)} 笔退票尚未补发", f"{len(left)} returns are not repaid")
    following = await queries.following(session, run.id)
    if any(state not in ("reconciled", "closed") for state in following):
        raise Unreconciled("补发批次尚未对账", "A follow-up run is not reconciled")
    if doubts := await arrivals.doubts(session, run.id):
        raise Unreconciled(f"{doubts} 笔到账存疑尚未查清", f"{doubts} denied arrivals are open")
    found = await proving.prove(session, run, "closing")
    if not found["holds"]:
        raise proving.BooksDoNotHold(off=proving.off(found))


async def _reject(session: AsyncSession, run: Run) -> None:
    """The rows stay; what the run had worked out again waits for the next one."""
    decided = await session.scalar(
        text("SELECT count(*) FROM transfer WHERE run_id = :run AND cause IN "
             "('decided', 'overpaid')"), {"run": run.id},
    )  # fmt: skip
    if decided:
        raise RunInTheBooks()
    await session.execute(
        update(Recalculation).where(Recalculation.done_in == run.id).values(done_in=None)
    )


EFFECTS: dict[str, Callable[[AsyncSession, Run], Awaitable[None]]] = {
    "sending": _send,
    "reconciliation": _reconcile,
    "closing": _close,
    "rejection": _reject,
}
