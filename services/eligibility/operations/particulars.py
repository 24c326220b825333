"""Who a child is, as all files that are its own say together (身份信息)."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.eligibility.queries.register import FILES, of
from shared import vault
from shared.access import Particular
from shared.database import now


async def held(session: AsyncSession, child_id: UUID, kind: Particular) -> dict[str, Any]:
    """A class of a child's particulars; where this file is silent, one merged into it speaks."""
    return (await held_classes(session, child_id, [kind])).get(kind, {})


async def held_classes(
    session: AsyncSession, child_id: UUID, kinds: Iterable[Particular]
) -> dict[str, dict[str, Any]]:
    """The same of several classes: those that hold anything, by class."""
    ids = list(await session.scalars(FILES, of(child_id, now(session))))
    found = {}
    for kind, known in (await vault.read_classes(session, ids, kinds)).items():
        own = known.pop(child_id, {})
        said = {name: value for one in known.values() for name, value in one.items()} | own
        if said:
            found[kind] = said
    return found
