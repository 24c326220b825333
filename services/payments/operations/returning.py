"""What comes back from the bank: at once, or after it was called paid (退票、付后退汇).

Either way the money waits in the fund, the account must be verified again before anything more
is paid into it, and a clock for paying again begins.
"""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.payments.models import Outcome, Payee, Payment, Reversal
from services.payments.operations.ledger import post
from services.payments.queries import bank
from services.payments.queries import runs as queries
from services.payments.rules.accounts import Cause
from shared import deadlines
from shared.bus import emit
from shared.database import now, today
from shared.events.payments import PaymentReturned
from shared.identity import Principal
from shared.problem import Invalid, NotFound, Refused

CLAUSE = "WL24:2.1.0b-1"


class NeverPaid(Refused):
    """Only what the bank called paid can be sent back afterwards."""

    zh, en = "该笔支付未曾到账，不能登记退汇", "The bank never called this payment paid"
    clause = CLAUSE


async def came_back(session: AsyncSession, payment: Payment, reason: str) -> None:
    """The account must be verified again before anything more is paid into it."""
    payee = await session.get(Payee, payment.payee_id, with_for_update=True)
    if payee is not None:
        payee.verified_at, payee.verified_by = None, None
    first = await bank.original_chain(session, payment.id)
    if payment.original_id is None:
        await deadlines.start(
            session, "repayment", first, "civil_affairs", town=payment.town,
            clause="WL24:2.1.0b-1",
        )  # fmt: skip
    await emit(
        session,
        PaymentReturned(
            payment_id=payment.id,
            run_id=payment.run_id,
            child_id=payment.child_id,
            reason=code_of(reason),
        ),
    )


CODES = {
    "户名": "name_mismatch", "账号": "wrong_account", "账户不存在": "wrong_account",
    "销户": "account_closed", "注销": "account_closed", "冻结": "account_frozen",
    "closed": "account_closed", "name": "name_mismatch", "account": "wrong_account",
    "frozen": "account_frozen",
}  # fmt: skip


def code_of(reason: str) -> str:
    """A return's reason as a code: what a bank writes may name people, a code cannot."""
    return next((code for word, code in CODES.items() if word in reason.lower()), "other")


async def take_reversal(
    session: AsyncSession, actor: Principal, run_id: UUID, number: int, reason: str, day: date
) -> Reversal:
    """A payment the bank had called paid and sent back later; told twice it came back once."""
    actor.of("bank", "finance", "civil_affairs")
    run = await queries.run(session, run_id, lock=True)
    payment = (await bank.numbered(session, run.id, [number])).get(number)
    if payment is None:
        raise NotFound()
    if known := await session.get(Reversal, payment.id):
        return known
    answered = await session.get(Outcome, payment.id)
    if answered is None or answered.state != "paid":
        raise NeverPaid(number=number)
    if not answered.day <= day <= today(session):
        allowed = [answered.day.isoformat(), today(session).isoformat()]
        raise Invalid(where="day", allowed=allowed)
    found = Reversal(
        payment_id=payment.id, run_id=run.id, reason=reason, day=day, taken_by=actor.person(),
        at=now(session),
    )  # fmt: skip
    session.add(found)
    await post(session, Cause.REVERSED, payment.amount, str(payment.id), run.id)
    await came_back(session, payment, reason)
    return found
