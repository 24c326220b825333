"""Who is paid for a child: entered, fetched, verified by another person, changed by custody (B25).

Name and account are sealed under the payee's own id; what lies here in the open is the kind,
the bank, and the months.
"""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.ext.asyncio import AsyncSession

from services.payments.models import Payee
from services.payments.operations.awards import ask_again, lift
from services.payments.queries.awards import payee as payee_of
from services.payments.queries.awards import payees, town_of
from services.payments.queries.runs import blocked_since
from services.payments.rules.months import later, month_of
from shared import audit, deadlines, vault
from shared.access import Particular
from shared.database import new_id, now, today
from shared.identity import Principal
from shared.peers import peers
from shared.problem import Invalid, NotFound, SecondPersonNeeded

IN_PRISON = "payee_in_prison"
CUSTODY_CHANGED = "custody_changed"
EARLIEST = date(2000, 1, 1)


class AccountImpossible(Invalid):
    """An account number that no bank gives."""

    zh, en = "账号不是有效的银行账号", "No bank gives such an account number"


async def enter_payee(
    session: AsyncSession,
    child_id: UUID,
    kind: str,
    particulars: dict[str, Any],
    bank_code: str,
    *,
    since: date | None,
    by: str,
    source: str,
    verified_by: str | None = None,
) -> Payee:
    """A payee from a month on; the one before is paid until the month before (变更收款人)."""
    account = "".join(str(particulars.get("account", "")).split())
    if not (account.isdigit() and 8 <= len(account) <= 32):
        raise AccountImpossible(where="account")
    known = await payees(session, child_id)
    if since is None:
        since = later(month_of(today(session))) if known else EARLIEST
    await _make_room(session, known, month_of(since))
    payee = Payee(
        id=new_id(),
        child_id=child_id,
        kind=kind,
        bank_code=bank_code,
        months=Range(month_of(since), None, bounds="[)"),
        town=await town_of(session, child_id) or "",
        source=source,
        entered_by=by,
        entered_at=now(session),
        verified_by=verified_by,
        verified_at=now(session) if verified_by else None,
    )
    session.add(payee)
    await session.flush()
    await _seal(session, payee, str(particulars.get("name", "")), account)
    if verified_by:
        await _verified(session, payee, verified_by)
    return payee


async def _seal(session: AsyncSession, payee: Payee, name: str, account: str) -> None:
    """Name and account lie under the payee, and stand in the record of the child they serve."""
    audit.concerns(session, payee.child_id)
    await vault.keep(session, payee.id, Particular.MONEY, {"name": name, "account": account})


async def _make_room(session: AsyncSession, known: list[Payee], since: date) -> None:
    for earlier in known:
        lower, upper = earlier.months.lower, earlier.months.upper
        if lower is not None and lower >= since:
            earlier.months = Range(empty=True)
        elif upper is None or upper > since:
            earlier.months = Range(lower, since, bounds="[)")
    await session.flush()


async def verify_payee(
    session: AsyncSession, actor: Principal, payee_id: UUID, verified: bool, reason: str | None
) -> Payee:
    """Another person finds the account right or not; what waited for it is worked out again."""
    actor.of("civil_affairs", "bank", "finance")
    payee = await payee_of(session, payee_id)
    person = actor.person()
    if person == payee.entered_by:
        raise SecondPersonNeeded(clause="WL24:2.1.0b-1")
    if verified:
        payee.verified_by, payee.verified_at, payee.refused = person, now(session), None
        await session.flush()
        await _verified(session, payee, person)
    else:
        payee.refused = reason or "refused"
        payee.verified_by, payee.verified_at = None, None
    return payee


async def _verified(session: AsyncSession, payee: Payee, by: str) -> None:
    """Lift what kept the child from being paid, and catch up on the months it did."""
    for reason in (IN_PRISON, CUSTODY_CHANGED):
        await lift(session, payee.child_id, reason, by, "payee verified")
    await deadlines.meet(session, "payee_verification", payee.child_id)
    since = await blocked_since(session, payee.child_id)
    if since is not None:
        await ask_again(session, payee.child_id, since, "payee_verified")


async def fetch_payee(session: AsyncSession, child_id: UUID, town: str | None) -> None:
    """Ask eligibility who is paid; while it knows nobody the child is without payee, which its
    town is to mend within the days of `payee_verification`."""
    path = f"/v1/eligibility/children/{child_id}/payee"
    try:
        answer = await peers("payments").ask("GET", path, purpose="payment")
        await take_answer(session, child_id, answer)
    except NotFound:
        await deadlines.start(
            session, "payee_verification", child_id, "town", town=town, clause="WL24:2.1.0b-1"
        )


async def take_answer(session: AsyncSession, child_id: UUID, answer: dict[str, Any]) -> None:
    """The payee as eligibility states it; an account known already is not entered again.

    `answer`: kind, name, account, bank_code, and optionally verified and since.
    """
    particulars = answer.get("particulars") or answer
    account = str(particulars.get("account") or "")
    if not account:
        raise NotFound()
    for known in await payees(session, child_id):
        sealed = await vault.read(session, known.id, Particular.MONEY)
        if sealed.get("account") == "".join(account.split()) and known.months.upper is None:
            return
    since = answer.get("since")
    await enter_payee(
        session,
        child_id,
        str(answer.get("kind") or "guardian"),
        particulars,
        str(particulars.get("bank_code") or particulars.get("bank") or "unknown"),
        since=date.fromisoformat(since) if since and await payees(session, child_id) else None,
        by="service:eligibility",
        source="eligibility",
        verified_by=_verifier(answer),
    )


def _verifier(answer: dict[str, Any]) -> str | None:
    """Who verified the account in the register; nobody when it does not say."""
    said = answer.get("verified_by") or answer.get("verified")
    return f"eligibility:{said}"[:100] if said else None
