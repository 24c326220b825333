"""The cockpit assembled: `uvicorn gateway.cockpit.app:app`, on the port beside the gateway's."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.staticfiles import StaticFiles

from gateway.cockpit.pages import NobodyThere, router
from gateway.cockpit.signing_in import SigningIn
from gateway.cockpit.visitors import Visitors
from shared.settings import settings

HERE = Path(__file__).parent
# Everything comes from this address; nothing is loaded from elsewhere, nothing may frame it.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """One client of the gateway for all visitors."""
    async with httpx.AsyncClient(base_url=settings().gateway_url, timeout=10) as http:
        app.state.http = http
        app.state.signing_in = SigningIn(http)
        app.state.visitors = Visitors(app.state.signing_in)
        yield


app = FastAPI(title="护童驾驶舱 | Cockpit", lifespan=lifespan, docs_url=None, redoc_url=None)
app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
app.include_router(router)


@app.middleware("http")
async def guarded(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
    """The headers of every answer."""
    response = await answer(request)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


@app.exception_handler(NobodyThere)
async def outside(request: Request, _: NobodyThere) -> Response:
    """A page leads to the sign-in; what a page fetches by itself is told 401."""
    if request.headers.get("sec-fetch-mode", "navigate") == "navigate":
        return RedirectResponse("/sign-in", 303)
    return Response(status_code=401)


@app.get("/health/live")
async def live() -> dict[str, str]:
    """The process runs."""
    return {"status": "live"}


@app.get("/health/ready")
async def ready(request: Request, response: Response) -> dict[str, Any]:
    """Ready when the gateway can be reached; without it the pages say so."""
    try:
        said = await request.app.state.http.get("/health/live")
        reached = said.status_code == 200
    except httpx.HTTPError:
        reached = False
    response.status_code = 200 if reached else 503
    return {"ready": reached, "gateway": "reached" if reached else "waiting"}
