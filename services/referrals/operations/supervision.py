"""What the joint meeting sees: scorecards, meetings with their tasks, posts in the villages."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.models import Matter, Meeting, StaffPost
from services.referrals.operations.matters import Opening, open_matter
from services.referrals.operations.offering import known_department, names
from services.referrals.queries import supervision as counted
from services.referrals.queries.matters import posts
from shared import vault
from shared.clock import end_of, start_of
from shared.database import figure, new_id, now, today
from shared.identity import Principal
from shared.jurisdiction import jurisdiction
from shared.problem import Forbidden, Invalid
from shared.suppression import TOTAL, Shown, joined, suppressed

SUPERVISORS = (
    "joint_meeting",
    "procuratorate",
    "child_protection_office",
    "civil_affairs",
    "auditor",
)
CONVENERS = ("procuratorate", "joint_meeting", "civil_affairs", "child_protection_office")
MOST_YEARS = 20  # each month is counted and hidden by itself


class PeriodBackwards(Invalid):
    """A period ends on or after the day it begins."""

    zh, en = "起止日期颠倒", "The period ends before it begins"


class PeriodTooLong(Invalid):
    """Each month is counted and hidden by itself: centuries of them would hold up everybody."""

    zh, en = "统计期间过长", "The period is too long"


@dataclass(frozen=True, slots=True)
class Period:
    """Both days belong to it."""

    since: date
    until: date


def whole_months(since: date, until: date) -> Iterator[tuple[date, date]]:
    """First and last day of each calendar month that lies in the period."""
    first = since if since.day == 1 else _next_month(since)
    while (last := _next_month(first) - timedelta(days=1)) <= until:
        yield first, last
        first = _next_month(first)


def _next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def _instants(period: Period) -> tuple[Any, Any]:
    if period.until < period.since:
        raise PeriodBackwards(where="query.until")
    return start_of(period.since), end_of(period.until)


async def scorecard(session: AsyncSession, actor: Principal, period: Period) -> dict[str, Any]:
    """How each department answered in the period; a department sees its own row (WL24:4.1a-2)."""
    since, until = _instants(period)
    moment = now(session)
    lines = await counted.line_counts(session, since, until, moment)
    pushes = await counted.push_counts(session, since, until, moment)
    missed = await counted.missed_clocks(session, since, until)
    reasons = await counted.reasons(session, since, until)
    printed = names()

    def mine(row: Mapping[str, Any]) -> bool:
        own = row["department"] == actor.department
        own = own and (actor.place is None or row.get("town", actor.place) == actor.place)
        return own or actor.department in SUPERVISORS

    return {
        "since": period.since,
        "until": period.until,
        "clause": "WL24:4.1a-2",
        "departments": [
            {**row, "name": printed.get(row["department"], row["department"])}
            for row in lines
            if mine(row)
        ],
        "reasons": [
            {"department": department, "reason": reason, "count": count}
            for department, reason, count in reasons
            if mine({"department": department})
        ],
        "pushes": [row for row in pushes if mine(row)],
        "missed_clocks": [row for row in missed if mine(row)],
    }


async def overview(session: AsyncSession, actor: Principal) -> dict[str, Any]:
    """What is open and what is late now, by town and by state; numbers only (WL24:4.1a-2)."""
    actor.of(*SUPERVISORS, "town", "politics_law", clause="WL24:4.1a-2")
    moment, printed = now(session), jurisdiction().towns
    rows = [
        {**row, "name": printed[row["town"]].zh if row["town"] in printed else "未定镇（街道）"}
        for row in await counted.towns(session, moment)
        if actor.place in (None, row["town"])
    ]
    states = {} if actor.place is not None else await counted.line_states(session)
    return {"at": moment, "clause": "WL24:4.1a-2", "towns": rows, "line_states": states}


async def public_scorecard(session: AsyncSession, period: Period) -> dict[str, Any]:
    """The table that may leave the house: small counts hidden so that nobody can subtract them.

    Whole months alone are counted, each as it stood at its end and suppressed by itself: no two
    periods tell together more than each alone. The month that is running shows no count yet.
    """
    _instants(period)
    if period.until.year - period.since.year > MOST_YEARS:
        raise PeriodTooLong(where="query.since", allowed=f"{MOST_YEARS} 年 | years")
    smallest = int(figure(session, "smallest_count"))
    over: dict[str, Shown] = {}
    shown: Shown = {}
    for first, last in whole_months(period.since, period.until):
        table = await counted.outcome_table(session, start_of(first), end_of(last))
        if last < today(session):
            over[f"{first:%Y-%m}"] = suppressed(table, smallest)
        else:
            shown = {row: dict.fromkeys(cells) for row, cells in table.items()}
    for row, cells in joined(over.values()).items():
        shown[row] = {**shown.get(row, {}), **cells}
    by_outcome = shown.pop(TOTAL, {})
    return {
        "since": period.since,
        "until": period.until,
        "months": list(over),
        "clause": "WL24:3.1h-2",
        "smallest_count": smallest,
        "by_department": {row: cells.pop(TOTAL, None) for row, cells in shown.items()},
        "by_outcome": by_outcome,
        "cells": shown,
    }


async def hold_meeting(
    session: AsyncSession,
    actor: Principal,
    kind: str,
    held_on: date,
    topics: list[str],
    attended: list[str],
    minutes: str | None,
    tasks: list[dict[str, Any]],
) -> tuple[Meeting, list[Matter]]:
    """Record a joint meeting; each task goes to a department with a clock (WL24:4.1a-1)."""
    actor.of(*CONVENERS, clause="WL24:3.1e")
    meeting = Meeting(
        id=new_id(),
        kind=kind,
        held_on=held_on,
        topics=topics,
        attended=[known_department(word, "attended") for word in attended],
        convened_by=actor.department,
        at=now(session),
    )
    session.add(meeting)
    await session.flush()
    if minutes:
        await vault.keep(session, meeting.id, "notes", {"minutes": minutes})
    matters = []
    for index, task in enumerate(tasks):
        department = known_department(task["department"], f"tasks.{index}.department")
        details = {"meeting": str(meeting.id), "topic": task["topic"]}
        opening = Opening(department=department, town=task.get("town"), details=details)
        matters.append(await open_matter(session, actor, "meeting_task", opening))
    return meeting, matters


async def keep_post(session: AsyncSession, actor: Principal, said: Mapping[str, Any]) -> StaffPost:
    """A town keeps its posts of 儿童督导员 and 儿童主任: filled, trained when (WL24:4.3a)."""
    town = actor.town or said["town"]
    if actor.department not in ("town", "civil_affairs") or said["town"] != town:
        raise Forbidden(allowed=["town", "civil_affairs"], clause="WL24:4.3a")
    jurisdiction().town(said["town"])
    wanted = select(StaffPost).where(
        StaffPost.town == said["town"],
        StaffPost.village == said["village"],
        StaffPost.role == said["role"],
    )
    post = (await session.scalars(wanted.with_for_update())).first()
    if post is None:
        post = StaffPost(id=new_id(), training_hours=0)
        session.add(post)
    for name, value in said.items():
        setattr(post, name, value)
    post.changed_at = now(session)
    await session.flush()
    return post


async def vacancies(session: AsyncSession, town: str | None) -> dict[str, Any]:
    """Posts, vacancies and untrained holders per town (每村至少一名儿童主任)."""
    found = await posts(session, town)
    year_ago = today(session).replace(day=1)
    year_ago = year_ago.replace(year=year_ago.year - 1)
    filled = Counter(post.town for post in found if post.filled)
    vacant = Counter(post.town for post in found if not post.filled)
    untrained = Counter(
        post.town
        for post in found
        if post.filled and (post.trained_on is None or post.trained_on < year_ago)
    )
    towns = sorted({post.town for post in found})
    return {
        "clause": "WL24:4.3a",
        "towns": [
            {"town": t, "filled": filled[t], "vacant": vacant[t], "untrained": untrained[t]}
            for t in towns
        ],
        "vacant_posts": [
            {"town": post.town, "village": post.village, "role": post.role}
            for post in found
            if not post.filled
        ],
    }
