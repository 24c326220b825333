"""Matters: opened by whom the table allows, moved only along their table (事项)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.models import Matter, MatterStep
from services.referrals.queries.matters import matter_for
from services.referrals.rules.matters import (
    ACTORS_STEPS,
    CLOCKS,
    DETAILS,
    MATTERS,
    OPENERS,
    OWNERS_STEPS,
)
from shared import deadlines
from shared.database import new_id, now
from shared.identity import Principal
from shared.problem import Forbidden, Invalid


class UnknownDetail(Invalid):
    """A matter says only what its kind provides for: codes, days and counts, never persons."""

    zh, en = "事项只能记录规定的内容", "A matter records only what its kind provides for"


class HandoverUnnamed(Invalid):
    """A hospital stays responsible until it names who took over (首诊负责)."""

    zh, en = "移交须注明接收医院", "A hand-over names the receiving hospital"
    clause = "WL24:2.2.4-2"


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
    if actor.department not in OPENERS[kind]:
        raise Forbidden(allowed=list(OPENERS[kind]))
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
        details=_first_details(kind, opening.details),
        opened_at=now(session),
        opened_by=actor.officer,
        client=actor.client,
    )
    session.add(matter)
    await session.flush()
    if kind in CLOCKS:
        clock = await deadlines.start(
            session, CLOCKS[kind], matter.id, matter.department, town=matter.town
        )
        matter.due_at = clock.due_at
    first = next(iter(moves)).clause
    _record(session, actor, matter, "opening", "", first, opening.details)
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
    matter.details = {**matter.details, **details}
    if kind == "posted_need" and verb == "offer":
        matter.details = {**matter.details, "offered_by": actor.client}
    if not moves.lawful(move.after):
        matter.ended_at = now(session)
    _record(session, actor, matter, verb, before, move.clause, details)
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
        raise Forbidden("由认领单位报告完成", "Who took it up reports it done")


def _record(
    session: AsyncSession,
    actor: Principal,
    matter: Matter,
    verb: str,
    before: str,
    clause: str,
    details: Mapping[str, Any],
) -> None:
    session.add(
        MatterStep(
            id=new_id(),
            matter_id=matter.id,
            verb=verb,
            before=before,
            after=matter.state,
            clause=clause,
            department=actor.department,
            officer=actor.officer,
            details=dict(details),
            at=now(session),
        )
    )
