"""The gateway assembled: `uvicorn gateway.app:app`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from gateway.api import routers
from gateway.door import Door
from gateway.house import House
from shared.web import create_app


def local_app() -> FastAPI:
    """The gateway's own routes, begun and ended together with the house."""
    app = create_app("gateway", routers())
    # FastAPI's own document knows only these routes; ours is of the whole house.
    own = next(
        route for route in app.router.routes if getattr(route, "path", "") == app.openapi_url
    )
    app.router.routes.remove(own)
    begin_service = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with begin_service(app):
            app.state.house = House(app.state.sessions)
            async with app.state.house.running():
                yield

    app.router.lifespan_context = lifespan
    return app


app = Door(local_app())
