"""A lawful step, checked against its table and recorded (流转)."""

from typing import Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.eligibility.models import Child, Step
from shared import access
from shared.database import now
from shared.identity import Principal
from shared.moves import Move, Moves
from shared.problem import Invalid

# Who acts where time or an event does: the service, and no person.
ITSELF = Principal("service:eligibility", "service:eligibility")


class NotYetHappened(Invalid):
    """What is recorded or decided has happened; what is to come is reviewed on its day."""

    zh, en = "该事项尚未发生", "This has not happened yet"
    clause = "WL24:2.1.0b-1"


class Moved(Protocol):
    """Anything of a child with an id and a state."""

    id: UUID
    child_id: UUID
    state: str


async def step(
    session: AsyncSession,
    actor: Principal,
    moves: Moves,
    row: Moved,
    verb: str,
    *,
    reason: str | None = None,
    first_officer: str | None = None,
) -> Move:
    """Make a move or raise the problem that names the lawful ones; the history gets a line."""
    move = moves.make(
        row.state,
        verb,
        department=actor.department,
        officer=actor.person() if first_officer is not None else actor.officer,
        first_officer=first_officer,
    )
    record(session, actor, moves.kind, row, move, reason)
    row.state = move.after
    return move


def record(
    session: AsyncSession,
    actor: Principal,
    kind: str,
    row: Moved,
    move: Move,
    reason: str | None = None,
) -> None:
    """Write a step into the history."""
    session.add(
        Step(
            kind=kind,
            subject_id=row.id,
            child_id=row.child_id,
            verb=move.verb,
            before=row.state,
            after=move.after,
            clause=move.clause,
            department=actor.department,
            officer=actor.officer,
            reason=reason,
            at=now(session),
        )
    )


def subject_of(child: Child) -> access.Subject:
    """The child as the disclosure policy sees it."""
    return access.Subject(
        id=child.id,
        kind="child",
        town=child.town,
        departments=frozenset(child.tasks),
        shielded=child.shielded,
    )
