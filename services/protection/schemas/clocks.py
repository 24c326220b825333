"""Clocks as they are shown: in a case, of a report, on the desk of an office."""

from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, Field

from services.protection.schemas.told import Shown


class ClockShown(Shown):
    """A clock: what is due, by whom, by when, by which clause, and how sure its length is."""

    kind: str
    zh: str
    department: str
    started_at: AwareDatetime
    due_at: AwareDatetime
    state: str
    clause: str | None
    level: int = Field(description="逾期后的督办级别 | how often it was escalated")
    history: list[dict[str, Any]] = Field(
        description="何时开始、停止、恢复、逾期及原因 | when it started, stood still, went on, why"
    )
    provisional: bool = Field(description="节假日安排尚未公布 | holidays not yet published")
    to_confirm: str | None = Field(
        description="期限不是法律所定、待确认的，说明为何 | why a lawyer has to confirm its length"
    )


class DeskLine(ClockShown):
    """A clock on the desk: the thing it is about, its case, and where to read it."""

    id: UUID
    about: str | None
    about_id: UUID
    case_id: UUID | None
    town: str | None
    path: str | None
