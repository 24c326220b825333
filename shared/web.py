"""A service assembled: its doors, its background work, health and metrics."""

import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from functools import lru_cache, partial
from types import ModuleType
from typing import Annotated, Any
from uuid import UUID

import structlog
from fastapi import APIRouter, Depends, FastAPI, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, Histogram, generate_latest
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select, text

from shared.audit.door import audit_router
from shared.audit.seal import seal
from shared.background import Loop
from shared.bus import Handler, SetAside, handlers_of
from shared.database import (
    Session,
    Sessions,
    engine_for,
    sessions_of,
    transaction,
)
from shared.deadlines import Timer, due_handlers_of
from shared.identity import REQUEST_ID, Actor, caller_of
from shared.inbox import replay, skip
from shared.openapi import describe
from shared.policy import require_sound
from shared.problems import handle_problems
from shared.relay import Bus
from shared.route import IfMatch, Route, Straight, expect_version
from shared.settings import settings

log = structlog.get_logger()
__all__ = ["IfMatch", "Route", "create_app", "expect_version", "readiness"]
SEAL_SECONDS = 3


class Reason(BaseModel):
    """Why somebody does what the rules leave to them."""

    model_config = ConfigDict(extra="forbid")
    reason: Annotated[str, Field(min_length=4, max_length=500)]


REQUESTS = Counter("hutong_requests", "Requests", ["service", "method", "route", "status"])
SECONDS = Histogram("hutong_request_seconds", "Time to answer", ["service", "route"])
UNSENT = Gauge("hutong_outbox_unsent", "Events committed and not yet published", ["service"])
UNSENT_AGE = Gauge("hutong_outbox_oldest_seconds", "Age of the oldest such event", ["service"])
ASIDE = Gauge("hutong_set_aside", "Events set aside and not resolved", ["service"])
EARLY = Gauge("hutong_inbox_waiting", "Events early, or to be tried again", ["service"])
EARLY_AGE = Gauge("hutong_inbox_oldest_seconds", "Age of the oldest such event", ["service"])
CONNECTED = Gauge("hutong_bus_connected", "Whether NATS is connected", ["service"])


def set_aside_router(service: str, handlers: dict[str, Handler]) -> APIRouter:
    """What an operator does about events that could not be handled (事件搁置)."""
    router = APIRouter(prefix=f"/v1/{service}/set-aside", tags=["operation"], route_class=Route)

    @router.get("")
    async def list_set_aside(session: Session, actor: Actor) -> list[dict[str, Any]]:
        """Events set aside and not resolved, oldest first, with the kind of error."""
        actor.of("operator", "auditor")
        rows = await session.scalars(
            select(SetAside).where(SetAside.resolved_at.is_(None)).order_by(SetAside.at).limit(500)
        )
        names = ("event_id", "type", "subject_id", "sequence", "error", "attempts", "at")
        return [{name: getattr(row, name) for name in names} for row in rows]

    @router.post("/{event_id}/replay", status_code=204)
    async def replay_set_aside(session: Session, actor: Actor, event_id: UUID) -> None:
        """Handle it now; later events of its subject follow by themselves."""
        actor.of("operator")
        await replay(session, handlers, event_id, actor)

    @router.post("/{event_id}/skip", status_code=204)
    async def skip_set_aside(
        session: Session, actor: Actor, event_id: UUID, reason: Reason
    ) -> None:
        """Give it up with a reason that stays on record."""
        actor.of("operator")
        await skip(session, event_id, actor, reason.reason)

    return router


