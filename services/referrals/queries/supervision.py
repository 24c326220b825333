"""Counts for the joint meeting: how each department answers (督查考核, WL24:4.1a)."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.models import Line, MissedClock, Push, Referral
from services.referrals.rules.moves import FINAL, SILENT


async def line_counts(
    session: AsyncSession, since: datetime, until: datetime, moment: datetime
) -> list[dict[str, Any]]:
    """A row per department (and town): lines sent in the period and what became of them."""
    answer = func.coalesce(Line.answered_at, moment)
    rows = await session.execute(
        _in_period(
            select(
                Line.department,
                Line.town,
                func.count().label("received"),
                _sum(Line.answered_at.is_not(None)).label("answered"),
                _sum(Line.state.in_(SILENT)).label("unanswered"),
                _sum(Line.state.in_(SILENT) & (Line.due_at < moment)).label("silent_past_due"),
                _sum(Line.escalation > 0).label("escalated"),
                _sum(Line.escalation == 3).label("before_joint_meeting"),
                _sum(Line.state == "declined").label("declined"),
                _sum(Line.state.in_(("rereferred", "transferred"))).label("rereferred"),
                _sum(Line.state == "returned").label("returned"),
                _sum(Line.outcome.in_(("provided", "partly_provided"))).label("provided"),
                _sum(Line.satisfaction == "satisfied").label("satisfied"),
                _sum(Line.satisfaction == "dissatisfied").label("dissatisfied"),
                func.percentile_cont(0.5)
                .within_group(func.extract("epoch", answer - Line.sent_at) / 3600)
                .label("median_hours"),
            ),
            since,
            until,
        )
        .group_by(Line.department, Line.town)
        .order_by(Line.department, Line.town)
    )
    return [dict(row) for row in rows.mappings()]


def _sum(condition: Any) -> Any:
    return func.count(case((condition, 1)))


def _in_period(wanted: Any, since: datetime, until: datetime) -> Any:
    """Lines sent in the period; a quiet one is in no count: a count of one names a child."""
    return wanted.where(Line.quiet.is_(False), Line.sent_at >= since, Line.sent_at < until)


async def reasons(
    session: AsyncSession, since: datetime, until: datetime
) -> list[tuple[str, str, int]]:
    """How often each department gave each reason."""
    wanted = _in_period(select(Line.department, Line.reason, func.count()), since, until)
    wanted = wanted.where(Line.reason.is_not(None)).group_by(Line.department, Line.reason)
    found = await session.execute(wanted.order_by(Line.department, Line.reason))
    return [(row[0], row[1], row[2]) for row in found]


async def outcome_table(
    session: AsyncSession, since: datetime, until: datetime
) -> dict[str, dict[str, int]]:
    """Department × what became of it: every line is in exactly one cell, so totals add up.

    As it stood at the end of the period, so that a later answer moves no count of it.
    """
    silent = Line.answered_at.is_(None) | (Line.answered_at >= until)
    kind = case(
        (Line.state.in_(SILENT) | silent, "unanswered"),
        (Line.state.in_(("declined", "rereferred", "transferred")), "declined"),
        (Line.state == "revoked", "revoked"),
        else_="accepted",
    )
    wanted = _in_period(select(Line.department, kind, func.count()), since, until)
    found: dict[str, dict[str, int]] = {}
    for department, what, count in await session.execute(wanted.group_by(Line.department, kind)):
        cells = found.setdefault(
            department, dict.fromkeys(("accepted", "declined", "unanswered", "revoked"), 0)
        )
        cells[what] = count
    return dict(sorted(found.items()))


async def push_counts(
    session: AsyncSession, since: datetime, until: datetime, moment: datetime
) -> list[dict[str, Any]]:
    """A row per department: what it pushed, how timely, and whether it was answered."""
    took = func.extract("epoch", Push.pushed_at - Push.learned_at) / 3600
    wanted = (
        select(
            Push.department,
            func.count().label("pushed"),
            _sum(Push.late).label("late"),
            _sum(Push.answered_at.is_not(None)).label("answered"),
            _sum(Push.state.in_(("pushed", "acknowledged")) & (Push.due_at < moment)).label(
                "unanswered_past_due"
            ),
            func.percentile_cont(0.5).within_group(took).label("median_hours_to_push"),
        )
        .where(Push.pushed_at >= since, Push.pushed_at < until)
        .group_by(Push.department)
        .order_by(Push.department)
    )
    return [dict(row) for row in (await session.execute(wanted)).mappings()]


async def missed_clocks(
    session: AsyncSession, since: datetime, until: datetime
) -> list[dict[str, Any]]:
    """Clocks that ran out in any service, by department and kind."""
    wanted = (
        select(
            MissedClock.department,
            MissedClock.service,
            MissedClock.kind,
            func.count().label("missed"),
            func.max(MissedClock.level).label("highest_level"),
        )
        .where(MissedClock.due_at >= since, MissedClock.due_at < until)
        .group_by(MissedClock.department, MissedClock.service, MissedClock.kind)
        .order_by(MissedClock.department, MissedClock.service, MissedClock.kind)
    )
    return [dict(row) for row in (await session.execute(wanted)).mappings()]


def late_lines(moment: datetime) -> Select[Line]:
    """Silent lines past their day, the longest overdue first in the caller's order."""
    silent = select(Line).where(Line.state.in_(SILENT), Line.due_at < moment)
    return silent.where(Line.quiet.is_(False))


async def towns(session: AsyncSession, moment: datetime) -> list[dict[str, Any]]:
    """A row per town: lines and pushes that are open now, and those past their day."""
    town = func.coalesce(Line.town, Referral.town)
    lines = (
        select(
            town.label("town"),
            func.count().label("open_lines"),
            _sum(Line.state.in_(SILENT) & (Line.due_at < moment)).label("late_lines"),
        )
        .join(Referral, Referral.id == Line.referral_id)
        .where(Line.state.not_in(FINAL), Line.quiet.is_(False))
        .group_by(town)
    )
    pushes = (
        select(Push.town, func.count().label("open_pushes"))
        .where(Push.state != "answered")
        .group_by(Push.town)
    )
    found: dict[str | None, dict[str, Any]] = {}
    for row in (await session.execute(lines)).mappings():
        found[row["town"]] = {"open_pushes": 0, **row}
    for row in (await session.execute(pushes)).mappings():
        empty = {"town": row["town"], "open_lines": 0, "late_lines": 0}
        found.setdefault(row["town"], empty).update(open_pushes=row["open_pushes"])
    return [found[town] for town in sorted(found, key=lambda code: code or "~")]


async def line_states(session: AsyncSession) -> dict[str, int]:
    """How many lines stand in each state."""
    seen = select(Line.state, func.count()).where(Line.quiet.is_(False))
    rows = await session.execute(seen.group_by(Line.state))
    return {row[0]: row[1] for row in rows}
