"""The load generator: plain lines in a process of its own, so lean that it measures others.

A plan says what to send, over how many lines, how fast; what comes back are the times. A run
counts only if every answer has the status the plan expects.
"""

import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from functools import partial
from itertools import cycle, islice, repeat
from pathlib import Path
from typing import Any, Self

import uvloop

from tests.bench import pushes

JSON = "Content-Type: application/json"


@dataclass(frozen=True)
class Plan:
    """`kind` reads `path` again and again for `seconds`, asks it the lines of the file `bodies` in
    turn, or pushes at most `count` reports.

    `rate` paces all lines together, in requests a second; without it every line asks as soon as
    it has its answer. `key` signs each push. `expected` are the statuses that count.
    """

    port: int
    headers: tuple[str, ...]
    connections: int
    kind: str = "read"
    path: str = "/"
    seconds: float = 0.0
    count: int = 0
    rate: float | None = None
    key: dict[str, str] | None = None
    expected: tuple[int, ...] = (200,)
    bodies: str = ""


@dataclass
class Measured:
    """What came back: requests a second and milliseconds; when each push began, by its id."""

    rate: float
    median: float
    late: float
    statuses: dict[str, int]
    began: dict[str, float] = field(default_factory=dict)


@dataclass
class Run:
    """The state all lines of a plan share."""

    plan: Plan
    requests: Iterator[tuple[str, bytes]]
    began: float
    times: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    begun: dict[str, float] = field(default_factory=dict)
    sent: int = 0

    def next(self) -> tuple[float, str, bytes] | None:
        """When to send what, or None when the plan is done."""
        now = time.perf_counter()
        due = self.began + self.sent / self.plan.rate if self.plan.rate else now
        if self.plan.seconds and max(due, now) >= self.began + self.plan.seconds:
            return None
        request = next(self.requests, None)
        self.sent += 1
        return None if request is None else (due, *request)


class Line(asyncio.Protocol):
    """One keep-alive connection: a request, its answer, the next request."""

    def __init__(self, run: Run, done: "asyncio.Future[None]") -> None:
        self.run, self.done, self._read = run, done, b""
        self._left: int | None = None  # bytes of the answer still to come, once its head is here

    def connection_made(self, transport: Any) -> None:
        """Begin."""
        self._transport = transport
        self._go()

    def connection_lost(self, _: Exception | None) -> None:
        """The end, ours or the other side's."""
        if not self.done.done():
            self.done.set_exception(ConnectionResetError("the line was closed"))

    def _go(self) -> None:
        following = self.run.next()
        if following is None:
            self.done.set_result(None)
            self._transport.close()
            return
        due, self._name, self._request = following
        wait = due - time.perf_counter()
        if wait > 0:
            asyncio.get_running_loop().call_later(wait, self._send)
        else:
            self._send()

    def _send(self) -> None:
        self._sent = self.run.begun[self._name] = time.perf_counter()
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        """An answer, perhaps in parts."""
        if self._left is None:
            self._read += data
            head, found, body = self._read.partition(b"\r\n\r\n")
            if not found:
                return
            length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
            self._status, self._left = int(head[9:12]), int(length) - len(body)
        else:
            self._left -= len(data)
        if self._left > 0:
            return
        self.run.times.append(time.perf_counter() - self._sent)
        self.run.statuses[self._status] += 1
        self._read, self._left = b"", None
        self._go()


def requests_of(plan: Plan) -> Iterator[tuple[str, bytes]]:
    """What to send, each with a name; reports are made, and signed, before the clock starts."""
    if plan.kind == "read":
        lines = [f"GET {plan.path} HTTP/1.1", f"Host: 127.0.0.1:{plan.port}", *plan.headers]
        return repeat(("", ("\r\n".join(lines) + "\r\n\r\n").encode()))
    if plan.kind == "ask":
        head = f"POST {plan.path} HTTP/1.1\r\nHost: 127.0.0.1:{plan.port}\r\n"
        told = "".join(f"{line}\r\n" for line in (*plan.headers, JSON))
        bodies = Path(plan.bodies).read_bytes().splitlines()
        return cycle(
            [
                ("", f"{head}{told}Content-Length: {len(body)}\r\n\r\n".encode() + body)
                for body in bodies
            ]
        )
    made = pushes.reports(plan.port, plan.path, plan.headers, plan.key)
    return iter(list(islice(made, plan.count)))


async def drive(plan: Plan) -> Measured:
    """Carry out a plan in this process."""
    loop = asyncio.get_running_loop()
    requests = requests_of(plan)
    run = Run(plan, requests, time.perf_counter())
    ends = [loop.create_future() for _ in range(plan.connections)]
    for end in ends:
        await loop.create_connection(partial(Line, run, end), "127.0.0.1", plan.port)
    await asyncio.gather(*ends)
    seconds = time.perf_counter() - run.began
    times = sorted(run.times)
    run.begun.pop("", None)
    late = times[min(int(len(times) * 0.99), len(times) - 1)] * 1000
    statuses = {str(status): count for status, count in run.statuses.items()}
    rate = len(times) / seconds
    return Measured(rate, statistics.median(times) * 1000, late, statuses, run.begun)


class Generator:
    """A load generator in a process of its own: `with Generator() as generator:`."""

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "tests.bench.load"]
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self._process = subprocess.Popen(command, **pipes)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()

    def begin(self, plan: Plan) -> None:
        """Start a plan; `ended` waits for its end."""
        self._plan = plan
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(asdict(plan)) + "\n")
        self._process.stdin.flush()

    def ended(self) -> Measured:
        """What the plan measured, once it is over; every answer must be an expected one."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the load generator did not come to its end"
        found = Measured(**json.loads(line))
        expected = {str(status) for status in self._plan.expected}
        strange = {s: n for s, n in found.statuses.items() if s not in expected}
        assert not strange, f"unexpected answers: {strange}"
        return found

    def carried_out(self, plan: Plan) -> Measured:
        """A plan from its beginning to its end."""
        self.begin(plan)
        return self.ended()


def say(line: str) -> None:
    """A line of any length to standard output, whole.

    With PYTHONUNBUFFERED `sys.stdout` has no buffer that would go on after a short write, and a
    pipe makes one of a write that the loop's work in the kernel interrupts.
    """
    with open(1, "wb", closefd=False) as out:
        out.write(line.encode() + b"\n")


def main() -> None:
    """A plan a line, in and out."""
    for line in sys.stdin:
        told = json.loads(line)
        told |= {"headers": tuple(told["headers"]), "expected": tuple(told["expected"])}
        say(json.dumps(asdict(uvloop.run(drive(Plan(**told))))))


if __name__ == "__main__":
    main()
