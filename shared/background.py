"""Work that runs beside the requests as long as the process lives, and says when it stumbles."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic

import structlog

log = structlog.get_logger()
LONGEST_PAUSE = 2.0


class Loop:
    """Runs `work` again and again; what breaks it is logged, then it begins anew after a pause."""

    def __init__(
        self,
        name: str,
        work: Callable[[], Awaitable[object]],
        *,
        every: float = 0,
        before_again: Callable[[], None] | None = None,
    ) -> None:
        self.name, self._work, self._every = name, work, every
        self._before_again = before_again
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin in the background."""
        self._task = asyncio.create_task(self._run(), name=self.name)

    async def stop(self) -> None:
        """End it. A library may swallow one cancellation, so it is asked until it is done."""
        while self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.wait([self._task], timeout=0.5)

    def running(self) -> bool:
        """Whether it lives; a dead loop is what `/health/ready` must not hide."""
        return self._task is not None and not self._task.done()

    async def _run(self) -> None:
        pause = 0.1
        while True:
            try:
                await self._work()
                pause = 0.1
                await asyncio.sleep(self._every)
            except (Exception, asyncio.CancelledError) as error:
                # Drivers raise what they like, a cancellation nobody asked for among it.
                if isinstance(error, asyncio.CancelledError) and _asked_to_end():
                    raise
                log.warning("begins again", loop=self.name, error=type(error).__name__)
                if self._before_again is not None:
                    self._before_again()
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)


class Pace:
    """Batches no closer than `seconds`: what comes alone goes at once, many go together."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self._last = seconds, float("-inf")

    async def gather(self) -> None:
        """Wait as long as the last batch is too near."""
        wait = self._last + self.seconds - monotonic()
        if wait > 0:
            await asyncio.sleep(wait)
        self._last = monotonic()


def _asked_to_end() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
