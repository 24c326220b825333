"""Every request that came through the door, written in batches (访问记录).

The service that shows a particular records that itself, in the transaction that reads it;
this record is the other witness. It is kept in memory for half a second at most, and when
it cannot be written for long, the door closes rather than let people in unseen.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.background import Loop
from shared.database import driver_of
from shared.lane import REFUSED
from shared.problem import Unavailable

log = structlog.get_logger()
EVERY_SECONDS, MOST_WAITING = 0.5, 50_000


class Passed(NamedTuple):
    """The columns of a passage, in the order of the table."""

    at: datetime
    request_id: str
    department: str
    client_id: str
    officer: str | None
    town: str | None
    method: str
    route: str
    clause: str | None
    purpose: str
    status: int
    milliseconds: int
    break_glass: str | None


class Passages:
    """A buffer and the task that empties it."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._waiting: list[Passed] = []
        self._loop = Loop("passages", self.flush, every=EVERY_SECONDS)

    def note(self, passed: Passed) -> None:
        """Remember one request; never waits."""
        self._waiting.append(passed)

    def require_room(self) -> None:
        """Refuse when nothing could be recorded for a long time."""
        if len(self._waiting) >= MOST_WAITING:
            raise Unavailable(
                "访问记录无法写入", "Accesses cannot be recorded at present", retry_after=5
            )

    def start(self) -> None:
        """Begin writing in the background."""
        self._loop.start()

    async def stop(self) -> None:
        """Write what is left."""
        await self._loop.stop()
        await self.flush()

    async def flush(self) -> None:
        """Write all that waits; what could not be written waits on."""
        rows, self._waiting = self._waiting, []
        if not rows:
            return
        try:
            await self._copy(rows)
        except (*REFUSED, TimeoutError) as error:
            self._waiting = rows + self._waiting
            log.warning("passages wait", count=len(self._waiting), error=type(error).__name__)

    async def _copy(self, rows: Sequence[Passed]) -> None:
        async with driver_of(self._engine) as driver:
            await driver.copy_records_to_table(
                "passage", records=rows, columns=list(Passed._fields)
            )
