"""Checkpoints as signed notes (C2SP tlog-checkpoint): log, size, root, and who signed them."""

import base64
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from joserfc.jwk import OKPKey


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How long a log was and what its root was when it was signed."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def parsed(note: str) -> Checkpoint:
    """The checkpoint of a note; ValueError when it is none."""
    origin, size, root = note.split("\n", 3)[:3]
    return Checkpoint(origin, int(size), base64.b64decode(root, validate=True))


def _key_hash(name: str, public: bytes) -> bytes:
    return hashlib.sha256(f"{name}\n\x01".encode() + public).digest()[:4]


def signature(name: str, key: OKPKey, text: str) -> str:
    """One signature line over a checkpoint's text."""
    private = key.private_key
    assert isinstance(private, Ed25519PrivateKey)
    public = private.public_key().public_bytes_raw()
    signed = _key_hash(name, public) + private.sign(text.encode())
    return f"— {name} {base64.b64encode(signed).decode()}"


def signed_by(name: str, key: OKPKey, text: str, line: str) -> bool:
    """Whether a signature line is the named signer's over the text."""
    public = key.public_key
    assert isinstance(public, Ed25519PublicKey)
    prefix = f"— {name} "
    if not line.startswith(prefix):
        return False
    try:
        raw = base64.b64decode(line.removeprefix(prefix), validate=True)
        public.verify(raw[4:], text.encode())
    except (ValueError, InvalidSignature):
        return False
    return raw[:4] == _key_hash(name, public.public_bytes_raw())
