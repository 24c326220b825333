"""A TCP proxy that can do to a connection what networks do."""

import asyncio
import contextlib
import random
import threading
from collections.abc import Coroutine
from typing import Any, Literal

Fault = Literal["none", "blackhole", "half-open", "reset", "cut"]
CHUNK = 65_536


class Proxy:
    """Listens on `port` before `target`; `fault` says what becomes of the bytes from now on.

    `blackhole` holds every byte back until it is over; `half-open` forgets the bytes of the
    connections there are, for ever, while new ones work; `reset` ends all connections and refuses
    new ones; `cut` ends each connection in the middle of what it was sending.
    """

    def __init__(self, port: int, target: int, seed: int = 1) -> None:
        self.port, self.target = port, target
        self._chance = random.Random(seed)
        self._fault: Fault = "none"
        self._writers: set[asyncio.StreamWriter] = set()
        self._forgotten: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def start(self) -> None:
        """Serve from a thread of its own, so that a test may block."""
        self._thread.start()
        self._ask(asyncio.start_server(self._serve, "127.0.0.1", self.port))

    def stop(self) -> None:
        """End the connections and the thread."""
        self.set("reset")
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def set(self, fault: Fault) -> None:
        """What happens from now on."""
        self._ask(self._change(fault))

    def _ask(self, work: Coroutine[Any, Any, Any]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _change(self, fault: Fault) -> None:
        self._fault = fault
        if fault == "half-open":
            self._forgotten |= self._writers
        if fault == "reset":
            self._end_all()

    def _end_all(self) -> None:
        for writer in self._writers:
            writer.transport.abort()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._fault == "reset":
            writer.transport.abort()
            return
        try:
            there = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, there[1]}
        with contextlib.suppress(OSError, asyncio.CancelledError):
            await asyncio.gather(
                self._pump(reader, writer, there[1]), self._pump(there[0], there[1], writer)
            )
        for end in (writer, there[1]):
            self._writers.discard(end)
            self._forgotten.discard(end)
            end.transport.abort()

    async def _pump(
        self,
        reader: asyncio.StreamReader,
        near: asyncio.StreamWriter,
        far: asyncio.StreamWriter,
    ) -> None:
        while data := await reader.read(CHUNK):
            while self._fault == "blackhole":  # noqa: ASYNC110 - a fault has no event
                await asyncio.sleep(0.02)
            if near in self._forgotten:
                # Half-open: the sender believes that it was sent.
                await asyncio.Event().wait()
            if self._fault == "cut" and len(data) > 1:
                far.write(data[: self._chance.randrange(1, len(data))])
                await far.drain()
                break
            far.write(data)
            await far.drain()
        far.transport.abort() if self._fault == "cut" else far.close()
