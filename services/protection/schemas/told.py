"""What request models share: strict fields, and the law's Chinese word beside each code."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from shared.access import Particular
from shared.clock import clock, legal_day


class Told(BaseModel):
    """A request: unknown fields are refused, text is trimmed."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Shown(BaseModel):
    """A response built from a record."""

    model_config = ConfigDict(from_attributes=True)


def worded(find: Callable[[str], Any]) -> BeforeValidator:
    """Accept the law's word for a code; what no word means is left to the enum's own refusal."""

    def read(value: Any) -> Any:
        found = find(value) if isinstance(value, str) else None
        return value if found is None else found

    return BeforeValidator(read)


def listed_as(table: Mapping[Any, tuple[str, str]]) -> BeforeValidator:
    """Accept for a code of a list of the law the words the list has for it."""
    return worded({words: code for code, (_, words) in table.items()}.get)


Text = Annotated[str, Field(min_length=1, max_length=10_000)]
Name = Annotated[str, Field(min_length=1, max_length=100)]
Code = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[a-z][a-z0-9_]*$")]
Place = Annotated[str | None, Field(max_length=60, description="镇（街道）名称或代码 | town")]


def _born(day: date) -> date:
    if day > legal_day(clock()):
        raise ValueError("出生日期不能晚于今天 | a birth cannot lie in the future")
    return day


class Person(Told):
    """Particulars of an adult; sealed as they come."""

    name: Name
    id_no: Annotated[str, Field(max_length=32)] | None = None
    phone: Annotated[str, Field(max_length=32)] | None = None
    relation: Annotated[str, Field(max_length=40)] | None = None
    address: Annotated[str, Field(max_length=300)] | None = None

    def classes(self) -> dict[str, dict[str, Any]]:
        """Particulars by class, as the vault keeps them."""
        return _filled(
            {
                Particular.IDENTITY: {"name": self.name, "id_no": self.id_no},
                Particular.CONTACT: {"phone": self.phone},
                Particular.ADDRESS: {"address": self.address},
            }
        )


class ChildTold(Told):
    """A child as somebody knows it; every field may be unknown. `child_ref` when one has it."""

    child_ref: UUID | None = None
    name: Name | None = None
    id_no: Annotated[str, Field(max_length=32)] | None = None
    birth_date: Annotated[date, AfterValidator(_born)] | None = None
    sex: Annotated[str, Field(max_length=10)] | None = None
    hukou: Annotated[str, Field(max_length=300)] | None = None
    address: Annotated[str, Field(max_length=300)] | None = None
    school: Annotated[str, Field(max_length=100)] | None = None
    phone: Annotated[str, Field(max_length=32)] | None = None
    health: Annotated[str, Field(max_length=1000)] | None = None
    town: Place = None

    def classes(self) -> dict[str, dict[str, Any]]:
        """Particulars by class, as the vault keeps them."""
        born = self.birth_date.isoformat() if self.birth_date else None
        return _filled(
            {
                Particular.IDENTITY: {
                    "name": self.name,
                    "id_no": self.id_no,
                    "birth_date": born,
                    "sex": self.sex,
                },
                Particular.ADDRESS: {
                    "hukou": self.hukou,
                    "address": self.address,
                    "school": self.school,
                },
                Particular.CONTACT: {"phone": self.phone},
                Particular.HEALTH: {"health": self.health},
            }
        )

    def keys(self) -> list[str]:
        """What it may be recognised by, best first; empty for a child nobody can name."""
        found = [f"ref|{self.child_ref}"] if self.child_ref else []
        if self.id_no:
            found.append(f"id_no|{self.id_no.upper()}")
        if self.name and self.birth_date:
            found.append(f"name|{self.name}|{self.birth_date.isoformat()}")
        return found


def _filled(classes: dict[Particular, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    known = {
        str(kind): {name: value for name, value in values.items() if value is not None}
        for kind, values in classes.items()
    }
    return {kind: values for kind, values in known.items() if values}


class MoveTold(Told):
    """What comes with a lawful step: a coded reason and words, which are sealed."""

    reason: Annotated[str, Field(max_length=60)] | None = None
    note: Text | None = None
    day: date | None = None


class StepShown(Shown):
    """One step of the history; the words are shown to those with a task only."""

    kind: str
    subject_id: UUID
    verb: str
    before: str
    after: str
    reason: str | None
    clause: str | None
    department: str
    approved_by: str | None
    at: AwareDatetime
    words: str | None = None
