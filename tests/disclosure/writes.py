"""Everything that was told of the city, told again by everybody: a write is answered as well.

What to write is what the offices themselves wrote while the city was told, so that a route of
which the city tells is tried from its first day.
"""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import aiohttp

from gateway.routes import Line
from tests.disclosure.fuzz import LEFT_ALONE
from tests.disclosure.matrix import ABSENT, AT_ONCE, NOBODY, PATIENCE, Answer, Who, bearer, table
from tests.disclosure.world import World
from tests.journeys.traces import Heard


@dataclass(frozen=True, slots=True)
class Write:
    """One write of the telling, and about whose thing it was."""

    line: Line
    path: str
    child: str
    content: bytes
    kind: str


def told(world: World, people: list[Who], heard: list[Heard]) -> Iterator[Answer]:
    """What the offices were answered while they told the city."""
    known = {who.label: who for who in people}
    for one, write in _writes(world, heard):
        sent = write.content.decode(errors="replace")
        target = f"{write.path} {sent}"
        yield Answer(known[one.client], write.line, target, write.child, one.status, one.text)


async def told_again(world: World, people: list[Who], heard: list[Heard]) -> list[Answer]:
    """Each write once more by everybody whom the table lets, about the first child and the one
    that is shielded; and about what is not there."""
    once = {(w.line.method, w.line.path, w.child): w for _, w in _writes(world, heard)}
    chosen = [write for write in once.values() if write.child != "far"]
    async with aiohttp.ClientSession(
        world.offices.url, connector=aiohttp.TCPConnector(limit=AT_ONCE), timeout=PATIENCE
    ) as client:
        asking = []
        for write in chosen:
            for who in people:
                if write.line.permits(who.principal.department):
                    asking.append(_tell(client, who, write, write.path, write.child))
                    if (gone := _without(world, write.path)) != write.path:
                        asking.append(_tell(client, who, write, gone, ABSENT))
        return await asyncio.gather(*asking)


def _writes(world: World, heard: Iterable[Heard]) -> Iterator[tuple[Heard, Write]]:
    lines = table()
    for one in heard:
        method, _, path = one.request.partition(" ")
        line = lines.find(method, path)
        if method == "GET" or line is None or one.status >= 300:
            continue
        if (method, line.path) not in LEFT_ALONE:
            yield one, Write(line, path, _child(world, path), one.sent, one.kind)


def _child(world: World, path: str) -> str:
    """Whose thing a path names."""
    parts = set(path.split("/"))
    known = (pair for pairs in world.ids.values() for pair in pairs)
    return next((whose for value, whose in known if whose and value in parts), "")


def _without(world: World, path: str) -> str:
    """The path of what is not there."""
    known = {value for pairs in world.ids.values() for value, whose in pairs if whose}
    return "/".join(NOBODY if part in known else part for part in path.split("/"))


async def _tell(
    client: aiohttp.ClientSession, who: Who, write: Write, path: str, child: str
) -> Answer:
    headers = {"Authorization": bearer(who), "Content-Type": write.kind}
    method = write.line.method
    async with client.request(method, path, data=write.content, headers=headers) as got:
        text = (await got.read()).decode(errors="replace")
        # What somebody says is no news to them.
        said = f"{path} {write.content.decode(errors='replace')}"
        return Answer(who, write.line, said, child, got.status, text)
