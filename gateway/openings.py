"""Break-glass: a reader without a task in the case opens one subject, for hours, with a reason.

An opening is made by a named officer of an office the figures list, ends by itself, is told at
once to the reviewers and to the opener's own office, and is reviewed by somebody else within
working days, or the joint meeting hears of it (紧急查阅). What it opens is decided by the
disclosure policy; the sealed classes never open.
"""

from datetime import datetime, timedelta
from time import monotonic
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gateway.identity.tokens import Access
from gateway.models import Opening
from gateway.own import own_transaction
from shared import deadlines
from shared.audit import disclosure, record
from shared.bus import emit
from shared.clock import clock
from shared.database import Sessions, law_today, new_id, now
from shared.events.gateway import GlassBroken, GlassReviewed
from shared.identity import Principal
from shared.problem import Conflict, Forbidden, NotFound, Refused
from shared.vault import seal_own

REMEMBERED_SECONDS = 5.0
REVIEW = "break_glass_review"
Known = tuple[float, str, str | None, datetime, UUID]


class OpeningNotValid(Forbidden):
    """The opening named by the request has ended, is another's, or never was."""

    zh, en = "紧急查阅授权无效或已到期", "The break-glass opening is not valid, or has ended"


class AnotherOfficeNeeded(Refused):
    """No office judges its own opening (由另一部门复核)."""

    zh, en = "须由另一部门复核", "Another office must review it"


class ReviewedBefore(Conflict):
    """An opening is judged once."""

    zh, en = "此次查阅已复核", "This opening was reviewed already"


class Openings:
    """Which openings hold now, remembered for seconds: the door asks with every such request."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._seen: dict[str, Known] = {}

    async def require(self, access: Access, name: str) -> str:
        """`opening/subject` if it holds for this client and officer; OpeningNotValid else.

        The subject goes with it, so that a service opens nobody else by it.
        """
        known = self._seen.get(name)
        if known is None or known[0] < monotonic():
            known = await self._load(name)
        _, client, officer, ends, subject = known
        mine = client == access.principal.client and officer == access.principal.officer
        if not mine or ends <= clock():
            raise OpeningNotValid(where="header.Break-Glass")
        return f"{name}/{subject}"

    async def _load(self, name: str) -> Known:
        try:
            wanted = UUID(name)
        except ValueError as error:
            raise OpeningNotValid(where="header.Break-Glass") from error
        async with own_transaction(self._sessions, "reading an opening") as session:
            row = await session.get(Opening, wanted)
        if row is None:
            raise OpeningNotValid(where="header.Break-Glass")
        if len(self._seen) > 1_000:
            self._seen.clear()
        until = monotonic() + REMEMBERED_SECONDS
        found = (until, row.client_id, row.officer, row.ends_at, row.subject_id)
        self._seen[name] = found
        return found


async def open_glass(
    session: AsyncSession,
    actor: Principal,
    *,
    subject_id: UUID,
    category: str,
    reason: str,
    hours: int,
) -> Opening:
    """Record an opening; the figures say who may, for how long, and by when it is reviewed."""
    law = law_today(session).figures
    actor.of(*law["break_glass_departments"])
    actor.person()
    opened = now(session)
    ends = opened + timedelta(hours=min(hours, law["break_glass_hours"]))
    opening_id = new_id()
    reviewers = [one for one in law["break_glass_reviewers"] if one != actor.department]
    review = await deadlines.start(session, REVIEW, opening_id, reviewers[0])
    row = Opening(
        id=opening_id,
        client_id=actor.client,
        department=actor.department,
        town=actor.town,
        officer=str(actor.officer),
        category=category,
        reason=seal_own("opening", reason.encode()),
        subject_id=subject_id,
        opened_at=opened,
        ends_at=ends,
        review_due_on=review.due_at,
        reviewed_at=None,
        reviewed_by=None,
        justified=None,
    )
    session.add(row)
    await session.flush()
    await _put_on_record(session, actor, row)
    return row


async def _put_on_record(session: AsyncSession, actor: Principal, row: Opening) -> None:
    """It stands among the accesses to the child, and whoever reviews hears of it."""
    seen = {"action": "break_glass", "subject_id": row.subject_id, "subject_kind": "child"}
    ground = {"fields": [row.category], "basis": ["MINORS-NET:36"]}
    await record(session, [disclosure(session, actor, **seen, **ground)])
    event = GlassBroken(
        opening_id=row.id,
        department=row.department,
        ground=row.category,
        ends_at=row.ends_at,
        review_due_at=row.review_due_on,
        town=row.town,
    )
    await emit(session, event)


async def review(
    session: AsyncSession, actor: Principal, opening_id: UUID, justified: bool
) -> Opening:
    """The second look, by another office than the one that opened; what it finds unjustified
    ends there and then."""
    law = law_today(session).figures
    actor.of(*law["break_glass_reviewers"])
    reviewer = actor.person()
    row = await session.get(Opening, opening_id, with_for_update=True)
    if row is None:
        raise NotFound()
    if row.reviewed_at is not None:
        raise ReviewedBefore()
    if actor.department == row.department:
        others = [one for one in law["break_glass_reviewers"] if one != row.department]
        raise AnotherOfficeNeeded(allowed=others)
    row.reviewed_at, row.reviewed_by, row.justified = now(session), reviewer, justified
    if not justified:
        row.ends_at = min(row.ends_at, now(session))
    await deadlines.meet(session, REVIEW, row.id)
    event = GlassReviewed(
        opening_id=row.id, department=row.department, justified=justified, town=row.town
    )
    await emit(session, event)
    return row
