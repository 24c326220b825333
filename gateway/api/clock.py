"""`/v1/clock`: the time of a rehearsal; what becomes due is done before the answer."""

import asyncio
from datetime import datetime, timedelta

from fastapi import APIRouter, Request

from gateway.house import House, house_of
from gateway.identity.clients import SERVICES
from gateway.schemas import ClockMove, ClockShown
from shared.clock import clock, legal_day, set_clock
from shared.problem import Invalid, Refused
from shared.settings import settings

router = APIRouter(prefix="/v1/clock", tags=["clock"])
ROUNDS, QUIET_SECONDS, SECONDS_PER_SERVICE = 50, 0.15, 60.0


class ClockIsReal(Refused):
    """Real time moves by itself."""

    zh, en = "真实时钟不可调整", "The real clock cannot be moved"


@router.get("", response_model=ClockShown)
async def what_time() -> ClockShown:
    """The platform's time."""
    return _shown(0)


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
    return _shown(await _until_quiet(house_of(request.app)))


async def _until_quiet(house: House) -> int:
    """Let every service do what is due, until twice in a row nobody had anything to do."""
    done, quiet = 0, 0
    for _ in range(ROUNDS):
        ran = sum(await asyncio.gather(*(_run(house, name) for name in SERVICES)))
        done, quiet = done + ran, 0 if ran else quiet + 1
        if quiet == 2:
            break
        # An event one service tells becomes another's work a moment later.
        await asyncio.sleep(QUIET_SECONDS)
    return done


async def _run(house: House, service: str) -> int:
    response = await house.proxy.ask(
        service, "POST", "/internal/clock", {}, b"", SECONDS_PER_SERVICE
    )
    async with response:
        return int((await response.json())["run"]) if response.status == 200 else 0


def _shown(run: int) -> ClockShown:
    moment = clock()
    day = legal_day(moment).isoformat()
    return ClockShown(now=moment, legal_day=day, kind=settings().clock, run=run)
