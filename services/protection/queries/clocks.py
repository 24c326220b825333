"""Clocks that wait for somebody, and what each is about: the desk of an office (待办)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, and_, cast, exists, func, literal, or_, select
from sqlalchemy import null as nothing
from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import (
    Assessment,
    Case,
    CaseFlag,
    CaseTask,
    Detention,
    Foundling,
    Order,
    Petition,
    Placement,
    Recommendation,
    Report,
    Review,
    StaffMember,
    Trace,
    Transfer,
    Warned,
)
from services.protection.rules.cases import SHOWN_REMINDERS
from shared.deadlines import Deadline


class Due(StrEnum):
    """Which of the clocks that wait: run out, due before tomorrow, due within seven days."""

    OVERDUE = "overdue"
    TODAY = "today"
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class Hours:
    """Now, the end of the legal day, and the end of the seventh from it."""

    now: datetime
    today: datetime
    week: datetime


@dataclass(frozen=True, slots=True)
class About:
    """A thing that has clocks or belongs to a case: where it is kept and where it is read."""

    model: Any
    path: str
    case_id: Any = None
    # What it is and where it stands, for what a case is shown to be made of.
    code: Any = None
    state: Any = None


_CASE = "/v1/protection/cases/{case_id}"
THINGS: Mapping[str, About] = {
    "report": About(Report, "/v1/protection/reports/{id}", Report.case_id),
    "case": About(Case, "/v1/protection/cases/{id}", Case.id),
    "task": About(CaseTask, _CASE, CaseTask.case_id),
    "flag": About(CaseFlag, _CASE, CaseFlag.case_id),
    "warning": About(Warned, "/v1/protection/warnings", Warned.case_id),
    "detention": About(Detention, "/v1/protection/detentions/{id}"),
    "staff": About(StaffMember, "/v1/protection/staff-overdue"),
    "recommendation": About(Recommendation, "/v1/protection/recommendations/{id}"),
    "assessment": About(
        Assessment, "/v1/protection/assessments/{id}", Assessment.case_id,
        Assessment.instrument, Assessment.state,
    ),
    "order": About(Order, "/v1/protection/orders/{id}", Order.case_id, Order.kind, Order.state),
    "petition": About(
        Petition, "/v1/protection/petitions/{id}", Petition.case_id,
        Petition.petitioner, Petition.state,
    ),
    "review": About(
        Review, "/v1/protection/reviews/{id}", Review.case_id, Review.of, Review.state
    ),
    "placement": About(
        Placement, "/v1/protection/placements/{id}", Placement.case_id,
        Placement.ground, Placement.state,
    ),
    "foundling": About(
        Foundling, _CASE + "/foundlings", Foundling.case_id,
        nothing(), func.coalesce(Foundling.outcome, "open"),
    ),
    "transfer": About(
        Transfer, "/v1/protection/transfers", Transfer.case_id, Transfer.home_code, Transfer.state
    ),
    "trace": About(Trace, "/v1/protection/traces/{id}", Trace.case_id, Trace.kind, Trace.state),
}  # fmt: skip


def path_of(kind: str, id_: UUID, case_id: UUID | None) -> str:
    """Where a thing is read."""
    return THINGS[kind].path.format(id=id_, case_id=case_id)


@dataclass(frozen=True, slots=True)
class Part:
    """One thing of a case: what it is, where it stands, where it is read."""

    kind: str
    id: UUID
    code: str | None
    state: str
    path: str


async def parts_of(session: AsyncSession, case_id: UUID) -> list[Part]:
    """Assessments, orders, petitions, placements … of a case, each kind in the order of its ids."""
    asked = [
        select(
            literal(number).label("place"),
            literal(kind).label("kind"),
            about.model.id.label("id"),
            cast(about.code, Text).label("code"),
            cast(about.state, Text).label("state"),
        ).where(about.case_id == case_id)
        for number, (kind, about) in enumerate(THINGS.items())
        if about.state is not None
    ]
    rows = asked[0].union_all(*asked[1:]).subquery().c
    found = await session.execute(
        select(rows.kind, rows.id, rows.code, rows.state).order_by(rows.place, rows.id)
    )
    return [
        Part(kind, id_, code, state, path_of(kind, id_, case_id))
        for kind, id_, code, state in found
    ]


async def subjects(
    session: AsyncSession, ids: Sequence[UUID]
) -> dict[UUID, tuple[str, UUID | None]]:
    """What the subjects of clocks are, and in which case."""
    if not ids:
        return {}
    asked = [
        select(
            about.model.id.label("id"),
            literal(kind).label("kind"),
            (about.case_id if about.case_id is not None else nothing()).label("case_id"),
        ).where(about.model.id.in_(ids))
        for kind, about in THINGS.items()
    ]
    rows = await session.execute(asked[0].union_all(*asked[1:]))
    return {id_: (kind, case_id) for id_, kind, case_id in rows}


def waiting(due: Due | None, hours: Hours) -> ColumnElement[bool]:
    """Clocks that are open and told to people, narrowed to a stretch of time."""
    told = or_(Deadline.silent.is_(False), Deadline.kind.in_(SHOWN_REMINDERS))
    open_ = and_(
        told,
        Deadline.met_at.is_(None),
        Deadline.cancelled_at.is_(None),
        Deadline.paused_at.is_(None),
    )
    stretch = {
        Due.OVERDUE: Deadline.due_at < hours.now,
        Due.TODAY: Deadline.due_at.between(hours.now, hours.today),
        Due.WEEK: Deadline.due_at.between(hours.now, hours.week),
    }
    return open_ if due is None else and_(open_, stretch[due])


def with_clock(subject: Any, due: Due, hours: Hours) -> ColumnElement[bool]:
    """Rows that have such a clock of their own."""
    return exists().where(Deadline.subject_id == subject, waiting(due, hours))


def desk(
    department: str | None, place: str | None, kind: str | None, due: Due | None, hours: Hours
) -> Select[Deadline]:
    """The open clocks of a department (or of all), in a town or everywhere."""
    wanted = select(Deadline).where(waiting(due, hours))
    for column, value in (
        (Deadline.department, department),
        (Deadline.town, place),
        (Deadline.kind, kind),
    ):
        if value is not None:
            wanted = wanted.where(column == value)
    return wanted
