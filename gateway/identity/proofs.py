"""How a client proves that it is itself: secret, signed assertion, DPoP key, certificate.

RFC 7523 assertions live at most five minutes and count once. RFC 9449 proofs live a minute
and count once. A certificate (RFC 8705) is believed from the reverse proxy that ends TLS,
in `Client-Cert` (RFC 9440), and from nobody else.
"""

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from time import time
from typing import Any, TypeGuard

import structlog
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, KeySet, OKPKey
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.identity.clients import Client
from shared.clock import instant
from shared.lane import REFUSED, lane_of
from shared.problem import Unauthenticated

log = structlog.get_logger()
ALGORITHMS = ["Ed25519", "EdDSA", "ES256", "PS256"]
# A proof carries its key with every request, so those of RSA are too long to be asked for.
PROOF_ALGORITHMS = ["Ed25519", "EdDSA", "ES256"]
SIGNING_KEYS = [["OKP", "Ed25519"], ["EC", "P-256"], ["RSA", None]]
KID = re.compile(r"[ !#-\[\]-~]{1,200}")
PROOF_KEYS: dict[str, Any] = {"OKP": OKPKey, "EC": ECKey}
LONGEST_ASSERTION, PROOF_SECONDS, SKEW, LONGEST_JTI = 300, 60, 10, 200
USE_UP = """
WITH told AS (
    SELECT * FROM unnest($1::text[], $2::text[], $3::timestamptz[])
        WITH ORDINALITY AS t(owner, value, ends_at, place)),
used AS (
    INSERT INTO used_once (owner, value, ends_at) SELECT owner, value, ends_at FROM told
    ORDER BY owner, value ON CONFLICT DO NOTHING RETURNING owner, value)
SELECT used.value IS NOT NULL AS fresh FROM told LEFT JOIN used USING (owner, value) ORDER BY place
"""
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class BadProof(Unauthenticated):
    """The proof does not hold; `detail_en` says which part, for the integrator to mend."""

    zh, en = "身份证明无效", "The proof of identity does not hold"


@dataclass(frozen=True, slots=True)
class Assertion:
    """A verified client assertion; its `jti` must still be used up by the caller."""

    client_id: str
    jti: str
    expires: int
    officer: str | None


def issuer_of(assertion: str) -> str:
    """Which client an assertion claims to come from, before anything is verified."""
    return str(_unverified(assertion).get("iss", ""))


def check_assertion(assertion: str, client: Client, audiences: frozenset[str]) -> Assertion:
    """A `private_key_jwt` of a client, verified with the keys it registered; BadProof else."""
    if client.keys is None:
        raise BadProof(detail_en="the client has registered no key")
    try:
        found = jwt.decode(assertion, client.keys, algorithms=ALGORITHMS)
    except (JoseError, ValueError) as error:
        raise BadProof(detail_en="the signature of the assertion is not valid") from error
    claims = found.claims
    if claims.get("iss") != client.id or claims.get("sub") != client.id:
        raise BadProof(detail_en="iss and sub must both be the client_id")
    named = claims.get("aud")
    if not any(one in audiences for one in _texts(named if isinstance(named, list) else [named])):
        raise BadProof(detail_en=f"aud must be one of {sorted(audiences)}")
    expires, jti = claims.get("exp"), claims.get("jti")
    if not isinstance(expires, int) or not _is_jti(jti):
        raise BadProof(detail_en=f"exp and a jti of 1 to {LONGEST_JTI} characters are needed")
    moment = time()
    if not moment - SKEW < expires <= moment + LONGEST_ASSERTION + SKEW:
        raise BadProof(detail_en="exp must lie within the next 300 seconds")
    act = claims.get("act")
    officer = act.get("sub") if isinstance(act, Mapping) else None
    if not isinstance(officer, str | None):
        raise BadProof(detail_en="act.sub must be text")
    return Assertion(client.id, jti, expires, officer)


