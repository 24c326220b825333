"""Recommendations, and the breaches of the duty to report that they are about."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import DutyUnit, MissedReport, Recommendation
from services.protection.rules.recommendations import OVERSEERS
from shared.identity import Principal


def recommendations(actor: Principal, state: str | None) -> Select[Recommendation]:
    """Those the caller advised, is advised by, or supervises."""
    wanted = select(Recommendation)
    if state is not None:
        wanted = wanted.where(Recommendation.state == state)
    if actor.department in OVERSEERS:
        return wanted
    if actor.department == "institution":
        own = select(DutyUnit.id).where(DutyUnit.client == actor.client)
        return wanted.where(Recommendation.unit_id.in_(own))
    theirs = Recommendation.department == actor.department
    if actor.place is not None:
        theirs &= Recommendation.town == actor.place
    return wanted.where(or_(theirs, Recommendation.issuer == actor.department))


async def breaches_about(
    session: AsyncSession, ids: Iterable[UUID]
) -> dict[UUID, list[MissedReport]]:
    """Recommendation → the breaches of the register it is about."""
    found: dict[UUID, list[MissedReport]] = {id_: [] for id_ in ids}
    rows = await session.scalars(
        select(MissedReport)
        .where(MissedReport.recommendation_id.in_(list(found)))
        .order_by(MissedReport.found_at, MissedReport.id)
    )
    for row in rows:
        if row.recommendation_id is not None:
            found[row.recommendation_id].append(row)
    return found
