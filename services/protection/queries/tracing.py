"""Traces, what was decided of their candidates, and units that saw a child and kept silent."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import MissedReport, Report, Trace, TraceDecision, UnitContact


def traces(kind: str | None, state: str) -> Select[Trace]:
    """Traces by kind and state."""
    wanted = select(Trace).where(Trace.state == state)
    return wanted if kind is None else wanted.where(Trace.kind == kind)


async def open_traces(session: AsyncSession, kind: str) -> list[Trace]:
    """The traces of a kind that are still open."""
    rows = await session.scalars(traces(kind, "open").order_by(Trace.opened_at, Trace.id))
    return list(rows)


async def decisions(session: AsyncSession, missing_id: UUID, found_id: UUID) -> list[TraceDecision]:
    """What was decided of a pair, oldest first."""
    rows = await session.scalars(
        select(TraceDecision)
        .where(TraceDecision.missing_id == missing_id, TraceDecision.found_id == found_id)
        .order_by(TraceDecision.id)
    )
    return list(rows)


async def excluded(session: AsyncSession, trace_id: UUID) -> set[UUID]:
    """The traces a person has ruled out for this one."""
    rows = await session.scalars(
        select(TraceDecision).where(
            TraceDecision.decision == "excluded",
            (TraceDecision.missing_id == trace_id) | (TraceDecision.found_id == trace_id),
        )
    )
    return {row.found_id if row.missing_id == trace_id else row.missing_id for row in rows}


async def contacts_of(session: AsyncSession, case_id: UUID) -> list[UnitContact]:
    """Units that had to do with the child of a case, the earliest first."""
    rows = await session.scalars(
        select(UnitContact)
        .where(UnitContact.case_id == case_id)
        .order_by(UnitContact.first_on, UnitContact.id)
    )
    return list(rows)


async def breaches_of(session: AsyncSession, report_ids: list[UUID]) -> list[MissedReport]:
    """Breaches of the duty found in these reports."""
    rows = await session.scalars(select(MissedReport).where(MissedReport.report_id.in_(report_ids)))
    return list(rows)


def silent_contacts(authority: str | None) -> Select[Any]:
    """Contacts of units that saw signs and are in no report of the case; an authority its own."""
    told = exists().where(
        Report.case_id == UnitContact.case_id, Report.unit_id == UnitContact.unit_id
    )
    wanted = select(UnitContact).where(
        UnitContact.signs_seen.is_(True), UnitContact.unit_id.is_not(None), ~told
    )
    if authority is not None:
        wanted = wanted.where(UnitContact.competent_authority == authority)
    return wanted