def create_app(
    service: str, routers: Iterable[APIRouter], *, consumers: ModuleType | None = None
) -> FastAPI:
    """A service assembled: its doors, database, bus, clocks, health and metrics."""
    app = FastAPI(
        title=service,
        version="1",
        lifespan=_lifespan(service, consumers),
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=lambda route: route.name,
        # The framework's own traces would carry addresses and queries past the disclosure policy.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.service, routers = service, list(routers)
    for router in routers:
        # Nobody enters unsigned, also where a handler does not ask who it is.
        inside = [Depends(caller_of)] if router.prefix.startswith("/v1") else []
        app.include_router(router, dependencies=inside)
    app.include_router(audit_router(service))
    if consumers is not None:
        app.include_router(set_aside_router(service, handlers_of(consumers)))
    app.include_router(_internal())
    handle_problems(app)
    describe(app)
    app.add_middleware(Straight, routes=[route for one in routers for route in one.routes])
    app.add_middleware(Watch, service=service)
    return app


def _lifespan(service: str, consumers: ModuleType | None) -> Any:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        require_sound()
        engine = engine_for(settings().database_url)
        sessions = sessions_of(engine)
        handlers = handlers_of(consumers) if consumers else {}
        bus = Bus(service, sessions, handlers)
        timer = Timer(service, sessions, due_handlers_of(consumers) if consumers else {})
        app.state.sessions, app.state.bus, app.state.timer = sessions, bus, timer
        await bus.start()
        timer.loop.start()
        sealer = Loop(f"{service} sealer", partial(seal, service, sessions), every=SEAL_SECONDS)
        sealer.start()
        app.state.sealer = sealer
        yield
        await sealer.stop()
        await timer.loop.stop()
        await bus.stop()
        await engine.dispose()

    return lifespan


@lru_cache(1000)  # what a caller may send as a method has no end
def _series(service: str, method: str, route: str, status: int) -> tuple[Counter, Histogram]:
    """What counts and times the requests of one kind."""
    return REQUESTS.labels(service, method, route, status), SECONDS.labels(service, route)


class Watch:
    """Counts and times every request and logs it by its template, never by its path or query."""

    def __init__(self, app: Any, service: str) -> None:
        self.app, self.service = app, service

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def note(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, note)
        finally:
            route = getattr(scope.get("route"), "path", "unrouted")
            requests, seconds = _series(self.service, scope["method"], route, status)
            requests.inc()
            seconds.observe(time.perf_counter() - began)
            if status >= 500:
                headers = dict(scope["headers"])
                request_id = headers.get(REQUEST_ID.lower().encode(), b"").decode()
                log.error("request failed", route=route, status=status, request_id=request_id)


def _internal() -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/health/live")
    async def live() -> dict[str, str]:
        return {"status": "live"}

    @router.get("/health/ready")
    async def ready(request: Request, response: Response) -> dict[str, Any]:
        state = await readiness(request.app)
        response.status_code = 200 if state["ready"] else 503
        return state

    @router.get("/metrics")
    async def metrics(request: Request) -> Response:
        await readiness(request.app)
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    @router.post("/internal/clock")
    async def clock_moved(request: Request) -> dict[str, int]:
        return {"run": await request.app.state.timer.run()}

    return router


async def readiness(app: FastAPI) -> dict[str, Any]:
    """Whether the service can do its duty, and the state of database, bus and clocks.

    NATS is not a condition: what is committed waits in the outbox.
    """
    sessions: Sessions = app.state.sessions
    state: dict[str, Any] = {"service": app.state.service, "database": "ready"}
    try:
        async with transaction(sessions) as session:
            await session.execute(text("SELECT 1 FROM outbox LIMIT 0"))
        state["bus"] = bus = await app.state.bus.state()
        UNSENT.labels(app.state.service).set(bus["unsent"])
        UNSENT_AGE.labels(app.state.service).set(bus["oldest_unsent_seconds"])
        ASIDE.labels(app.state.service).set(bus["set_aside"])
        EARLY.labels(app.state.service).set(bus["early"])
        EARLY_AGE.labels(app.state.service).set(bus["oldest_early_seconds"])
        CONNECTED.labels(app.state.service).set(bus["connected"])
    except Exception as error:  # noqa: BLE001 - whatever is wrong with it, it is not ready
        state["database"] = f"waiting ({type(error).__name__})"
    state["clocks"] = "running" if app.state.timer.loop.running() else "stopped"
    running = state.get("bus", {}).get("running", False)
    state["ready"] = state["database"] == "ready" and state["clocks"] == "running" and running
    return state
