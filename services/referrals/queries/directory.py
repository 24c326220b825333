"""The directory, as a referring officer searches it."""

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.models import OfferedService, Organisation


def organisations(kind: str | None, town: str | None) -> Select[Organisation]:
    """Active organisations of a kind or town."""
    wanted = select(Organisation).where(Organisation.active.is_(True))
    if kind is not None:
        wanted = wanted.where(Organisation.kind == kind)
    return wanted if town is None else wanted.where(Organisation.town == town)


def offered(service: str | None, town: str | None, *, room: bool) -> Select[OfferedService]:
    """Offered services; `room` leaves out those known to be full."""
    wanted = select(OfferedService).where(OfferedService.status == "active")
    if service is not None:
        wanted = wanted.where(OfferedService.service == service)
    if town is not None:
        nowhere = OfferedService.areas == []
        wanted = wanted.where(or_(nowhere, OfferedService.areas.contains([town])))
    if room:
        free = OfferedService.capacity_available
        wanted = wanted.where(or_(free.is_(None), free > 0))
    return wanted


async def whole(session: AsyncSession) -> list[tuple[OfferedService, Organisation]]:
    """Everything that is offered, with who offers it."""
    wanted = (
        select(OfferedService, Organisation)
        .join(Organisation, Organisation.id == OfferedService.organisation_id)
        .order_by(OfferedService.id)
    )
    return [(row[0], row[1]) for row in await session.execute(wanted)]
