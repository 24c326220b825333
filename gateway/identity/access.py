"""From the headers of a request to a checked access: bearer, DPoP or certificate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gateway.identity.proofs import BadProof, thumbprint_of
from gateway.identity.tokens import Access
from gateway.settings import gateway_settings
from shared.problem import Unauthenticated

if TYPE_CHECKING:
    from gateway.house import House


async def access_of(house: House, scope: Mapping[str, Any], given: Mapping[bytes, bytes]) -> Access:
    """The access of a request, or 401. The usual case is two look-ups in a dict."""
    scheme, _, token = given.get(b"authorization", b"").decode("latin-1").partition(" ")
    scheme = scheme.lower()  # RFC 9110 11.1
    if scheme not in ("bearer", "dpop") or not token:
        raise Unauthenticated()
    access = house.tokens.check(token)
    if access.jkt is not None or scheme == "dpop":
        await _check_dpop(house, scope, given, access, token)
    if access.x5t is not None:
        _check_certificate(scope, given, access)
    return access


def address_of(scope: Mapping[str, Any], given: Mapping[bytes, bytes]) -> str:
    """Where a request comes from: behind a reverse proxy we trust, whom that proxy saw last."""
    peer = str((scope.get("client") or ("", 0))[0])
    hops = given.get(b"x-forwarded-for", b"").decode("latin-1").split(",")
    while hops and hops[-1].strip() and gateway_settings().trusts(peer):
        peer = hops.pop().strip()
    return peer


def certificate_of(scope: Mapping[str, Any], given: Mapping[bytes, bytes]) -> str | None:
    """The thumbprint of the caller's certificate, if a reverse proxy we trust passes one on."""
    peer = (scope.get("client") or ("", 0))[0]
    header = given.get(b"client-cert")
    if header is None or not gateway_settings().trusts(peer):
        return None
    return thumbprint_of(header.decode("latin-1"))


def _check_certificate(
    scope: Mapping[str, Any], given: Mapping[bytes, bytes], access: Access
) -> None:
    if certificate_of(scope, given) != access.x5t:
        raise BadProof(detail_en="the token is bound to another certificate")
    if access.x5t not in access.client.certificates:
        raise BadProof(detail_en="the certificate of the token is registered no more")


async def _check_dpop(
    house: House,
    scope: Mapping[str, Any],
    given: Mapping[bytes, bytes],
    access: Access,
    token: str,
) -> None:
    proof = given.get(b"dpop")
    if proof is None:
        raise BadProof(detail_en="this token needs a DPoP proof with every request")
    url = house.issuer + scope["path"]
    thumbprint = await house.proofs.check(proof.decode("latin-1"), scope["method"], url, token)
    if thumbprint != access.jkt:
        raise BadProof(detail_en="the token is bound to another key")
