"""Who is enrolled in residents' insurance of a year; the run pays the personal share (2.2.1-1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from services.payments.models import Enrolment
from services.payments.operations.awards import ask_again
from services.payments.queries.awards import known_as
from shared.database import now
from shared.identity import Principal
from shared.problem import Invalid

CLAUSE = "WL24:2.2.1-1"


class ChildTwice(Invalid):
    """One list names a child twice."""

    zh, en = "名单中有重复的儿童", "The list names a child twice"
    clause = CLAUSE


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What is stated of one child for the year."""

    child_id: UUID
    enrolled: bool
    borne_elsewhere: bool


async def state_enrolments(
    session: AsyncSession, actor: Principal, year: int, rows: Sequence[Enrolled]
) -> int:
    """Take a list, all or none; what changes for a child is worked out again from January."""
    actor.of("medical_insurance", "civil_affairs")
    person = actor.person()
    seen = {row.child_id for row in rows}
    if len(seen) != len(rows):
        twice = [str(c) for c in seen if sum(row.child_id == c for row in rows) > 1]
        raise ChildTwice(where="rows", children=twice[:20])
    for row in rows:
        child = await known_as(session, row.child_id)
        await _state(session, person, year, Enrolled(child, row.enrolled, row.borne_elsewhere))
    return len(rows)


async def _state(session: AsyncSession, person: str, year: int, row: Enrolled) -> None:
    before = await session.get(Enrolment, (year, row.child_id))
    said = {"enrolled": row.enrolled, "borne_elsewhere": row.borne_elsewhere}
    if before is not None and (before.enrolled, before.borne_elsewhere) == tuple(said.values()):
        return
    kept = upsert(Enrolment).values(
        year=year, child_id=row.child_id, version=1, stated_by=person, stated_at=now(session),
        **said,
    )  # fmt: skip
    await session.execute(
        kept.on_conflict_do_update(
            index_elements=["year", "child_id"],
            set_={
                **said,
                "stated_by": person,
                "stated_at": now(session),
                "version": Enrolment.version + 1,
            },
        )
    )
    if before is not None:
        await ask_again(session, row.child_id, date(year, 1, 1), "insurance")
