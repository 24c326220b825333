"""One of our services as a process of its own, killed and started again on the same database."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx

from deploy.host import free_port, leashed
from deploy.local.settings import ROOT
from tests.factories import headers, use_environment
from tests.patience import PATIENCE


@dataclass
class Service:
    """The service of a name, asked over HTTP."""

    name: str
    url: str
    environment: dict[str, str]
    log: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    killed: int = 0

    def start(self) -> None:
        command = [sys.executable, "-m", "uvicorn", f"services.{self.name}.app:app"]
        command += ["--port", str(self.port), "--log-level", "warning", "--no-access-log"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                leashed(command, ROOT), env=self.environment, stdin=subprocess.DEVNULL,
                stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        self.killed += 1

    def call(self, path: str, body: Any = None, who: str = "civil_affairs", officer: str = "1",
             patience: float = PATIENCE) -> httpx.Response:  # fmt: skip
        """One request, tried again until somebody answers."""
        end = time.monotonic() + patience
        while True:
            with suppress(httpx.HTTPError):
                return self.once(path, body, who, officer)
            assert time.monotonic() < end, f"nobody answers, see {self.log}"
            time.sleep(0.1)

    def once(self, path: str, body: Any, who: str, officer: str) -> httpx.Response:
        """One request; a body of bytes is sent as lines of JSON."""
        address = f"http://127.0.0.1:{self.port}/v1/{self.name}{path}"
        with httpx.Client(headers=headers(who, officer), timeout=60, verify=False) as http:
            if body is None:
                return http.get(address)
            if isinstance(body, bytes):
                lines = {"Content-Type": "application/x-ndjson"}
                return http.post(address, content=body, headers=lines)
            return http.post(address, json=body)


S = TypeVar("S", bound=Service)


@contextmanager
def running(kind: type[S], name: str, folder: Path, url: str, nats: str) -> Iterator[S]:
    """The service, started; it is killed when the block ends."""
    use_environment(folder, DATABASE_URL=url, NATS_URL=nats, CLOCK="real")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    found = kind(name, url, environment, folder / f"{name}.log")
    found.start()
    try:
        yield found
    finally:
        found.kill()
