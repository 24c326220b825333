"""Tokens: issued to who proves itself, refused in every forged form, ended when they must be."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey

from tests.gateway.conftest import World

PATH = "/v1/protection/reports/abc"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def call(world: World, token: str, path: str = PATH, **headers: str) -> httpx.Response:
    return httpx.get(world.url + path, headers={"Authorization": f"Bearer {token}", **headers})


def parts(token: str) -> tuple[dict[str, Any], dict[str, Any], str]:
    header, claims, signature = token.split(".")
    opened = [json.loads(base64.urlsafe_b64decode(p + "==")) for p in (header, claims)]
    return opened[0], opened[1], signature


def b64(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def forged(world: World, change: Callable[[dict[str, Any], dict[str, Any]], None]) -> str:
    """A token whose header and claims were changed, with the signature it had."""
    header, claims, signature = parts(world.token())
    change(header, claims)
    return f"{b64(header)}.{b64(claims)}.{signature}"


@pytest.mark.parametrize(
    "change",
    [
        lambda h, c: h.update(alg="none"),
        lambda h, c: h.update(alg="HS256"),
        lambda h, c: h.update(alg="EdDSA"),
        lambda h, c: h.update(kid="another"),
        lambda h, c: h.update(typ="JWT"),
        lambda h, c: h.update(jwk={"kty": "oct", "k": "AA"}),
        lambda h, c: c.update(department="civil_affairs"),
        lambda h, c: c.update(exp=c["exp"] + 3600),
        lambda h, c: c.update(aud="another"),
        lambda h, c: c.update(iss="https://another"),
        lambda h, c: c.update(client_id="finance"),
        lambda h, c: c.update(act={"sub": "another"}),
        lambda h, c: c.update(scope="gateway:write"),
        lambda h, c: c.pop("exp"),
    ],
)
def test_a_changed_token_is_refused(
    world: World, change: Callable[[dict[str, Any], dict[str, Any]], None]
) -> None:
    assert call(world, forged(world, change)).status_code == 401


def test_an_unsigned_token_is_refused(world: World) -> None:
    header, claims, _ = parts(world.token())
    assert call(world, f"{b64(header | {'alg': 'none'})}.{b64(claims)}.").status_code == 401


def test_a_token_signed_with_the_public_key_as_a_secret_is_refused(world: World) -> None:
    header, claims, _ = parts(world.token())
    public = httpx.get(f"{world.url}/.well-known/jwks.json").json()["keys"][0]
    secret = OKPKey.import_key(public).as_pem(private=False)
    signed = f"{b64(header | {'alg': 'HS256'})}.{b64(claims)}"
    mac = hmac.digest(secret, signed.encode(), "sha256")
    assert call(world, f"{signed}.{b64(mac)}").status_code == 401


def test_a_token_of_another_key_with_our_kid_is_refused(world: World) -> None:
    header, claims, _ = parts(world.token())
    own = OKPKey.generate_key("Ed25519")
    assert call(world, jwt.encode(header, claims, own, algorithms=["Ed25519"])).status_code == 401


def gateway_key(world: World) -> OKPKey:
    """The gateway's own key, as somebody who stole it would have it."""
    kid = httpx.get(f"{world.url}/.well-known/jwks.json").json()["keys"][0]["kid"]
    for file in (world.folder / "keys").glob("gateway*.jwk"):
        key = OKPKey.import_key(file.read_bytes())
        if key.thumbprint() == kid:
            return key
    raise AssertionError("the gateway has no key")


@pytest.mark.parametrize(
    "change",
    [
        {"exp": int(time.time()) - 1},
        {"aud": "hutong:services"},
        {"iss": "https://another"},
        {"client_id": "nobody"},
    ],
)
def test_what_is_wrong_in_the_claims_is_wrong_however_well_signed(
    world: World, change: dict[str, Any]
) -> None:
    header, claims, _ = parts(world.token())
    token = jwt.encode(header, claims | change, gateway_key(world), algorithms=["Ed25519"])
    assert call(world, token).status_code == 401


def test_the_principal_of_the_services_is_no_token(world: World) -> None:
    key = gateway_key(world)
    claims = {"department": "police", "client": "police", "aud": "hutong:services"}
    claims |= {"exp": int(time.time()) + 300}  # type: ignore[dict-item]
    token = jwt.encode(
        {"alg": "Ed25519", "kid": key.thumbprint()}, claims, key, algorithms=["Ed25519"]
    )
    assert call(world, token).status_code == 401


def test_a_service_refuses_a_principal_the_gateway_did_not_sign(world: World) -> None:
    own = OKPKey.generate_key("Ed25519")
    claims = {"department": "police", "client": "police", "aud": "hutong:services"}
    claims |= {"exp": int(time.time()) + 300}  # type: ignore[dict-item]
    forged_one = jwt.encode({"alg": "Ed25519"}, claims, own, algorithms=["Ed25519"])
    url = f"http://127.0.0.1:{world.service_port}{PATH}"
    assert httpx.get(url).status_code == 401
    assert httpx.get(url, headers={"Hutong-Principal": forged_one}).status_code == 401
    assert httpx.get(url, headers={"Hutong-Principal": world.token()}).status_code == 401


