"""Officers who sign in: seen, shut out at once, let in again, by the operator (经办人)."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.house import house_of
from gateway.identity.people import end_all
from gateway.models import Person
from gateway.schemas import OfficerShown
from shared.database import Session
from shared.pages import Cursor, Limit, Page, paged
from shared.problem import NotFound
from shared.web import Route

router = APIRouter(prefix="/v1/officers", route_class=Route, tags=["officers"])
OfficerName = Annotated[str, Path(max_length=64)]


@router.get("", response_model=Page[OfficerShown])
async def officers(session: Session, limit: Limit = 50, cursor: Cursor = None) -> Any:
    """Everybody who has signed in or may sign in, with the office they are of."""
    rows, following = await paged(
        session, select(Person), [Person.officer], cursor=cursor, limit=limit
    )
    return Page(items=[_shown(row) for row in rows], next=following)


@router.post("/{officer}/suspension", response_model=OfficerShown)
async def suspend_officer(request: Request, session: Session, officer: OfficerName) -> Any:
    """Shut an officer out: every sign-in of theirs ends with the next request."""
    row = await _person(session, officer)
    row.enabled = False
    await end_all(house_of(request.app), session, officer)
    return _shown(row)


@router.post("/{officer}/readmission", response_model=OfficerShown)
async def readmit_officer(session: Session, officer: OfficerName) -> Any:
    """Let a suspended officer sign in again."""
    row = await _person(session, officer)
    row.enabled, row.failures, row.locked_until = True, 0, None
    return _shown(row)


async def _person(session: AsyncSession, officer: str) -> Person:
    row = await session.get(Person, officer, with_for_update=True)
    if row is None:
        raise NotFound()
    return row


def _shown(row: Person) -> OfficerShown:
    shown = {name: getattr(row, name) for name in ("officer", "department", "town", "enabled")}
    return OfficerShown(**shown, outside=row.external is not None)
