"""The pages: sign in, overview, late clocks, money, scorecard, explanation, calendar, 大屏."""

import re
from datetime import date
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.templating import Jinja2Templates
from sse_starlette import EventSourceResponse

from gateway.cockpit import panels
from gateway.cockpit.live import lines_of
from gateway.cockpit.visitors import COOKIE, SignInRefused, Visitor
from shared.clock import clock, legal_day
from shared.jurisdiction import jurisdiction

router = APIRouter(include_in_schema=False)
templates = Jinja2Templates(directory=Path(__file__).parent / "templates")
MENU = (
    ("/", "总览"),
    ("/late", "逾期督办"),
    ("/scorecard", "部门成绩单"),
    ("/protection", "保护统计"),
    ("/money", "发放与资金"),
    ("/decisions", "认定说明"),
    ("/calendar", "即将变化"),
    ("/wall", "大屏"),
)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
YEAR = re.compile(r"20\d{2}")


def _visitor(request: Request) -> Visitor | None:
    found: Visitor | None = request.app.state.visitors.find(request.cookies.get(COOKIE))
    return found


def _page(request: Request, name: str, visitor: Visitor | None, **shown: Any) -> HTMLResponse:
    county = jurisdiction()
    office = county.departments.get(visitor.department) if visitor else None
    shown |= {
        "menu": MENU,
        "here": request.url.path,
        "county": county.meta,
        "office": office.zh if office else "",
        "officer": visitor.officer if visitor else "",
        "today": legal_day(clock()),
        "verdicts": panels.VERDICTS,
    }
    return templates.TemplateResponse(request, name, shown)


def _sign_in_page(request: Request, refusal: str = "", status: int = 200) -> HTMLResponse:
    page = _page(request, "sign-in.html", None, refusal=refusal)
    page.status_code = status
    return page


@router.get("/sign-in")
async def ask_who(request: Request) -> Response:
    """The sign-in form."""
    return _sign_in_page(request)


@router.post("/sign-in")
async def sign_in(
    request: Request,
    client: Annotated[str, Form(max_length=100)],
    secret: Annotated[str, Form(max_length=200)],
    officer: Annotated[str, Form(max_length=64)],
) -> Response:
    """A session for a department's client and its officer; the secret stays on this side."""
    try:
        cookie = await request.app.state.visitors.sign_in(
            client.strip(), secret.strip(), officer.strip()
        )
    except SignInRefused as refused:
        return _sign_in_page(request, str(refused), 401)
    answer = RedirectResponse("/", 303)
    answer.set_cookie(
        COOKIE, cookie, httponly=True, samesite="strict", secure=request.url.scheme == "https"
    )
    return answer


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    """Forget the session."""
    request.app.state.visitors.forget(request.cookies.get(COOKIE))
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(COOKIE)
    return answer


@router.get("/")
async def overview(request: Request) -> Response:
    """Numbers by town, and what happens now."""
    if (visitor := _visitor(request)) is None:
        return RedirectResponse("/sign-in", 303)
    return _page(request, "overview.html", visitor, **await panels.overview(visitor))


@router.get("/fragments/overview")
async def overview_fragment(request: Request) -> Response:
    """The numbers alone, for the page to put in place when something happened."""
    if (visitor := _visitor(request)) is None:
        return Response(status_code=401)
    return _page(request, "numbers.html", visitor, **await panels.overview(visitor))


@router.get("/wall")
async def wall(request: Request) -> Response:
    """The large-type page for a wall (大屏)."""
    if (visitor := _visitor(request)) is None:
        return RedirectResponse("/sign-in", 303)
    return _page(request, "wall.html", visitor, **await panels.overview(visitor))


@router.get("/late")
async def late(request: Request) -> Response:
    """Clocks that ran out."""
    if (visitor := _visitor(request)) is None:
        return RedirectResponse("/sign-in", 303)
    return _page(request, "late.html", visitor, **await panels.late_clocks(visitor))


@router.get("/money")
async def money(request: Request) -> Response:
    """Runs and money by month."""
    if (visitor := _visitor(request)) is None:
        return RedirectResponse("/sign-in", 303)
    return _page(request, "money.html", visitor, **await panels.money(visitor))


@router.get("/scorecard")
async def scorecard(request: Request) -> Response:
    """How the departments answered; this year unless a period is named."""
    if (visitor := _visitor(request)) is None:
        return RedirectResponse("/sign-in", 303)
    today = legal_day(clock())
    since = _day(request, "since", today.replace(month=1, day=1))
    until = _day(request, "until", today)
    shown = await panels.scorecard(visitor, since, max(until, since))
    return _page(request, "scorecard.html", visitor, **shown)


@router.get("/protection")
async def protection(request: Request) -> Response:
    """What the joint meeting sees of protection: numbers by kind, town and month."""
    if (visitor := _visitor(request)) is None:
        return RedirectResponse("/sign-in", 303)
    given = request.query_params.get("year", "")
    year = int(given) if YEAR.fullmatch(given) else legal_day(clock()).year
    return _page(request, "protection.html", visitor, **await panels.protection(visitor, year))


def _day(request: Request, name: str, default: date) -> date:
    given = request.query_params.get(name, "")
    try:
        return date.fromisoformat(given) if DAY.fullmatch(given) else default
    except ValueError:
        return default


@router.get("/decisions")
async def decision(request: Request) -> Response:
    """Why: the explanation tree of one decision, by its number."""
    if (visitor := _visitor(request)) is None:
        return RedirectResponse("/sign-in", 303)
    given = request.query_params.get("id", "").strip()
    shown: dict[str, Any] = {"given": given, "answer": None, "head": {}, "trees": []}
    if given:
        try:
            shown |= await panels.decision(visitor, str(UUID(given)))
        except ValueError:
            shown["wrong"] = "认定编号格式不符"
    return _page(request, "decision.html", visitor, **shown)


@router.get("/calendar")
async def coming(request: Request) -> Response:
    """What changes in the months ahead."""
    if (visitor := _visitor(request)) is None:
        return RedirectResponse("/sign-in", 303)
    return _page(request, "calendar.html", visitor, **await panels.coming(visitor))


@router.get("/live")
async def live(request: Request) -> Response:
    """What happens, to one screen, as it happens."""
    if (visitor := _visitor(request)) is None:
        return Response(status_code=401)
    types = await visitor.get("/v1/events/types")
    names = {one["type"]: one["zh"] for one in types.data} if types.known else {}
    return EventSourceResponse(lines_of(visitor, names), ping=15)
