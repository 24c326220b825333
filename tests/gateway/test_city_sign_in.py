"""Officers whom the city's own sign-in vouches for: let in by its word, and by nothing less."""

import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc.jwk import RSAKey

from gateway.identity.claims import Claims, ClaimsError, NotOurOfficer, Officer
from shared.documents import read
from shared.jurisdiction import jurisdiction
from shared.problem import Problem
from tests import patience
from tests.conftest import Servers
from tests.factories import TOWN
from tests.gateway.city import CLIENT, SECRET, City, running_city
from tests.gateway.conftest import World, make_world
from tests.gateway.test_sign_in import BACK, asked, exchange, me, with_code
from tests.patience import PATIENCE


@pytest.fixture(scope="module")
def running() -> Iterator[City]:
    with running_city() as found:
        found.people = {
            "wang": {"employee_number": "王-0417", "department": "市民政局"},
            "li": {"employee_number": "li.town", "department": "镇（街道）", "town": "太平街道"},
            "nobody": {"employee_number": "x-1", "department": "市气象局"},
            "lost": {"employee_number": "x-2", "department": "镇（街道）", "town": "别的镇"},
            "thief": {"employee_number": "civil_affairs-1", "department": "市民政局"},
            "clash": {"employee_number": "王-0417", "department": "市财政局"},
            "odd": {"employee_number": "a/b", "department": "市民政局"},
            "moved": {"employee_number": "m-1", "department": "市教育局"},
        }
        yield found


@pytest.fixture(scope="module")
def world(
    running: City, servers: Servers, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    with ExitStack() as stack:
        yield make_world(
            servers,
            tmp_path_factory.mktemp("city"),
            stack,
            GATEWAY_COCKPIT_URLS=json.dumps([BACK]),
            GATEWAY_OIDC_ISSUER=running.issuer,
            GATEWAY_OIDC_CLIENT_ID=CLIENT,
            GATEWAY_OIDC_CLIENT_SECRET=SECRET,
        )


@pytest.fixture
def city(running: City) -> Iterator[City]:
    yield running
    running.well()


class Browser:
    """A person's browser, which keeps cookies and follows nothing by itself."""

    def __init__(self, world: World) -> None:
        self.http, self.world = httpx.Client(timeout=PATIENCE), world
        self.verifier = secrets.token_urlsafe(48)

    def to_the_city(self) -> str:
        """Where the link of the sign-in page leads."""
        page = self.http.get(f"{self.world.url}/oauth/authorize", params=asked(self.verifier))
        assert "统一身份认证登录" in page.text
        link = page.text.partition('class="button" href="')[2].partition('"')[0]
        answer = self.http.get(self.world.url + link.replace("&amp;", "&"))
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])

    def back_from_the_city(self, person: str) -> str:
        """Signed in there as somebody; the address it sends the browser to."""
        answer = self.http.get(f"{self.to_the_city()}&as={person}")
        return str(answer.headers["location"])

    def arrives(self, person: str) -> httpx.Response:
        return self.http.get(self.back_from_the_city(person))


def tokens(world: World, browser: Browser, answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 303, answer.text
    code = parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]
    return dict(with_code(world, code, browser.verifier).json())


@pytest.mark.parametrize(
    ("person", "department", "officer", "town"),
    [
        ("wang", "civil_affairs", "王-0417", None),
        ("li", "town", "li.town", TOWN),
    ],
)
def test_an_officer_of_the_city_acts_for_the_office_its_claims_name(
    world: World, city: City, person: str, department: str, officer: str, town: str | None
) -> None:
    browser = Browser(world)
    granted = tokens(world, browser, browser.arrives(person))
    said = me(world, granted["access_token"]).json()
    assert (said["department"], said["officer"], said["town"]) == (department, officer, town)
    assert city.asked[-1]["code_challenge_method"] == "S256"
    assert len(city.asked[-1]["nonce"]) >= 32


@pytest.mark.parametrize("person", ["nobody", "lost", "odd"])
def test_somebody_of_no_department_is_told_so_and_not_let_in(
    world: World, city: City, person: str
) -> None:
    answer = Browser(world).arrives(person)
    assert answer.status_code == 403
    assert "部门信息与本平台不符" in answer.text


def test_nobody_becomes_an_officer_who_is_somebody_else(world: World, city: City) -> None:
    browser = Browser(world)
    tokens(world, browser, browser.arrives("wang"))
    assert [Browser(world).arrives(one).status_code for one in ("thief", "clash")] == [403, 403]


def test_who_moved_to_another_office_acts_for_it_from_the_next_sign_in(
    world: World, city: City
) -> None:
    first, second = Browser(world), Browser(world)
    city.people["moved"]["department"] = "市教育局"
    before = tokens(world, first, first.arrives("moved"))
    city.people["moved"]["department"] = "市司法局"
    after = tokens(world, second, second.arrives("moved"))
    assert me(world, before["access_token"]).json()["department"] == "education"
    assert me(world, after["access_token"]).json()["department"] == "justice"
    refresh = {"grant_type": "refresh_token", "refresh_token": before["refresh_token"]}
    renewed = exchange(world, **refresh).json()
    assert me(world, renewed["access_token"]).json()["department"] == "justice"


