"""Contracts of what happened: one class an event, one file an owner, no particulars.

An event is declared once, by its owner, in the past tense. Its class is what the
publisher emits, the consumer hears, the AsyncAPI document describes and the tests read.
A field may be added if it has a default; a contract that changes otherwise is a new class with
`.v2`, emitted beside `.v1`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict

CATALOGUE: dict[str, type["Event"]] = {}


class Event(BaseModel):
    """Something that happened. Fields are ids, codes, days, counts and sums, never particulars.

    `type` is `owner.noun.verb.v1`; `subject` names the field whose id orders the events. What no
    other service acts on is not `for_services`: people hear it, and its owner as it comes, and
    nothing waits for it; a service that only dropped it would make every report pay for that.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    type: ClassVar[str]
    subject: ClassVar[str]
    clause: ClassVar[str | None] = None
    for_services: ClassVar[bool] = True

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        if cls.subject not in cls.model_fields:
            raise TypeError(f"{cls.__name__}: its subject {cls.subject!r} is not a field")
        if CATALOGUE.setdefault(cls.type, cls).__qualname__ != cls.__qualname__:
            raise TypeError(f"two events are named {cls.type}")

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Self:
        """What came of it: a field of a later release is passed over, not a reason to refuse."""
        return cls.model_validate({name: data[name] for name in cls.model_fields if name in data})

    @classmethod
    def owner(cls) -> str:
        """The service that declares and emits it."""
        return cls.type.split(".", 1)[0]

    def happened_to(self) -> UUID:
        """The id of its subject, which orders the events about it."""
        found = getattr(self, self.subject)
        assert isinstance(found, UUID)
        return found


class DeadlineMissed(BaseModel):
    """What every owner tells of a clock that ran out; each has a class of its own for it."""

    subject: ClassVar[str] = "subject_id"
    subject_id: UUID
    deadline_id: UUID
    kind: str
    department: str
    town: str | None
    due_at: datetime
    level: int
