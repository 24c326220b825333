"""How a client proves itself: its own key in an assertion, and a key every request must show."""

import hashlib
import time
from typing import Any
from uuid import uuid4

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, Key, KeySet, OKPKey, RSAKey

from tests import patience
from tests.gateway.conftest import World, away
from tests.gateway.test_tokens import PATH, b64, call

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


# -- private_key_jwt ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def key(world: World) -> OKPKey:
    """A key the health bureau registered."""
    made = OKPKey.generate_key("Ed25519", auto_kid=True)
    with world.client("health") as health:
        answer = health.put("/v1/me/keys", json={"jwks": KeySet([made]).as_dict(private=False)})
        assert answer.status_code == 200, answer.text
    return made


def assertion(world: World, key: OKPKey, **change: Any) -> str:
    moment = int(time.time())
    claims: dict[str, Any] = {
        "iss": "health",
        "sub": "health",
        "aud": world.url,
        "jti": uuid4().hex,
    }
    claims |= {"iat": moment, "exp": moment + 60, "act": {"sub": "dr-17"}} | change
    claims = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode({"alg": "Ed25519"}, claims, key, algorithms=["Ed25519"])


def ask_with(world: World, token: str, **form: str) -> httpx.Response:
    data = {"grant_type": "client_credentials", "client_assertion_type": ASSERTION}
    return patience.post(f"{world.url}/oauth/token", data=data | {"client_assertion": token} | form)


def test_a_client_signs_for_itself_and_for_its_officer(world: World, key: OKPKey) -> None:
    answer = ask_with(world, assertion(world, key))
    assert answer.status_code == 200, answer.text
    said = call(world, answer.json()["access_token"]).json()
    assert (said["department"], said["officer"]) == ("health", "dr-17")


def test_a_secret_ends_once_a_key_proves_the_client(world: World) -> None:
    made = OKPKey.generate_key("Ed25519", auto_kid=True)
    form = {"client_id": "housing", "client_secret": world.secret("housing")}
    form["grant_type"] = "client_credentials"
    with world.client("housing") as housing:
        refused = housing.delete("/v1/me/secret")
        assert (refused.status_code, refused.json()["allowed"][0]) == (409, "PUT /v1/me/keys")
        document = {"jwks": KeySet([made]).as_dict(private=False)}
        housing.put("/v1/me/keys", json=document).raise_for_status()
        housing.delete("/v1/me/secret").raise_for_status()
        assert housing.get("/v1/me").status_code == 200, "the token goes on"
    again = patience.post(f"{world.url}/oauth/token", data=form)
    assert (again.status_code, again.json()["error"]) == (401, "invalid_client")
    by_key = ask_with(world, assertion(world, made, iss="housing", sub="housing"))
    assert by_key.status_code == 200, by_key.text


def test_the_operator_narrows_a_system_and_its_tokens_with_the_next_request(world: World) -> None:
    with world.client("operator") as operator, world.client("charity") as charity:
        assert charity.get(PATH).status_code == 200
        path = "/v1/clients/charity"
        for wrong in (
            {"scopes": ["everything"]},
            {"certificates": ["x"]},
            {"rate": 0},
            {"id": "x"},
        ):
            assert operator.patch(path, json=wrong).status_code == 400, wrong
        changed = operator.patch(path, json={"scopes": ["gateway:read"], "rate": 5}).json()
        assert (changed["scopes"], changed["rate"], changed["enabled"]) == (
            ["gateway:read"],
            5,
            True,
        )
        assert charity.get(PATH).json()["scope"] == "protection:read"
        assert charity.get("/v1/me").status_code == 200
        bound = operator.patch(path, json={"bound": True}).json()
        assert (bound["bound"], bound["rate"]) == (True, 5), "what is not named stays"
        form = {"client_id": "charity", "client_secret": world.secret("charity")}
        form["grant_type"] = "client_credentials"
        free = patience.post(f"{world.url}/oauth/token", data=form)
        assert free.json()["error"] == "invalid_request"
        assert charity.get("/v1/me").status_code == 401, "what it had before is bound to nothing"


