"""First use on one machine: a client for every department, town and service, with fresh secrets.

Secrets go into files only their owner may read, and nowhere else; the database keeps digests.
"""

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.identity.clients import SCOPES, digest_of
from gateway.identity.notices import tell
from gateway.identity.passwords import digest_of_password
from gateway.models import ClientRecord, Person
from gateway.settings import gateway_settings
from shared.bus import SERVICES
from shared.database import Sessions, now, transaction
from shared.jurisdiction import jurisdiction
from shared.settings import settings

LOCK = "SELECT pg_advisory_xact_lock(1213486081)"
COCKPIT = "cockpit"


def sign_in_file() -> Path:
    """Where the person at this machine finds ids and secrets."""
    return settings().data_dir / "sign-in.json"


def service_file() -> Path:
    """Where the services and the cockpit find theirs."""
    return settings().keys() / "service-clients.json"


async def seed(sessions: Sessions) -> None:
    """Register everybody who is not registered yet; does nothing where all are."""
    async with transaction(sessions) as session:
        connection = await session.connection()
        await connection.exec_driver_sql(LOCK)
        known = set(await session.scalars(select(ClientRecord.id)))
        services = {f"service:{name}": f"service:{name}" for name in SERVICES}
        # A folder of keys that was made anew gets new secrets: they are kept nowhere else. Where
        # the folder came first, mounted from a secret, the services have theirs already.
        given = _kept(service_file())
        fresh = await _register(session, services, known & set(given), "service", given)
        cockpit = {COCKPIT: "operator"}
        fresh |= await _register(session, cockpit, known & set(given), "sign_in", given)
        await _returns(session)
        if fresh:
            _keep(service_file(), fresh)
        if not gateway_settings().seed_clients:
            return
        fresh = await _register(session, _departments(), known, "system")
        towns = {f"town-{code}": "town" for code in jurisdiction().towns}
        fresh |= await _register(session, towns, known, "system")
        people = await _officers(session)
        if fresh or people:
            _keep(sign_in_file(), {"clients": fresh, "people": people})


def _departments() -> dict[str, str]:
    offices = jurisdiction().departments.values()
    return {one.code: one.code for one in offices if not one.code.startswith("service:")}


async def _register(
    session: AsyncSession,
    wanted: dict[str, str],
    known: set[str],
    kind: str,
    given: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, str]:
    """Client id → its new secret, for those that were not there and were given none."""
    made: dict[str, str] = {}
    for client_id, department in wanted.items():
        if client_id in known or client_id == "town":
            continue
        secret = given.get(client_id) or secrets.token_urlsafe(32)
        if client_id not in given:
            made[client_id] = secret
        await session.merge(
            ClientRecord(
                id=client_id,
                department=department,
                town=client_id.removeprefix("town-") if client_id.startswith("town-") else None,
                kind=kind,
                scopes=list(SCOPES),
                secret_digest=digest_of(secret),
                jwks=None,
                certificates=[],
                redirects=[],
                rate=2_000 if kind == "service" else None,
                registered_at=now(session),
                registered_by="seed",
            )
        )
    await session.flush()
    return made


async def _returns(session: AsyncSession) -> None:
    """Where the cockpit's sign-in may return to is what the environment says today."""
    urls = gateway_settings().cockpit_urls
    if urls:
        row = await session.get_one(ClientRecord, COCKPIT)
        if row.redirects != urls:
            row.redirects = urls
            await tell(session)


async def _officers(session: AsyncSession) -> dict[str, str]:
    """Two officers an office that signs in, since nobody confirms their own work."""
    made: dict[str, str] = {}
    offices = ["civil_affairs", "child_protection_office", "joint_meeting", "procuratorate"]
    wanted = {f"{office}-{n}": (office, None) for office in offices for n in (1, 2)}
    wanted |= {f"{code}-{n}": (code, None) for code in ("finance", "auditor") for n in (1, 2)}
    towns: dict[str, tuple[str, str | None]] = {
        f"town-{code}-1": ("town", code) for code in jurisdiction().towns
    }
    known = set(await session.scalars(select(Person.officer)))
    for officer, (department, town) in (wanted | towns).items():
        if officer in known:
            continue
        made[officer] = secrets.token_urlsafe(12)
        row: dict[str, Any] = {"officer": officer, "department": department, "town": town}
        row |= {"password": digest_of_password(made[officer]), "enabled": True, "failures": 0}
        await session.execute(upsert(Person).values(row))
    return made


def _kept(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text())) if path.exists() else {}


def _keep(path: Path, fresh: dict[str, Any]) -> None:
    """Add to a file of secrets that nobody else can read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    known = _kept(path)
    for name, value in fresh.items():
        before = known.get(name)
        known[name] = {**before, **value} if isinstance(before, dict) else value
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(known, file, ensure_ascii=False, indent=1)
    draft.replace(path)
