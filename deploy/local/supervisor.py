"""Keeps processes alive, keeps their logs, and ends them in reverse order."""

import asyncio
import contextlib
import json
import logging
import logging.handlers
import os
import re
import signal
import subprocess
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from deploy.host import CannotStart, leashed

PAUSES_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0, 15.0, 30.0)
# Who lived this long was not dying of the same cause again.
RECOVERED_SECONDS = 60.0
DEATHS_BEFORE_READY = 3
STOP_SECONDS = 20.0
POLL_SECONDS = 0.05
LONGEST_LINE = 1 << 20
WORTH_SAYING = re.compile(
    r'"level": ?"(?:warning|error|critical)"|\b(?:WARNING|ERROR|CRITICAL|FATAL|PANIC)\b'
    r"|\[(?:WRN|ERR|FTL)\]|^Traceback"
)


def say(text: str) -> None:
    # The terminal may be gone while the platform still has to end in good order.
    with contextlib.suppress(OSError, ValueError):
        print(text, flush=True)


@dataclass
class Kept:
    """One process to keep: how it is launched, and how one knows that it answers."""

    name: str
    port: int
    command: Callable[[], Sequence[str]]
    ready: Callable[[], Awaitable[bool]]
    folder: Path
    environment: Mapping[str, str]
    prepare: Callable[[], None] = lambda: None
    stop_signal: signal.Signals = signal.SIGTERM
    owner: Callable[[], tuple[int, int] | None] = lambda: None
    # Every line of it is for the console, not only the alarming ones.
    shown: bool = False
    was_ready: bool = False
    last_line: str = ""
    process: subprocess.Popen[bytes] | None = None
    task: asyncio.Task[None] | None = field(default=None, repr=False)


