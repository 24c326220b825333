"""Tracing lost children: candidates by likeness, decided by two people on evidence (寻亲)."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import Case, Trace, TraceDecision
from services.protection.operations.cases import the_case
from services.protection.operations.children import separate, unite
from services.protection.operations.opening import entry, join, subject_of
from services.protection.operations.steps import signature, step
from services.protection.queries.care import inquiries
from services.protection.queries.tracing import decisions, excluded, open_traces
from services.protection.rules.cases import Level
from services.protection.rules.tracing import (
    SEEKERS,
    TRACE_MOVES,
    MatchBasis,
    Seen,
    TraceKind,
    likeness,
)
from services.protection.schemas.told import MoveTold
from services.protection.schemas.tracing import CandidateShown, TraceShown, TraceTold
from shared import access, audit, vault
from shared.access import Particular
from shared.bus import emit
from shared.database import law_today, new_id, now
from shared.events.protection import ChildIdentified, ChildShielded, TraceMatched
from shared.identity import Principal
from shared.problem import Conflict, Invalid, NotFound, Refused, SecondPersonNeeded

MATCHED = "trace"  # why two references are one child


class SeenInTheFuture(Invalid):
    """A child was lost or found before it is told."""

    zh, en = "走失或发现时间不能晚于当前时间", "Lost or found cannot be in the future"
    clause = "WL24:4.1c-1"


class NotAPair(Refused):
    """Only an open missing child and an open found child can be one."""

    zh, en = "只能比对在寻的走失儿童与身份不明儿童", "Only an open missing and an open found child"
    clause = "WL24:4.1c-1"


async def open_trace(
    session: AsyncSession, actor: Principal, case_id: UUID, told: TraceTold
) -> Trace:
    """Tell of a child missed or found, in its case; what it looks like is sealed."""
    actor.of(*SEEKERS)
    case = await the_case(session, actor, case_id)
    if told.at > now(session):
        raise SeenInTheFuture(where="body.at")
    if told.id is not None and await session.get(Trace, told.id) is not None:
        raise Conflict(where="body.id", clause="WL24:4.1c-1")
    row = Trace(
        id=told.id or new_id(),
        case_id=case.id,
        child_ref=case.child_ref,
        kind=told.kind.value,
        town=case.town,
        at=told.at,
        state=TRACE_MOVES.first,
        opened_by=signature(actor),
        opened_at=now(session),
    )
    session.add(row)
    audit.concerns(session, case.child_ref)
    await vault.keep(session, row.id, Particular.IDENTITY, told.sealed())
    await join(session, case, Level(case.level), ("police",))
    entry(session, actor, case.id, "trace", code=row.kind, ref=row.id)
    await session.flush()
    return row


async def the_trace(session: AsyncSession, actor: Principal, trace_id: UUID) -> tuple[Trace, Case]:
    """The trace, locked, with its case, if the caller may know of the case."""
    actor.of(*SEEKERS)
    row = await session.get(Trace, trace_id, with_for_update=True)
    if row is None:
        raise NotFound()
    return row, await the_case(session, actor, row.case_id)


async def trace_view(session: AsyncSession, actor: Principal, trace_id: UUID) -> TraceShown:
    """A trace with what the caller may see of the child."""
    row, case = await the_trace(session, actor, trace_id)
    told = await vault.read(session, row.id, Particular.IDENTITY)
    subject = subject_of(case)
    seen = await access.disclose(session, actor, subject, {Particular.IDENTITY: told})
    view = shown(row)
    view.description = seen.get(Particular.IDENTITY, {})
    return view


def shown(row: Trace) -> TraceShown:
    """A trace and its lawful steps."""
    view = TraceShown.model_validate(row)
    view.allowed = TRACE_MOVES.allowed(row.state)
    return view


async def _seen(session: AsyncSession, rows: Iterable[Trace]) -> dict[UUID, Seen]:
    found = {row.id: row for row in rows}
    told = await vault.read_many(session, found, Particular.IDENTITY)
    return {
        id_: Seen(
            at=row.at,
            age_from=told.get(id_, {}).get("age_from"),
            age_to=told.get(id_, {}).get("age_to"),
            sex=told.get(id_, {}).get("sex"),
            places=frozenset(told.get(id_, {}).get("place_codes", ())),
            marks=frozenset(told.get(id_, {}).get("marks", ())),
        )
        for id_, row in found.items()
    }


async def candidates(
    session: AsyncSession, actor: Principal, trace_id: UUID
) -> list[CandidateShown]:
    """Who may be the same child, the likeliest first; nothing is decided by it."""
    row, _ = await the_trace(session, actor, trace_id)
    kind = TraceKind(row.kind)
    others = [one for one in await open_traces(session, kind.other) if one.id != row.id]
    ruled_out = await excluded(session, row.id)
    seen = await _seen(session, [row, *others])
    figures = law_today(session).figures
    least = int(figures["trace_candidate_points"])
    found = []
    for other in others:
        pair = (seen[row.id], seen[other.id])
        alike = likeness(*(pair if kind is TraceKind.MISSING else pair[::-1]), figures)
        if alike is not None and alike.points >= least and other.id not in ruled_out:
            found.append(
                CandidateShown(
                    trace_id=other.id,
                    points=alike.points,
                    agree=alike.agree,
                    differ=alike.differ,
                    unknown=alike.unknown,
                )
            )
    return sorted(found, key=lambda one: (-one.points, str(one.trace_id)))


async def _pair(
    session: AsyncSession, actor: Principal, trace_id: UUID, other_id: UUID
) -> tuple[Trace, Trace, Trace]:
    """The trace itself, then the missing and the found one of the pair."""
    row, _ = await the_trace(session, actor, trace_id)
    other = await session.get(Trace, other_id, with_for_update=True)
    if other is None or other.kind == row.kind or {row.state, other.state} != {"open"}:
        raise NotAPair(where="body.trace_id")
    missing, found = (row, other) if row.kind == TraceKind.MISSING else (other, row)
    return row, missing, found


def _decide(
    session: AsyncSession, actor: Principal, pair: tuple[Trace, Trace], what: str, basis: str | None
) -> None:
    session.add(
        TraceDecision(
            missing_id=pair[0].id,
            found_id=pair[1].id,
            decision=what,
            basis=basis,
            by=signature(actor),
            at=now(session),
        )
    )


async def exclude(session: AsyncSession, actor: Principal, trace_id: UUID, other_id: UUID) -> Trace:
    """A person looked: these two are not one child; it is not proposed again."""
    row, missing, found = await _pair(session, actor, trace_id, other_id)
    _decide(session, actor, (missing, found), "excluded", None)
    return row


async def match(
    session: AsyncSession, actor: Principal, trace_id: UUID, other_id: UUID, basis: MatchBasis
) -> Trace:
    """The first of two people proposes, another confirms: the found child has its name again."""
    row, missing, found = await _pair(session, actor, trace_id, other_id)
    before = await decisions(session, missing.id, found.id)
    first = next((one for one in reversed(before) if one.decision == "proposed"), None)
    if first is None or first.basis != basis.value:
        _decide(session, actor, (missing, found), "proposed", basis.value)
        return row
    if first.by == signature(actor):
        raise SecondPersonNeeded(clause="WL24:4.1c-1")
    _decide(session, actor, (missing, found), "confirmed", basis.value)
    for one, other in ((missing, found), (found, missing)):
        await step(
            session, actor, TRACE_MOVES, one, "match",
            case_id=one.case_id, reason=basis.value, first_officer=first.by,
        )  # fmt: skip
        one.matched_with = other.id
        entry(session, actor, one.case_id, "trace_matched", code=basis.value, ref=other.case_id)
    await _one_child(session, missing, found)
    await emit(
        session,
        TraceMatched(
            trace_id=found.id,
            case_id=found.case_id,
            other_trace_id=missing.id,
            other_case_id=missing.case_id,
            basis=basis.value,
            town=found.town,
        ),
    )
    return row


async def _one_child(session: AsyncSession, missing: Trace, found: Trace) -> None:
    """What was told of either is read together from now on, by everybody with a task in either.

    Who misses the child knows its name; the inquiry after its parents has its answer.
    """
    await unite(session, missing.child_ref, found.child_ref, MATCHED)
    await emit(session, ChildIdentified(child_ref=found.child_ref, one_with=missing.child_ref))
    cases = [await session.get_one(Case, trace.case_id) for trace in (missing, found)]
    tasks = {department for case in cases for department in case.departments}
    shielded = any(case.shielded for case in cases)
    for case in cases:
        case.departments = sorted(tasks)
        if shielded and not case.shielded:
            case.shielded = True
            await emit(session, ChildShielded(child_ref=case.child_ref, shielded=True))
    for inquiry in await inquiries(session, found.child_ref):
        inquiry.tracing_result = "found"


async def move_trace(
    session: AsyncSession, actor: Principal, trace_id: UUID, verb: str, told: MoveTold
) -> Trace:
    """Stop looking, or look again."""
    row, _ = await the_trace(session, actor, trace_id)
    await step(
        session, actor, TRACE_MOVES, row, verb,
        case_id=row.case_id, reason=told.reason, note=told.note,
    )  # fmt: skip
    if verb == "reopening" and row.matched_with is not None:
        await _two_after_all(session, actor, row, told)
    entry(session, actor, row.case_id, "trace_step", code=verb, ref=row.id)
    return row


async def _two_after_all(
    session: AsyncSession, actor: Principal, row: Trace, told: MoveTold
) -> None:
    """The match was wrong: both are looked for again, and each has its own records."""
    other = await session.get_one(Trace, row.matched_with, with_for_update=True)
    await step(
        session, actor, TRACE_MOVES, other, "reopening",
        case_id=other.case_id, reason=told.reason, note=told.note,
    )  # fmt: skip
    entry(session, actor, other.case_id, "trace_step", code="reopening", ref=other.id)
    row.matched_with = other.matched_with = None
    missing, found = (row, other) if row.kind == TraceKind.MISSING else (other, row)
    await separate(session, missing.child_ref, found.child_ref, MATCHED)
