"""A statutory clock as every service shows it: what is due, by whom, by when, and why (期限)."""

from typing import Any

from pydantic import AwareDatetime, BaseModel, Field

from shared.calendar import UNITS
from shared.deadlines import Deadline
from shared.jurisdiction import jurisdiction
from shared.law import UNSETTLED, Figure


class ClockShown(BaseModel):
    """A clock: what is due, by whom, by when, by which clause, and how sure its length is."""

    kind: str
    zh: str
    department: str
    started_at: AwareDatetime
    due_at: AwareDatetime
    state: str
    length: int
    unit: str
    clause: str | None
    level: int = Field(description="逾期后的督办级别 | how often it was escalated")
    history: list[dict[str, Any]] = Field(
        description="何时开始、停止、恢复、逾期及原因 | when it started, stood still, went on, why"
    )
    provisional: bool = Field(description="节假日安排尚未公布 | holidays not yet published")
    to_confirm: str | None = Field(
        description="期限不是法律所定、待确认的，说明为何 | why a lawyer has to confirm its length"
    )


def clock_figure(kind: str) -> Figure | None:
    """The figure that gives a clock its length; None for a day somebody named."""
    figures = jurisdiction().law.figures
    return next((figures[n] for unit in UNITS if (n := f"{kind}_{unit}") in figures), None)


def clock_name(kind: str) -> str:
    """What a clock is called: the name of the figure that gives its length."""
    found = clock_figure(kind)
    return found.zh if found else kind


def clock_shown(clock: Deadline, zh: str | None = None) -> ClockShown:
    """A clock with its name, and whether the law or only this project gives its length.

    `zh` names a day that people set themselves, which no figure does.
    """
    figure = clock_figure(clock.kind)
    settled = figure is None or figure.settled
    return ClockShown(
        kind=clock.kind,
        zh=figure.zh if figure else zh or clock.kind,
        department=clock.department,
        started_at=clock.started_at,
        due_at=clock.due_at,
        state=clock.state(),
        length=clock.length,
        unit=clock.unit,
        clause=clock.clause,
        level=clock.level,
        history=clock.history,
        provisional=clock.provisional,
        to_confirm=None if settled or figure is None else UNSETTLED[figure.certainty],
    )
