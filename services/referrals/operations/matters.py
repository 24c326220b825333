"""Matters: opened by whom the table allows, moved only along their table (事项)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.models import Matter, MatterStep
from services.referrals.queries.matters import PUBLIC_KINDS, matter_for, steps_of_matter
from services.referrals.rules.matters import (
    ACTORS_STEPS,
    CLOCKS,
    DETAILS,
    MATTERS,
    OPENERS,
    OWNERS_STEPS,
    WORDS,
)
from shared import access, audit, deadlines, vault
from shared.access import Particular, Subject
from shared.database import new_id, now
from shared.identity import Principal
from shared.problem import Forbidden, Invalid

NUMBER = re.compile(r"\d[\d\s-]{5,}\d")


class UnknownDetail(Invalid):
    """A matter says only what its kind provides for: codes, days and counts, never persons."""

    zh, en = "事项只能记录规定的内容", "A matter records only what its kind provides for"


class NeedNamesSomebody(Invalid):
    """A posted need is read by everybody: no telephone, no number of an identity card."""

    zh, en = "公开的需求不能写电话或证件号码", "A posted need tells no telephone or identity number"
    clause = "WL24:3.1h-2"


class HandoverUnnamed(Invalid):
    """A hospital stays responsible until it names who took over (首诊负责)."""

    zh, en = "移交须注明接收医院", "A hand-over names the receiving hospital"
    clause = "WL24:2.2.4-2"


class NotYoursToDeliver(Forbidden):
    """Who took a posted need up says that it was met (认领单位报告完成)."""

    zh, en = "由认领单位报告完成", "Whoever took it up reports it done"
    clause = "WL24:3.4c"


@dataclass(frozen=True, slots=True)
class Opening:
    """What opens a matter: whom it is about, who has to act, and its coded details."""

    child_ref: UUID | None = None
    department: str | None = None
    town: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


async def open_matter(
    session: AsyncSession, actor: Principal, kind: str, opening: Opening
) -> Matter:
    """Open a matter of a kind; its clock starts if it has one."""
    actor.of(*OPENERS[kind])
    _only_known(kind, opening.details)
    moves = MATTERS[kind]
    matter = Matter(
        id=new_id(),
        kind=kind,
        state=moves.first,
        child_ref=opening.child_ref,
        owner=actor.department,
        department=opening.department or actor.department,
        town=opening.town or actor.town,
        details={},
        opened_at=now(session),
        opened_by=actor.officer,
        client=actor.client,
    )
    step = step_of(actor, matter, "opening", "", next(iter(moves)).clause, now(session))
    matter.details = _first_details(kind, await _said(session, matter, step, opening.details))
    session.add(matter)
    await session.flush()
    if kind in CLOCKS:
        clock = await deadlines.start(
            session, CLOCKS[kind], matter.id, matter.department, town=matter.town
        )
        matter.due_at = clock.due_at
    session.add(step)
    return matter


def _first_details(kind: str, details: Mapping[str, Any]) -> dict[str, Any]:
    """An urgent child is treated without a deposit: the matter says so from its first moment."""
    if kind == "first_diagnosis":
        return {"deposit_paid": False, **details, "treat_first": True}
    return dict(details)


def _only_known(kind: str, details: Mapping[str, Any]) -> None:
    unknown = sorted(set(details) - set(DETAILS[kind]))
    if unknown:
        raise UnknownDetail(
            errors=[
                {"where": f"details.{name}", "zh": "不属于该事项", "en": "Not part of this matter"}
                for name in unknown
            ],
            allowed=list(DETAILS[kind]),
        )


async def move_matter(
    session: AsyncSession,
    actor: Principal,
    kind: str,
    matter_id: UUID,
    verb: str,
    details: Mapping[str, Any],
) -> Matter:
    """Take one lawful step with a matter; UnlawfulMove names the lawful ones."""
    matter = await matter_for(session, actor, kind, matter_id, lock=True)
    _only_known(kind, details)
    moves = MATTERS[kind]
    move = moves.make(matter.state, verb, department=actor.department)
    _own_step(actor, matter, verb)
    if kind == "first_diagnosis" and verb == "handover" and not details.get("next_hospital"):
        raise HandoverUnnamed(where="details.next_hospital")
    before, matter.state = matter.state, move.after
    step = step_of(actor, matter, verb, before, move.clause, now(session))
    matter.details = {**matter.details, **await _said(session, matter, step, details)}
    if kind == "posted_need" and verb == "offer":
        matter.details = {**matter.details, "offered_by": actor.client}
    if not moves.lawful(move.after):
        matter.ended_at = now(session)
    session.add(step)
    if kind in CLOCKS and (verb in ("report", "order") or not moves.lawful(move.after)):
        await deadlines.meet(session, CLOCKS[kind], matter.id)
    await session.flush()
    return matter


def _own_step(actor: Principal, matter: Matter, verb: str) -> None:
    """The owner agrees to what others offer; who has to act says what was done."""
    step = (matter.kind, verb)
    if step in OWNERS_STEPS and actor.department != matter.owner:
        raise Forbidden(allowed=[matter.owner])
    if step in ACTORS_STEPS and actor.department != matter.department:
        raise Forbidden(allowed=[matter.department])
    if step == ("posted_need", "delivery") and matter.details.get("offered_by") != actor.client:
        raise NotYoursToDeliver()


def step_of(
    actor: Principal, matter: Matter, verb: str, before: str, clause: str, at: datetime
) -> MatterStep:
    """A step of a matter to the state it is in now."""
    return MatterStep(
        id=new_id(),
        matter_id=matter.id,
        verb=verb,
        before=before,
        after=matter.state,
        clause=clause,
        department=actor.department,
        officer=actor.officer,
        at=at,
    )


async def _said(
    session: AsyncSession, matter: Matter, step: MatterStep, details: Mapping[str, Any]
) -> dict[str, Any]:
    """What stands in the records: the words about a child are sealed under their step.

    A posted need is for everybody to read, so it may not tell how to find anybody.
    """
    words = {name: value for name, value in details.items() if name in WORDS and value}
    if matter.kind in PUBLIC_KINDS:
        if any(NUMBER.search(str(value)) for value in words.values()):
            raise NeedNamesSomebody(where="body.details.summary")
        words = {}
    if matter.child_ref is None:
        words = {}
    if words:
        audit.concerns(session, matter.child_ref)
        await vault.keep(session, step.id, Particular.NOTES, words)
    step.details = {name: value for name, value in details.items() if name not in words}
    return step.details


def in_codes(matter: Matter, details: Mapping[str, Any]) -> dict[str, Any]:
    """The details without words about a child, which a release before this one kept plain."""
    if matter.child_ref is None or matter.kind in PUBLIC_KINDS:
        return dict(details)
    return {name: value for name, value in details.items() if name not in WORDS}


async def steps_told(
    session: AsyncSession, actor: Principal, matter: Matter
) -> list[tuple[MatterStep, dict[str, Any]]]:
    """The steps with what was said, the words as this caller may see notes about the child."""
    steps = await steps_of_matter(session, matter.id)
    words = await vault.read_many(session, [step.id for step in steps], Particular.NOTES)
    tasks = {matter.owner, matter.department, f"town:{matter.town}"}
    child = Subject(matter.child_ref or matter.id, town=matter.town, departments=frozenset(tasks))
    rows: list[tuple[Subject, access.Classes]] = [
        (child, {Particular.NOTES: words.get(step.id, {})}) for step in steps
    ]
    shown = await access.disclose_many(session, actor, rows)
    return [
        (step, in_codes(matter, step.details) | told[Particular.NOTES])
        for step, told in zip(steps, shown, strict=True)
    ]
