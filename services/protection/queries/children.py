"""A child under every reference by which it was told of: those that were found to be one."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, bindparam, case, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.protection.models import Case, ChildKey, ChildLink
from shared import vault


def names_of(child_ref: UUID) -> Select[tuple[UUID]]:
    """Every reference that is this child, its own included, over any number of links."""
    own = bindparam(None, child_ref, Uuid)
    names = select(own.label("ref")).cte(recursive=True)
    far = case((ChildLink.child_ref == names.c.ref, ChildLink.one_with), else_=ChildLink.child_ref)
    met = or_(ChildLink.child_ref == names.c.ref, ChildLink.one_with == names.c.ref)
    names = names.union(select(far).join(names, met))
    return select(names.c.ref)


def of_child(column: Any, child_ref: UUID) -> ColumnElement[bool]:
    """Rows of a child, whichever of its references they were told under."""
    wanted: ColumnElement[bool] = column.in_(names_of(child_ref))
    return wanted


async def references(session: AsyncSession, child_ref: UUID) -> list[UUID]:
    """The same, those that were merged before the one that was kept: what is known of it counts."""
    names = names_of(child_ref).subquery()
    merged = exists().where(ChildLink.child_ref == names.c.ref)
    rows = await session.scalars(select(names.c.ref).order_by(merged.desc(), names.c.ref))
    return list(rows)


async def key_of(session: AsyncSession, child_ref: UUID) -> ChildKey | None:
    """A child by reference, or by the id under which the register knows it: any of its keys."""
    digest = vault.digest("protection.child", f"ref|{child_ref}")
    found: ChildKey | None = await session.scalar(
        select(ChildKey)
        .where((ChildKey.child_ref == child_ref) | (ChildKey.digest == digest))
        .order_by(ChildKey.child_ref != child_ref)
        .limit(1)
    )
    return found


async def open_cases(session: AsyncSession, child_ref: UUID) -> list[Case]:
    """The open cases of a child, the newest first."""
    rows = await session.scalars(
        select(Case)
        .where(of_child(Case.child_ref, child_ref), Case.state != "closed")
        .order_by(Case.opened_at.desc(), Case.id.desc())
    )
    return list(rows)
