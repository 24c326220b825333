"""What an office has to do, and by when: its open clocks with the thing and case of each (待办)."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.queries.clocks import Due, Hours, desk, path_of, subjects
from services.protection.rules.cases import SHOWN_REMINDERS
from services.protection.schemas.clocks import DeskLine
from shared.clocks import ClockShown, clock_shown
from shared.database import now, today
from shared.deadlines import Deadline
from shared.identity import Principal
from shared.jurisdiction import jurisdiction

OVERSEEING = ("child_protection_office", "procuratorate", "civil_affairs")
EVERYBODY = "everybody"
WEEK = timedelta(days=7)


def hours_of(session: AsyncSession) -> Hours:
    """Now, and the ends of this legal day and of the week that follows it."""
    calendar, day = jurisdiction().calendar, today(session)
    return Hours(now(session), calendar.end_of(day), calendar.end_of(day + WEEK))


def clocks_wanted(
    session: AsyncSession,
    actor: Principal,
    department: str | None,
    town: str | None,
    kind: str | None,
    due: Due | None,
) -> Select[Deadline]:
    """The caller's own clocks; who oversees the others may ask for theirs, or for everybody's."""
    whose: str | None = department or actor.department
    if whose == EVERYBODY:
        whose = None
    elif department is not None:
        whose = jurisdiction().department(department).code
    if whose != actor.department:
        actor.of(*OVERSEEING)
    return desk(whose, actor.narrowed(town), kind, due, hours_of(session))


def clock_view(clock: Deadline) -> ClockShown:
    """A clock, or a day that people set themselves."""
    return clock_shown(clock, SHOWN_REMINDERS.get(clock.kind))


async def desk_lines(session: AsyncSession, clocks: Sequence[Deadline]) -> list[DeskLine]:
    """Clocks with what each is about, in which case, and where that is read."""
    known = await subjects(session, [clock.subject_id for clock in clocks])
    lines = []
    for clock in clocks:
        about, case_id = known.get(clock.subject_id, (None, None))
        lines.append(
            DeskLine(
                **clock_view(clock).model_dump(),
                id=clock.id,
                about=about,
                about_id=clock.subject_id,
                case_id=case_id,
                town=clock.town,
                path=path_of(about, clock.subject_id, case_id) if about else None,
            )
        )
    return lines
