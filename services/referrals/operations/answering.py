"""What becomes of a line: received, accepted, declined, returned, served, closed (答复)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.models import Line, Referral
from services.referrals.operations.offering import department_for, service_named
from services.referrals.operations.sending import open_line, record_step, start_clock
from services.referrals.queries.referrals import (
    addressed_to,
    line_for,
    lines_of,
    sent_by,
    supervised_by,
)
from services.referrals.rules.moves import (
    ANSWERS,
    CLOCK_REASONS,
    FINAL,
    LINE,
    OUTCOMES,
    REASONS,
    SENDERS_MOVES,
)
from shared import audit, deadlines, vault
from shared.bus import emit
from shared.database import now
from shared.events.referrals import ReferralAnswered, ReferralClosed
from shared.identity import Principal
from shared.problem import Forbidden, Invalid, Refused
from shared.web import expect_version


class ReasonNeeded(Invalid):
    """Declining, returning or stopping a clock has a coded reason, so that something follows."""

    zh, en = "须选择编码理由", "A coded reason is needed"


class OutcomeNeeded(Invalid):
    """Feedback says what came of it in a code; the file stays with the receiver."""

    zh, en = "须注明结果编码", "A coded outcome is needed"


class ClockStands(Refused):
    """The clock of this line cannot be stopped or restarted as it is."""

    zh, en = "该事项的期限当前不能这样操作", "The clock of this line cannot be moved like that"


@dataclass(frozen=True, slots=True)
class Saying:
    """What goes with a move: a coded reason, an outcome, what was accepted, words for the file."""

    reason: str | None = None
    outcome: str | None = None
    accepted: Sequence[str] | None = None
    satisfaction: str | None = None
    note: str | None = None
    department: str | None = None
    service: str | None = None
    town: str | None = None


async def move_line(
    session: AsyncSession,
    actor: Principal,
    line_id: UUID,
    verb: str,
    said: Saying,
    if_match: int | None = None,
) -> Line:
    """Take one lawful step with a line; UnlawfulMove names the lawful ones (WL24:4.2c-2)."""
    line, referral = await line_for(session, actor, line_id, lock=True)
    audit.concerns(session, referral.child_ref)
    if if_match is not None:
        expect_version(if_match, line.version)
    _on_the_right_side(actor, referral, line, verb)
    move = LINE.make(line.state, verb, department=actor.department)
    _says_enough(verb, said)
    before, line.state = line.state, move.after
    record_step(session, actor, line, verb, before, move.after, move.clause, said.reason)
    _written(session, line, verb, said)
    if said.note:
        await vault.keep(session, line.id, "notes", {"note": said.note, "verb": verb})
    await _clocks(session, line, verb)
    if verb in ("transfer", "rereferral"):
        await _hand_on(session, actor, referral, line, said)
    await session.flush()
    await _tell(session, referral, line)
    return line


def _on_the_right_side(actor: Principal, referral: Referral, line: Line, verb: str) -> None:
    """Senders revoke and close, receivers answer; who coordinates may hand on and close."""
    coordinates = supervised_by(actor, line)
    if verb in SENDERS_MOVES:
        allowed = sent_by(actor, referral) or coordinates
    else:
        allowed = addressed_to(actor, line) or (coordinates and verb == "transfer")
    if not allowed:
        receiver = [line.department, line.lead] if verb == "transfer" else [line.department]
        sides = [referral.from_department] if verb in SENDERS_MOVES else receiver
        raise Forbidden(allowed=sides, clause=line.clause)


def _says_enough(verb: str, said: Saying) -> None:
    if verb in ("decline", "return") and said.reason not in REASONS:
        raise ReasonNeeded(where="reason", allowed=sorted(REASONS), clause="WL24:4.2c-2")
    if verb == "feedback" and said.outcome not in OUTCOMES:
        raise OutcomeNeeded(where="outcome", allowed=sorted(OUTCOMES), clause="MINORS:11")
    if verb == "partial_acceptance" and not said.accepted:
        raise Invalid("须注明受理的部分", "Say which part is accepted", where="accepted")
    if verb in ("transfer", "rereferral") and not said.department:
        raise Invalid("须注明移交的部门", "Name the department", where="department")


def _written(session: AsyncSession, line: Line, verb: str, said: Saying) -> None:
    moment = now(session)
    if verb == "receipt":
        line.received_at = moment
    if verb in ANSWERS:
        line.answered_at, line.escalated_to = moment, None
    if verb == "feedback":
        line.fed_back_at = moment
    if line.state in FINAL:
        line.closed_at = moment
    line.reason = said.reason or line.reason
    line.outcome = said.outcome or line.outcome
    line.satisfaction = said.satisfaction or line.satisfaction
    if said.accepted:
        line.accepted = list(said.accepted)


async def _clocks(session: AsyncSession, line: Line, verb: str) -> None:
    if verb in ANSWERS:
        await deadlines.meet(session, line.clock, line.id)
        await deadlines.cancel(session, line.id, "referral_alarm", "answered")
    if verb in ("acceptance", "partial_acceptance"):
        feedback = await deadlines.start(
            session, "referral_feedback", line.id, line.department, town=line.town
        )
        line.due_at = feedback.due_at
    if verb == "feedback":
        await deadlines.meet(session, "referral_feedback", line.id)
    if verb == "resending":
        await start_clock(session, line)
    if line.state in FINAL:
        await deadlines.cancel(session, line.id, why=line.state)


async def _hand_on(
    session: AsyncSession, actor: Principal, referral: Referral, line: Line, said: Saying
) -> Line:
    """The chain goes on: a new line that names the one it follows (改派、移交)."""
    service = service_named(said.service or line.service)
    department = department_for(service, said.department)
    if department == line.department and said.town in (None, line.town):
        raise Invalid("不能移交给同一部门", "It is there already", where="department")
    town = said.town or (referral.town if department == "town" else None)
    return await open_line(session, actor, referral, service, department, town, line)


async def _tell(session: AsyncSession, referral: Referral, line: Line) -> None:
    """The answer and the end of the referral; of a quiet line no event is told (AIDS:39)."""
    answered = ReferralAnswered(
        referral_id=referral.id,
        line_id=line.id,
        origin=referral.origin,
        origin_id=referral.origin_id,
        department=line.department,
        state=line.state,
        reason=line.reason,
        town=line.town or referral.town,
    )
    lines = await lines_of(session, referral.id)
    quiet = any(each.quiet for each in lines)
    if not quiet:
        await emit(session, answered)
    if referral.state == "open" and all(each.state in FINAL for each in lines):
        referral.state, referral.closed_at = "closed", now(session)
        closed = ReferralClosed(
            referral_id=referral.id, origin=referral.origin, origin_id=referral.origin_id
        )
        if not quiet:
            await emit(session, closed)


async def stop_clock(session: AsyncSession, actor: Principal, line_id: UUID, reason: str) -> Line:
    """Stop the clock of a line with a coded reason; what is left of it is kept."""
    line, _ = await line_for(session, actor, line_id, lock=True)
    if reason not in CLOCK_REASONS:
        raise ReasonNeeded(where="reason", allowed=sorted(CLOCK_REASONS), clause="WL24:4.2c-2")
    if not (addressed_to(actor, line) or supervised_by(actor, line)):
        raise Forbidden(allowed=[line.department])
    kind = await _running(session, line, paused=False)
    await deadlines.pause(session, kind, line.id, reason)
    record_step(session, actor, line, "clock_stop", line.state, line.state, line.clause, reason)
    return line


async def restart_clock(session: AsyncSession, actor: Principal, line_id: UUID) -> Line:
    """Let a stopped clock go on with what was left of it."""
    line, _ = await line_for(session, actor, line_id, lock=True)
    if not (addressed_to(actor, line) or supervised_by(actor, line)):
        raise Forbidden(allowed=[line.department])
    kind = await _running(session, line, paused=True)
    await deadlines.resume(session, kind, line.id)
    running = await deadlines.open_ones(session, line.id, kind)
    line.due_at = running[0].due_at
    record_step(session, actor, line, "clock_restart", line.state, line.state, line.clause)
    return line


async def _running(session: AsyncSession, line: Line, *, paused: bool) -> str:
    for deadline in await deadlines.open_ones(session, line.id):
        if not deadline.silent and (deadline.paused_at is not None) is paused:
            return deadline.kind
    state = "没有已停止的期限" if paused else "没有正在计算的期限"
    raise ClockStands(state, "No clock of this line is in that state", state=line.state)


async def withdraw_lines(
    session: AsyncSession, lines: Sequence[Line], actor: Principal, reason: str
) -> None:
    """Close lines nobody needs any more; their clocks stop (the facts came another way)."""
    for line in lines:
        before, line.state = line.state, "revoked"
        line.reason, line.closed_at = reason, now(session)
        record_step(session, actor, line, "revocation", before, "revoked", "WL24:4.2a-2", reason)
        await deadlines.cancel(session, line.id, why=reason)
        await session.flush()
        referral = await session.get_one(Referral, line.referral_id)
        await _tell(session, referral, line)
