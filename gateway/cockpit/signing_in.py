"""Signing in with the gateway: authorization code, PKCE, state and nonce (OpenID Connect).

The browser carries a code that is worth nothing without what is remembered here; tokens go from
gateway to cockpit and no further.
"""

import base64
import hashlib
import json
import secrets
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any
from urllib.parse import urlencode

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from shared.identity import ALGORITHM
from shared.settings import settings

CLIENT = "cockpit"
RETURN = "/sign-in/return"
ATTEMPT_SECONDS, MOST_ATTEMPTS = 900, 5_000


class SignInRefused(Exception):
    """The gateway does not let this person in (any more); the text is for the person."""


@dataclass(frozen=True, slots=True)
class Granted:
    """The tokens of one sign-in; `until` says when to renew, in monotonic seconds."""

    token: str
    refresh: str
    until: float

    def over(self) -> "Granted":
        """The same, to be renewed before its next use."""
        return replace(self, until=0.0)


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody who was sent to the gateway and has not come back yet."""

    browser: str
    nonce: str
    verifier: str
    until: float


class SigningIn:
    """What the cockpit says to the gateway about people."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http
        self.back = settings().cockpit_url.rstrip("/") + RETURN
        self._attempts: OrderedDict[str, Attempt] = OrderedDict()

    async def begin(self, browser: str) -> str:
        """Where a browser is sent to sign in; it must come back as the same browser."""
        metadata = await self._metadata()
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        self._attempts[state] = Attempt(browser, nonce, verifier, monotonic() + ATTEMPT_SECONDS)
        while len(self._attempts) > MOST_ATTEMPTS:
            self._attempts.popitem(last=False)
        digest = hashlib.sha256(verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": CLIENT,
            "redirect_uri": self.back,
            "scope": "openid",
            "state": state,
            "nonce": nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        return f"{metadata['authorization_endpoint']}?{urlencode(asked)}"

    async def finish(self, browser: str, came: Mapping[str, str]) -> tuple[Granted, str]:
        """Tokens and name of the officer who came back; SignInRefused when anything is amiss."""
        attempt = self._attempts.pop(came.get("state", ""), None)
        if attempt is None or attempt.until < monotonic():
            raise SignInRefused("登录已超时，请重新登录")
        if not secrets.compare_digest(attempt.browser, browser) or "code" not in came:
            raise SignInRefused("登录未完成，请重新登录")
        metadata = await self._metadata()
        if came.get("iss") != metadata["issuer"]:
            raise SignInRefused("登录应答不是来自本平台网关")
        form = {"grant_type": "authorization_code", "code": came["code"]}
        form |= {"redirect_uri": self.back, "code_verifier": attempt.verifier}
        body = await self._told("/oauth/token", form)
        claims = await self._claims(str(body.get("id_token", "")), metadata)
        if claims.get("nonce") != attempt.nonce:
            raise SignInRefused("登录应答与本次登录不符")
        return _granted(body), str(claims["sub"])

    async def renewed(self, granted: Granted) -> Granted:
        """New tokens for those that end."""
        form = {"grant_type": "refresh_token", "refresh_token": granted.refresh}
        return _granted(await self._told("/oauth/token", form))

    async def ended(self, granted: Granted) -> None:
        """Say that somebody signed out; with the gateway away the tokens end by themselves."""
        try:
            await self._told("/oauth/revoke", {"token": granted.refresh})
        except (httpx.HTTPError, SignInRefused):
            return

    async def _metadata(self) -> dict[str, Any]:
        said = await self.http.get("/.well-known/openid-configuration")
        said.raise_for_status()
        return dict(said.json())

    async def _told(self, path: str, form: Mapping[str, str]) -> dict[str, Any]:
        """What the gateway answers to us; SignInRefused for a 4xx, HTTPError when it is away."""
        kept = json.loads((settings().keys() / "service-clients.json").read_text())
        said = await self.http.post(path, data=dict(form), auth=(CLIENT, kept[CLIENT]))
        if 400 <= said.status_code < 500 and said.status_code != 429:
            raise SignInRefused("登录已失效，请重新登录")
        said.raise_for_status()
        return dict(said.json()) if said.content else {}

    async def _claims(self, token: str, metadata: Mapping[str, Any]) -> dict[str, Any]:
        keys = await self.http.get("/.well-known/jwks.json")
        try:
            known = KeySet.import_key_set(keys.json())
            claims = dict(jwt.decode(token, known, algorithms=[ALGORITHM]).claims)
        except (JoseError, ValueError) as error:
            raise SignInRefused("登录应答无效") from error
        if (claims.get("iss"), claims.get("aud")) != (metadata["issuer"], CLIENT):
            raise SignInRefused("登录应答无效")
        return claims


def _granted(body: Mapping[str, Any]) -> Granted:
    until = monotonic() + float(body["expires_in"]) * 0.8
    return Granted(str(body["access_token"]), str(body["refresh_token"]), until)
