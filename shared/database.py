"""Records, the transaction of a request, migrations: everything that touches PostgreSQL.

A session belongs to the door (`shared.web.Route`, the bus, a timer), which commits it.
Its `now` is one instant for the whole transaction. Services work as the role `hutong_app`,
which may not change or delete rows of append-only tables.
"""

import asyncio
import importlib
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import orjson
from alembic import command
from alembic.config import Config
from fastapi import Depends, Request
from sqlalchemy import BigInteger, MetaData, Numeric, Text, Uuid, event, make_url, text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from shared.clock import clock, legal_day
from shared.jurisdiction import jurisdiction
from shared.law import LawOfDay, plain
from shared.settings import settings

ROLE = "hutong_app"
NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
KERNEL = MetaData(naming_convention=NAMES)
# Of a table whose rows are never changed: the working role has no right to (see `_grant`).
APPEND_ONLY = {"info": {"append_only": True}}
_METADATA: dict[str, MetaData] = {"kernel": KERNEL}


def metadata_for(service: str) -> MetaData:
    """The tables of one service; two services may use the same table names."""
    return _METADATA.setdefault(service, MetaData(naming_convention=NAMES))


class Record(DeclarativeBase):
    """A row. Money is numeric(14,2) yuan, instants are aware, documents are JSONB."""

    __abstract__ = True
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own protocol
        datetime: TIMESTAMP(timezone=True),
        Decimal: Numeric(14, 2),
        UUID: Uuid(),
        str: Text(),
        int: BigInteger(),
        dict[str, Any]: JSONB(),
        list[Any]: JSONB(),
        list[str]: JSONB(),
        list[dict[str, Any]]: JSONB(),
        dict[str, str]: JSONB(),
    }


class KernelRecord(Record):
    """A table every service has: outbox, inbox, deadlines, vault, disclosures."""

    __abstract__ = True
    metadata = KERNEL


class Versioned:
    """An optimistic lock: the row's ETag, checked by every UPDATE."""

    version: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - SQLAlchemy's own protocol
        return {"version_id_col": cls.version}


_newest = [0]  # the stamp of this process's newest id: milliseconds, then 12 bits that count


def new_id() -> UUID:
    """A UUID of version 7 (RFC 9562), random but for its order: in one process every id is
    greater than the one before, also while a virtual clock stands still.
    """
    stamp = _newest[0] = max(int(clock().timestamp() * 1000) << 12, _newest[0] + 1)
    value = stamp >> 12 << 80 | 7 << 76 | (stamp & 0xFFF) << 64 | 2 << 62
    return UUID(int=value | int.from_bytes(os.urandom(8)) >> 2)


def to_json(value: Any) -> str:
    """JSON with exact decimals (as strings) and ISO days."""
    return orjson.dumps(value, default=plain).decode()


def engine_for(url: str, *, role: str | None = ROLE) -> AsyncEngine:
    """An engine that works as the role without rights on append-only rows.

    A service waits for the database, and the database for a service, no longer than
    `database_patience` seconds: half of a broken link must not hold a lock or a loop for hours,
    nor must a statement go on under its locks when nobody is there to hear of it.
    """
    server_settings = {"application_name": "hutong", "timezone": "UTC"}
    patience = settings().database_patience if role else None
    if patience:
        server_settings["idle_in_transaction_session_timeout"] = f"{patience}s"
        server_settings["client_connection_check_interval"] = "1s"
    engine = create_async_engine(
        make_url(url).set(drivername="postgresql+asyncpg"),
        pool_size=settings().database_pool,
        max_overflow=settings().database_pool,
        pool_timeout=5,
        pool_pre_ping=False,
        hide_parameters=True,
        json_serializer=to_json,
        json_deserializer=orjson.loads,
        connect_args={
            "timeout": 5,
            "command_timeout": patience,
            "server_settings": server_settings | ({"role": role} if role else {}),
        },
    )
    event.listen(engine.sync_engine, "checkout", _require_open)
    return engine


def _require_open(connection: Any, *_: object) -> None:
    """After an outage nobody gets a connection the server has ended: the driver knows, unasked."""
    if connection.driver_connection.is_closed():
        raise InvalidatePoolError()


Sessions = async_sessionmaker[AsyncSession]


def sessions_of(engine: AsyncEngine) -> Sessions:
    """The maker of sessions of one engine."""
    return async_sessionmaker(engine, expire_on_commit=False, autoflush=True)


@asynccontextmanager
async def transaction(sessions: Sessions) -> AsyncIterator[AsyncSession]:
    """One unit of work: committed when the block ends well, rolled back otherwise.

    What it told goes out as soon as it is committed.
    """
    async with sessions() as session:
        session.info["now"] = clock()
        session.info["sessions"] = sessions
        async with session.begin():
            yield session
    if "emitted" in session.info and (wake := session.info.get("wake")):
        wake()


