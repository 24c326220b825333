"""`/oauth/authorize`: an officer signs in with the built-in provider (OpenID Connect, code + PKCE).

The page has no script. Nothing is redirected to before client and address are known to belong
together; a wrong name and a wrong password read alike.
"""

import base64
import hashlib
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from gateway.house import House, house_of
from gateway.identity import people
from gateway.identity.clients import Client
from gateway.identity.grants import GUESSES, GrantRefused, scopes_of
from gateway.pages import STYLE, sign_in_page
from shared.database import transaction
from shared.problem import Invalid

router = APIRouter(prefix="/oauth/authorize", include_in_schema=False)
ASKED = ("response_type", "client_id", "redirect_uri", "scope", "state", "nonce")
KNOWN = (*ASKED, "code_challenge", "code_challenge_method")


class NotAnApplication(Invalid):
    """The application or its address is not registered: nobody is sent there."""

    zh, en = "登录应用或回调地址未登记", "The application or its redirect address is not registered"


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
    asked = dict(request.query_params)
    client_of(house_of(request.app), asked)
    return _form(asked)


@router.post("")
async def signed_in(request: Request) -> Response:
    """Back to the application with a code, or the form again."""
    house = house_of(request.app)
    asked = dict(request.query_params)
    client = client_of(house, asked)
    form = await request.form(max_fields=4, max_files=0)
    officer, password = str(form.get("officer", "")), str(form.get("password", ""))
    peer = request.client.host if request.client else ""
    house.rates.count(f"sign-in:{peer}", GUESSES)
    async with transaction(house.sessions) as session:
        person = await people.recognise(session, officer, password)
        code = None
        if person is not None:
            code = await people.make_code(
                session,
                client,
                person.officer,
                redirect=asked["redirect_uri"],
                challenge=asked["code_challenge"],
                nonce=asked.get("nonce"),
                scopes=_scopes(client, asked.get("scope", "")),
            )
    if code is None:
        return _form(asked, wrong=True)
    back = {"code": code, "iss": house.issuer}
    back |= {"state": asked["state"]} if "state" in asked else {}
    joint = "&" if urlsplit(asked["redirect_uri"]).query else "?"
    return RedirectResponse(f"{asked['redirect_uri']}{joint}{urlencode(back)}", 303)


def _scopes(client: Client, wanted: str) -> frozenset[str]:
    """The scopes asked for; `openid` is understood, and gives the id token everybody gets."""
    try:
        return scopes_of(client, " ".join(one for one in wanted.split() if one != "openid"))
    except GrantRefused as refused:
        raise Invalid(refused.zh, refused.description, where="query.scope") from refused


def _form(asked: Mapping[str, str], *, wrong: bool = False) -> Response:
    """The page; a browser may post it here and follow it to this one application only."""
    style = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    to = urlsplit(asked["redirect_uri"])
    policy = (
        f"default-src 'none'; style-src 'sha256-{style}'; frame-ancestors 'none'; "
        f"form-action 'self' {to.scheme}://{to.netloc}"
    )
    headers = {"content-security-policy": policy}
    return HTMLResponse(sign_in_page(wrong=wrong), 401 if wrong else 200, headers)
