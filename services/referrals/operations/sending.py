"""Sending one need to several departments, each with its own queue, clock and answer (转介)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.models import Line, LineStep, Referral
from services.referrals.operations.offering import department_for, service_named
from services.referrals.rules.table import Service
from shared import audit, deadlines, vault
from shared.bus import emit
from shared.database import new_id, now
from shared.events.referrals import ReferralSent
from shared.identity import Principal
from shared.problem import Invalid, Refused

# Who acts where time or an event does: the service, and no person.
ITSELF = Principal("service:referrals", "service:referrals")


class ConsentNeeded(Refused):
    """This service rests on consent: name it, or the statutory ground that replaces it."""

    zh, en = "该服务须经监护人同意，或注明法定例外", "This service needs consent or a stated ground"
    clause = "PIPL:31"


class BeyondTheNeed(Invalid):
    """More was sent than the receivers need for what they are asked."""

    zh, en = "提供的个人信息超出所需范围", "More particulars were sent than the services need"
    clause = "PIPL:34"


class NothingAsked(Invalid):
    """A referral asks at least one department for something."""

    zh, en = "至少须向一个部门提出一项服务", "At least one service must be asked for"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One service asked of one department; a town's line names the town."""

    service: str
    department: str | None = None
    town: str | None = None


@dataclass(frozen=True, slots=True)
class Need:
    """What a referral says: whom it is about, what is wanted, and on which legal basis."""

    wanted: Sequence[Wanted]
    child_ref: UUID | None = None
    town: str | None = None
    level: str = "yellow"
    origin: str = "officer"
    origin_id: UUID | None = None
    consent: Mapping[str, Any] | None = None
    override: Mapping[str, Any] | None = None
    particulars: Mapping[Any, Mapping[str, Any]] = field(default_factory=dict)
    note: str | None = None


async def send_referral(
    session: AsyncSession, actor: Principal, need: Need
) -> tuple[Referral, list[Line]]:
    """Send a need to its departments; each line starts its own clock (WL24:4.2a-1).

    Raises UnknownService, NotOffered, UnknownDepartment, ConsentNeeded, BeyondTheNeed.
    """
    if not need.wanted:
        raise NothingAsked(where="lines")
    asked = [_resolved(index, wanted) for index, wanted in enumerate(need.wanted)]
    basis = _basis(need, [service for service, _, _ in asked])
    _within_the_need(need, [service for service, _, _ in asked])
    referral = _referral(session, actor, need, basis)
    session.add(referral)
    await session.flush()
    await _seal(session, referral, need)
    lines = []
    for service, department, town in asked:
        to_town = town or (need.town if department == "town" else None)
        lines.append(await open_line(session, actor, referral, service, department, to_town))
    await _tell(session, referral, lines)
    return referral, lines


def _resolved(index: int, wanted: Wanted) -> tuple[Service, str, str | None]:
    service = service_named(wanted.service, f"lines.{index}.service")
    department = department_for(service, wanted.department, f"lines.{index}.department")
    return service, department, wanted.town


def _basis(need: Need, services: Sequence[Service]) -> dict[str, Any]:
    """Statutory duty, consent, or the recorded ground that replaces it."""
    consensual = [s.code for s in services if s.basis == "consent"]
    if consensual and need.consent is None and need.override is None:
        raise ConsentNeeded(where="consent", services=consensual, allowed=["consent", "override"])
    basis: dict[str, Any] = {"kind": "duty", "clause": "PIPL:13"}
    if consensual:
        basis = {"kind": "consent", "services": consensual, **(need.consent or {})}
    if consensual and need.consent is None:
        basis = {"kind": "override", "services": consensual, **(need.override or {})}
    return basis


def _within_the_need(need: Need, services: Sequence[Service]) -> None:
    allowed = sorted({kind for service in services for kind in service.needs})
    beyond = sorted(set(need.particulars) - set(allowed))
    if beyond:
        raise BeyondTheNeed(
            errors=[
                {"where": f"particulars.{kind}", "zh": "接收部门不需要", "en": "Not needed"}
                for kind in beyond
            ],
            allowed=allowed,
        )


def _referral(
    session: AsyncSession, actor: Principal, need: Need, basis: dict[str, Any]
) -> Referral:
    return Referral(
        id=new_id(),
        child_ref=need.child_ref,
        origin=need.origin,
        origin_id=need.origin_id,
        from_department=actor.department,
        from_town=actor.town,
        from_officer=actor.officer,
        town=need.town,
        level=need.level,
        basis=basis,
        state="open",
        created_at=now(session),
    )


async def _seal(session: AsyncSession, referral: Referral, need: Need) -> None:
    """Words and particulars lie in the vault: under the referral's id, and nowhere else."""
    audit.concerns(session, referral.child_ref)
    note = {"notes": {"note": need.note}} if need.note else {}
    await vault.keep_classes(session, referral.id, {**need.particulars, **note})


async def open_line(
    session: AsyncSession,
    actor: Principal,
    referral: Referral,
    service: Service,
    department: str,
    town: str | None,
    parent: Line | None = None,
) -> Line:
    """One line in the queue of one department, with its clock running."""
    line = Line(
        id=new_id(),
        referral_id=referral.id,
        parent_id=parent.id if parent else None,
        service=service.code,
        clause=service.clause,
        lead=service.lead,
        department=department,
        town=town,
        state="sent",
        clock=service.deadline(),
        sent_at=now(session),
        due_at=now(session),
        escalation=0,
        quiet=service.quiet,
    )
    session.add(line)
    await session.flush()
    await start_clock(session, line)
    record_step(session, actor, line, "sending", "", "sent", service.clause)
    return line


async def start_clock(session: AsyncSession, line: Line) -> None:
    """Start the clock of the answer, and the alarm that comes before it (到期前提醒)."""
    deadline = await deadlines.start(
        session, line.clock, line.id, line.department, town=line.town, clause=line.clause
    )
    line.due_at = deadline.due_at
    moment = now(session)
    soon = moment + (deadline.due_at - moment) * 2 / 3
    await deadlines.remind(
        session, "referral_alarm", line.id, soon, department=line.department, town=line.town
    )


def record_step(
    session: AsyncSession,
    actor: Principal,
    line: Line,
    verb: str,
    before: str,
    after: str,
    clause: str,
    reason: str | None = None,
) -> None:
    """Add a step to a line's history; nothing is ever taken away from it."""
    session.add(
        LineStep(
            id=new_id(),
            line_id=line.id,
            verb=verb,
            before=before,
            after=after,
            clause=clause,
            department=actor.department,
            officer=actor.officer,
            reason=reason,
            at=now(session),
        )
    )


async def _tell(session: AsyncSession, referral: Referral, lines: Sequence[Line]) -> None:
    """Who is asked, for all who listen; of a quiet line only its two ends know (AIDS:39)."""
    if any(line.quiet for line in lines):
        return
    await emit(
        session,
        ReferralSent(
            referral_id=referral.id,
            child_ref=referral.child_ref,
            origin=referral.origin,
            origin_id=referral.origin_id,
            departments=list(dict.fromkeys(line.department for line in lines)),
            town=referral.town,
        ),
    )
