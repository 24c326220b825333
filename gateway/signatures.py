"""Signed pushes: HTTP message signatures of police, procuratorate and whoever wishes (RFC 9421).

The signature covers method, target, content digest and, where there is one, the idempotency
key; it is a minute old at most and its nonce counts once. What was verified is kept as
evidence, and the service is told under which number.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import time
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from http_message_signatures import (
    HTTPMessageSignaturesException,
    HTTPMessageVerifier,
    HTTPSignatureAlgorithm,
    HTTPSignatureKeyResolver,
    algorithms,
)
from joserfc.jwk import Key

from gateway.call import Call
from gateway.house import House
from gateway.identity.notices import instant
from gateway.routes import ANYBODY
from shared.clock import clock
from shared.database import new_id
from shared.lane import REFUSED, lane_of
from shared.problem import Unauthenticated, Unavailable

TAG = "hutong-push"
NEEDED = ("@method", "@target-uri", "content-digest")
CLOCKS_DIFFER = 15
KEEP = """
WITH used AS (
    INSERT INTO used_once (owner, value, ends_at)
    VALUES ('signature:' || $2::text, $5::text, $13::timestamptz)
    ON CONFLICT DO NOTHING RETURNING value),
kept AS (
    INSERT INTO evidence (id, client_id, department, key_id, nonce, method, target,
        signature_input, signature, content_digest, signed_at, verified_at)
    SELECT $1::uuid, $2, $3::text, $4::text, $5, $6::text, $7::text, $8::text, $9::text, $10::text,
        $11::timestamptz, $12::timestamptz FROM used)
SELECT EXISTS (SELECT 1 FROM used) AS fresh
"""
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


class SignatureMissing(Unauthenticated):
    """This department's pushes must be signed."""

    zh, en = "本部门的推送须附签名", "Pushes of this department must be signed"


class SignatureRefused(Unauthenticated):
    """The signature does not hold: altered, too old, used before, or by a key nobody registered."""

    zh, en = "签名未通过验证", "The signature does not hold"


@dataclass(frozen=True, slots=True)
class Signed:
    """The message as the library wishes to see it."""

    method: str
    url: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Proof:
    """What a verified signature says of itself; `created` in epoch seconds."""

    key_id: str
    nonce: str
    created: int


class Evidence(NamedTuple):
    """Enough to verify the signature again years later, nothing of the content (签名证据)."""

    id: UUID
    client_id: str
    department: str
    key_id: str
    nonce: str
    method: str
    target: str
    signature_input: str
    signature: str
    content_digest: str
    signed_at: datetime


class _Keys(HTTPSignatureKeyResolver):
    """Only the keys the calling client registered."""

    def __init__(self, keys: Mapping[str, Key]) -> None:
        self._keys = keys

    def resolve_public_key(self, key_id: str) -> Any:
        found = self._keys.get(key_id)
        if found is None:
            raise SignatureRefused(detail_en=f"no key {key_id[:80]} is registered")
        return found.get_op_key("verify")


async def check_signature(house: House, call: Call) -> None:
    """Verify a push and keep the evidence; the service gets its number in `Hutong-Evidence-*`."""
    if b"signature-input" not in call.given:
        allowed = house.figure("gateway_unsigned_pushes")
        if ANYBODY not in allowed and call.principal.department not in allowed:
            raise SignatureMissing(clause=call.line.clause)
        return
    evidence = evidence_of(call, verify(house, call))
    until = evidence.signed_at + timedelta(seconds=_seconds(house) + CLOCKS_DIFFER)
    try:
        kept = await lane_of(house.sessions.kw["bind"], KEEP).take([*evidence, clock(), until])
    except REFUSED as error:
        raise Unavailable(retry_after=5) from error
    if not kept["fresh"]:
        raise SignatureRefused(detail_en="the nonce was used before: sign every try anew")
    call.extra |= {
        "Hutong-Evidence-Id": str(evidence.id),
        "Hutong-Evidence-Key": evidence.key_id,
        "Hutong-Evidence-Digest": evidence.content_digest,
        "Hutong-Evidence-Signed-At": evidence.signed_at.isoformat(),
    }


def verify(house: House, call: Call) -> Proof:
    """The verified signature with our tag; SignatureRefused says what does not hold."""
    headers = {n.decode("latin-1"): v.decode("latin-1") for n, v in call.given.items()}
    message = Signed(call.line.method, _base(house, headers) + call.target, headers)
    keys = {key.kid: key for key in call.access.client.keys or () if key.kid}
    needed = (*NEEDED, "idempotency-key") if "idempotency-key" in headers else NEEDED
    verifier = HTTPMessageVerifier(signature_algorithm=_algorithm(keys), key_resolver=_Keys(keys))
    age = timedelta(seconds=_seconds(house))
    try:
        (result,) = verifier.verify(
            message, max_age=age, expect_tag=TAG, require_components=needed, body=call.body
        )
    except HTTPMessageSignaturesException as error:
        raise SignatureRefused(detail_en=str(error)[:300]) from error
    except ValueError as error:
        raise SignatureRefused(detail_en="one signature is expected") from error
    said = result.parameters
    proof = Proof(str(said["keyid"]), str(said.get("nonce", "")), int(said["created"]))
    if not 1 <= len(proof.nonce) <= 200:
        raise SignatureRefused(detail_en="a nonce of 1 to 200 characters is needed")
    if proof.created < time() - age.total_seconds():
        raise SignatureRefused(detail_en="the signature is too old")
    return proof


def evidence_of(call: Call, proof: Proof) -> Evidence:
    """What is kept of a push that was verified."""
    given = call.given
    return Evidence(
        id=new_id(),
        client_id=call.access.client.id,
        department=call.principal.department,
        key_id=proof.key_id,
        nonce=proof.nonce,
        method=call.line.method,
        target=call.target,
        signature_input=given[b"signature-input"].decode("latin-1"),
        signature=given[b"signature"].decode("latin-1"),
        content_digest=given[b"content-digest"].decode("latin-1"),
        signed_at=instant(proof.created),
    )


def _seconds(house: House) -> int:
    return int(house.figure("gateway_signature_seconds"))


def _algorithm(keys: Mapping[str, Key]) -> type[HTTPSignatureAlgorithm]:
    """By the kind of key the client registered; what the message claims is not asked."""
    kinds = {
        ed25519.Ed25519PublicKey: algorithms.ED25519,
        ec.EllipticCurvePublicKey: algorithms.ECDSA_P256_SHA256,
        rsa.RSAPublicKey: algorithms.RSA_PSS_SHA512,
    }
    for key in keys.values():
        public = key.get_op_key("verify")
        for kind, algorithm in kinds.items():
            if isinstance(public, kind):
                return algorithm
    raise SignatureRefused(detail_en="register a public key first: PUT /v1/me/keys")


def _base(house: House, headers: Mapping[str, str]) -> str:
    """Our own address, never the one the caller claims: a push to another county is not ours.

    On one machine 127.0.0.1 and localhost are the same.
    """
    issuer = urlsplit(house.issuer)
    if issuer.hostname in ("127.0.0.1", "localhost"):
        port = f":{issuer.port}" if issuer.port else ""
        if headers.get("host") in [f"{name}{port}" for name in LOOPBACK]:
            return f"{issuer.scheme}://{headers['host']}"
    return house.issuer
