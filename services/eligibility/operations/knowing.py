"""What the register knows of children: every statement, opened; what stands on a day (在册事实)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from services.eligibility.models import Fact
from services.eligibility.operations.law import law_of
from services.eligibility.queries.procedure import decided
from services.eligibility.queries.register import contested, statements
from services.eligibility.rules.awarded import Decided, awarded
from services.eligibility.rules.standing import Said, Standing, sealed_as, standing_on, typed
from shared import vault
from shared.database import now, today


def as_said(fact: Fact | Row[Any], value: Any) -> Said:
    """A statement as the rules read it, with its value opened."""
    return Said(
        fact.id,
        fact.name,
        value,
        fact.valid_from,
        fact.valid_until,
        fact.department,
        fact.known_at,
        fact.supersedes,
        fact.withdrawn,
    )


async def said_of(session: AsyncSession, child_id: UUID, at: datetime | None = None) -> list[Said]:
    """Every statement about a child with its value opened."""
    return (await said_of_all(session, [child_id], at or now(session)))[child_id]


async def said_of_all(
    session: AsyncSession, children: Sequence[UUID], at: datetime
) -> dict[UUID, list[Said]]:
    """The statements about many children, by child."""
    rows = await statements(session, children, at)
    values: dict[UUID, Any] = {row.id: row.value for row in rows}
    for kind in ("identity", "health", "hiv"):
        sealed = [r for r in rows if r.sealed is not None and sealed_as(r.name) == kind]
        if sealed:
            wanted = [(r.child_id, str(r.id), r.sealed) for r in sealed]
            opened = await vault.unseal_values(session, kind, wanted)
            values |= dict(zip((r.id for r in sealed), opened, strict=True))
    said: dict[UUID, list[Said]] = {child: [] for child in children}
    for row in rows:
        said[row.child].append(as_said(row, typed(row.name, values[row.id])))
    return said


async def told_of(
    session: AsyncSession,
    child_id: UUID,
    at: datetime | None = None,
    before: UUID | None = None,
) -> list[Said]:
    """Every statement about a child, with what the register's own decisions say of it."""
    return (await told_of_all(session, [child_id], at or now(session), before))[child_id]


async def told_of_all(
    session: AsyncSession, children: Sequence[UUID], at: datetime, before: UUID | None = None
) -> dict[UUID, list[Said]]:
    """The same of many children, by child.

    `at` is the moment whose files count as the child's; `before` leaves a decision and all that
    followed it out, for its replay.
    """
    said = await said_of_all(session, children, at)
    decisions: dict[UUID, list[Decided]] = {}
    for row in await decided(session, children, at):
        if before is None or row.id < before:
            made = Decided(row.id, row.outcome, row.rate_class, row.legal_day, row.decided_at)
            decisions.setdefault(row.child, []).append(made)
    return {
        child: [*rows, *awarded(decisions.get(child, ()), rows)] for child, rows in said.items()
    }


async def standing_of(
    session: AsyncSession,
    child_id: UUID,
    day: date | None = None,
    known_at: datetime | None = None,
    before: UUID | None = None,
) -> Standing:
    """What stands of a child on a legal day, as known by a moment (今天 by default).

    `before` is a decision that is not heard, nor any after it.
    """
    moment = known_at or now(session)
    names = [name for _, name in await contested(session, [child_id], moment)]
    rows = await told_of(session, child_id, moment, before)
    return standing_on(rows, law_of(day or today(session)), moment, names)
