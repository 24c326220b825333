"""A lawful step: checked against the table, recorded, with its words sealed (流转)."""

from datetime import date
from typing import Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import Step
from shared import vault
from shared.access import Particular
from shared.database import new_id, now, today
from shared.identity import Principal
from shared.moves import Move, Moves
from shared.problem import Invalid

# Who acts where time or an event does: the service, and no person.
ITSELF = Principal("service:protection", "service:protection")


class DayImpossible(Invalid):
    """A day that has not come yet, or lies before the one it follows."""

    zh, en = "日期不成立：尚未到来，或者早于其应当晚于的日期", "No such day: to come, or too early"


def the_day(
    session: AsyncSession,
    told: date | None,
    *,
    where: str,
    clause: str,
    not_before: date | None = None,
) -> date:
    """The day something happened, today where nobody says; DayImpossible when it cannot be."""
    day, last = told or today(session), today(session)
    if day > last or (not_before is not None and day < not_before):
        days = [one.isoformat() for one in (not_before, last) if one is not None]
        raise DayImpossible(where=where, clause=clause, allowed=days)
    return day


class Moved(Protocol):
    """Anything with an id and a state."""

    id: UUID
    state: str


async def seal_note(session: AsyncSession, words: str | None) -> UUID | None:
    """Seal free words under an id of their own; None when nothing was said."""
    if not words:
        return None
    note_id = new_id()
    await vault.keep(session, note_id, Particular.NOTES, {"words": words})
    return note_id


async def step(
    session: AsyncSession,
    actor: Principal,
    moves: Moves,
    row: Moved,
    verb: str,
    *,
    case_id: UUID | None = None,
    reason: str | None = None,
    note: str | None = None,
    first_officer: str | None = None,
    approved_by: str | None = None,
) -> Move:
    """Make a move or raise the problem that names the lawful ones; the history gets a line."""
    who, officer = actor.department, actor.officer
    if first_officer is not None:
        officer = signature(actor)
    move = moves.make(row.state, verb, department=who, officer=officer, first_officer=first_officer)
    session.add(
        Step(
            note_id=await seal_note(session, note),
            kind=moves.kind,
            subject_id=row.id,
            case_id=case_id,
            verb=verb,
            before=row.state,
            after=move.after,
            reason=reason,
            clause=move.clause,
            department=actor.department,
            client=actor.client,
            officer=actor.officer,
            approved_by=approved_by,
            at=now(session),
        )
    )
    row.state = move.after
    return move


class Withdrawable(Moved, Protocol):
    """What two people take back."""

    withdrawing_by: str | None


def first_to_withdraw(actor: Principal, moves: Moves, row: Withdrawable, verb: str) -> bool:
    """Whether the first of two takes something back: that is noted, and nothing moves yet."""
    if verb != "withdrawal" or row.withdrawing_by is not None:
        return False
    moves.may(row.state, verb, actor.department)
    row.withdrawing_by = signature(actor)
    return True


def signature(actor: Principal) -> str:
    """Who signs: client and officer; a system alone cannot sign."""
    actor.person()
    return f"{actor.client}/{actor.officer}"
