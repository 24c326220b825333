"""Tokens bound to a certificate (RFC 8705), through a proxy that really ends TLS."""

import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from gateway.identity.access import address_of
from gateway.settings import gateway_settings
from tests import patience
from tests.conftest import Servers
from tests.gateway.conftest import World, make_world
from tests.gateway.entrance import Authority, entrance
from tests.gateway.test_tokens import parts
from tests.patience import PATIENCE, until

PROXY = "127.0.0.2"
READ = "/v1/protection/reports/abc"


class Bureau:
    """A bureau whose system is known by its certificate alone."""

    def __init__(self, world: World, url: str, authority: Authority) -> None:
        self.world, self.url, self.authority = world, url, authority
        self.file, self.thumbprint = authority.certificate("bureau")
        self.stranger, self.strange = authority.certificate("stranger")
        new = {"id": "bureau", "department": "health", "bound": True}
        with world.client("operator") as operator:
            answer = operator.post("/v1/clients", json=new | {"certificates": [self.thumbprint]})
            assert answer.status_code == 201, answer.text
            self.secret = str(answer.json()["secret"])

    def client(self, file: str | None, address: str = "127.0.0.1", **headers: str) -> httpx.Client:
        """A caller that shows this certificate, or none, and calls from an address."""
        context = ssl.create_default_context(cafile=self.authority.file)
        if file is not None:
            context.load_cert_chain(file)
        way = httpx.HTTPTransport(verify=context, local_address=address)
        return httpx.Client(base_url=self.url, transport=way, headers=headers, timeout=PATIENCE)

    def ask(self, file: str | None, address: str = "127.0.0.1", **form: str) -> httpx.Response:
        with self.client(file, address) as http:
            data = {"grant_type": "client_credentials", "client_id": "bureau", **form}
            return http.post("/oauth/token", data=data)

    def token(self) -> str:
        return str(self.ask(self.file).json()["access_token"])

    def reads(self, token: str, file: str | None) -> int:
        with self.client(file, Authorization=f"Bearer {token}") as http:
            return http.get(READ).status_code


@pytest.fixture(scope="module")
def bureau(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bureau]:
    with ExitStack() as stack:
        folder: Path = tmp_path_factory.mktemp("mtls")
        world = make_world(servers, folder, stack, GATEWAY_TRUSTED_PROXIES=f'["{PROXY}/32"]')
        authority = Authority(folder)
        url = stack.enter_context(entrance(authority, world.port, PROXY))
        yield Bureau(world, url, authority)


def test_a_certificate_alone_proves_the_client_and_binds_its_token(bureau: Bureau) -> None:
    answer = bureau.ask(bureau.file)
    assert answer.status_code == 200, answer.text
    _, claims, _ = parts(answer.json()["access_token"])
    assert claims["cnf"] == {"x5t#S256": bureau.thumbprint}
    assert bureau.reads(answer.json()["access_token"], bureau.file) == 200


def test_a_bound_token_is_worth_nothing_with_another_certificate_or_none(bureau: Bureau) -> None:
    token = bureau.token()
    assert bureau.reads(token, bureau.stranger) == 401
    assert bureau.reads(token, None) == 401
    direct = patience.get(bureau.world.url + READ, headers={"Authorization": f"Bearer {token}"})
    assert direct.status_code == 401


@pytest.mark.parametrize("file", ["stranger", None])
def test_nobody_else_gets_a_token_of_the_client(bureau: Bureau, file: str | None) -> None:
    answer = bureau.ask(bureau.stranger if file else None)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_a_client_that_must_be_bound_gets_no_free_token_for_its_secret(bureau: Bureau) -> None:
    answer = bureau.ask(None, client_secret=bureau.secret)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_a_certificate_is_renewed_without_a_pause_and_the_old_one_ends(bureau: Bureau) -> None:
    def registered(*thumbprints: str) -> None:
        with bureau.client(bureau.file, Authorization=f"Bearer {bureau.token()}") as http:
            said = {"certificates": list(thumbprints)}
            http.put("/v1/me/certificates", json=said).raise_for_status()

    old, (bureau.file, renewed) = bureau.file, bureau.authority.certificate("bureau-2027")
    before = str(bureau.ask(old).json()["access_token"])
    bureau.file, new = old, bureau.file
    registered(bureau.thumbprint, renewed)
    bureau.file = new
    assert bureau.reads(bureau.token(), new) == bureau.reads(before, old) == 200
    registered(renewed)
    assert bureau.reads(before, old) == 401, "it is bound to a certificate that is gone"
    assert bureau.ask(old).status_code == 401
    bureau.thumbprint = renewed


def test_a_certificate_somebody_only_writes_into_a_header_is_not_believed(bureau: Bureau) -> None:
    pem = Path(bureau.file).read_text().partition("-----END")[0].splitlines()[1:]
    header = f":{''.join(pem)}:"
    form = {"grant_type": "client_credentials", "client_id": "bureau"}
    for more in ({}, {"X-Forwarded-For": PROXY}):
        forged = {"Client-Cert": header} | more
        straight = patience.post(f"{bureau.world.url}/oauth/token", data=form, headers=forged)
        assert straight.status_code == 401, "not from a proxy we trust"
    with bureau.client(None) as http:
        through = http.post("/oauth/token", data=form, headers={"Client-Cert": header})
        assert through.status_code == 401, "the proxy takes it out"


def test_one_who_guesses_behind_the_proxy_does_not_shut_out_the_others(bureau: Bureau) -> None:
    guesser, other = "127.0.0.3", "127.0.0.4"

    def guess(_: int) -> int:
        return bureau.ask(None, guesser, client_secret="wrong").status_code

    def shut_out() -> bool:
        """So many guesses at once that more may not be made; a moment later one may again."""
        with ThreadPoolExecutor(8) as many:
            assert set(many.map(guess, range(60))) <= {401, 429}
        return bureau.ask(bureau.file, guesser).status_code == 429

    until(shut_out)
    assert bureau.ask(bureau.file, other).status_code == 200


@pytest.mark.parametrize(
    ("peer", "said", "meant"),
    [
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "6.6.6.6, 203.0.113.9, 10.0.0.7", "203.0.113.9"),
        ("10.0.0.1", "nonsense", "nonsense"),
        ("203.0.113.9", "6.6.6.6", "203.0.113.9"),
    ],
)
def test_where_a_request_comes_from_is_said_by_trusted_proxies_only(
    monkeypatch: pytest.MonkeyPatch, peer: str, said: str, meant: str
) -> None:
    monkeypatch.setenv("GATEWAY_TRUSTED_PROXIES", '["10.0.0.0/24"]')
    gateway_settings.cache_clear()
    try:
        given = {b"x-forwarded-for": said.encode()} if said else {}
        assert address_of({"client": (peer, 1)}, given) == meant
    finally:
        gateway_settings.cache_clear()
