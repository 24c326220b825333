"""From a proof of identity to a token: what `POST /oauth/token` does (RFC 6749, 7523, 9449)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.house import House
from gateway.identity.clients import Client
from gateway.identity.notices import use_up
from gateway.identity.proofs import (
    ASSERTION_TYPE,
    Assertion,
    BadProof,
    check_assertion,
    issuer_of,
)
from gateway.identity.tokens import Grant
from gateway.limits import Allowance
from gateway.settings import gateway_settings
from shared.database import transaction

OFFICER = re.compile(r"[^\s/\x00-\x1f\x7f](?:[^/\x00-\x1f\x7f]{0,62}[^\s/\x00-\x1f\x7f])?")
VILLAGE = re.compile(r"[0-9]{12}")
GUESSES = Allowance(rate=1.0, burst=30.0, at_once=1_000)


class GrantRefused(Exception):
    """An error of RFC 6749 5.2; `error` is its code, the description is ASCII by that RFC."""

    def __init__(self, error: str, description: str, zh: str, status: int = 400) -> None:
        super().__init__(description)
        self.error, self.description, self.zh, self.status = error, description, zh, status

    def body(self) -> dict[str, str]:
        """The JSON of the refusal."""
        return {
            "error": self.error,
            "error_description": self.description,
            "error_description_zh": self.zh,
        }


@dataclass(frozen=True, slots=True)
class Asked:
    """What came to the token endpoint: form, Basic pair, DPoP proof, certificate, where from."""

    form: Mapping[str, str]
    basic: tuple[str, str] | None = None
    dpop: str | None = None
    certificate: str | None = None
    peer: str = ""


def unknown_client(why: str) -> GrantRefused:
    """401 invalid_client: the same for an unknown client and a wrong secret."""
    return GrantRefused("invalid_client", why, "接入系统身份未能确认", 401)


async def authenticate(house: House, asked: Asked) -> tuple[Client, str | None]:
    """The client and the officer its assertion names; GrantRefused otherwise.

    A wrong proof costs the address a guess; nobody tries thousands.
    """
    house.rates.count(f"guess:{asked.peer}", GUESSES)
    try:
        client, officer = await _proved(house, asked)
    except BadProof as problem:
        raise unknown_client(problem.detail_en) from problem
    house.rates.give(f"guess:{asked.peer}", GUESSES)
    return client, officer


async def _proved(house: House, asked: Asked) -> tuple[Client, str | None]:
    form = asked.form
    if form.get("client_assertion_type") == ASSERTION_TYPE and "client_assertion" in form:
        return await _by_assertion(house, form["client_assertion"], form.get("client_id"))
    client_id, secret = asked.basic or (form.get("client_id", ""), form.get("client_secret"))
    client = house.clients.find(client_id)
    if client is None:
        raise unknown_client("unknown client, or the proof of it does not hold")
    if asked.certificate and asked.certificate in client.certificates:
        return client, None
    if secret is None or not client.knows(secret):
        raise unknown_client("unknown client, or the proof of it does not hold")
    return client, None


async def _by_assertion(
    house: House, assertion: str, client_id: str | None
) -> tuple[Client, str | None]:
    client = house.clients.find(issuer_of(assertion))
    if client is None or client_id not in (None, client.id):
        raise unknown_client("unknown client, or the proof of it does not hold")
    audiences = frozenset({house.issuer, f"{house.issuer}/oauth/token"})
    proved: Assertion = check_assertion(assertion, client, audiences)
    async with transaction(house.sessions) as session:
        fresh = await use_up(session, f"assertion:{client.id}", proved.jti, proved.expires + 60)
    if not fresh:
        raise BadProof(detail_en="the jti was used before")
    return client, proved.officer


def officer_of(named: str | None, asserted: str | None) -> str | None:
    """The person behind the system, from the parameter, the assertion, or both alike."""
    if named and asserted and named != asserted:
        raise GrantRefused(
            "invalid_request", "officer differs from act in the assertion", "经办人前后不一致"
        )
    officer = named or asserted or None
    if officer is not None and not OFFICER.fullmatch(officer):
        raise GrantRefused(
            "invalid_request", "officer is 1 to 64 printable characters without /", "经办人格式不符"
        )
    return officer


def scopes_of(client: Client, wanted: str | None) -> frozenset[str]:
    """The scopes asked for, or all the client has."""
    if not wanted:
        return client.scopes
    scopes = frozenset(wanted.split())
    if strange := scopes - client.scopes:
        raise GrantRefused(
            "invalid_scope",
            f"not granted to this client: {' '.join(sorted(strange))}",
            "权限范围不符",
        )
    return scopes


def village_of(client: Client, code: str | None) -> str | None:
    """The village a town's officer works for, by its twelve-digit code."""
    if code is None:
        return None
    if client.department not in ("town", "village") or not VILLAGE.fullmatch(code):
        raise GrantRefused(
            "invalid_request", "village is a 12-digit code of a town", "村社代码不符"
        )
    if client.town and not code.startswith(client.town):
        raise GrantRefused("invalid_request", "the village is in another town", "村社不属于本镇")
    return code


async def binding_of(house: House, client: Client, asked: Asked) -> tuple[str | None, str | None]:
    """The key or certificate a token is bound to; refused where the client must be bound."""
    jkt = x5t = None
    try:
        if asked.dpop is not None:
            jkt = await house.proofs.check(asked.dpop, "POST", f"{house.issuer}/oauth/token")
    except BadProof as problem:
        raise GrantRefused("invalid_dpop_proof", problem.detail_en, "DPoP 证明无效") from problem
    if asked.certificate and asked.certificate in client.certificates:
        x5t = asked.certificate
    if client.bound and jkt is None and x5t is None:
        raise GrantRefused(
            "invalid_request", "this client needs a DPoP proof or a certificate", "须绑定密钥或证书"
        )
    return jkt, x5t


async def client_credentials(
    house: House, client: Client, asserted: str | None, asked: Asked
) -> dict[str, Any]:
    """A token for a department's system (client_credentials)."""
    form = asked.form
    jkt, x5t = await binding_of(house, client, asked)
    grant = Grant(
        client=client,
        officer=officer_of(form.get("officer"), asserted),
        department=client.department,
        town=client.town,
        scopes=scopes_of(client, form.get("scope")),
        jkt=jkt,
        x5t=x5t,
        village=village_of(client, form.get("village")),
    )
    return granted(house, grant)


def granted(house: House, grant: Grant) -> dict[str, Any]:
    """The token response (RFC 6749 5.1)."""
    seconds = gateway_settings().access_token_seconds
    token, _ = house.tokens.issue(grant, seconds)
    return {
        "access_token": token,
        "token_type": "DPoP" if grant.jkt else "Bearer",
        "expires_in": seconds,
        "scope": " ".join(sorted(grant.scopes)),
    }
