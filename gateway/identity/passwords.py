"""Passwords of the built-in sign-in, kept as scrypt digests: people choose guessable ones."""

import hashlib
import hmac
import os

COST_N, COST_R, COST_P = 2**14, 8, 1


def _scrypt(password: str, salt: bytes) -> str:
    return hashlib.scrypt(password.encode(), salt=salt, n=COST_N, r=COST_R, p=COST_P).hex()


def digest_of_password(password: str) -> str:
    """Salt and digest, both in hexadecimal."""
    salt = os.urandom(16)
    return f"{salt.hex()}${_scrypt(password, salt)}"


def password_matches(password: str, digest: str | None) -> bool:
    """Whether a password is the one; takes as long when there is nobody."""
    salt, _, expected = (digest or "00$00").partition("$")
    return hmac.compare_digest(_scrypt(password, bytes.fromhex(salt)), expected)
