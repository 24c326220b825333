"""Who has signed in here: sessions in memory, each with its own token at the gateway."""

import secrets
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import httpx

IDLE_SECONDS = 10 * 3600.0
MOST_SESSIONS = 1_000
COOKIE = "hutong_cockpit"


class SignInRefused(Exception):
    """The gateway did not take these credentials; the text is for the person at the screen."""


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
    """One signed-in officer: the credentials lie here, in memory, and go nowhere else."""

    http: httpx.AsyncClient
    client: str
    secret: str
    officer: str
    department: str = ""
    town: str | None = None
    token: str = ""
    until: float = 0.0
    seen: float = field(default_factory=monotonic)

    async def authorization(self) -> dict[str, str]:
        """The header of a live token; asked for anew shortly before it ends."""
        if monotonic() >= self.until:
            await self._renew()
        return {"Authorization": f"Bearer {self.token}"}

    async def _renew(self) -> None:
        form = {
            "grant_type": "client_credentials",
            "client_id": self.client,
            "client_secret": self.secret,
            "officer": self.officer,
        }
        try:
            granted = await self.http.post("/oauth/token", data=form)
        except httpx.HTTPError as error:
            raise SignInRefused("网关暂不可用，请稍后再试") from error
        if granted.status_code != 200:
            raise SignInRefused("接入系统编号、密钥或经办人有误")
        body = granted.json()
        self.token, self.until = body["access_token"], monotonic() + body["expires_in"] * 0.8

    async def get(self, path: str, **query: Any) -> Answer:
        """A GET at the gateway; a refusal is an answer like any other."""
        try:
            headers = await self.authorization()
            said = await self.http.get(path, params=query, headers=headers)
        except (httpx.HTTPError, SignInRefused):
            return Answer(status=503, refusal="网关暂不可用")
        if said.status_code == 200:
            return Answer(said.json())
        if said.status_code == 401:
            self.until = 0.0
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
    """All sessions; the least recently seen goes when there are too many."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self._by_cookie: OrderedDict[str, Visitor] = OrderedDict()

    async def sign_in(self, client: str, secret: str, officer: str) -> str:
        """A new session for credentials the gateway takes; its cookie, or SignInRefused."""
        visitor = Visitor(self._http, client, secret, officer)
        await visitor.authorization()
        me = await visitor.get("/v1/me")
        if me.known:
            visitor.department = str(me.data.get("department", client))
            visitor.town = me.data.get("town")
        cookie = secrets.token_urlsafe(32)
        self._by_cookie[cookie] = visitor
        while len(self._by_cookie) > MOST_SESSIONS:
            self._by_cookie.popitem(last=False)
        return cookie

    def find(self, cookie: str | None) -> Visitor | None:
        """The visitor of a cookie, unless idle too long."""
        visitor = self._by_cookie.get(cookie or "")
        if visitor is None or cookie is None:
            return None
        if monotonic() - visitor.seen > IDLE_SECONDS:
            self.forget(cookie)
            return None
        visitor.seen = monotonic()
        self._by_cookie.move_to_end(cookie)
        return visitor

    def forget(self, cookie: str | None) -> None:
        """Sign out."""
        self._by_cookie.pop(cookie or "", None)
