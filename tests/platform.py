"""The platform as a test sees it: started, asked, wounded and stopped from outside."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self, TypedDict

from deploy.host import CannotStart, free_ports, leashed
from deploy.local.settings import ROOT
from deploy.local.table import OFFSETS


class ProcessRow(TypedDict):
    name: str
    pid: int
    port: int


class Platform:
    """`with Platform(tmp_path) as platform:` runs the whole of it on ports nobody uses."""

    def __init__(
        self,
        data_dir: Path,
        port: int = 0,
        clock: str = "virtual",
        seed: bool = False,
        *,
        environment: Mapping[str, str] | None = None,
        checkout: Path = ROOT,
    ) -> None:
        self.data_dir = data_dir
        self.port = port or free_ports(OFFSETS)
        self.url = f"http://127.0.0.1:{self.port}"
        self.console = data_dir / "console.log"
        self._checkout = checkout
        self._environment = {
            **os.environ,
            **(environment or {}),
            "PORT": str(self.port),
            "DATA_DIR": str(data_dir),
            "CLOCK": clock,
            "SEED": "yes" if seed else "no",
            "PYTHONPATH": str(checkout),
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, patience: float = 180.0) -> None:
        """Returns when the platform says that it is ready."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "deploy.local"]
        with self.console.open("wb") as console:
            self._process = subprocess.Popen(
                leashed(command, self._checkout),
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + patience
        while f"\nready {self.url}" not in self.console.read_text(errors="replace"):
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise CannotStart(self.console.read_text(errors="replace").strip())
            time.sleep(0.05)

    def processes(self) -> dict[str, ProcessRow]:
        rows: list[ProcessRow] = json.loads((self.data_dir / "processes.json").read_text())
        return {row["name"]: row for row in rows}

    def kill(self, name: str) -> int:
        """Kills the process `name` without warning; the supervisor starts it again."""
        pid = self.processes()[name]["pid"]
        os.kill(pid, signal.SIGKILL)
        return pid

    def crash(self) -> None:
        """Kills the supervisor itself; everything it started has to end by its own."""
        if self._process:
            self._process.kill()
            self._process.wait()

    def stop(self) -> int:
        """The exit code of the platform, once all of it is gone."""
        if self._process is None:
            return 0
        if self._process.poll() is None:
            self._process.terminate()
        return self._process.wait(60)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
