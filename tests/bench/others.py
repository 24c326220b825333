"""Other software beside ours, for comparison: in an environment of its own that is thrown away."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx


def environment(folder: Path, source: str, *packages: str) -> Path:
    """A folder for a source of this one, and beside it what runs it: where its programs are."""
    folder.mkdir(exist_ok=True)
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    run = folder / "venv" / "bin"
    subprocess.run([run / "pip", "install", "-qq", "--disable-pip-version-check", *packages],
                   check=True)  # fmt: skip
    shutil.copy(Path(__file__).parent / source, folder / "reference.py")
    return run


@contextmanager
def process(command: list[str], url: str, folder: Path, **variables: str) -> Iterator[int]:
    """A server that answers at an address, until the block ends; its process id."""
    with (folder / "server.log").open("ab") as log:
        server = subprocess.Popen(command, cwd=folder, env=os.environ | variables,
                                  stdout=log, stderr=log)  # fmt: skip
    try:
        for _ in range(300):
            with suppress(httpx.HTTPError):
                if httpx.get(url).status_code < 500:
                    break
            time.sleep(0.2)
        yield server.pid
    finally:
        server.terminate()
        server.wait()


def spent(pid: int) -> float:
    """Seconds of processor time a server has used, with those of its workers."""
    task = Path(f"/proc/{pid}")
    used = (task / "stat").read_text().rpartition(")")[2].split()[11:13]
    below = (task / "task" / str(pid) / "children").read_text().split()
    return sum(map(int, used)) / os.sysconf("SC_CLK_TCK") + sum(spent(int(one)) for one in below)
