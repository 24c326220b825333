"""`/v1/break-glass`: opened with a reason, shown to reviewers, reviewed by somebody else."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy import select

from gateway.models import Opening
from gateway.openings import open_glass, review
from gateway.schemas import NewOpening, OpeningReview, OpeningShown
from shared.database import Session
from shared.identity import Actor
from shared.pages import Cursor, Limit, Page, paged
from shared.vault import unseal_own
from shared.web import Route

router = APIRouter(prefix="/v1/break-glass", route_class=Route, tags=["break-glass"])


@router.post("", response_model=OpeningShown, status_code=201)
async def open_break_glass(session: Session, actor: Actor, new: NewOpening) -> Any:
    """Open one subject; send the id as header `Break-Glass` with the requests that need it."""
    return _with_reason(await open_glass(session, actor, **new.model_dump()))


@router.get("", response_model=Page[OpeningShown])
async def openings(
    session: Session, unreviewed: bool = False, limit: Limit = 50, cursor: Cursor = None
) -> Any:
    """Every opening with its reason, for those who review; unreviewed ones on demand."""
    wanted = select(Opening)
    if unreviewed:
        wanted = wanted.where(Opening.reviewed_at.is_(None))
    rows, following = await paged(
        session, wanted, [Opening.opened_at, Opening.id], cursor=cursor, limit=limit
    )
    return Page(items=[_with_reason(row) for row in rows], next=following)


@router.post("/{opening_id}/review", response_model=OpeningShown)
async def review_opening(
    session: Session, actor: Actor, opening_id: UUID, said: OpeningReview
) -> Any:
    """Say whether an opening was justified."""
    return _with_reason(await review(session, actor, opening_id, said.justified))


def _with_reason(row: Opening) -> OpeningShown:
    shown = OpeningShown.model_validate({**row.__dict__, "reason": None})
    return shown.model_copy(update={"reason": unseal_own("opening", row.reason).decode()})
