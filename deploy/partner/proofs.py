"""Keys and signatures as the sandbox checks them: the same libraries, the same rules, in memory."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from http_message_signatures import (
    HTTPMessageSignaturesException,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    algorithms,
)
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from starlette.requests import Request

from gateway.identity.proofs import issuer_of
from gateway.plain_signatures import Signed
from gateway.signatures import NEEDED, TAG, SignatureRefused
from shared.problem import Problem

SECONDS = 60


class _Keys(HTTPSignatureKeyResolver):
    """The keys one client registered."""

    def __init__(self, keys: KeySet) -> None:
        self._keys = {key.kid: key for key in keys}

    def resolve_public_key(self, key_id: str) -> Any:
        if key_id not in self._keys:
            raise SignatureRefused(detail_en="no such key is registered")
        return self._keys[key_id].get_op_key("verify")


@dataclass
class Proofs:
    """Registered keys by client, and nonces that were used."""

    keys: dict[str, KeySet] = field(default_factory=dict)
    used: set[tuple[str, str]] = field(default_factory=set)

    def register(self, client: str, jwks: Mapping[str, Any]) -> None:
        """Take over the public keys of a client."""
        self.keys[client] = KeySet.import_key_set(dict(jwks))  # type: ignore[arg-type]

    def asserted(self, assertion: str) -> str | None:
        """The client that signed an assertion with its registered key, or None."""
        try:
            client = issuer_of(assertion)
            claims = jwt.decode(assertion, self.keys[client], algorithms=["Ed25519"]).claims
        except (JoseError, KeyError, ValueError, Problem):
            return None
        return client if int(claims.get("exp", 0)) > time.time() else None

    def check(self, request: Request, content: bytes, client: str) -> None:
        """SignatureRefused unless the push is signed by its client, now, once (RFC 9421)."""
        if client not in self.keys:
            raise SignatureRefused(detail_en="register a public key first: PUT /v1/me/keys")
        message = Signed(request.method, str(request.url), dict(request.headers))
        resolver = _Keys(self.keys[client])
        verifier = HTTPMessageVerifier(
            signature_algorithm=algorithms.ED25519, key_resolver=resolver
        )
        needed = (*NEEDED, "idempotency-key") if "idempotency-key" in request.headers else NEEDED
        try:
            (result,) = verifier.verify(
                message,
                max_age=timedelta(seconds=SECONDS),
                expect_tag=TAG,
                require_components=needed,
                body=content,
            )
        except (HTTPMessageSignaturesException, ValueError) as error:
            raise SignatureRefused(detail_en=str(error)[:300]) from error
        nonce = str(result.parameters.get("nonce", ""))
        if not nonce or (client, nonce) in self.used:
            raise SignatureRefused(detail_en="the nonce was used before: sign every try anew")
        self.used.add((client, nonce))
