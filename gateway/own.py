"""The gateway's own database where no route owns the transaction: away means 503, never 500."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from shared.database import Sessions, transaction
from shared.problem import Unavailable

log = structlog.get_logger()
RETRY_SECONDS = 5


@asynccontextmanager
async def own_transaction(sessions: Sessions, doing: str) -> AsyncIterator[AsyncSession]:
    """A transaction of a request that is not at a route yet; Unavailable when it cannot be."""
    try:
        async with transaction(sessions) as session:
            yield session
    except (DBAPIError, OSError, TimeoutError) as error:
        log.warning("database away", doing=doing, error=type(error).__name__)
        raise Unavailable(retry_after=RETRY_SECONDS) from error
