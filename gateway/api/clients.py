"""Clients and keys: who may call, registered by the operator; what a caller is, told to it."""

import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.house import House, house_of
from gateway.identity.clients import digest_of
from gateway.identity.notices import tell
from gateway.identity.proofs import public_keys
from gateway.models import ClientRecord
from gateway.schemas import (
    Certificates,
    ClientChange,
    ClientMade,
    ClientShown,
    Keys,
    Me,
    NewClient,
)
from shared.database import Session, now
from shared.identity import Actor, Principal
from shared.jurisdiction import jurisdiction
from shared.pages import Cursor, Limit, Page, paged
from shared.problem import Conflict, Invalid, NotFound
from shared.web import Route

router = APIRouter(prefix="/v1", route_class=Route, tags=["clients"])
ClientId = Annotated[str, Path(max_length=64)]
HOW_TO_PROVE = ("PUT /v1/me/keys", "PUT /v1/me/certificates")


class BadKeys(Invalid):
    """The JWKS is not one, or carries something private."""

    zh, en = "公钥格式不符", "The key set is not valid"


class ClientExists(Conflict):
    """A client's id is given once, also after it ended."""

    zh, en = "此系统编号已登记", "A client of this id is registered already"


class ProofMissing(Conflict):
    """Whoever gives its secret up must be able to prove itself otherwise."""

    zh, en = "请先登记公钥或者证书", "Register a key or a certificate first"


def keys_of(document: dict[str, Any]) -> dict[str, Any]:
    """The public JWKS as it is kept; BadKeys says what is wrong with it."""
    try:
        return dict(public_keys(document).as_dict(private=False))
    except (ValueError, KeyError, TypeError) as error:
        raise BadKeys(detail_en=str(error)[:200], where="body.jwks") from error


@router.get("/me", response_model=Me)
async def who_am_i(request: Request, actor: Actor) -> Me:
    """Who the caller is to the platform, and the lines of the table it may call."""
    return Me(
        department=actor.department,
        department_zh=jurisdiction().department(actor.department).zh,
        client=actor.client,
        officer=actor.officer,
        town=actor.town,
        scopes=list(actor.scopes),
        routes=_routes(house_of(request.app), actor),
    )


def _routes(house: House, actor: Principal) -> list[dict[str, str]]:
    return [
        {"call": f"{line.method} {line.path}", "zh": line.zh, "clause": line.clause}
        for line in house.table.of(actor.department)
        if line.scope in actor.scopes
    ]


@router.get("/clients", response_model=Page[ClientShown])
async def clients(session: Session, limit: Limit = 50, cursor: Cursor = None) -> Any:
    """Every registered system, without secrets."""
    rows, following = await paged(
        session, select(ClientRecord), [ClientRecord.id], cursor=cursor, limit=limit
    )
    return Page(items=[ClientShown.model_validate(row) for row in rows], next=following)


@router.post("/clients", response_model=ClientMade, status_code=201)
async def register_client(session: Session, actor: Actor, new: NewClient) -> Any:
    """Register a system; its secret is in this answer and nowhere else."""
    department = jurisdiction().department(new.department).code
    if department.startswith("service:") or (department == "town") != (new.town is not None):
        raise Invalid("镇（街道）系统须注明镇代码", "A town's system, and only it, names its town")
    town = jurisdiction().town(new.town).code if new.town else None
    if await session.get(ClientRecord, new.id) is not None:
        raise ClientExists(where="body.id")
    secret = None if new.jwks else secrets.token_urlsafe(32)
    row = ClientRecord(
        id=new.id,
        department=department,
        town=town,
        kind="system",
        scopes=new.scopes,
        secret_digest=digest_of(secret) if secret else None,
        jwks=keys_of(new.jwks) if new.jwks else None,
        certificates=new.certificates,
        bound=new.bound,
        redirects=[],
        rate=new.rate,
        enabled=True,
        registered_at=now(session),
        registered_by=actor.client,
    )
    session.add(row)
    await session.flush()
    await tell(session)
    return ClientMade(**ClientShown.model_validate(row).model_dump(), secret=secret)


@router.put("/me/keys", response_model=ClientShown)
async def register_keys(session: Session, actor: Actor, keys: Keys) -> Any:
    """The caller's own public keys, for assertions and signed pushes; replaces those before."""
    row = await _client(session, actor.client)
    row.jwks = keys_of(keys.jwks)
    await tell(session)
    return row


@router.put("/me/certificates", response_model=ClientShown)
async def register_certificates(session: Session, actor: Actor, said: Certificates) -> Any:
    """The caller's own certificates; what is bound to one that is gone ends with it."""
    row = await _client(session, actor.client)
    row.certificates = said.certificates
    await tell(session)
    return row


@router.delete("/me/secret", response_model=ClientShown)
async def end_secret(session: Session, actor: Actor) -> Any:
    """From the next token on the caller proves itself by its key or certificate alone."""
    row = await _client(session, actor.client)
    if not row.jwks and not row.certificates:
        raise ProofMissing(allowed=HOW_TO_PROVE)
    row.secret_digest = None
    await tell(session)
    return row


@router.patch("/clients/{client_id}", response_model=ClientShown)
async def change_client(session: Session, client_id: ClientId, said: ClientChange) -> Any:
    """Other limits, scopes or certificates; only what is named changes."""
    row = await _client(session, client_id)
    for name in said.model_fields_set:
        setattr(row, name, getattr(said, name))
    await tell(session)
    return row


@router.post("/clients/{client_id}/secret", response_model=ClientMade)
async def renew_secret(session: Session, client_id: ClientId) -> Any:
    """A new secret; the one before ends with the next request."""
    row = await _client(session, client_id)
    secret = secrets.token_urlsafe(32)
    row.secret_digest = digest_of(secret)
    await tell(session)
    return ClientMade(**ClientShown.model_validate(row).model_dump(), secret=secret)


@router.post("/clients/{client_id}/suspension", response_model=ClientShown)
async def suspend_client(session: Session, client_id: ClientId) -> Any:
    """Shut a system out: its tokens end with the next request."""
    row = await _client(session, client_id)
    row.enabled = False
    await tell(session)
    return row


@router.post("/clients/{client_id}/readmission", response_model=ClientShown)
async def readmit_client(session: Session, client_id: ClientId) -> Any:
    """Let a suspended system in again."""
    row = await _client(session, client_id)
    row.enabled = True
    await tell(session)
    return row


@router.post("/keys/rotation")
async def rotate_keys(request: Request) -> dict[str, Any]:
    """A new signing key; tokens signed with the one before stay good until they end."""
    house = house_of(request.app)
    return {"kid": house.ring.rotate().kid, "keys": len(house.ring.public()["keys"])}


async def _client(session: AsyncSession, client_id: str) -> ClientRecord:
    row = await session.get(ClientRecord, client_id, with_for_update=True)
    if row is None or row.kind == "service":
        raise NotFound()
    return row
