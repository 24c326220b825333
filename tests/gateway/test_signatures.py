"""Signed pushes: kept as evidence when they hold, refused when altered, late or used before."""

import base64
import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from http_message_signatures import HTTPMessageSigner, MappingKeyResolver, algorithms
from joserfc.jwk import ECKey, Key, KeySet, OKPKey

from tests import patience
from tests.conftest import Servers
from tests.gateway.conftest import World, away, laid_out

PATH = "/v1/protection/reports"


@dataclass
class Push:
    """A push with its signature, which a test may spoil."""

    url: str
    body: bytes
    headers: dict[str, str]
    method: str = "POST"
    more: dict[str, Any] = field(default_factory=dict)

    def send(self) -> httpx.Response:
        return patience.request(self.method, self.url, content=self.body, headers=self.headers)


@pytest.fixture(scope="module")
def key(world: World) -> OKPKey:
    """The key police registered."""
    made = OKPKey.generate_key("Ed25519", auto_kid=True)
    with world.client("police") as police:
        police.put("/v1/me/keys", json={"jwks": KeySet([made]).as_dict(private=False)})
    return made


def signed(world: World, key: OKPKey, **change: Any) -> Push:
    """A push signed as the partner guide says."""
    headers = {
        "Content-Type": "application/json",
        "Authorization": f"Bearer {world.token('police', '0417')}",
        "Idempotency-Key": uuid4().hex,
    }
    body = b'{"number": 4242}'
    push = Push(world.url + PATH, body, headers)
    kid = key.thumbprint()
    private: Any = key.get_op_key("sign")
    signer = HTTPMessageSigner(
        signature_algorithm=algorithms.ED25519,
        key_resolver=MappingKeyResolver(private_keys={kid: private}, public_keys={}),
    )
    how: dict[str, Any] = {
        "key_id": kid,
        "created": datetime.now(UTC),
        "nonce": uuid4().hex,
        "tag": "hutong-push",
        "label": "push",
        "covered_component_ids": ("@method", "@target-uri", "content-type", "idempotency-key"),
        "body": body,
    }
    signer.sign(push, **how | change)
    return push


def test_a_signed_push_is_taken_and_kept_as_evidence(world: World, key: OKPKey) -> None:
    push = signed(world, key)
    answer = push.send()
    assert answer.status_code == 201, answer.text
    (row,) = world.rows(
        world.gateway_database,
        "select * from evidence where signature = $1",
        push.headers["Signature"],
    )
    assert row["department"] == "police"
    assert row["content_digest"] == push.headers["Content-Digest"]
    with world.client("procuratorate") as procuratorate, world.client("charity") as charity:
        shown = procuratorate.get(f"/v1/evidence/{row['id']}")
        assert shown.json()["signature_input"] == push.headers["Signature-Input"]
        assert charity.get(f"/v1/evidence/{row['id']}").status_code == 404


def test_evidence_stands_when_the_signer_has_other_keys(world: World, key: OKPKey) -> None:
    push = signed(world, key)
    assert push.send().status_code == 201
    (row,) = world.rows(
        world.gateway_database,
        "select id, base from evidence where signature = $1",
        push.headers["Signature"],
    )
    assert b"@method" not in row["base"], "what was signed is sealed"
    other = OKPKey.generate_key("Ed25519", auto_kid=True)
    with world.client("police") as police, world.client("procuratorate") as procuratorate:
        police.put("/v1/me/keys", json={"jwks": KeySet([other]).as_dict(private=False)})
        shown = procuratorate.get(f"/v1/evidence/{row['id']}").json()
        police.put("/v1/me/keys", json={"jwks": KeySet([key]).as_dict(private=False)})
    signature = base64.b64decode(shown["signature"].partition(":")[2].rstrip(":"))
    public = OKPKey.import_key(shown["key"]).public_key
    public.verify(signature, shown["base"].encode())  # type: ignore[union-attr]
    assert f'"@target-uri": {push.url}' in shown["base"]
    digest = base64.b64encode(hashlib.sha512(push.body).digest()).decode()
    assert digest in shown["base"] or shown["content_digest"] in shown["base"]


