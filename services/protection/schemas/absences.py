"""Absences from school: what is told and shown."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from services.protection.schemas.told import ChildTold, Shown, Text, Told

SchoolDays = Annotated[int, Field(ge=1, le=400, description="缺课（上课日）天数 | school days")]


class AbsenceTold(Told):
    """A child is absent from school; whether somebody explained it may be unknown."""

    child: ChildTold
    since: date
    days: SchoolDays | None = None
    explained: bool | None = None
    returned_on: date | None = None
    words: Text | None = None


class AbsenceShown(Shown):
    """An absence; the words where the caller may read notes about the child."""

    id: UUID
    child_ref: UUID
    town: str | None
    since: date
    days: int
    explained: bool | None
    returned_on: date | None
    told_at: AwareDatetime
    version: int
    words: str | None = None