@asynccontextmanager
async def driver_of(engine: AsyncEngine) -> AsyncIterator[Any]:
    """The driver's own connection, for hot statements; one that broke is not kept in the pool."""
    async with engine.connect() as connection:
        driver: Any = (await connection.get_raw_connection()).driver_connection
        try:
            yield driver
        finally:
            if driver.is_closed():
                await connection.invalidate()


def now(session: AsyncSession) -> datetime:
    """The instant of this transaction, aware, in UTC."""
    instant = session.info["now"]
    assert isinstance(instant, datetime)
    return instant


def today(session: AsyncSession) -> date:
    """The legal day of this transaction, in Asia/Shanghai."""
    return legal_day(now(session))


def law_today(session: AsyncSession) -> LawOfDay:
    """The law of this transaction's legal day, as rules are asked by it."""
    return jurisdiction().law.on(today(session))


def figure(session: AsyncSession, name: str) -> Any:
    """A figure of the law as it stands on the legal day of this transaction."""
    return law_today(session).figures[name]


async def _session_of(request: Request) -> AsyncSession:
    session = request.state.session
    assert isinstance(session, AsyncSession)
    return session


Session = Annotated[AsyncSession, Depends(_session_of)]


# -- migrations -----------------------------------------------------------------------------


def _models_of(service: str) -> MetaData:
    if service == "kernel":
        for module in ("bus", "deadlines", "vault", "audit.seal", "web"):
            importlib.import_module(f"shared.{module}")
    else:
        package = "gateway" if service == "gateway" else f"services.{service}"
        importlib.import_module(f"{package}.models")
    return metadata_for(service)


def _config(section: str, url: str) -> Config:
    config = Config(str(Path(__file__).parent.parent / "alembic.ini"), ini_section=section)
    config.attributes["url"] = url
    config.attributes["metadata"] = _models_of(section)
    return config


def migrate(service: str, url: str) -> None:
    """Bring a database to the newest tables of the kernel and of its service."""
    _upgrade(service, url)
    asyncio.run(_grant(url, [KERNEL, metadata_for(service)]))


def _upgrade(service: str, url: str) -> None:
    for section in ("kernel", service):
        command.upgrade(_config(section, url), "head")


def revise(service: str, url: str, name: str) -> None:
    """Write the next migration of a service from what its models say now."""
    config = _config(service, url)
    command.revision(config, message=name, autogenerate=True, rev_id=_next_revision(config))


def _next_revision(config: Config) -> str:
    folder = Path(str(config.get_main_option("version_locations")))
    taken = len(list(folder.glob("[0-9]*.py"))) if folder.exists() else 0
    return f"{taken + 1:04d}"


async def _grant(url: str, tables: list[MetaData]) -> None:
    """Give the working role its rights: everywhere to add, never to change what is append-only."""
    engine = engine_for(url, role=None)
    async with engine.begin() as connection:
        await connection.execute(
            text(
                f"DO $$ BEGIN IF to_regrole('{ROLE}') IS NULL THEN CREATE ROLE {ROLE} NOLOGIN; "
                f"END IF; IF NOT pg_has_role('{ROLE}', 'member') THEN "
                f"GRANT {ROLE} TO CURRENT_USER; END IF; "
                "EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
            )
        )
        statements = [
            f"GRANT USAGE ON SCHEMA public TO {ROLE}",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {ROLE}",
            f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {ROLE}",
        ]
        statements += [
            f"REVOKE UPDATE, DELETE, TRUNCATE ON {table.name} FROM {ROLE}"
            for metadata in tables
            for table in metadata.sorted_tables
            if table.info.get("append_only")
        ]
        for statement in statements:
            await connection.execute(text(statement))
    await engine.dispose()


def main(arguments: list[str]) -> None:
    """`migrate SERVICE` or `revise SERVICE NAME`, on the database of DATABASE_URL."""
    url = settings().database_url
    match arguments:
        case ["migrate", service]:
            migrate(service, url)
        case ["revise", "kernel", name]:
            command.upgrade(_config("kernel", url), "head")
            revise("kernel", url, name)
        case ["revise", service, name]:
            _upgrade(service, url)  # rights come later: the new tables are not there yet
            revise(service, url, name)
        case _:
            sys.exit("python -m shared.database migrate SERVICE | revise SERVICE NAME")


if __name__ == "__main__":
    # The module the models know is `shared.database`, not this `__main__`.
    importlib.import_module("shared.database").main(sys.argv[1:])
