"""The plain form of a signed push, read in one look; what is not plain is the library's to judge.

It only ever says yes: to one signature over the method, the address and plain fields, written as
RFC 9421 serialises it. Whatever else is there, and whatever does not hold, is looked at by the
library, whose parser of structured fields costs ten times as much. A property holds the two
together: what is taken here is taken there, as the same proof.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from http_message_signatures import HTTPMessageSignaturesException, HTTPSignatureAlgorithm
from joserfc.jwk import Key

WORD = r'"[ !#-\[\]-~]*"'
LISTED = r'\("[a-z@-]+"(?: "[a-z@-]+")*\)'
INPUT = re.compile(rf"([a-z][a-z0-9_-]*)=(({LISTED})((?:;[a-z]+=(?:{WORD}|[1-9][0-9]{{0,9}}))+))")
PARAMETER = re.compile(rf";([a-z]+)=({WORD}|[0-9]+)")
SIGNATURE = re.compile(r"([a-z][a-z0-9_-]*)=:([A-Za-z0-9+/]+={0,2}):")
DIGEST = re.compile(r"(sha-256|sha-512)=:([A-Za-z0-9+/]+={0,2}):")
ADDRESS = re.compile(r"https?://[a-z0-9.-]+(?::[1-9][0-9]{1,4})?(?:/[A-Za-z0-9_-]+)+")
USUAL_PORT = re.compile(r"http://[^/]*:80/|https://[^/]*:443/")
INSTANTS, WORDS = {"created", "expires"}, {"alg", "keyid", "nonce", "tag"}
CLOCKS_DIFFER = 5


class Read(NamedTuple):
    """A signature in its plain form: what it covers, its parameters, its own text."""

    covered: tuple[str, ...]
    said: dict[str, str | int]
    text: str
    signature: bytes


class Plain(NamedTuple):
    """What holds: what is covered, the parameters, and the text that was signed."""

    covered: tuple[str, ...]
    said: dict[str, str | int]
    base: str


@dataclass(frozen=True, slots=True)
class Signed:
    """The message, as the library wishes to see it too."""

    method: str
    url: str
    headers: Mapping[str, str]


def held(
    message: Signed, body: bytes, key: Key, kind: type[HTTPSignatureAlgorithm], moment: float
) -> Plain | None:
    """The push when it is plain, of this key, alive and unaltered; None is no answer."""
    read = _read(message.headers)
    if read is None or not _alive(read.said, moment):
        return None
    if read.said.get("keyid") != key.kid:
        return None
    if read.said.get("alg", kind.algorithm_id) != kind.algorithm_id:
        return None
    base = _base(message, read)
    if base is None or not _digest_holds(message.headers, body, read):
        return None
    try:
        verifier = kind(public_key=key.get_op_key("verify"))
        verifier.verify(signature=read.signature, message=base.encode())
    except (InvalidSignature, HTTPMessageSignaturesException, ValueError):
        return None
    return Plain(read.covered, read.said, base)


def _read(headers: Mapping[str, str]) -> Read | None:
    put = INPUT.fullmatch(headers.get("signature-input", ""))
    made = SIGNATURE.fullmatch(headers.get("signature", ""))
    if put is None or made is None or put[1] != made[1]:
        return None
    covered = tuple(put[3][2:-2].split('" "'))
    found = [(name, value) for name, value in PARAMETER.findall(put[4])]
    said: dict[str, str | int] = {
        name: value[1:-1] if value[0] == '"' else int(value) for name, value in found
    }
    kinds = {name: WORDS if isinstance(value, str) else INSTANTS for name, value in said.items()}
    plain = all(name in kind for name, kind in kinds.items())
    if not plain or len(said) != len(found) or len(set(covered)) != len(covered):
        return None
    signature = _bytes(made[2])
    return None if signature is None else Read(covered, said, put[2], signature)


def _alive(said: Mapping[str, str | int], moment: float) -> bool:
    created, expires = said.get("created"), said.get("expires", moment)
    assert not isinstance(expires, str)
    return isinstance(created, int) and created <= moment + CLOCKS_DIFFER and expires >= moment


def _base(message: Signed, read: Read) -> str | None:
    """The text that was signed, in the order in which the signature names its parts."""
    if not ADDRESS.fullmatch(message.url) or USUAL_PORT.match(message.url):
        return None
    known, lines = {"@method": message.method, "@target-uri": message.url}, []
    for name in read.covered:
        value = known.get(name, "") if name[0] == "@" else message.headers.get(name, "")
        if not value.isascii() or not value.isprintable() or not value or value != value.strip():
            return None
        lines.append(f'"{name}": {value}')
    return "\n".join([*lines, f'"@signature-params": {read.text}'])


def _digest_holds(headers: Mapping[str, str], body: bytes, read: Read) -> bool:
    told = DIGEST.fullmatch(headers.get("content-digest", ""))
    if told is None or "content-digest" not in read.covered:
        return False
    found = hashlib.new(told[1].replace("-", ""), body).digest()
    return hmac.compare_digest(found, _bytes(told[2]) or b"")


def _bytes(text: str) -> bytes | None:
    """The bytes of base64 as it is written by everybody; None of any other spelling."""
    try:
        found = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return found if base64.b64encode(found).decode() == text else None