def test_an_officer_who_was_suspended_here_stays_out(world: World, city: City) -> None:
    browser = Browser(world)
    granted = tokens(world, browser, browser.arrives("li"))
    with world.client("operator") as operator:
        operator.post("/v1/officers/li.town/suspension")
        assert me(world, granted["access_token"]).status_code == 401
        assert Browser(world).arrives("li").status_code == 403
        operator.post("/v1/officers/li.town/readmission")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda c: c.update(nonce="another"),
        lambda c: c.pop("nonce"),
        lambda c: c.update(aud="another"),
        lambda c: c.update(aud=["hutong", "another"], azp="another"),
        lambda c: c.update(iss="https://another.example"),
        lambda c: c.update(exp=c["iat"] - 3600),
        lambda c: c.pop("exp"),
        lambda c: c.update(iat=c["iat"] + 3600),
        lambda c: c.pop("sub"),
        lambda c: c.update(sub=""),
    ],
)
def test_an_id_token_that_says_something_else_is_refused(
    world: World, city: City, spoil: Callable[[dict[str, Any]], None]
) -> None:
    city.spoil = spoil
    answer = Browser(world).arrives("wang")
    assert answer.status_code == 401, answer.text
    assert "统一身份认证未通过" in answer.text


def test_an_id_token_of_another_key_is_refused_and_a_key_that_is_new_is_found(
    world: World, city: City
) -> None:
    stranger = RSAKey.generate_key(2048, parameters={"kid": city.key.kid or ""})
    city.signed_with = stranger
    assert Browser(world).arrives("wang").status_code == 401
    city.signed_with = None
    city.key = RSAKey.generate_key(2048, auto_kid=True)
    assert Browser(world).arrives("wang").status_code == 303


def test_only_the_browser_that_left_comes_back_and_only_with_its_own_answer(
    world: World, city: City
) -> None:
    mine, theirs = Browser(world), Browser(world)
    back = mine.back_from_the_city("wang")
    other = theirs.back_from_the_city("wang")
    assert patience.get(back).status_code == 403, "a browser that never left"
    assert theirs.http.get(back).status_code == 401, "the answer to somebody else"
    assert mine.http.get(other).status_code == 401
    again = Browser(world)
    back = again.back_from_the_city("wang")
    assert again.http.get(back).status_code == 303
    assert again.http.get(back).status_code == 403, "and only once"


@pytest.mark.parametrize(
    "change", [("state", "another"), ("code", "another"), ("iss", "https://another.example")]
)
def test_a_changed_answer_is_refused(world: World, city: City, change: tuple[str, str]) -> None:
    browser = Browser(world)
    address, _, query = browser.back_from_the_city("wang").partition("?")
    params = {name: values[0] for name, values in parse_qs(query).items()}
    params[change[0]] = change[1]
    assert browser.http.get(address, params=params).status_code == 401


def test_what_the_userinfo_adds_counts_if_it_speaks_of_the_same_person(
    servers: Servers, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with running_city() as city, ExitStack() as stack:
        city.people = {"zhao": {}}
        city.userinfo = {"sub": "sub-zhao", "employee_number": "z-1", "department": "市妇联"}
        more = {"GATEWAY_COCKPIT_URLS": json.dumps([BACK]), "GATEWAY_OIDC_ISSUER": city.issuer}
        more |= {"GATEWAY_OIDC_CLIENT_ID": CLIENT, "GATEWAY_OIDC_CLIENT_SECRET": SECRET}
        more |= {"GATEWAY_BUILT_IN_SIGN_IN": "false"}
        world = make_world(servers, tmp_path_factory.mktemp("userinfo"), stack, **more)
        browser = Browser(world)
        granted = tokens(world, browser, browser.arrives("zhao"))
        assert me(world, granted["access_token"]).json()["department"] == "womens_federation"
        city.userinfo |= {"sub": "sub-another"}
        assert Browser(world).arrives("zhao").status_code == 401
        form = {"officer": "civil_affairs-1", "password": "x"}
        built_in = patience.post(f"{world.url}/oauth/authorize", params=asked("v" * 50), data=form)
        assert built_in.status_code == 404, "passwords are not asked for where the city signs in"


def test_a_provider_that_is_away_is_said_to_be_away(world: World, city: City) -> None:
    browser = Browser(world)
    back = browser.back_from_the_city("wang")
    key, city.key = city.key, None  # type: ignore[assignment]
    try:
        answer = browser.http.get(back)
    finally:
        city.key = key
    assert answer.status_code == 503
    assert "统一身份认证暂不可用" in answer.text


RULES: dict[str, Any] = read(jurisdiction().folder / "sign-in.yaml")


def test_the_first_rule_that_fits_decides() -> None:
    rules = [
        {"when": {"org": ["a", "b"], "rank": "1"}, "department": "police"},
        {"when": {"org": "a"}, "department": {"claim": "office"}},
    ]
    claims = Claims({"officer": "no", "rules": rules}, jurisdiction())
    said = {"no": "7", "org": ["x", "b"], "rank": 1, "office": "市教育局"}
    assert claims.officer(said) == Officer("7", "police", None)
    assert claims.officer(said | {"org": "a", "rank": 2}) == Officer("7", "education", None)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"employee_number": "7"},
        {"employee_number": 7, "department": "市教育局"},
        {"employee_number": "7", "department": "service:payments"},
        {"employee_number": "7", "department": "镇（街道）"},
        {"employee_number": "7", "department": "镇（街道）", "town": "市教育局"},
    ],
)
def test_claims_that_name_no_officer_of_ours_let_nobody_in(said: dict[str, Any]) -> None:
    with pytest.raises(NotOurOfficer):
        Claims(RULES, jurisdiction()).officer(said)


@pytest.mark.parametrize(
    "rule",
    [
        {"department": "市气象局"},
        {"when": {"a": "b"}},
        {"department": "police", "role": "x"},
        {"department": {"field": "x"}},
    ],
)
def test_a_rule_that_says_nonsense_is_refused(rule: dict[str, Any]) -> None:
    with pytest.raises((ClaimsError, Problem)):
        Claims({"rules": [rule]}, jurisdiction())
