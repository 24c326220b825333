"""Keeping what the gateway knows in memory true: clients and revocations, told by the database.

Whoever changes a client or ends a token does it in a row and notifies; every gateway listens,
so that the change holds on the next request at each of them.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from time import time
from typing import Any

import asyncpg
from joserfc.jwk import KeySet
from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.identity.clients import Client, Clients
from gateway.identity.tokens import Tokens
from gateway.models import ClientRecord, Revocation, UsedOnce
from shared.background import Loop
from shared.clock import instant
from shared.database import Sessions, transaction
from shared.settings import settings

CHANNEL = "gateway_identity"
LOOK_AGAIN_SECONDS = 30


def client_of(row: ClientRecord) -> Client:
    """The client a row describes."""
    return Client(
        id=row.id,
        department=row.department,
        town=row.town,
        kind=row.kind,
        scopes=frozenset(row.scopes),
        secret_digest=row.secret_digest,
        keys=KeySet.import_key_set(row.jwks) if row.jwks else None,  # type: ignore[arg-type]
        certificates=frozenset(row.certificates),
        bound=row.bound,
        redirects=frozenset(row.redirects),
        rate=row.rate,
        enabled=row.enabled,
    )


async def tell(session: AsyncSession) -> None:
    """Say, when the transaction commits, that clients or revocations changed."""
    await session.execute(text("SELECT pg_notify(:channel, '')"), {"channel": CHANNEL})


async def end_token(session: AsyncSession, jti: str, expires: int, by: str) -> None:
    """Write a revocation and tell all gateways."""
    row = upsert(Revocation).values(jti=jti, ends_at=instant(expires), by=by)
    await session.execute(row.on_conflict_do_nothing())
    await tell(session)


async def use_up(session: AsyncSession, owner: str, value: str, until: float) -> bool:
    """Count an id once; False when it was used before."""
    row = upsert(UsedOnce).values(owner=owner, value=value, ends_at=instant(until))
    result = await session.execute(row.on_conflict_do_nothing().returning(UsedOnce.value))
    return result.first() is not None


class Notices:
    """Loads at start, then again whenever told, and every half minute in case it was not heard."""

    def __init__(self, sessions: Sessions, clients: Clients, tokens: Tokens) -> None:
        self._sessions, self._clients, self._tokens = sessions, clients, tokens
        self._changed = asyncio.Event()
        self._loop = Loop("notices", self._listen)

    async def start(self) -> None:
        """Load what the database says, then listen in the background."""
        with suppress(DBAPIError, OSError):
            await self.load()
        self._loop.start()

    async def stop(self) -> None:
        """Stop listening."""
        await self._loop.stop()

    async def load(self) -> None:
        """Take over clients and live revocations; ids that counted once and ended are swept."""
        async with transaction(self._sessions) as session:
            await session.execute(delete(UsedOnce).where(UsedOnce.ends_at < instant(time())))
            rows: Sequence[ClientRecord] = (await session.scalars(select(ClientRecord))).all()
            ended = await session.scalars(
                select(Revocation).where(Revocation.ends_at > instant(time()))
            )
            for row in ended:
                self._tokens.revoke(row.jti, int(row.ends_at.timestamp()))
        known = {client.id: client for client in self._clients}
        fresh = [client_of(row) for row in rows]
        self._clients.replace([_same(known.get(one.id), one) for one in fresh])

    async def _listen(self) -> None:
        connection = await asyncpg.connect(settings().database_url, timeout=5)
        try:
            await connection.add_listener(CHANNEL, self._heard)
            connection.add_termination_listener(self._heard)
            while not connection.is_closed():
                await self.load()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait(), LOOK_AGAIN_SECONDS)
                self._changed.clear()
        finally:
            await connection.close(timeout=1)

    def _heard(self, *_: Any) -> None:
        self._changed.set()


def _same(known: Client | None, fresh: Client) -> Client:
    """The object known before if nothing about the client changed: its tokens stay remembered."""
    if known is None:
        return fresh
    plain = ("department", "town", "kind", "scopes", "secret_digest", "certificates", "bound")
    more = ("redirects", "rate", "enabled")
    unchanged = all(getattr(known, n) == getattr(fresh, n) for n in (*plain, *more))
    old, new = (c.keys.as_dict() if c.keys else None for c in (known, fresh))
    return known if unchanged and old == new else fresh
