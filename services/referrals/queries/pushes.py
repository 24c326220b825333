"""Information pushes as who pushed and who oversees may find them."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.models import Push
from services.referrals.rules.moves import OFFICES
from shared import audit
from shared.identity import Principal
from shared.problem import NotFound

OVERSEE = (*OFFICES, "civil_affairs", "procuratorate")


async def push_for(
    session: AsyncSession, actor: Principal, push_id: UUID, *, lock: bool = False
) -> Push:
    """The push if it is the actor's own, or the actor oversees them; else as if absent."""
    push = await session.get(Push, push_id, with_for_update=lock or None)
    if push is None:
        raise NotFound()
    own = push.department == actor.department and actor.place in (None, push.town)
    if not own and actor.department not in OVERSEE:
        raise NotFound()
    audit.concerns(session, push.child_ref)
    return push


def pushes(actor: Principal, filters: dict[str, Any]) -> Select[Push]:
    """The pushes an actor may know of, narrowed by the filters that are given."""
    wanted = select(Push).filter_by(
        **{name: value for name, value in filters.items() if value is not None}
    )
    if actor.department not in OVERSEE:
        wanted = wanted.where(Push.department == actor.department)
        if actor.place is not None:
            wanted = wanted.where(Push.town == actor.place)
    return wanted
