"""Who may see which particulars of whom: one policy, asked where the data lives (知悉范围).

The policy is Cedar text in the jurisdiction, each line with the clause it rests on. A decision
depends on a handful of attributes only, so it is remembered; whatever the engine cannot
answer is a no. What is not permitted leaves the service masked.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any
from uuid import UUID

import cedarpy
from sqlalchemy.ext.asyncio import AsyncSession

from shared import audit
from shared.identity import Principal
from shared.masks import masked
from shared.problem import NotFound
from shared.settings import settings


class Particular(StrEnum):
    """Classes of particulars; the grain of sealing, masking and deciding."""

    IDENTITY = "identity"  # name, id number, birth date, sex
    ADDRESS = "address"
    CONTACT = "contact"
    REPORTER = "reporter"
    HEALTH = "health"  # illness, disability
    HIV = "hiv"
    PLACEMENT = "placement"
    OFFENCE = "offence"
    MONEY = "money"  # account, payee
    NOTES = "notes"  # case narrative


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose particulars they are, and what the case is to the caller."""

    id: UUID
    kind: str = "child"  # child | adult | reporter | payee | shop | unit
    town: str | None = None
    departments: frozenset[str] = frozenset()  # those with a task in the case
    shielded: bool = False  # a child whose whereabouts nobody may learn


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether, and by which lines of the policy."""

    allowed: bool
    basis: tuple[str, ...] = ()


def policy_text() -> str:
    """The policy of the jurisdiction, all its files in one."""
    files = sorted((settings().jurisdiction / "policies").glob("*.cedar"))
    return "\n".join(file.read_text() for file in files)


@cache
def _policies() -> cedarpy.PolicySet:
    return cedarpy.PolicySet.from_str(policy_text())


@cache
def _laws() -> dict[str, str]:
    """The clause of each policy by Cedar's own number of it, from its @law annotation."""
    parsed = cedarpy.policies_to_json_str(policy_text())
    static = json.loads(parsed)["staticPolicies"]
    return {name: policy.get("annotations", {}).get("law", name) for name, policy in static.items()}


@cache
def decide(
    department: str,
    action: str,
    particular: str,
    subject_kind: str,
    task: bool,
    own_town: bool,
    shielded: bool,
    purpose: str,
    break_glass: bool,
) -> Answer:
    """The policy's answer; it depends on nothing but these attributes."""
    result = cedarpy.is_authorized(
        {
            "principal": f'Department::"{department}"',
            "action": f'Action::"{action}"',
            "resource": f'Particular::"{particular}"',
            "context": {
                "task": task,
                "own_town": own_town,
                "shielded": shielded,
                "purpose": purpose,
                "break_glass": break_glass,
                "subject": subject_kind,
            },
        },
        _policies(),
        [],
    )
    basis = tuple(_laws().get(name, name) for name in result.diagnostics.reasons)
    return Answer(result.allowed and not result.diagnostics.errors, basis)


def ask(actor: Principal, action: str, particular: str, subject: Subject) -> Answer:
    """May the actor do `action` with this class of the subject's particulars?"""
    own_town = actor.town is not None and actor.town == subject.town
    task = actor.department in subject.departments
    if actor.town is not None and not own_town:
        task = task and f"{actor.department}:{actor.town}" in subject.departments
    return decide(
        actor.department,
        action,
        particular,
        subject.kind,
        task,
        own_town,
        subject.shielded,
        actor.purpose,
        opened(actor, subject),
    )


def opened(actor: Principal, subject: Subject) -> bool:
    """Whether the actor broke the glass of this subject: the gateway says `opening/subject`."""
    return (actor.break_glass or "").endswith(f"/{subject.id}")


def may_know(actor: Principal, subject: Subject) -> None:
    """Refuse with the problem of an absent record unless the actor may know of the subject."""
    if not ask(actor, "know", "case", subject).allowed:
        raise NotFound()


Classes = Mapping[str, Mapping[str, Any]]


async def disclose(
    session: AsyncSession, actor: Principal, subject: Subject, particulars: Classes
) -> dict[str, dict[str, Any]]:
    """The particulars by class as this actor may see them; who saw which fields is recorded."""
    return (await disclose_many(session, actor, [(subject, particulars)]))[0]


async def disclose_many(
    session: AsyncSession, actor: Principal, rows: Sequence[tuple[Subject, Classes]]
) -> list[dict[str, dict[str, Any]]]:
    """As `disclose`, for the rows of a list; one record for each person of whom anything shows."""
    shown, records = [], []
    for subject, particulars in rows:
        view: dict[str, dict[str, Any]] = {}
        fields: list[str] = []
        basis: list[str] = []
        for kind, values in particulars.items():
            answer = ask(actor, "see", kind, subject)
            if answer.allowed:
                view[kind] = dict(values)
                fields += [f"{kind}.{name}" for name in values]
                basis += answer.basis
            else:
                view[kind] = {name: masked(kind, name, value) for name, value in values.items()}
        shown.append(view)
        if fields:
            records.append(
                audit.disclosure(
                    session,
                    actor,
                    action="read",
                    subject_id=subject.id,
                    subject_kind=subject.kind,
                    fields=fields,
                    basis=sorted(set(basis)),
                )
            )
    await audit.record(session, records)
    return shown
