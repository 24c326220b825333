"""The city's own sign-in (统一身份认证): OpenID Connect with code, PKCE and nonce.

Everything about it but its address and our id comes from its discovery document. What it says of
a person is believed only from an id token that its keys signed for us and for this very sign-in.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic, time
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
import structlog
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from gateway.identity.proofs import challenge_of
from gateway.settings import GatewaySettings
from shared.problem import Unauthenticated, Unavailable

log = structlog.get_logger()
ALGORITHMS = ["RS256", "PS256", "ES256", "Ed25519", "EdDSA"]
KNOWN_SECONDS, SKEW = 3600, 60
LOOPBACK = ("127.0.0.1", "localhost", "::1")
SCOPES = "openid profile"


class ProviderAway(Unavailable):
    """The city's sign-in cannot be reached, or its documents are not what the standard says."""

    zh, en = "统一身份认证暂不可用", "The city's sign-in is away"


class ProviderRefused(Unauthenticated):
    """What came back from the city's sign-in does not hold; `detail_en` says which part."""

    zh, en = "统一身份认证未通过", "The sign-in at the city's provider does not hold"


@dataclass(frozen=True, slots=True)
class Attempt:
    """What we remember of a person whom we sent there: all of it must come back."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def fresh(cls) -> "Attempt":
        """Unguessable in every part."""
        return cls(*(secrets.token_urlsafe(32) for _ in range(3)))


class Provider:
    """One provider, by its issuer."""

    def __init__(self, issuer: str, client_id: str, secret: str | None, back: str) -> None:
        if urlsplit(issuer).scheme != "https" and urlsplit(issuer).hostname not in LOOPBACK:
            raise ValueError("GATEWAY_OIDC_ISSUER must be an https address")
        self.issuer, self.client_id, self.back = issuer.rstrip("/"), client_id, back
        self._secret = secret
        self._metadata: dict[str, Any] = {}
        self._keys = KeySet([])
        self._until = self._keys_until = 0.0

    async def address(self, attempt: Attempt) -> str:
        """Where a person is sent to sign in."""
        metadata = await self._discovered()
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.back,
            "scope": SCOPES,
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": challenge_of(attempt.verifier),
            "code_challenge_method": "S256",
        }
        endpoint = str(metadata["authorization_endpoint"])
        return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{urlencode(asked)}"

    async def claims(self, attempt: Attempt, came: Mapping[str, str]) -> dict[str, Any]:
        """Who came back: the verified claims; ProviderRefused when any part does not hold."""
        if not secrets.compare_digest(came.get("state", ""), attempt.state):
            raise ProviderRefused(detail_en="the state is not the one we gave")
        if came.get("iss", self.issuer).rstrip("/") != self.issuer:
            raise ProviderRefused(detail_en="the answer is of another issuer")
        if "code" not in came:
            raise ProviderRefused(detail_en=f"the provider said {came.get('error', '')[:60]}")
        metadata = await self._discovered()
        granted = await self._redeemed(metadata, came["code"], attempt.verifier)
        claims = await self._verified(str(granted.get("id_token", "")))
        if claims.get("nonce") != attempt.nonce:
            raise ProviderRefused(detail_en="the nonce is not the one we gave")
        return await self._more(metadata, granted, claims)

    async def _redeemed(
        self, metadata: Mapping[str, Any], code: str, verifier: str
    ) -> dict[str, Any]:
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": self.back}
        form |= {"code_verifier": verifier, "client_id": self.client_id}
        pair = (self.client_id, self._secret) if self._secret else None
        url = str(metadata["token_endpoint"])
        status, body = await _asked("POST", url, data=form, auth=pair)
        if status != 200:
            raise ProviderRefused(detail_en=f"the provider did not redeem the code ({status})")
        return body

    async def _verified(self, token: str) -> dict[str, Any]:
        """The claims of an id token of this provider for us, alive; ProviderRefused else."""
        claims = await self._signed(token)
        audience = claims.get("aud")
        audiences = audience if isinstance(audience, list) else [audience]
        expires, issued = claims.get("exp"), claims.get("iat")
        moment = time()
        holds = {
            "iss": str(claims.get("iss", "")).rstrip("/") == self.issuer,
            "aud": self.client_id in audiences,
            "azp": claims.get("azp", self.client_id) == self.client_id,
            "exp": isinstance(expires, int | float) and moment < expires + SKEW,
            "iat": isinstance(issued, int | float) and issued < moment + SKEW,
            "sub": isinstance(claims.get("sub"), str) and bool(claims.get("sub")),
        }
        if broken := [name for name, held in holds.items() if not held]:
            raise ProviderRefused(detail_en=f"the id token does not hold: {', '.join(broken)}")
        return claims

    async def _signed(self, token: str) -> dict[str, Any]:
        """The claims if a key of the provider signed them; its keys are read anew once."""
        for fresh in (False, True):
            keys = await self._known_keys(fresh=fresh)
            try:
                return dict(jwt.decode(token, keys, algorithms=ALGORITHMS).claims)
            except (JoseError, ValueError, TypeError):
                continue
        raise ProviderRefused(detail_en="the signature of the id token is not valid")

    async def _more(
        self, metadata: Mapping[str, Any], granted: Mapping[str, Any], claims: dict[str, Any]
    ) -> dict[str, Any]:
        """With what the userinfo endpoint adds, where there is one and it speaks of the same."""
        if "userinfo_endpoint" not in metadata or "access_token" not in granted:
            return claims
        headers = {"Authorization": f"Bearer {granted['access_token']}"}
        status, said = await _asked("GET", str(metadata["userinfo_endpoint"]), headers=headers)
        if status != 200 or said.get("sub") != claims["sub"]:
            raise ProviderRefused(detail_en="the userinfo is of somebody else")
        return said | claims

    async def _discovered(self) -> dict[str, Any]:
        if monotonic() < self._until:
            return self._metadata
        url = f"{self.issuer}/.well-known/openid-configuration"
        status, found = await _asked("GET", url)
        needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        if status != 200 or str(found.get("issuer", "")).rstrip("/") != self.issuer:
            raise ProviderAway(detail_en="the discovery document is not of this issuer")
        if missing := [name for name in needed if name not in found]:
            raise ProviderAway(detail_en=f"the discovery document lacks {', '.join(missing)}")
        self._metadata, self._until = found, monotonic() + KNOWN_SECONDS
        return found

    async def _known_keys(self, *, fresh: bool) -> KeySet:
        """Its public keys; `fresh` reads them again, for a key that is newer than those we know."""
        if not fresh and monotonic() < self._keys_until:
            return self._keys
        status, document = await _asked("GET", str((await self._discovered())["jwks_uri"]))
        try:
            signing = [key for key in document["keys"] if key.get("use", "sig") == "sig"]
            self._keys = KeySet.import_key_set({"keys": signing})
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise ProviderAway(detail_en=f"its keys cannot be read ({status})") from error
        self._keys_until = monotonic() + KNOWN_SECONDS
        return self._keys


def provider_of(said: GatewaySettings, our_address: str) -> Provider | None:
    """The city's sign-in if the environment names one."""
    if not said.oidc_issuer:
        return None
    if not said.oidc_client_id:
        raise ValueError("GATEWAY_OIDC_ISSUER needs GATEWAY_OIDC_CLIENT_ID")
    back = f"{our_address}/oauth/authorize/provider/return"
    return Provider(said.oidc_issuer, said.oidc_client_id, said.oidc_client_secret, back)


async def _asked(method: str, url: str, **how: Any) -> tuple[int, dict[str, Any]]:
    """Status and JSON object of one request; no redirect is followed."""
    try:
        async with httpx.AsyncClient(timeout=5, trust_env=False) as http:
            answer = await http.request(method, url, **how)
            said = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        log.warning("provider", error=type(error).__name__)
        raise ProviderAway(retry_after=10) from error
    return answer.status_code, said if isinstance(said, dict) else {}
