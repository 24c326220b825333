"""`/v1/accesses`: who looked at one person, in every service, as one list (谁看过我).

Each service answers for itself, with the caller's own principal, and records that it was asked.
A list that lacks a service would look complete, so with one away there is none.
"""

import asyncio
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import orjson
from fastapi import APIRouter, Request

from gateway.house import House, house_of
from gateway.proxy import NO_ANSWER, ServiceAway, TooSlow
from gateway.schemas import AccessesShown, AccessShown
from shared.audit.door import looked
from shared.bus import SERVICES
from shared.database import Session
from shared.identity import PRINCIPAL, PURPOSE, REQUEST_ID, Actor
from shared.problem import Unavailable
from shared.web import Route

router = APIRouter(prefix="/v1/accesses", route_class=Route, tags=["accesses"])
PIECE, MOST_PIECES, SECONDS = 100, 50, 15.0
PASSED_ON = (PRINCIPAL, PURPOSE, REQUEST_ID)


class ListIncomplete(Unavailable):
    """A service that may have shown something cannot be asked."""

    zh, en = "有业务服务暂不可用，查阅记录不完整", "A service is away; the list would lack its part"


@router.get("", response_model=AccessesShown)
async def who_looked(request: Request, session: Session, actor: Actor, subject_id: UUID) -> Any:
    """Every access to a person under each of the ids they are known by, newest first."""
    house = house_of(request.app)
    headers = {name: request.headers[name] for name in PASSED_ON if name in request.headers}
    names = await _names(house, headers, subject_id)
    asked = [(service, name) for service in SERVICES for name in names]
    answers = await asyncio.gather(*(_looked(house, headers, *one) for one in asked))
    found = [row for rows in answers for row in rows]
    for name in names:
        rows = await looked(session, actor, name, MOST_PIECES * PIECE)
        found += [AccessShown.model_validate(row) for row in rows]
    found.sort(key=lambda row: row.at, reverse=True)
    return AccessesShown(subject_id=subject_id, known_as=names, items=found)


async def _names(house: House, headers: dict[str, str], subject_id: UUID) -> list[UUID]:
    """The ids a child is known by: its file's, and every reference that leads to it."""
    path = f"/v1/eligibility/children/{subject_id}/references"
    said = await _asked(house, headers, "eligibility", path)
    if said is None:
        return [subject_id]
    known = [UUID(said["child_id"]), *map(UUID, said["references"])]
    return list(dict.fromkeys([subject_id, *known]))


async def _looked(
    house: House, headers: dict[str, str], service: str, subject_id: UUID
) -> list[AccessShown]:
    """What one service recorded, page by page."""
    found: list[AccessShown] = []
    query = {"subject_id": str(subject_id), "limit": str(PIECE)}
    for _ in range(MOST_PIECES):
        path = f"/v1/{service}/audit/disclosures?{urlencode(query)}"
        page = await _asked(house, headers, service, path) or {"items": [], "next": None}
        found += [AccessShown(**item, service=service) for item in page["items"]]
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    return found


async def _asked(
    house: House, headers: dict[str, str], service: str, path: str
) -> dict[str, Any] | None:
    """The answer of a service, None where it knows nobody of that id; ListIncomplete when away."""
    try:
        response = await house.proxy.ask(service, "GET", path, headers, b"", SECONDS)
        async with response:
            body = await response.read()
    except (ServiceAway, TooSlow, *NO_ANSWER, TimeoutError) as error:
        raise ListIncomplete(away=service, retry_after=5) from error
    if response.status == 404:
        return None
    if response.status != 200:
        raise ListIncomplete(away=service, retry_after=5)
    return dict(orjson.loads(body))
