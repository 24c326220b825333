"""Tokens: issued to who proves itself, refused in every forged form, ended when they must be."""

import base64
import hmac
import json
import shutil
import time
from collections.abc import Callable
from functools import partial
from itertools import count
from operator import add
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OKPKey

from gateway.identity.ring import Ring
from shared.identity import gateway_keys
from tests import patience
from tests.factories import use_environment
from tests.gateway.conftest import World
from tests.patience import until

PATH = "/v1/protection/reports/abc"


def call(world: World, token: str, path: str = PATH, **headers: str) -> httpx.Response:
    return patience.get(world.url + path, headers={"Authorization": f"Bearer {token}", **headers})


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
    public = patience.get(f"{world.url}/.well-known/jwks.json").json()["keys"][0]
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
    kid = patience.get(f"{world.url}/.well-known/jwks.json").json()["keys"][0]["kid"]
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
    assert patience.get(url).status_code == 401
    assert patience.get(url, headers={"Hutong-Principal": forged_one}).status_code == 401
    assert patience.get(url, headers={"Hutong-Principal": world.token()}).status_code == 401


def test_a_revoked_token_is_refused_on_the_next_request(world: World) -> None:
    token = world.token()
    assert call(world, token).status_code == 200
    form = {"client_id": "police", "client_secret": world.secret("police"), "token": token}
    assert patience.post(f"{world.url}/oauth/revoke", data=form).status_code == 200
    assert call(world, token).status_code == 401


def test_what_one_gateway_ends_or_rotates_holds_at_every_other(own_world: World) -> None:
    world = own_world
    world.start("second")
    second = f"http://127.0.0.1:{world.second_port}"

    def there(token: str) -> int:
        return patience.get(second + PATH, headers={"Authorization": f"Bearer {token}"}).status_code

    def ends(token: str) -> None:
        until(lambda: there(token) == 401)

    revoked, suspended, kept = world.token(), world.token("charity"), world.token()
    assert [there(token) for token in (revoked, suspended, kept)] == [200, 200, 200]
    form = {"client_id": "police", "client_secret": world.secret("police"), "token": revoked}
    patience.post(f"{world.url}/oauth/revoke", data=form)
    ends(revoked)
    with world.client("operator") as operator:
        operator.post("/v1/clients/charity/suspension")
        ends(suspended)
        made = operator.post("/v1/keys/rotation").json()
    form = {"client_id": "police", "client_secret": world.secret("police")}
    fresh = patience.post(f"{second}/oauth/token", data=form | {"grant_type": "client_credentials"})
    assert parts(fresh.json()["access_token"])[0]["kid"] == made["kid"]
    assert call(world, fresh.json()["access_token"]).status_code == 200
    assert [there(token) for token in (world.token(), kept)] == [200, 200]


def test_nobody_revokes_the_token_of_another(world: World) -> None:
    token = world.token("police")
    form = {"client_id": "finance", "client_secret": world.secret("finance"), "token": token}
    assert patience.post(f"{world.url}/oauth/revoke", data=form).status_code == 200
    assert call(world, token).status_code == 200


def test_a_suspended_client_is_out_with_its_next_request(world: World) -> None:
    token = world.token("charity")
    with world.client("operator") as operator:
        assert call(world, token).status_code == 200
        assert operator.post("/v1/clients/charity/suspension").status_code == 200
        assert call(world, token).status_code == 401
        assert operator.post("/v1/clients/charity/readmission").status_code == 200


def test_keys_rotate_while_tokens_stay_good(world: World) -> None:
    before = world.token()
    with world.client("operator") as operator:
        made = operator.post("/v1/keys/rotation").json()
    after = world.token()
    jwks = patience.get(f"{world.url}/.well-known/jwks.json").json()
    assert parts(before)[0]["kid"] != parts(after)[0]["kid"] == made["kid"]
    assert {parts(before)[0]["kid"], made["kid"]} <= {key["kid"] for key in jwks["keys"]}
    assert all("d" not in key for key in jwks["keys"])
    assert [call(world, token).status_code for token in (before, after)] == [200, 200]


def test_copies_of_a_ring_begin_with_a_new_key_at_the_same_instant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each gateway has a folder of its own, which is replaced in its own time."""
    first, other = tmp_path / "first", tmp_path / "other"
    use_environment(first.parent, KEYS_DIR=str(first))
    ring = Ring()
    before = ring.signing().kid
    shutil.copytree(first, other)
    made = ring.rotate(600).kid
    assert ring.signing().kid == before != made
    assert {before, made} <= {key["kid"] for key in ring.public()["keys"]}
    assert {before, made} == {key.kid for key in gateway_keys().keys}
    shutil.copytree(first, other, dirs_exist_ok=True)
    for later, expected in ((599, before), (601, made)):
        monkeypatch.setattr("gateway.identity.ring.time", partial(add, time.time(), later))
        for folder in (first, other):
            use_environment(first.parent, KEYS_DIR=str(folder))
            assert Ring().signing().kid == expected
            assert {before, made} <= {key["kid"] for key in Ring().public()["keys"]}


def test_the_first_key_signs_though_a_second_passes_while_it_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_environment(tmp_path)
    moments = count(10.9, 0.2)
    monkeypatch.setattr("gateway.identity.ring.time", lambda: next(moments))
    assert Ring().signing().kid


def test_a_narrow_token_does_only_what_it_was_asked_for(world: World) -> None:
    token = world.token(scope="protection:read")
    assert call(world, token).status_code == 200
    answer = patience.post(
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
    answer = patience.post(f"{world.url}/oauth/token", data=good | form)
    assert (answer.status_code, answer.json()["error"]) == (
        401 if error == "invalid_client" else 400,
        error,
    )
    assert answer.json()["error_description_zh"]


def test_a_token_is_asked_for_by_a_form(world: World) -> None:
    good = {"grant_type": "client_credentials", "client_id": "police"}
    good["client_secret"] = world.secret("police")
    answer = patience.post(f"{world.url}/oauth/token", json=good)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert "x-www-form-urlencoded" in answer.json()["error_description"]


def test_the_scheme_of_a_token_is_read_in_any_case(world: World) -> None:
    for scheme in ("bearer", "BEARER"):
        headers = {"Authorization": f"{scheme} {world.token()}"}
        assert patience.get(world.url + PATH, headers=headers).status_code == 200


def test_the_metadata_names_what_there_is(world: World) -> None:
    found = patience.get(f"{world.url}/.well-known/oauth-authorization-server").json()
    assert found["issuer"] == world.url
    for name in ("token_endpoint", "jwks_uri", "revocation_endpoint", "authorization_endpoint"):
        assert found[name].startswith(world.url)
        served = patience.request("GET" if name.endswith("uri") else "POST", found[name])
        assert served.status_code not in (404, 405), name
    assert {"private_key_jwt", "self_signed_tls_client_auth"} <= set(
        found["token_endpoint_auth_methods_supported"]
    )
    assert found["code_challenge_methods_supported"] == ["S256"]
    assert found["tls_client_certificate_bound_access_tokens"] is True
    assert {"protection:read", "gateway:write", "openid"} <= set(found["scopes_supported"])
    openid = patience.get(f"{world.url}/.well-known/openid-configuration").json()
    assert openid == found
