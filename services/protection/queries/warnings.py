"""What early warning looks at: grounds told of a child, visits, absences, earlier harm."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import (
    Absence,
    Case,
    CaseEntry,
    Detention,
    DetentionChild,
    Placement,
    Report,
    Warned,
)
from services.protection.queries.children import of_child
from services.protection.rules.warnings import HARMED, Reason


async def grounds_told(session: AsyncSession, child_ref: UUID, since: datetime) -> list[list[str]]:
    """The grounds of each report about a child since an instant."""
    rows = await session.scalars(
        select(Report.grounds).where(
            of_child(Report.child_ref, child_ref), Report.received_at >= since
        )
    )
    return list(rows)


async def unseen_visits(session: AsyncSession, case_id: UUID) -> int:
    """How many visits in a row, up to the newest, did not see the child."""
    rows = await session.scalars(
        select(CaseEntry)
        .where(CaseEntry.case_id == case_id, CaseEntry.kind == "visit")
        .order_by(CaseEntry.id.desc())
        .limit(10)
    )
    count = 0
    for row in rows:
        if (row.data or {}).get("child_seen"):
            break
        count += 1
    return count


async def harmed_before(session: AsyncSession, child_ref: UUID) -> bool:
    """Whether the child was ever reported as harmed, or removed for harm by a guardian."""
    removed = select(Placement.id).where(
        of_child(Placement.child_ref, child_ref), Placement.ground.in_([g.value for g in HARMED])
    )
    told = select(Report.id).where(of_child(Report.child_ref, child_ref))
    return any([await session.scalar(wanted.limit(1)) is not None for wanted in (removed, told)])


async def at_risk(session: AsyncSession, child_ref: UUID) -> bool:
    """Whether something else about the child is open: a case, a detained parent, a stopped
    payment nobody has looked into."""
    case = select(Case.id).where(of_child(Case.child_ref, child_ref), Case.state != "closed")
    held = (
        select(Detention.id)
        .join(DetentionChild, DetentionChild.detention_id == Detention.id)
        .where(of_child(DetentionChild.child_ref, child_ref), Detention.state != "released")
    )
    stopped = select(Warned.id).where(
        of_child(Warned.child_ref, child_ref),
        Warned.reason == Reason.PAYMENT_STOPPED.value,
        Warned.checked_at.is_(None),
    )
    for wanted in (case, held, stopped):
        if await session.scalar(wanted.limit(1)) is not None:
            return True
    return False


async def absence_of(session: AsyncSession, child_ref: UUID, since: date) -> Absence | None:
    """The absence of a child that began on a day, locked."""
    found: Absence | None = await session.scalar(
        select(Absence)
        .where(Absence.child_ref == child_ref, Absence.since == since)
        .with_for_update()
    )
    return found


async def town_told(session: AsyncSession, child_ref: UUID) -> str | None:
    """The town an absence or a warning names for a child."""
    for wanted in (
        select(Absence.town).where(Absence.child_ref == child_ref, Absence.town.is_not(None)),
        select(Warned.town).where(of_child(Warned.child_ref, child_ref), Warned.town.is_not(None)),
    ):
        if (town := await session.scalar(wanted.limit(1))) is not None:
            return str(town)
    return None


async def open_warnings(session: AsyncSession, child_ref: UUID) -> list[Warned]:
    """The warnings about a child that wait for their check, locked."""
    rows = await session.scalars(
        select(Warned)
        .where(of_child(Warned.child_ref, child_ref), Warned.checked_at.is_(None))
        .with_for_update()
    )
    return list(rows)


def warnings_of(
    open_ones: bool, town: str | None, reason: str | None
) -> tuple[Select[Warned], Sequence[Any]]:
    """Warnings by whether they wait for their check; a town its own."""
    checked = Warned.checked_at.is_(None) if open_ones else Warned.checked_at.is_not(None)
    wanted = select(Warned).where(checked)
    if town is not None:
        wanted = wanted.where(Warned.town == town)
    if reason is not None:
        wanted = wanted.where(Warned.reason == reason)
    return wanted, (Warned.raised_at, Warned.id)


def absences(town: str | None, client: str | None) -> Select[Absence]:
    """Absences that go on; a town its own, a school what it told."""
    wanted = select(Absence).where(Absence.returned_on.is_(None))
    if town is not None:
        wanted = wanted.where(Absence.town == town)
    return wanted if client is None else wanted.where(Absence.client == client)
