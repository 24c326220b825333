"""Nobody stays silent: an unanswered line goes up, office by office (督办)."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.models import Line, Referral
from services.referrals.operations.sending import ITSELF, record_step
from services.referrals.rules.moves import FINAL, SILENT, next_level
from shared.bus import emit
from shared.database import now
from shared.deadlines import Deadline
from shared.events.referrals import ReferralEscalated, ReferralReminded


async def escalate_line(session: AsyncSession, deadline: Deadline) -> None:
    """Bring a silent line before the next level: 未保办 → lead → joint meeting (WL24:4.1a-3).

    A line that has an outcome is left alone; the missed clock stays on record either way.
    """
    line = await session.get(Line, deadline.subject_id, with_for_update=True)
    if line is None or line.state in FINAL:
        return
    if line.quiet:
        return  # another office would learn of what only its two ends may know (AIDS:39)
    upward = next_level(line.escalation, line.lead, line.department)
    if upward is None:
        return
    line.escalation, line.escalated_to = upward
    record_step(
        session, ITSELF, line, "escalation", line.state, line.state, "WL24:4.1a-3", upward[1]
    )
    await emit(
        session,
        ReferralEscalated(
            referral_id=line.referral_id,
            line_id=line.id,
            department=line.department,
            level=upward[0],
            to=upward[1],
            town=await _town_of(session, line),
        ),
    )


async def remind_department(session: AsyncSession, deadline: Deadline) -> None:
    """Before the answer is due: say so once, if the line is still silent (到期前提醒)."""
    line = await session.get(Line, deadline.subject_id, with_for_update=True)
    if line is None or line.state not in SILENT:
        return
    line.reminded_at = now(session)
    if line.quiet:
        return
    await emit(
        session,
        ReferralReminded(
            referral_id=line.referral_id,
            line_id=line.id,
            department=line.department,
            town=await _town_of(session, line),
            due_at=line.due_at,
        ),
    )


async def _town_of(session: AsyncSession, line: Line) -> str | None:
    """Whose affair it is: of the town that is asked, or of the child's."""
    return line.town or (await session.get_one(Referral, line.referral_id)).town
