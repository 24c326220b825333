"""The event stream on its way to a screen: only what happened, when and where, never about whom."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx
from sse_starlette import ServerSentEvent

from gateway.cockpit.signing_in import SignInRefused
from gateway.cockpit.visitors import Visitor
from shared.jurisdiction import jurisdiction

PAUSE_SECONDS = 2.0


def lines_of(visitor: Visitor, names: Mapping[str, str]) -> AsyncIterator[ServerSentEvent]:
    """Events for one screen, reconnecting with a new token and from where it was."""
    return _lines(visitor, names)


async def _lines(visitor: Visitor, names: Mapping[str, str]) -> AsyncIterator[ServerSentEvent]:
    place: str | None = None
    while True:
        try:
            async with visitor.events(place) as said:
                reached = said.status_code == 200
                yield ServerSentEvent(event="state", data="on" if reached else "off")
                async for found, event in _parsed(said if reached else None):
                    place = found or place
                    if event is not None:
                        shown = shown_of(event, names)
                        yield ServerSentEvent(event="happened", data=shown, id=place)
        except (httpx.HTTPError, SignInRefused):
            yield ServerSentEvent(event="state", data="off")
        await asyncio.sleep(PAUSE_SECONDS)


async def _parsed(
    said: httpx.Response | None,
) -> AsyncIterator[tuple[str | None, dict[str, Any] | None]]:
    """Id and data of each event of the stream; comments are heartbeats and give nothing."""
    place: str | None = None
    data: list[str] = []
    if said is None:
        return
    async for line in said.aiter_lines():
        if line.startswith("id:"):
            place = line[3:].strip()
        elif line.startswith("data:"):
            data.append(line[5:].strip())
        elif not line and data:
            yield place, _event(data)
            data = []


def _event(data: list[str]) -> dict[str, Any] | None:
    try:
        event = json.loads("\n".join(data))
    except ValueError:
        return None
    return event if isinstance(event, dict) and "type" in event else None


def shown_of(event: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """What a screen may show of an event: its kind, time and town; no id of anybody."""
    kind = str(event["type"])
    town = (event.get("data") or {}).get("town")
    known = jurisdiction().towns.get(str(town))
    return json.dumps(
        {
            "type": kind,
            "zh": names.get(kind, kind),
            "owner": kind.split(".", 1)[0],
            "time": str(event.get("time", "")),
            "town": known.zh if known else "",
        },
        ensure_ascii=False,
    )
