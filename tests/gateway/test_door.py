"""What the door lets through, what it adds, and what it refuses."""

import pytest

from tests import patience
from tests.gateway.conftest import World
from tests.patience import until


def test_a_department_is_known_to_the_service_by_what_the_gateway_signed(world: World) -> None:
    with world.client("police", "0417", Purpose="investigation") as police:
        said = police.get("/v1/protection/reports/abc").json()
    assert said["department"] == "police"
    assert said["officer"] == "0417"
    assert said["purpose"] == "investigation"
    assert said["report_id"] == "abc"


def test_a_town_is_known_with_its_code(world: World) -> None:
    with world.client("town-331081001") as town:
        said = town.get("/v1/protection/reports/abc").json()
    assert (said["department"], said["town"]) == ("town", "331081001")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/protection/unlisted"),
        ("GET", "/v1/nobody"),
        ("GET", "/internal/clock"),
        ("POST", "/internal/clock"),
        ("GET", "/v1/protection/reports/"),
        ("GET", "/v1//protection/reports/a"),
        ("GET", "/v1/protection/reports/a%2Fb"),
        ("GET", "/v1/protection/reports/%2e%2e"),
        ("GET", "/v1/protection/reports/..%5c"),
        ("GET", "/v1/protection/reports/a%00b"),
        ("GET", "/v1/protection/reports/a%252e"),
    ],
)
def test_a_path_that_is_not_listed_does_not_exist(world: World, method: str, path: str) -> None:
    with world.client() as police:
        answer = police.request(method, path)
    assert answer.status_code == 404
    assert answer.json()["type"] == "/problems/not-found"


def test_another_method_of_a_listed_path_is_refused_with_the_methods_there_are(
    world: World,
) -> None:
    with world.client() as police:
        answer = police.delete("/v1/protection/reports")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


def test_a_department_the_table_does_not_name_is_refused_with_the_clause(world: World) -> None:
    with world.client("finance") as finance:
        answer = finance.post("/v1/protection/reports", json={"number": 1})
    assert answer.status_code == 403
    assert answer.json()["clause"] == "WL24:3.1a-4"
    assert "police" in answer.json()["allowed"]


def test_without_a_token_nobody_comes_in(world: World) -> None:
    answer = patience.get(f"{world.url}/v1/protection/reports/a")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_headers_of_the_house_and_of_proxies_are_not_believed_from_outside(world: World) -> None:
    forged = {
        "Hutong-Principal": "eyJhbGciOiJub25lIn0.e30.",
        "Hutong-Request-Id": "forged",
        "X-Forwarded-For": "10.0.0.1",
        "Forwarded": "for=10.0.0.1",
        "Client-Cert": ":AAAA:",
        "Cookie": "a=b",
    }
    with world.client("police", "0417", **forged) as police:
        said = police.get("/v1/protection/reports/abc").json()
    assert said["department"] == "police"
    assert said["request_id"] != "forged"
    passed = set(said["headers"])
    assert not passed & {"x-forwarded-for", "forwarded", "client-cert", "cookie", "authorization"}


def test_an_unknown_purpose_is_refused_with_the_known_ones(world: World) -> None:
    with world.client("police", None, Purpose="curiosity") as police:
        answer = police.get("/v1/protection/reports/abc")
    assert answer.status_code == 400
    assert "investigation" in answer.json()["allowed"]


def test_an_unknown_parameter_is_refused_with_the_known_ones(world: World) -> None:
    with world.client() as police:
        answer = police.get("/v1/protection/slow", params={"seconds": "0", "name": "x"})
    assert answer.status_code == 400
    assert answer.json()["allowed"] == ["seconds"]


def test_a_body_over_the_limit_is_refused_with_a_length_and_in_chunks(world: World) -> None:
    with world.client() as police:
        announced = police.post("/v1/protection/cases", content=b"x" * 300_000)
        chunked = police.post("/v1/protection/cases", content=iter([b"x" * 100_000] * 3))
        local = police.put("/v1/me/keys", content=iter([b"x" * 100_000] * 3))
    assert [announced.status_code, chunked.status_code, local.status_code] == [413, 413, 413]


def test_a_body_over_the_limit_is_refused_of_anybody(world: World) -> None:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    for content in (b"x" * 100_000, iter([b"x" * 50_000] * 2)):
        answer = patience.post(f"{world.url}/oauth/token", content=content, headers=kind)
        assert answer.status_code == 413


def test_headers_over_the_limit_are_refused(world: World) -> None:
    with world.client("police", None, Padding="x" * 20_000) as police:
        assert police.get("/v1/protection/reports/a").status_code == 431


def test_every_answer_carries_the_security_headers(world: World) -> None:
    with world.client() as police:
        answers = [
            police.get("/v1/protection/reports/a"),
            police.get("/v1/nobody"),
            police.get("/v1/me"),
            police.get("/health/live"),
            police.get("/.well-known/jwks.json"),
        ]
    for answer in answers:
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "server" not in answer.headers
        assert answer.headers["x-request-id"]


def test_a_large_answer_arrives_whole(world: World) -> None:
    with world.client() as police:
        assert len(police.get("/v1/protection/large").content) == 3_000_000


def test_a_service_that_takes_too_long_is_a_504(world: World) -> None:
    with world.client() as police:
        answer = police.get("/v1/protection/slow", params={"seconds": "5"})
    assert answer.status_code == 504
    assert answer.headers["retry-after"]


def test_a_key_makes_the_second_push_the_first(world: World) -> None:
    with world.client() as police:
        key = {"Idempotency-Key": "same-key-1"}
        first = police.post("/v1/protection/reports", json={"number": 70}, headers=key)
        second = police.post("/v1/protection/reports", json={"number": 70}, headers=key)
        other = police.post("/v1/protection/reports", json={"number": 71}, headers=key)
    assert (first.status_code, second.status_code, other.status_code) == (201, 201, 422)
    assert first.json() == second.json()


def test_every_passage_is_recorded_without_its_content(world: World) -> None:
    with world.client("police", "0418") as police:
        answer = police.get("/v1/protection/reports/abc")
        refused = police.get("/v1/clients")
    wanted = [answer.headers["x-request-id"], refused.headers["x-request-id"]]
    query = "select * from passage where request_id = any($1) order by id"
    until(lambda: len(world.rows(world.gateway_database, query, wanted)) == 2)
    rows = world.rows(world.gateway_database, query, wanted)
    assert [row["status"] for row in rows] == [200, 403]
    assert rows[0]["route"] == "/v1/protection/reports/{report_id}"
    assert rows[0]["officer"] == "0418"
    assert rows[0]["clause"] == "WL24:3.1a-4"


def test_a_caller_is_told_what_it_may_call(world: World) -> None:
    with world.client("finance") as finance:
        me = finance.get("/v1/me").json()
    calls = {route["call"] for route in me["routes"]}
    assert me["department_zh"] == "市财政局"
    assert "GET /v1/me" in calls
    assert "POST /v1/protection/reports" not in calls
