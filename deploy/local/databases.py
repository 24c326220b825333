"""One database a service on one server, and whether somebody else's servers can be used."""

import asyncio
from collections.abc import Iterable
from urllib.parse import urlsplit

import asyncpg
import nats
import nats.errors

from deploy.host import CannotStart

PATIENCE_SECONDS = 5


def url_of(server_url: str, database: str) -> str:
    return urlsplit(server_url)._replace(path=f"/{database}").geturl()


async def create_missing(server_url: str, databases: Iterable[str]) -> None:
    """Connects to the database named in `server_url` and creates those beside it."""
    try:
        connection = await asyncpg.connect(server_url, timeout=PATIENCE_SECONDS)
        try:
            rows = await connection.fetch("select datname from pg_database")
            there = {row["datname"] for row in rows}
            for name in databases:
                if name not in there:
                    await connection.execute(f'create database "{name}"')
        finally:
            await connection.close()
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as refused:
        raise _unusable("DATABASE_URL", server_url, refused) from refused


async def require_nats(url: str) -> None:
    try:
        # The client's own patience is sixty attempts, two seconds apart.
        async with asyncio.timeout(PATIENCE_SECONDS):
            client = await nats.connect(
                url,
                connect_timeout=PATIENCE_SECONDS,
                max_reconnect_attempts=1,
                reconnect_time_wait=0,
                error_cb=_quiet,
            )
            try:
                await client.jetstream().account_info()
            finally:
                await client.close()
    except (OSError, ValueError, TimeoutError, nats.errors.Error) as refused:
        raise _unusable("NATS_URL", url, refused) from refused


async def _quiet(_: Exception) -> None:
    """The same failure is raised as well, and one line about it is enough."""


def _unusable(name: str, url: str, cause: Exception) -> CannotStart:
    """Names the server without the password that may stand in its address."""
    parts = urlsplit(url)
    why = str(cause).splitlines()[0] if str(cause) else type(cause).__name__
    return CannotStart(
        f"无法使用 {name} 所指的 {parts.hostname}:{parts.port or '?'}。 "
        f"{name}: {parts.hostname}:{parts.port or '?'} cannot be used: {why}"
    )
