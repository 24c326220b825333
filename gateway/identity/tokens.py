"""Access tokens: short-lived, signed with Ed25519, checked once and then remembered (RFC 9068).

A remembered token is found by its exact text; its end, its revocation and its client are
looked at on every request. Lives of tokens are technical time: the virtual clock of a
rehearsal does not end them.
"""

from dataclasses import dataclass
from time import time
from typing import Any
from uuid import uuid4

from joserfc import jwt
from joserfc.errors import JoseError

from gateway.identity.clients import Client, Clients
from gateway.identity.ring import Ring
from shared.identity import ALGORITHM, Principal, signed
from shared.problem import Unauthenticated

AUDIENCE = "hutong"
TYPE = "at+jwt"
MOST_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token is to say."""

    client: Client
    officer: str | None
    department: str
    town: str | None
    scopes: frozenset[str]
    jkt: str | None = None
    x5t: str | None = None
    village: str | None = None
    sign_in: str | None = None


@dataclass(frozen=True, slots=True)
class Access:
    """A token that was checked: who it is, the header for the services, and its limits."""

    principal: Principal
    header: str
    jti: str
    expires: int
    issued: int
    scopes: frozenset[str]
    client: Client
    jkt: str | None
    x5t: str | None
    sign_in: str | None = None


class Tokens:
    """Issues, checks, remembers and revokes."""

    def __init__(self, ring: Ring, clients: Clients, issuer: str) -> None:
        self.ring, self.clients, self.issuer = ring, clients, issuer
        self._remembered: dict[str, Access] = {}
        self._revoked: dict[str | None, int] = {}

    def issue(self, grant: Grant, seconds: int) -> tuple[str, str]:
        """The token and its id."""
        moment, jti = int(time()), uuid4().hex
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "aud": AUDIENCE,
            "sub": grant.client.id,
            "client_id": grant.client.id,
            "iat": moment,
            "exp": moment + seconds,
            "jti": jti,
            "scope": " ".join(sorted(grant.scopes)),
            "department": grant.department,
        }
        claims |= {"town": grant.town} if grant.town else {}
        claims |= {"village": grant.village} if grant.village else {}
        claims |= {"act": {"sub": grant.officer}} if grant.officer else {}
        claims |= {"sid": grant.sign_in} if grant.sign_in else {}
        bound = {"jkt": grant.jkt, "x5t#S256": grant.x5t}
        if cnf := {name: value for name, value in bound.items() if value}:
            claims["cnf"] = cnf
        key = self.ring.signing()
        header = {"alg": ALGORITHM, "typ": TYPE, "kid": key.kid}
        return jwt.encode(header, claims, key, algorithms=[ALGORITHM]), jti

    def check(self, token: str) -> Access:
        """Who bears a token, or 401. No question to any database."""
        access = self._remembered.get(token)
        if access is None:
            access = self._verify(token)
            if len(self._remembered) >= MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[token] = access
        if access.expires <= time() or self._ended(access):
            self._remembered.pop(token, None)
            raise Unauthenticated("令牌已过期或已吊销", "The token has ended or was revoked")
        if self.clients.find(access.client.id) is not access.client:
            return self._again(token)
        return access

    def claims(self, token: str) -> dict[str, Any]:
        """The claims of a token of ours, whether or not it still lives; 401 if it is not ours."""
        try:
            found = jwt.decode(token, self.ring.verifying(), algorithms=[ALGORITHM])
        except (JoseError, ValueError) as error:
            raise Unauthenticated("令牌无效", "The token is not valid") from error
        claims = found.claims
        expected = {"iss": self.issuer, "aud": AUDIENCE}
        if found.header.get("typ") != TYPE or any(claims.get(k) != v for k, v in expected.items()):
            raise Unauthenticated("令牌无效", "The token is not valid")
        return dict(claims)

    def _ended(self, access: Access) -> bool:
        return access.jti in self._revoked or access.sign_in in self._revoked

    def revoke(self, jti: str, expires: int) -> None:
        """From the next request on, nobody with this token, or of this sign-in, is let in."""
        moment = time()
        self._revoked = {one: end for one, end in self._revoked.items() if end > moment}
        self._revoked[jti] = expires

    def _again(self, token: str) -> Access:
        """The client was changed or removed since: look at it anew."""
        self._remembered.pop(token, None)
        access = self._verify(token)
        self._remembered[token] = access
        return access

    def _verify(self, token: str) -> Access:
        claims = self.claims(token)
        client = self.clients.find(str(claims.get("client_id")))
        if client is None or not isinstance(claims.get("exp"), int):
            raise Unauthenticated("令牌无效", "The token is not valid")
        cnf = claims.get("cnf", {})
        if client.bound and not cnf:
            raise Unauthenticated("令牌须绑定密钥或证书", "This client's tokens must be bound")
        scopes = frozenset(str(claims["scope"]).split()) & client.scopes
        principal = Principal(
            department=claims["department"],
            client=client.id,
            officer=claims.get("act", {}).get("sub"),
            town=claims.get("town"),
            village=claims.get("village"),
            scopes=tuple(sorted(scopes)),
        )
        return Access(
            principal=principal,
            header=signed(principal, self.ring.signing(), claims["exp"]),
            jti=claims["jti"],
            expires=claims["exp"],
            issued=claims["iat"],
            scopes=scopes,
            client=client,
            jkt=cnf.get("jkt"),
            x5t=cnf.get("x5t#S256"),
            sign_in=claims.get("sid"),
        )
