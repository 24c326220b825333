"""The gate of return: home only on a valid assessment made after the removal, or a court's order.

A person decides; nothing here decides by itself (WL24:3.3b-2, reading R26).
"""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import Assessment, Petition, Placement
from services.protection.operations.cases import the_case
from services.protection.operations.guardians import change_guardianship
from services.protection.operations.law import instrument
from services.protection.operations.opening import owner_of
from services.protection.operations.steps import signature, step
from services.protection.queries.care import current_placement, newest_revocation
from services.protection.queries.children import references
from services.protection.rules.assessments import (
    after_assessment,
    grade_of,
    of_the_guardian,
)
from services.protection.rules.guardianship import may_return, placement_term
from services.protection.rules.orders import Relief
from services.protection.rules.placements import PLACEMENT_MOVES
from services.protection.schemas.care import GateShown, ReturnTold
from shared import deadlines
from shared.database import figure, law_today, today
from shared.identity import Principal
from shared.jurisdiction import jurisdiction
from shared.law import Facts, Finding
from shared.problem import NotFound, Refused

# A judgment that revokes, protects or awards maintenance sends nobody home.
GIVES_TO_SOMEBODY = frozenset({Relief.CHANGE_OF_GUARDIAN.value, Relief.RESTORATION.value})


class ReturnNotPermitted(Refused):
    """The gate is shut: the finding names the assessment that is missing or failed."""

    zh = "不得送回：须有带离后作出、有效且认定监护人重新具备条件的评估"
    en = "No return without a valid assessment made after the removal that finds the guardian able"
    clause = "WL24:3.3b-2"


class CaredForElsewhere(Refused):
    """The child has another place since; `allowed` says which."""

    zh, en = "该儿童现由另一处照料，须由该处送回", "The child is cared for in another place by now"
    clause = "WL24:3.3b-2"


async def the_placement(session: AsyncSession, actor: Principal, placement_id: UUID) -> Placement:
    """The placement, locked, if the caller may know of its case."""
    row = await session.get(Placement, placement_id, with_for_update=True)
    if row is None:
        raise NotFound()
    await the_case(session, actor, row.case_id)
    return row


async def gate(session: AsyncSession, placement: Placement, told: ReturnTold) -> Finding:
    """What the law says of sending this child home on this assessment or this court order."""
    facts = Facts({"day": today(session), "decided_by_person": True, "court_order": False})
    if placement.removed_on is not None:
        facts["removed_on"] = placement.removed_on
    if told.court_order_id is not None:
        petition = await session.get(Petition, told.court_order_id)
        facts["court_order"] = (
            petition is not None
            and petition.case_id == placement.case_id
            and petition.state == "granted"
            and _after(petition.decided_on, placement.removed_on)
            and petition.appointed != "civil_affairs"
            and not GIVES_TO_SOMEBODY.isdisjoint(petition.reliefs)
        )
    row = await session.get(Assessment, told.assessment_id) if told.assessment_id else None
    if row is None or row.child_ref not in await references(session, placement.child_ref):
        facts["able"] = False
    elif row.concluded_on is not None and of_the_guardian(row.scope, row.purpose):
        facts |= _assessed(row)
    else:
        facts["able"] = False
    if await newest_revocation(session, placement.child_ref) is not None:
        facts["able"] = False  # able or not, it is no longer this guardian's to have the child
    return may_return.find(facts, law_today(session))


def _after(decided_on: date | None, removed_on: date | None) -> bool:
    """A judgment of the time before the removal does not speak of it."""
    return decided_on is not None and (removed_on is None or decided_on >= removed_on)


def _assessed(row: Assessment) -> dict[str, Any]:
    assert row.grade is not None
    return {
        "assessed_on": row.concluded_on,
        "valid_until": row.valid_until,
        "able": grade_of(instrument(row.instrument), row.grade).able,
        "disputed": row.state in {"disputed", "review", "scoring"},
    }


