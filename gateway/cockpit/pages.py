"""The pages: sign in, overview, late clocks, money, scorecard, explanation, calendar, 大屏."""

import re
from datetime import date
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import httpx
from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.templating import Jinja2Templates
from sse_starlette import EventSourceResponse

from gateway.cockpit import panels
from gateway.cockpit.live import lines_of
from gateway.cockpit.signing_in import ATTEMPT_SECONDS, SignInRefused
from gateway.cockpit.visitors import COOKIE, Visitor, Visitors
from shared.clock import clock, legal_day
from shared.jurisdiction import jurisdiction
from shared.settings import settings

router = APIRouter(include_in_schema=False)
templates = Jinja2Templates(directory=Path(__file__).parent / "templates")
MENU = (
    ("/", "总览"),
    ("/late", "逾期督办"),
    ("/desk", "保护待办"),
    ("/scorecard", "部门成绩单"),
    ("/protection", "保护统计"),
    ("/money", "发放与资金"),
    ("/decisions", "认定说明"),
    ("/calendar", "即将变化"),
    ("/wall", "大屏"),
)
SIGNING_IN = "hutong_signing_in"
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
YEAR = re.compile(r"20\d{2}")


class NobodyThere(Exception):
    """No live session: whoever it is has to sign in first."""


async def visitor_of(request: Request) -> Visitor:
    """The officer at this screen."""
    visitors: Visitors = request.app.state.visitors
    found = await visitors.find(request.cookies.get(COOKIE))
    if found is None:
        raise NobodyThere()
    return found


Who = Annotated[Visitor, Depends(visitor_of)]


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


def _outside(request: Request, said: str = "", status: int = 200, onward: str = "") -> HTMLResponse:
    """The page of those who are not in: why, and the way in."""
    page = _page(request, "sign-in.html", None, said=said, refused=status != 200, onward=onward)
    page.status_code = status
    return page


def _cookie(answer: Response, name: str, value: str, **how: Any) -> None:
    secure = settings().cockpit_url.startswith("https:")
    answer.set_cookie(name, value, httponly=True, secure=secure, **how)


@router.get("/sign-in")
async def begin_sign_in(request: Request) -> Response:
    """On to the gateway's sign-in page; a browser that asked by another name comes here first."""
    own = settings().cockpit_url.rstrip("/")
    if request.headers.get("host") != urlsplit(own).netloc:
        return RedirectResponse(f"{own}/sign-in", 303)
    try:
        address, carried = await request.app.state.signing_in.begin()
    except httpx.HTTPError:
        return _outside(request, "网关暂不可用，请稍后再试", 503)
    answer = RedirectResponse(address, 303)
    # Lax: the way back begins at the gateway's page, or at the city's.
    _cookie(answer, SIGNING_IN, carried, samesite="lax", path="/sign-in", max_age=ATTEMPT_SECONDS)
    return answer


@router.get("/sign-in/return")
async def finish_sign_in(request: Request) -> Response:
    """Back from the gateway with a code: a session, and on to the overview.

    A page and no redirect: a strict cookie is not sent where a redirect from elsewhere leads.
    """
    carried = request.cookies.get(SIGNING_IN, "")
    try:
        came = dict(request.query_params)
        granted, officer = await request.app.state.signing_in.finish(carried, came)
        cookie = await request.app.state.visitors.welcome(granted, officer)
    except SignInRefused as refused:
        return _outside(request, str(refused), 401)
    except httpx.HTTPError:
        return _outside(request, "网关暂不可用，请稍后再试", 503)
    answer = _outside(request, "已登录，正在进入驾驶舱…", onward="/")
    _cookie(answer, COOKIE, cookie, samesite="strict")
    answer.delete_cookie(SIGNING_IN, path="/sign-in")
    return answer


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    """Forget the session, here and at the gateway."""
    await request.app.state.visitors.forget(request.cookies.get(COOKIE))
    answer = _outside(request, "已退出登录")
    answer.delete_cookie(COOKIE)
    return answer


@router.get("/")
async def overview(request: Request, visitor: Who) -> Response:
    """Numbers by town, and what happens now."""
    return _page(request, "overview.html", visitor, **await panels.overview(visitor))


@router.get("/fragments/overview")
async def overview_fragment(request: Request, visitor: Who) -> Response:
    """The numbers alone, for the page to put in place when something happened."""
    return _page(request, "numbers.html", visitor, **await panels.overview(visitor))


@router.get("/wall")
async def wall(request: Request, visitor: Who) -> Response:
    """The large-type page for a wall (大屏)."""
    return _page(request, "wall.html", visitor, **await panels.overview(visitor))


@router.get("/late")
async def late(request: Request, visitor: Who) -> Response:
    """Clocks that ran out."""
    return _page(request, "late.html", visitor, **await panels.late_clocks(visitor))


@router.get("/desk")
async def desk(request: Request, visitor: Who) -> Response:
    """What waits in protection: all of it, what ran out, what is due today or within the week."""
    given = request.query_params.get("due", "")
    shown = await panels.desk(visitor, given if given in {"overdue", "today", "week"} else "")
    return _page(request, "desk.html", visitor, **shown)


@router.get("/money")
async def money(request: Request, visitor: Who) -> Response:
    """Runs and money by month."""
    return _page(request, "money.html", visitor, **await panels.money(visitor))


@router.get("/scorecard")
async def scorecard(request: Request, visitor: Who) -> Response:
    """How the departments answered; this year unless a period is named."""
    today = legal_day(clock())
    since = _day(request, "since", today.replace(month=1, day=1))
    until = _day(request, "until", today)
    shown = await panels.scorecard(visitor, since, max(until, since))
    return _page(request, "scorecard.html", visitor, **shown)


@router.get("/protection")
async def protection(request: Request, visitor: Who) -> Response:
    """What the joint meeting sees of protection: numbers by kind, town and month."""
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
async def decision(request: Request, visitor: Who) -> Response:
    """Why: the explanation tree of one decision, by its number."""
    given = request.query_params.get("number", "").strip()
    shown: dict[str, Any] = {"given": given, "answer": None, "head": {}, "trees": []}
    if given:
        shown |= await panels.decision(visitor, given)
    return _page(request, "decision.html", visitor, **shown)


@router.get("/calendar")
async def coming(request: Request, visitor: Who) -> Response:
    """What changes in the months ahead."""
    return _page(request, "calendar.html", visitor, **await panels.coming(visitor))


@router.get("/live")
async def live(visitor: Who) -> Response:
    """What happens, to one screen, as it happens."""
    types = await visitor.get("/v1/events/types")
    names = {one["type"]: one["zh"] for one in types.data} if types.known else {}
    return EventSourceResponse(lines_of(visitor, names), ping=15)