def test_each_key_of_a_client_signs_by_its_own_kind(world: World, key: OKPKey) -> None:
    curve = ECKey.generate_key("P-256", auto_kid=True)
    both: list[Key] = [key, curve]
    with world.client("police") as police:
        police.put("/v1/me/keys", json={"jwks": KeySet(both).as_dict(private=False)})
    assert signed(world, key).send().status_code == 201
    private: Any = curve.get_op_key("sign")
    push = signed(world, key)
    for name in ("Signature", "Signature-Input", "Content-Digest"):
        del push.headers[name]
    kid = curve.thumbprint()
    keys = MappingKeyResolver(private_keys={kid: private}, public_keys={})
    signer = HTTPMessageSigner(signature_algorithm=algorithms.ECDSA_P256_SHA256, key_resolver=keys)
    covered = ("@method", "@target-uri", "idempotency-key")
    signer.sign(
        push,
        key_id=kid,
        nonce=uuid4().hex,
        tag="hutong-push",
        covered_component_ids=covered,
        body=push.body,
    )
    assert push.send().status_code == 201


def test_a_signature_that_cannot_be_kept_is_not_taken(own_world: World) -> None:
    world = own_world
    made = OKPKey.generate_key("Ed25519", auto_kid=True)
    with world.client("police") as police:
        police.put("/v1/me/keys", json={"jwks": KeySet([made]).as_dict(private=False)})
    push = signed(world, made)
    with away(world.gateway_database):
        answer = push.send()
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert world.notes() == []
    assert push.send().status_code == 201, "the same push once the database is back"


UNSIGNED = "gateway_unsigned_pushes"


