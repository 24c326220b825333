"""Signed pushes: HTTP message signatures of police, procuratorate and whoever wishes (RFC 9421).

The signature covers method, target, content digest and, where there is one, the idempotency
key; it is a minute old at most and its nonce counts once. What was verified is kept as
evidence, and the service is told under which number.
"""

import re
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
from gateway.identity.clients import Client
from gateway.plain_signatures import Signed, held
from gateway.routes import ANYBODY
from shared.clock import clock, instant
from shared.database import new_id, to_json
from shared.lane import REFUSED, lane_of
from shared.problem import Unauthenticated, Unavailable
from shared.vault import seal_own

TAG = "hutong-push"
NEEDED = ("@method", "@target-uri", "content-digest")
CLOCKS_DIFFER = 15
KEEP = """
WITH told AS (
    SELECT *, 'signature:' || client_id AS owner
    FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
        $8::text[], $9::text[], $10::text[], $11::text[], $12::bytea[], $13::timestamptz[],
        $14::timestamptz[], $15::timestamptz[])
        WITH ORDINALITY AS t(id, client_id, department, key_id, nonce, method, target,
        signature_input, signature, content_digest, key, base, signed_at, verified_at, ends_at,
        place)),
used AS (
    INSERT INTO used_once (owner, value, ends_at) SELECT owner, nonce, ends_at FROM told
    ORDER BY owner, nonce ON CONFLICT DO NOTHING RETURNING owner, value AS nonce),
kept AS (
    INSERT INTO evidence (id, client_id, department, key_id, nonce, method, target,
        signature_input, signature, content_digest, key, base, signed_at, verified_at)
    SELECT id, client_id, department, key_id, nonce, method, target, signature_input, signature,
        content_digest, key::jsonb, base, signed_at, verified_at
    FROM told JOIN used USING (owner, nonce))
SELECT used.nonce IS NOT NULL AS fresh FROM told LEFT JOIN used USING (owner, nonce) ORDER BY place
"""
KEY_ID = re.compile(r';\s*keyid="([^"\\]{1,200})"')
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


class SignatureMissing(Unauthenticated):
    """This department's pushes must be signed."""

    zh, en = "本部门的推送须附签名", "Pushes of this department must be signed"


class SignatureRefused(Unauthenticated):
    """The signature does not hold: altered, too old, used before, or by a key nobody registered."""

    zh, en = "签名未通过验证", "The signature does not hold"


@dataclass(frozen=True, slots=True)
class Proof:
    """What a verified signature says of itself; `created` in epoch seconds."""

    key_id: str
    nonce: str
    created: int
    key: dict[str, Any]
    base: str


class Evidence(NamedTuple):
    """All that verifies the signature again years later, nothing of the content (签名证据)."""

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
    key: str
    base: bytes
    signed_at: datetime


class _TheKey(HTTPSignatureKeyResolver):
    """The one key the message names, which the calling client registered."""

    def __init__(self, key: Key) -> None:
        self._key = key

    def resolve_public_key(self, key_id: str) -> Any:
        return self._key.get_op_key("verify") if key_id == self._key.kid else None


async def check_signature(house: House, call: Call) -> None:
    """Verify a push and keep the evidence; the service gets its number in `Hutong-Evidence-*`."""
    if not {b"signature-input", b"signature"} & set(call.given):
        allowed = house.figure("gateway_unsigned_pushes")
        if ANYBODY not in allowed and call.principal.department not in allowed:
            raise SignatureMissing(clause=call.line.clause)
        return
    evidence = evidence_of(call, verify(house, call))
    until = evidence.signed_at + timedelta(seconds=_seconds(house) + CLOCKS_DIFFER)
    once = frozenset({(evidence.client_id, evidence.nonce)})
    row = [*evidence, clock(), until]
    try:
        kept = await lane_of(house.sessions.kw["bind"], KEEP).take(row, once)
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
    key = _named(call.access.client, headers.get("signature-input", ""))
    needed = (*NEEDED, "idempotency-key") if "idempotency-key" in headers else NEEDED
    age = timedelta(seconds=_seconds(house))
    plain = held(message, call.body, key, _algorithm(key), time())
    if plain and plain.said.get("tag") == TAG and set(needed) <= set(plain.covered):
        proof = _proof(key, plain.said, plain.base)
    else:
        proof = _by_the_library(message, call.body, key, needed, age)
    if not 1 <= len(proof.nonce) <= 200:
        raise SignatureRefused(detail_en="a nonce of 1 to 200 characters is needed")
    if proof.created < time() - age.total_seconds():
        raise SignatureRefused(detail_en="the signature is too old")
    return proof


def _by_the_library(
    message: Signed, body: bytes, key: Key, needed: tuple[str, ...], age: timedelta
) -> Proof:
    """Whatever is not plain, and whatever does not hold, with its reason."""
    verifier = HTTPMessageVerifier(signature_algorithm=_algorithm(key), key_resolver=_TheKey(key))
    try:
        (result,) = verifier.verify(
            message, max_age=age, expect_tag=TAG, require_components=needed, body=body
        )
    except HTTPMessageSignaturesException as error:
        raise SignatureRefused(detail_en=str(error)[:300]) from error
    except ValueError as error:
        raise SignatureRefused(detail_en="one signature is expected") from error
    base = "\n".join(f"{name}: {value}" for name, value in result.covered_components.items())
    return _proof(key, result.parameters, base)


def _proof(key: Key, said: Mapping[str, Any], base: str) -> Proof:
    return Proof(
        key_id=str(said["keyid"]),
        nonce=str(said.get("nonce", "")),
        created=int(said["created"]),
        key=dict(key.as_dict(private=False)),
        base=base,
    )


def evidence_of(call: Call, proof: Proof) -> Evidence:
    """What is kept of a push that was verified."""
    given, evidence_id = call.given, new_id()
    return Evidence(
        id=evidence_id,
        client_id=call.access.client.id,
        department=call.principal.department,
        key_id=proof.key_id,
        nonce=proof.nonce,
        method=call.line.method,
        target=call.target,
        signature_input=given[b"signature-input"].decode("latin-1"),
        signature=given[b"signature"].decode("latin-1"),
        content_digest=given[b"content-digest"].decode("latin-1"),
        key=to_json(proof.key),
        base=seal_own(f"evidence|{evidence_id}", proof.base.encode()),
        signed_at=instant(proof.created),
    )


def _seconds(house: House) -> int:
    return int(house.figure("gateway_signature_seconds"))


def _named(client: Client, signature_input: str) -> Key:
    """The registered key a message says it was signed with."""
    keys = {key.kid: key for key in client.keys or () if key.kid}
    if not keys:
        raise SignatureRefused(detail_en="register a public key first: PUT /v1/me/keys")
    named = KEY_ID.search(signature_input)
    found = keys.get(named[1]) if named else None
    if found is None:
        raise SignatureRefused(detail_en="keyid names no key that is registered")
    return found


def _algorithm(key: Key) -> type[HTTPSignatureAlgorithm]:
    """By the kind of key the client registered; what the message claims is not asked."""
    kinds = {
        ed25519.Ed25519PublicKey: algorithms.ED25519,
        ec.EllipticCurvePublicKey: algorithms.ECDSA_P256_SHA256,
        rsa.RSAPublicKey: algorithms.RSA_PSS_SHA512,
    }
    public = key.get_op_key("verify")
    found = next((one for kind, one in kinds.items() if isinstance(public, kind)), None)
    if found is None:
        raise SignatureRefused(detail_en="this kind of key cannot sign pushes")
    return found


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
