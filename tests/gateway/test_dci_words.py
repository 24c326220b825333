"""The pure parts of the registry interface: queries, signatures, addresses of callbacks."""

import base64
import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import OKPKey

from deploy.partner import dci as kit
from gateway.dci import signing
from gateway.dci.callbacks import callback_url
from gateway.dci.conditions import ATTRIBUTES, wanted
from gateway.dci.refusals import BadEnvelope, BadSignature, ItemRefused

SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
NAMES = st.sampled_from(
    [*ATTRIBUTES, "$and", "$or", "eq", "$eq", "type", "value", "query", "expression", "collection",
     "attribute_name", "operator", "attribute_value", "expression1", "expression2", "condition"]
) | st.text(max_size=5)  # fmt: skip
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


@given(st.sampled_from(["idtype-value", "expression", "predicate"]), ANYTHING)
def test_whatever_is_asked_names_a_person_or_is_refused(query_type: str, query: Any) -> None:
    try:
        found = wanted(query_type, query)
    except ItemRefused:
        return
    named = set(found.person)
    assert named <= {"id_no", "child_id", "name", "birth_date"}
    assert named & {"id_no", "child_id"} or named >= {"name", "birth_date"}


def test_the_programme_alone_is_everybody_and_refused() -> None:
    with pytest.raises(ItemRefused) as refused:
        wanted("expression", {"programme_identifier": {"eq": "331081.basic-living"}})
    assert refused.value.dci == "rjct.filter.invalid"


def test_what_is_signed_are_three_lines_over_sorted_compact_ascii() -> None:
    header, message = {"b": 1, "a": "陈"}, {"c": [True, None]}
    digest = signing.digest_of(header, message)
    content = b'{"header":{"a":"\\u9648","b":1},"message":{"c":[true,null]}}'
    assert digest == base64.b64encode(hashlib.sha256(content).digest()).decode()
    assert kit.signed_lines(header, message, 1, 2) == signing.lines(1, 2, digest).encode()


def test_the_kit_and_the_gateway_read_each_others_signatures() -> None:
    key = OKPKey.generate_key("Ed25519", auto_kid=True)
    header, message = {"message_id": "1"}, {"transaction_id": "2"}
    digest = signing.digest_of(header, message)
    theirs = signing.parse(kit.sign(header, message, "police", key))
    signing.verify(theirs, digest, key, theirs.created, 0)
    ours = signing.sign(header, message, "hutong", key, theirs.created)
    jwks = {"keys": [key.as_dict(private=False)]}
    kit.verify({"signature": ours, "header": header, "message": message}, jwks, "hutong")
    with pytest.raises(ValueError, match="not of this header"):
        kit.verify({"signature": ours, "header": header, "message": {}}, jwks, "hutong")


@pytest.mark.parametrize(("moment", "skew"), [(-61, 60), (301, 60), (10_000, 0)])
def test_a_signature_holds_for_its_time_alone(moment: int, skew: int) -> None:
    key = OKPKey.generate_key("Ed25519", auto_kid=True)
    said = signing.parse(signing.sign({}, {}, "x", key, 1_000))
    with pytest.raises(BadSignature):
        signing.verify(said, signing.digest_of({}, {}), key, 1_000 + moment, skew)


GOOD = {"kidId": "a|b|ed25519", "algorithm": "ed25519", "created": "1", "expires": "2"}
GOOD |= {"headers": "(created) (expires) digest", "signature": "AA=="}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("kidId", "a|ed25519"),
        ("kidId", "a|b|rs256"),
        ("algorithm", "rs256"),
        ("created", "yesterday"),
        ("expires", ""),
        ("headers", "(created)"),
        ("signature", "no base64"),
    ],
)
def test_what_is_no_signature_is_refused(name: str, value: str) -> None:
    def written(parts: dict[str, str]) -> str:
        return "Signature: " + ", ".join(f'{one}="{said}"' for one, said in parts.items())

    assert signing.parse(written(GOOD)).sender == "a"
    with pytest.raises(BadSignature):
        signing.parse(written(GOOD | {name: value}))
    with pytest.raises(BadSignature):
        signing.parse(written({one: said for one, said in GOOD.items() if one != name}))


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"a": 1.5}', b'{"a": NaN}', b"[" * 100_000])
def test_a_body_that_has_more_than_one_spelling_is_no_envelope(body: bytes) -> None:
    with pytest.raises(BadEnvelope):
        signing.read(body)


@pytest.mark.parametrize(
    ("sender_uri", "kind", "expected"),
    [
        ("https://h/dci", "search", "https://h/dci/registry/on-search"),
        ("https://h/dci/", "status", "https://h/dci/registry/txn/on-status"),
        ("https://h/callback/on-search", "notify", "https://h/callback/notify"),
        ("https://h/registry/txn/on-status", "subscribe", "https://h/registry/on-subscribe"),
    ],
)
def test_a_callback_goes_beside_the_one_that_is_named(
    sender_uri: str, kind: str, expected: str
) -> None:
    assert callback_url(sender_uri, kind) == expected
