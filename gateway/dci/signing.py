"""The signature of an envelope: over header and message together, in the envelope (DCI).

    Signature: namespace="spdci", kidId="{sender_id}|{key_id}|ed25519", algorithm="ed25519",
      created="…", expires="…", headers="(created) (expires) digest", signature="{base64}"

What is signed are three lines: `(created): …`, `(expires): …`, `digest: …`. The standard leaves
the digest open; the practice of its implementers is base64 of SHA-256 over {"header": …,
"message": …} as JSON with sorted keys, without white space, in ASCII. Numbers are integers.
"""

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ed25519
from joserfc.jwk import Key, OKPKey

from gateway.dci.refusals import BadEnvelope, BadSignature

ALGORITHM, COVERED = "ed25519", "(created) (expires) digest"
PART = re.compile(r'(\w+)="([^"]*)"')
SECONDS = 300


@dataclass(frozen=True, slots=True)
class Signature:
    """What a signature says of itself; times in epoch seconds."""

    sender: str
    key_id: str
    created: int
    expires: int
    value: bytes


def read(body: bytes) -> dict[str, Any]:
    """The JSON object of a body, as it is signed: no fractions, for they have many spellings."""

    def refuse(_: str) -> Any:
        raise ValueError("numbers are integers")

    try:
        found = json.loads(body, parse_float=refuse, parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        raise BadEnvelope(where="body") from error
    if not isinstance(found, dict):
        raise BadEnvelope(where="body")
    return found


def digest_of(header: Any, message: Any) -> str:
    """The digest of an envelope's content."""
    content = {"header": header, "message": message}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def lines(created: int, expires: int, digest: str) -> str:
    """What is signed."""
    return f"(created): {created}\n(expires): {expires}\ndigest: {digest}"


def sign(header: Any, message: Any, sender: str, key: OKPKey, moment: int) -> str:
    """The signature of an envelope of ours."""
    private = key.get_op_key("sign")
    assert isinstance(private, ed25519.Ed25519PrivateKey)
    created, expires = moment, moment + SECONDS
    signed = private.sign(lines(created, expires, digest_of(header, message)).encode())
    parts = {
        "namespace": "spdci",
        "kidId": f"{sender}|{key.kid}|{ALGORITHM}",
        "algorithm": ALGORITHM,
        "created": created,
        "expires": expires,
        "headers": COVERED,
        "signature": base64.b64encode(signed).decode(),
    }
    return "Signature: " + ", ".join(f'{name}="{value}"' for name, value in parts.items())


def parse(text: str) -> Signature:
    """The parts of a signature; BadSignature when it is no such thing."""
    parts = dict(PART.findall(text))
    try:
        sender, key_id, algorithm = parts["kidId"].rsplit("|", 2)
        found = Signature(
            sender=sender,
            key_id=key_id,
            created=int(parts["created"]),
            expires=int(parts["expires"]),
            value=base64.b64decode(parts["signature"], validate=True),
        )
    except (KeyError, ValueError) as error:
        raise BadSignature(detail_en="not a signature of this form") from error
    if {algorithm, parts.get("algorithm")} != {ALGORITHM} or parts.get("headers") != COVERED:
        raise BadSignature(detail_en=f"algorithm {ALGORITHM} over {COVERED} is expected")
    return found


def verify(said: Signature, digest: str, key: Key, moment: float, skew: float) -> None:
    """BadSignature unless the key made it over this digest, now, for no longer than we allow."""
    if not said.created - skew <= moment <= said.expires:
        raise BadSignature(detail_en="the signature is too old, or from the future")
    if said.expires - said.created > SECONDS:
        raise BadSignature(detail_en=f"a signature holds for {SECONDS} seconds at most")
    public = key.get_op_key("verify")
    if not isinstance(public, ed25519.Ed25519PublicKey):
        raise BadSignature(detail_en="an Ed25519 key is needed")
    try:
        public.verify(said.value, lines(said.created, said.expires, digest).encode())
    except InvalidSignature as error:
        raise BadSignature(detail_en="the signature is not of this header and message") from error
