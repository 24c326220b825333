"""What the other services' events lead to here: pushes, referrals, information requests (联动)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.operations.answering import withdraw_lines
from services.referrals.operations.offering import table
from services.referrals.operations.pushing import Clue, push_information
from services.referrals.operations.sending import ITSELF, Need, Wanted, record_step, send_referral
from services.referrals.queries.referrals import (
    lines_of,
    open_lines_of_child,
    referral_of_origin,
)
from services.referrals.rules.table import find
from shared.events.eligibility import FactsMissing
from shared.events.protection import (
    CareArranged,
    DetentionReported,
    MeasuresRequested,
    WarningRaised,
)
from shared.peers import peers

# A plan is made by duty; who gives a service that rests on consent asks the family first.
BY_DUTY = {"ground": "consent_before_service", "clause": "WL24:2.0"}
CARE = "temporary_care_follow_up"


async def push_detention(session: AsyncSession, event: DetentionReported) -> None:
    """Police told of a detention: the office is told, and the town looks after the child today."""
    for child_ref in event.children:
        clue = Clue(
            "detention",
            child_ref=child_ref,
            town=event.town,
            origin="detention",
            origin_id=event.detention_id,
        )
        await push_information(session, "police", clue)
        await _follow_care(session, event.detention_id, child_ref, event.town)


async def _follow_care(
    session: AsyncSession, detention_id: UUID, child_ref: UUID, town: str | None
) -> None:
    """One referral a child and detention, to its town; to civil affairs when none is known."""
    if await referral_of_origin(session, "detention", detention_id, child_ref) is not None:
        return
    wanted = Wanted(CARE, "town" if town else "civil_affairs", town)
    need = Need(
        [wanted],
        child_ref=child_ref,
        town=town,
        level="orange",
        origin="detention",
        origin_id=detention_id,
    )
    await send_referral(session, replace(ITSELF, department="police"), need)


async def note_care(session: AsyncSession, event: CareArranged) -> None:
    """Somebody looks after the child: the town's line is told; without one, one is opened."""
    known = await referral_of_origin(session, "detention", event.detention_id, event.child_ref)
    if known is None:
        await _follow_care(session, event.detention_id, event.child_ref, None)
        return
    for line in await lines_of(session, known.id):
        record_step(
            session,
            ITSELF,
            line,
            "care_arranged",
            line.state,
            line.state,
            "WL24:3.6b-2",
            event.carer_kind,
        )


async def ask_departments(session: AsyncSession, event: FactsMissing) -> None:
    """Facts are missing: each department that has them gets a line of its own (4.2a-2)."""
    wanted = [
        Wanted("information_request", department, event.town if department == "town" else None)
        for department in event.departments
    ]
    if not wanted:
        return
    need = Need(
        wanted,
        child_ref=event.child_id,
        town=event.town,
        origin="eligibility",
        origin_id=event.request_id,
    )
    await send_referral(session, replace(ITSELF, department="civil_affairs"), need)


async def stop_asking(session: AsyncSession, child_id: UUID, reason: str) -> None:
    """The application went on: open questions of eligibility about the child are withdrawn."""
    lines = await open_lines_of_child(session, child_id, "eligibility")
    asked = [line for line in lines if line.service == "information_request"]
    await withdraw_lines(session, asked, ITSELF, reason)


async def request_measures(session: AsyncSession, event: MeasuresRequested) -> None:
    """Measures of protection: one referral, a line a service; unknown words to the office."""
    found = [find(table(), word) for word in event.services]
    services = [s.code if s else "case_intervention" for s in found]
    wanted = [_wanted(code, event.town) for code in dict.fromkeys(services)]
    if not wanted:
        return
    need = Need(
        wanted,
        child_ref=event.child_ref,
        town=event.town,
        level=event.level,
        origin="protection",
        origin_id=event.request_id,
        override=BY_DUTY,
    )
    await send_referral(session, replace(ITSELF, department="civil_affairs"), need)


def _wanted(code: str, town: str | None, offered: Sequence[str] = ()) -> Wanted:
    service = table()[code]
    department = next((d for d in offered if service.asked_of(d)), service.provider)
    return Wanted(code, department, town if department == "town" else None)


async def carry_out_plan(
    session: AsyncSession, child_id: UUID, plan_id: UUID, town: str | None
) -> None:
    """A benefit plan's lines become lines of one referral, each in its department's queue.

    The plan is asked of eligibility; Unavailable lets the message come again. What is open
    for the child already, or carried by money, is not asked for twice.
    """
    plan = await peers("referrals").ask("GET", f"/v1/eligibility/plans/{plan_id}", purpose="plan")
    open_already = {line.service for line in await open_lines_of_child(session, child_id)}
    wanted = [
        _wanted(line["service"], town, line.get("departments", ()))
        for line in plan.get("lines", [])
        if _carried_here(line) and line["service"] not in open_already
    ]
    open_ones = [one for one in wanted if not table()[one.service].quiet]
    quiet = [one for one in wanted if table()[one.service].quiet]
    if open_ones:
        await _send_plan(session, "civil_affairs", open_ones, child_id, plan_id, town)
    for one in quiet:
        await _send_plan(session, str(one.department), [one], child_id, plan_id, town)


async def _send_plan(
    session: AsyncSession,
    sender: str,
    wanted: list[Wanted],
    child_id: UUID,
    plan_id: UUID,
    town: str | None,
) -> None:
    """Lines of a plan; what is quiet is its own department's from the first and nobody else's."""
    need = Need(
        wanted, child_ref=child_id, town=town, origin="plan", origin_id=plan_id, override=BY_DUTY
    )
    await send_referral(session, replace(ITSELF, department=sender), need)


def _carried_here(line: dict[str, Any]) -> bool:
    due = line.get("status", "entitled") == "entitled"
    return due and line.get("carried_by", "referrals") == "referrals" and line["service"] in table()


async def push_warning(session: AsyncSession, event: WarningRaised) -> None:
    """A collision of facts worries somebody: the office is told (预警)."""
    clue = Clue(
        "warning",
        child_ref=event.child_ref,
        town=event.town,
        origin="warning",
        origin_id=event.warning_id,
    )
    await push_information(session, "civil_affairs", clue)


async def let_go(session: AsyncSession, child_id: UUID, why: str) -> None:
    """A child left: nobody goes on asking for it."""
    lines = await open_lines_of_child(session, child_id)
    await withdraw_lines(session, lines, ITSELF, f"child_left:{why}")
