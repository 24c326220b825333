"""How Alembic reaches a database; one file for the kernel, the services and the gateway."""

import asyncio

from alembic import context
from sqlalchemy import Connection

from shared.database import engine_for

config = context.config
SECTION = config.config_ini_section


def run(connection: Connection) -> None:
    """Apply the versions of one section in one transaction that never waits long for a lock."""
    context.configure(
        connection=connection,
        target_metadata=config.attributes["metadata"],
        version_table="kernel_version" if SECTION == "kernel" else "alembic_version",
        include_name=lambda name, kind, _: kind != "table" or _ours(name),
        compare_type=True,
    )
    with context.begin_transaction():
        connection.exec_driver_sql("SET LOCAL lock_timeout = '5s'")
        context.run_migrations()


def _ours(name: str | None) -> bool:
    return name in config.attributes["metadata"].tables


async def online() -> None:
    """Connect as the owner, since tables are made here."""
    engine = engine_for(config.attributes["url"], role=None)
    async with engine.connect() as connection:
        await connection.run_sync(run)
        await connection.commit()
    await engine.dispose()


asyncio.run(online())
