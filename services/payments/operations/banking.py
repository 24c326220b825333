"""What goes to the bank and what comes back: files, returns, repayments (银行代发、退票、补发)."""

import hashlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from services.payments.models import BankFile, Outcome, Payment, Run
from services.payments.operations import sealing
from services.payments.operations.ledger import post
from services.payments.operations.returning import came_back
from services.payments.operations.sql import BY_SETS
from services.payments.queries import bank, ledger
from services.payments.queries import runs as queries
from services.payments.rules.accounts import Cause
from services.payments.rules.sheets import BankRow, BankSheet, Returned, Unreadable, read_returns
from shared import access, audit, deadlines, vault
from shared.access import Particular
from shared.bus import emit
from shared.database import Sessions, now, today, transaction
from shared.events.payments import PaymentRepaid
from shared.identity import Principal
from shared.problem import Conflict, Forbidden, Invalid, NotFound, Refused

BATCH = 2000


class ReturnsUnreadable(Invalid):
    """The return file cannot be read; the place is named and nothing was taken."""

    zh, en = "回单文件无法读取", "The return file cannot be read"


class PaymentNeverSent(Invalid):
    """A return for a payment this run never sent."""

    zh, en = "回单中有从未发送的支付", "A return for a payment that was never sent"
    clause = "WL24:2.1.0b-1"


class RunNotWithBank(Refused):
    """The run is not with the bank: cancelled, not yet sent, or done."""

    zh, en = "批次不在银行处理中", "The run is not with the bank"
    clause = "WL24:2.1.0b-1"


class AnsweredOtherwise(Conflict):
    """The bank answered for this payment before, and otherwise."""

    zh, en = "该笔支付已有不同的回单", "This payment was answered for otherwise before"


@dataclass(frozen=True, slots=True)
class Answers:
    """What one return file came to."""

    paid: int
    returned: int
    open: int


def with_bank(run: Run) -> None:
    """Refuse unless the bank has the run."""
    if run.state != "sent":
        raise RunNotWithBank(state=run.state, allowed=["sent"])


async def stream_file(
    sessions: Sessions, run_id: UUID, month: date, bank_code: str
) -> AsyncIterator[bytes]:
    """The bank's file, some rows at a time, so that memory stays flat whatever its length."""
    sheet = BankSheet(str(run_id), f"{month:%Y-%m}", bank_code)
    yield sheet.begin()
    async with transaction(sessions) as session:
        async for rows in bank.payments_of_bank(session, run_id, bank_code, BATCH):
            yield sheet.chunk(await _named(session, bank_code, rows))
        kept = upsert(BankFile).values(
            run_id=run_id,
            bank_code=bank_code,
            rows=sheet.rows,
            total=sheet.total,
            sha256=sheet.sha256(),
            made_at=now(session),
        )
        await session.execute(kept.on_conflict_do_nothing())
    yield sheet.end()


async def _named(session: AsyncSession, bank_code: str, rows: Sequence[Any]) -> list[BankRow]:
    """Rows with the payee's name and account, unsealed for this file only."""
    sealed = await vault.read_many(session, [row.payee_id for row in rows], Particular.MONEY)
    session.expunge_all()
    return [
        BankRow(
            row.number,
            str(sealed.get(row.payee_id, {}).get("name", "")),
            str(sealed.get(row.payee_id, {}).get("account", "")),
            bank_code,
            row.amount,
        )
        for row in rows
    ]


async def open_file(session: AsyncSession, actor: Principal, run_id: UUID, bank_code: str) -> Run:
    """Whether the caller may have a bank's file of a run; the access is recorded."""
    run = await queries.run(session, run_id)
    payees = access.Subject(run.id, kind="payee", departments=frozenset({"bank"}))
    answer = access.ask(actor, "see", Particular.MONEY, payees)
    if not answer.allowed:
        raise Forbidden(clause="WL24:3.1h-2")
    if run.state not in ("sent", "reconciled", "closed"):
        raise RunNotWithBank(state=run.state, allowed=["sent", "reconciled", "closed"])
    if bank_code not in await bank.banks(session, run_id):
        raise NotFound()
    await sealing.unbroken(session, run, *sealing.PAID)
    row = audit.disclosure(
        session,
        actor,
        action="bank_file",
        subject_id=run.id,
        subject_kind="payee",
        fields=["money.name", "money.account"],
        basis=list(answer.basis),
    )
    await audit.record(session, [row])
    return run


