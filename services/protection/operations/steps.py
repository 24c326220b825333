"""A lawful step: checked against the table, recorded, with its words sealed (流转)."""

from typing import Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import Step
from shared import vault
from shared.access import Particular
from shared.database import new_id, now
from shared.identity import Principal
from shared.moves import Move, Moves


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
) -> Move:
    """Make a move or raise the problem that names the lawful ones; the history gets a line."""
    move = moves.make(
        row.state,
        verb,
        department=actor.department,
        officer=signature(actor) if first_officer is not None else actor.officer,
        first_officer=first_officer,
    )
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
            at=now(session),
        )
    )
    row.state = move.after
    return move


def signature(actor: Principal) -> str:
    """Who signs: client and officer; a system alone cannot sign."""
    actor.person()
    return f"{actor.client}/{actor.officer}"
