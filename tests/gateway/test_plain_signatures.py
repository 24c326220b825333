"""What is read in one look is read as the library reads it, or not at all."""

import base64
import hashlib
import time
from datetime import timedelta
from typing import Any

from http_message_signatures import (
    HTTPMessageSignaturesException,
    HTTPMessageVerifier,
    algorithms,
)
from hypothesis import event, given
from hypothesis import strategies as st
from joserfc.jwk import OKPKey

from gateway.plain_signatures import Plain, Signed, held
from gateway.signatures import _TheKey

KEY = OKPKey.generate_key("Ed25519", auto_kid=True)
URL, BODY = "http://127.0.0.1:8000/v1/protection/reports", b'{"id": 1}'
NEEDED = ["@method", "@target-uri", "content-digest", "idempotency-key"]
NOW = int(time.time())

names = st.sampled_from([*NEEDED, "content-type", "@authority", "@path", "x-empty", "Accept"])
covered = st.one_of(st.permutations(NEEDED), st.lists(names, max_size=5))
values = {
    "created": st.sampled_from([str(NOW), str(NOW + 3600), "0", "007", f"{NOW}.5", f'"{NOW}"']),
    "expires": st.sampled_from([str(NOW + 60), str(NOW - 60), "-1", '"soon"']),
    "keyid": st.sampled_from([f'"{KEY.kid}"', '"another"', str(KEY.kid), "?1"]),
    "alg": st.sampled_from(['"ed25519"', '"rsa-pss-sha512"', "ed25519"]),
    "nonce": st.text(alphabet='ab ;="\\,é', max_size=8).map(lambda word: f'"{word}"'),
    "tag": st.just('"hutong-push"'),
    "strange": st.sampled_from(["1", '"x"', "?0"]),
}
usual = [("created", str(NOW)), ("keyid", f'"{KEY.kid}"'), ("tag", '"hutong-push"')]
parameter = st.sampled_from(sorted(values)).flatmap(
    lambda name: values[name].map(lambda value: (name, value))
)
parameters = st.lists(parameter, max_size=3).flatmap(lambda more: st.permutations([*usual, *more]))
spoilings = st.lists(
    st.tuples(
        st.sampled_from(["signature-input", "signature", "content-digest", "idempotency-key"]),
        st.sampled_from(["", " ", ",", ";", '"', "=", ":", "A", "\t", "push=:AA==:, ", ";x"]),
        st.integers(0, 200),
    ),
    max_size=1,
)


def digest_of(body: bytes, kind: str) -> str:
    """The field as a partner writes it."""
    made = hashlib.new(kind.replace("-", ""), body).digest()
    return f"{kind}=:{base64.b64encode(made).decode()}:"


def push(
    parts: list[str], told: list[tuple[str, str]], spoilt: list[tuple[str, str, int]], kind: str
) -> Signed:
    """A push signed over whatever text this makes, then perhaps altered."""
    headers = {"content-digest": digest_of(BODY, kind), "idempotency-key": "a-1", "x-empty": ""}
    headers |= {"content-type": "application/json"}
    listed = " ".join(f'"{part}"' for part in parts)
    text = f"({listed})" + "".join(f";{name}={value}" for name, value in told)
    known = headers | {"@method": "POST", "@target-uri": URL, "@path": "/v1/protection/reports"}
    known |= {"@authority": "127.0.0.1:8000"}
    lines = [f'"{part}": {known.get(part, "")}' for part in parts]
    base = "\n".join([*lines, f'"@signature-params": {text}'])
    private: Any = KEY.get_op_key("sign")
    made = base64.b64encode(private.sign(base.encode())).decode()
    headers |= {"signature-input": f"push={text}", "signature": f"push=:{made}:"}
    for name, put, at in spoilt:
        headers[name] = headers[name][:at] + put + headers[name][at + (not put) :]
    return Signed("POST", URL, headers)


def by_the_library(message: Signed, body: bytes) -> Plain | None:
    """What the library makes of it."""
    verifier = HTTPMessageVerifier(
        signature_algorithm=algorithms.ED25519, key_resolver=_TheKey(KEY)
    )
    try:
        (found,) = verifier.verify(message, max_age=timedelta(days=1), expect_tag=None, body=body)
    except HTTPMessageSignaturesException:
        return None
    parts = found.covered_components
    base = "\n".join(f"{name}: {value}" for name, value in parts.items())
    return Plain(tuple(name.strip('"') for name in parts)[:-1], dict(found.parameters), base)


@given(covered, parameters, spoilings, st.sampled_from(["sha-256", "sha-512"]), st.booleans())
def test_what_is_taken_in_one_look_the_library_takes_as_the_same_proof(
    parts: list[str],
    told: list[tuple[str, str]],
    spoilt: list[tuple[str, str, int]],
    kind: str,
    altered: bool,
) -> None:
    message, body = push(parts, told, spoilt, kind), b"another" if altered else BODY
    found = held(message, body, KEY, algorithms.ED25519, time.time())
    event("taken" if found else "left to the library")
    if found is not None:
        assert found == by_the_library(message, body)


def test_the_push_of_the_guide_is_taken_in_one_look() -> None:
    told = [*usual, ("alg", '"ed25519"'), ("nonce", '"n-1"')]
    message = push(NEEDED, told, [], "sha-256")
    found = held(message, BODY, KEY, algorithms.ED25519, time.time())
    assert found is not None
    assert found == by_the_library(message, BODY)
    for spoilt in (("idempotency-key", "b", 1), ("signature-input", "0", 20)):
        altered = push(NEEDED, told, [spoilt], "sha-256")
        assert held(altered, BODY, KEY, algorithms.ED25519, time.time()) is None
    assert held(message, b"another", KEY, algorithms.ED25519, time.time()) is None
    assert held(message, BODY, KEY, algorithms.ED25519, time.time() - 3600) is None
