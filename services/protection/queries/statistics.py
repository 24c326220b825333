"""Counts for the joint meeting: kind × town × month, and how long things took."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Select,
    Text,
    case,
    cast,
    extract,
    func,
    literal,
    select,
    true,
)
from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import (
    Case,
    Detention,
    MissedReport,
    Placement,
    Report,
    Step,
    Warned,
)
from services.protection.rules.statistics import MEASURES
from shared.deadlines import Deadline
from shared.jurisdiction import jurisdiction

NOWHERE = "none"
Counted = list[tuple[str, str, str, int]]
Expression = ColumnElement[Any]


def _month(instant: Any) -> Expression:
    """The legal month of an instant."""
    return func.to_char(func.timezone(str(jurisdiction().timezone), instant), "YYYY-MM")


def _month_of_day(day: Any) -> Expression:
    return func.to_char(cast(day, Date), "YYYY-MM")


def _decided(*verbs: str) -> FromClause:
    return (
        select(Step.subject_id, Step.verb, func.min(Step.at).label("at"))
        .where(Step.kind == "report", Step.verb.in_(verbs))
        .group_by(Step.subject_id, Step.verb)
        .subquery()
    )


def _measures() -> dict[str, tuple[Any, Any, Any, Any]]:
    """Measure → what is counted (FROM, or None), its kind, its town, its month."""
    ground = func.jsonb_array_elements_text(Report.grounds).table_valued("value").lateral("ground")
    told = Report.__table__.join(ground, true())
    step = _decided(*MEASURES["decisions"].kinds)
    decided = step.join(Report, Report.id == step.c.subject_id)
    missed = Report.__table__.join(MissedReport.__table__, MissedReport.report_id == Report.id)
    ran_out = case((Deadline.missed_at.is_not(None), Deadline.kind))
    late = case((Report.late, "late"), else_="in_time")
    return {
        "reports_by_ground": (told, ground.c.value, Report.town, _month(Report.received_at)),
        "reports_by_timeliness": (None, late, Report.town, _month(Report.received_at)),
        "decisions": (decided, step.c.verb, Report.town, _month(step.c.at)),
        "missed_reports": (missed, MissedReport.breach, Report.town, _month(MissedReport.found_at)),
        "cases_by_level": (None, Case.level, Case.town, _month(Case.opened_at)),
        "cases_closed": (None, Case.closure_reason, Case.town, _month(Case.closed_at)),
        "placements": (
            None, Placement.ground, Placement.town, _month_of_day(Placement.removed_on),
        ),
        "detentions": (None, Detention.answer, Detention.town, _month(Detention.reported_at)),
        "warnings": (None, Warned.reason, Warned.town, _month(Warned.raised_at)),
        "missed_clocks": (None, ran_out, Deadline.town, _month(Deadline.due_at)),
    }  # fmt: skip


async def counted(session: AsyncSession, measure: str, months: Sequence[str]) -> Counted:
    """Kind, town, month and how many, for the months asked for."""
    source, kind, town, month = _measures()[measure]
    happened = select(
        cast(kind, Text).label("kind"),
        func.coalesce(town, NOWHERE).label("town"),
        month.label("month"),
    )
    if source is not None:
        happened = happened.select_from(source)
    told = happened.subquery().c
    wanted = select(told.kind, told.town, told.month, func.count())
    wanted = wanted.where(told.month.in_(months), told.kind.is_not(None))
    rows = await session.execute(wanted.group_by(told.kind, told.town, told.month))
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def _delays() -> dict[str, Select[Any]]:
    """Delay → rows of its month and its minutes."""
    accepted, decided = _decided("acceptance"), _decided(*MEASURES["decisions"].kinds)

    def minutes(until: Any, since: Any) -> Expression:
        return extract("epoch", until - since) / literal(60)

    def after_report(step: Any) -> Select[Any]:
        return select(
            _month(step.c.at).label("month"),
            minutes(step.c.at, Report.received_at).label("minutes"),
        ).select_from(step.join(Report, Report.id == step.c.subject_id))

    return {
        "finding_to_report": select(
            _month(Report.received_at).label("month"),
            Report.waited_minutes.label("minutes"),
        ),
        "report_to_acceptance": after_report(accepted),
        "report_to_decision": after_report(decided),
        "case_open_to_close": select(
            _month(Case.closed_at).label("month"),
            minutes(Case.closed_at, Case.opened_at).label("minutes"),
        ).where(Case.closed_at.is_not(None)),
    }


async def delays(
    session: AsyncSession, months: Sequence[str]
) -> dict[str, dict[str, tuple[int, int]]]:
    """Delay → month → how many there were, and the median of their minutes."""
    found: dict[str, dict[str, tuple[int, int]]] = {}
    for name, rows in _delays().items():
        told = rows.subquery()
        middle = func.percentile_cont(0.5).within_group(told.c.minutes)
        wanted = (
            select(told.c.month, func.count(), middle)
            .where(told.c.month.in_(months))
            .group_by(told.c.month)
        )
        answer = await session.execute(wanted)
        found[name] = {row[0]: (row[1], round(row[2])) for row in answer}
    return found
