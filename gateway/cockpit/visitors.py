"""Who has signed in here: each with their own tokens at the gateway.

The session lies in the cookie, sealed; what is in memory only spares a question to the gateway.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import httpx

from gateway.cockpit.signing_in import Granted, SigningIn, SignInRefused, sealed, unsealed

MOST_REMEMBERED = 1_000
SESSION = "session"
COOKIE = "hutong_cockpit"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the gateway said: data, or why there is none, as a sentence for the page."""

    data: Any = None
    status: int = 200
    refusal: str = ""

    @property
    def known(self) -> bool:
        """Whether there is something to show."""
        return self.status == 200


@dataclass(slots=True)
class Visitor:
    """One signed-in officer; in the browser the tokens are sealed, and otherwise nowhere."""

    signing_in: SigningIn
    granted: Granted
    officer: str
    department: str = ""
    town: str | None = None
    ended: bool = False
    _renewing: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def http(self) -> httpx.AsyncClient:
        """The way to the gateway."""
        return self.signing_in.http

    async def authorization(self) -> dict[str, str]:
        """The header of a live token; renewed shortly before it ends, once for all who ask."""
        async with self._renewing:
            if self.ended:
                raise SignInRefused("登录已失效，请重新登录")
            if monotonic() >= self.granted.until:
                try:
                    self.granted = await self.signing_in.renewed(self.granted)
                except SignInRefused:
                    self.ended = True
                    raise
        return {"Authorization": f"Bearer {self.granted.token}"}

    async def get(self, path: str, **query: Any) -> Answer:
        """A GET at the gateway; a refusal is an answer like any other."""
        try:
            headers = await self.authorization()
            said = await self.http.get(path, params=query, headers=headers)
        except SignInRefused as refused:
            return Answer(status=401, refusal=str(refused))
        except httpx.HTTPError:
            return Answer(status=503, refusal="网关暂不可用")
        if said.status_code == 200:
            return Answer(said.json())
        if said.status_code == 401:
            # Ended at the gateway before its time: the next request asks whether we still may.
            self.granted = self.granted.over()
        return Answer(status=said.status_code, refusal=_sentence(said))

    @asynccontextmanager
    async def events(self, after: str | None) -> AsyncIterator[httpx.Response]:
        """The stream of events, from a place on."""
        headers = await self.authorization() | {"Accept": "text/event-stream"}
        if after is not None:
            headers["Last-Event-ID"] = after
        timeout = httpx.Timeout(10, read=60)
        async with self.http.stream("GET", "/v1/events", headers=headers, timeout=timeout) as said:
            yield said


def _sentence(said: httpx.Response) -> str:
    try:
        problem = said.json()
    except ValueError:
        return "暂无数据"
    return str(problem.get("title") or "暂无数据")


class Visitors:
    """Those who were here lately; whoever is not among them is known by what their cookie says."""

    def __init__(self, signing_in: SigningIn) -> None:
        self._signing_in = signing_in
        self._by_cookie: OrderedDict[str, Visitor] = OrderedDict()

    async def welcome(self, granted: Granted, officer: str) -> str:
        """A new session for somebody who came back with a good code; its cookie."""
        visitor = Visitor(self._signing_in, granted, officer)
        me = await visitor.get("/v1/me")
        if me.known:
            visitor.department = str(me.data.get("department", ""))
            visitor.town = me.data.get("town")
        words = {"refresh": granted.refresh, "officer": officer}
        words |= {"department": visitor.department, "town": visitor.town or ""}
        cookie = sealed(SESSION, words)
        self._remember(cookie, visitor)
        return cookie

    async def find(self, cookie: str | None) -> Visitor | None:
        """The visitor of a cookie, unless no longer welcome at the gateway."""
        visitor = self._by_cookie.get(cookie or "") or self._of(cookie or "")
        if visitor is None or cookie is None:
            return None
        try:
            await visitor.authorization()
        except SignInRefused:
            self._by_cookie.pop(cookie, None)
            return None
        except httpx.HTTPError:
            pass  # The gateway is away: the pages say so, and the session waits for it.
        self._remember(cookie, visitor)
        return visitor

    async def forget(self, cookie: str | None) -> None:
        """Sign out, here and at the gateway."""
        visitor = self._by_cookie.pop(cookie or "", None) or self._of(cookie or "")
        if visitor is not None:
            await self._signing_in.ended(visitor.granted)

    def _of(self, cookie: str) -> Visitor | None:
        words = unsealed(SESSION, cookie)
        if words is None:
            return None
        granted = Granted("", words["refresh"], 0.0)
        town = words["town"] or None
        return Visitor(self._signing_in, granted, words["officer"], words["department"], town)

    def _remember(self, cookie: str, visitor: Visitor) -> None:
        self._by_cookie[cookie] = visitor
        self._by_cookie.move_to_end(cookie)
        while len(self._by_cookie) > MOST_REMEMBERED:
            self._by_cookie.popitem(last=False)
