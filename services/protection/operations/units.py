"""Units bound to report: their type, their authority, their liaison (责任单位)."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import DutyUnit
from services.protection.operations.handling import type_of
from services.protection.operations.law import town_code
from services.protection.schemas.reports import UnitTold
from shared import vault
from shared.access import Particular
from shared.database import new_id, now
from shared.identity import Principal
from shared.problem import Invalid, NotFound

AUTHORITIES = (
    "education",
    "health",
    "civil_affairs",
    "culture_tourism",
    "market_regulation",
    "human_resources",
    "justice",
    "town",
    "police",
    "procuratorate",
    "child_protection_office",
    "disabled_federation",
)


class NotThatUnit(Invalid):
    """A unit that is named is one of the register, of the type it has there."""

    zh, en = "单位未登记，或者类型与登记不符", "No such unit on the register, or not of this type"
    clause = "WL24:3.1a-3"


async def register_unit(session: AsyncSession, actor: Principal, told: UnitTold) -> DutyUnit:
    """A unit bound to report; its liaison's particulars are sealed under the unit's id."""
    actor.of(*AUTHORITIES, "institution")
    code, authority = type_of(told.institution_type)
    unit = DutyUnit(
        id=new_id(),
        name=told.name,
        institution_type=code,
        competent_authority=authority,
        town=actor.town or town_code(told.town),
        client=told.client or (actor.client if actor.department == "institution" else None),
        has_liaison=told.liaison is not None,
        registered_by=actor.client,
        registered_at=now(session),
    )
    session.add(unit)
    if told.liaison is not None:
        await vault.keep(session, unit.id, Particular.CONTACT, told.liaison.sealed())
    await session.flush()
    return unit


async def name_liaison(
    session: AsyncSession, actor: Principal, unit_id: UUID, contact: dict[str, str]
) -> DutyUnit:
    """A unit names its contact for reports (WL24:3.1a-3)."""
    unit = await the_unit(session, unit_id)
    if actor.client not in (unit.client, unit.registered_by):
        actor.of(unit.competent_authority, "child_protection_office")
    await vault.keep(session, unit.id, Particular.CONTACT, contact)
    unit.has_liaison = True
    return unit


async def the_unit(session: AsyncSession, unit_id: UUID) -> DutyUnit:
    """A unit of the register, locked."""
    unit = await session.get(DutyUnit, unit_id, with_for_update=True)
    if unit is None:
        raise NotFound()
    return unit


async def type_of_unit(session: AsyncSession, unit_id: UUID | None, word: str) -> tuple[str, str]:
    """Code and authority of a type; a unit that is named by its id must be of that type."""
    code, authority = type_of(word)
    if unit_id is None:
        return code, authority
    unit = await session.get(DutyUnit, unit_id)
    if unit is None:
        raise NotThatUnit(where="body.unit_id")
    if unit.institution_type != code:
        raise NotThatUnit(where="body.institution_type", allowed=[unit.institution_type])
    return code, unit.competent_authority


async def own_unit(session: AsyncSession, actor: Principal, unit_id: UUID | None) -> DutyUnit:
    """A unit asks about itself; about another it gets the answer of an absent one."""
    unit = await the_unit(session, unit_id) if unit_id is not None else None
    if unit is None or unit.client != actor.client:
        raise NotFound()
    return unit
