"""Who a child is, as all files that are its own say together (身份信息)."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.eligibility.queries.register import files
from shared import vault
from shared.access import Particular
from shared.database import now


async def held(session: AsyncSession, child_id: UUID, kind: Particular) -> dict[str, Any]:
    """A class of a child's particulars; where this file is silent, one merged into it speaks."""
    ids = list(await session.scalars(files(child_id, now(session))))
    known = await vault.read_many(session, ids, kind)
    own = known.pop(child_id, {})
    return {name: value for one in known.values() for name, value in one.items()} | own
