"""What a receiver may see with a line: the classes its service needs, and no others (最小必要)."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.models import Disclosed, Line, Referral
from services.referrals.operations.offering import table
from services.referrals.queries.referrals import addressed_to, line_for, shielded
from shared import access, vault
from shared.database import new_id, now
from shared.identity import Principal
from shared.peers import peers
from shared.problem import Forbidden, NotFound, Refused

OWNERS = {"eligibility": "eligibility", "protection": "protection", "detention": "protection"}


class NotReceived(Refused):
    """Particulars are shown to who has taken the line; it must be received first."""

    zh, en = "须先签收，方可查看个人信息", "Receive the line before reading particulars"


async def particulars_of(
    session: AsyncSession, actor: Principal, line_id: UUID
) -> dict[str, dict[str, Any]]:
    """The particulars a receiver needs for its line, masked where the policy says so.

    Only the classes the service needs are asked for at all; who saw which, and on which legal
    basis, is recorded with the line (PIPL:34). The sender keeps the outcome, not the file.
    """
    line, referral = await line_for(session, actor, line_id)
    if not addressed_to(actor, line):
        raise Forbidden(allowed=[line.department], clause="PIPL:34")
    if line.state in ("sent", "declined", "revoked", "transferred", "rereferred"):
        raise NotReceived(state=line.state, clause="PIPL:34")
    needs = table()[line.service].needs
    held = await vault.held(session, referral.id, needs)
    if not held and needs and referral.child_ref is not None:
        held = await _asked_of_the_owner(referral, needs)
    shown = await access.disclose(session, actor, await subject_of(session, line, referral), held)
    _record(session, actor, line, referral, sorted(shown))
    return shown


async def subject_of(session: AsyncSession, line: Line, referral: Referral) -> access.Subject:
    """Whose particulars they are; the receiver has a task in the case, and nobody else by this."""
    departments = {line.department}
    if line.town is not None:
        departments.add(f"{line.department}:{line.town}")
    return access.Subject(
        id=referral.child_ref or referral.id,
        kind="child",
        town=line.town or referral.town,
        departments=frozenset(departments),
        shielded=await shielded(session, referral.child_ref),
    )


async def _asked_of_the_owner(
    referral: Referral, needs: tuple[str, ...]
) -> dict[str, dict[str, Any]]:
    """A referral an event opened carries no particulars: the service that keeps them is asked."""
    owner = OWNERS.get(referral.origin, "eligibility")
    path = f"/v1/{owner}/children/{referral.child_ref}"
    try:
        answer = await peers("referrals").ask("GET", path, purpose="referral")
    except NotFound:
        return {}
    held = answer.get("particulars", answer)
    return {kind: held[kind] for kind in needs if isinstance(held.get(kind), dict)}


def _record(
    session: AsyncSession, actor: Principal, line: Line, referral: Referral, fields: list[str]
) -> None:
    session.add(
        Disclosed(
            id=new_id(),
            line_id=line.id,
            department=actor.department,
            officer=actor.officer,
            fields=fields,
            basis=str(referral.basis.get("kind", "duty")),
            clause=line.clause,
            at=now(session),
        )
    )
