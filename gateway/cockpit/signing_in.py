"""Signing in with the gateway: authorization code, PKCE, state and nonce (OpenID Connect).

Nothing is remembered here, so that any process of the cockpit goes on where another one ended:
what a browser carries for it is sealed with a key from the secret of the cockpit's client. In the
browser a code or a token is worth nothing.
"""

import hashlib
import hmac
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from time import monotonic, time
from typing import Any
from urllib.parse import urlencode

import httpx
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from shared.identity import ALGORITHM
from shared.settings import settings

CLIENT = "cockpit"
RETURN = "/sign-in/return"
ATTEMPT_SECONDS = 900


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


class SigningIn:
    """What the cockpit says to the gateway about people."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http
        self.back = settings().cockpit_url.rstrip("/") + RETURN

    async def begin(self) -> tuple[str, str]:
        """Where a browser is sent to sign in, and what it must carry when it comes back."""
        metadata = await self._metadata()
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        attempt = {"state": state, "nonce": nonce, "verifier": verifier}
        attempt |= {"until": str(int(time()) + ATTEMPT_SECONDS)}
        digest = hashlib.sha256(verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": CLIENT,
            "redirect_uri": self.back,
            "scope": "openid session",
            "state": state,
            "nonce": nonce,
            "code_challenge": urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        address = f"{metadata['authorization_endpoint']}?{urlencode(asked)}"
        return address, sealed("sign-in", attempt)

    async def finish(self, carried: str, came: Mapping[str, str]) -> tuple[Granted, str]:
        """Tokens and name of the officer who came back; SignInRefused when anything is amiss."""
        attempt = unsealed("sign-in", carried)
        if attempt is None or int(attempt["until"]) < time():
            raise SignInRefused("登录已超时，请重新登录")
        if not secrets.compare_digest(attempt["state"], came.get("state", "")):
            raise SignInRefused("登录未完成，请重新登录")
        if "code" not in came:
            raise SignInRefused("登录未完成，请重新登录")
        metadata = await self._metadata()
        if came.get("iss") != metadata["issuer"]:
            raise SignInRefused("登录应答不是来自本平台网关")
        form = {"grant_type": "authorization_code", "code": came["code"]}
        form |= {"redirect_uri": self.back, "code_verifier": attempt["verifier"]}
        body = await self._told("/oauth/token", form)
        claims = await self._claims(str(body.get("id_token", "")), metadata)
        if claims.get("nonce") != attempt["nonce"]:
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
        said = await self.http.post(path, data=dict(form), auth=(CLIENT, _secret()))
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


def _secret() -> str:
    kept = json.loads((settings().keys() / "service-clients.json").read_text())
    return str(kept[CLIENT])


def _key(purpose: str) -> AESGCM:
    return AESGCM(hmac.digest(_secret().encode(), f"cockpit|{purpose}".encode(), "sha256"))


def sealed(purpose: str, words: Mapping[str, str]) -> str:
    """What a browser carries for us and cannot read."""
    nonce = secrets.token_bytes(12)
    return urlsafe_b64encode(
        nonce + _key(purpose).encrypt(nonce, json.dumps(words).encode(), None)
    ).decode()


def unsealed(purpose: str, carried: str) -> dict[str, str] | None:
    """The words again, or None for what is not ours."""
    try:
        raw = urlsafe_b64decode(carried)
        return dict(json.loads(_key(purpose).decrypt(raw[:12], raw[12:], None)))
    except (ValueError, InvalidTag):
        return None


def _granted(body: Mapping[str, Any]) -> Granted:
    until = monotonic() + float(body["expires_in"]) * 0.8
    return Granted(str(body["access_token"]), str(body["refresh_token"]), until)