@pytest.fixture(scope="module")
def strict(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A county where only schools and hospitals may push without a signature."""
    with ExitStack() as stack:
        folder = tmp_path_factory.mktemp("strict")
        world = laid_out(servers, folder, stack)
        file = folder / "jurisdiction" / "figures" / "gateway.yaml"
        said, count = re.subn(
            rf"({UNSIGNED}: .*)\[everyone\]", r"\1[institution, education]", file.read_text()
        )
        assert count == 1
        file.write_text(said)
        world.start("service")
        world.start("gateway")
        yield world


def test_unsigned_pushes_are_taken_only_from_whom_the_figure_names(strict: World) -> None:
    made = OKPKey.generate_key("Ed25519", auto_kid=True)
    with strict.client("education") as school, strict.client("police") as police:
        assert school.post(PATH, json={"number": 1}).status_code == 201
        refused = police.post(PATH, json={"number": 2})
        assert (refused.status_code, refused.json()["type"]) == (401, "/problems/signature-missing")
        assert refused.json()["clause"]
        police.put("/v1/me/keys", json={"jwks": KeySet([made]).as_dict(private=False)})
        assert police.get(PATH + "/a").status_code == 200, "reading needs none"
    push = signed(strict, made)
    assert push.send().status_code == 201
    for name in ("Signature", "Signature-Input"):
        del push.headers[name]
    assert push.send().status_code == 401, "a stripped signature is no way in"
    assert strict.notes() == [1, 4242]


def test_a_signature_counts_once(world: World, key: OKPKey) -> None:
    push = signed(world, key)
    assert push.send().status_code == 201
    assert push.send().status_code == 401


def altered_body(push: Push) -> None:
    push.body = b'{"number": 4243}'


def another_key_header(push: Push) -> None:
    push.headers["Idempotency-Key"] = "another"


def another_type(push: Push) -> None:
    push.headers["Content-Type"] = "application/json; charset=utf-8"


def no_signature(push: Push) -> None:
    del push.headers["Signature"]


def no_signature_input(push: Push) -> None:
    del push.headers["Signature-Input"]


def no_digest(push: Push) -> None:
    del push.headers["Content-Digest"]


def another_query(push: Push) -> None:
    push.url += "?dry=1"


def another_moment(push: Push) -> None:
    later = re.sub(r"created=(\d+)", lambda m: f"created={int(m[1]) + 1}", _input(push))
    push.headers["Signature-Input"] = later


def _input(push: Push) -> str:
    return push.headers["Signature-Input"]


def another_digest(push: Push) -> None:
    altered_body(push)
    digest = base64.b64encode(hashlib.sha256(push.body).digest()).decode()
    push.headers["Content-Digest"] = f"sha-256=:{digest}:"


def another_nonce(push: Push) -> None:
    push.headers["Signature-Input"] = push.headers["Signature-Input"].replace('nonce="', 'nonce="0')


@pytest.mark.parametrize(
    "spoil",
    [
        altered_body,
        another_key_header,
        another_type,
        no_signature,
        no_signature_input,
        no_digest,
        another_query,
        another_moment,
        another_digest,
        another_nonce,
    ],
)
def test_an_altered_push_is_refused(
    world: World, key: OKPKey, spoil: Callable[[Push], None]
) -> None:
    push = signed(world, key)
    spoil(push)
    answer = push.send()
    assert answer.status_code == 401, answer.text
    assert answer.json()["type"] == "/problems/signature-refused"


@pytest.mark.parametrize(
    "change",
    [
        {"created": timedelta(minutes=-10)},
        {"created": timedelta(minutes=10)},
        {"nonce": None},
        {"tag": "another"},
        {"tag": None},
        {"key_id": "another"},
        {"covered_component_ids": ("@method",)},
        {"covered_component_ids": ("@method", "@target-uri")},
        {"body": None},
    ],
)
def test_a_push_signed_otherwise_is_refused(
    world: World, key: OKPKey, change: dict[str, Any]
) -> None:
    if "created" in change:  # from the moment of the test, which may be long after its reading
        change = change | {"created": datetime.now(UTC) + change["created"]}
    if "key_id" in change:
        kid = change.pop("key_id")
        push = signed(world, key)
        push.headers["Signature-Input"] = push.headers["Signature-Input"].replace(
            key.thumbprint(), kid
        )
    else:
        push = signed(world, key, **change)
    assert push.send().status_code == 401


def test_a_push_signed_by_a_key_of_nobody_is_refused(world: World, key: OKPKey) -> None:
    stranger = OKPKey.generate_key("Ed25519", auto_kid=True)
    assert signed(world, stranger).send().status_code == 401


def test_a_push_signed_for_another_gateway_is_refused(world: World, key: OKPKey) -> None:
    elsewhere = signed_for(world, key, "https://gateway.another.example" + PATH)
    elsewhere.url = world.url + PATH
    elsewhere.headers["Host"] = "gateway.another.example"
    assert elsewhere.send().status_code == 401


def signed_for(world: World, key: OKPKey, url: str) -> Push:
    """A push that was signed for another address."""
    push = signed(world, key)
    for name in ("Signature", "Signature-Input"):
        del push.headers[name]
    push.url = url
    kid = key.thumbprint()
    private: Any = key.get_op_key("sign")
    keys = MappingKeyResolver(private_keys={kid: private}, public_keys={})
    signer = HTTPMessageSigner(signature_algorithm=algorithms.ED25519, key_resolver=keys)
    signer.sign(
        push,
        key_id=kid,
        nonce=uuid4().hex,
        tag="hutong-push",
        use_existing_digest=True,
        covered_component_ids=("@method", "@target-uri", "content-digest", "idempotency-key"),
    )
    return push


def test_localhost_and_its_number_are_the_same_machine(world: World, key: OKPKey) -> None:
    push = signed_for(world, key, f"http://localhost:{world.port}{PATH}")
    assert push.send().status_code == 201
