"""What the gateway says of itself: whole to everybody, narrowed to what a caller may."""

import re

import pytest

from tests import patience
from tests.gateway.conftest import World


def test_the_document_lists_what_the_table_lists(world: World) -> None:
    whole = patience.get(f"{world.url}/openapi.json").json()
    assert whole["openapi"] == "3.1.0"
    report = whole["paths"]["/v1/protection/reports"]["post"]
    assert report["x-clause"] == "WL24:3.1a-4"
    assert report["x-signed"] is True
    assert "/v1/protection/unserved" not in whole["paths"]
    assert "/internal/clock" not in whole["paths"]


def test_a_caller_sees_what_it_may_call(world: World) -> None:
    with world.client("finance") as finance:
        mine = finance.get("/openapi.json").json()["paths"]
        events = finance.get("/asyncapi.json").json()["channels"]
    assert "/v1/protection/reports" not in mine
    assert "/v1/me" in mine
    assert "payments.payment.returned.v1" in events
    assert "protection.warning.raised.v1" not in events


def test_a_narrow_token_is_shown_what_it_may_call_and_the_page_is_the_callers_own(
    world: World,
) -> None:
    narrow = {"Authorization": f"Bearer {world.token('police', scope='protection:read')}"}
    paths = patience.get(f"{world.url}/openapi.json", headers=narrow).json()["paths"]
    calls = {(method, path) for path, methods in paths.items() for method in methods}
    assert ("get", "/v1/protection/reports/{report_id}") in calls
    assert {method for method, _ in calls} == {"get"}
    assert not [path for _, path in calls if not path.startswith("/v1/protection/")]
    with world.client("finance") as finance:
        page = finance.get("/docs").text
    assert "市财政局" in page
    assert "/v1/protection/cases" not in page
    assert "/v1/protection/cases" in patience.get(f"{world.url}/docs").text


def test_every_reference_of_the_document_leads_somewhere(world: World) -> None:
    whole = patience.get(f"{world.url}/openapi.json")
    names = set(whole.json()["components"]["schemas"])
    assert set(re.findall(r"#/components/schemas/(\w+)", whole.text)) <= names


@pytest.mark.parametrize("path", ["/docs", "/docs/police", "/problems/unlawful-move", "/"])
def test_pages_load_nothing_from_elsewhere_and_run_nothing(world: World, path: str) -> None:
    page = patience.get(world.url + path)
    assert page.status_code == 200
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "<script" not in page.text
    assert not re.findall(r"""(?:src|href)=["']?https?:""", page.text)


@pytest.mark.parametrize("path", ["/docs/nobody", "/problems/nothing", "/docs/service:payments/x"])
def test_a_page_nobody_wrote_does_not_exist(world: World, path: str) -> None:
    assert patience.get(world.url + path).status_code == 404


def test_the_clock_moves_forward_only(world: World) -> None:
    with world.client("operator") as operator:
        before = operator.get("/v1/clock").json()
        moved = operator.post("/v1/clock", json={"minutes": 30}).json()
        assert moved["now"] > before["now"]
        assert moved["away"] == ["eligibility", "payments", "referrals"]
        back = operator.post("/v1/clock", json={"to": "2020-01-01T00:00:00Z"})
        assert back.status_code == 400
        assert operator.post("/v1/clock", json={"weeks": 1}).status_code == 400