class Proofs:
    """DPoP proofs already used; each counts once within its minute, at all gateways together.

    With their database away each gateway counts by itself: a proof is good for one request, whose
    token must have been stolen as well, and reports are not turned away for that.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._used: dict[str, float] = {}

    async def check(self, proof: str, method: str, url: str, token: str | None = None) -> str:
        """The thumbprint of the key that made a proof for this request; BadProof else."""
        claims, key = _proof_claims(proof)
        if claims.get("htm") != method or str(claims.get("htu", "")).split("?")[0] != url:
            raise BadProof(detail_en=f"the DPoP proof is not for {method} {url}")
        issued, jti = claims.get("iat"), claims.get("jti")
        if not _is_jti(jti):
            raise BadProof(detail_en="the DPoP proof has no jti")
        if not isinstance(issued, int) or abs(time() - issued) > PROOF_SECONDS:
            raise BadProof(detail_en="the DPoP proof is too old or from the future")
        if token is not None and claims.get("ath") != _ath(token):
            raise BadProof(detail_en="the DPoP proof is not for this token")
        thumbprint = key.thumbprint()
        await self._use_up(thumbprint, jti, issued + 2 * PROOF_SECONDS)
        return thumbprint

    async def _use_up(self, thumbprint: str, jti: str, until: float) -> None:
        moment, name = time(), f"{thumbprint}|{jti}"
        if len(self._used) > 50_000:
            self._used = {one: end for one, end in self._used.items() if end > moment}
        if name in self._used:
            raise BadProof(detail_en="the DPoP proof was used before")
        self._used[name] = until
        row = [f"dpop:{thumbprint}", jti, instant(until)]
        try:
            written = await lane_of(self._engine, USE_UP).take(row, frozenset({name}))
        except REFUSED as error:
            log.warning("proof counted here alone", error=type(error).__name__)
            return
        if not written["fresh"]:
            raise BadProof(detail_en="the DPoP proof was used before")


def thumbprint_of(client_cert: str) -> str:
    """x5t#S256 of a `Client-Cert` header (`:base64 DER:`); BadProof when it is not one."""
    try:
        der = base64.b64decode(client_cert.strip().strip(":"), validate=True)
        certificate = x509.load_der_x509_certificate(der)
    except ValueError as error:
        raise BadProof(detail_en="Client-Cert is not a certificate") from error
    return _b64(hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest())


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a verifier (PKCE, RFC 7636)."""
    return _b64(hashlib.sha256(verifier.encode()).digest())


def public_keys(document: Mapping[str, Any]) -> KeySet:
    """A JWKS a partner registers: public signing keys only; ValueError says what is wrong."""
    keys = document.get("keys")
    if not isinstance(keys, list) or not 1 <= len(keys) <= 10:
        raise ValueError("a JWKS with one to ten keys is needed")
    if not all(isinstance(key, Mapping) and _signs(key) for key in keys):
        raise ValueError("only public signing keys: Ed25519, P-256, or RSA of 2048 bits and more")
    try:
        found = KeySet.import_key_set({"keys": [dict(key) for key in keys]})
        verifying = [key.get_op_key("verify") for key in found.keys]
    except JoseError as error:
        raise ValueError(str(error)) from error
    if any(isinstance(one, RSAPublicKey) and one.key_size < 2048 for one in verifying):
        raise ValueError("an RSA key needs 2048 bits")
    for key in found.keys:
        key.ensure_kid()
    return found


def _signs(key: Mapping[str, Any]) -> bool:
    """Whether it says of itself that it is public and verifies, under a name we can look up."""
    known = [key.get("kty"), key.get("crv")] in SIGNING_KEYS and "d" not in key
    kid, ops = key.get("kid", "by its thumbprint"), key.get("key_ops", ["verify"])
    named = isinstance(kid, str) and KID.fullmatch(kid) is not None
    meant = key.get("use", "sig") == "sig" and isinstance(ops, list) and "verify" in ops
    return known and named and meant and key.get("alg", "Ed25519") in ALGORITHMS


def _proof_claims(proof: str) -> tuple[dict[str, Any], Key]:
    try:
        header = jws.extract_compact(proof.encode()).headers()
        jwk = header["jwk"]
        if header.get("typ") != "dpop+jwt" or "d" in jwk or jwk["kty"] not in PROOF_KEYS:
            raise BadProof(detail_en="a DPoP proof has typ dpop+jwt and a public jwk")
        key: Key = PROOF_KEYS[jwk["kty"]].import_key(jwk)
        claims = jwt.decode(proof, key, algorithms=PROOF_ALGORITHMS).claims
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise BadProof(detail_en="the DPoP proof is not valid") from error
    return dict(claims), key


def _is_jti(said: Any) -> TypeGuard[str]:
    """It is kept until it ends: nothing the database could not keep."""
    return isinstance(said, str) and 1 <= len(said) <= LONGEST_JTI and said.isprintable()


def _texts(said: Iterable[Any]) -> list[str]:
    return [one for one in said if isinstance(one, str)]


def _unverified(token: str) -> dict[str, Any]:
    try:
        payload = token.split(".")[1]
        found = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, ValueError, RecursionError) as error:
        raise BadProof(detail_en="the assertion is not a JWT") from error
    return found if isinstance(found, dict) else {}


def _ath(token: str) -> str:
    return _b64(hashlib.sha256(token.encode()).digest())


def _b64(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