def gate_view(found: Finding, able: bool) -> GateShown:
    """The gate as data."""
    return GateShown(
        may_return=found.met,
        verdict=found.verdict.name,
        missing=found.missing(),
        finding=found.tree(),
        next=after_assessment(able and found.met, True),
    )


async def send_home(
    session: AsyncSession, actor: Principal, placement_id: UUID, told: ReturnTold
) -> Placement:
    """A person decides to send the child home; only through the gate."""
    row = await the_placement(session, actor, placement_id)
    PLACEMENT_MOVES.may(row.state, "return", actor.department)
    found = await gate(session, row, told)
    if not found.met:
        raise ReturnNotPermitted(
            missing=found.missing() or ["assessment"], finding=found.tree(), where="assessment_id"
        )
    signature(actor)
    if row.state == "long_term":
        await _nowhere_else(session, row)
    await step(session, actor, PLACEMENT_MOVES, row, "return", case_id=row.case_id, note=told.words)
    row.return_assessment_id, row.court_order_id = told.assessment_id, told.court_order_id
    await leave(session, row)
    await deadlines.start(session, "guardian_collection", row.id, "civil_affairs")
    owner = owner_of(row.town)
    await deadlines.start(session, "return_visit", row.case_id, owner, town=row.town)
    basis = ("court_order", told.court_order_id) if told.court_order_id else (
        "assessment", told.assessment_id)  # fmt: skip
    await change_guardianship(
        session,
        actor,
        row.child_ref,
        row.case_id,
        kind="returned",
        carer_kind="guardian",
        since=today(session),
        ground=None,
        basis=basis,
    )
    return row


async def _nowhere_else(session: AsyncSession, row: Placement) -> None:
    """Long-term care has given the bed back; a child placed anew is sent home from there."""
    now_at = await current_placement(session, row.child_ref)
    if now_at is not None:
        raise CaredForElsewhere(allowed=[str(now_at.id)])
    row.bed_id = None


async def begin_term(session: AsyncSession, row: Placement, removed_on: date) -> None:
    """Temporary guardianship has its term, an alarm before its end, and an assessment due."""
    row.removed_on = removed_on
    months, days = (
        int(figure(session, n)) for n in ("placement_term_months", "placement_alarm_days")
    )
    term, day = placement_term(removed_on, months, days), jurisdiction().calendar.start_of
    row.term_ends_on = term.ends_on
    since = day(removed_on)
    await deadlines.start(session, "placement_term", row.id, "civil_affairs", since=since)
    await deadlines.remind(session, "placement_alarm", row.id, day(term.alarm_on))
    await deadlines.start(session, "assessment_after_removal", row.case_id, "civil_affairs")


async def take_charge(session: AsyncSession, actor: Principal, row: Placement, since: date) -> None:
    """The state is the child's guardian for a time, by the one who cares for it (临时监护)."""
    await change_guardianship(
        session,
        actor,
        row.child_ref,
        row.case_id,
        kind="temporary",
        carer_kind=row.carer_kind,
        since=since,
        ground=row.ground,
        basis=("placement", row.id),
    )


async def keep_in_care(
    session: AsyncSession, actor: Principal, placement_id: UUID, note: str | None
) -> Placement:
    """The guardian did not come for the child, or must not have it after all: the care goes on."""
    row = await the_placement(session, actor, placement_id)
    await step(session, actor, PLACEMENT_MOVES, row, "continuation", case_id=row.case_id, note=note)
    since = row.ended_on or today(session)
    row.return_assessment_id = row.court_order_id = row.ended_on = None
    why = "the care goes on"
    await deadlines.cancel(session, row.id, "guardian_collection", why)
    await deadlines.cancel(session, row.case_id, "return_visit", why)
    await begin_term(session, row, row.removed_on or today(session))
    await take_charge(session, actor, row, since)
    return row


async def leave(session: AsyncSession, row: Placement) -> None:
    """A placement ends: its clocks and the one for its assessment end with it."""
    row.ended_on = today(session)
    await deadlines.cancel(session, row.id, why="placement ended")
    await deadlines.cancel(session, row.case_id, "assessment_after_removal", "placement ended")
