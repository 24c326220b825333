"""`/v1/clock`: the time of a rehearsal; what becomes due is done before the answer."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import orjson
from fastapi import APIRouter, Depends, Request

from gateway.house import House, house_of
from gateway.proxy import ServiceAway, TooSlow
from gateway.schemas import ClockMove, ClockShown
from shared.bus import SERVICES
from shared.clock import clock, legal_day, set_clock
from shared.deadlines import Timer
from shared.problem import Invalid, Refused
from shared.route import json_of, only
from shared.settings import settings

router = APIRouter(prefix="/v1/clock", tags=["clock"], dependencies=[only(), Depends(json_of)])
ROUNDS, QUIET_SECONDS, SECONDS_PER_SERVICE = 50, 0.15, 60.0


class ClockIsReal(Refused):
    """Real time moves by itself."""

    zh, en = "真实时钟不可调整", "The real clock cannot be moved"


@router.get("", response_model=ClockShown)
async def what_time() -> ClockShown:
    """The platform's time."""
    return _shown()


@router.post("", response_model=ClockShown)
async def move_clock(request: Request, move: ClockMove) -> ClockShown:
    """Move a virtual clock forward, and answer when all that became due is done."""
    if settings().clock != "virtual":
        raise ClockIsReal()
    step = timedelta(days=move.days, hours=move.hours, minutes=move.minutes)
    wanted = move.to or move.now or clock()
    target: datetime = wanted + step
    if target < clock():
        raise Invalid("时钟只能向前", "The clock only moves forward", where="body.to")
    set_clock(target)
    done, away = await _until_quiet(house_of(request.app), request.app.state.timer)
    return _shown(done, away)


async def _until_quiet(house: House, timer: Timer) -> tuple[int, list[str]]:
    """Let everybody do what is due, until twice in a row nobody had anything to do.

    A service that is away does what is due when it is back; the answer names it.
    """
    done, quiet = 0, 0
    away: list[str] = []
    for _ in range(ROUNDS):
        own = await timer.run()
        answers = await asyncio.gather(*(_run(house, name) for name in SERVICES))
        away = [name for name, ran in zip(SERVICES, answers, strict=True) if ran is None]
        ran = own + sum(one or 0 for one in answers)
        done, quiet = done + ran, 0 if ran else quiet + 1
        if quiet == 2:
            break
        # An event one service tells becomes another's work a moment later.
        await asyncio.sleep(QUIET_SECONDS)
    return done, away


async def _run(house: House, service: str) -> int | None:
    """How many due things a service did, or None when it is away."""
    try:
        response = await house.proxy.ask(
            service, "POST", "/internal/clock", {}, b"", SECONDS_PER_SERVICE
        )
    except (ServiceAway, TooSlow):
        return None
    async with response:
        return int(orjson.loads(await response.read())["run"]) if response.status == 200 else None


def _shown(run: int = 0, away: Sequence[str] = ()) -> ClockShown:
    moment = clock()
    day = legal_day(moment).isoformat()
    return ClockShown(now=moment, legal_day=day, kind=settings().clock, run=run, away=away)
