"""The lead-unit table (责任单位一览): who leads, takes part in and gives each service.

It is data of the jurisdiction, read against the register: the lead and the participants come from
the printed responsibility line, never from the table itself, so that the two cannot differ.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.law import Law

CLOCKS = {
    "answer": "referral_answer",
    "urgent": "referral_urgent",
    "same_day": "referral_same_day",
}
BASES = ("duty", "consent", "none")


@dataclass(frozen=True, slots=True)
class Service:
    """One service of the document with its sentence, its lead (△) and who may be asked for it."""

    code: str
    zh: str
    clause: str
    lead: str
    participants: tuple[str, ...]
    provider: str
    also: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    basis: str = "duty"
    clock: str = "answer"
    aliases: tuple[str, ...] = ()
    anyone: bool = False
    quiet: bool = False
    designated: bool = False
    assumed: bool = False

    def offered_by(self) -> tuple[str, ...]:
        """The departments this service may be asked of, the usual one first."""
        return tuple(dict.fromkeys((self.provider, *self.also, self.lead)))

    def asked_of(self, department: str) -> bool:
        """Whether a department offers it; a question about facts may go to any."""
        return self.anyone or department in self.offered_by()

    def deadline(self) -> str:
        """The kind of clock that starts when it is asked for."""
        return CLOCKS[self.clock]


Table = Mapping[str, Service]


def table_of(
    said: Mapping[str, Mapping[str, Any]], law: Law, instrument: str
) -> dict[str, Service]:
    """The table read against the register; ValueError names the service that does not fit it."""
    return {code: _service(code, entry, law, instrument) for code, entry in said.items()}


def _service(code: str, said: Mapping[str, Any], law: Law, instrument: str) -> Service:
    clause = f"{instrument}:{said['clause']}"
    if clause not in law.clauses:
        raise ValueError(f"{code}: no clause {clause}")
    lead, units = _responsible(code, said, law, instrument)
    if said.get("basis", "duty") not in BASES or said.get("clock", "answer") not in CLOCKS:
        raise ValueError(f"{code}: unknown basis or clock")
    return Service(
        code=code,
        zh=said["zh"],
        clause=clause,
        lead=lead,
        participants=units,
        provider=said["provider"],
        also=tuple(said.get("also", ())),
        needs=tuple(said.get("needs", ())),
        basis=said.get("basis", "duty"),
        clock=said.get("clock", "answer"),
        aliases=tuple(said.get("aliases", ())),
        anyone=said.get("anyone", False),
        quiet=said.get("quiet", False),
        designated=said.get("designated", False),
        assumed=said.get("certainty") == "assumption",
    )


def _responsible(
    code: str, said: Mapping[str, Any], law: Law, instrument: str
) -> tuple[str, tuple[str, ...]]:
    named = tuple(said.get("named", ()))
    if "line" not in said:
        return (named or (said["provider"],))[0], named
    line = law.clauses.get(f"{instrument}:{said['line']}")
    if line is None or line.lead is None:
        raise ValueError(f"{code}: {said['line']} is no responsibility line")
    return line.lead, tuple(dict.fromkeys((*line.units, *named)))


def find(table: Table, word: str) -> Service | None:
    """The service of a code, its printed name or an alias (转介服务)."""
    wanted = word.strip()
    if wanted in table:
        return table[wanted]
    return next((s for s in table.values() if wanted == s.zh or wanted in s.aliases), None)
