"""What tests make: principals, signed headers, a service in this process on a real database."""

import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from shared.access import decide
from shared.identity import PRINCIPAL, PURPOSE, Principal, signed
from shared.keys import secret_key, signing_key
from shared.settings import settings

TOWN = "331081001"
OTHER_TOWN = "331081102"


def number_of(born: str, order: int) -> str:
    """A citizen number that passes its check, of an area no county has."""
    body = f"331099{born.replace('-', '')}{order:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
    return body + "10X98765432"[total % 11]


def principal(department: str, officer: str | None = "001", town: str | None = None) -> Principal:
    """A department's system with a named officer; a town's with its code."""
    if department == "town" and town is None:
        town = TOWN
    client = f"{department}-{town}" if town else department
    return Principal(department, client, officer=officer, town=town)


def headers(
    department: str,
    officer: str | None = "001",
    town: str | None = None,
    *,
    purpose: str = "duty",
    key: str | None = None,
) -> dict[str, str]:
    """The headers the gateway would send on for this caller."""
    who = principal(department, officer, town)
    value = signed(who, signing_key("gateway"), int(time.time()) + 600)
    return {PRINCIPAL: value, PURPOSE: purpose} | ({"Idempotency-Key": key} if key else {})


def use_environment(folder: Path, **environment: str) -> None:
    """Point this process at a folder of its own keys and clock, and at these servers."""
    os.environ |= {"DATA_DIR": str(folder), "KEYS_DIR": str(folder / "keys")} | environment
    settings.cache_clear()
    secret_key.cache_clear()
    signing_key.cache_clear()
    decide.cache_clear()


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an application whose lifespan runs; callers give `headers(...)` themselves."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://service") as client,
    ):
        yield client


@asynccontextmanager
async def service_at(
    app: FastAPI, folder: Path, database_url: str, nats_url: str, **more: Any
) -> AsyncIterator[httpx.AsyncClient]:
    """A service on its own database and NATS account, with a virtual clock."""
    use_environment(folder, DATABASE_URL=database_url, NATS_URL=nats_url, CLOCK="virtual", **more)
    async with served(app) as client:
        yield client
