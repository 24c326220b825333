"""`/oauth/authorize`: an officer signs in, here or with the city's provider (code + PKCE).

The page has no script. Nothing is redirected to before client and address are known to belong
together; a wrong name and a wrong password read alike. Who is sent to the city's provider takes
along what they asked for in a sealed cookie, so that only the browser that left comes back.
"""

import base64
from binascii import Error as NotBase64
from collections.abc import Mapping
from dataclasses import asdict
from time import time
from typing import Any
from urllib.parse import urlencode, urlsplit

import orjson
from cryptography.exceptions import InvalidTag
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.house import House, house_of
from gateway.identity import people
from gateway.identity.access import address_of
from gateway.identity.claims import NotOurOfficer
from gateway.identity.clients import Client
from gateway.identity.grants import GUESSES, OFFICER, GrantRefused, scopes_of
from gateway.identity.provider import Attempt, Provider, ProviderAway, ProviderRefused
from gateway.models import Person
from gateway.pages import POLICY, sign_in_page
from gateway.settings import gateway_settings
from shared.database import transaction
from shared.problem import Forbidden, Invalid, NotFound, Problem
from shared.vault import seal_own, unseal_own

router = APIRouter(prefix="/oauth/authorize", include_in_schema=False)
ASKED = ("response_type", "client_id", "redirect_uri", "scope", "state", "nonce")
KNOWN = (*ASKED, "code_challenge", "code_challenge_method")
PROVIDER = "/oauth/authorize/provider"
COOKIE, AWAY_SECONDS = "hutong_sign_in", 600
WRONG = "经办人或密码不正确，或已暂时锁定。"


class NotAnApplication(Invalid):
    """The application or its address is not registered: nobody is sent there."""

    zh, en = "登录应用或回调地址未登记", "The application or its redirect address is not registered"


class NotThisBrowser(Forbidden):
    """Whoever comes back from the city's provider did not leave from here, or too long ago."""

    zh, en = "登录已超时，请重新开始", "The sign-in took too long; please begin again"


def client_of(house: House, asked: Mapping[str, str]) -> Client:
    """The registered application; everything a redirect must not rest on is refused here."""
    client = house.clients.find(asked.get("client_id", ""))
    if client is None or client.kind != "sign_in":
        raise NotAnApplication(where="query.client_id")
    if asked.get("redirect_uri") not in client.redirects:
        raise NotAnApplication(where="query.redirect_uri")
    if strange := sorted(set(asked) - set(KNOWN)):
        raise Invalid(where=f"query.{strange[0]}", allowed=KNOWN)
    if asked.get("response_type") != "code" or asked.get("code_challenge_method") != "S256":
        raise Invalid(
            "仅支持授权码加 PKCE（S256）",
            "Only response_type=code with code_challenge_method=S256",
            where="query.response_type",
        )
    if not 43 <= len(asked.get("code_challenge", "")) <= 128:
        raise Invalid(where="query.code_challenge")
    return client


@router.get("")
async def sign_in(request: Request) -> Response:
    """The form."""
    house, asked = house_of(request.app), dict(request.query_params)
    client_of(house, asked)
    return _form(house, asked)


@router.post("")
async def signed_in(request: Request) -> Response:
    """Back to the application with a code, or the form again."""
    if not gateway_settings().built_in_sign_in:
        raise NotFound()
    house = house_of(request.app)
    asked = dict(request.query_params)
    client = client_of(house, asked)
    form = await request.form(max_fields=4, max_files=0)
    officer, password = str(form.get("officer", "")), str(form.get("password", ""))
    peer = address_of(request.scope, dict(request.scope["headers"]))
    house.rates.count(f"sign-in:{peer}", GUESSES)
    async with transaction(house.sessions) as session:
        person = await people.recognise(session, officer, password)
        code = await _code(session, client, person, asked) if person else None
    return _form(house, asked, WRONG) if code is None else _back(house, asked, code)


@router.get("/provider")
async def leave(request: Request) -> Response:
    """On to the city's provider, with a sealed note of what was asked for."""
    house, asked = house_of(request.app), dict(request.query_params)
    client_of(house, asked)
    attempt = Attempt.fresh()
    away = RedirectResponse(await _provider(house).address(attempt), 303)
    note = {"asked": asked, "attempt": asdict(attempt), "until": time() + AWAY_SECONDS}
    sealed = base64.urlsafe_b64encode(seal_own("sign-in", orjson.dumps(note))).decode()
    _set_cookie(house, away, sealed, AWAY_SECONDS)
    return away


