"""`GET /v1/events`: the stream of what happened, filtered to what the caller may hear."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from gateway.house import house_of
from gateway.stream import KNOWN, EventStream, Place, wish_of
from shared.identity import Actor
from shared.jurisdiction import jurisdiction
from shared.openapi import forms
from shared.problem import Invalid
from shared.route import only

router = APIRouter(prefix="/v1/events", tags=["events"])


class Streamed(Response):
    """A response that is an ASGI application of its own, counted while it lasts."""

    def __init__(self, request: Request, stream: EventStream) -> None:
        self.listeners = house_of(request.app).listeners
        self.stream, self.background = stream, None

    async def __call__(self, _: Any, receive: Any, send: Any) -> None:
        """Run the stream; its place is free again however it ends."""
        client = self.stream.access.principal.client
        try:
            await self.stream(receive, send)
        finally:
            self.listeners.leave(client)


def _place(request: Request) -> Place | None:
    """Where the listener was: `Last-Event-ID`, or `after` for those who cannot set headers."""
    given = request.headers.get("last-event-id") or request.query_params.get("after")
    return None if given is None else Place.read(given)


def _subject(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise Invalid("须为 UUID", "A subject is a UUID", where="query.subject") from None


@router.get(
    "", response_class=Response, responses=forms("text/event-stream"), dependencies=[only(*KNOWN)]
)
async def events(request: Request, actor: Actor) -> Response:
    """Events as they happen, or from `Last-Event-ID` on. Filters: `type`, `town`, `subject`."""
    house = house_of(request.app)
    query = request.query_params
    known = house.audience.types_for(actor.department)
    towns = [jurisdiction().town(name).code for name in query.getlist("town")]
    subjects = [_subject(one) for one in query.getlist("subject")]
    wish = wish_of(query.getlist("type"), towns, subjects, known)
    token = request.headers["authorization"].partition(" ")[2]
    access, place = house.tokens.check(token), _place(request)
    house.listeners.enter(actor.client, house.figure("gateway_listeners"))
    return Streamed(request, EventStream(house.hub, house.tokens, token, access, wish, place))


@router.get("/types", dependencies=[only()])
async def types(request: Request, actor: Actor) -> list[dict[str, str]]:
    """The types of event the caller may be told of, with the clause of each."""
    audience = house_of(request.app).audience
    return [
        {"type": name, "zh": audience.hearings[name].zh, "clause": audience.hearings[name].clause}
        for name in audience.types_for(actor.department)
    ]
