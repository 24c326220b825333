"""Who is guardian or carer of a child from a day on: a history that is only added to (监护变动)."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import Case, Guardianship
from services.protection.operations.opening import entry
from services.protection.operations.steps import signature
from shared.bus import emit
from shared.database import now
from shared.events.protection import GuardianshipChanged
from shared.identity import Principal


async def change_guardianship(
    session: AsyncSession,
    actor: Principal,
    child_ref: UUID,
    case_id: UUID,
    *,
    kind: str,
    carer_kind: str,
    since: date,
    ground: str | None,
    basis: tuple[str, UUID | None],
) -> None:
    """Add a line and tell it: payments move the payee, eligibility reviews."""
    session.add(
        Guardianship(
            child_ref=child_ref,
            case_id=case_id,
            kind=kind,
            ground=ground,
            carer_kind=carer_kind,
            since=since,
            basis_kind=basis[0],
            basis_id=basis[1],
            decided_by=signature(actor),
            at=now(session),
        )
    )
    entry(session, actor, case_id, "guardianship", code=kind, ref=basis[1])
    case = await session.get_one(Case, case_id)
    event = GuardianshipChanged(
        child_ref=child_ref,
        case_id=case_id,
        kind=kind,
        carer_kind=carer_kind,
        since=since,
        departments=tuple(case.departments),
        town=case.town,
    )
    await emit(session, event)