def test_a_revoked_token_is_refused_on_the_next_request(world: World) -> None:
    token = world.token()
    assert call(world, token).status_code == 200
    form = {"client_id": "police", "client_secret": world.secret("police"), "token": token}
    assert httpx.post(f"{world.url}/oauth/revoke", data=form).status_code == 200
    assert call(world, token).status_code == 401


def test_nobody_revokes_the_token_of_another(world: World) -> None:
    token = world.token("police")
    form = {"client_id": "finance", "client_secret": world.secret("finance"), "token": token}
    assert httpx.post(f"{world.url}/oauth/revoke", data=form).status_code == 200
    assert call(world, token).status_code == 200


def test_a_suspended_client_is_out_with_its_next_request(world: World) -> None:
    token = world.token("charity")
    with world.client("operator") as operator:
        assert call(world, token).status_code == 200
        assert operator.post("/v1/clients/charity/suspension").status_code == 200
        for _ in range(50):
            if call(world, token).status_code == 401:
                break
            time.sleep(0.01)
        assert call(world, token).status_code == 401
        assert operator.post("/v1/clients/charity/readmission").status_code == 200


def test_keys_rotate_while_tokens_stay_good(world: World) -> None:
    before = world.token()
    with world.client("operator") as operator:
        made = operator.post("/v1/keys/rotation").json()
    after = world.token()
    jwks = httpx.get(f"{world.url}/.well-known/jwks.json").json()
    assert parts(before)[0]["kid"] != parts(after)[0]["kid"] == made["kid"]
    assert {parts(before)[0]["kid"], made["kid"]} <= {key["kid"] for key in jwks["keys"]}
    assert all("d" not in key for key in jwks["keys"])
    assert [call(world, token).status_code for token in (before, after)] == [200, 200]


def test_a_narrow_token_does_only_what_it_was_asked_for(world: World) -> None:
    token = world.token(scope="protection:read")
    assert call(world, token).status_code == 200
    answer = httpx.post(
        f"{world.url}/v1/protection/reports",
        json={"number": 1},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert (answer.status_code, answer.json()["scope"]) == (403, "protection:write")


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_id": "nobody"}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"scope": "everything"}, "invalid_scope"),
        ({"officer": "a/b"}, "invalid_request"),
        ({"village": "331081001001"}, "invalid_request"),
        ({"audience": "x"}, "invalid_request"),
    ],
)
def test_a_wrong_token_request_is_refused_as_the_standard_says(
    world: World, form: dict[str, str], error: str
) -> None:
    good = {"grant_type": "client_credentials", "client_id": "police"}
    good["client_secret"] = world.secret("police")
    answer = httpx.post(f"{world.url}/oauth/token", data=good | form)
    assert (answer.status_code, answer.json()["error"]) == (
        401 if error == "invalid_client" else 400,
        error,
    )
    assert answer.json()["error_description_zh"]


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
    return httpx.post(f"{world.url}/oauth/token", data=data | {"client_assertion": token} | form)


def test_a_client_signs_for_itself_and_for_its_officer(world: World, key: OKPKey) -> None:
    answer = ask_with(world, assertion(world, key))
    assert answer.status_code == 200, answer.text
    said = call(world, answer.json()["access_token"]).json()
    assert (said["department"], said["officer"]) == ("health", "dr-17")


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
    ],
)
def test_an_assertion_that_says_something_else_is_refused(
    world: World, key: OKPKey, change: dict[str, Any]
) -> None:
    assert ask_with(world, assertion(world, key, **change)).status_code == 401


def test_an_assertion_of_another_key_is_refused(world: World, key: OKPKey) -> None:
    assert ask_with(world, assertion(world, OKPKey.generate_key("Ed25519"))).status_code == 401


def test_an_officer_named_twice_must_be_the_same(world: World, key: OKPKey) -> None:
    answer = ask_with(world, assertion(world, key), officer="another")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_a_private_key_is_not_taken_as_a_public_one(world: World, key: OKPKey) -> None:
    with world.client("education") as education:
        answer = education.put("/v1/me/keys", json={"jwks": {"keys": [key.as_dict(private=True)]}})
    assert answer.status_code == 400


# -- DPoP -----------------------------------------------------------------------------------


def proof(key: OKPKey, method: str, url: str, token: str | None = None, **change: Any) -> str:
    header = {"alg": "Ed25519", "typ": "dpop+jwt", "jwk": key.as_dict(private=False)}
    claims = {"htm": method, "htu": url, "iat": int(time.time()), "jti": uuid4().hex}
    if token is not None:
        claims["ath"] = b64(hashlib.sha256(token.encode()).digest())
    return jwt.encode(header, claims | change, key, algorithms=["Ed25519"])


def bound_token(world: World, key: OKPKey) -> str:
    form = {"grant_type": "client_credentials", "client_id": "police"}
    form["client_secret"] = world.secret("police")
    url = f"{world.url}/oauth/token"
    answer = httpx.post(url, data=form, headers={"DPoP": proof(key, "POST", url)})
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
        return httpx.get(url, headers=headers).status_code

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


def test_the_metadata_names_what_there_is(world: World) -> None:
    found = httpx.get(f"{world.url}/.well-known/oauth-authorization-server").json()
    assert found["issuer"] == world.url
    for name in ("token_endpoint", "jwks_uri", "revocation_endpoint"):
        assert found[name].startswith(world.url)
    assert "private_key_jwt" in found["token_endpoint_auth_methods_supported"]
