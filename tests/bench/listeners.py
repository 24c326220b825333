"""Listeners of the event stream, in a process of their own: what each of them heard, and when.

`python -m tests.bench.listeners PORT COUNT HEADER` says `ready` once all of them listen, and
what they heard once they were told on standard input how many reports there were.
"""

import asyncio
import json
import re
import subprocess
import sys
import time
from collections import defaultdict
from typing import Any, Self

import uvloop

from tests.bench.load import say

REPORTED = re.compile(rb'"type":"protection\.report\.accepted\.v1","subject":"([0-9a-f-]{36})"')
TAIL, PATIENCE_SECONDS = 400, 30


class Listener(asyncio.Protocol):
    """One open stream; what comes is only kept, and read when it is over."""

    def __init__(self, request: bytes, ready: "asyncio.Semaphore") -> None:
        self._request, self._ready, self._open = request, ready, False
        self.came: list[tuple[float, bytes]] = []

    def connection_made(self, transport: Any) -> None:
        """Ask."""
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        """Keep it with its time; the first line of the stream says that it is open."""
        if not self._open and b"retry: " in data:
            self._open = True
            self._ready.release()
        self.came.append((time.perf_counter(), data))

    def heard(self) -> list[tuple[str, float]]:
        """The reports it was told of, with the time of each."""
        found, rest = [], b""
        for at, data in self.came:
            text, end = rest + data, 0
            for match in REPORTED.finditer(text):
                found.append((match[1].decode(), at))
                end = match.end()
            rest = text[end:][-TAIL:]
        return found


async def listen(port: int, count: int, header: str) -> dict[str, list[float]]:
    """Open all streams, wait until everything was heard; when each report was, by whom ever."""
    request = f"GET /v1/events HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{header}\r\n\r\n".encode()
    loop, ready = asyncio.get_running_loop(), asyncio.Semaphore(0)
    listeners = []
    for _ in range(count):
        one = Listener(request, ready)
        await loop.create_connection(lambda one=one: one, "127.0.0.1", port)  # type: ignore[misc]
        listeners.append(one)
        await ready.acquire()
    say("ready")
    expected = int(await asyncio.to_thread(sys.stdin.readline))
    deadline = time.perf_counter() + PATIENCE_SECONDS
    while time.perf_counter() < deadline:
        await asyncio.sleep(0.5)
        if all(len(one.heard()) >= expected for one in listeners):
            break
    times: dict[str, list[float]] = defaultdict(list)
    for one in listeners:
        for report_id, at in one.heard():
            times[report_id].append(at)
    return times


class Listening:
    """`with Listening(port, 200, header) as room:` and at its end `room.what_of(800)`."""

    def __init__(self, port: int, count: int, header: str) -> None:
        self._command = [sys.executable, "-m", "tests.bench.listeners", str(port), str(count)]
        self._command.append(header)

    def __enter__(self) -> Self:
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self._process = subprocess.Popen(self._command, **pipes)
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n", "the listeners could not listen"
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()

    def what_of(self, reports: int) -> dict[str, list[float]]:
        """When each report was heard, by each listener; they wait until they know so many."""
        out, _err = self._process.communicate(f"{reports}\n", timeout=120)
        assert self._process.returncode == 0, "the listeners did not come to their end"
        heard: dict[str, list[float]] = json.loads(out)
        return heard


if __name__ == "__main__":
    told = uvloop.run(listen(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
    say(json.dumps(told))
