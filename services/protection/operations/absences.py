"""Absences from school as schools and the education bureau tell them (缺课)."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import Absence
from services.protection.operations.children import recognise, remember
from services.protection.operations.law import town_code
from services.protection.operations.steps import seal_note
from services.protection.operations.warnings import warn
from services.protection.operations.words import with_words
from services.protection.queries.warnings import absence_of, at_risk
from services.protection.rules.warnings import Reason, absence_worries
from services.protection.schemas.absences import AbsenceShown, AbsenceTold
from shared.access import Subject
from shared.database import law_today, new_id, now, today
from shared.identity import Principal
from shared.jurisdiction import jurisdiction
from shared.law import Facts
from shared.problem import Invalid

TELLERS = ("education", "institution", "town", "village", "police")
LONGEST = timedelta(days=731)


class AbsentInTheFuture(Invalid):
    """An absence is told after it began, and ends after it began."""

    zh, en = "缺课起止日期有误", "The days of the absence cannot be"
    clause = "WL24:4.1d"


def _refuse_impossible(session: AsyncSession, told: AbsenceTold) -> None:
    """Days in their order, none to come, and none longer ago than a child can be absent."""
    day = today(session)
    if not (day - LONGEST <= told.since <= (told.returned_on or told.since) <= day):
        raise AbsentInTheFuture(where="body.since", allowed=[day - LONGEST, day])
    most = ((told.returned_on or day) - told.since).days + 1
    if told.days is not None and told.days > most:
        raise AbsentInTheFuture(where="body.days", allowed=[most])


async def tell_absence(session: AsyncSession, actor: Principal, told: AbsenceTold) -> Absence:
    """A child is absent since a day: told again it is brought up to date, never doubled.

    Long without explanation, or any day of a child already at risk, opens a check.
    """
    actor.of(*TELLERS)
    _refuse_impossible(session, told)
    child_ref, case_id = await recognise(session, told.child)
    await remember(session, child_ref, told.child)
    row = await absence_of(session, child_ref, told.since)
    if row is None:
        row = Absence(
            id=new_id(),
            child_ref=child_ref,
            since=told.since,
            town=actor.town or town_code(told.child.town),
            department=actor.department,
            client=actor.client,
            told_at=now(session),
        )
        session.add(row)
    row.days = told.days or _school_days(session, told)
    row.explained = told.explained
    row.returned_on = told.returned_on
    row.note_id = await seal_note(session, told.words) or row.note_id
    await session.flush()
    facts = Facts(
        {
            "absent_days": row.days,
            "explained": told.explained is True,  # what nobody has explained is unexplained
            "at_risk": await at_risk(session, child_ref),
        }
    )
    if absence_worries.find(facts, law_today(session)).met:
        await warn(
            session, child_ref, Reason.SCHOOL_ABSENCE,
            town=row.town, case_id=case_id, cause_id=row.id,
        )  # fmt: skip
    return row


def _school_days(session: AsyncSession, told: AbsenceTold) -> int:
    last = told.returned_on or today(session)
    return 1 + jurisdiction().calendar.working_days_between(told.since, last)


async def absences_view(
    session: AsyncSession, actor: Principal, rows: Sequence[Absence]
) -> list[AbsenceShown]:
    """Absences with what was said of them, for who told it and the town that looks into it."""
    return await with_words(session, actor, rows, AbsenceShown, _absent, "school_absence")


def _absent(row: Absence) -> Subject:
    looks_into_it = frozenset({row.department, "town"})
    return Subject(row.child_ref, "child", row.town, looks_into_it)
