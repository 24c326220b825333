"""The HTTP door keeps its promises: committed before answered, once for one key, no half-done."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from pydantic import BaseModel, ConfigDict
from sqlalchemy import text

from shared.bus import emit
from shared.database import Session, new_id, transaction
from shared.events.protection import CaseOpened
from shared.identity import Actor
from shared.problem import Invalid, Refused
from shared.route import told
from shared.web import Route, create_app
from tests.conftest import NewDatabase
from tests.factories import headers, service_at

router = APIRouter(prefix="/v1/demo", route_class=Route)


class Wish(BaseModel):
    """What the demonstration service takes."""

    model_config = ConfigDict(extra="forbid")
    case_id: UUID
    fail: bool = False


@router.post("/cases", status_code=201)
async def open_case(session: Session, actor: Actor, wish: Wish) -> dict[str, str]:
    """Emit an event, then perhaps refuse."""
    event = CaseOpened(case_id=wish.case_id, child_ref=None, level="red", town=None)
    await emit(session, event)
    if wish.fail:
        raise Refused(clause="WL24:3.0")
    return {"id": str(new_id()), "by": actor.department}


@router.get("/cases")
async def cases(session: Session, actor: Actor, level: str | None = None) -> list[str]:
    """A list with one filter."""
    return [level or actor.department]


@router.get("/vaults")
async def vault(actor: Actor) -> None:
    """What one department alone may ask."""
    actor.of("procuratorate")


@router.get("/mistakes")
async def mistake() -> None:
    """A fault nobody foresaw, which says whom it concerns."""
    raise ValueError("王小明")


def make() -> FastAPI:
    """The demonstration service."""
    return create_app("protection", [router])


@pytest.fixture
async def client(
    tmp_path: Path, database_url: NewDatabase, nats_url: str
) -> AsyncIterator[httpx.AsyncClient]:
    """The demonstration service on a kernel database."""
    async with service_at(make(), tmp_path, database_url("kernel"), nats_url) as found:
        yield found


async def outbox(client: httpx.AsyncClient) -> int:
    """How many events were committed."""
    app = client._transport.app  # type: ignore[attr-defined]
    async with transaction(app.state.sessions) as session:
        return int(await session.scalar(text("SELECT count(*) FROM outbox")) or 0)


async def test_a_request_without_a_signed_principal_is_nobody(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/demo/cases", json={"case_id": str(uuid4())})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    forged = {"Hutong-Principal": headers("police")["Hutong-Principal"][:-4] + "AAAA"}
    assert (await client.get("/v1/demo/cases", headers=forged)).status_code == 401


async def test_a_refused_request_leaves_nothing_behind(client: httpx.AsyncClient) -> None:
    wish = {"case_id": str(uuid4()), "fail": True}
    answer = await client.post("/v1/demo/cases", json=wish, headers=headers("police"))
    assert answer.status_code == 409
    assert answer.json()["clause"] == "WL24:3.0"
    assert await outbox(client) == 0


async def test_the_same_key_gives_the_same_answer_once(client: httpx.AsyncClient) -> None:
    wish = {"case_id": str(uuid4())}
    known = headers("police", key="k-1")
    first = await client.post("/v1/demo/cases", json=wish, headers=known)
    second = await client.post("/v1/demo/cases", json=wish, headers=known)
    assert (first.status_code, first.json()) == (201, second.json())
    assert second.headers["idempotency-replayed"] == "true"
    assert await outbox(client) == 1
    other = await client.post("/v1/demo/cases", json={"case_id": str(uuid4())}, headers=known)
    assert other.status_code == 422


async def test_an_unknown_filter_is_an_error_that_names_the_known_ones(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.get("/v1/demo/cases?colour=red", headers=headers("police"))
    assert answer.status_code == 400
    assert answer.json()["allowed"] == ["level"]


async def test_a_wrong_body_is_answered_without_repeating_it(client: httpx.AsyncClient) -> None:
    wish = {"case_id": "331099201506150014", "name": "王小明"}
    answer = await client.post("/v1/demo/cases", json=wish, headers=headers("police"))
    assert answer.status_code == 400
    assert {error["where"] for error in answer.json()["errors"]} == {"body.case_id", "body.name"}
    assert "王小明" not in answer.text
    assert "331099201506150014" not in answer.text


async def test_an_unknown_field_is_an_error_that_names_the_known_ones(
    client: httpx.AsyncClient,
) -> None:
    wish = {"case_id": str(uuid4()), "name": "王小明"}
    answer = await client.post("/v1/demo/cases", json=wish, headers=headers("police"))
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["where"]) == (400, "body.name")
    assert error["allowed"] == ["case_id", "fail"]


class Several(BaseModel):
    """A body with a list of wishes, and something of one of two shapes."""

    model_config = ConfigDict(extra="forbid")
    wishes: list[Wish]
    either: Wish | list[Wish] | None = None


@pytest.mark.parametrize(
    "body",
    ['{"wishes": [{"colour": 1}]}', '{"wishes": [], "either": {"colour": 1}}'],
)
def test_an_unknown_field_below_others_is_answered_with_its_neighbours(body: str) -> None:
    with pytest.raises(Invalid) as refused:
        told(Several, body.encode())
    found = [one for one in refused.value.errors if one["rule"] == "extra_forbidden"]
    assert [one["allowed"] for one in found] == [["case_id", "fail"]]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", None])
async def test_a_body_that_is_not_sent_as_json_is_told_how_to_send_it(
    client: httpx.AsyncClient, kind: str | None
) -> None:
    sent = headers("police") | ({"Content-Type": kind} if kind else {})
    body = f'{{"case_id": "{uuid4()}"}}'
    answer = await client.post("/v1/demo/cases", content=body, headers=sent)
    said = answer.json()
    assert (answer.status_code, said["type"]) == (415, "/problems/unsupported-media")
    assert (said["where"], said["allowed"]) == ("header.Content-Type", ["application/json"])


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/LD+JSON"])
async def test_json_may_say_more_of_itself(client: httpx.AsyncClient, kind: str) -> None:
    sent = headers("police") | {"Content-Type": kind}
    body = f'{{"case_id": "{uuid4()}"}}'
    answer = await client.post("/v1/demo/cases", content=body, headers=sent)
    assert answer.status_code == 201, answer.text


async def test_a_fault_nobody_foresaw_is_answered_in_two_languages_and_tells_nothing_of_anybody(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.get("/v1/demo/mistakes", headers=headers("police"))
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert answer.json()["title"].startswith("系统内部错误")
    assert answer.json()["title_en"].startswith("A fault of ours")
    assert "王小明" not in answer.text


async def test_readiness_tells_of_database_bus_and_clocks(client: httpx.AsyncClient) -> None:
    state = (await client.get("/health/ready")).json()
    assert state["ready"] is True
    assert (state["database"], state["clocks"], state["bus"]["running"]) == (
        "ready",
        "running",
        True,
    )


async def test_a_refusal_without_a_clause_of_its_own_rests_on_its_routes(
    client: httpx.AsyncClient,
) -> None:
    told = headers("police") | {"Hutong-Clause": "WL24:3.1h-2"}
    answer = await client.get("/v1/demo/vaults", headers=told)
    assert (answer.status_code, answer.json()["clause"]) == (403, "WL24:3.1h-2")
    refused = {"case_id": str(uuid4()), "fail": True}
    answer = await client.post("/v1/demo/cases", json=refused, headers=told)
    assert (answer.status_code, answer.json()["clause"]) == (409, "WL24:3.0")
