"""Which event may concern whom: one table with clauses, read by the stream and by webhooks.

A town hears of its own children only. An event nobody is listed for is told to nobody. Pure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from gateway.routes import ANYBODY, RouteError, named
from shared.identity import LOCAL

OF_TOWNS = ("town", "village", ANYBODY)
FIELDS = {"type", "departments", "named_in", "clause", "zh"}


@dataclass(frozen=True, slots=True)
class Hearing:
    """One line of the table. `named_in`: a field of the event that names further departments."""

    type: str
    departments: frozenset[str]
    clause: str
    zh: str
    named_in: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """An event as it goes out: its place, and in which stream; who may hear it; its text."""

    sequence: int
    stream: int
    id: str
    type: str
    subject: str
    town: str | None
    audience: frozenset[str]
    text: str
    at: str = ""

    @property
    def place(self) -> str:
        """Its place, to come back to: a stream that was made anew counts from the start again."""
        return f"{self.sequence}-{self.stream}"

    def concerns(self, department: str, town: str | None) -> bool:
        """Whether a department may hear of it; towns, and their villages, only of their own.

        What is for everyone is nothing of a child. A village that names no town has none.
        """
        if ANYBODY in self.audience:
            return True
        if town is None and department in LOCAL:
            return False
        return department in self.audience and town in (None, self.town)


class Audience:
    """The table, by type of event."""

    def __init__(self, hearings: Iterable[Hearing], dashboards: Iterable[str] = ()) -> None:
        self.hearings = {hearing.type: hearing for hearing in hearings}
        self.dashboards = tuple(dashboards)

    def of(self, type_: str, data: Mapping[str, Any]) -> frozenset[str]:
        """The departments an event may be told to."""
        hearing = self.hearings.get(type_)
        if hearing is None:
            return frozenset()
        more = data.get(hearing.named_in, ()) if hearing.named_in else ()
        return hearing.departments | frozenset([more] if isinstance(more, str) else more)

    def types_for(self, department: str) -> list[str]:
        """The types a department may be told of, at least when an event names it."""
        return sorted(
            hearing.type
            for hearing in self.hearings.values()
            if hearing.named_in or {department, ANYBODY} & hearing.departments
        )

    def always_for(self, department: str) -> list[str]:
        """The types every event of which a department may hear, whatever the event says."""
        wanted = {department, ANYBODY}
        return sorted(one.type for one in self.hearings.values() if wanted & one.departments)

    def told(self, sequence: int, stream: int, envelope: Mapping[str, Any], text: str) -> Told:
        """An event of the stream with its audience."""
        data = envelope["data"]
        return Told(
            sequence=sequence,
            stream=stream,
            id=str(envelope["id"]),
            type=str(envelope["type"]),
            subject=str(envelope["subject"]),
            town=data.get("town"),
            audience=self.of(str(envelope["type"]), data),
            text=text,
            at=str(envelope["time"]),
        )


def read_audience(
    document: Mapping[str, Any], departments: Iterable[str], types: Iterable[str]
) -> Audience:
    """The table from the jurisdiction's document; RouteError names what is wrong with it."""
    known, sets, declared = {*departments, ANYBODY}, document.get("sets", {}), set(types)
    hearings = []
    for entry in document["events"]:
        if strange := set(entry) - FIELDS:
            raise RouteError(f"{entry.get('type')}: unknown fields {sorted(strange)}")
        if entry["type"] not in declared:
            raise RouteError(f"no event is named {entry['type']}")
        found = named(entry["departments"], sets, known)
        line = {"clause": str(entry["clause"]), "zh": str(entry["zh"])}
        hearings.append(Hearing(entry["type"], found, named_in=entry.get("named_in"), **line))
    dashboards = document.get("dashboards", ())
    if wrong := [one for one in dashboards if one not in known or one in OF_TOWNS]:
        raise RouteError(f"no dashboard can be of {wrong}")
    return Audience(hearings, dashboards)