class Supervisor:
    """Must be used from the main thread: a leash ends its process with the thread that began it."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._kept: list[Kept] = []
        self._stopping = False

    def start(self, kept: Kept) -> None:
        self._kept.append(kept)
        kept.task = asyncio.create_task(self._keep(kept))

    async def wait_ready(self, kept: Kept, patience: float = 120.0) -> None:
        deadline = time.monotonic() + patience
        while not (kept.process and await kept.ready()):
            if kept.task and kept.task.done():
                await kept.task
            if time.monotonic() > deadline:
                raise CannotStart(
                    f"{kept.name} 在 {patience:.0f} 秒内未就绪，见 {self._log(kept.name)}。 "
                    f"{kept.name} was not ready within {patience:.0f} s: see "
                    f"{self._log(kept.name)}"
                )
            await asyncio.sleep(POLL_SECONDS)
        kept.was_ready = True
        say(f"  {kept.name:<12} 127.0.0.1:{kept.port}")

    async def errand(
        self,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str],
        shown: bool = False,
    ) -> str:
        """Runs a program to its end with its output in the log; the last line if it failed."""
        errand = Kept(name, 0, lambda: command, _never, Path.cwd(), environment, shown=shown)
        process = self._spawn(errand)
        pump = asyncio.create_task(self._pump(errand, process))
        try:
            code = await _ended(process)
            await asyncio.wait([pump], timeout=1)
        finally:
            await _end(process, signal.SIGTERM)
            pump.cancel()
        return "" if code == 0 else errand.last_line or f"exit code {code}"

    async def stop(self) -> None:
        self._stopping = True
        for kept in reversed(self._kept):
            if kept.task:
                kept.task.cancel()
                await asyncio.wait([kept.task])
            if kept.process:
                await _end(kept.process, kept.stop_signal)
        (self._data_dir / "processes.json").unlink(missing_ok=True)

    def tasks(self) -> list[asyncio.Task[None]]:
        return [kept.task for kept in self._kept if kept.task]

    def raise_failure(self) -> None:
        """A keeper ends only when its process can never come back."""
        for task in self.tasks():
            if task.done():
                task.result()

    def kill(self) -> None:
        for kept in self._kept:
            if kept.process:
                _kill(kept.process)

    async def _keep(self, kept: Kept) -> None:
        deaths = 0
        while not self._stopping:
            await asyncio.to_thread(kept.prepare)
            began_at = time.monotonic()
            process = kept.process = self._spawn(kept)
            self._write_processes()
            pump = asyncio.create_task(self._pump(kept, process))
            try:
                code = await _ended(process)
                # A child of the dead process may hold the pipe open, so this cannot be for ever.
                await asyncio.wait([pump], timeout=1)
            finally:
                pump.cancel()
            if time.monotonic() - began_at > RECOVERED_SECONDS:
                deaths = 0
            deaths += 1
            pause = PAUSES_SECONDS[min(deaths, len(PAUSES_SECONDS)) - 1]
            self._tell_death(kept, code, deaths, pause)
            await asyncio.sleep(pause)

    def _tell_death(self, kept: Kept, code: int, deaths: int, pause: float) -> None:
        cause = signal.Signals(-code).name if code < 0 else f"exit {code}"
        last = f": {kept.last_line}" if code > 0 and kept.last_line else ""
        if not kept.was_ready and deaths >= DEATHS_BEFORE_READY:
            raise CannotStart(
                f"{kept.name} 无法启动，见 {self._log(kept.name)}。 "
                f"{kept.name} does not start ({cause}{last}); see {self._log(kept.name)}"
            )
        say(
            f"! {kept.name} 已退出，{pause:g} 秒后重启。 "
            f"{kept.name} ended ({cause}{last}), starting again in {pause:g} s"
        )

    def _spawn(self, kept: Kept) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            leashed(kept.command(), kept.folder, kept.stop_signal, kept.owner()),
            env=dict(kept.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # Ctrl-C in the terminal must reach only us, who know the order.
            start_new_session=True,
        )

    async def _pump(self, kept: Kept, process: subprocess.Popen[bytes]) -> None:
        log = _rotating_log(self._log(kept.name))
        reader = asyncio.StreamReader(limit=LONGEST_LINE)
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), process.stdout
        )
        try:
            while line := await _line_from(reader):
                text = line.decode(errors="replace").rstrip()
                log.emit(logging.makeLogRecord({"msg": f"{kept.name} | {text}"}))
                kept.last_line = text.strip() or kept.last_line
                if kept.shown:
                    say(f"    {text}")
                elif kept.was_ready and not self._stopping and WORTH_SAYING.search(text):
                    say(f"! {kept.name} | {text[:300]}")
        finally:
            transport.close()
            log.close()

    def _log(self, name: str) -> Path:
        return self._data_dir / "logs" / f"{name}.log"

    def _write_processes(self) -> None:
        rows = [
            {"name": kept.name, "pid": kept.process.pid, "port": kept.port}
            for kept in self._kept
            if kept.process
        ]
        fresh = self._data_dir / "processes.json.new"
        fresh.write_text(json.dumps(rows, indent=1))
        fresh.replace(self._data_dir / "processes.json")


async def _never() -> bool:
    return False


async def _line_from(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readline()
    except ValueError:
        return b"(a line too long to keep)\n"


async def _ended(process: subprocess.Popen[bytes]) -> int:
    # A child watcher of the loop would start threads, and a leash depends on the thread.
    while (code := process.poll()) is None:  # noqa: ASYNC110
        await asyncio.sleep(POLL_SECONDS)
    return code


async def _end(process: subprocess.Popen[bytes], gentle: signal.Signals) -> None:
    if process.poll() is None:
        process.send_signal(gentle)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(_ended(process), STOP_SECONDS)
    _kill(process)
    process.wait()


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _rotating_log(path: Path) -> logging.Handler:
    handler = logging.handlers.RotatingFileHandler(path, maxBytes=10_000_000, backupCount=3)
    handler.setFormatter(logging.Formatter("%(message)s"))
    return handler