@router.get("/provider/return")
async def come_back(request: Request) -> Response:
    """From the city's provider: to the application with a code, or the form with the reason."""
    house = house_of(request.app)
    note = _noted(request)
    asked = note["asked"]
    client = client_of(house, asked)
    try:
        person_code = await _vouched(house, client, note, dict(request.query_params))
        answer = _back(house, asked, person_code)
    except (ProviderRefused, ProviderAway, NotOurOfficer) as problem:
        answer = _form(house, asked, f"{problem.zh}。", problem)
    _set_cookie(house, answer, "", 0)
    return answer


async def _vouched(
    house: House, client: Client, note: Mapping[str, Any], came: Mapping[str, str]
) -> str:
    """A code for the officer the provider vouches for."""
    provider = _provider(house)
    claims = await provider.claims(Attempt(**note["attempt"]), came)
    assert house.claims is not None
    officer = house.claims.officer(claims)
    if not OFFICER.fullmatch(officer.name):
        raise NotOurOfficer()
    external = f"{provider.issuer}|{claims['sub']}"
    async with transaction(house.sessions) as session:
        person = await people.known_outside(session, officer, external)
        if person is None:
            raise NotOurOfficer()
        return await _code(session, client, person, note["asked"])


async def _code(
    session: AsyncSession, client: Client, person: Person, asked: Mapping[str, str]
) -> str:
    return await people.make_code(
        session,
        client,
        person.officer,
        redirect=asked["redirect_uri"],
        challenge=asked["code_challenge"],
        nonce=asked.get("nonce"),
        scopes=_scopes(client, asked.get("scope", "")),
    )


def _back(house: House, asked: Mapping[str, str], code: str) -> Response:
    back = {"code": code, "iss": house.issuer}
    back |= {"state": asked["state"]} if "state" in asked else {}
    joint = "&" if urlsplit(asked["redirect_uri"]).query else "?"
    return RedirectResponse(f"{asked['redirect_uri']}{joint}{urlencode(back)}", 303)


def _provider(house: House) -> Provider:
    if house.provider is None:
        raise NotFound()
    return house.provider


def _noted(request: Request) -> dict[str, Any]:
    """What this browser took along, if it left from here and not too long ago."""
    try:
        sealed = base64.urlsafe_b64decode(request.cookies.get(COOKIE, ""))
        note: dict[str, Any] = orjson.loads(unseal_own("sign-in", sealed))
    except (ValueError, NotBase64, InvalidTag) as error:
        raise NotThisBrowser() from error
    if note["until"] < time():
        raise NotThisBrowser()
    return note


def _set_cookie(house: House, answer: Response, value: str, seconds: int) -> None:
    """Lax, since the browser comes back from elsewhere; only to where it is read."""
    answer.set_cookie(
        COOKIE,
        value,
        max_age=seconds,
        path=PROVIDER,
        httponly=True,
        samesite="lax",
        secure=house.issuer.startswith("https:"),
    )


def _scopes(client: Client, wanted: str) -> frozenset[str]:
    """The scopes asked for; `openid` is understood, and gives the id token everybody gets."""
    words = frozenset(wanted.split()) - {"openid"}
    try:
        found = scopes_of(client, " ".join(words - {people.SESSION}))
    except GrantRefused as refused:
        raise Invalid(refused.zh, refused.description, where="query.scope") from refused
    return found | (words & {people.SESSION})


def _form(
    house: House, asked: Mapping[str, str], said: str = "", problem: Problem | None = None
) -> Response:
    """The page; a browser may post it here and follow it to this one application only."""
    to = urlsplit(asked["redirect_uri"])
    policy = f"{POLICY}; form-action 'self' {to.scheme}://{to.netloc}"
    page = sign_in_page(
        said=said,
        passwords=gateway_settings().built_in_sign_in,
        elsewhere=f"{PROVIDER}?{urlencode(asked)}" if house.provider else "",
        here=f"/oauth/authorize?{urlencode(asked)}",
    )
    status = problem.status if problem else (401 if said else 200)
    return HTMLResponse(page, status, {"content-security-policy": policy})
