"""A protection order or its refusal looked at again: asked for, decided, shown (复议)."""

from datetime import date
from functools import partial
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.protection.rules.duties import DUTIES, code_of
from services.protection.schemas.told import Code, MoveTold, Shown, Text, Told, worded

DutyCode = Annotated[Code, worded(partial(code_of, DUTIES))]


class ReviewTold(Told):
    """Who was not content asks the court again, within five days (反家庭暴力法31)."""

    asked_on: date | None = None
    words: Text | None = None


class ReviewMove(MoveTold):
    """What the court decided: its number; what is changed, or the order made after all."""

    judgment_ref: Annotated[str, Field(max_length=60)] | None = None
    until_on: date | None = Field(None, description="变更后的期满日 | the new end of the order")
    duties: list[DutyCode] = Field(default_factory=list, max_length=20)
    order_id: UUID | None = Field(
        None, description="复议后作出的保护令 | the order made instead of the refusal"
    )


class ReviewShown(Shown):
    """Where a review stands; `order_id` is the order that was made instead of a refusal."""

    id: UUID
    case_id: UUID
    of: str
    subject_id: UUID
    state: str
    asked_on: date
    decided_on: date | None
    decision_ref: str | None
    order_id: UUID | None
    version: int
    allowed: list[str] = Field(default_factory=list)
