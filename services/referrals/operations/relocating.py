"""A child lives in another town of the county: what its town was asked for goes on there (迁居)."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.models import Line, Matter, Referral
from services.referrals.operations.matters import step_of
from services.referrals.operations.sending import ITSELF, record_step
from services.referrals.queries.matters import open_matters_of_child
from services.referrals.queries.referrals import open_lines_of_child
from shared import deadlines
from shared.database import now
from shared.identity import LOCAL

CLAUSE = "WL24:2.1.0b-1"


async def follow(session: AsyncSession, child_ref: UUID, town: str) -> None:
    """Lines and matters a town or village still has of a child are the new town's, in the state
    they are in and with the time that is left; their history names the town before.
    """
    for line in await open_lines_of_child(session, child_ref):
        (await session.get_one(Referral, line.referral_id)).town = town
        if _left_behind(line, town):
            before, line.town = line.town, town
            state = line.state
            record_step(session, ITSELF, line, "relocation", state, state, CLAUSE, before)
            await deadlines.hand_over(session, line.id, town)
    for matter in await open_matters_of_child(session, child_ref):
        if _left_behind(matter, town):
            matter.town = town
            moved = step_of(ITSELF, matter, "relocation", matter.state, CLAUSE, now(session))
            session.add(moved)
            await deadlines.hand_over(session, matter.id, town)


def _left_behind(one: Line | Matter, town: str) -> bool:
    return one.department in LOCAL and one.town not in (None, town)
