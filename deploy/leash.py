"""Launches a program that ends with its starter and, started by root, runs as somebody else.

Called as: python -I -S leash.py STARTER SIGNAL UID GID FOLDER PROGRAM [ARGUMENT ...]
"""

import ctypes
import os
import sys
from collections.abc import Sequence

PR_SET_PDEATHSIG, PR_GET_SECUREBITS, PR_SET_SECUREBITS = 1, 27, 28
PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 38, 47, 2
SECBIT_NO_SETUID_FIXUP = 1 << 2
CAPABILITY_VERSION_3 = 0x20080522
# To read and pass through any folder. A container often grants only the second, larger one.
CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE = 2, 1
UNREACHABLE = 77


class CapabilityHeader(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


class CapabilitySet(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint32) for name in ("effective", "permitted", "inheritable")]


def step_down(libc: ctypes.CDLL, uid: int, gid: int) -> None:
    """Leaves root for good, keeping only the right to pass through folders of others.

    The program checks its files with access(2), which forgets the capabilities of an ordinary
    user unless NO_SETUID_FIXUP is set. With that bit set, setuid(2) no longer takes the other
    capabilities away, so they are dropped by hand before the program begins.
    """
    header = CapabilityHeader(CAPABILITY_VERSION_3, 0)
    both_halves = (CapabilitySet * 2)()
    libc.capget(ctypes.byref(header), both_halves)
    passes = [
        c for c in (CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE) if both_halves[0].permitted >> c & 1
    ]
    bits = libc.prctl(PR_GET_SECUREBITS, 0, 0, 0, 0)
    fixed = bits >= 0 and not libc.prctl(PR_SET_SECUREBITS, bits | SECBIT_NO_SETUID_FIXUP, 0, 0, 0)
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
    if not fixed:
        return
    mask = 1 << passes[0] if passes else 0
    both_halves[0] = CapabilitySet(mask, mask, mask)
    both_halves[1] = CapabilitySet(0, 0, 0)
    if libc.capset(ctypes.byref(header), both_halves):
        # Every capability would still be held here, which is the opposite of stepping down.
        sys.exit("cannot give up the rights of root")
    if passes:
        libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, passes[0], 0, 0)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def reachable(program: str, folder: str) -> bool:
    return os.access(program, os.X_OK) and os.access(folder, os.X_OK)


def launch(arguments: Sequence[str]) -> None:
    starter, signal_number, uid, gid = (int(text) for text in arguments[:4])
    folder, *command = arguments[4:]
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        if uid != os.geteuid():
            step_down(libc, uid, gid)
        # After the change of user, since the kernel forgets this signal then.
        libc.prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
        if os.getppid() != starter:
            sys.exit("the starter is gone")
    if not reachable(command[0], folder):
        print(f"user {uid} may not enter {folder} or run {command[0]}", file=sys.stderr)
        sys.exit(UNREACHABLE)
    os.chdir(folder)
    os.execv(command[0], command)  # noqa: S606 - replacing ourselves is the purpose


if __name__ == "__main__":
    launch(sys.argv[1:])
