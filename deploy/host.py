"""What a process needs of its machine: free ports, a lock, a leash, and no leftovers."""

import contextlib
import fcntl
import os
import secrets
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO

LEASH = Path(__file__).with_name("leash.py")
# The kernel hands out client ports from 32768 upward, and a server cannot count on those.
CLIENT_PORTS_BEGIN = 32_768
FREE_PORTS = range(20_000, 32_000)


class CannotStart(Exception):
    """One line, in Chinese and English, for the person who has to act."""


def leashed(
    command: Sequence[str],
    folder: Path,
    stop_signal: signal.Signals = signal.SIGTERM,
    owner: tuple[int, int] | None = None,
) -> list[str]:
    """The command line under which `command` cannot outlive the process that starts it."""
    uid, gid = owner or (os.geteuid(), os.getegid())
    leash = [sys.executable, "-I", "-S", str(LEASH), str(os.getpid())]
    return [*leash, str(int(stop_signal)), str(uid), str(gid), str(folder), *command]


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    return free_ports((0,))


def require_free_port(port: int) -> None:
    advice = "PORT=9000 make run"
    if not 0 < port < CLIENT_PORTS_BEGIN:
        raise CannotStart(
            f"端口 {port} 不可用，须小于 32768，请改用：{advice}。 "
            f"Port {port} cannot be used, it must lie below 32768. Choose another: {advice}"
        )
    if not port_is_free(port):
        raise CannotStart(
            f"端口 {port} 已被占用，请改用：{advice}。 "
            f"Port {port} is already taken. Choose another: {advice}"
        )


def free_ports(offsets: Sequence[int]) -> int:
    """A first port whose distances `offsets` are all free as well.

    All processes of a user take theirs in turn: a port that somebody was given and has not yet
    bound is free to look at, and is given to nobody else.
    """
    with (_turns() / "next").open("a+") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        turn.seek(0)
        first = int(turn.read() or FREE_PORTS.start + secrets.randbelow(len(FREE_PORTS)))
        for _ in range(len(FREE_PORTS)):
            begin, first = first, first + max(offsets) + 1
            if first > FREE_PORTS.stop:
                first = FREE_PORTS.start
            elif all(port_is_free(begin + offset) for offset in offsets):
                turn.truncate(0)
                turn.write(str(first))
                return begin
    raise CannotStart("找不到空闲端口。 No free ports were found between 20000 and 32000.")


def _turns() -> Path:
    """A folder of this user's own: whoever else may write there could say anything."""
    folder = Path(tempfile.gettempdir()) / f"hutong-ports-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.getuid():
        raise CannotStart(f"{folder} 属于他人。 {folder} belongs to somebody else.")
    return folder


def hold(lock: Path) -> IO[str]:
    """Keeps `lock` until the returned file is closed or this process ends, however it ends."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    held = lock.open("a")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as taken:
        held.close()
        raise CannotStart(
            f"{lock.parent} 正被另一个进程使用，请先停止它。 "
            f"Another copy is running on {lock.parent}; stop it first."
        ) from taken
    return held


def processes_in(folder: Path) -> list[int]:
    """Who works in this folder. Where there is no /proc, nobody is known."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (entry / "cmdline").read_bytes().split(b"\0")
            launched_here = str(folder).encode() in words
            if launched_here or (entry / "cwd").readlink() == folder:
                found.append(int(entry.name))
    return [pid for pid in found if pid != os.getpid()]


def end_leftovers(folder: Path, gentle: signal.Signals) -> None:
    """Ends what a killed starter left behind. The lock is ours, so nobody else needs it."""
    for sign, patience in ((None, 3.0), (gentle, 10.0), (signal.SIGKILL, 5.0)):
        for pid in processes_in(folder) if sign else ():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, sign or signal.SIGTERM)
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if not processes_in(folder):
                return
            time.sleep(0.05)
