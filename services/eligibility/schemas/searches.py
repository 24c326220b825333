"""Who is looked for in the register, and what is answered (查询、查重)."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, model_validator

from services.eligibility.schemas.shapes import Name, Shown, Told
from shared.bounds import Day


class SearchTold(Told):
    """One person: a file's id, a citizen number, or a name with a birth date; all must fit."""

    child_id: UUID | None = None
    id_no: Annotated[str, Field(min_length=18, max_length=18)] | None = None
    name: Name | None = None
    birth_date: Day | None = None

    @model_validator(mode="after")
    def _names_a_person(self) -> "SearchTold":
        if not (self.child_id or self.id_no or (self.name and self.birth_date)):
            zh = "须注明 child_id、id_no，或姓名与出生日期"
            raise ValueError(f"{zh} | name child_id, id_no, or name with birth_date")
        return self


class EnrolmentShown(Shown):
    """Since when a child is in the programme; no rate, no category (发放资格)."""

    status: Literal["active", "ended"]
    since: date
    until: date | None


class ChildFound(Shown):
    """A child the caller may know of, with what it may see of it."""

    child_id: UUID
    town: str | None
    state: str
    registered_at: datetime
    left_why: str | None
    particulars: dict[str, dict[str, Any]]
    enrolment: EnrolmentShown | None


class EnrolmentTold(Shown):
    """The whole answer: in the programme now, or not."""

    enrolled: bool