def test_an_assertion_counts_once(world: World, key: OKPKey) -> None:
    signed = assertion(world, key)
    assert ask_with(world, signed).status_code == 200
    again = ask_with(world, signed)
    assert (again.status_code, again.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize(
    "change",
    [
        {"aud": "https://another"},
        {"iss": "police"},
        {"sub": "police"},
        {"exp": 1},
        {"exp": int(time.time()) + 86_400},
        {"exp": None},
        {"jti": None},
        {"jti": "\0"},
        {"jti": "j" * 201},
        {"aud": {"of": "another"}},
        {"aud": [["nested"]]},
        {"act": {"sub": 17}},
        {"act": {"sub": ["dr-17"]}},
    ],
)
def test_an_assertion_that_says_something_else_is_refused(
    world: World, key: OKPKey, change: dict[str, Any]
) -> None:
    assert ask_with(world, assertion(world, key, **change)).status_code == 401


def test_an_assertion_that_is_no_jwt_is_refused(world: World) -> None:
    for claims in (b64(b"[" * 30_000), b64(b"no json"), "no base64", ""):
        assert ask_with(world, f"{b64({})}.{claims}.x").status_code == 401


def test_an_assertion_of_another_key_is_refused(world: World, key: OKPKey) -> None:
    assert ask_with(world, assertion(world, OKPKey.generate_key("Ed25519"))).status_code == 401


def test_an_officer_named_twice_must_be_the_same(world: World, key: OKPKey) -> None:
    answer = ask_with(world, assertion(world, key), officer="another")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_a_private_key_is_not_taken_as_a_public_one(world: World, key: OKPKey) -> None:
    with world.client("education") as education:
        answer = education.put("/v1/me/keys", json={"jwks": {"keys": [key.as_dict(private=True)]}})
    assert answer.status_code == 400


SIGNS = OKPKey.generate_key("Ed25519").as_dict(private=False)


@pytest.mark.parametrize(
    "jwk",
    [
        "no key",
        SIGNS | {"kid": 5},
        SIGNS | {"kid": 'a"b'},
        SIGNS | {"kid": "\0"},
        SIGNS | {"use": "enc"},
        SIGNS | {"key_ops": ["encrypt"]},
        SIGNS | {"alg": "none"},
        SIGNS | {"x": "short"},
        OKPKey.generate_key("X25519").as_dict(private=False),
        ECKey.generate_key("P-521").as_dict(private=False),
        RSAKey.generate_key(1024).as_dict(private=False),
        {"kty": "oct", "k": "AAAA"},
        {"kty": ["OKP"]},
    ],
)
def test_only_what_can_verify_a_signature_is_registered(world: World, jwk: Any) -> None:
    with world.client("education") as education:
        answer = education.put("/v1/me/keys", json={"jwks": {"keys": [jwk]}})
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/bad-keys")


@pytest.mark.parametrize("make", [ECKey.generate_key, RSAKey.generate_key])
def test_keys_of_other_kinds_that_sign_are_registered(world: World, make: Any) -> None:
    with world.client("education") as education:
        document = {"jwks": {"keys": [make().as_dict(private=False)]}}
        assert education.put("/v1/me/keys", json=document).status_code == 200


# -- DPoP -----------------------------------------------------------------------------------


def proof(key: Key, method: str, url: str, token: str | None = None, **change: Any) -> str:
    alg = change.pop("alg", "Ed25519")
    header = {"alg": alg, "typ": "dpop+jwt", "jwk": key.as_dict(private=False)}
    claims = {"htm": method, "htu": url, "iat": int(time.time()), "jti": uuid4().hex}
    if token is not None:
        claims["ath"] = b64(hashlib.sha256(token.encode()).digest())
    return jwt.encode(header, claims | change, key, algorithms=[alg])


def bound_token(world: World, key: OKPKey) -> str:
    form = {"grant_type": "client_credentials", "client_id": "police"}
    form["client_secret"] = world.secret("police")
    url = f"{world.url}/oauth/token"
    answer = patience.post(url, data=form, headers={"DPoP": proof(key, "POST", url)})
    assert answer.json()["token_type"] == "DPoP"
    return str(answer.json()["access_token"])


def test_a_bound_token_needs_its_key_with_every_request(world: World) -> None:
    own, other, url = (
        OKPKey.generate_key("Ed25519"),
        OKPKey.generate_key("Ed25519"),
        world.url + PATH,
    )
    token = bound_token(world, own)

    def with_proof(made: str | None) -> int:
        headers = {"Authorization": f"DPoP {token}"} | ({"DPoP": made} if made else {})
        return patience.get(url, headers=headers).status_code

    good = proof(own, "GET", url, token)
    assert with_proof(good) == 200
    assert with_proof(good) == 401, "a proof counts once"
    assert with_proof(None) == 401
    assert with_proof(proof(other, "GET", url, token)) == 401
    assert with_proof(proof(own, "POST", url, token)) == 401
    assert with_proof(proof(own, "GET", url + "x", token)) == 401
    assert with_proof(proof(own, "GET", url, "another")) == 401
    assert with_proof(proof(own, "GET", url, token, iat=int(time.time()) - 600)) == 401
    assert call(world, token).status_code == 401, "not as a bearer token either"


def test_a_proof_that_counted_at_one_gateway_counts_at_no_other(own_world: World) -> None:
    world, own = own_world, OKPKey.generate_key("Ed25519")
    world.start("second")
    url, token = world.url + PATH, bound_token(world, own)
    second = f"http://127.0.0.1:{world.second_port}{PATH}"
    headers = {"Authorization": f"DPoP {token}"}
    # Both gateways are one address to a caller: the proof names it.
    good, fresh = proof(own, "GET", url, token), proof(own, "GET", url, token)
    assert patience.get(second, headers=headers | {"DPoP": good}).status_code == 200
    assert patience.get(url, headers=headers | {"DPoP": good}).status_code == 401
    with away(world.gateway_database):
        assert patience.get(url, headers=headers | {"DPoP": fresh}).status_code == 200
        assert patience.get(url, headers=headers | {"DPoP": fresh}).status_code == 401


def test_a_key_on_a_curve_binds_a_token_as_well(world: World) -> None:
    own, algorithm = ECKey.generate_key("P-256"), "ES256"
    url, path = f"{world.url}/oauth/token", world.url + PATH
    form = {"grant_type": "client_credentials", "client_id": "police"}
    form["client_secret"] = world.secret("police")
    made = proof(own, "POST", url, alg=algorithm)
    answer = patience.post(url, data=form, headers={"DPoP": made}).json()
    assert answer["token_type"] == "DPoP", answer
    token = answer["access_token"]
    headers = {"Authorization": f"DPoP {token}"}
    good = proof(own, "GET", path, token, alg=algorithm)
    assert patience.get(path, headers=headers | {"DPoP": good}).status_code == 200
    found = patience.get(f"{world.url}/.well-known/oauth-authorization-server").json()
    assert found["dpop_signing_alg_values_supported"] == ["Ed25519", "EdDSA", "ES256"]


@pytest.mark.parametrize("spoil", ["typ", "d", "oct", "none", "jti"])
def test_a_proof_that_is_no_dpop_proof_is_refused(world: World, spoil: str) -> None:
    own, url = OKPKey.generate_key("Ed25519"), f"{world.url}/oauth/token"
    header: dict[str, Any] = {"alg": "Ed25519", "typ": "dpop+jwt"}
    header["jwk"] = own.as_dict(private=spoil == "d")
    header |= {"typ": "JWT"} if spoil == "typ" else {}
    header |= {"jwk": {"kty": "oct", "k": "AAAA"}, "alg": "HS256"} if spoil == "oct" else {}
    claims = {"htm": "POST", "htu": url, "iat": int(time.time())}
    claims |= {} if spoil == "jti" else {"jti": uuid4().hex}
    if spoil in ("oct", "none"):
        header |= {"alg": "none"} if spoil == "none" else {}
        made = f"{b64(header)}.{b64(claims)}.{b64(b'x') if spoil == 'oct' else ''}"
    else:
        made = jwt.encode(header, claims, own, algorithms=["Ed25519"])
    form = {"grant_type": "client_credentials", "client_id": "police"}
    form["client_secret"] = world.secret("police")
    answer = patience.post(url, data=form, headers={"DPoP": made})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_dpop_proof")
