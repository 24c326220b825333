"""`/v1/dci/registry/…`: the registry interface of the Digital Convergence Initiative.

Sync addresses answer at once; the others acknowledge and call back. Each answer, and each
refusal, has the standard's form.
"""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError

from gateway.dci import messages, signing
from gateway.dci.answering import check_count, checked, searched
from gateway.dci.callbacks import all_rejected
from gateway.dci.refusals import HEADER_CODES, acknowledged_as, errors_of
from gateway.dci.registry import stamp
from gateway.dci.status import standing
from gateway.house import House, house_of
from shared.database import Session, new_id
from shared.identity import REQUEST_ID, Actor, Principal
from shared.problem import Problem, Unauthenticated
from shared.problems import invalid
from shared.web import Route

Json = dict[str, Any]


class RegistryRoute(Route):
    """A route whose refusals have the standard's form, and ours."""

    def get_route_handler(self) -> Callable[[Request], Any]:
        """Turn problems into the standard's answers."""
        handle = super().get_route_handler()

        async def answered(request: Request) -> Response:
            try:
                response: Response = await handle(request)
            except RequestValidationError as error:
                return refusal(request, invalid(list(error.errors())))
            except Problem as problem:
                return refusal(request, problem)
            return response

        return answered


router = APIRouter(prefix="/v1/dci/registry", route_class=RegistryRoute, tags=["dci"])


def asks_status(request: Request) -> bool:
    """Whether it is asked what became of a request."""
    return request.url.path.endswith("/txn/status")


def refusal(request: Request, problem: Problem) -> Response:
    """One body that is a problem (RFC 9457) and what the standard says of refusals."""
    errors = errors_of(problem)
    body = problem.body(request.headers.get(REQUEST_ID)) | {"errors": errors}
    first = errors[0]
    if "/sync/" in request.url.path:
        registry = house_of(request.app).registry
        body["header"] = {
            "version": "1.0.0",
            "message_id": str(uuid4()),
            "message_ts": stamp(),
            "action": "txn-on-status" if asks_status(request) else "on-search",
            "status": "rjct",
            "sender_id": registry.name,
            "status_reason_message": first["message"],
        }
        if first["code"] in HEADER_CODES:
            body["header"]["status_reason_code"] = first["code"]
    else:
        said = {"code": acknowledged_as(first["code"]), "message": first["message"]}
        body["message"] = {
            "ack_status": "ERR",
            "timestamp": stamp(),
            "correlation_id": body.get("request_id", str(uuid4())),
            "error": said,
        }
    headers = {}
    if problem.retry_after is not None:
        headers["retry-after"] = str(problem.retry_after)
    if isinstance(problem, Unauthenticated):
        headers["www-authenticate"] = 'Bearer realm="hutong"'
    return Response(orjson.dumps(body), problem.status, headers, "application/json")


async def _admitted(
    request: Request, actor: Principal, action: str, said: messages.Envelope
) -> House:
    """The house, once the envelope was verified."""
    house = house_of(request.app)
    await house.registry.admit(actor, action, said, signing.read(await request.body()))
    return house


def _answered(house: House, actor: Principal, action: str, message: Json) -> Response:
    """A signed answer; where every request in it was refused, its status says so too."""
    refused = all_rejected(message)
    status = "rjct" if refused else "succ"
    envelope = house.registry.envelope(action, actor.client, message, status=status)
    return Response(orjson.dumps(envelope), 400 if refused else 200, media_type="application/json")


@router.post("/sync/search")
async def search(request: Request, actor: Actor, said: messages.SearchEnvelope) -> Response:
    """Who is this child to the register, as far as the caller may know?"""
    check_count(said.header.total_count, said.message.search_request)
    house = await _admitted(request, actor, "search", said)
    message = await searched(house.registry, actor, said.message, str(new_id()))
    return _answered(house, actor, "on-search", message)


@router.post("/sync/enrolled")
async def enrolled(request: Request, actor: Actor, said: messages.EnrolledEnvelope) -> Response:
    """Is this child in the programme already? Yes or no."""
    house = await _admitted(request, actor, "search", said)
    message = await checked(house.registry, actor, said.message, str(new_id()))
    return _answered(house, actor, "on-search", message)


@router.post("/sync/txn/status")
async def status(
    request: Request, session: Session, actor: Actor, said: messages.StatusEnvelope
) -> Response:
    """What became of a request that is answered by a callback?"""
    house = await _admitted(request, actor, "txn-status", said)
    message = await standing(session, actor.client, said.message, str(new_id()))
    return _answered(house, actor, "txn-on-status", message)


async def _accepted(
    request: Request, session: Session, actor: Actor, kind: str, said: messages.Envelope
) -> Json:
    action = "txn-status" if kind == "status" else kind
    house = await _admitted(request, actor, action, said)
    correlation = await house.callbacks.accept(session, actor, kind, said)
    said_back = {"ack_status": "ACK", "timestamp": stamp(), "correlation_id": str(correlation)}
    return {"message": said_back}


@router.post("/search", status_code=202)
async def search_later(
    request: Request, session: Session, actor: Actor, said: messages.SearchEnvelope
) -> Json:
    """As `/sync/search`, answered at `…/on-search`."""
    check_count(said.header.total_count, said.message.search_request)
    return await _accepted(request, session, actor, "search", said)


@router.post("/subscribe", status_code=202)
async def subscribe(
    request: Request, session: Session, actor: Actor, said: messages.SubscribeEnvelope
) -> Json:
    """Be told at `…/notify` of what becomes of one child's enrolment."""
    check_count(said.header.total_count, said.message.subscribe_request)
    return await _accepted(request, session, actor, "subscribe", said)


@router.post("/unsubscribe", status_code=202)
async def unsubscribe(
    request: Request, session: Session, actor: Actor, said: messages.UnsubscribeEnvelope
) -> Json:
    """Be told no more."""
    return await _accepted(request, session, actor, "unsubscribe", said)


@router.post("/txn/status", status_code=202)
async def status_later(
    request: Request, session: Session, actor: Actor, said: messages.StatusEnvelope
) -> Json:
    """As `/sync/txn/status`, answered at `…/txn/on-status`; what is unknown is refused at once."""
    await standing(session, actor.client, said.message, "")
    return await _accepted(request, session, actor, "status", said)