def rows_of(content: str) -> list[Returned]:
    """The rows of a return file as text; ReturnsUnreadable names the first bad one."""
    try:
        found = list(read_returns(content))
    except Unreadable as problem:
        raise ReturnsUnreadable(str(problem), str(problem), where="content") from problem
    if not found:
        raise ReturnsUnreadable("没有任何行", "no rows", where="content")
    return found


async def take_returns(
    session: AsyncSession,
    actor: Principal,
    run_id: UUID,
    rows: Sequence[Returned],
    day: date,
    *,
    complete: bool,
) -> Answers:
    """Take a bank's answers, all or none; `complete`: whoever is not listed was paid.

    The same file twice changes nothing; another answer for the same payment is a conflict.
    """
    actor.of("bank", "finance", "civil_affairs")
    run = await queries.run(session, run_id, lock=True)
    with_bank(run)
    sent = await queries.sent_on(session, run.id)
    if not sent <= day <= today(session):
        raise Invalid(where="day", allowed=[sent.isoformat(), today(session).isoformat()])
    by_number = {row.number: row for row in rows}
    if len({(r.number, r.state) for r in rows}) != len(by_number):
        raise ReturnsUnreadable("同一序号有不同结果", "one row answered twice", where="rows")
    if run.kind != "follow_up":
        await session.execute(text(BY_SETS))
    known = await bank.numbered(session, run_id, sorted(by_number))
    if unknown := sorted(set(by_number) - set(known)):
        raise PaymentNeverSent(numbers=unknown[:20])
    fresh = await _fresh(session, known, by_number)
    await _record(session, run, fresh, by_number, day)
    if complete:
        await _rest_paid(session, run, day)
    counts = await bank.outcome_counts(session, run.id)
    await _post(session, run, counts)
    return Answers(*(counts.get(name, (0, 0))[0] for name in ("paid", "returned", "open")))


async def _fresh(
    session: AsyncSession, known: dict[int, Payment], rows: dict[int, Returned]
) -> list[Payment]:
    """The payments not answered for yet; AnsweredOtherwise when one was, otherwise."""
    before = await bank.states(session, [payment.id for payment in known.values()])
    fresh = []
    for number, payment in known.items():
        if payment.id not in before:
            fresh.append(payment)
        elif before[payment.id] != rows[number].state:
            raise AnsweredOtherwise(number=number)
    return fresh


async def _record(
    session: AsyncSession,
    run: Run,
    fresh: Sequence[Payment],
    rows: dict[int, Returned],
    day: date,
) -> None:
    for payment in fresh:
        row = rows[payment.number]
        session.add(
            Outcome(
                payment_id=payment.id,
                run_id=run.id,
                state=row.state,
                reason=row.reason or None,
                day=day,
                at=now(session),
            )
        )
        if row.state == "returned":
            await came_back(session, payment, row.reason)
        elif payment.original_id is not None:
            await _repaid(session, payment)
    await session.flush()


async def _repaid(session: AsyncSession, payment: Payment) -> None:
    first = await bank.original_chain(session, payment.id)
    await deadlines.meet(session, "repayment", first)
    await emit(
        session,
        PaymentRepaid(
            payment_id=payment.id,
            original_id=first,
            run_id=payment.run_id,
            child_id=payment.child_id,
        ),
    )


REST_PAID = """
INSERT INTO outcome (payment_id, run_id, state, day, at)
SELECT p.id, p.run_id, 'paid', CAST(:day AS date), :at FROM payment p
LEFT JOIN outcome o ON o.payment_id = p.id WHERE p.run_id = :run AND o.payment_id IS NULL
"""


async def _rest_paid(session: AsyncSession, run: Run, day: date) -> None:
    if run.kind == "follow_up":
        for payment in await bank.unanswered(session, run.id):
            await _repaid(session, payment)
    await session.execute(text(REST_PAID), {"run": run.id, "day": day, "at": now(session)})


async def _post(session: AsyncSession, run: Run, counts: dict[str, tuple[int, Decimal]]) -> None:
    """Bring the books to what the bank has answered for so far."""
    for state, cause in (("paid", Cause.PAID), ("returned", Cause.RETURNED)):
        _, answered = counts.get(state, (0, Decimal(0)))
        delta = answered - await ledger.posted(session, run.id, cause)
        seed = hashlib.sha256(f"{run.id}|{cause}|{answered}".encode()).hexdigest()[:16]
        await post(session, cause, delta, f"{run.id}|{seed}", run.id)
