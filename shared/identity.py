"""Who is asking: the department, its system, the person behind it (部门、系统、经办人).

The gateway authenticates and signs a `Principal`; services accept nothing else. The
signed form is the header `Hutong-Principal`, a JWS the gateway makes once per access token.
Request id, purpose and the clause of the route come beside it: they change with every request.
"""

import json
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from time import time
from typing import Annotated, Any
from uuid import uuid4

from fastapi import Depends, Request
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from shared.keys import signing_key
from shared.problem import Forbidden, Unauthenticated
from shared.settings import settings

ALGORITHM = "Ed25519"
PRINCIPAL = "Hutong-Principal"
REQUEST_ID = "Hutong-Request-Id"
PURPOSE = "Hutong-Purpose"
CLAUSE = "Hutong-Clause"
OF_A_REQUEST = ("purpose", "request_id", "clause")
AUDIENCE = "hutong:services"
LOCAL = ("town", "village")


class OfficerNeeded(Forbidden):
    """A system alone signs nothing: the person behind it is named (经办人)."""

    zh, en = "须注明经办人", "An officer must be named behind the system"


@dataclass(frozen=True, slots=True)
class Principal:
    """A department's system and the officer it acts for; for towns, the town's code."""

    department: str
    client: str
    officer: str | None = None
    town: str | None = None
    village: str | None = None
    scopes: tuple[str, ...] = ()
    purpose: str = "duty"
    request_id: str = ""
    break_glass: str | None = None
    clause: str | None = None

    @property
    def place(self) -> str | None:
        """The town whose affairs alone are the caller's; None is the whole city.

        A town or village whose client names no town has the affairs of none: scope fails closed.
        """
        return self.town or ("" if self.department in LOCAL else None)

    def narrowed(self, town: str | None) -> str | None:
        """The town a list is narrowed to: the one asked for, within what is the caller's."""
        if self.place is None or town == self.place:
            return town
        if town is not None:
            raise Forbidden(where="query.town", allowed=[self.place])
        return self.place

    def person(self) -> str:
        """The officer whose name a signature needs; systems alone cannot sign (签署人)."""
        if self.officer is None:
            raise OfficerNeeded(where="officer")
        return f"{self.department}/{self.officer}"

    def of(self, *departments: str, clause: str | None = None) -> None:
        """Refuse unless the caller is one of these departments, by a clause or the route's."""
        if self.department not in departments:
            raise Forbidden(allowed=departments, clause=clause)


@cache
def _public_keys(folder: Path, _changed: float) -> KeySet:
    file = folder / "gateway-jwks.json"
    return KeySet.import_key_set(json.loads(file.read_text()))


def gateway_keys() -> KeySet:
    """The gateway's public keys, re-read when it rotates them."""
    folder = settings().keys()
    file = folder / "gateway-jwks.json"
    if not file.exists():
        publish_keys([signing_key("gateway")])
    return _public_keys(folder, file.stat().st_mtime)


def publish_keys(keys: list[Any]) -> None:
    """Write the public half of the gateway's keys where the services look for them."""
    folder = settings().keys()
    folder.mkdir(parents=True, exist_ok=True)
    # A name of its own: all processes that ask first at one moment write them.
    fresh = folder / f".gateway-jwks.{uuid4().hex}"
    fresh.write_text(json.dumps(KeySet(keys).as_dict(private=False)))
    fresh.replace(folder / "gateway-jwks.json")


def signed(principal: Principal, key: Any, expires_at: int) -> str:
    """The header value for a principal; only the gateway holds the key."""
    claims = {k: v for k, v in asdict(principal).items() if k not in OF_A_REQUEST and v}
    header = {"alg": ALGORITHM, "kid": key.kid}
    return jwt.encode(
        header, {**claims, "aud": AUDIENCE, "exp": expires_at}, key, algorithms=[ALGORITHM]
    )


_seen: dict[str, tuple[int, Principal]] = {}


def verified(header: str) -> Principal:
    """The principal in a header value, or 401. Verified once, then remembered until it expires.

    A token's life is technical time: the virtual clock of a rehearsal does not end it.
    """
    moment = int(time())
    known = _seen.get(header)
    if known is not None and known[0] > moment:
        return known[1]
    try:
        claims = jwt.decode(header, gateway_keys(), algorithms=[ALGORITHM]).claims
    except (JoseError, ValueError) as error:
        raise Unauthenticated() from error
    if claims.get("aud") != AUDIENCE or int(claims.get("exp", 0)) <= moment:
        raise Unauthenticated()
    known_fields = {name: claims[name] for name in Principal.__slots__ if name in claims}
    principal = Principal(**known_fields | {"scopes": tuple(claims.get("scopes", ()))})
    if len(_seen) > 10_000:
        _seen.clear()
    _seen[header] = (int(claims["exp"]), principal)
    return principal


def principal_of(request: Request) -> Principal:
    """The caller of a request."""
    header = request.headers.get(PRINCIPAL)
    if header is None:
        raise Unauthenticated()
    return replace(
        verified(header),
        purpose=request.headers.get(PURPOSE, "duty"),
        request_id=request.headers.get(REQUEST_ID, ""),
        clause=request.headers.get(CLAUSE),
    )


async def caller_of(request: Request) -> Principal:
    """As `principal_of`; a dependency that is no coroutine would cost a thread each time."""
    return principal_of(request)


Actor = Annotated[Principal, Depends(caller_of)]
