"""Officers sign in: with their password, for the application that asked, and once a code."""

import base64
import hashlib
import json
import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests import patience
from tests.conftest import Servers
from tests.gateway.conftest import World, make_world

BACK = "http://127.0.0.1:9/callback"


@pytest.fixture(scope="module")
def world(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with ExitStack() as stack:
        folder = tmp_path_factory.mktemp("world")
        yield make_world(servers, folder, stack, GATEWAY_COCKPIT_URLS=json.dumps([BACK]))


def password(world: World, officer: str) -> str:
    found = json.loads((world.folder / "data" / "sign-in.json").read_text())
    return str(found["people"][officer])


def asked(verifier: str, **change: str) -> dict[str, str]:
    digest = hashlib.sha256(verifier.encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    params = {"response_type": "code", "client_id": "cockpit", "redirect_uri": BACK}
    params |= {"state": "s-1", "nonce": "n-1", "scope": "openid", "code_challenge": challenge}
    return params | {"code_challenge_method": "S256"} | change


def sign_in(world: World, officer: str, said: str, params: dict[str, str]) -> httpx.Response:
    form = {"officer": officer, "password": said}
    return patience.post(f"{world.url}/oauth/authorize", params=params, data=form)


def exchange(world: World, **form: str) -> httpx.Response:
    client = ("cockpit", world.own_secret("cockpit"))
    return patience.post(f"{world.url}/oauth/token", data=form, auth=client)


def code_of(world: World, officer: str, verifier: str) -> str:
    answer = sign_in(world, officer, password(world, officer), asked(verifier))
    assert answer.status_code == 303, answer.text
    back = parse_qs(urlsplit(answer.headers["location"]).query)
    assert (back["state"], back["iss"]) == (["s-1"], [world.url])
    return back["code"][0]


def with_code(world: World, code: str, verifier: str, **change: str) -> httpx.Response:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
    return exchange(world, **form | {"code_verifier": verifier} | change)


def me(world: World, token: str) -> httpx.Response:
    return patience.get(f"{world.url}/v1/me", headers={"Authorization": f"Bearer {token}"})


def test_an_officer_acts_for_their_office(world: World) -> None:
    verifier = secrets.token_urlsafe(48)
    granted = with_code(world, code_of(world, "civil_affairs-1", verifier), verifier).json()
    said = me(world, granted["access_token"]).json()
    assert (said["department"], said["officer"]) == ("civil_affairs", "civil_affairs-1")
    claims: dict[str, Any] = json.loads(
        base64.urlsafe_b64decode(granted["id_token"].split(".")[1] + "==")
    )
    assert (claims["aud"], claims["nonce"]) == ("cockpit", "n-1")


def test_a_code_counts_once_and_a_second_use_ends_the_sign_in(world: World) -> None:
    verifier = secrets.token_urlsafe(48)
    code = code_of(world, "civil_affairs-1", verifier)
    granted = with_code(world, code, verifier).json()
    assert with_code(world, code, verifier).json()["error"] == "invalid_grant"
    refresh = {"grant_type": "refresh_token", "refresh_token": granted["refresh_token"]}
    assert exchange(world, **refresh).json()["error"] == "invalid_grant"
    assert me(world, granted["access_token"]).status_code == 401


def test_signing_out_ends_every_token_of_the_sign_in_with_the_next_request(world: World) -> None:
    granted, other = (tokens_of(world, "joint_meeting-1") for _ in range(2))
    form = {"token": granted["refresh_token"]}
    client = ("cockpit", world.own_secret("cockpit"))
    assert patience.post(f"{world.url}/oauth/revoke", data=form, auth=client).status_code == 200
    assert me(world, granted["access_token"]).status_code == 401
    assert me(world, other["access_token"]).status_code == 200


def test_a_suspended_officer_is_out_with_the_next_request_and_cannot_sign_in(world: World) -> None:
    granted = tokens_of(world, "procuratorate-2")
    with world.client("operator") as operator:
        shut_out = operator.post("/v1/officers/procuratorate-2/suspension").json()
        assert (shut_out["department"], shut_out["enabled"]) == ("procuratorate", False)
        assert me(world, granted["access_token"]).status_code == 401
        refresh = {"grant_type": "refresh_token", "refresh_token": granted["refresh_token"]}
        assert exchange(world, **refresh).json()["error"] == "invalid_grant"
        said = password(world, "procuratorate-2")
        params = asked(secrets.token_urlsafe(48))
        assert sign_in(world, "procuratorate-2", said, params).status_code == 401
        operator.post("/v1/officers/procuratorate-2/readmission")
    assert me(world, tokens_of(world, "procuratorate-2")["access_token"]).status_code == 200
    with world.client("police") as police:
        assert police.post("/v1/officers/finance-1/suspension").status_code == 403


def tokens_of(world: World, officer: str) -> dict[str, Any]:
    verifier = secrets.token_urlsafe(48)
    granted = with_code(world, code_of(world, officer, verifier), verifier)
    assert granted.status_code == 200, granted.text
    return dict(granted.json())


def test_a_refresh_token_counts_once(world: World) -> None:
    verifier = secrets.token_urlsafe(48)
    granted = with_code(world, code_of(world, "finance-1", verifier), verifier).json()
    first = exchange(world, grant_type="refresh_token", refresh_token=granted["refresh_token"])
    assert first.status_code == 200
    again = exchange(world, grant_type="refresh_token", refresh_token=granted["refresh_token"])
    assert again.json()["error"] == "invalid_grant"


@pytest.mark.parametrize("change", [{"code_verifier": "x" * 50}, {"redirect_uri": BACK + "/x"}])
def test_a_stolen_code_is_worth_nothing(world: World, change: dict[str, str]) -> None:
    verifier = secrets.token_urlsafe(48)
    code = code_of(world, "auditor-1", verifier)
    assert with_code(world, code, verifier, **change).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "change",
    [
        {"redirect_uri": "https://elsewhere.example/callback"},
        {"client_id": "police"},
        {"client_id": "nobody"},
        {"response_type": "token"},
        {"code_challenge_method": "plain"},
        {"code_challenge": "short"},
        {"prompt": "none"},
    ],
)
def test_nobody_is_sent_where_nothing_is_registered(world: World, change: dict[str, str]) -> None:
    params = asked(secrets.token_urlsafe(48), **change)
    page = patience.get(f"{world.url}/oauth/authorize", params=params)
    assert (page.status_code, page.headers.get("location")) == (400, None)


def test_a_wrong_name_and_a_wrong_password_read_alike_and_guessing_locks(world: World) -> None:
    params = asked(secrets.token_urlsafe(48))
    nobody = sign_in(world, "nobody", "x", params)
    wrong = [sign_in(world, "auditor-2", "x", params) for _ in range(5)]
    assert {page.status_code for page in [nobody, *wrong]} == {401}
    assert {page.text for page in [nobody, *wrong]} == {nobody.text}
    locked = sign_in(world, "auditor-2", password(world, "auditor-2"), params)
    assert locked.status_code == 401
