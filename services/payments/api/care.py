"""Days in relief and insurance of the year: what runs work out money from."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from services.payments.models import ReliefEpisode
from services.payments.operations import insuring, relieving
from services.payments.queries.awards import episodes, known_as
from services.payments.schemas.answers import ReliefOut
from services.payments.schemas.requests import EnrolmentsRequest, ReliefEndRequest, ReliefRequest
from shared.database import Session
from shared.identity import Actor
from shared.web import Route

router = APIRouter(prefix="/v1/payments", tags=["救助与参保 care"], route_class=Route)
TAKES_IN = ("civil_affairs", "protection_centre", "welfare_institution", "police")


def _shown(row: ReliefEpisode) -> ReliefOut:
    upper = row.days.upper
    return ReliefOut(
        id=row.id,
        child_id=row.child_id,
        since=row.days.lower,
        until=None if upper is None else upper - timedelta(days=1),
        source=row.source,
    )


@router.get("/children/{child_id}/relief")
async def list_relief(session: Session, actor: Actor, child_id: UUID) -> list[ReliefOut]:
    """The days of a child in relief."""
    actor.of(*TAKES_IN, "finance", "auditor")
    child = await known_as(session, child_id)
    return [_shown(row) for row in await episodes(session, child)]


@router.post("/children/{child_id}/relief", status_code=201)
async def begin_relief(
    session: Session, actor: Actor, child_id: UUID, said: ReliefRequest
) -> ReliefOut:
    """A street child was taken in, or police handed one over: paid by its days (WL24:2.1.5b-3)."""
    actor.of(*TAKES_IN)
    child = await known_as(session, child_id)
    row = await relieving.begin_relief(
        session, child, said.since, said.until, said.source, actor.person()
    )
    return _shown(row)


@router.post("/children/{child_id}/relief/{episode_id}/end")
async def end_relief(
    session: Session, actor: Actor, child_id: UUID, episode_id: UUID, said: ReliefEndRequest
) -> ReliefOut:
    """The last day of relief; a month decided already is worked out again."""
    actor.of(*TAKES_IN)
    child = await known_as(session, child_id)
    return _shown(await relieving.end_relief(session, child, episode_id, said.until))


@router.post("/insurance/enrolments", status_code=201)
async def state_enrolments(
    session: Session, actor: Actor, said: EnrolmentsRequest
) -> dict[str, Any]:
    """Who is enrolled in a year; recipients' personal share is paid by the run (WL24:2.2.1-1)."""
    rows = [insuring.Enrolled(r.child_id, r.enrolled, r.borne_elsewhere) for r in said.rows]
    return {"year": said.year, "taken": await insuring.state_enrolments(
        session, actor, said.year, rows)}  # fmt: skip
