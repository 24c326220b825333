"""Records as the caller sees them: a line with what it may do next, its history, its clocks."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.models import Line, Matter
from services.referrals.operations.matters import in_codes
from services.referrals.queries.matters import knows_whom
from services.referrals.queries.referrals import clocks_of, disclosed_with, steps_of
from services.referrals.rules.matters import MATTERS
from services.referrals.rules.moves import LINE, REASONS
from services.referrals.schemas.others import MatterOut
from services.referrals.schemas.referrals import (
    DisclosedOut,
    LineDetail,
    LineOut,
    StepOut,
)
from shared.clocks import clock_shown
from shared.identity import Principal


def line_out(line: Line) -> LineOut:
    """A line with its lawful next steps and the consequence of its reason."""
    out = LineOut.model_validate(line)
    reason = REASONS.get(line.reason or "")
    out.consequence = reason.consequence if reason else None
    out.allowed = LINE.allowed(line.state)
    return out


async def line_detail(session: AsyncSession, line: Line) -> LineDetail:
    """A line with its history, clocks and disclosures."""
    return LineDetail(
        **line_out(line).model_dump(),
        steps=[StepOut.model_validate(step) for step in await steps_of(session, line.id)],
        clocks=[clock_shown(deadline) for deadline in await clocks_of(session, line.id)],
        disclosed=[
            DisclosedOut.model_validate(row) for row in await disclosed_with(session, line.id)
        ],
    )


def matter_out(actor: Principal, matter: Matter) -> MatterOut:
    """A matter with its lawful next steps; which child it is about, for those who may know."""
    out = MatterOut.model_validate(matter)
    out.details = in_codes(matter, matter.details)
    if not knows_whom(actor, matter):
        out.child_ref = None
    out.allowed = MATTERS[matter.kind].allowed(matter.state)
    return out
